//! What a program may ask of the engine for a resource or a whole component.

use std::time::Duration;

pub use crate::declaration::Options;
use crate::{
    field::FieldPath,
    resource::{Args, Handle, Resource},
};

/// Something that has options: a declaration, or a [`Scope`](crate::Scope), where they hold for all resources in it.
pub trait Configure: Sized {
    #[doc(hidden)]
    fn options_mut(&mut self) -> &mut Options;

    /// Refuses to delete or replace the object, until `state unprotect`.
    fn protect(mut self) -> Self {
        self.options_mut().protect = true;
        self
    }

    /// Forgets the object instead of deleting it.
    fn retain(mut self) -> Self {
        self.options_mut().retain = true;
        self
    }

    /// Adds an order that no input expresses.
    fn depends_on<R: Resource>(mut self, other: &Handle<R>) -> Self {
        self.options_mut().depends_on.push(other.node().clone());
        self
    }

    /// Replaces by deleting the old object first.
    fn delete_before_replace(mut self) -> Self {
        self.options_mut().delete_before_replace = true;
        self
    }

    /// How long one operation may take, waits included. Each kind has its own default.
    fn timeout(mut self, limit: Duration) -> Self {
        self.options_mut().timeout = Some(limit);
        self
    }

    /// Skips the delete call when `other` is deleted too, because its deletion takes this object along.
    fn deleted_with<R: Resource>(mut self, other: &Handle<R>) -> Self {
        self.options_mut().deleted_with = Some(other.node().clone());
        self
    }
}

impl<A: Args> Configure for A {
    fn options_mut(&mut self) -> &mut Options {
        Args::options_mut(self)
    }
}

/// The options that make sense for a single declaration only.
pub trait Declare: Args {
    /// Takes the existing object with this id over, as it is.
    fn adopt(mut self, id: impl Into<String>) -> Self {
        Args::options_mut(&mut self).adopt = Some(id.into());
        self
    }

    /// Leaves differences in a field, or a part of one, alone: `.ignore_changes(Vpc::tags.key("owner"))`.
    fn ignore_changes<T>(mut self, field: impl Into<FieldPath<Self::Resource, T>>) -> Self {
        Args::options_mut(&mut self).ignore_changes.push(field.into().segments().to_vec());
        self
    }

    /// Makes a new object when this field changes.
    fn replace_on<T>(mut self, field: impl Into<FieldPath<Self::Resource, T>>) -> Self {
        Args::options_mut(&mut self).replace_on.push(field.into().segments().to_vec());
        self
    }

    /// The path (`network/vpc`) that the resource had before it was renamed.
    fn alias(mut self, path: impl Into<String>) -> Self {
        Args::options_mut(&mut self).aliases.push(path.into());
        self
    }
}

impl<A: Args> Declare for A {}
