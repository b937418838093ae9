//! Encoded values as JSON for the journal: secrets encrypted, each bound to its place.

use std::{collections::BTreeMap, path::PathBuf};

use serde_json::{Map, Value as Json};

use crate::{
    keys::KeyError,
    seal::{SealError, Sealed, Sealer},
    value::Value,
};

/// Marks an encrypted value. Keys of the user's own maps that begin with `$` get a second one.
const MARK: &str = "$secret";

/// Turns values into what the journal holds, and back.
pub(super) struct Vault {
    /// The path of the key, where it is missing.
    sealer: Result<Sealer, PathBuf>,
    stack_uid: String,
}

/// What the journal holds is not a value, or cannot be decrypted.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// A secret cannot be written without its key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Not decrypted.
    #[error("reading the secret value at `{place}`: {cause}")]
    Sealed {
        /// Where it stands.
        place: String,
        /// Why.
        cause: SealError,
    },
    /// Not of the format.
    #[error("reading the value at `{place}`: {found} has no meaning there")]
    Format {
        /// Where it stands.
        place: String,
        /// What was found; never the content of a secret.
        found: String,
    },
}

impl Vault {
    /// Without a key, sealed values stay sealed and no other secret can be written.
    pub(super) fn new(sealer: Result<Sealer, PathBuf>, stack_uid: &str) -> Self {
        Self { sealer, stack_uid: stack_uid.to_owned() }
    }

    pub(super) fn sealer(&self) -> Result<&Sealer, KeyError> {
        self.sealer.as_ref().map_err(|path| KeyError::Missing { path: path.clone() })
    }

    /// `place` is unlike any other in the stack, and stays the same as long as the value stands there.
    pub(super) fn close(&self, value: &Value, place: &str) -> Result<Json, VaultError> {
        Ok(match value {
            Value::Null => Json::Null,
            Value::Bool(b) => Json::Bool(*b),
            Value::Int(i) => Json::from(*i),
            Value::Text(text) => Json::from(text.as_str()),
            Value::List(items) => {
                let item = |(i, item)| self.close(item, &format!("{place}.{i}"));
                Json::Array(items.iter().enumerate().map(item).collect::<Result<_, _>>()?)
            }
            Value::Map(map) => {
                let entry = |(key, item): (&String, &Value)| Ok((escape(key), self.close(item, &format!("{place}.{key}"))?));
                Json::Object(map.iter().map(entry).collect::<Result<_, VaultError>>()?)
            }
            Value::Secret(inner) => {
                let plain = zeroize::Zeroizing::new(self.close(inner, place)?.to_string());
                marked(self.sealer()?.seal(plain.as_bytes(), &self.associated(place)).as_str())
            }
            // It stands where it stood before, so it opens again when the key is back.
            Value::Sealed(text) => marked(text),
            Value::Unknown(never) => match *never {},
        })
    }

    pub(super) fn open(&self, json: Json, place: &str) -> Result<Value, VaultError> {
        Ok(match json {
            Json::Null => Value::Null,
            Json::Bool(b) => Value::Bool(b),
            Json::Number(number) => Value::Int(number.as_i64().ok_or_else(|| format_error(place, &number.to_string()))?),
            Json::String(text) => Value::Text(text),
            Json::Array(items) => {
                let item = |(i, item)| self.open(item, &format!("{place}.{i}"));
                Value::List(items.into_iter().enumerate().map(item).collect::<Result<_, _>>()?)
            }
            Json::Object(mut map) => match map.remove(MARK) {
                Some(Json::String(sealed)) => self.reveal(&sealed, place)?,
                Some(_) => return Err(format_error(place, "a secret that is no text")),
                None => Value::Map(self.open_map(map, place)?),
            },
        })
    }

    fn open_map(&self, map: Map<String, Json>, place: &str) -> Result<BTreeMap<String, Value>, VaultError> {
        map.into_iter()
            .map(|(key, item)| {
                let key = unescape(key);
                let item = self.open(item, &format!("{place}.{key}"))?;
                Ok((key, item))
            })
            .collect()
    }

    fn reveal(&self, sealed: &str, place: &str) -> Result<Value, VaultError> {
        let Ok(sealer) = self.sealer() else { return Ok(Value::Sealed(sealed.into())) };
        let cause = |cause| VaultError::Sealed { place: place.to_owned(), cause };
        let sealed = Sealed::from(sealed.to_owned());
        let plain = sealer.open(&sealed, &self.associated(place)).map_err(cause)?;
        let json = serde_json::from_slice(&plain).map_err(|_| format_error(place, "what was encrypted"))?;
        Ok(Value::Secret(Box::new(self.open(json, place)?)))
    }

    /// A value that is moved to another place, object or stack does not open there.
    fn associated(&self, place: &str) -> Vec<u8> {
        format!("{}\n{place}", self.stack_uid).into_bytes()
    }
}

fn marked(sealed: &str) -> Json {
    Json::Object(Map::from_iter([(MARK.to_owned(), Json::from(sealed))]))
}

fn format_error(place: &str, found: &str) -> VaultError {
    VaultError::Format { place: place.to_owned(), found: found.to_owned() }
}

fn escape(key: &str) -> String {
    if key.starts_with('$') { format!("${key}") } else { key.to_owned() }
}

fn unescape(key: String) -> String {
    key.strip_prefix("$$").map(|rest| format!("${rest}")).unwrap_or(key)
}
