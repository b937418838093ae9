//! Kinds of resources, their ids and their handles.

use std::{fmt, marker::PhantomData, ops::Deref, sync::Arc};

use crate::{
    data::{Data, DecodeError},
    declaration::{Node, Options},
    expr::Expr,
    shape::{Schema, Shape},
    urn::Urn,
    value::Value,
};

/// A kind of cloud object. Derive it; the struct's fields are what a provider returns.
///
/// The derive also writes, for a kind `Vpc`: `Vpc::new(required, ..)` with a setter for each optional field (`VpcArgs`), the
/// resolved inputs its provider gets (`VpcInputs`), and the outputs its handle shows (`VpcOutputs`).
pub trait Resource: Data + Send + Sync + 'static {
    /// Its stable name in state: `aws:ec2/vpc`. Not the Rust type's name.
    const TYPE: &'static str;
    /// Its fields and rules.
    const SCHEMA: &'static Schema;
    /// The declaration: every input field, not yet resolved.
    type Args: Args<Resource = Self>;
    /// The resolved inputs: what its provider gets.
    type Inputs: Data + Send + Sync + 'static;
    /// The fields as outputs: what a [`Handle`] shows.
    type Outputs: Outputs;
}

/// A declaration. Derived.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the declaration of a resource",
    label = "expected something like `Subnet::new(..)`"
)]
pub trait Args: Sized {
    /// What is declared.
    type Resource: Resource;

    /// The options, for the methods of [`Declare`](crate::Declare).
    #[doc(hidden)]
    fn options_mut(&mut self) -> &mut Options;

    /// The input fields that the program set, and the options.
    #[doc(hidden)]
    fn into_parts(self) -> (Vec<(&'static str, Expr)>, Options);
}

/// The outputs of a declared resource. Derived.
pub trait Outputs {
    /// Lifts every field of the node.
    #[doc(hidden)]
    fn of(node: &Expr) -> Self;
}

/// The id that the cloud gave to an object of kind `R`. Not interchangeable with another kind's.
pub struct Id<R> {
    text: Arc<str>,
    of: PhantomData<fn() -> R>,
}

impl<R> Id<R> {
    /// Takes an id as the cloud writes it.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self { text: text.into(), of: PhantomData }
    }

    /// The id as the cloud writes it.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl<R> Clone for Id<R> {
    fn clone(&self) -> Self {
        Self::new(self.text.clone())
    }
}

impl<R> PartialEq for Id<R> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<R> Eq for Id<R> {}

impl<R> PartialOrd for Id<R> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<R> Ord for Id<R> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}

impl<R> fmt::Debug for Id<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<R> fmt::Display for Id<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<R: Resource> Data for Id<R> {
    const SHAPE: Shape = Shape::Reference(R::TYPE);

    fn encode(&self) -> Value {
        Value::text(&*self.text)
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        value.as_text().map(Self::new).ok_or_else(|| DecodeError::new("an id", value))
    }
}

/// A declared resource. Cheap to clone; dereferences to its outputs: `subnet.id`, `subnet.cidr_block`.
pub struct Handle<R: Resource> {
    node: Arc<Node>,
    outputs: Arc<R::Outputs>,
}

impl<R: Resource> Handle<R> {
    pub(crate) fn new(node: Arc<Node>) -> Self {
        let outputs = R::Outputs::of(&Expr::Field { node: node.clone(), path: Vec::new() });
        Self { node, outputs: Arc::new(outputs) }
    }

    /// The identity of the resource.
    pub fn urn(&self) -> &Urn {
        &self.node.urn
    }

    pub(crate) fn node(&self) -> &Arc<Node> {
        &self.node
    }

    pub(crate) fn id_expr(&self) -> Expr {
        Expr::Field { node: self.node.clone(), path: vec!["id".to_owned()] }
    }
}

impl<R: Resource> Clone for Handle<R> {
    fn clone(&self) -> Self {
        Self { node: self.node.clone(), outputs: self.outputs.clone() }
    }
}

impl<R: Resource> Deref for Handle<R> {
    type Target = R::Outputs;

    fn deref(&self) -> &R::Outputs {
        &self.outputs
    }
}
