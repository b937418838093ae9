//! What the cloud does not let go.

use crate::{
    field::Field,
    resource::{Id, Resource},
};

/// What cannot be deleted as long as another object is as it is. A plan that would delete it nevertheless is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hold {
    /// The object that stands in a field.
    Named {
        /// The field.
        field: &'static str,
        /// The held object's kind.
        kind: &'static str,
        /// Its id.
        id: String,
    },
    /// Every object of a kind that belongs to the same object of another one.
    Every {
        /// The held objects' kind.
        kind: &'static str,
        /// The kind of the object that both belong to, directly or through others.
        sharing: &'static str,
        /// Why, for people: *has the public address 203.0.113.7*.
        because: String,
        /// When another object that holds through the same thing is deleted, this one holds no more.
        through: Option<String>,
    },
}

impl Hold {
    /// The object with this id, to which `field` refers, whether the program sets it or not.
    pub fn named<R, T, K: Resource>(field: Field<R, T>, id: &Id<K>) -> Self {
        Self::Named { field: field.name(), kind: K::SCHEMA.kind, id: id.as_str().to_owned() }
    }

    /// Every `K` that belongs to the same `S`. `because` goes on after the holder's name: *has the public address …*.
    pub fn every<K: Resource, S: Resource>(because: impl Into<String>, through: Option<String>) -> Self {
        Self::Every { kind: K::SCHEMA.kind, sharing: S::SCHEMA.kind, because: because.into(), through }
    }

    /// When another object that holds through the same thing is deleted, this one holds no more.
    pub(crate) fn through(&self) -> Option<&str> {
        match self {
            Self::Named { .. } => None,
            Self::Every { through, .. } => through.as_deref(),
        }
    }
}
