//! Public keys as OpenSSH writes them: <https://datatracker.ietf.org/doc/html/rfc4253#section-6.6>.

use std::str::FromStr;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use blogstack_core::{Expr, Input, IntoInput, Output, Value};

/// An RSA or ED25519 public key as OpenSSH writes it, without its comment, which AWS does not keep.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Value)]
pub struct PublicKey(String);

impl PublicKey {
    /// The key: its kind, a space, and base64.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Takes the first two words, whatever they are.
    pub(super) fn without_comment(text: &str) -> Self {
        Self(text.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
    }
}

impl FromStr for PublicKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let key = Self::without_comment(text);
        let body = key.0.strip_prefix("ssh-ed25519 ").or_else(|| key.0.strip_prefix("ssh-rsa "));
        match body.is_some_and(|body| STANDARD.decode(body).is_ok()) {
            true => Ok(key),
            false => Err("this is not an RSA or ED25519 public key, which looks like `ssh-ed25519 AAAA.. comment`".into()),
        }
    }
}

impl IntoInput<PublicKey> for &str {
    fn into_input(self) -> Input<PublicKey> {
        match self.parse::<PublicKey>() {
            Ok(key) => key.into_input(),
            Err(message) => Input::from_expr(Expr::Invalid(message)),
        }
    }
}

impl IntoInput<PublicKey> for &String {
    fn into_input(self) -> Input<PublicKey> {
        self.as_str().into_input()
    }
}

impl IntoInput<PublicKey> for String {
    fn into_input(self) -> Input<PublicKey> {
        self.as_str().into_input()
    }
}

impl IntoInput<PublicKey> for &Output<String> {
    fn into_input(self) -> Input<PublicKey> {
        self.map(|text| PublicKey::without_comment(&text)).into_input()
    }
}

#[cfg(test)]
mod tests {
    use super::PublicKey;

    #[test]
    fn only_openssh_keys_are_keys() {
        assert_eq!(" ssh-ed25519  AAAA me@home\n".parse::<PublicKey>(), Ok(PublicKey("ssh-ed25519 AAAA".into())));
        for text in ["", "ssh-ed25519", "ssh-ed25519 !", "ssh-dss AAAA", "-----BEGIN PRIVATE KEY-----"] {
            assert!(text.parse::<PublicKey>().is_err(), "{text}");
        }
    }
}
