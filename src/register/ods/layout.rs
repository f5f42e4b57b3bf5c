//! Which list it is, told by what stands in it: how many cells, what codes, where the dates.

use super::{ListError, RawRow};
use crate::identifier::Date;

/// A layout this version reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layout {
    /// epraccur as published: prescribing cost centres of England and Wales, 27 columns, no header.
    Epraccur,
    /// etr as published: NHS trusts, 27 columns, no header.
    Etr,
    /// eccg as published: sub-ICB locations, former CCGs, commissioning hubs; 27 columns, no header.
    Eccg,
    /// epraccur with a header of its own, columns left out or renamed.
    EpraccurNamed,
    /// A part of epraccur with GP practices only, with a header.
    PracticesNamed,
    /// A part of etr with a header.
    TrustsNamed,
}

/// Where the columns are. Cells that we have no use for (addresses, telephone numbers) have no place here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) width: usize,
    pub(super) ods: usize,
    pub(super) name: usize,
    pub(super) opened: Option<usize>,
    pub(super) closed: Option<usize>,
    pub(super) status: Option<usize>,
    pub(super) commissioner: Option<usize>,
    pub(super) joined: Option<usize>,
    pub(super) left: Option<usize>,
    pub(super) icb: Option<usize>,
    pub(super) borough: Option<usize>,
    pub(super) setting: Option<usize>,
    pub(super) role: Option<usize>,
}

pub(super) struct Recognised {
    pub(super) layout: Layout,
    pub(super) columns: Columns,
    pub(super) header: bool,
}

impl Layout {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Epraccur, Self::Etr, Self::Eccg, Self::EpraccurNamed, Self::PracticesNamed, Self::TrustsNamed];

    /// A short name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Epraccur => "epraccur",
            Self::Etr => "etr",
            Self::Eccg => "eccg",
            Self::EpraccurNamed => "epraccur with a header",
            Self::PracticesNamed => "GP practices with a header",
            Self::TrustsNamed => "trusts with a header",
        }
    }

    /// What it looks like, for people whose list was refused.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Epraccur => "epraccur: 27 columns, no header, codes like P82001, status A, C, D or P in column 13, prescribing setting in column 26",
            Self::Etr => "etr: 27 columns, no header, codes like R0A, columns 13, 14 and 26 empty",
            Self::Eccg => "eccg: 27 columns, no header, codes like 00T, columns 13 and 26 empty, roles like RO319 in column 14",
            Self::EpraccurNamed => "epraccur with a header: code, name, opening and closing date, status, commissioner and prescribing setting, by name",
            Self::PracticesNamed => "GP practices with a header: ods_code, name, status and commissioner_code, by name, codes like P82001",
            Self::TrustsNamed => "trusts with a header: ods_code, name, open_date and close_date, by name, codes like R0A",
        }
    }

    /// Whether a code has a form that the list holds.
    pub(super) fn holds(self, code: &str) -> bool {
        match self {
            Self::Epraccur | Self::EpraccurNamed | Self::PracticesNamed => is_cost_centre(code),
            Self::Etr | Self::TrustsNamed => is_trust(code) || is_mixed_five(code),
            Self::Eccg => is_commissioning(code) || is_mixed_five(code),
        }
    }

    /// The kind of everything in it; none where a column of each row says it.
    pub(super) fn kind(self) -> Option<&'static str> {
        match self {
            Self::Etr | Self::TrustsNamed => Some("trust"),
            Self::PracticesNamed => Some("gp_practice"),
            Self::Epraccur | Self::EpraccurNamed | Self::Eccg => None,
        }
    }
}

fn form(code: &str, pattern: &str) -> bool {
    code.len() == pattern.len()
        && code.bytes().zip(pattern.bytes()).all(|(byte, want)| match want {
            b'A' => byte.is_ascii_uppercase(),
            b'9' => byte.is_ascii_digit(),
            b'X' => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            other => byte == other,
        })
}

/// `P82001`, and `ALD200` in the islands.
fn is_cost_centre(code: &str) -> bool {
    form(code, "A99999") || form(code, "AAA999")
}

fn is_trust(code: &str) -> bool {
    form(code, "RXX")
}

fn is_commissioning(code: &str) -> bool {
    form(code, "99X")
}

/// The newer codes of any kind, `G6V2S`.
fn is_mixed_five(code: &str) -> bool {
    form(code, "A9A9A")
}

/// `20231231`, if there is such a day.
pub(super) fn compact_date(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Date::new(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?)
}

/// What an organisation above is, by the form of its code.
pub(super) fn parent_kind(code: &str, high_level: bool) -> &'static str {
    match (high_level, code) {
        (true, code) if form(code, "QXX") => "icb",
        (true, _) => "health_geography",
        (false, code) if is_commissioning(code) || is_mixed_five(code) => "sub_icb",
        (false, _) => "commissioner",
    }
}

/// The kind behind the roles of eccg. Rows without a role are the CCGs that closed before 2022.
pub(super) fn commissioning_kind(roles: &str) -> &'static str {
    let has = |role: &str| roles.split('|').any(|one| one == role);
    if has("RO319") {
        "sub_icb"
    } else if has("RO327") {
        "sub_icb_reporting_entity"
    } else if has("RO218") {
        "commissioning_hub"
    } else if roles.is_empty() {
        "ccg"
    } else {
        "commissioning_organisation"
    }
}

/// The kind behind a prescribing setting of epraccur; 4 is a GP practice.
pub(super) fn prescribing_kind(setting: u8) -> &'static str {
    match setting {
        1 => "walk_in_centre",
        2 => "out_of_hours",
        3 => "walk_in_and_out_of_hours",
        4 => "gp_practice",
        8 => "public_health_service",
        9 => "community_health_service",
        10 => "hospital_service",
        11 => "optometry_service",
        12 => "urgent_care",
        13 => "hospice",
        14 => "care_home_service",
        15..=20 | 24 | 25 => "justice_setting",
        21 | 22 => "police_or_referral_centre",
        26 => "primary_care_network_service",
        // 0 is "other" in the list itself.
        _ => "other_cost_centre",
    }
}

/// Names of columns, small letters and digits only, and what they hold.
const NAMES: [(&str, Concept); 42] = [
    ("odscode", Concept::Ods),
    ("orgcode", Concept::Ods),
    ("organisationcode", Concept::Ods),
    ("name", Concept::Name),
    ("orgname", Concept::Name),
    ("organisationname", Concept::Name),
    ("opendate", Concept::Opened),
    ("opened", Concept::Opened),
    ("closedate", Concept::Closed),
    ("closed", Concept::Closed),
    ("status", Concept::Status),
    ("statuscode", Concept::Status),
    ("commissioner", Concept::Commissioner),
    ("commissionercode", Concept::Commissioner),
    ("joinproviderdate", Concept::Joined),
    ("joinproviderpurchaserdate", Concept::Joined),
    ("joincommissioner", Concept::Joined),
    ("leftproviderdate", Concept::Left),
    ("leftproviderpurchaserdate", Concept::Left),
    ("leftcommissioner", Concept::Left),
    ("icb", Concept::Icb),
    ("icborstp", Concept::Icb),
    ("highlevelhealthgeography", Concept::Icb),
    ("borough", Concept::Borough),
    ("boroughbycommissioner", Concept::Borough),
    ("prescrset", Concept::Setting),
    ("prescribingsetting", Concept::Setting),
    ("nationalgrouping", Concept::Unused),
    ("postcode", Concept::Unused),
    ("address1", Concept::Unused),
    ("address2", Concept::Unused),
    ("address3", Concept::Unused),
    ("address4", Concept::Unused),
    ("address5", Concept::Unused),
    ("telno", Concept::Unused),
    ("contacttelephonenumber", Concept::Unused),
    ("orgsubtypecode", Concept::Unused),
    ("organisationsubtypecode", Concept::Unused),
    ("amendedrecordindicator", Concept::Unused),
    ("provpurch", Concept::Unused),
    ("providerpurchaser", Concept::Unused),
    ("null", Concept::Unused),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Concept {
    Ods,
    Name,
    Opened,
    Closed,
    Status,
    Commissioner,
    Joined,
    Left,
    Icb,
    Borough,
    Setting,
    Unused,
}

fn normalised(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// A column's name as it may be shown: it comes from a file that may be anything.
fn shown(name: &str) -> String {
    let short: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
    format!("`{short}`")
}

pub(super) fn recognise(rows: &[RawRow]) -> Result<Recognised, ListError> {
    let Some(first) = rows.first() else { return Err(ListError::Empty) };
    let known = |cell: &Option<String>| cell.as_deref().is_some_and(|text| NAMES.iter().any(|(name, _)| *name == normalised(text)));
    let words = first.cells.iter().filter(|cell| known(cell)).count();
    // A row of an organisation has digits in some cell; a header has not, apart from `address1`.
    let looks_like_header = words >= 2 || first.cells.len() > 2 && (0..first.cells.len()).all(|index| is_label(first.cell(index)));
    if looks_like_header { named(rows) } else { raw(rows) }
}

fn is_label(cell: &str) -> bool {
    cell.chars().next().is_some_and(char::is_alphabetic) && cell.len() <= 60 && cell.bytes().filter(u8::is_ascii_digit).count() <= 2
}

fn named(rows: &[RawRow]) -> Result<Recognised, ListError> {
    let header = &rows[0];
    let mut columns = Columns { width: header.cells.len(), ..Columns::default() };
    let (mut ods, mut name) = (None, None);
    let mut unknown = Vec::new();
    for index in 0..header.cells.len() {
        let written = header.cell(index);
        let wanted = normalised(written);
        let slot = match NAMES.iter().find(|(known, _)| *known == wanted).map(|(_, concept)| *concept) {
            None => {
                unknown.push(shown(written));
                continue;
            }
            Some(Concept::Unused) => continue,
            Some(Concept::Ods) => &mut ods,
            Some(Concept::Name) => &mut name,
            Some(Concept::Opened) => &mut columns.opened,
            Some(Concept::Closed) => &mut columns.closed,
            Some(Concept::Status) => &mut columns.status,
            Some(Concept::Commissioner) => &mut columns.commissioner,
            Some(Concept::Joined) => &mut columns.joined,
            Some(Concept::Left) => &mut columns.left,
            Some(Concept::Icb) => &mut columns.icb,
            Some(Concept::Borough) => &mut columns.borough,
            Some(Concept::Setting) => &mut columns.setting,
        };
        if slot.replace(index).is_some() {
            return refuse(format!("a header with {} columns, where two columns mean the same ({} is the second)", columns.width, shown(written)));
        }
    }
    let seen = format!("a header with {} columns", columns.width);
    if !unknown.is_empty() {
        let few: Vec<&str> = unknown.iter().take(6).map(String::as_str).collect();
        let more = if unknown.len() > few.len() { format!(" and {} more", unknown.len() - few.len()) } else { String::new() };
        return refuse(format!("{seen}, of which this version does not know {}{more}", few.join(", ")));
    }
    let (Some(ods), Some(name)) = (ods, name) else {
        return refuse(format!("{seen}, none of them the {}", if ods.is_none() { "organisation's code" } else { "organisation's name" }));
    };
    (columns.ods, columns.name) = (ods, name);
    let codes = |is: fn(&str) -> bool| mostly(rows[1..].iter().map(|row| is(&row.cell(ods).to_ascii_uppercase())));
    let layout = if columns.setting.is_some() {
        for (column, what) in [(columns.status, "status"), (columns.opened, "opening date"), (columns.closed, "closing date")] {
            if column.is_none() {
                return refuse(format!("{seen}, a prescribing setting among them, but no {what}"));
            }
        }
        Layout::EpraccurNamed
    } else if columns.status.is_some() && columns.commissioner.is_some() {
        Layout::PracticesNamed
    } else if columns.status.is_none() && columns.opened.is_some() && columns.closed.is_some() {
        Layout::TrustsNamed
    } else {
        return refuse(format!("{seen}: code and name, but neither status and commissioner (practices) nor opening and closing date (trusts)"));
    };
    let (fits, example) = match layout {
        Layout::TrustsNamed => (codes(|code| is_trust(code) || is_mixed_five(code)), "R0A"),
        _ => (codes(is_cost_centre), "P82001"),
    };
    if rows.len() > 1 && !fits {
        return refuse(format!("{seen} like those of {}, but most codes are not like {example}", layout.name()));
    }
    Ok(Recognised { layout, columns, header: true })
}

fn refuse<T>(seen: String) -> Result<T, ListError> {
    Err(ListError::Layout { seen })
}

/// At least four of five. Single bad rows are quarantined; a list that is bad all over is another list.
fn mostly(all: impl Iterator<Item = bool>) -> bool {
    let (mut yes, mut total) = (0_usize, 0_usize);
    for one in all {
        total += 1;
        yes += usize::from(one);
    }
    total > 0 && yes * 5 >= total * 4
}

fn raw(rows: &[RawRow]) -> Result<Recognised, ListError> {
    const WIDTH: usize = 27;
    let wide: Vec<&RawRow> = rows.iter().filter(|row| row.cells.len() == WIDTH).collect();
    if wide.len() * 2 < rows.len() || wide.is_empty() {
        let mut widths: Vec<usize> = rows.iter().map(|row| row.cells.len()).collect();
        widths.sort_unstable();
        // The middle one is of the commonest kind wherever one kind has the majority.
        let width = widths[widths.len() / 2];
        return refuse(format!("no header that is known, and rows of {} (a list without a header has 27)", crate::text::count(width as u64, "cell", "cells")));
    }
    let dated = |row: &RawRow| compact_date(row.cell(10)).is_some() && (row.cell(11).is_empty() || compact_date(row.cell(11)).is_some());
    let bare = |row: &RawRow| row.cell(12).is_empty() && row.cell(25).is_empty();
    let code = |row: &RawRow| row.cell(0).to_ascii_uppercase();
    let roles = |row: &RawRow| row.cell(13).is_empty() || row.cell(13).split('|').all(|role| role.starts_with("RO") && role.len() > 2);
    let practices = mostly(wide.iter().map(|row| {
        dated(row) && is_cost_centre(&code(row)) && matches!(row.cell(12), "A" | "C" | "D" | "P") && row.cell(25).bytes().all(|byte| byte.is_ascii_digit())
    }));
    let trusts = mostly(wide.iter().map(|row| dated(row) && bare(row) && row.cell(13).is_empty() && Layout::Etr.holds(&code(row))))
        && wide.iter().any(|row| is_trust(&code(row)));
    let commissioning = mostly(wide.iter().map(|row| dated(row) && bare(row) && roles(row) && Layout::Eccg.holds(&code(row))))
        && wide.iter().any(|row| is_commissioning(&code(row)) || !row.cell(13).is_empty());
    let layout = match (practices, trusts, commissioning) {
        (true, false, false) => Layout::Epraccur,
        (false, true, false) => Layout::Etr,
        (false, false, true) => Layout::Eccg,
        (false, false, false) => {
            let share = |fits: usize| format!("{} of {}", crate::text::thousands(fits as u64), crate::text::thousands(wide.len() as u64));
            let cost_centres = wide.iter().filter(|row| is_cost_centre(&code(row))).count();
            let trust_codes = wide.iter().filter(|row| is_trust(&code(row))).count();
            let commissioners = wide.iter().filter(|row| is_commissioning(&code(row))).count();
            let days = wide.iter().filter(|row| dated(row)).count();
            return refuse(format!(
                "27 columns without a header; codes like P82001 in {} rows, like R0A in {}, like 00T in {}; opening and closing dates in columns 11 and 12 in {}",
                share(cost_centres),
                share(trust_codes),
                share(commissioners),
                share(days)
            ));
        }
        _ => return refuse("27 columns without a header that fit more than one list, for example trusts and sub-ICB locations mixed".to_owned()),
    };
    let practice = layout == Layout::Epraccur;
    let columns = Columns {
        width: WIDTH,
        ods: 0,
        name: 1,
        icb: Some(3),
        opened: Some(10),
        closed: Some(11),
        status: practice.then_some(12),
        role: (layout == Layout::Eccg).then_some(13),
        commissioner: practice.then_some(14),
        joined: practice.then_some(15),
        left: practice.then_some(16),
        borough: None,
        setting: practice.then_some(25),
    };
    Ok(Recognised { layout, columns, header: false })
}
