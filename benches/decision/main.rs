//! How small and how fast the compiled decision is: `cargo bench --bench decision`.

mod big_pack;

use std::time::Instant;

use carepact::decision::Compiled;
use carepact::pack::Pack;
use carepact::source::Sources;

fn load(agreements: usize, organisations: usize) -> (Pack, f64) {
    let dir = tempfile::tempdir().expect("a folder");
    big_pack::write(dir.path(), agreements, organisations);
    let start = Instant::now();
    let mut sources = Sources::new();
    let (pack, findings) = Pack::load(dir.path(), &mut sources).expect("readable");
    let read = start.elapsed().as_secs_f64();
    let wrong: Vec<_> = findings.iter().filter(|finding| finding.code.starts_with("READ") || finding.code == "DOC-007").take(3).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    (pack, read)
}

fn main() {
    println!("agreements  organisations  reading  stretches  compile of one day");
    for agreements in [10, 100, 600] {
        for organisations in [500, 4_000, 16_000] {
            let (pack, read) = load(agreements, organisations);
            let start = Instant::now();
            let compiled = Compiled::new(&pack);
            let stretches = compiled.stretches().count();
            let on = carepact::identifier::Date::parse("2026-05-14").expect("a date");
            let epoch = compiled.epoch(on);
            let (blocks, bytes) = epoch.size();
            println!(
                "{agreements:>10}  {organisations:>13}  {:>5.0} ms  {stretches:>9}  {:>9.1} ms, {} rows, {blocks} blocks, {} sets, {bytes} bytes",
                read * 1e3,
                start.elapsed().as_secs_f64() * 1e3,
                epoch.rows.len(),
                epoch.sets.len()
            );
        }
    }
}
