//! When agreements end: a bar for each, the day of judgement as a line, the next ninety days as a band.

use super::{Anchor, Canvas, Ground, width_of};
use crate::identifier::Date;
use crate::report::colour;
use crate::report::model::{Agreement, Agreements, SOON_DAYS};

const WIDTH: i64 = 9600;
const LEFT: i64 = 1500;
const RIGHT: i64 = 9500;
const TOP: i64 = 520;
const ROW: i64 = 340;
const BAR: i64 = 220;

/// The figure, ends first; none if no agreement states a day or the day of judgement is unknown.
pub fn draw(agreements: &Agreements) -> Option<String> {
    let today = Date::parse(&agreements.as_of).ok()?;
    let mut bars: Vec<(&Agreement, Option<Date>, Option<Date>)> = agreements
        .list
        .iter()
        .map(|agreement| {
            let day = |text: &Option<String>| text.as_deref().and_then(|text| Date::parse(text).ok());
            (agreement, day(&agreement.starts), day(&agreement.ends))
        })
        .filter(|(_, starts, ends)| starts.is_some() || ends.is_some())
        .collect();
    if bars.is_empty() {
        return None;
    }
    bars.sort_by(|a, b| (a.2.unwrap_or(Date::MAX), &a.0.id).cmp(&(b.2.unwrap_or(Date::MAX), &b.0.id)));
    // A term of fifty years must not squeeze the next ninety days to a hair: three years back, four ahead.
    let earliest = bars.iter().filter_map(|(_, starts, ends)| starts.or(*ends)).min().unwrap_or(today).min(today.plus_days(-90));
    let latest = bars.iter().filter_map(|(_, starts, ends)| ends.or(*starts)).max().unwrap_or(today).max(today.plus_days(180));
    let first = Date::new(earliest.max(today.plus_months(-36)).year(), 1, 1)?;
    let last = Date::new(latest.min(today.plus_months(48)).year(), 12, 31)?;
    let span = i64::from(first.days_until(last)).max(1);
    let at = |date: Date| LEFT + (RIGHT - LEFT) * i64::from(first.days_until(date.max(first).min(last))) / span;

    let rows = i64::try_from(bars.len()).ok()?;
    let bottom = TOP + rows * ROW + 60;
    let mut canvas = Canvas::new("timeline", WIDTH, bottom + 280);
    let band_end = today.plus_days(i32::try_from(SOON_DAYS).unwrap_or(90));
    canvas.rect((at(today), TOP - 120), (at(band_end) - at(today), bottom - TOP + 120), colour::PALE_YELLOW, false);
    for year in first.year()..=last.year() {
        let Some(new_year) = Date::new(year, 1, 1) else { continue };
        canvas.line((at(new_year), TOP - 120), (at(new_year), bottom), colour::GREY_4, 10, false);
        canvas.text((at(new_year) + 40, bottom + 190), Ground::PageAside, Anchor::Start, false, &year.to_string());
    }
    canvas.line((LEFT, bottom), (RIGHT, bottom), colour::GREY_2, 10, false);

    for (index, (agreement, starts, ends)) in bars.iter().enumerate() {
        let y = TOP + i64::try_from(index).ok()? * ROW;
        let (from, to) = (at(starts.unwrap_or(first)), at(ends.unwrap_or(last)));
        let to = to.max(from + 40);
        let ground = match agreement.term {
            "ended" => Ground::Ended,
            "soon" => Ground::Soon,
            _ => Ground::Later,
        };
        canvas.text((LEFT - 100, y + 160), Ground::Page, Anchor::End, true, &short(&agreement.id, 17));
        // What is not in force is an empty frame, and says so.
        let hollow = agreement.term != "ended" && agreement.state.as_deref().is_some_and(|state| state != "in force");
        let ground = if hollow { Ground::Page } else { ground };
        if hollow {
            canvas.frame((from, y), (to - from, BAR), colour::BLUE);
        } else {
            canvas.rect((from, y), (to - from, BAR), ground.fill(), true);
        }
        let words = match (agreement.days_left, ends) {
            (_, Some(ends)) if hollow => format!("{}, ends {ends}", agreement.state.as_deref().unwrap_or("not in force")),
            (Some(days), Some(ends)) if days < 0 => format!("ended {ends}"),
            (Some(days), Some(ends)) if days <= SOON_DAYS => format!("ends {ends}, {days} {} left", if days == 1 { "day" } else { "days" }),
            (_, Some(ends)) => format!("ends {ends}"),
            (_, None) => "no last day stated".to_owned(),
        };
        let room = width_of(&words) + 160;
        // Words under the line of the day could not be read.
        let crossed = (to - room..to).contains(&at(today));
        if to - from >= room && !(crossed && to + room <= RIGHT) {
            canvas.text((to - 80, y + 160), ground, Anchor::End, false, &words);
        } else if to + room <= RIGHT {
            canvas.text((to + 80, y + 160), Ground::Page, Anchor::Start, false, &words);
        } else {
            canvas.text((from - 80, y + 160), Ground::Page, Anchor::End, false, &words);
        }
    }
    // Drawn last, so that no bar hides it.
    canvas.line((at(today), TOP - 160), (at(today), bottom), colour::DARK_BLUE, 25, false);
    let flag = format!("{today}: judged on this day");
    let width = width_of(&flag) + 160;
    let x = at(today).min(RIGHT - width);
    canvas.rect((x, TOP - 440), (width, 240), colour::DARK_BLUE, true);
    canvas.text((x + 80, TOP - 275), Ground::Flag, Anchor::Start, true, &flag);
    canvas.line((at(today), TOP - 210), (at(today), TOP - 150), colour::DARK_BLUE, 25, false);
    let band = format!("next {SOON_DAYS} days");
    canvas.text((at(band_end) + 50, bottom - 20 - rows * ROW - 80), Ground::PageAside, Anchor::Start, false, &band);
    Some(canvas.finish(&format!("Terms of the agreements around {today}"), &format!("{} The table below has the same dates.", agreements.timeline)))
}

fn short(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters { text.to_owned() } else { text.chars().take(letters - 1).chain(['…']).collect() }
}
