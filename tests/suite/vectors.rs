//! Published vectors, and those of our own scheme, read where they lie.

use carepact::evidence::seal;
use carepact::evidence::signature::{Namespace, Signature, sign, signed_bytes};
use carepact::keys::message;
use carepact::keys::pseudonym::{HEX_LENGTH, is_well_formed};
use carepact::keys::shift::ShiftRange;
use carepact::keys::{MacKey, PublicKey, Root, Scope, SigningKey, ff1, reversible};
use carepact::text::{hex, unhex};
use hkdf::Hkdf;
use serde_json::Value;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::shared::shared;

fn vectors(name: &str) -> Option<Value> {
    let path = shared(&format!("vectors/{name}.json"))?;
    Some(serde_json::from_slice(&std::fs::read(path).expect("readable")).expect("JSON"))
}

fn bytes(value: &Value) -> Vec<u8> {
    unhex(value.as_str().expect("a string")).expect("hex")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn bytes32(value: &Value) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(bytes(value).try_into().expect("32 bytes"))
}

#[test]
fn every_value_of_the_key_scheme_comes_out() {
    let Some(scheme) = vectors("carepact_scheme") else { return };
    let root = Root::from_bytes(bytes32(&scheme["root"]));
    assert_eq!(root.key_id().to_string(), text(&scheme["kid"]));
    let prk = MacKey::new(b"carepact/1").mac(&bytes(&scheme["root"]));
    assert_eq!(hex(&prk), text(&scheme["PRK"]));
    let expand = Hkdf::<Sha256>::from_prk(&prk).expect("long enough");

    let cases = list(&scheme["cases"]);
    assert!(cases.len() >= 6);
    for case in cases {
        let (linkage, domain) = (text(&case["linkage"]), text(&case["domain"]));
        let version = u32::try_from(case["version"].as_u64().expect("a number")).expect("small");
        let scope = Scope::new(linkage, domain, version).expect("valid");

        let mut message = Vec::new();
        match &case["value"] {
            Value::String(value) => {
                let number = carepact::identifier::NhsNumber::parse(value).expect("valid");
                message.extend_from_slice(message::nhs_number(&number));
            }
            parts => assert_eq!(message::local_id(text(&parts[0]), text(&parts[1]), &mut message), Ok(true)),
        }
        assert_eq!(hex(&message), text(&case["message"]));

        let mut k = [0u8; 32];
        expand.expand(&bytes(&case["info"]), &mut k).expect("short");
        assert_eq!(hex(&k), text(&case["K"]));
        let mac = root.pseudonym_key(&scope).mac(&message);
        assert_eq!(hex(mac.bytes()), text(&case["mac"]), "{domain} {linkage} {version}");
        assert_eq!(mac.bytes(), &MacKey::new(&k).mac(&message));
        let pseudonym = root.pseudonym_key(&scope).pseudonym(&message);
        assert_eq!(std::str::from_utf8(&pseudonym), Ok(text(&case["pseudonym"])));
        assert!(is_well_formed(&pseudonym));
        let mut digits = [0u8; HEX_LENGTH];
        mac.write_hex(&mut digits);
        assert_eq!(std::str::from_utf8(&digits), Ok(text(&case["hex"])));

        let mut shift_info = bytes(&case["info"]);
        shift_info.truncate(shift_info.len() - 6);
        shift_info.extend_from_slice(b"\x00\x05shift");
        expand.expand(&shift_info, &mut k).expect("short");
        assert_eq!(hex(&k), text(&case["K_shift"]));
        let shift = root.shift_key(&scope);
        let offset = |range| i64::from(shift.offset(&message, range));
        assert_eq!(Some(offset(ShiftRange::days(28).expect("wide"))), case["shift_28_days"].as_i64());
        assert_eq!(Some(offset(ShiftRange::weeks(4).expect("wide"))), case["shift_4_weeks"].as_i64());

        assert_eq!(hex(root.siv_key(&scope).as_ref()), text(&case["K_siv64"]));
        assert_eq!(root.check_value(&scope), text(&case["check_value"]));

        let sealed = reversible::encrypt(&root.siv_key(&scope), &[], &message).expect("fits");
        assert_eq!(hex(&sealed), text(&case["siv"]));
        let mut token = Vec::new();
        assert!(root.reversible_key(&scope).sealer().write(&message, &mut token));
        assert_eq!(std::str::from_utf8(&token), Ok(text(&case["siv_token"])));
        assert_eq!(root.reversible_key(&scope).open(text(&case["siv_token"])).as_deref(), Some(&message));
    }
}

#[test]
fn the_signature_of_the_scheme_comes_out() {
    let Some(scheme) = vectors("carepact_scheme") else { return };
    let case = &scheme["sshsig"];
    let key = SigningKey::from_seed(bytes32(&case["seed"]), "").expect("a seed");
    assert_eq!(key.public_key(), PublicKey::from_bytes(*bytes32(&case["public"])));
    let message = text(&case["message"]).as_bytes();
    let signed = signed_bytes(text(&case["namespace"]).as_bytes(), message);
    assert_eq!(hex(&signed), text(&case["signed_bytes"]));
    assert_eq!(hex(&key.sign(&signed)), text(&case["signature"]));
    assert_eq!(sign(&key, Namespace::Manifest, message), text(&case["armored"]));
    assert!(Signature::parse(text(&case["armored"]).as_bytes()).expect("reads").fits(message));
}

#[test]
fn the_seal_of_the_scheme_comes_out() {
    let Some(scheme) = vectors("carepact_scheme") else { return };
    let case = &scheme["seal"];
    let scope = Scope::new(text(&case["seal_id"]), "log", 1).expect("valid");
    let key = Root::from_bytes(bytes32(&scheme["root"])).seal_key(&scope);
    assert_eq!(key.mac(b"x"), MacKey::new(&bytes(&case["K_seal"])).mac(b"x"));
    let mut leaves = Vec::new();
    for (index, line) in list(&case["lines"]).iter().enumerate() {
        let salt = seal::salt(&key, index as u64);
        assert_eq!(hex(&salt), text(&case["salts"][index]));
        leaves.push(seal::leaf(&salt, text(line).as_bytes()));
        assert_eq!(hex(&leaves[index]), text(&case["leaves"][index]));
    }
    assert_eq!(hex(&seal::root(&leaves)), text(&case["root"]));
}

#[test]
fn hmac_sha_256_is_that_of_rfc_4231_and_wycheproof() {
    if let Some(rfc) = vectors("rfc4231_hmac_sha256") {
        for case in list(&rfc["cases"]) {
            assert_eq!(hex(&MacKey::new(&bytes(&case["key"])).mac(&bytes(&case["msg"]))), text(&case["mac"]));
        }
    }
    if let Some(wycheproof) = vectors("wycheproof_hmac_sha256") {
        let mut seen = 0;
        for group in list(&wycheproof["testGroups"]) {
            let length = usize::try_from(group["tagSize"].as_u64().expect("bits") / 8).expect("small");
            for case in list(&group["tests"]) {
                let mac = MacKey::new(&bytes(&case["key"])).mac(&bytes(&case["msg"]));
                let agrees = mac[..length] == bytes(&case["tag"])[..];
                assert_eq!(agrees, case["result"] == "valid", "{}", case["tcId"]);
                seen += 1;
            }
        }
        assert_eq!(seen, 174);
    }
}

#[test]
fn hkdf_sha_256_is_that_of_rfc_5869_and_wycheproof() {
    if let Some(rfc) = vectors("rfc5869_hkdf_sha256") {
        for case in list(&rfc["cases"]) {
            let mut okm = vec![0u8; bytes(&case["okm"]).len()];
            let (prk, expand) = Hkdf::<Sha256>::extract(Some(&bytes(&case["salt"])), &bytes(&case["ikm"]));
            expand.expand(&bytes(&case["info"]), &mut okm).expect("short");
            assert_eq!((hex(&prk).as_str(), hex(&okm).as_str()), (text(&case["prk"]), text(&case["okm"])));
            assert_eq!(hex(&MacKey::new(&bytes(&case["salt"])).mac(&bytes(&case["ikm"]))), text(&case["prk"]));
        }
    }
    if let Some(wycheproof) = vectors("wycheproof_hkdf_sha256") {
        let mut seen = 0;
        for case in list(&wycheproof["testGroups"]).iter().flat_map(|group| list(&group["tests"])) {
            let size = usize::try_from(case["size"].as_u64().expect("bytes")).expect("small");
            let mut okm = vec![0u8; size];
            let expanded = Hkdf::<Sha256>::new(Some(&bytes(&case["salt"])), &bytes(&case["ikm"])).expand(&bytes(&case["info"]), &mut okm);
            assert_eq!(expanded.is_ok() && okm == bytes(&case["okm"]), case["result"] == "valid", "{}", case["tcId"]);
            seen += 1;
        }
        assert_eq!(seen, 86);
    }
}

#[test]
fn ed25519_is_that_of_rfc_8032_and_wycheproof() {
    if let Some(rfc) = vectors("rfc8032_ed25519") {
        for case in list(&rfc["cases"]) {
            let key = SigningKey::from_seed(bytes32(&case["seed"]), "").expect("a seed");
            assert_eq!(key.public_key(), PublicKey::from_bytes(*bytes32(&case["pk"])));
            assert_eq!(hex(&key.sign(&bytes(&case["msg"]))), text(&case["sig"]));
        }
    }
    if let Some(wycheproof) = vectors("wycheproof_ed25519") {
        let mut seen = 0;
        for group in list(&wycheproof["testGroups"]) {
            let key = PublicKey::from_bytes(*bytes32(&group["publicKey"]["pk"]));
            for case in list(&group["tests"]) {
                assert_eq!(key.verifies(&bytes(&case["msg"]), &bytes(&case["sig"])), case["result"] == "valid", "{}", case["tcId"]);
                seen += 1;
            }
        }
        assert_eq!(seen, 151);
    }
}

#[test]
fn ff1_is_that_of_nist_and_wycheproof() {
    let tests = |name: &str| vectors(name).map_or_else(Vec::new, |all| all["testGroups"].as_array().expect("groups").clone());
    let mut seen = 0;
    for case in tests("wycheproof_aes_ff1_base10").iter().flat_map(|group| list(&group["tests"]).to_vec()) {
        let Ok(key) = <[u8; 32]>::try_from(bytes(&case["key"])) else { continue };
        let (plain, sealed, tweak) = (text(&case["msg"]), text(&case["ct"]), bytes(&case["tweak"]));
        // Ours is for 6 to 18 digits (SP 800-38G revision 1 asks for a million values at least); the rest is refused.
        let made = ff1::encrypt(&key, &tweak, plain);
        if case["result"] == "valid" && (6..=18).contains(&plain.len()) {
            assert_eq!(made.as_deref(), Some(sealed), "{}", case["tcId"]);
            assert_eq!(ff1::decrypt(&key, &tweak, sealed).as_deref(), Some(plain), "{}", case["tcId"]);
            seen += 1;
        } else {
            assert_eq!(made, None, "{}", case["tcId"]);
        }
    }
    assert!(seen == 0 || seen > 300, "{seen}");
    let Some(nist) = vectors("nist_ff1_samples") else { return };
    let samples = list(&nist["cases"]).iter().filter(|case| case["aes"] == "AES256" && case["radix"] == 10);
    assert_eq!(
        samples
            .map(|case| {
                let key = bytes(&case["key"]).try_into().expect("32 bytes");
                assert_eq!(ff1::encrypt(&key, &bytes(&case["tweak"]), text(&case["pt"])).as_deref(), Some(text(&case["ct"])));
            })
            .count(),
        2
    );
}

#[test]
fn aes_256_siv_is_that_of_wycheproof() {
    let Some(wycheproof) = vectors("wycheproof_aes_siv_cmac") else { return };
    let mut seen = 0;
    for case in list(&wycheproof["testGroups"]).iter().flat_map(|group| list(&group["tests"])) {
        let Ok(key) = <[u8; 64]>::try_from(bytes(&case["key"])) else { continue };
        let (associated, sealed) = (bytes(&case["aad"]), bytes(&case["ct"]));
        let opened = reversible::decrypt(&key, &[&associated], &sealed);
        assert_eq!(opened.is_some(), case["result"] == "valid", "{}", case["tcId"]);
        if let Some(opened) = opened {
            assert_eq!(opened, bytes(&case["msg"]));
            assert_eq!(reversible::encrypt(&key, &[&associated], &opened), Some(sealed));
        }
        seen += 1;
    }
    assert!(seen > 100, "{seen}");
}
