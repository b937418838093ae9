//! Names: the identity of a resource in its stack, and of one object for ever.

use std::{borrow::Borrow, fmt, str::FromStr, sync::Arc};

/// A resource's identity: scope path, name and kind, as in `network/public-a#aws:ec2/subnet`.
///
/// It never holds a Rust type name nor anything the user may change without meaning another resource.
///
/// ```
/// # use blogstack_core::Urn;
/// let urn: Urn = "network/vpc#aws:ec2/vpc".parse().expect("a path, `#` and a kind");
/// assert_eq!(urn.path(), "network/vpc");
/// assert_eq!(urn.kind(), "aws:ec2/vpc");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Urn(Arc<str>);

impl Urn {
    /// Joins a scope path with a name and a kind. The parts have passed [`check_name`].
    pub(crate) fn new(path: &str, kind: &str) -> Self {
        Self(format!("{path}#{kind}").into())
    }

    /// Scope path and name: `network/public-a`.
    pub fn path(&self) -> &str {
        self.0.split_once('#').map_or(&*self.0, |(path, _)| path)
    }

    /// The kind: `aws:ec2/subnet`.
    pub fn kind(&self) -> &str {
        self.0.split_once('#').map_or("", |(_, kind)| kind)
    }

    /// The kind without its provider, for people: `ec2/subnet`.
    pub fn short_kind(&self) -> &str {
        self.kind().split_once(':').map_or(self.kind(), |(_, rest)| rest)
    }

    /// The cargo feature that brings the kind: `ec2`.
    pub(crate) fn feature(&self) -> &str {
        self.kind().split([':', '/']).nth(1).unwrap_or_else(|| self.kind())
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same resource under another path.
    pub(crate) fn at_path(&self, path: &str) -> Self {
        Self::new(path, self.kind())
    }
}

impl fmt::Display for Urn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Urn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for Urn {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl FromStr for Urn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('#') {
            Some((path, kind)) if !path.is_empty() && kind.contains(':') => Ok(Self(text.into())),
            _ => Err(format!("`{text}` is not the name of a resource, which looks like `network/vpc#aws:ec2/vpc`")),
        }
    }
}

/// Says what is wrong with one part of a path, if anything.
pub(crate) fn check_name(name: &str) -> Result<(), String> {
    let bad = |c: char| c == '/' || c == '#' || c.is_whitespace() || c.is_control();
    match name.chars().find(|c| bad(*c)) {
        _ if name.is_empty() => Err("a name must not be empty".into()),
        Some(c) => Err(format!("the name `{}` holds {c:?}; use letters, digits, `-`, `_` and `.`", name.escape_debug())),
        None => Ok(()),
    }
}

/// The name of one object for ever: 32 lower-case hex digits, never used for a second object.
///
/// Idempotency tokens, ownership tags and generated names derive from it. It appears in no plan.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Uid(Arc<str>);

impl Uid {
    /// Takes the first 16 bytes of a digest.
    pub(crate) fn from_digest(digest: &[u8]) -> Self {
        Self(hex(&digest[..16]).into())
    }

    /// The 32 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Uid {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let digit = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
        if text.len() == 32 && text.bytes().all(digit) { Ok(Self(text.into())) } else { Err(format!("`{text}` is not an object's uid")) }
    }
}

impl From<Uid> for String {
    fn from(uid: Uid) -> Self {
        uid.0.as_ref().into()
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Lower-case hex digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_urn_shows_its_parts() {
        let urn = Urn::new("network/public-a", "aws:ec2/subnet");
        assert_eq!((urn.path(), urn.kind(), urn.short_kind()), ("network/public-a", "aws:ec2/subnet", "ec2/subnet"));
        assert_eq!(urn.as_str().parse::<Urn>(), Ok(urn.clone()));
        assert_eq!(urn.at_path("a").as_str(), "a#aws:ec2/subnet");
    }

    #[test]
    fn names_that_would_blur_identity_are_refused() {
        for name in ["", "a/b", "a#b", "a b", "a\n"] {
            assert!(check_name(name).is_err(), "{name:?}");
        }
        assert_eq!(check_name("public-a.1_x"), Ok(()));
    }

    #[test]
    fn only_digests_are_uids() {
        assert!(Uid::try_from("0".repeat(32)).is_ok());
        for text in ["", "xyz", &"A".repeat(32), &"0".repeat(33)] {
            assert!(Uid::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
