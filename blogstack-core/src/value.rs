//! Encoded values: what programs set, providers return and the journal keeps.

use std::{collections::BTreeMap, convert::Infallible, fmt, sync::Arc};

use crate::urn::Urn;

/// A value without a Rust type. `U` says what stands where a value is not known yet.
///
/// There are two of them: [`Value`], in which everything is known, and [`Draft`], a plan's view.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tree<U> {
    /// Nothing: unset, or cleared.
    #[default]
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text.
    Text(String),
    /// An ordered list, or a set in its canonical order.
    List(Vec<Self>),
    /// Fields of a struct, or a map, by name.
    Map(BTreeMap<String, Self>),
    /// A value that is shown nowhere and written only encrypted.
    Secret(Box<Self>),
    /// A secret value that could not be decrypted, because the key of the state is missing: what stands in the journal.
    Sealed(Arc<str>),
    /// Known only after something else has been carried out.
    Unknown(U),
}

/// A value that is known.
pub type Value = Tree<Infallible>;

/// A value as a plan sees it: parts of it may be known only after apply.
pub type Draft = Tree<Unknown>;

/// The field that an unknown value will come from.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unknown {
    /// The resource that yields it.
    pub urn: Urn,
    /// The field, as in `private_ip`.
    pub path: Arc<str>,
    /// Another kind has the same path, so that the resource is shown with its own.
    pub shared: bool,
}

impl fmt::Debug for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.shared { format!(" ({})", self.urn.short_kind()) } else { String::new() };
        write!(f, "{}{kind}.{}", self.urn.path(), self.path)
    }
}

impl<U> Tree<U> {
    /// Text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// An empty map.
    pub fn empty() -> Self {
        Self::Map(BTreeMap::new())
    }

    /// Whether this is [`Tree::Null`].
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The entries of a map; of anything else, none.
    pub fn entries(&self) -> impl Iterator<Item = (&String, &Self)> {
        match self {
            Self::Map(map) => Some(map.iter()),
            _ => None,
        }
        .into_iter()
        .flatten()
    }

    /// One entry of a map, or one item of a list by its number. A secret's entries are found inside it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Map(map) => map.get(key),
            Self::List(items) => items.get(key.parse::<usize>().ok()?),
            Self::Secret(inner) => inner.get(key),
            _ => None,
        }
    }

    /// Follows a path of keys.
    pub fn at<'a>(&self, path: impl IntoIterator<Item = &'a str>) -> Option<&Self> {
        path.into_iter().try_fold(self, Tree::get)
    }

    /// Sets or, with [`Tree::Null`], removes an entry. Anything but a map becomes one.
    pub fn set(&mut self, key: impl Into<String>, value: Self) {
        if !matches!(self, Self::Map(_)) {
            *self = Self::empty();
        }
        let Self::Map(map) = self else { return };
        match value {
            Self::Null => drop(map.remove(&key.into())),
            value => drop(map.insert(key.into(), value)),
        }
    }

    /// The text, if it is text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The first unknown part, depth first.
    pub fn first_unknown(&self) -> Option<&U> {
        match self {
            Self::Unknown(unknown) => Some(unknown),
            Self::List(items) => items.iter().find_map(Tree::first_unknown),
            Self::Map(map) => map.values().find_map(Tree::first_unknown),
            Self::Secret(inner) => inner.first_unknown(),
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Text(_) | Self::Sealed(_) => None,
        }
    }

    /// Whether any part is this text.
    pub(crate) fn contains_text(&self, text: &str) -> bool {
        match self {
            Self::Text(own) => own == text,
            Self::List(items) => items.iter().any(|item| item.contains_text(text)),
            Self::Map(map) => map.values().any(|item| item.contains_text(text)),
            Self::Secret(inner) => inner.contains_text(text),
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Unknown(_) | Self::Sealed(_) => false,
        }
    }

    /// Whether any part is secret.
    pub fn holds_secret(&self) -> bool {
        match self {
            Self::Secret(_) | Self::Sealed(_) => true,
            Self::List(items) => items.iter().any(Tree::holds_secret),
            Self::Map(map) => map.values().any(Tree::holds_secret),
            _ => false,
        }
    }

    /// Whether any part is a secret that could not be decrypted.
    pub fn holds_sealed(&self) -> bool {
        match self {
            Self::Sealed(_) => true,
            Self::List(items) => items.iter().any(Tree::holds_sealed),
            Self::Map(map) => map.values().any(Tree::holds_sealed),
            Self::Secret(inner) => inner.holds_sealed(),
            _ => false,
        }
    }

    /// The value without the parts that could not be decrypted, and without what is of no use without them.
    pub(crate) fn without_sealed(&self) -> Option<Self>
    where
        U: Clone,
    {
        match self {
            Self::Sealed(_) => None,
            Self::List(_) if self.holds_sealed() => None,
            Self::Map(map) => {
                let entry = |(key, item): (&String, &Self)| Some((key.clone(), item.without_sealed()?));
                Some(Self::Map(map.iter().filter_map(entry).collect()))
            }
            other => Some(other.clone()),
        }
    }

    /// The value without the marks of secrecy. Only what talks to the cloud, or compares, needs it.
    pub(crate) fn exposed(&self) -> &Self {
        match self {
            Self::Secret(inner) => inner.exposed(),
            other => other,
        }
    }

    /// Replaces each unknown part, or gives up with `None` when `f` does.
    pub(crate) fn try_resolve<V>(&self, f: &mut impl FnMut(&U) -> Option<Tree<V>>) -> Option<Tree<V>> {
        Some(match self {
            Self::Null => Tree::Null,
            Self::Bool(b) => Tree::Bool(*b),
            Self::Int(i) => Tree::Int(*i),
            Self::Text(text) => Tree::Text(text.clone()),
            Self::List(items) => Tree::List(items.iter().map(|item| item.try_resolve(f)).collect::<Option<_>>()?),
            Self::Map(map) => Tree::Map(map.iter().map(|(key, item)| Some((key.clone(), item.try_resolve(f)?))).collect::<Option<_>>()?),
            Self::Secret(inner) => Tree::Secret(Box::new(inner.try_resolve(f)?)),
            Self::Sealed(text) => Tree::Sealed(text.clone()),
            Self::Unknown(unknown) => f(unknown)?,
        })
    }
}

impl Value {
    /// The same value where a plan is spoken of.
    pub fn to_draft(&self) -> Draft {
        self.try_resolve(&mut |never| match *never {}).unwrap_or(Draft::Null)
    }
}

impl Draft {
    /// The value, when every part of it is known.
    pub fn known(&self) -> Option<Value> {
        self.try_resolve(&mut |_| None)
    }
}

/// What is shown in place of a secret.
pub const HIDDEN: &str = "[secret]";

/// What is shown in place of a secret that could not be decrypted.
pub const SEALED: &str = "[sealed]";

/// Shows the value as JSON does, with secrets hidden and unknown parts as `<network/vpc.id>`.
impl<U: fmt::Debug> fmt::Debug for Tree<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(b) => write!(f, "{b}"),
            Self::Int(i) => write!(f, "{i}"),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::List(items) => f.debug_list().entries(items).finish(),
            Self::Map(map) => f.debug_map().entries(map).finish(),
            Self::Secret(_) => f.write_str(HIDDEN),
            Self::Sealed(_) => f.write_str(SEALED),
            Self::Unknown(unknown) => write!(f, "<{unknown:?}>"),
        }
    }
}

impl<U: fmt::Debug> Tree<U> {
    /// JSON for people and tools: secrets are hidden, and an unknown part reads `<network/vpc.id>`.
    pub fn masked(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match self {
            Self::Null => Json::Null,
            Self::Bool(b) => Json::Bool(*b),
            Self::Int(i) => Json::from(*i),
            Self::Text(text) => Json::from(text.as_str()),
            Self::List(items) => Json::Array(items.iter().map(Tree::masked).collect()),
            Self::Map(map) => Json::Object(map.iter().map(|(key, item)| (key.clone(), item.masked())).collect()),
            Self::Secret(_) => Json::from(HIDDEN),
            Self::Sealed(_) => Json::from(SEALED),
            Self::Unknown(unknown) => Json::from(format!("<{unknown:?}>")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown() -> Draft {
        Draft::Unknown(Unknown { urn: Urn::new("vpc", "aws:ec2/vpc"), path: "id".into(), shared: false })
    }

    #[test]
    fn a_shared_path_is_shown_with_the_kind() {
        let urn = Urn::new("nat", "aws:ec2/eip");
        let shown = |shared| format!("{:?}", Unknown { urn: urn.clone(), path: "id".into(), shared });
        assert_eq!([shown(false), shown(true)], ["nat.id", "nat (ec2/eip).id"]);
    }

    #[test]
    fn a_secret_is_never_shown() {
        let value = Value::Map([("key".into(), Value::Secret(Box::new(Value::text("hunter2"))))].into());
        assert_eq!(format!("{value:?}"), r#"{"key": [secret]}"#);
        assert_eq!(value.masked().to_string(), r#"{"key":"[secret]"}"#);
        assert!(value.holds_secret());
    }

    #[test]
    fn a_draft_is_known_when_all_of_it_is() {
        let draft = Draft::List(vec![Draft::Int(1), unknown()]);
        assert_eq!(draft.known(), None);
        assert_eq!(format!("{draft:?}"), "[1, <vpc.id>]");
        assert_eq!(Value::Int(1).to_draft().known(), Some(Value::Int(1)));
    }

    #[test]
    fn paths_lead_through_maps_lists_and_secrets() {
        let mut value = Value::Null;
        value.set("a", Value::Secret(Box::new(Value::List(vec![Value::Int(7)]))));
        assert_eq!(value.at(["a", "0"]), Some(&Value::Int(7)));
        assert_eq!(value.at(["a", "1"]), None);
        value.set("a", Value::Null);
        assert_eq!(value, Value::empty());
    }
}
