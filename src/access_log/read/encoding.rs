//! Logs that are not UTF-8, on their way to it: UTF-16, which its mark or its zero bytes give away, and windows-1252,
//! which a profile must say.

use std::io::Read;

/// How a log's text is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8; UTF-16 is recognised by its mark, or by a zero in every second byte of the first line.
    #[default]
    Utf8,
    /// One byte a character, as Windows writes western Europe. ISO 8859-1 is read as it too, as browsers do: what differs are
    /// control characters that no log holds.
    Windows1252,
    /// Two bytes a character, the lower first.
    Utf16Le,
    /// Two bytes a character, the higher first.
    Utf16Be,
}

impl Encoding {
    /// The names that a profile may use.
    pub const NAMES: [(&'static str, Self); 9] = [
        ("utf-8", Self::Utf8),
        ("utf8", Self::Utf8),
        ("windows-1252", Self::Windows1252),
        ("cp1252", Self::Windows1252),
        ("latin1", Self::Windows1252),
        ("iso-8859-1", Self::Windows1252),
        // Without a mark, which of the two it is shows in the first line; little-endian is what Windows writes.
        ("utf-16", Self::Utf16Le),
        ("utf-16le", Self::Utf16Le),
        ("utf-16be", Self::Utf16Be),
    ];

    /// By name.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, encoding)| *encoding)
    }

    /// What a log is written in: its own first bytes come before what a profile says.
    pub fn of(start: &[u8], said: Self) -> Self {
        if start.starts_with(b"\xFF\xFE") {
            return Self::Utf16Le;
        }
        if start.starts_with(b"\xFE\xFF") {
            return Self::Utf16Be;
        }
        // XML says what it is written in.
        let head = &start[..start.len().min(200)];
        if head.starts_with(b"<?xml") {
            let declared = String::from_utf8_lossy(head.split(|byte| *byte == b'>').next().unwrap_or_default()).to_ascii_lowercase();
            let western = ["iso-8859-1", "latin1", "windows-1252"].iter().any(|name| declared.contains(name));
            return if western { Self::Windows1252 } else { said };
        }
        // Text without a mark: letters and separators of a header have a zero beside each.
        let pairs = &start[..start.len().min(16) & !1];
        let zeros = |odd: usize| pairs.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
        let (even, odd, half) = (zeros(0), zeros(1), pairs.len() / 2);
        if half >= 4 && odd == half && even == 0 {
            return Self::Utf16Le;
        }
        if half >= 4 && even == half && odd == 0 {
            return Self::Utf16Be;
        }
        said
    }
}

/// The characters of 0x80 to 0x9F in windows-1252; the five that it leaves free stay control characters (WHATWG Encoding).
const UPPER: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š',
    '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// A byte that is UTF-8 nowhere: what cannot be read stands as it, so that the line it is in is quarantined and no other.
const UNREADABLE: u8 = 0xFF;

/// Reads anything as UTF-8.
pub(super) struct Transcoder<R> {
    inner: R,
    encoding: Encoding,
    /// Bytes that do not make a unit yet.
    held: Vec<u8>,
    /// A first half of a pair.
    high: Option<u16>,
    ready: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Transcoder<R> {
    pub(super) fn new(inner: R, encoding: Encoding) -> Self {
        Self { inner, encoding, held: Vec::new(), high: None, ready: Vec::new(), given: 0, ended: false }
    }

    fn unit(&mut self, unit: u16) {
        let mut bytes = [0; 4];
        if let Some(high) = self.high.take() {
            if let Some(Ok(one)) = char::decode_utf16([high, unit]).next() {
                self.ready.extend_from_slice(one.encode_utf8(&mut bytes).as_bytes());
                return;
            }
            self.ready.push(UNREADABLE);
        }
        match unit {
            0xD800..=0xDBFF => self.high = Some(unit),
            _ => match char::from_u32(u32::from(unit)) {
                Some(one) => self.ready.extend_from_slice(one.encode_utf8(&mut bytes).as_bytes()),
                None => self.ready.push(UNREADABLE),
            },
        }
    }

    fn refill(&mut self) -> std::io::Result<()> {
        self.ready.clear();
        self.given = 0;
        let mut block = [0; 8192];
        let got = self.inner.read(&mut block)?;
        self.ended = got == 0;
        if self.encoding == Encoding::Windows1252 {
            let mut bytes = [0; 4];
            for byte in &block[..got] {
                let one = if (0x80..0xA0).contains(byte) { UPPER[usize::from(byte - 0x80)] } else { char::from(*byte) };
                self.ready.extend_from_slice(one.encode_utf8(&mut bytes).as_bytes());
            }
            return Ok(());
        }
        self.held.extend_from_slice(&block[..got]);
        let held = std::mem::take(&mut self.held);
        let pairs = held.chunks_exact(2);
        self.held = pairs.remainder().to_vec();
        for pair in pairs {
            let pair = [pair[0], pair[1]];
            self.unit(if self.encoding == Encoding::Utf16Be { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) });
        }
        if self.ended && (!self.held.is_empty() || self.high.is_some()) {
            self.held.clear();
            self.high = None;
            self.ready.push(UNREADABLE);
        }
        Ok(())
    }
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        while self.given == self.ready.len() {
            if self.ended || into.is_empty() {
                return Ok(0);
            }
            self.refill()?;
        }
        let got = into.len().min(self.ready.len() - self.given);
        into[..got].copy_from_slice(&self.ready[self.given..self.given + got]);
        self.given += got;
        Ok(got)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its bytes three at a time.
    struct Slow<'b>(&'b [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let len = into.len().min(3);
            self.0.read(&mut into[..len])
        }
    }

    fn text(bytes: &[u8], encoding: Encoding) -> Vec<u8> {
        let mut out = Vec::new();
        Transcoder::new(Slow(bytes), encoding).read_to_end(&mut out).expect("readable");
        out
    }

    #[test]
    fn every_character_survives_in_pieces_of_three_bytes() {
        let written = "\u{FEFF}user,Renée €5 – 名 😀\n";
        let units: Vec<u16> = written.encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        assert_eq!(text(&little, Encoding::Utf16Le), written.as_bytes());
        assert_eq!(text(&big, Encoding::Utf16Be), written.as_bytes());
        assert_eq!(text(b"Ren\xE9e \x805 \x96", Encoding::Windows1252), "Renée €5 –".as_bytes());
        assert_eq!((Encoding::of(&little, Encoding::Utf8), Encoding::of(&big[2..], Encoding::Utf8)), (Encoding::Utf16Le, Encoding::Utf16Be));
        assert_eq!(Encoding::of(b"time,user,role", Encoding::Windows1252), Encoding::Windows1252);
    }

    #[test]
    fn half_a_character_is_no_utf8() {
        assert_eq!(text(b"a\0\x3D\xD8b\0", Encoding::Utf16Le), b"a\xFFb");
        assert_eq!(text(b"a\0\x3D\xD8", Encoding::Utf16Le), b"a\xFF");
        assert_eq!(text(b"a\0b", Encoding::Utf16Le), b"a\xFF");
    }
}
