//! Typed names of fields, for options, outputs and providers.

use std::{collections::BTreeMap, marker::PhantomData};

/// A field of a kind or of a nested struct: `Subnet::cidr_block`.
pub struct Field<S, T> {
    name: &'static str,
    of: PhantomData<fn(S) -> T>,
}

impl<S, T> Clone for Field<S, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S, T> Copy for Field<S, T> {}

impl<S, T> Field<S, T> {
    /// For derived code.
    #[doc(hidden)]
    pub const fn new(name: &'static str) -> Self {
        Self { name, of: PhantomData }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// A field inside this one: `Instance::root_volume.then(RootVolume::size)`.
    pub fn then<U>(self, inner: impl Into<FieldPath<T, U>>) -> FieldPath<S, U> {
        FieldPath::from(self).then(inner)
    }
}

impl<S, T> Field<S, BTreeMap<String, T>> {
    /// One entry of a map: `Vpc::tags.key("Name")`.
    pub fn key(self, key: &str) -> FieldPath<S, T> {
        let mut path = FieldPath::from(self).segments;
        path.push(key.to_owned());
        FieldPath { segments: path, of: PhantomData }
    }
}

/// A field, or a part of one.
pub struct FieldPath<S, T> {
    segments: Vec<String>,
    of: PhantomData<fn(S) -> T>,
}

impl<S, T> FieldPath<S, T> {
    /// The names on the way.
    pub fn segments(&self) -> &[String] {
        &self.segments
    }

    /// A field inside this one.
    pub fn then<U>(mut self, inner: impl Into<FieldPath<T, U>>) -> FieldPath<S, U> {
        self.segments.extend(inner.into().segments);
        FieldPath { segments: self.segments, of: PhantomData }
    }
}

impl<S, T> From<Field<S, T>> for FieldPath<S, T> {
    fn from(field: Field<S, T>) -> Self {
        Self { segments: vec![field.name.to_owned()], of: PhantomData }
    }
}
