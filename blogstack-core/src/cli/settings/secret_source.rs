//! Where a secret setting comes from: never from the file of settings itself, nor from the command line.

use std::{
    cell::{Cell, RefCell},
    fmt,
    io::IsTerminal as _,
    path::{Path, PathBuf},
};

use inquire::InquireError;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use crate::secret::Secret;

/// A secret among a program's settings. The file says where it is, not what it is:
///
/// ```toml
/// password = { env = "DB_PASSWORD" }      # an environment variable
/// password = { file = "secrets/password" } # a file, seen from the folder of the settings; one trailing line end is dropped
/// password = { prompt = "Database password" } # asked for on the terminal
/// ```
///
/// It is fetched while settings are read, before the program declares anything.
///
/// ```
/// use blogstack_core::cli::SecretSource;
///
/// #[derive(serde::Deserialize)]
/// #[serde(deny_unknown_fields)]
/// struct Settings {
///     password: SecretSource,
/// }
///
/// let plain = toml::from_str::<Settings>("password = 'hunter2'").err().expect("a secret is not written down");
/// assert!(!plain.message().contains("hunter2"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretSource(Secret<String>);

impl SecretSource {
    /// A secret that is at hand already, for tests.
    pub fn of(secret: Secret<String>) -> Self {
        Self(secret)
    }

    /// The secret.
    pub fn secret(&self) -> Secret<String> {
        self.0.clone()
    }
}

thread_local! {
    /// What relative paths of secrets start from, while settings are read.
    static FOLDER: RefCell<Option<PathBuf>> = const { RefCell::new(None) };
    /// Whether somebody would rather stop than answer. Serde has no way to say so.
    static INTERRUPTED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a prompt was interrupted since this was last asked.
pub(super) fn was_interrupted() -> bool {
    INTERRUPTED.replace(false)
}

/// Reads settings whose secrets' files lie in or near `folder`.
pub(super) fn relative_to<T>(folder: Option<&Path>, read: impl FnOnce() -> T) -> T {
    let before = FOLDER.replace(folder.map(Into::into));
    let done = read();
    FOLDER.set(before);
    done
}

const WAYS: &str = "a secret is not written here: use `{ env = \"NAME\" }`, `{ file = \"path\" }` or `{ prompt = \"text\" }`";

impl<'de> Deserialize<'de> for SecretSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Ways)
    }
}

/// Takes a table with one entry. Whatever else stands there may be the secret, so it is refused without being shown.
struct Ways;

impl<'de> Visitor<'de> for Ways {
    type Value = SecretSource;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("where a secret comes from")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<SecretSource, A::Error> {
        let Some((way, what)) = map.next_entry::<String, String>().map_err(|_| A::Error::custom(WAYS))? else {
            return Err(A::Error::custom(WAYS));
        };
        if map.next_key::<String>()?.is_some() {
            return Err(A::Error::custom("a secret has one source: `env`, `file` or `prompt`"));
        }
        fetch(&way, &what).map(|secret| SecretSource(Secret::new(secret))).map_err(A::Error::custom)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<SecretSource, E> {
        Err(E::custom(WAYS))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<SecretSource, E> {
        Err(E::custom(WAYS))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<SecretSource, E> {
        Err(E::custom(WAYS))
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<SecretSource, E> {
        Err(E::custom(WAYS))
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, _: A) -> Result<SecretSource, A::Error> {
        Err(A::Error::custom(WAYS))
    }
}

fn fetch(way: &str, what: &str) -> Result<String, String> {
    match way {
        "env" => std::env::var(what).map_err(|error| match error {
            std::env::VarError::NotPresent => format!("the environment variable `{what}` is not set"),
            std::env::VarError::NotUnicode(_) => format!("the environment variable `{what}` is not text"),
        }),
        "file" => from_file(Path::new(what)),
        "prompt" => ask(what),
        _ => Err(WAYS.to_owned()),
    }
}

fn from_file(path: &Path) -> Result<String, String> {
    let full = FOLDER.with_borrow(|folder| folder.as_ref().map(|folder| folder.join(path))).unwrap_or_else(|| path.to_owned());
    let text = std::fs::read_to_string(full).map_err(|error| format!("reading the secret in `{}`: {error}", path.display()))?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}

fn ask(what: &str) -> Result<String, String> {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(format!("asking for `{what}`: there is no terminal; use `env` or `file`"));
    }
    let prompt = inquire::Password::new(what).without_confirmation().with_display_mode(inquire::PasswordDisplayMode::Hidden);
    prompt.prompt().map_err(|error| {
        INTERRUPTED.set(matches!(error, InquireError::OperationCanceled | InquireError::OperationInterrupted));
        format!("asking for `{what}`: {error}")
    })
}
