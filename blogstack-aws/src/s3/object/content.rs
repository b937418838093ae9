//! What is in an object.

use std::{fs, path::Path};

use aws_sdk_s3::primitives::ByteStream;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use blogstack_core::{
    Expr, Input, IntoInput, Output, Value,
    provider::{ErrorKind, ProviderError, Result},
};

/// How many bytes an object of a program may have.
pub(super) const LARGEST: usize = 1 << 20;

/// What is in an object.
#[derive(Debug, Clone, PartialEq, Eq, Value)]
pub enum Content {
    /// A text.
    Text(String),
    /// Bytes that are no text, in base64.
    Base64(String),
}

impl Content {
    /// These bytes.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        std::str::from_utf8(bytes).map_or_else(|_| Self::Base64(STANDARD.encode(bytes)), |text| Self::Text(text.to_owned()))
    }

    /// What is in a file of the machine that runs the program, as it is when the program runs. A path that is not absolute begins
    /// in the current folder. A file that cannot be read is a problem of the program.
    pub fn from_file(path: impl AsRef<Path>) -> Input<Self> {
        let path = path.as_ref();
        match fs::read(path) {
            Ok(bytes) => Self::from_bytes(&bytes).into_input(),
            Err(error) => Input::from_expr(Expr::Invalid(format!("reading `{}`: {error}", path.display()))),
        }
    }

    /// The bytes.
    pub(super) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.clone().into_bytes(),
            Self::Base64(text) => STANDARD.decode(text).unwrap_or_default(),
        }
    }
}

impl IntoInput<Content> for &str {
    fn into_input(self) -> Input<Content> {
        Content::Text(self.to_owned()).into_input()
    }
}

impl IntoInput<Content> for String {
    fn into_input(self) -> Input<Content> {
        Content::Text(self).into_input()
    }
}

impl IntoInput<Content> for &[u8] {
    fn into_input(self) -> Input<Content> {
        Content::from_bytes(self).into_input()
    }
}

impl IntoInput<Content> for &Output<String> {
    fn into_input(self) -> Input<Content> {
        self.map(Content::Text).into_input()
    }
}

impl IntoInput<Content> for Output<String> {
    fn into_input(self) -> Input<Content> {
        (&self).into_input()
    }
}

/// What is in an object of AWS. One that is larger than any of ours is not fetched: it is told by its size.
pub(super) async fn observed(operation: &'static str, length: i64, body: ByteStream) -> Result<Content> {
    if usize::try_from(length).is_ok_and(|length| length > LARGEST) {
        return Ok(Content::Base64(format!("{length} bytes")));
    }
    let broken = |error| ProviderError::new(ErrorKind::Transient, operation, format!("the content broke off: {error}"));
    Ok(Content::from_bytes(&body.collect().await.map_err(broken)?.into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::Content;

    #[test]
    fn what_is_no_text_is_kept_all_the_same() {
        assert_eq!(Content::from_bytes(b"a"), Content::Text("a".into()));
        let bytes = Content::from_bytes(&[0xff, 0]);
        assert_eq!((&bytes, bytes.bytes()), (&Content::Base64("/wA=".into()), vec![0xff, 0]));
    }
}
