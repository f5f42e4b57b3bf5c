//! Published vectors of the cryptography in this binary, and the known answers of its own scheme, run where it runs.
//!
//! A vector that fails means that this binary, on this machine, must not be trusted with a release. Nothing secret is
//! in it: keys and messages are those that were published.

use hkdf::Hkdf;
use ring::digest;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::identifier::NhsNumber;
use crate::keys::shift::ShiftRange;
use crate::keys::{MacKey, PublicKey, Root, Scope, SigningKey, ff1, message, reversible};
use crate::text::{hex, unhex};

/// One vector, run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ran {
    /// The algorithm.
    pub algorithm: &'static str,
    /// Where it was published.
    pub source: &'static str,
    /// Which of them.
    pub case: &'static str,
    /// Whether the published answer came out.
    pub passed: bool,
}

/// What the design names and this version does not hold.
pub const ABSENT: [(&str, &str); 2] =
    [("OpenPseudonymiser", "the compatibility mode is not built"), ("MS FHIR cryptoHash", "the compatibility mode is not built")];

/// SHA-256: message and digest. FIPS 180-4 by the examples NIST publishes with it.
const SHA: [(&str, &[u8], &str); 3] = [
    ("one block", b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ("no bytes", b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("two blocks", b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
];

/// HMAC-SHA-256 of RFC 4231, section 4: case, key, message, code.
const HMAC: [(&str, &str, &str, &str); 6] = [
    ("case 1", "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    ("case 2", "4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    (
        "case 3",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd",
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
    ),
    (
        "case 4",
        "0102030405060708090a0b0c0d0e0f10111213141516171819",
        "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
    ),
    (
        "case 6",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ),
    (
        "case 7",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "5468697320697320612074657374207573696e672061206c6172676572207468616e20626c6f636b2d73697a65206b657920616e642061206c6172676572207468616e20626c6f636b2d73697a6520646174612e20546865206b6579206e6565647320746f20626520686173686564206265666f7265206265696e6720757365642062792074686520484d414320616c676f726974686d2e",
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
    ),
];

/// HKDF-SHA-256 of RFC 5869, appendix A: case, key material, salt, info, extracted key, output.
const HKDF: [(&str, &str, &str, &str, &str, &str); 3] = [
    (
        "A.1",
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
        "000102030405060708090a0b0c",
        "f0f1f2f3f4f5f6f7f8f9",
        "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    ),
    (
        "A.2",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f",
        "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
        "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
        "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
    ),
    (
        "A.3",
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
        "",
        "",
        "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    ),
];

/// Ed25519 of RFC 8032, section 7.1: test, seed, public key, message, signature.
const ED25519: [(&str, &str, &str, &str, &str); 2] = [
    (
        "test 1",
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "test 2",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
];

/// FF1 with AES-256 over ten digits, NIST's FF1samples.pdf: sample, tweak, plain, sealed.
const FF1: [(&str, &str, &str, &str); 2] = [("sample 7", "", "0123456789", "6657667009"), ("sample 8", "39383736353433323130", "0123456789", "1001623463")];
const FF1_KEY: &str = "2b7e151628aed2a6abf7158809cf4f3cef4359d8d580aa4f7f036d6f04fc6a94";

/// AES-256-SIV, wycheproof `aes_siv_cmac_test.json` (RFC 5297 itself publishes shorter keys only): case, key, associated
/// data, message, sealed.
const SIV: [(&str, &str, &str, &str, &str); 1] = [(
    "case 302",
    "c25cafc6018b98dfbb79a40ec89c575a4f88c4116489bba27707479800c0130235334a45dbe8d8dae3da8dcb45bbe5dce031b0f68ded544fda7eca30d6749442",
    "deeb0ccf3aef47a296ed1ca8f4ae5907",
    "beec61030fa3d670337196beade6aeaa",
    "5865208eab9163db85cab9f96d846234a2626aae22f5c17c9aad4b501f4416e4",
)];

/// NHS numbers of the test range with the check digit that modulus 11 gives, and numbers that must be refused.
const NHS: [(&str, &str, bool); 5] = [
    ("999 000 0026 is right", "9990000026", true),
    ("999 000 0018 is right", "9990000018", true),
    ("999 000 0019 is wrong", "9990000019", false),
    ("check digit 10 is refused", "9991234560", false),
    ("a repeated digit is refused", "1111111111", false),
];

fn bytes(text: &str) -> Vec<u8> {
    unhex(text).unwrap_or_default()
}

fn hkdf(ikm: &str, salt: &str, info: &str, prk: &str, okm: &str) -> bool {
    let (extracted, expand) = Hkdf::<Sha256>::extract(Some(&bytes(salt)), &bytes(ikm));
    let mut out = vec![0u8; okm.len() / 2];
    hex(&extracted) == prk && expand.expand(&bytes(info), &mut out).is_ok() && hex(&out) == okm
}

fn seed(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    Some(Zeroizing::new(bytes(text).try_into().ok()?))
}

fn ed25519(secret: &str, public: &str, message: &str, signature: &str) -> Option<bool> {
    let key = SigningKey::from_seed(seed(secret)?, "")?;
    let public = PublicKey::from_bytes(bytes(public).try_into().ok()?);
    let (message, signature) = (bytes(message), bytes(signature));
    let mut other = signature.clone();
    *other.first_mut()? ^= 1;
    Some(key.public_key() == public && key.sign(&message)[..] == signature[..] && public.verifies(&message, &signature) && !public.verifies(&message, &other))
}

fn ff1(tweak: &str, plain: &str, sealed: &str) -> Option<bool> {
    let (key, tweak) = (bytes(FF1_KEY).try_into().ok()?, bytes(tweak));
    Some(ff1::encrypt(&key, &tweak, plain)? == sealed && ff1::decrypt(&key, &tweak, sealed)? == plain)
}

fn siv(key: &str, associated: &str, message: &str, sealed: &str) -> Option<bool> {
    let (key, associated, message) = (bytes(key).try_into().ok()?, bytes(associated), bytes(message));
    let made = reversible::encrypt(&key, &[&associated], &message)?;
    let mut other = made.clone();
    *other.last_mut()? ^= 1;
    let opens = |sealed: &[u8]| reversible::decrypt(&key, &[&associated], sealed);
    Some(hex(&made) == sealed && opens(&made) == Some(message) && opens(&other).is_none())
}

/// The key scheme `carepact/1`: the root 00 01 .. 1f, the linkage GM-DSA-0001/QOP, the number 999 000 0018.
fn scheme() -> Option<[bool; 5]> {
    let root = Root::from_bytes(seed("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")?);
    let scope = |domain, version| Scope::new("GM-DSA-0001/QOP", domain, version).ok();
    let number = NhsNumber::parse("9990000018").ok()?;
    let said = message::nhs_number(&number);
    let of = |scope: &Scope, message: &[u8]| root.pseudonym_key(scope).pseudonym(message);
    let (first, second) = (scope("nhs_number", 1)?, scope("nhs_number", 2)?);
    let mut local = Vec::new();
    message::local_id("RW3", "0004512", &mut local).ok()?;
    let offset = root.shift_key(&first).offset(said, ShiftRange::days(28).ok()?);
    let (reversible, mut sealed) = (root.reversible_key(&first), Vec::new());
    let opens = reversible.sealer().write(said, &mut sealed) && reversible.open(std::str::from_utf8(&sealed).ok()?)?[..] == said[..];
    Some([
        root.key_id().to_string() == "c7ebeb14ff13ae18" && root.check_value(&first) == "b3c644ed64502638",
        of(&first, said)[..] == *b"HRMYPSHTJR0TFANRGNPQX" && of(&second, said)[..] == *b"JP81ZXFYV5K2FJVKJ4CB3",
        of(&scope("local_patient_id", 1)?, &local)[..] == *b"V9QVE3SACF7GGVK0RFG82",
        offset == -22,
        opens && sealed == b"065M1JY7PPCS5SEJ7KBFY9C1CZZGYHFB34MC2PVE2G",
    ])
}

/// Runs all of them, in a fixed order.
pub fn run() -> Vec<Ran> {
    let mut ran = Vec::new();
    let mut add = |algorithm, source, case, passed| ran.push(Ran { algorithm, source, case, passed });
    for (case, text, answer) in SHA {
        add("SHA-256", "FIPS 180-4, NIST examples", case, hex(digest::digest(&digest::SHA256, text).as_ref()) == answer);
    }
    for (case, key, text, answer) in HMAC {
        add("HMAC-SHA-256", "RFC 4231", case, hex(&MacKey::new(&bytes(key)).mac(&bytes(text))) == answer);
    }
    for (case, ikm, salt, info, prk, okm) in HKDF {
        add("HKDF-SHA-256", "RFC 5869", case, hkdf(ikm, salt, info, prk, okm));
    }
    for (case, secret, public, text, signature) in ED25519 {
        add("Ed25519", "RFC 8032", case, ed25519(secret, public, text, signature).unwrap_or(false));
    }
    for (case, tweak, plain, sealed) in FF1 {
        add("FF1", "NIST SP 800-38G, FF1samples", case, ff1(tweak, plain, sealed).unwrap_or(false));
    }
    for (case, key, associated, text, sealed) in SIV {
        add("AES-256-SIV", "RFC 5297, wycheproof", case, siv(key, associated, text, sealed).unwrap_or(false));
    }
    for (case, number, good) in NHS {
        add("NHS number", "modulus 11 of the NHS Data Dictionary, numbers of the test range", case, NhsNumber::parse(number).is_ok() == good);
    }
    let cases = ["key id and check value", "pseudonyms of two versions", "pseudonym of a local number", "offset of dates", "reversible pseudonym"];
    for (case, passed) in cases.into_iter().zip(scheme().unwrap_or_default()) {
        add("carepact/1", "its own known answers (docs/pseudonymisation.md)", case, passed);
    }
    ran
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_vector_passes_and_none_is_left_out() {
        let ran = super::run();
        assert_eq!(ran.len(), 27);
        assert!(ran.iter().all(|one| one.passed), "{:?}", ran.iter().find(|one| !one.passed));
    }

    #[test]
    fn a_changed_answer_does_not_pass() {
        let (_, ikm, salt, info, prk, okm) = super::HKDF[0];
        assert!(super::hkdf(ikm, salt, info, prk, okm) && !super::hkdf(ikm, salt, info, prk, &okm.replace("3c", "3d")));
        let (_, secret, public, text, signature) = super::ED25519[1];
        assert_eq!(super::ed25519(secret, public, "73", signature), Some(false));
        assert_eq!(super::ed25519(secret, public, text, signature), Some(true));
        let (_, tweak, plain, sealed) = super::FF1[0];
        assert_eq!(super::ff1(tweak, plain, &sealed.replace('6', "7")), Some(false));
        let (_, key, associated, text, sealed) = super::SIV[0];
        assert_eq!(super::siv(key, associated, text, &sealed.replace("58", "59")), Some(false));
    }
}
