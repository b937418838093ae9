//! What a check is asked about.

use blogstack_core::{Handle, Resource, Urn};

/// A declared resource, by its handle, its path in the program (`network/db`) or its whole name (`network/db#aws:ec2/instance`).
pub trait Subject {
    /// Whether this resource is meant.
    fn is(&self, urn: &Urn) -> bool;

    /// For messages.
    fn name(&self) -> String;
}

impl Subject for str {
    fn is(&self, urn: &Urn) -> bool {
        urn.path() == self || urn.as_str() == self
    }

    fn name(&self) -> String {
        self.to_owned()
    }
}

impl Subject for Urn {
    fn is(&self, urn: &Urn) -> bool {
        self == urn
    }

    fn name(&self) -> String {
        self.path().to_owned()
    }
}

impl<R: Resource> Subject for Handle<R> {
    fn is(&self, urn: &Urn) -> bool {
        self.urn() == urn
    }

    fn name(&self) -> String {
        self.urn().path().to_owned()
    }
}
