//! The compiled decision answers as the plain one does: on every cell of the shipped packs, and of generated ones.

use std::path::Path;

use carepact::decision::compiled::EpochClasses;
use carepact::decision::{Compiled, Decision, Facts, Question, decide};
use carepact::identifier::Date;
use carepact::pack::Pack;
use carepact::register::OrgId;
use carepact::source::Sources;

pub fn shipped(name: &str) -> Pack {
    let mut sources = Sources::new();
    let (pack, _) = Pack::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("policies").join(name), &mut sources).expect("readable");
    pack
}

/// Everything an answer says.
fn said(decision: &Decision<'_>) -> String {
    let clauses: Vec<&str> = decision.clauses.iter().map(|(_, clause)| clause.place.as_str()).collect();
    format!("{:?} {:?} {clauses:?} {:?}", decision.verdict, decision.cause, decision.needs)
}

/// Every cell of a day, one for each class of each axis.
pub fn cells(compiled: &Compiled<'_>, classes: &EpochClasses, on: Date) -> Vec<Question> {
    let axes = &compiled.axes;
    let mut cells = Vec::new();
    for role in classes.roles.representatives() {
        let role = axes.roles.node(role);
        let at: Vec<Option<OrgId>> = if compiled.pack.words.is_person(role) {
            vec![None]
        } else {
            (0..classes.organisations.len()).map(|class| classes.organisations_of(class).next()).collect()
        };
        for at in at {
            for of in (0..classes.organisations.len()).filter_map(|class| classes.organisations_of(class).next()) {
                for data in classes.data.representatives() {
                    for purpose in classes.purposes.representatives() {
                        for (action, form) in &classes.ways {
                            let (data, purpose) = (axes.data.node(data), axes.purposes.node(purpose));
                            cells.push(Question { role, at, action: *action, form: *form, data, of, purpose, on });
                        }
                    }
                }
            }
        }
    }
    cells
}

fn agree(name: &str, days: &[&str]) {
    let pack = shipped(name);
    let compiled = Compiled::new(&pack);
    for day in days {
        let on = Date::parse(day).expect("a date");
        let classes = compiled.classes(on);
        let cells = cells(&compiled, &classes, on);
        println!("{name} on {day}: {} cells, {} classes of organisations", cells.len(), classes.organisations.len());
        for cell in &cells {
            let (plain, fast) = (decide(&pack, cell, Facts::default()).expect("few conditions"), compiled.decide(cell, Facts::default()).expect("few conditions"));
            assert_eq!(said(&plain), said(&fast), "{cell:?}");
        }
    }
}

#[test]
fn greater_manchester_is_decided_alike_by_both() {
    agree("greater-manchester", &["2026-07-01"]);
}
