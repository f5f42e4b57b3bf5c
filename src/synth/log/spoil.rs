//! How lines of real exports go wrong.

use super::Random;

/// One line spoiled: most cannot be read; a blank line and a line sent twice can, and count apart.
pub(super) fn spoil(row: &str, number: Option<&str>, random: &mut Random) -> String {
    let Some(number) = number else { return row.replacen("2026-10", "2026-13", 1) };
    match random.below(12) {
        0 => row.rsplit_once(',').map_or_else(String::new, |(front, _)| front.to_owned()),
        1 => format!("{row},"),
        2 => row.replacen("2026-10", "2026-13", 1),
        3 => row.replacen(' ', " 25:", 1),
        4 => {
            // 12/10/2026: two readings, refused.
            let (day, rest) = row[8..].split_once(' ').unwrap_or((&row[8..], ""));
            format!("{day}/10/2026 {rest}")
        }
        // What spreadsheets do to ten digits.
        5 => row.replacen(number, "9.99E+09", 1),
        6 => row.replacen(number, &number[..9], 1),
        7 => row.replacen(number, &format!("{}{}", &number[..9], (number.as_bytes()[9] - b'0' + 1) % 10), 1),
        8 => row.replacen(number, "9999999999", 1),
        9 => {
            let mut cells: Vec<&str> = row.split(',').collect();
            cells[1] = "";
            cells.join(",")
        }
        10 => format!("\n{row}"),
        _ => format!("{row}\n{row}"),
    }
}
