//! Files for one person's eyes: sealed to an age public key, which `age` opens as well.

use std::io::Write as _;

/// Seals bytes to `age1...`, in armour; none if that is no public key.
pub fn seal(recipient: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let recipient = recipient.trim().parse::<age::x25519::Recipient>().ok()?;
    let encryptor = age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient)).ok()?;
    let mut sealed = Vec::new();
    let armoured = age::armor::ArmoredWriter::wrap_output(&mut sealed, age::armor::Format::AsciiArmor).ok()?;
    let mut writer = encryptor.wrap_output(armoured).ok()?;
    writer.write_all(bytes).ok()?;
    writer.finish().ok()?.finish().ok()?;
    Some(sealed)
}
