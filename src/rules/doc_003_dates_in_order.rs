//! DOC-003: nothing ends before it begins.

use super::{Certainty, Check, Context, Rule};
use crate::diagnostics::{Finding, Severity};
use crate::identifier::Date;
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule {
    code: "DOC-003",
    name: "dates_in_order",
    title: "Dates are in order",
    severity: Severity::Error,
    statement: "An agreement ends on or after its first day; so do its clauses, and its suspensions; its next review lies after the last one.",
    source: "Internal consistency: an agreement that ends before it starts is never in force",
    certainty: Certainty::Design,
    next: "Correct one of the two dates.",
    failing: "ends: 2025-03-31\n",
    fixed: "ends: 2028-03-31\n",
    adjustable: false,
    waivable: false,
    check: Check::Pack(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Finding>) {
    for agreement in &context.pack.agreements {
        let draft = &agreement.draft;
        let mut order = |key: &str, first: Option<&Spanned<Date>>, last: Option<&Spanned<Date>>, message: String| {
            if let (Some(first), Some(last)) = (first, last)
                && last.value < first.value
            {
                found.push(RULE.finding(format!("{}/{key}", agreement.id), message).at(last.span, "this day").at(first.span, "lies before this one"));
            }
        };
        let id = &agreement.id;
        order("ends", draft.starts.as_ref(), draft.ends.as_ref(), format!("{id} ends before it starts"));
        order("terminated_on", draft.starts.as_ref(), draft.terminated_on.as_ref(), format!("{id} was terminated before it started"));
        for suspension in &draft.suspended {
            order("suspended", suspension.from.as_ref(), suspension.to.as_ref(), format!("a suspension of {id} ends before it starts"));
        }
        if let Some(review) = &draft.review {
            order("review", review.last.as_ref(), review.next.as_ref(), format!("the next review of {id} lies before the last one"));
        }
    }
}
