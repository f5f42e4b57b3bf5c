//! Logs that may be packed: counted and hashed as they lie on the disk, unpacked on the way.

use std::cell::RefCell;
use std::io::Read;
use std::rc::Rc;

use crate::tabular::packed::{Packing, Unpacked};

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
        let unpacked = Unpacked::new(Metered { inner: input, meter: Rc::clone(&meter) })?;
        let packing = unpacked.packing();
        let mut reader: Box<dyn Read + 'r> = Box::new(unpacked);
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

    /// The beginning, unpacked: at most `limit` bytes, and whether that is all of it.
    pub fn beginning(mut self, limit: usize) -> std::io::Result<(Vec<u8>, bool)> {
        let mut start = self.start;
        self.reader.by_ref().take((limit.saturating_sub(start.len()) + 1) as u64).read_to_end(&mut start)?;
        let whole = start.len() <= limit;
        start.truncate(limit);
        Ok((start, whole))
    }

    /// The bytes from the first on, and what [`Self::close`] needs.
    pub fn into_reader(self) -> (Box<dyn Read + 'r>, Closing) {
        (Box::new(std::io::Cursor::new(self.start).chain(self.reader)), Closing(self.meter))
    }
}

/// Tells, once everything is read, what was read.
pub struct Closing(Rc<RefCell<Meter>>);

impl Closing {
    /// Bytes on the disk and their SHA-256, hex.
    pub fn close(self) -> (u64, String) {
        let meter = self.0.borrow();
        (meter.bytes, crate::text::hex(meter.digest.clone().finish().as_ref()))
    }
}
