//! Values that are known only later: what programs pass from one resource to another.

use std::{collections::BTreeMap, marker::PhantomData, panic::Location, sync::Arc};

use crate::{
    data::{Data, Tags},
    error::Line,
    expr::{Expr, Function},
    field::{Field, FieldPath},
    resource::{Handle, Id, Resource},
    secret::Secret,
    value::Value,
};

/// A value that a resource or a look-up yields; known at once, or only after apply.
pub struct Output<T> {
    expr: Expr,
    of: PhantomData<fn() -> T>,
}

/// What a field accepts: a plain value, or an output.
pub struct Input<T> {
    expr: Expr,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Output<T> {
    fn clone(&self) -> Self {
        Self::from_expr(self.expr.clone())
    }
}

impl<T> Clone for Input<T> {
    fn clone(&self) -> Self {
        Self::from_expr(self.expr.clone())
    }
}

impl<T> Output<T> {
    /// For derived code.
    #[doc(hidden)]
    pub fn from_expr(expr: Expr) -> Self {
        Self { expr, of: PhantomData }
    }

    pub(crate) fn expr(&self) -> &Expr {
        &self.expr
    }

    /// A field of a structured output: `vpn.tunnels.at(0).get(Tunnel::outside_ip)`.
    pub fn get<U>(&self, field: impl Into<FieldPath<T, U>>) -> Output<U> {
        let path = field.into();
        Output::from_expr(path.segments().iter().fold(self.expr.clone(), |expr, key| expr.step(key)))
    }

    /// Two outputs as one.
    pub fn zip<U>(&self, other: &Output<U>) -> Output<(T, U)> {
        Output::from_expr(Expr::List(vec![self.expr.clone(), other.expr.clone()]))
    }

    /// Computes a value from this one, once it is known. The function must be pure.
    ///
    /// Prefer [`interpolate!`](crate::interpolate), [`Output::at`] and [`Output::get`]: plans can show those.
    #[track_caller]
    pub fn map<U: Data>(&self, function: impl Fn(T) -> U + Send + Sync + 'static) -> Output<U>
    where
        T: Public + Data,
    {
        Output::from_expr(apply(&self.expr, Location::caller(), function))
    }
}

fn apply<T: Data, U: Data>(argument: &Expr, line: Line, function: impl Fn(T) -> U + Send + Sync + 'static) -> Expr {
    let run: Function = Arc::new(move |value: &Value| {
        let argument = T::decode(value).map_err(|error| error.to_string())?;
        let call = std::panic::AssertUnwindSafe(|| function(argument).encode());
        std::panic::catch_unwind(call).map_err(|_| "the function panicked".to_owned())
    });
    Expr::Apply { line, argument: Box::new(argument.clone()), run }
}

impl<T> Output<Vec<T>> {
    /// One item of a list.
    pub fn at(&self, index: usize) -> Output<T> {
        Output::from_expr(self.expr.clone().step(&index.to_string()))
    }
}

impl<T> Output<Secret<T>> {
    /// Makes a secret value public, on purpose; the reason is for the reader of the program.
    pub fn reveal(&self, reason: &'static str) -> Output<T> {
        Output::from_expr(Expr::Reveal { reason, inner: Box::new(self.expr.clone()) })
    }

    /// Computes a secret from a secret.
    #[track_caller]
    pub fn map_secret<U: Data>(&self, function: impl Fn(T) -> U + Send + Sync + 'static) -> Output<Secret<U>>
    where
        T: Data,
    {
        let line = Location::caller();
        let run = apply(&self.expr, line, move |secret: Secret<T>| function(secret.into_inner()));
        Output::from_expr(Expr::Secret(Box::new(run)))
    }
}

impl<T> Input<T> {
    /// For derived code.
    #[doc(hidden)]
    pub fn from_expr(expr: Expr) -> Self {
        Self { expr, of: PhantomData }
    }

    /// For derived code.
    #[doc(hidden)]
    pub fn into_expr(self) -> Expr {
        self.expr
    }
}

/// Types that may leave the engine in clear: no part of them is a [`Secret`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` may hold a secret",
    label = "not allowed where it could be seen",
    note = "secrets leave only through `export_secret`, `interpolate_secret!`, `map_secret`, or an explicit `.reveal(\"reason\")`"
)]
pub trait Public {}

/// The same type again, by a detour that puts off a bound on it: a derived `impl Public` is then not an error for a type with a
/// secret part, but does not hold.
#[doc(hidden)]
pub trait Deferred<'a> {
    /// The type itself.
    type Of: ?Sized;
}

impl<T: ?Sized> Deferred<'_> for T {
    type Of = T;
}

macro_rules! public {
    ($($t:ty),*) => { $(impl Public for $t {})* };
}
public!(bool, u8, u16, u32, i32, i64, String, std::net::Ipv4Addr);
impl<R> Public for Id<R> {}
impl<T: Public> Public for Option<T> {}
impl<T: Public> Public for Vec<T> {}
impl<T: Public> Public for crate::data::Set<T> {}
impl<T: Public> Public for BTreeMap<String, T> {}
impl<T: Public, U: Public> Public for (T, U) {}

impl<T: Data, U: Data> Data for (T, U) {
    const SHAPE: crate::shape::Shape = crate::shape::Shape::List(&T::SHAPE);

    fn encode(&self) -> Value {
        Value::List(vec![self.0.encode(), self.1.encode()])
    }

    fn decode(value: &Value) -> Result<Self, crate::data::DecodeError> {
        Ok((crate::data::decode_field(value, "0")?, crate::data::decode_field(value, "1")?))
    }
}

/// Plain types that may be written literally where a field of that type is wanted.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a plain value of a resource",
    note = "derive `Value` for plain types and `Block` for structs that may hold outputs"
)]
pub trait Plain: Data {}
macro_rules! plain {
    ($($t:ty),*) => { $(impl Plain for $t {})* };
}
plain!(bool, u8, u16, u32, i32, i64, String, std::net::Ipv4Addr, Tags);
impl<R: Resource> Plain for Id<R> {}
impl<T: Plain> Plain for Secret<T> {}

/// What is accepted where a field of type `T` is wanted.
#[diagnostic::on_unimplemented(
    message = "expected `{T}`, found `{Self}`",
    label = "this is not a `{T}`, nor an output or a handle that yields one",
    note = "a field of type `{T}` accepts a `{T}`, an `Output<{T}>`, or (for ids) a reference to the resource's handle"
)]
pub trait IntoInput<T> {
    /// The value as an input.
    fn into_input(self) -> Input<T>;
}

impl<T: Plain> IntoInput<T> for T {
    fn into_input(self) -> Input<T> {
        Input::from_expr(Expr::Literal(self.encode()))
    }
}

impl<T> IntoInput<T> for Output<T> {
    fn into_input(self) -> Input<T> {
        Input::from_expr(self.expr)
    }
}

impl<T> IntoInput<T> for &Output<T> {
    fn into_input(self) -> Input<T> {
        Input::from_expr(self.expr.clone())
    }
}

impl<T> IntoInput<T> for Input<T> {
    fn into_input(self) -> Input<T> {
        self
    }
}

impl<T> IntoInput<T> for &Input<T> {
    fn into_input(self) -> Input<T> {
        self.clone()
    }
}

impl<R: Resource> IntoInput<Id<R>> for &Handle<R> {
    fn into_input(self) -> Input<Id<R>> {
        Input::from_expr(self.id_expr())
    }
}

impl IntoInput<String> for &str {
    fn into_input(self) -> Input<String> {
        self.to_owned().into_input()
    }
}

impl IntoInput<String> for &String {
    fn into_input(self) -> Input<String> {
        self.clone().into_input()
    }
}

fn list<T, X: IntoInput<T>>(items: impl IntoIterator<Item = X>) -> Expr {
    Expr::List(items.into_iter().map(|item| item.into_input().expr).collect())
}

/// A map, entry by entry: `[("NAME", &database.name)]`.
impl<K: Into<String>, T, X: IntoInput<T>, const N: usize> IntoInput<BTreeMap<String, T>> for [(K, X); N] {
    fn into_input(self) -> Input<BTreeMap<String, T>> {
        Input::from_expr(map(self))
    }
}

impl<K: Into<String>, T, X: IntoInput<T>> IntoInput<BTreeMap<String, T>> for Vec<(K, X)> {
    fn into_input(self) -> Input<BTreeMap<String, T>> {
        Input::from_expr(map(self))
    }
}

fn map<K: Into<String>, T, X: IntoInput<T>>(entries: impl IntoIterator<Item = (K, X)>) -> Expr {
    Expr::Object(entries.into_iter().map(|(key, value)| (key.into(), value.into_input().expr)).collect())
}

macro_rules! collections {
    ($($collection:ident),*) => {$(
        impl<T, X: IntoInput<T>> IntoInput<$collection<T>> for Vec<X> {
            fn into_input(self) -> Input<$collection<T>> {
                Input::from_expr(list(self))
            }
        }

        impl<T, X: IntoInput<T>, const N: usize> IntoInput<$collection<T>> for [X; N] {
            fn into_input(self) -> Input<$collection<T>> {
                Input::from_expr(list(self))
            }
        }

        impl<'a, T, X> IntoInput<$collection<T>> for &'a [X]
        where
            &'a X: IntoInput<T>,
        {
            fn into_input(self) -> Input<$collection<T>> {
                Input::from_expr(list(self))
            }
        }

        impl<'a, T, X> IntoInput<$collection<T>> for &'a Vec<X>
        where
            &'a X: IntoInput<T>,
        {
            fn into_input(self) -> Input<$collection<T>> {
                Input::from_expr(list(self))
            }
        }
    )*};
}
use crate::data::Set;
collections!(Vec, Set);

/// What a setter takes for a field of type `T`: anything that [`IntoInput`] accepts, or an `Option` of it.
#[diagnostic::on_unimplemented(
    message = "expected `{T}`, found `{Self}`",
    label = "this is not a `{T}`, nor an output or a handle that yields one",
    note = "a field of type `{T}` accepts a `{T}`, an `Output<{T}>`, or (for ids) a reference to the resource's handle, or an `Option` of one"
)]
pub trait IntoSetting<T, Marker = ()> {
    /// The input, if there is one.
    fn into_setting(self) -> Option<Input<T>>;
}

/// Tells the two implementations of [`IntoSetting`] apart.
pub struct Optional;

impl<T, X: IntoInput<T>> IntoSetting<T> for X {
    fn into_setting(self) -> Option<Input<T>> {
        Some(self.into_input())
    }
}

impl<T, X: IntoInput<T>> IntoSetting<T, Optional> for Option<X> {
    fn into_setting(self) -> Option<Input<T>> {
        self.map(IntoInput::into_input)
    }
}

/// What [`interpolate!`](crate::interpolate) can place into a text.
///
/// Further plain types can implement it: the text is what they encode to.
#[diagnostic::on_unimplemented(
    message = "`{Self}` may hold a secret, or cannot be put into a text",
    label = "not allowed in a plain text",
    note = "secrets go into `interpolate_secret!`, or are made public by an explicit `.reveal(\"reason\")`"
)]
pub trait Printable {
    /// For [`interpolate!`](crate::interpolate).
    #[doc(hidden)]
    fn print(&self) -> Expr;
}

impl<T: Public> Printable for Output<T> {
    fn print(&self) -> Expr {
        self.expr.clone()
    }
}

impl<T: Public> Printable for Input<T> {
    fn print(&self) -> Expr {
        self.expr.clone()
    }
}

macro_rules! printable {
    ($($t:ty),*) => {$(
        impl Printable for $t {
            fn print(&self) -> Expr {
                Expr::Literal(self.encode())
            }
        }
    )*};
}
printable!(bool, u8, u16, u32, i32, i64, String, std::net::Ipv4Addr);

impl<R: Resource> Printable for Id<R> {
    fn print(&self) -> Expr {
        Expr::Literal(self.encode())
    }
}

impl Printable for str {
    fn print(&self) -> Expr {
        Expr::Literal(Value::text(self))
    }
}

impl<T: Printable + ?Sized> Printable for &T {
    fn print(&self) -> Expr {
        (**self).print()
    }
}

/// What [`interpolate_secret!`](crate::interpolate_secret) can place into a secret text.
pub trait PrintableSecret {
    /// For [`interpolate_secret!`](crate::interpolate_secret).
    #[doc(hidden)]
    fn print_secret(&self) -> Expr;
}

impl<T> PrintableSecret for Output<T> {
    fn print_secret(&self) -> Expr {
        self.expr.clone()
    }
}

impl<T: Data> PrintableSecret for Secret<T> {
    fn print_secret(&self) -> Expr {
        Expr::Literal(self.encode())
    }
}

impl PrintableSecret for str {
    fn print_secret(&self) -> Expr {
        Expr::Literal(Value::text(self))
    }
}

impl<T: PrintableSecret + ?Sized> PrintableSecret for &T {
    fn print_secret(&self) -> Expr {
        (**self).print_secret()
    }
}

/// The field of a resource, for derived code.
#[doc(hidden)]
pub fn field_of<R, T>(handle: &Expr, field: Field<R, T>) -> Output<T> {
    Output::from_expr(handle.clone().step(field.name()))
}
