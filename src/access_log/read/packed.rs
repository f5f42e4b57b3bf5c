//! Packed logs: gzip and zstd, recognised by their first bytes and never by a file's name.

use std::cell::RefCell;
use std::fmt;
use std::io::{BufRead, BufReader, Error, ErrorKind, Read};
use std::rc::Rc;

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// Bytes that tell how a log is packed and laid out.
const START: usize = 4096;

/// What was read of a file as it lies on the disk.
struct Meter {
    digest: ring::digest::Context,
    bytes: u64,
}

/// Counts and hashes bytes on their way.
struct Metered<'r> {
    inner: Box<dyn Read + 'r>,
    meter: Rc<RefCell<Meter>>,
}

impl Read for Metered<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let got = self.inner.read(into)?;
        let mut meter = self.meter.borrow_mut();
        meter.digest.update(&into[..got]);
        meter.bytes += got as u64;
        Ok(got)
    }
}

/// How a log is packed.
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

    fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }
}

/// Why packed bytes could not be unpacked; carried inside an [`Error`].
#[derive(Debug)]
pub(super) struct PackedFault {
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

/// A log that is open: unpacked on the way, counted and hashed as it lies on the disk.
pub struct Opened<'r> {
    reader: Box<dyn Read + 'r>,
    start: Vec<u8>,
    meter: Rc<RefCell<Meter>>,
    packing: Packing,
}

impl<'r> Opened<'r> {
    /// Looks at the first bytes and unpacks what is packed.
    pub fn new(input: Box<dyn Read + 'r>) -> std::io::Result<Self> {
        let meter = Rc::new(RefCell::new(Meter { digest: ring::digest::Context::new(&ring::digest::SHA256), bytes: 0 }));
        let mut raw = BufReader::with_capacity(1 << 16, Metered { inner: input, meter: Rc::clone(&meter) });
        // A pipe may give its bytes one by one.
        let mut magic = Vec::with_capacity(4);
        raw.by_ref().take(4).read_to_end(&mut magic)?;
        let packing = Packing::of(&magic);
        let raw = std::io::Cursor::new(magic).chain(raw);
        let mut reader: Box<dyn Read + 'r> = match packing {
            Packing::Plain => Box::new(raw),
            Packing::Gzip => Box::new(Gunzip(flate2::bufread::MultiGzDecoder::new(raw))),
            Packing::Zstd => Box::new(Unzstd { source: raw, decoder: FrameDecoder::new(), inside: false }),
        };
        let mut start = Vec::new();
        reader.by_ref().take(START as u64).read_to_end(&mut start)?;
        Ok(Self { reader, start, meter, packing })
    }

    /// The first bytes, unpacked.
    pub fn start(&self) -> &[u8] {
        &self.start
    }

    /// How it is packed.
    pub fn packing(&self) -> Packing {
        self.packing
    }

    /// The bytes from the first on, and what [`Self::close`] needs.
    pub(super) fn into_reader(self) -> (Box<dyn Read + 'r>, Closing) {
        (Box::new(std::io::Cursor::new(self.start).chain(self.reader)), Closing(self.meter))
    }
}

/// Tells, once everything is read, what was read.
pub(super) struct Closing(Rc<RefCell<Meter>>);

impl Closing {
    /// Bytes on the disk and their SHA-256, hex.
    pub(super) fn close(self) -> (u64, String) {
        let meter = self.0.borrow();
        (meter.bytes, crate::text::hex(meter.digest.clone().finish().as_ref()))
    }
}
