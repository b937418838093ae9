//! What a fence is made of: the same bytes for what means the same, and other ones for anything else.

use std::{collections::BTreeMap, convert::Infallible};

use crate::{
    expr::Expr,
    seal::Fence,
    urn::Urn,
    value::{Tree, Unknown},
};

/// Something that can be fenced. Secrets count by what they hide, which a fence does not tell.
pub(super) trait Canonical {
    fn write(&self, fence: &mut Fence);
}

impl<T: Canonical + ?Sized> Canonical for &T {
    fn write(&self, fence: &mut Fence) {
        (**self).write(fence);
    }
}

impl Canonical for str {
    fn write(&self, fence: &mut Fence) {
        fence.part(self.as_bytes());
    }
}

impl Canonical for String {
    fn write(&self, fence: &mut Fence) {
        self.as_str().write(fence);
    }
}

impl Canonical for Urn {
    fn write(&self, fence: &mut Fence) {
        self.as_str().write(fence);
    }
}

impl Canonical for bool {
    fn write(&self, fence: &mut Fence) {
        fence.number(usize::from(*self));
    }
}

impl<T: Canonical> Canonical for Option<T> {
    fn write(&self, fence: &mut Fence) {
        fence.number(usize::from(self.is_some()));
        if let Some(inner) = self {
            inner.write(fence);
        }
    }
}

impl<T: Canonical> Canonical for [T] {
    fn write(&self, fence: &mut Fence) {
        fence.number(self.len());
        for item in self {
            item.write(fence);
        }
    }
}

impl<T: Canonical> Canonical for Vec<T> {
    fn write(&self, fence: &mut Fence) {
        self.as_slice().write(fence);
    }
}

impl<T: Canonical> Canonical for BTreeMap<String, T> {
    fn write(&self, fence: &mut Fence) {
        fence.number(self.len());
        for entry in self {
            entry.write(fence);
        }
    }
}

impl<A: Canonical, B: Canonical> Canonical for (A, B) {
    fn write(&self, fence: &mut Fence) {
        self.0.write(fence);
        self.1.write(fence);
    }
}

impl Canonical for Infallible {
    fn write(&self, _: &mut Fence) {
        match *self {}
    }
}

impl Canonical for Unknown {
    fn write(&self, fence: &mut Fence) {
        (&self.urn, &*self.path).write(fence);
    }
}

impl<U: Canonical> Canonical for Tree<U> {
    fn write(&self, fence: &mut Fence) {
        let mut tagged = |tag: &str, content: &dyn Canonical| {
            tag.write(fence);
            content.write(fence);
        };
        match self {
            Self::Null => tagged("null", &""),
            Self::Bool(b) => tagged("bool", b),
            Self::Int(i) => tagged("int", &i.to_string()),
            Self::Text(text) => tagged("text", text),
            Self::List(items) => tagged("list", items),
            Self::Map(map) => tagged("map", map),
            Self::Secret(inner) => tagged("secret", &**inner),
            Self::Sealed(text) => tagged("sealed", &&**text),
            Self::Unknown(unknown) => tagged("unknown", unknown),
        }
    }
}

/// How a value is made, and not what it is: that depends on what was observed. A function counts by its place in the program,
/// which is enough within one executable.
impl Canonical for Expr {
    fn write(&self, fence: &mut Fence) {
        let mut tagged = |tag: &str, content: &dyn Canonical| {
            tag.write(fence);
            content.write(fence);
        };
        match self {
            Self::Literal(value) => tagged("literal", value),
            Self::Invalid(message) => tagged("invalid", message),
            Self::Field { node, path } => tagged("field", &(&node.urn, path)),
            Self::Answer { query, path } => tagged("answer", &((query.key(), query.latest), path)),
            Self::List(items) => tagged("list", items),
            Self::Object(map) => tagged("object", map),
            Self::Concat(items) => tagged("concat", items),
            Self::Part { of, key } => tagged("part", &(&**of, key)),
            Self::Apply { line, argument, .. } => tagged("apply", &(line.to_string(), &**argument)),
            Self::Secret(inner) => tagged("secret", &**inner),
            Self::Reveal { reason, inner } => tagged("reveal", &(*reason, &**inner)),
        }
    }
}
