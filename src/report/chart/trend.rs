//! Accesses by day: a column for each, the most and the fewest named.

use super::{Anchor, Canvas, Ground, width_of};
use crate::identifier::Date;
use crate::report::colour;
use crate::report::model::{Daily, Day};
use crate::text::thousands;

const WIDTH: i64 = 9600;
const LEFT: i64 = 900;
const RIGHT: i64 = 9500;
const TOP: i64 = 320;
const BOTTOM: i64 = 2400;

/// The figure; none without two days, for which a sentence is enough.
pub fn draw(daily: &Daily) -> Option<String> {
    let days: Vec<(Date, &Day)> = daily.days.iter().map(|day| Some((Date::parse(&day.date).ok()?, day))).collect::<Option<_>>()?;
    let (first, last) = (days.first()?.0, days.last()?.0);
    if days.len() < 2 {
        return None;
    }
    let most = days.iter().map(|(_, day)| day.events).max()?.max(1);
    let top = round_up(most);
    let slots = i64::from(first.days_until(last)) + 1;
    let x = |date: Date| LEFT + (RIGHT - LEFT) * i64::from(first.days_until(date)) / slots;
    let height = |events: u64| i64::try_from(u128::from(events) * u128::from((BOTTOM - TOP).unsigned_abs()) / u128::from(top)).unwrap_or(0);
    let mut canvas = Canvas::new("trend", WIDTH, BOTTOM + 350);
    for step in 0..=4_u64 {
        let value = top * step / 4;
        let y = BOTTOM - height(value);
        canvas.line((LEFT, y), (RIGHT, y), if step == 0 { colour::GREY_2 } else { colour::GREY_4 }, 10, false);
        canvas.text((LEFT - 80, y + 45), Ground::PageAside, Anchor::End, false, &thousands(value));
    }
    let slot = (RIGHT - LEFT) / slots.max(1);
    let gap = if slot > 60 { slot / 6 } else { 0 };
    for (date, day) in &days {
        let (left, right) = (x(*date), x(date.next()));
        canvas.rect((left + gap / 2, BOTTOM - height(day.events)), ((right - left - gap).max(8), height(day.events)), colour::BLUE, false);
    }
    // Dates under the axis: as many as have room, the first always.
    let every = (slots * 900 / (RIGHT - LEFT)).max(1);
    let mut date = first;
    while date <= last {
        let middle = i64::midpoint(x(date), x(date.next()));
        let text = date.to_string();
        if middle + width_of(&text) / 2 <= RIGHT + 100 {
            canvas.text((middle, BOTTOM + 220), Ground::PageAside, Anchor::Middle, false, &text);
        }
        date = date.plus_days(i32::try_from(every).unwrap_or(i32::MAX));
    }
    let (date, day) = days.iter().rev().max_by_key(|(_, day)| day.events)?;
    let label = format!("most: {}", thousands(day.events));
    let middle = i64::midpoint(x(*date), x(date.next())).clamp(LEFT + width_of(&label) / 2, RIGHT - width_of(&label) / 2);
    canvas.text((middle, BOTTOM - height(day.events) - 60), Ground::Page, Anchor::Middle, true, &label);
    Some(canvas.finish("Accesses by day", &format!("{} The table below has every day.", daily.finding)))
}

/// The next of 1, 2, 4, 5, 8, 10, 20, ... that is at least this, and divides by four from 4 on where it can.
fn round_up(value: u64) -> u64 {
    let mut unit: u64 = 1;
    loop {
        for step in [4, 8, 12, 16, 20, 28, 32] {
            if unit.saturating_mul(step) >= value {
                return unit.saturating_mul(step);
            }
        }
        if unit > u64::MAX / 100 {
            return u64::MAX;
        }
        unit *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_reaches_the_highest_day_and_divides_by_four() {
        for value in [1, 4, 5, 99, 1_234, 31_999, 10_000_000, u64::MAX / 3] {
            let top = round_up(value);
            assert!(top >= value && (top.is_multiple_of(4) || top == u64::MAX) && top / 3 <= value.max(4), "{value} {top}");
        }
    }
}
