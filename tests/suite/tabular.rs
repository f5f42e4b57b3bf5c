//! The reader of tables against a reader written from the rules alone: one byte at a time, no blocks, no threads.

use std::sync::atomic::AtomicBool;

use carepact::tabular::{Cell, Done, Malformed, Records, Source, Stop, Stopped, run};
use proptest::prelude::*;

/// Rows with their number, or the row and reason that ended the run; and how many were set aside.
type Read = (Vec<(u64, Vec<Vec<u8>>)>, Vec<(u64, &'static str)>, Option<(u64, &'static str)>);

fn ours(text: &[u8], columns: usize, block: usize, threads: usize) -> Read {
    let mut whole = b"x,y,z,w"[..2 * columns - 1].to_vec();
    whole.push(b'\n');
    whole.extend_from_slice(text);
    let (layout, source) = Source::open(&whole[..], block).expect("the header is good");
    let never = AtomicBool::new(false);
    let (mut rows, mut aside) = (Vec::new(), Vec::new());
    let work = |chunk: &[u8], last: bool, buffer: Vec<u8>| {
        let mut records = Records::new(chunk, layout.delimiter, columns, last);
        let (mut cells, mut good, mut bad) = (Vec::<Cell>::new(), Vec::new(), Vec::new());
        loop {
            match records.next_into(&mut cells) {
                Ok(true) => good.push((records.rows(), cells.iter().map(|cell| cell.value(chunk).into_owned()).collect::<Vec<_>>())),
                Ok(false) => return Ok(Done { rows: records.rows(), result: (good, bad, buffer) }),
                Err(why) if why.is_confined() => bad.push((records.rows(), why.reason())),
                Err(why) => return Err(Stop { row: records.rows(), why }),
            }
        }
    };
    let end = run(source, threads, &never, work, |before, (good, bad, buffer)| {
        rows.extend(good.into_iter().map(|(row, cells)| (before + row, cells)));
        aside.extend(bad.into_iter().map(|(row, why)| (before + row, why)));
        Ok(buffer)
    });
    let stop = match end {
        Ok(_) => None,
        Err(Stopped::Row { row, why }) => Some((row, Malformed::reason(why))),
        Err(other) => panic!("{other}"),
    };
    (rows, aside, stop)
}

/// The rules of `tabular`, byte by byte.
fn plain(text: &[u8], columns: usize) -> Read {
    let (mut rows, mut aside) = (Vec::new(), Vec::new());
    let (mut at, mut row) = (0, 1);
    while at < text.len() {
        row += 1;
        let mut cells: Vec<(Vec<u8>, bool)> = Vec::new();
        let mut lone_return = false;
        'record: loop {
            let mut cell = Vec::new();
            let quoted = text.get(at) == Some(&b'"');
            if quoted {
                at += 1;
                loop {
                    match text.get(at) {
                        None => return (rows, aside, Some((row, "unclosed_quote"))),
                        Some(b'"') if text.get(at + 1) == Some(&b'"') => {
                            cell.push(b'"');
                            at += 2;
                        }
                        Some(b'"') => break,
                        Some(byte) => {
                            cell.push(*byte);
                            at += 1;
                        }
                    }
                }
                at += 1;
            }
            loop {
                let rest = &text[at..];
                let line_end = if rest.starts_with(b"\n") {
                    1
                } else if rest.starts_with(b"\r\n") {
                    2
                } else {
                    usize::from(rest == b"\r")
                };
                if line_end > 0 || rest.is_empty() {
                    at += line_end;
                    cells.push((cell, quoted));
                    break 'record;
                }
                match rest[0] {
                    b',' => {
                        at += 1;
                        cells.push((cell, quoted));
                        continue 'record;
                    }
                    b'"' => return (rows, aside, Some((row, "quote"))),
                    _ if quoted => return (rows, aside, Some((row, "quote"))),
                    byte => {
                        lone_return |= byte == b'\r';
                        cell.push(byte);
                        at += 1;
                    }
                }
            }
        }
        let values: Vec<Vec<u8>> = cells.iter().map(|(cell, _)| cell.clone()).collect();
        if cells.len() == 1 && cells[0].0.is_empty() && !cells[0].1 {
            continue;
        }
        if lone_return {
            return (rows, aside, Some((row, "carriage_return")));
        }
        if values.len() != columns {
            aside.push((row, "ragged"));
        } else if values.iter().any(|cell| std::str::from_utf8(cell).is_err()) {
            aside.push((row, "encoding"));
        } else {
            rows.push((row, values));
        }
    }
    (rows, aside, None)
}

fn junk() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => Just(&b"a"[..]),
        5 => Just(&b","[..]),
        4 => Just(&b"\n"[..]),
        2 => Just(&b"\r\n"[..]),
        1 => Just(&b"\r"[..]),
        3 => Just(&b"\""[..]),
        3 => Just(&b"\"\""[..]),
        3 => Just(&b",\"b,\n\"\",c\""[..]),
        3 => Just(&b"1,2,3\n"[..]),
        1 => Just(&b"\xff"[..]),
        1 => Just(&b"\xc3"[..]),
        1 => Just(&b"\xa9"[..]),
        1 => Just(&b"\0"[..]),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn junk_is_read_or_refused_as_the_rules_say_at_any_chunk_size(text in junk(), columns in 1usize..5, block in 1usize..40, threads in 1usize..4) {
        let expected = plain(&text, columns);
        let mut found = ours(&text, columns, block, threads);
        // What came before the bad row in the same chunk is not handed to the sink: the run ends there.
        if let Some((row, _)) = expected.2 {
            prop_assert_eq!(found.2, expected.2);
            prop_assert!(expected.0.starts_with(&found.0));
            prop_assert!(expected.1.starts_with(&found.1));
            prop_assert!(found.0.iter().all(|(before, _)| *before < row));
            found = expected.clone();
        }
        prop_assert_eq!(found, expected);
    }
}
