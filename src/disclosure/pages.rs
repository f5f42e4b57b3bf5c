//! What `carepact explain` says of the codes of disclosure risk.

/// A page.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// `RSK-001`.
    pub code: &'static str,
    /// A few words.
    pub title: &'static str,
    /// What it says, and what it does not.
    pub says: &'static str,
    /// Where it comes from.
    pub why: &'static str,
    /// What to do.
    pub next: &'static str,
}

/// Every page.
pub const PAGES: [Page; 6] = [
    Page {
        code: "RSK-001",
        title: "A class is smaller than the threshold",
        says: "Rows that agree in all quasi-identifiers form a class. In a class of few people somebody who knows these facts of a person finds that person's rows, or one of a few. Where a person column is named, people are counted, not rows: one person's ten rows protect nobody.",
        why: "ISB 1523 (Anonymisation Standard for Publishing Health and Social Care Data) works with k of 3 to 5 by assessed risk, wider releases with 10; Sweeney, k-anonymity, 2002.",
        next: "Coarsen the quasi-identifier that splits most (a band instead of an age, an area instead of a postcode, a month instead of a day), drop it, or leave the rows out. `carepact risk EXTRACT --hierarchy COL=FILE --plan` shows what each costs.",
    },
    Page {
        code: "RSK-002",
        title: "Everybody in a class has the same sensitive value",
        says: "A class may be large and still say everything: if all its members have one diagnosis, whoever is known to be a member is known to have it. k does not see this, so a high k alone is never called safe.",
        why: "Machanavajjhala and others, l-diversity, 2007 (the homogeneity attack); ICO guidance on anonymisation, 2025 (inferences about a person).",
        next: "Coarsen the sensitive column or the quasi-identifiers, or leave such classes out. Some such classes are facts everybody knows (nobody aged 5 has retired): judge them, and write down why they stay.",
    },
    Page {
        code: "RSK-003",
        title: "A class holds fewer sensitive values than asked for",
        says: "The least diverse class holds fewer distinct values of the sensitive column than the threshold l. A missing value counts as a value. Distinct values say nothing of how often each occurs: see entropy l.",
        why: "Machanavajjhala and others, l-diversity, 2007.",
        next: "Coarsen the quasi-identifiers, so that classes grow, or leave these classes out.",
    },
    Page {
        code: "RSK-004",
        title: "A class differs more from the whole than asked for",
        says: "Whoever knows the class of a person learns how likely each sensitive value is there. The distance between that and the whole extract (earth mover's distance, equal or along the order of values) is over the threshold t.",
        why: "Li, Li and Venkatasubramanian, t-closeness, 2007.",
        next: "Coarsen the quasi-identifiers. A small t destroys most of what an analysis looks for: choose it with the analysts.",
    },
    Page {
        code: "RSK-005",
        title: "A person's rows together single them out",
        says: "Each row may be like many others, but a stable pseudonym joins a person's rows, and few people share the whole set. Who knows two or three events of a person may then find all of them.",
        why: "de Montjoye and others, Unique in the Crowd, 2013.",
        next: "Release fewer events for each person, coarser dates, one row a person, or pseudonyms that do not join rows.",
    },
    Page {
        code: "RSK-006",
        title: "Two tables tell a small count by subtraction",
        says: "The same figure in two tables of nearly the same people differs by a count that would be hidden if it stood in a table itself: whoever has both can subtract. Only cells with the same words and column name are compared, with the ranges that rounding leaves.",
        why: "ISB 1523 (Anonymisation Standard for Publishing Health and Social Care Data) names differencing; HES disclosure control rounds every sub-national count to the nearest 5 for this reason.",
        next: "Round both tables, hide the cell in one of them, or let only one of them leave.",
    },
];
