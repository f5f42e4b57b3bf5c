//! Extracts that are packed: told by their first bytes, and released as if they were not.

use std::io::Write as _;

use super::*;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).expect("packed");
    packer.finish().expect("packed")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

fn text() -> String {
    let mut text = "nhs_number\tname\tage\tcode\r\n".to_owned();
    for person in 0..400 {
        text.push_str(&format!("{}\tNg\t{}\tc{}\r\n", nhs(person), person % 90, person % 7));
    }
    text + "9990000019\tNg\t4\tx\r\n"
}

#[test]
fn a_packed_extract_gives_the_bytes_of_the_plain_one_and_says_how_it_was_packed() {
    let bench = Bench::new(RELEASE);
    let text = text();
    assert_eq!(bench.given(&text, &[]).code, Some(0));
    let plain = bench.out();
    let digest = |bench: &Bench| {
        let manifest = fs::read_to_string(bench.path("out/r.csv.manifest.json")).expect("there");
        serde_json::from_str::<serde_json::Value>(&manifest).expect("JSON")["inputs"][0]["hmac"].as_str().expect("a digest").to_owned()
    };
    let half = text.len() / 2;
    let members = [gzip(&text.as_bytes()[..half]), gzip(&text.as_bytes()[half..])].concat();
    for (name, bytes, said) in [
        ("in.csv.gz", gzip(text.as_bytes()), "packed with gzip, separated by tab, lines end with CRLF"),
        ("members.csv", members, "packed with gzip, separated by tab"),
        ("in.csv.zst", zstd(text.as_bytes()), "packed with zstd, separated by tab"),
    ] {
        fs::write(bench.path(name), &bytes).expect("written");
        let ran = bench.release(name, &["-o", "out/r.csv", "--force", "--quarantine", "aside", "--block", "997"]);
        assert_eq!(ran.code, Some(0), "{ran}");
        assert!(ran.out.contains(&format!("read {name}: {said}")), "{ran}");
        assert_eq!(bench.out(), plain, "{name}");
        // The digest is of the file as it lies on the disk.
        let key = reference_key(&bench.root(), LINKAGE, "extract", "digest");
        assert_eq!(digest(&bench), carepact::text::hex(&reference_mac(&key, &bytes)), "{name}");
    }
    let aside: std::collections::BTreeSet<String> =
        fs::read_dir(bench.path("aside")).expect("there").map(|file| file.expect("there").file_name().to_string_lossy().into_owned()).collect();
    assert!(aside.contains("in.quarantine.csv") && !aside.iter().any(|name| name.contains(".gz")), "{aside:?}");
}

#[test]
fn a_packed_extract_that_is_not_whole_or_is_damaged_leaves_nothing() {
    let bench = Bench::new(RELEASE);
    let text = text();
    for (packed, what) in [(gzip(text.as_bytes()), "gzip"), (zstd(text.as_bytes()), "zstd")] {
        for length in [5, packed.len() / 2, packed.len() - 1] {
            let ran = bench.given(&packed[..length], &[]);
            assert_eq!(ran.code, Some(3), "{length}\n{ran}");
            assert!(ran.err.contains(&format!("its {what} data ")), "{length}\n{ran}");
            bench.nothing_left();
        }
    }
    let mut damaged = gzip(text.as_bytes());
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0x55;
    let ran = bench.given(&damaged, &[]);
    assert_eq!(ran.code, Some(3), "{ran}");
    bench.nothing_left();
}
