//! Colours, and whether they can be told apart.
//!
//! The palette of nhsuk-frontend (MIT) and, for scales, of the government's Analysis Function. WCAG 2.2 AA asks for a
//! contrast of 4.5 between text and its ground and of 3 between shapes that mean something.

/// A colour of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

/// Text.
pub const BLACK: Colour = Colour(0x21, 0x2b, 0x32);
/// Ground of the page and of figures.
pub const WHITE: Colour = Colour(0xff, 0xff, 0xff);
/// The heading's ground.
pub const DARK_BLUE: Colour = Colour(0x00, 0x30, 0x87);
/// Links, bars.
pub const BLUE: Colour = Colour(0x00, 0x5e, 0xb8);
/// Errors, what has ended.
pub const RED: Colour = Colour(0xd5, 0x28, 0x1b);
/// Text beside the main text.
pub const GREY_1: Colour = Colour(0x4c, 0x62, 0x72);
/// Lines that carry meaning.
pub const GREY_2: Colour = Colour(0x76, 0x86, 0x92);
/// Lines that only help the eye.
pub const GREY_4: Colour = Colour(0xd8, 0xdd, 0xe0);
/// A band behind text.
pub const PALE_YELLOW: Colour = Colour(0xff, 0xf4, 0xd3);
/// What ends soon; dark enough for white text.
pub const AMBER: Colour = Colour(0x9a, 0x4b, 0x00);
/// From few to many.
pub const SCALE: [Colour; 6] =
    [WHITE, Colour(0xe3, 0xee, 0xf8), Colour(0xb8, 0xd4, 0xec), Colour(0x6b, 0xac, 0xe6), Colour(0x20, 0x73, 0xbc), Colour(0x12, 0x43, 0x6d)];

impl Colour {
    /// As CSS and SVG write it.
    pub fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// Relative luminance of WCAG 2.2.
    pub fn luminance(self) -> f64 {
        let channel = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(self.0) + 0.7152 * channel(self.1) + 0.0722 * channel(self.2)
    }

    /// Contrast ratio of WCAG 2.2, from 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Black or white, whichever reads better on this ground.
    #[must_use]
    pub fn ink(self) -> Self {
        if self.contrast(BLACK) >= self.contrast(WHITE) { BLACK } else { WHITE }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_the_standard() {
        assert!((Colour(0, 0, 0).contrast(WHITE) - 21.0).abs() < 1e-9);
        // WCAG's own example of a grey that just passes on white.
        assert!((Colour(0x76, 0x76, 0x76).contrast(WHITE) - 4.54).abs() < 0.01);
    }

    #[test]
    fn every_step_of_the_scale_can_be_written_on() {
        for step in SCALE {
            assert!(step.contrast(step.ink()) >= 4.5, "{}", step.hex());
        }
    }
}
