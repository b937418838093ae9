//! What a kind's values look like: types, secrecy, replacement rules and comparison, all the way down.

use crate::value::Value;

/// The form of a value.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Yes or no.
    Bool,
    /// A whole number.
    Int,
    /// Text.
    Text,
    /// A range of addresses (`10.0.0.0/16`); two that overlap cannot stand side by side.
    Range,
    /// The id of an object of this kind.
    Reference(&'static str),
    /// An ordered list.
    List(&'static Shape),
    /// A set: order and repetition mean nothing.
    Set(&'static Shape),
    /// Text keys with values of one shape.
    Map(&'static Shape),
    /// A struct.
    Object(&'static [Part]),
    /// An enum: one of the parts, as text (a unit variant) or as a map with one entry.
    Choice(&'static [Part]),
    /// Hidden, and encrypted wherever it is kept.
    Secret(&'static Shape),
}

/// A field of a nested struct, or a variant of an enum.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// Its name in plans and records.
    pub name: &'static str,
    /// Its form; `None` for a variant without content.
    pub shape: Option<Shape>,
    /// Whether it must be present.
    pub required: bool,
    /// The first sentence of its documentation.
    pub doc: &'static str,
}

impl Shape {
    /// Whether any part is secret.
    pub fn holds_secret(&self) -> bool {
        match self {
            Self::Secret(_) => true,
            Self::List(item) | Self::Set(item) | Self::Map(item) => item.holds_secret(),
            Self::Object(parts) | Self::Choice(parts) => parts.iter().any(|part| part.shape.is_some_and(|shape| shape.holds_secret())),
            _ => false,
        }
    }
}

/// Who sets a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// The program must.
    Required,
    /// The program may; unset is unmanaged.
    Optional,
    /// Only the provider does.
    Computed,
    /// The program may, else the provider does.
    OptionalComputed,
}

/// A field of a kind.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is an attribute of its own that a field may have")]
pub struct FieldSchema {
    /// Its name.
    pub name: &'static str,
    /// The form of its value.
    pub shape: Shape,
    /// Who sets it.
    pub presence: Presence,
    /// A change makes a new object.
    pub replace: bool,
    /// The provider cannot read it back: it is compared with what was last applied.
    pub write_only: bool,
    /// It may refer to an object of another region.
    pub any_region: bool,
    /// It refers to an object that may be deleted while this one still points at it.
    pub loose: bool,
    /// An update of the object may change this computed field.
    pub volatile: bool,
    /// What the provider takes when it is unset, and what is sent when a program stops setting it.
    pub default: Option<fn() -> Value>,
    /// The first sentence of its documentation.
    pub doc: &'static str,
}

impl FieldSchema {
    /// Whether a program may set it.
    pub fn is_input(&self) -> bool {
        self.presence != Presence::Computed
    }
}

/// *Objects of this kind are made after, and deleted before, every object of kind `kind` with which they share an object of
/// kind `sharing`*: an order that the cloud enforces and programs do not express.
#[derive(Debug, Clone, Copy)]
pub struct Affinity {
    /// The kind that comes first.
    pub kind: &'static str,
    /// The kind of the object that both belong to, directly or through others.
    pub sharing: &'static str,
}

/// Fields that hold one place: no two objects may have all of them equal, or, for ranges, overlapping. A list or set holds one for
/// each of its items. If a replacement would have the same, the old object goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exclusive {
    /// The fields.
    pub fields: &'static [&'static str],
    /// The place's name. Kinds that use the same name stand in each other's way, their fields compared one by one; a kind has
    /// `kind(field, field)` for itself.
    pub place: &'static str,
}

/// Turns the inputs and outputs of one schema version into those of the next. Pure.
pub type Migration = fn(inputs: &mut Value, outputs: &mut Value);

/// Everything the engine knows about a kind before it calls its provider.
#[derive(Debug, Clone, Copy)]
pub struct Schema {
    /// Its stable name, `aws:ec2/subnet`.
    pub kind: &'static str,
    /// The version of its encoded form, from 1.
    pub version: u32,
    /// Not tied to a region.
    pub global: bool,
    /// Its fields, in the order of declaration.
    pub fields: &'static [FieldSchema],
    /// What only one object can have at a time.
    pub exclusive: &'static [Exclusive],
    /// Orders that the cloud enforces.
    pub after: &'static [Affinity],
    /// `migrations[n]` leads from version `n + 1` to `n + 2`.
    pub migrations: &'static [Migration],
    /// The cargo feature that brings this kind.
    pub feature: &'static str,
    /// The first sentence of its documentation.
    pub doc: &'static str,
}

impl Schema {
    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&'static FieldSchema> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The fields a program may set.
    pub fn inputs(&self) -> impl Iterator<Item = &'static FieldSchema> {
        self.fields.iter().filter(|field| field.is_input())
    }
}
