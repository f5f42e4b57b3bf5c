//! Packed files: gzip and zstd, recognised by their first bytes and never by a file's name.

use std::fmt;
use std::io::{BufRead, BufReader, Chain, Cursor, Error, ErrorKind, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    Plain,
    /// RFC 1952, one member or several.
    Gzip,
    /// RFC 8878, one frame or several.
    Zstd,
}

impl Packing {
    /// By the first bytes.
    pub fn of(start: &[u8]) -> Self {
        match start {
            [0x1F, 0x8B, ..] => Self::Gzip,
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Self::Zstd,
            // A skippable frame before the first (pzstd writes them).
            [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Self::Zstd,
            _ => Self::Plain,
        }
    }

    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }
}

/// Why packed bytes could not be unpacked; carried inside an [`Error`].
#[derive(Debug)]
pub struct PackedFault {
    packing: Packing,
    cut_short: bool,
}

impl fmt::Display for PackedFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.cut_short { "ends in the middle, so the file is not whole" } else { "is damaged" };
        write!(f, "its {} data {what}", self.packing.name())
    }
}

impl std::error::Error for PackedFault {}

fn fault(packing: Packing, cut_short: bool) -> Error {
    Error::other(PackedFault { packing, cut_short })
}

struct Gunzip<R: BufRead>(flate2::bufread::MultiGzDecoder<R>);

impl<R: BufRead> Read for Gunzip<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(into).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => fault(Packing::Gzip, true),
            ErrorKind::InvalidData | ErrorKind::InvalidInput => fault(Packing::Gzip, false),
            _ => error,
        })
    }
}

/// Frame after frame; the checksum of each is compared when it ends.
struct Unzstd<R: BufRead> {
    source: R,
    decoder: FrameDecoder,
    inside: bool,
}

impl<R: BufRead> Unzstd<R> {
    /// Opens the next frame; false at the end of the file.
    fn next_frame(&mut self) -> std::io::Result<bool> {
        loop {
            if self.source.fill_buf()?.is_empty() {
                return Ok(false);
            }
            match self.decoder.reset(&mut self.source) {
                Ok(()) => {
                    self.inside = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    let skipped = std::io::copy(&mut self.source.by_ref().take(u64::from(length)), &mut std::io::sink())?;
                    if skipped < u64::from(length) {
                        return Err(fault(Packing::Zstd, true));
                    }
                }
                Err(_) => return Err(self.fault()),
            }
        }
    }

    /// A decoder's complaint: at the end of the file it is a file cut short.
    fn fault(&mut self) -> Error {
        let ended = self.source.fill_buf().is_ok_and(<[u8]>::is_empty);
        fault(Packing::Zstd, ended)
    }
}

impl<R: BufRead> Read for Unzstd<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        loop {
            if !self.inside && !self.next_frame()? {
                return Ok(0);
            }
            while self.decoder.can_collect() < into.len() && !self.decoder.is_finished() {
                let wanted = into.len() - self.decoder.can_collect();
                if self.decoder.decode_blocks(&mut self.source, BlockDecodingStrategy::UptoBytes(wanted)).is_err() {
                    return Err(self.fault());
                }
            }
            match self.decoder.read(into)? {
                0 if into.is_empty() => return Ok(0),
                0 => {
                    self.inside = false;
                    if self.decoder.get_checksum_from_data().is_some() && self.decoder.get_checksum_from_data() != self.decoder.get_calculated_checksum() {
                        return Err(fault(Packing::Zstd, false));
                    }
                }
                got => return Ok(got),
            }
        }
    }
}

/// A file as it lies on the disk, with its first bytes put back.
type Raw<R> = Chain<Cursor<Vec<u8>>, BufReader<R>>;

enum Inner<R: Read> {
    Plain(Raw<R>),
    Gzip(Gunzip<Raw<R>>),
    Zstd(Box<Unzstd<Raw<R>>>),
}

/// What a file holds, unpacked on the way.
pub struct Unpacked<R: Read> {
    inner: Inner<R>,
    packing: Packing,
}

impl<R: Read> Unpacked<R> {
    /// Looks at the first bytes and unpacks what is packed.
    pub fn new(input: R) -> std::io::Result<Self> {
        let mut raw = BufReader::with_capacity(1 << 16, input);
        // A pipe may give its bytes one by one.
        let mut magic = Vec::with_capacity(4);
        raw.by_ref().take(4).read_to_end(&mut magic)?;
        let packing = Packing::of(&magic);
        let raw = Cursor::new(magic).chain(raw);
        let inner = match packing {
            Packing::Plain => Inner::Plain(raw),
            Packing::Gzip => Inner::Gzip(Gunzip(flate2::bufread::MultiGzDecoder::new(raw))),
            Packing::Zstd => Inner::Zstd(Box::new(Unzstd { source: raw, decoder: FrameDecoder::new(), inside: false })),
        };
        Ok(Self { inner, packing })
    }

    /// How it is packed.
    pub fn packing(&self) -> Packing {
        self.packing
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        match &mut self.inner {
            Inner::Plain(raw) => raw.read(into),
            Inner::Gzip(packed) => packed.read(into),
            Inner::Zstd(packed) => packed.read(into),
        }
    }
}
