//! Workers that take chunks as they come, and one sink that takes their results in order.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::chunk::Source;

/// What became of a chunk.
#[derive(Debug)]
pub struct Done<T> {
    /// Rows in it, blank lines included.
    pub rows: u64,
    /// What the sink takes.
    pub result: T,
}

/// A chunk that ends the run.
#[derive(Debug)]
pub struct Stop<E> {
    /// The row within the chunk, from 1.
    pub row: u64,
    /// Why.
    pub why: E,
}

/// Why a run ended early. Of several reasons the one that stands first in the text is told, at any number of threads.
#[derive(Debug, thiserror::Error)]
pub enum Stopped<E> {
    /// A row does not do.
    #[error("row {row}")]
    Row {
        /// As a spreadsheet counts: the header is row 1.
        row: u64,
        /// Why.
        why: E,
    },
    /// The text cannot be read on.
    #[error("cannot read on")]
    Read(#[source] std::io::Error),
    /// The sink could not take a result.
    #[error("cannot write")]
    Sink(#[source] std::io::Error),
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// A worker died, which is a bug.
    #[error("a worker stopped without a word")]
    Lost,
}

enum Part<T, E> {
    Done(Done<T>),
    Stop(Stop<E>),
    Read(std::io::Error),
    Interrupted,
}

/// Runs `work` over the chunks of a source on `threads` threads, and `sink` over the results in order, on this one.
///
/// `work` gets the chunk, whether its last record may end without a line feed, and an empty buffer for bytes, which it
/// hands on as it likes; `sink` gets the number of the row before the chunk's first (1 for the header) and gives the
/// buffer back. A worker has a buffer before it claims a chunk, so that later chunks cannot starve the one that is due.
pub fn run<R, T, E>(
    source: Source<R>,
    threads: usize,
    interrupted: &AtomicBool,
    work: impl Fn(&[u8], bool, Vec<u8>) -> Result<Done<T>, Stop<E>> + Sync,
    mut sink: impl FnMut(u64, T) -> std::io::Result<Vec<u8>>,
) -> Result<u64, Stopped<E>>
where
    R: Read + Send,
    T: Send,
    E: Send,
{
    let threads = threads.max(1);
    let in_flight = 2 * threads + 2;
    let (give_buffer, take_buffer) = crossbeam_channel::bounded::<Vec<u8>>(in_flight);
    let (give_part, take_part) = crossbeam_channel::bounded::<(u64, Part<T, E>)>(in_flight);
    for _ in 0..in_flight {
        let _ = give_buffer.send(Vec::new());
    }
    let source = Mutex::new((source, 0u64));
    let poisoned = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (take_buffer, give_part) = (take_buffer.clone(), give_part.clone());
            let (source, poisoned, work) = (&source, &poisoned, &work);
            scope.spawn(move || {
                let mut chunk = Vec::new();
                // The channel of buffers closes when the sink has failed.
                while let Ok(buffer) = take_buffer.recv() {
                    let claimed = {
                        let Ok(mut guard) = source.lock() else { return };
                        if poisoned.load(Ordering::Acquire) {
                            return;
                        }
                        let (source, next) = &mut *guard;
                        let index = *next;
                        let claimed = if interrupted.load(Ordering::SeqCst) { Err(None) } else { source.next_chunk(&mut chunk).map_err(Some) };
                        if !matches!(claimed, Ok(None)) {
                            *next += 1;
                        }
                        // Nobody claims what comes after an end.
                        if !matches!(claimed, Ok(Some(_))) {
                            poisoned.store(true, Ordering::Release);
                        }
                        (index, claimed)
                    };
                    let part = match claimed.1 {
                        Ok(None) => return,
                        Ok(Some(whole)) => match work(&chunk, whole, buffer) {
                            Ok(done) => Part::Done(done),
                            Err(stop) => {
                                poisoned.store(true, Ordering::Release);
                                Part::Stop(stop)
                            }
                        },
                        Err(Some(error)) => Part::Read(error),
                        Err(None) => Part::Interrupted,
                    };
                    if give_part.send((claimed.0, part)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(give_part);
        drop(take_buffer);
        let mut give_buffer = Some(give_buffer);
        let mut waiting = BTreeMap::new();
        let mut due = 0u64;
        let mut row = 1u64;
        let mut end: Option<Stopped<E>> = None;
        // Runs until every worker has gone, whatever happens: nobody is left waiting.
        while let Ok((index, part)) = take_part.recv() {
            waiting.insert(index, part);
            while end.is_none() {
                let Some(part) = waiting.remove(&due) else { break };
                due += 1;
                end = match part {
                    Part::Done(done) => match sink(row, done.result) {
                        Ok(mut buffer) => {
                            row += done.rows;
                            buffer.clear();
                            if let Some(give) = &give_buffer {
                                let _ = give.send(buffer);
                            }
                            None
                        }
                        Err(error) => Some(Stopped::Sink(error)),
                    },
                    Part::Stop(stop) => Some(Stopped::Row { row: row + stop.row, why: stop.why }),
                    Part::Read(error) => Some(Stopped::Read(error)),
                    Part::Interrupted => Some(Stopped::Interrupted),
                };
            }
            if end.is_some() || poisoned.load(Ordering::Acquire) {
                poisoned.store(true, Ordering::Release);
                // Wakes those that wait for a buffer. Chunks claimed before the end still come in: one of them may
                // hold an earlier row.
                give_buffer = None;
            }
        }
        match end {
            Some(end) => Err(end),
            None if !waiting.is_empty() => Err(Stopped::Lost),
            None => Ok(row),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Cell, Malformed, Records};
    use super::*;
    use proptest::prelude::*;

    type Rows = Vec<Vec<Vec<u8>>>;

    fn ours(text: &[u8], block: usize, threads: usize) -> Result<Rows, (u64, Malformed)> {
        let (layout, source) = Source::open(text, block).expect("opens");
        let columns = layout.header.len();
        let never = AtomicBool::new(false);
        let mut all = Rows::new();
        let work = |chunk: &[u8], whole: bool, buffer: Vec<u8>| {
            let mut records = Records::new(chunk, layout.delimiter, columns, whole);
            let (mut cells, mut rows) = (Vec::<Cell>::new(), Rows::new());
            loop {
                match records.next_into(&mut cells) {
                    Ok(true) => rows.push(cells.iter().map(|cell| cell.value(chunk).into_owned()).collect()),
                    Ok(false) => return Ok(Done { rows: records.rows(), result: (rows, buffer) }),
                    Err(why) => return Err(Stop { row: records.rows(), why }),
                }
            }
        };
        let done = run(source, threads, &never, work, |_, (rows, buffer)| {
            all.extend(rows);
            Ok(buffer)
        });
        match done {
            Ok(_) => Ok(all),
            Err(Stopped::Row { row, why }) => Err((row, why)),
            Err(other) => panic!("{other}"),
        }
    }

    fn theirs(text: &[u8]) -> Rows {
        let mut reader = csv::ReaderBuilder::new().has_headers(true).terminator(csv::Terminator::CRLF).from_reader(text);
        reader.byte_records().map(|record| record.expect("even").iter().map(<[u8]>::to_vec).collect()).collect()
    }

    fn cell() -> impl Strategy<Value = String> {
        prop_oneof![3 => "[a-c é]{0,4}", 1 => "\"([a,;é\n\t ]|\"\"){0,6}\"", 1 => "\"a\r\nb\""]
    }

    proptest! {
        #[test]
        fn any_chunk_size_and_thread_count_reads_what_the_csv_crate_reads(
            rows in proptest::collection::vec((cell(), cell(), cell(), any::<bool>(), 0..8u8), 0..30), block in 1usize..64, threads in 1usize..5, last in any::<bool>(),
        ) {
            let mut text = "x,y,z\n".to_owned();
            for (a, b, c, crlf, blank) in &rows {
                let end = if *crlf { "\r\n" } else { "\n" };
                text.push_str(&format!("{a},{b},{c}{end}"));
                if *blank == 0 { text.push_str(end); }
            }
            if !last && !rows.is_empty() { let trimmed = text.trim_end_matches(['\n', '\r']).len(); text.truncate(trimmed); }
            prop_assert_eq!(ours(text.as_bytes(), block, threads).expect("even"), theirs(text.as_bytes()));
        }

        #[test]
        fn the_first_bad_row_is_named_whatever_the_chunks(at in 0usize..40, second in 0usize..40, block in 1usize..200, threads in 1usize..5, kind in 0..3usize) {
            let bad = ["5\" tall,2,3\n", "1,2\n", "\"a\"b,2,3\n"][kind];
            let mut text = "x,y,z\n".to_owned();
            for row in 0..40 {
                text.push_str(if row == at { bad } else if row == at + second + 1 { "1,2\n" } else { "1,\"2\n2\",3\n" });
            }
            let (row, why) = ours(text.as_bytes(), block, threads).expect_err("bad");
            prop_assert_eq!(row, at as u64 + 2);
            prop_assert_eq!(why.reason(), ["quote", "ragged", "quote"][kind]);
        }
    }

    #[test]
    fn a_sink_that_fails_ends_the_run() {
        let text = format!("x\n{}", "1\n".repeat(100_000));
        let (_, source) = Source::open(text.as_bytes(), 100).expect("opens");
        let never = AtomicBool::new(false);
        let work = |_: &[u8], _: bool, buffer: Vec<u8>| Ok::<_, Stop<Malformed>>(Done { rows: 1, result: buffer });
        let mut left = 5;
        let end = run(source, 4, &never, work, |_, buffer| {
            left -= 1;
            if left == 0 { Err(std::io::Error::from(std::io::ErrorKind::StorageFull)) } else { Ok(buffer) }
        });
        assert!(matches!(end, Err(Stopped::Sink(_))));
    }

    #[test]
    fn what_is_no_table_is_told_apart() {
        use super::super::OpenError;
        let open = |bytes: &'static [u8]| Source::open(bytes, 64).map(|(layout, _)| layout);
        assert!(matches!(open(b""), Err(OpenError::Empty)));
        assert!(matches!(open(b"\xff\xfea\0,\0"), Err(OpenError::Utf16)));
        assert!(matches!(open(b"a\0,\0b\0\n\0"), Err(OpenError::Utf16)));
        assert!(matches!(open(b"a,b,a\n"), Err(OpenError::DuplicateColumn(1, 3))));
        assert!(matches!(open(b"Okafor;9990000018;Okafor\n"), Err(error) if error.to_string() == "columns 1 and 3 have the same name in the header"));
        assert!(matches!(open(b"a,,b\n"), Err(OpenError::Unnamed(2))));
        assert!(matches!(open(b"\x1f\x8b\x08\0\0"), Err(OpenError::Binary("gzip"))));
        let layout = open(b"\xef\xbb\xbf\"a,x\";b;c\r\n1;2;3\r\n").expect("opens");
        assert_eq!((layout.delimiter, layout.bom, layout.crlf, layout.header.len()), (b';', true, true, 3));
    }

    #[test]
    fn a_lone_carriage_return_and_an_open_quote_are_refused_by_row() {
        assert_eq!(ours(b"x,y\n1,2\n1\r3,4\n", 4, 2).expect_err("bad"), (3, Malformed::CarriageReturn));
        assert_eq!(ours(b"x,y\n1,2\n\n1,\"4\n5,6\n", 4, 2).expect_err("bad"), (4, Malformed::Unclosed));
    }

    #[test]
    fn a_record_over_the_limit_is_refused_by_row() {
        let mut text = b"x,y\n1,2\n3,".to_vec();
        text.resize(super::super::chunk::RECORD_LIMIT + 4096, b'a');
        text.extend_from_slice(b"\n1,2\n");
        for block in [1 << 16, 1 << 20, 32 << 20] {
            assert_eq!(ours(&text, block, 2).err(), Some((3, Malformed::TooLong)));
        }
    }
}
