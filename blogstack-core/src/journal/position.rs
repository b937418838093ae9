//! Where a record stands in a journal.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::disk::hex;

/// The SHA-256 that chains a record to all records before it. Written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct RecordHash(pub(super) [u8; 32]);

impl RecordHash {
    /// What the first record of a new journal is chained to.
    pub const ZERO: Self = Self([0; 32]);

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for RecordHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for RecordHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// A text is not a [`RecordHash`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("reading a record hash: it has not 64 lower-case hexadecimal digits")]
pub struct NotAHash;

impl FromStr for RecordHash {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<Self, NotAHash> {
        let digits: Vec<u8> = text.chars().map(digit).collect::<Option<_>>().ok_or(NotAHash)?;
        let bytes: Vec<u8> = digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect();
        let whole = digits.len() == 64;
        bytes.try_into().ok().filter(|_| whole).map(Self).ok_or(NotAHash)
    }
}

fn digit(character: char) -> Option<u8> {
    let lower = !character.is_ascii_uppercase();
    character.to_digit(16).filter(|_| lower).and_then(|digit| digit.try_into().ok())
}

impl From<RecordHash> for String {
    fn from(hash: RecordHash) -> Self {
        hash.to_string()
    }
}

impl TryFrom<String> for RecordHash {
    type Error = NotAHash;

    fn try_from(text: String) -> Result<Self, NotAHash> {
        text.parse()
    }
}

/// A record's place: how many came before it in the journal's whole life, and its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Position {
    /// Counts on over compactions. A new journal begins at 0, its first record is 1.
    pub sequence: u64,
    /// Stands for this record and every one before it.
    pub hash: RecordHash,
}

impl fmt::Display for Position {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "record {} ({})", self.sequence, hex(&self.hash.0[..6]))
    }
}

/// The position of the last record.
pub type Head = Position;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_reads_back_from_its_text_and_from_nothing_else() {
        let hash = RecordHash(std::array::from_fn(|index| u8::try_from(index * 7).unwrap_or(0)));
        let text = hash.to_string();
        assert_eq!(text.parse(), Ok(hash));
        let spoiled = [text[1..].to_owned(), format!("{text}0"), format!("{text}00"), text.to_uppercase(), "é".repeat(32)];
        for wrong in spoiled {
            assert_eq!(wrong.parse::<RecordHash>(), Err(NotAHash), "{wrong}");
        }
    }
}
