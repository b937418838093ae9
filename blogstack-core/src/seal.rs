//! Sealing of secret values: what is written to disk can be read with the key only, and only in its place.
//!
//! AES-256-GCM with a random nonce of 96 bits for each value: safe for four thousand million values under one key.

use std::fmt::{self, Debug};
use std::str::FromStr;
use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::disk::hex;
use crate::entropy::Entropy;

mod fence;

pub use fence::{Fence, Fencer};

const VERSION: &str = "v1";

/// A key for sealing. It is wiped from memory when it is dropped, and never shown.
#[derive(Clone)]
pub struct Key {
    bytes: Zeroizing<[u8; 32]>,
}

impl Key {
    /// The key with these bytes.
    pub fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self { bytes }
    }

    /// A new key.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        entropy.fill(&mut *bytes);
        Self { bytes }
    }

    /// The bytes, for whoever keeps the key.
    pub fn expose(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// Its public name.
    pub fn id(&self) -> KeyId {
        let mut context = Context::new(&SHA256);
        context.update(b"blogstack key id 1");
        context.update(&*self.bytes);
        KeyId(hex(&context.finish().as_ref()[..8]))
    }
}

impl Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Key({})", self.id())
    }
}

/// Tells keys apart without telling anything about them: 16 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyId(String);

impl KeyId {
    fn parse(text: &str) -> Option<Self> {
        let right = text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        right.then(|| Self(text.into()))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A sealed value as text: `v1.<key id>.<base64 of nonce and ciphertext>`. Any text can be one; opening it shows.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sealed(String);

impl Sealed {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key that it says to need; `None` when it is damaged or of another version.
    pub fn key_id(&self) -> Option<KeyId> {
        self.parts().ok().map(|(id, _)| id)
    }

    fn parts(&self) -> Result<(KeyId, Vec<u8>), SealError> {
        let mut parts = self.0.splitn(3, '.');
        match parts.next() {
            Some(VERSION) => {}
            Some(other) if is_version(other) => return Err(SealError::UnknownVersion { found: other.into() }),
            _ => return Err(SealError::Damaged),
        }
        let id = parts.next().and_then(KeyId::parse).ok_or(SealError::Damaged)?;
        let content = parts.next().and_then(|text| BASE64.decode(text).ok()).ok_or(SealError::Damaged)?;
        Ok((id, content))
    }
}

/// A short `v` with digits; anything else is no version but damage, and not repeated in an error.
fn is_version(text: &str) -> bool {
    let digits = text.strip_prefix('v').unwrap_or_default();
    (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

impl fmt::Display for Sealed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<String> for Sealed {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl FromStr for Sealed {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.into()))
    }
}

/// Why a sealed value was not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It was sealed with another key.
    #[error("opening a sealed value: it needs key {sealed_with}, not key {offered}")]
    WrongKey {
        /// The key that it was sealed with.
        sealed_with: KeyId,
        /// The key at hand.
        offered: KeyId,
    },
    /// Its text is damaged, or it was sealed for another place. Which of them cannot be told.
    #[error("opening a sealed value: it is damaged, or was moved here from another place")]
    Damaged,
    /// A later release sealed it.
    #[error("opening a sealed value: it has version `{found}`, this program reads `{VERSION}`")]
    UnknownVersion {
        /// The version it has.
        found: String,
    },
}

impl SealError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::WrongKey { sealed_with, .. } => {
                format!("put back the key file with key {sealed_with}, from a copy or from the machine that has it")
            }
            Self::Damaged => "restore the state from a copy; values are bound to their place and cannot be moved".into(),
            Self::UnknownVersion { .. } => "build the program with the newer release of blogstack that wrote it".into(),
        })
    }
}

/// Seals and opens values with one key.
#[derive(Debug, Clone)]
pub struct Sealer {
    key: Key,
    entropy: Arc<dyn Entropy>,
}

impl Sealer {
    /// Seals with `key`, nonces from `entropy`.
    pub fn new(key: Key, entropy: Arc<dyn Entropy>) -> Self {
        Self { key, entropy }
    }

    /// The public name of the key.
    pub fn key_id(&self) -> KeyId {
        self.key.id()
    }

    /// Makes fences with a key that is derived from this one.
    pub fn fencer(&self) -> Fencer {
        Fencer::new(&self.key)
    }

    /// Seals `plain` for the place that `associated` stands for: it opens with the same bytes only. Sealing the same
    /// value again gives another text.
    pub fn seal(&self, plain: &[u8], associated: &[u8]) -> Sealed {
        let mut nonce = [0; NONCE_LEN];
        self.entropy.fill(&mut nonce);
        let content = [&nonce[..], &self.encrypt(nonce, plain, associated)].concat();
        Sealed(format!("{VERSION}.{}.{}", self.key_id(), BASE64.encode(content)))
    }

    /// What was sealed for the place that `associated` stands for.
    pub fn open(&self, sealed: &Sealed, associated: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (sealed_with, content) = sealed.parts()?;
        let offered = self.key_id();
        if sealed_with != offered {
            return Err(SealError::WrongKey { sealed_with, offered });
        }
        let (nonce, text) = content.split_first_chunk().ok_or(SealError::Damaged)?;
        self.decrypt(*nonce, text, associated).ok_or(SealError::Damaged)
    }

    fn encrypt(&self, nonce: [u8; NONCE_LEN], plain: &[u8], associated: &[u8]) -> Vec<u8> {
        let mut text = Zeroizing::new(plain.to_vec());
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = self.cipher().seal_in_place_separate_tag(nonce, bound(associated), &mut text);
        let tag = tag.expect("AES-256-GCM seals everything below 64 GiB");
        [&text[..], tag.as_ref()].concat()
    }

    fn decrypt(&self, nonce: [u8; NONCE_LEN], text: &[u8], associated: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut plain = Zeroizing::new(text.to_vec());
        let nonce = Nonce::assume_unique_for_key(nonce);
        let length = self.cipher().open_in_place(nonce, bound(associated), &mut plain).ok()?.len();
        plain.truncate(length);
        Some(plain)
    }

    fn cipher(&self) -> LessSafeKey {
        let key = UnboundKey::new(&AES_256_GCM, &*self.key.bytes);
        LessSafeKey::new(key.expect("a key of 32 bytes fits AES-256"))
    }
}

/// The version is sealed in, so that a later one can never be read as this one.
fn bound(associated: &[u8]) -> Aad<Vec<u8>> {
    Aad::from([b"blogstack sealed v1\0", associated].concat())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    fn sealer(seed: u64) -> Sealer {
        let entropy = Arc::new(SeededEntropy::new(seed));
        Sealer::new(Key::generate(&*entropy), entropy)
    }

    #[test]
    fn a_value_opens_with_its_key_in_its_place() {
        let ours = sealer(1);
        for plain in [&b""[..], b"p4ssw0rd", &[0; 1000]] {
            let sealed = ours.seal(plain, b"prod/db");
            assert_eq!(*ours.open(&sealed, b"prod/db").unwrap(), plain);
            assert_eq!(ours.open(&sealed, b"prod/cache"), Err(SealError::Damaged));
        }
    }

    #[test]
    fn the_text_names_version_and_key_and_never_repeats() {
        let ours = sealer(1);
        let (one, again) = (ours.seal(b"p4ssw0rd", b""), ours.seal(b"p4ssw0rd", b""));
        assert_ne!(one, again);
        assert!(one.as_str().starts_with(&format!("v1.{}.", ours.key_id())));
        assert_eq!(one.key_id(), Some(ours.key_id()));
        assert_eq!(serde_json::to_value(&one).unwrap(), one.as_str());
    }

    #[test]
    fn another_key_is_named() {
        let (ours, theirs) = (sealer(1), sealer(2));
        let error = ours.open(&theirs.seal(b"x", b""), b"").unwrap_err();
        let (their, our) = (theirs.key_id(), ours.key_id());
        assert_eq!(error.to_string(), format!("opening a sealed value: it needs key {their}, not key {our}"));
        assert!(error.hint().unwrap().contains(&their.to_string()));
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_refused() {
        let ours = sealer(1);
        let sealed = ours.seal(b"p4ssw0rd", b"place");
        for bit in 0..sealed.0.len() * 8 {
            let mut bytes = sealed.0.clone().into_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            if let Ok(text) = String::from_utf8(bytes) {
                ours.open(&text.into(), b"place").unwrap_err();
            }
        }
        for cut in 0..sealed.0.len() {
            ours.open(&sealed.0[..cut].to_owned().into(), b"place").unwrap_err();
        }
    }

    #[test]
    fn a_later_version_is_told_from_damage() {
        let open = |text: &str| sealer(1).open(&Sealed(text.into()), b"").unwrap_err();
        assert_eq!(open("v2.what.ever").to_string(), "opening a sealed value: it has version `v2`, this program reads `v1`");
        for text in ["", ".", "..", "v1", "v1.", "v1..", "vx.y", "p4ssw0rd", "v1.0123456789abcdef.", "v1.0123.AAAA"] {
            let error = open(text);
            assert!(!matches!(error, SealError::UnknownVersion { .. }), "{text}: {error}");
        }
    }

    #[test]
    fn a_key_is_never_shown() {
        let ours = sealer(1);
        let shown = format!("{ours:?}");
        assert!(!shown.contains(&hex(&ours.key.expose()[..4])) && !shown.contains(&format!("{:?}", ours.key.expose())));
        assert!(shown.contains(&ours.key_id().to_string()));
    }
}
