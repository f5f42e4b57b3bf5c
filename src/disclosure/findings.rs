//! Measures against thresholds.

use super::measure::Measured;
use super::measure::closeness::SLACK;
use super::shown::{count, share};
use crate::diagnostics::Finding;
use crate::text;

/// What a release must reach.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Thresholds {
    /// Members of the smallest class, at least.
    pub k: u64,
    /// Distinct values of each sensitive column in each class, at least.
    pub l: Option<u64>,
    /// Distance of a class from the whole, at most.
    pub t: Option<f64>,
}

/// The source of k in health data.
const K_GROUND: &str = "ISB 1523 Anonymisation Standard for Publishing Health and Social Care Data; Sweeney 2002";
const L_GROUND: &str = "Machanavajjhala and others 2007 (homogeneity)";

/// What does not hold. `place` is the extract or release.
pub fn findings(place: &str, measured: &Measured, thresholds: &Thresholds) -> Vec<Finding> {
    let mut list = Vec::new();
    let (sizes, one, many) = match &measured.by_person {
        Some(sizes) => (sizes, "person", "people"),
        None => (&measured.by_row, "row", "rows"),
    };
    let rows_of_nobody = sizes.memberless_rows;
    if sizes.k.is_some_and(|k| k < thresholds.k) {
        let message = format!(
            "{} {many} ({}) are in classes of fewer than {} {many}; the smallest class has {}",
            count(sizes.small_members),
            share(sizes.small_members, sizes.members),
            thresholds.k,
            text::count(sizes.k.unwrap_or(0), one, many),
        );
        list.push(
            Finding::error("RSK-001", place, message)
                .ground(K_GROUND)
                .help("Coarsen or drop a quasi-identifier (bands, areas, months), or leave those rows out: --hierarchy and --plan show what each costs."),
        );
    }
    if rows_of_nobody > 0 {
        let message = format!("{} rows are in classes without any known person, so nobody can say whom they point at", count(rows_of_nobody));
        list.push(Finding::error("RSK-001", place, message).discriminator("nobody").ground(K_GROUND).help("Give these rows a person, or leave them out."));
    }
    for sensitive in &measured.sensitive {
        let (diversity, closeness) = match (&sensitive.by_person, &sensitive.closeness_by_person) {
            (Some(diversity), Some(closeness)) => (diversity, closeness),
            _ => (&sensitive.by_row, &sensitive.closeness),
        };
        let at = format!("{place}/{}", sensitive.name);
        if diversity.shared_classes > 0 {
            let message = format!(
                "in {} classes of two or more {many} everybody has the same `{}`: whoever is known to be one of these {} {many} has no secret left, however large the class",
                count(diversity.shared_classes),
                sensitive.name,
                count(diversity.shared_members),
            );
            list.push(
                Finding::error("RSK-002", &at, message)
                    .ground(L_GROUND)
                    .help(format!("Coarsen `{}` or the quasi-identifiers until every class holds two values at least.", sensitive.name)),
            );
        }
        if let (Some(least), Some(found)) = (thresholds.l, diversity.distinct)
            && found < least
        {
            let message = format!("the least diverse class holds {} of `{}`, and {least} are asked for", text::count(found, "value", "values"), sensitive.name);
            list.push(Finding::error("RSK-003", &at, message).ground(L_GROUND).help("Coarsen the quasi-identifiers, or the sensitive column itself."));
        }
        let found = closeness.ordered.unwrap_or(closeness.equal);
        if let Some(most) = thresholds.t
            && found > most + SLACK
        {
            let message = format!("the values of `{}` in one class lie {found:.3} from those of the whole, and at most {most} is asked for", sensitive.name);
            list.push(Finding::error("RSK-004", &at, message).ground("Li, Li and Venkatasubramanian 2007").help("Coarsen the quasi-identifiers."));
        }
    }
    if let Some(sets) = &measured.person_sets
        && sets.with_several > 0
        && sets.sizes.k.is_some_and(|k| k < thresholds.k)
    {
        let message = format!(
            "{} people ({}) have rows that together are like those of fewer than {} people: one pseudonym joins them",
            count(sets.sizes.small_members),
            share(sets.sizes.small_members, sets.sizes.members),
            thresholds.k
        );
        list.push(
            Finding::warning("RSK-005", place, message)
                .ground("de Montjoye and others 2013")
                .help("Release one row for each person, fewer events, or pseudonyms that do not join them."),
        );
    }
    list
}
