//! What the audit tells of accesses.

use serde_json::Value;

use super::values::{number, scalar, sentence, text};
use super::{Case, Daily, Day, Detector, Explained, Grid, Hours, Share};
use crate::identifier::Date;
use crate::text::{count, thousands};

impl Explained {
    /// `{explained, total}`, or `{explained, unexplained, not_assessed}`: the share is of those that could be judged.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let explained = number(value, "explained")?;
        let judged = number(value, "total").or_else(|| Some(explained + number(value, "unexplained")?))?;
        Some(Self { share: Share::new(explained, judged), not_assessed: number(value, "not_assessed") })
    }
}

impl Detector {
    pub(super) fn read(item: &Value) -> Self {
        let blind = item.get("assessed") == Some(&Value::Bool(false));
        Self {
            code: text(item, "code").unwrap_or_default(),
            title: text(item, "title").unwrap_or_default(),
            findings: number(item, "findings").filter(|_| !blind),
        }
    }
}

impl Share {
    /// A part of a whole.
    pub fn new(part: u64, whole: u64) -> Self {
        let per_mille = (whole > 0).then(|| u64::try_from((u128::from(part) * 2000 + u128::from(whole)) / (u128::from(whole) * 2)).unwrap_or(u64::MAX));
        Self { part, whole, per_mille }
    }

    /// `87.5%`, or words if the whole is nothing.
    pub fn percent(self) -> String {
        match self.per_mille {
            Some(value) => format!("{}.{}%", value / 10, value % 10),
            None => "no accesses".to_owned(),
        }
    }
}

/// Days of the week as the tables name them.
pub const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

impl Hours {
    pub(super) fn read(value: &Value) -> Option<Self> {
        let counts: Vec<Vec<u64>> =
            value.as_array()?.iter().map(|row| row.as_array()?.iter().map(Value::as_u64).collect::<Option<Vec<_>>>()).collect::<Option<_>>()?;
        if counts.len() != 7 || counts.iter().any(|row| row.len() != 24) {
            return None;
        }
        let all: u64 = counts.iter().flatten().sum();
        let finding = if all == 0 {
            "No access has a time that can be relied on.".to_owned()
        } else {
            let (mut day, mut hour) = (0, 0);
            for (d, row) in counts.iter().enumerate() {
                for (h, events) in row.iter().enumerate() {
                    if *events > counts[day][hour] {
                        (day, hour) = (d, h);
                    }
                }
            }
            let night: u64 = counts.iter().map(|row| row[..6].iter().sum::<u64>() + row[22..].iter().sum::<u64>()).sum();
            format!(
                "The busiest hour is {} from {hour:02}:00 ({}); {} of accesses fall at night, from 22:00 to 05:59.",
                WEEKDAYS[day],
                count(counts[day][hour], "access", "accesses"),
                Share::new(night, all).percent()
            )
        };
        Some(Self { counts, finding })
    }
}

impl Daily {
    pub(super) fn read(value: &Value) -> Option<Self> {
        let mut days: Vec<Day> = value
            .as_array()?
            .iter()
            .map(|item| Some(Day { date: text(item, "date")?, events: number(item, "events").or_else(|| number(item, "accesses"))? }))
            .collect::<Option<_>>()?;
        if days.iter().any(|day| Date::parse(&day.date).is_err()) {
            return None;
        }
        days.sort();
        let finding = match (days.first(), days.last()) {
            (Some(first), Some(last)) => {
                let all: u64 = days.iter().map(|day| day.events).sum();
                let most = days.iter().rev().max_by_key(|day| day.events).unwrap_or(first);
                let least = days.iter().min_by_key(|day| day.events).unwrap_or(first);
                if days.len() == 1 {
                    format!("The log covers one day, {}, with {}.", first.date, count(all, "access", "accesses"))
                } else {
                    format!(
                        "From {} to {} there were {}: the most on {} ({}), the fewest on {} ({}).",
                        first.date,
                        last.date,
                        count(all, "access", "accesses"),
                        most.date,
                        thousands(most.events),
                        least.date,
                        thousands(least.events)
                    )
                }
            }
            _ => "No day has an access.".to_owned(),
        };
        Some(Self { days, finding })
    }
}

impl Case {
    /// A case; one without a name is called by its place in the list.
    pub(super) fn read(item: &Value, place: usize) -> Self {
        let get = |names: [&str; 2]| names.iter().find_map(|name| text(item, name)).unwrap_or_default();
        let list = |name: &str| match item.get(name) {
            Some(Value::Array(items)) => items.iter().filter_map(scalar).collect(),
            Some(other) => scalar(other).into_iter().collect(),
            None => Vec::new(),
        };
        Self {
            case: text(item, "case").unwrap_or_else(|| place.to_string()),
            user: get(["user", "staff"]),
            person: get(["person", "about"]),
            organisation: get(["organisation", "ods"]),
            from: get(["from", "first"]),
            to: get(["to", "last"]),
            accesses: number(item, "accesses"),
            score: get(["score", "rank"]),
            codes: list("codes"),
            sentences: list("sentences").into_iter().chain(list("why")).map(|text: String| sentence(&text)).collect(),
        }
    }
}

impl Grid {
    pub(super) fn read(value: &Value) -> Option<Self> {
        let items = value.as_array()?;
        let mut columns: Vec<String> = Vec::new();
        for item in items {
            for (name, cell) in item.as_object()? {
                if !cell.is_object() && !cell.is_array() && !columns.contains(name) {
                    columns.push(name.clone());
                }
            }
        }
        let rows = items
            .iter()
            .map(|item| {
                columns.iter().map(|name| item.get(name).filter(|cell| !cell.is_object() && !cell.is_array()).cloned().unwrap_or(Value::Null)).collect()
            })
            .collect();
        (!columns.is_empty()).then_some(Self { columns, rows })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_half_up_and_nothing_has_no_share() {
        assert_eq!(Share::new(1, 3).percent(), "33.3%");
        assert_eq!(Share::new(2, 3).percent(), "66.7%");
        assert_eq!(Share::new(1, 2000).percent(), "0.1%");
        assert_eq!(Share::new(u64::MAX, u64::MAX).percent(), "100.0%");
        assert_eq!(Share::new(0, 0).percent(), "no accesses");
    }

    #[test]
    fn a_table_of_another_shape_is_no_table() {
        let row = vec![1; 24];
        assert!(Hours::read(&serde_json::json!(vec![row.clone(); 7])).is_some());
        assert!(Hours::read(&serde_json::json!(vec![row.clone(); 6])).is_none());
        assert!(Hours::read(&serde_json::json!(vec![vec![-1; 24]; 7])).is_none());
        assert!(Daily::read(&serde_json::json!([{"date": "01/02/2026", "events": 1}])).is_none());
    }
}
