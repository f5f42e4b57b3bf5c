//! One file for a browser: no script, no network, a policy that allows nothing but its own style.

use base64::Engine as _;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};

use super::chart::{timeline, trend};
use super::colour::SCALE;
use super::model::{Report, Share};
use super::tables::{self, Cell, Table};
use crate::text::thousands;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");

/// Findings of one rule shown on the page; the rest is in CSV and JSON, and the page says so.
const FINDINGS_SHOWN: usize = 50;
/// Cases shown on the page.
const CASES_SHOWN: usize = 200;

/// A page could not be made: a fault in its template, which is part of the program.
#[derive(Debug, thiserror::Error)]
#[error("the page's template does not fit the report: {0}")]
pub struct PageError(#[from] minijinja::Error);

/// The whole page.
pub fn render(report: &Report) -> Result<String, PageError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.add_filter("thousands", |number: u64| thousands(number));
    environment.add_filter("in_fours", in_fours);
    environment.add_filter("cap", capital);
    environment.add_filter("code", code);
    environment.add_template("page.html", PAGE)?;

    let style = style(report);
    let digest = ring::digest::digest(&ring::digest::SHA256, style.as_bytes());
    let tables: std::collections::BTreeMap<&'static str, Table> = tables::all(report).into_iter().map(|table| (table.name, table)).collect();
    let timeline = report.agreements.as_ref().and_then(timeline::draw);
    let daily = report.accesses.as_ref().and_then(|accesses| accesses.daily.as_ref()).and_then(trend::draw);
    let page = environment.get_template("page.html")?.render(context! {
        report => Value::from(Serde(report)),
        tables => Value::from(Serde(&tables)),
        style,
        style_hash => base64::engine::general_purpose::STANDARD.encode(digest.as_ref()),
        timeline,
        daily,
        heat => heat(report),
        bars => bars(report),
        explained => explained(report),
        totals => Value::from(Serde(report.totals.iter().map(|total| (total.name, total)).collect::<std::collections::BTreeMap<_, _>>())),
        findings_shown => FINDINGS_SHOWN,
        cases_shown => CASES_SHOWN,
    })?;
    Ok(page)
}

/// The style with the fingerprint in the foot of every printed page.
fn style(report: &Report) -> String {
    let short: String = report.cover.fingerprint.chars().take(16).collect();
    // Only letters that mean nothing to CSS; a marking with others is at the top of the page all the same.
    let plain = report.cover.classification.chars().all(|letter| letter.is_ascii_alphanumeric() || " -:,.()".contains(letter));
    let marking = if plain { report.cover.classification.as_str() } else { "" };
    STYLE.replace("%FINGERPRINT%", &in_fours(&short)).replace("%MARKING%", marking)
}

fn in_fours(hex: &str) -> String {
    let letters: Vec<char> = hex.chars().collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// Text in which what stands between backticks is code, escaped.
fn code(text: &str) -> Value {
    let mut out = String::new();
    let parts: Vec<&str> = text.split('`').collect();
    for (index, part) in parts.iter().enumerate() {
        let escaped = minijinja::HtmlEscape(part).to_string();
        // An odd backtick at the end opens nothing.
        let is_code = index % 2 == 1 && index + 1 < parts.len();
        match (is_code, index % 2 == 1) {
            (true, _) => out.push_str(&format!("<code>{escaped}</code>")),
            (false, true) => out.push_str(&format!("`{escaped}")),
            (false, false) => out.push_str(&escaped),
        }
    }
    Value::from_safe_string(out)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The class of every cell of the hour table: the step of the scale that its count reaches.
fn heat(report: &Report) -> Vec<Vec<usize>> {
    let Some(hours) = report.accesses.as_ref().and_then(|accesses| accesses.hours.as_ref()) else { return Vec::new() };
    let most = hours.counts.iter().flatten().copied().max().unwrap_or(0).max(1);
    let steps = SCALE.len() as u64 - 1;
    let step = |count: u64| if count == 0 { 0 } else { usize::try_from(u128::from(count) * u128::from(steps) / (u128::from(most) + 1)).unwrap_or(0) + 1 };
    (0..24).map(|hour| hours.counts.iter().map(|day| step(day[hour]).min(SCALE.len() - 1)).collect()).collect()
}

/// Width of the bar beside each answer, of 200.
fn bars(report: &Report) -> Vec<Option<u64>> {
    let width = |share: Share| share.per_mille.map(|value| value / 5);
    report.accesses.iter().flat_map(|accesses| &accesses.answers).map(|answer| answer.share.and_then(width)).collect()
}

fn explained(report: &Report) -> Vec<String> {
    let Some(accesses) = &report.accesses else { return Vec::new() };
    [accesses.explained_all, accesses.explained_first]
        .into_iter()
        .map(|share| share.map_or_else(|| Cell::Absent(tables::NOT_GIVEN).shown(), |explained| explained.share.percent()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::colour::Colour;

    fn colour(text: &str) -> Option<Colour> {
        let text = text.strip_prefix('#')?;
        let wide: String = if text.len() == 3 { text.chars().flat_map(|c| [c, c]).collect() } else { text.to_owned() };
        match crate::text::unhex(&wide)?[..] {
            [r, g, b] => Some(Colour(r, g, b)),
            _ => None,
        }
    }

    #[test]
    fn every_rule_of_the_style_that_sets_text_and_ground_can_be_read() {
        let mut seen = 0;
        for rule in STYLE.split('}') {
            let Some((selector, body)) = rule.rsplit_once('{') else { continue };
            let value = |name: &str| {
                body.split(';').filter_map(|line| line.split_once(':')).find(|(key, _)| key.trim() == name).and_then(|(_, value)| colour(value.trim()))
            };
            let (ink, ground) = (value("color"), value("background"));
            if let Some(ink) = ink {
                let ground = ground.unwrap_or(crate::report::colour::WHITE);
                seen += 1;
                assert!(ink.contrast(ground) >= 4.5, "{}: {:.2}", selector.trim(), ink.contrast(ground));
            }
        }
        assert!(seen > 15, "the style has only {seen} colours");
    }

    #[test]
    fn the_scale_of_the_style_is_the_scale_of_the_palette() {
        for (step, ground) in SCALE.iter().enumerate().skip(1) {
            let rule = format!(".h{step} {{ background: {}; color: {};", ground.hex(), ground.ink().hex());
            assert!(STYLE.contains(&rule), "{rule}");
        }
    }

    #[test]
    fn backticks_are_code_and_nothing_in_them_is_markup() {
        assert_eq!(code("add `a: <b>` or <c>").to_string(), "add <code>a: &lt;b&gt;</code> or &lt;c&gt;");
        assert_eq!(code("one ` alone").to_string(), "one ` alone");
    }

    #[test]
    fn nothing_in_the_page_reaches_out() {
        for part in [PAGE, STYLE] {
            for word in ["http:", "https:", "url(", "@import", "<script", "javascript:", " style=", " onclick", "<link", "<iframe"] {
                assert!(!part.contains(word), "{word}");
            }
        }
    }
}
