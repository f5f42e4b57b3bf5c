//! Disclosure risk, from results of `carepact risk` and `carepact pseudonymise`: figures as they were saved, so that a
//! count of few stays a band here too.

use serde::Serialize;
use serde_json::Value;

use super::values::{number, text};
use crate::diagnostics::results::Results;
use crate::disclosure::shown::FEW;

/// Everything that was measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Disclosure {
    /// One line for each extract or release, two where a release was repaired.
    pub measured: Vec<Measured>,
    /// One line for each sensitive column of these.
    pub sensitive: Vec<Sensitive>,
    /// Whom repairs left out, or would.
    pub left_out: Vec<LeftOut>,
}

/// One measurement.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// The release, or the extract.
    pub of: String,
    /// `before the repair`, `as released`, `as planned`, `as it is`.
    pub state: String,
    /// What is counted: people, or rows.
    pub by: &'static str,
    /// The columns that somebody could know from elsewhere.
    pub columns: String,
    /// The class size that was asked for.
    pub threshold: Option<u64>,
    /// The smallest class.
    pub k: Option<u64>,
    /// Members that are alone, a number or a band.
    pub uniques: Option<String>,
    /// Members of small classes, from 0 to 1; none for few.
    pub small_share: Option<f64>,
    /// The highest risk of one person, from 0 to 1.
    pub highest: Option<f64>,
    /// The expected share of right matches, from 0 to 1.
    pub marketer: Option<f64>,
    /// Beside earlier releases: the smallest class, or why it is not known.
    pub earlier: Option<String>,
    /// The file that told it.
    pub told_by: String,
}

/// A sensitive column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sensitive {
    /// The release, or the extract.
    pub of: String,
    /// As in [`Measured::state`].
    pub state: String,
    /// The column.
    pub column: String,
    /// The fewest distinct values of a class.
    pub distinct_l: Option<u64>,
    /// As many values as if they were evenly spread.
    pub entropy_l: Option<f64>,
    /// The largest distance of a class from the whole.
    pub t: Option<f64>,
    /// Whether a class has one value only: that discloses it, whatever k is.
    pub one_value: bool,
}

/// Rows that a repair leaves out, by group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LeftOut {
    /// The release, or the extract and the way of repairing it.
    pub of: String,
    /// The column.
    pub column: String,
    /// One of its groups, of ten rows or more.
    pub group: String,
    /// Its rows.
    pub rows: u64,
    /// Rows left out, a number or a band.
    pub left_out: Option<String>,
    /// From 0 to 1; none for few.
    pub share: Option<f64>,
}

impl Disclosure {
    /// Nothing where no results tell of it.
    pub(super) fn of<'r>(results: impl Iterator<Item = (&'r str, &'r Results)>) -> Option<Self> {
        let mut all = Self::default();
        for (name, results) in results {
            match results.kind.as_str() {
                "risk" if results.data.get("by_row").is_some() => {
                    let of = results.inputs.iter().map(|input| input.name.as_str()).collect::<Vec<_>>().join(", ");
                    all.add(&of, "as it is", &results.data, name);
                    for (way, words) in [("policy_order", "in the order of the policy"), ("optimal", "at the least loss")] {
                        if let Some(list) = results.data.pointer(&format!("/plan/{way}/left_out_by")) {
                            all.add_left_out(&format!("{of}, {words}"), list);
                        }
                    }
                }
                "pseudonymise" => {
                    let Some(release) = results.data.get("release").filter(|release| release.get("risk_measures").is_some_and(Value::is_object)) else {
                        continue;
                    };
                    let of = [text(release, "agreement"), text(release, "release")].into_iter().flatten().collect::<Vec<_>>().join("/");
                    if let Some(before) = release.pointer("/repair/before").filter(|before| before.is_object()) {
                        all.add(&of, "before the repair", before, name);
                    }
                    let planned = results.data.get("plan") == Some(&Value::Bool(true));
                    all.add(&of, if planned { "as planned" } else { "as released" }, &release["risk_measures"], name);
                    if let Some(list) = release.pointer("/repair/left_out_by") {
                        all.add_left_out(&of, list);
                    }
                }
                _ => {}
            }
        }
        (!all.measured.is_empty()).then_some(all)
    }

    fn add(&mut self, of: &str, state: &str, data: &Value, told_by: &str) {
        let people = data.get("by_person").is_some_and(Value::is_object);
        let (sizes, attack) = if people { (&data["by_person"], &data["attack_by_person"]) } else { (&data["by_row"], &data["attack"]) };
        let columns = data.get("quasi_identifiers").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let earlier = data.get("earlier").filter(|earlier| earlier.is_object()).map(|earlier| match text(earlier, "status").as_deref() {
            Some("assessed") => earlier.pointer("/sizes/k").and_then(Value::as_u64).map_or_else(|| "no class".to_owned(), |k| k.to_string()),
            Some("assessed in part") => {
                format!("{} (in part)", earlier.pointer("/sizes/k").and_then(Value::as_u64).map_or_else(|| "no class".to_owned(), |k| k.to_string()))
            }
            _ => "not assessed".to_owned(),
        });
        self.measured.push(Measured {
            of: of.to_owned(),
            state: state.to_owned(),
            by: if people { "people" } else { "rows" },
            columns: columns.iter().filter_map(|column| text(column, "name")).collect::<Vec<_>>().join(", "),
            threshold: number(data, "threshold"),
            k: number(sizes, "k"),
            uniques: text(sizes, "uniques"),
            small_share: real(sizes, "small_share"),
            highest: real(attack, "prosecutor_highest"),
            marketer: real(attack, "marketer"),
            earlier,
            told_by: told_by.to_owned(),
        });
        for one in data.get("sensitive").and_then(Value::as_array).into_iter().flatten() {
            let by = if people { "by_person" } else { "by_row" };
            let closeness = &one[if people { "t_by_person" } else { "t_by_row" }];
            self.sensitive.push(Sensitive {
                of: of.to_owned(),
                state: state.to_owned(),
                column: text(one, "name").unwrap_or_default(),
                distinct_l: number(&one[by], "distinct_l"),
                entropy_l: real(&one[by], "entropy_l"),
                t: real(closeness, "ordered").or_else(|| real(closeness, "equal")),
                one_value: one[by].get("attribute_disclosure") == Some(&Value::Bool(true)),
            });
        }
    }

    fn add_left_out(&mut self, of: &str, list: &Value) {
        for one in list.as_array().into_iter().flatten() {
            for group in one.get("groups").and_then(Value::as_array).into_iter().flatten() {
                // Results name no smaller group; a file made by hand is not let through either.
                let Some(rows) = number(group, "rows").filter(|rows| *rows >= FEW) else { continue };
                let left_out = text(group, "left_out");
                if left_out.as_deref() == Some("0") {
                    continue;
                }
                self.left_out.push(LeftOut {
                    of: of.to_owned(),
                    column: text(one, "column").unwrap_or_default(),
                    group: text(group, "name").unwrap_or_default(),
                    rows,
                    left_out,
                    share: real(group, "share"),
                });
            }
        }
    }
}

fn real(value: &Value, name: &str) -> Option<f64> {
    value.get(name).and_then(Value::as_f64)
}
