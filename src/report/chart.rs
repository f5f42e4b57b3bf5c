//! Figures as inline SVG. Each says in words what it shows (`title`, `desc`), and stands beside the same data as a
//! table; no figure relies on colour alone.

pub mod timeline;
pub mod trend;

use super::colour::{self, Colour};

/// What a piece of text stands on. Text is drawn only through this, so that its contrast can be tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// The page, main text.
    Page,
    /// The page, text beside the main text.
    PageAside,
    /// The band of the next ninety days.
    Band,
    /// The flag of the day of judgement.
    Flag,
    /// A bar that runs on.
    Later,
    /// A bar that ends soon.
    Soon,
    /// A bar that has ended.
    Ended,
}

impl Ground {
    /// All of them.
    pub const ALL: [Self; 7] = [Self::Page, Self::PageAside, Self::Band, Self::Flag, Self::Later, Self::Soon, Self::Ended];

    /// The colour of the text.
    pub fn ink(self) -> Colour {
        match self {
            Self::Page | Self::Band => colour::BLACK,
            Self::PageAside => colour::GREY_1,
            Self::Flag | Self::Later | Self::Soon | Self::Ended => colour::WHITE,
        }
    }

    /// The colour under it.
    pub fn fill(self) -> Colour {
        match self {
            Self::Page | Self::PageAside => colour::WHITE,
            Self::Band => colour::PALE_YELLOW,
            Self::Flag => colour::DARK_BLUE,
            Self::Later => colour::BLUE,
            Self::Soon => colour::AMBER,
            Self::Ended => colour::GREY_1,
        }
    }
}

/// Where a text hangs on its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Anchor {
    Start,
    Middle,
    End,
}

/// An SVG being drawn. Lengths are tenths of a unit, so that nothing depends on how floats are printed.
struct Canvas {
    id: &'static str,
    width: i64,
    height: i64,
    body: String,
}

impl Canvas {
    fn new(id: &'static str, width: i64, height: i64) -> Self {
        Self { id, width, height, body: String::new() }
    }

    fn rect(&mut self, (x, y): (i64, i64), (width, height): (i64, i64), fill: Colour, round: bool) {
        let rx = if round { " rx=\"3\"" } else { "" };
        self.body.push_str(&format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{rx} fill=\"{}\"/>\n",
            tenths(x),
            tenths(y),
            tenths(width.max(0)),
            tenths(height.max(0)),
            fill.hex()
        ));
    }

    fn frame(&mut self, (x, y): (i64, i64), (width, height): (i64, i64), stroke: Colour) {
        self.body.push_str(&format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"3\" fill=\"{}\" stroke=\"{}\" stroke-width=\"2\"/>\n",
            tenths(x + 10),
            tenths(y + 10),
            tenths((width - 20).max(0)),
            tenths((height - 20).max(0)),
            colour::WHITE.hex(),
            stroke.hex()
        ));
    }

    fn line(&mut self, (x1, y1): (i64, i64), (x2, y2): (i64, i64), stroke: Colour, width: i64, dashed: bool) {
        let dash = if dashed { " stroke-dasharray=\"5 4\"" } else { "" };
        self.body.push_str(&format!(
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{}\" stroke-width=\"{}\"{dash}/>\n",
            tenths(x1),
            tenths(y1),
            tenths(x2),
            tenths(y2),
            stroke.hex(),
            tenths(width)
        ));
    }

    fn text(&mut self, (x, y): (i64, i64), ground: Ground, anchor: Anchor, bold: bool, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let weight = if bold { " font-weight=\"bold\"" } else { "" };
        self.body.push_str(&format!(
            "<text x=\"{}\" y=\"{}\"{anchor}{weight} font-size=\"13\" fill=\"{}\">{}</text>\n",
            tenths(x),
            tenths(y),
            ground.ink().hex(),
            escape(text)
        ));
    }

    fn finish(self, title: &str, description: &str) -> String {
        format!(
            "<svg role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" font-family=\"Arial, Helvetica, sans-serif\">\n\
             <title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-desc\">{}</desc>\n{}</svg>",
            escape(title),
            escape(description),
            self.body,
            id = self.id,
            w = tenths(self.width),
            h = tenths(self.height),
        )
    }
}

fn tenths(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let value = value.abs();
    if value % 10 == 0 { format!("{sign}{}", value / 10) } else { format!("{sign}{}.{}", value / 10, value % 10) }
}

/// About how wide a text is at 13 units, in tenths: Arial's digits and letters average just under 0.56 em.
fn width_of(text: &str) -> i64 {
    i64::try_from(text.chars().count()).unwrap_or(i64::MAX / 100).saturating_mul(73)
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // XML knows no other control characters, not even escaped.
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_can_be_read_on_what_it_stands_on() {
        for ground in Ground::ALL {
            let contrast = ground.ink().contrast(ground.fill());
            assert!(contrast >= 4.5, "{ground:?}: {contrast:.2}");
        }
    }

    #[test]
    fn shapes_can_be_told_from_the_page_and_the_band() {
        for fill in [Ground::Later.fill(), Ground::Soon.fill(), Ground::Ended.fill(), Ground::Flag.fill(), colour::GREY_2] {
            for behind in [colour::WHITE, colour::PALE_YELLOW] {
                assert!(fill.contrast(behind) >= 3.0, "{} on {}", fill.hex(), behind.hex());
            }
        }
    }

    #[test]
    fn lengths_are_printed_in_tenths() {
        assert_eq!([tenths(0), tenths(15), tenths(-15), tenths(200), tenths(-3)], ["0", "1.5", "-1.5", "20", "-0.3"]);
    }
}
