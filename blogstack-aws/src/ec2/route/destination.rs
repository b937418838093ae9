//! The range of a route. Unlike the ranges of subnets, those of routes may overlap.

use std::{fmt, str::FromStr};

use blogstack_core::{Data, DecodeError, Expr, Input, IntoInput, Output, Plain, Printable, Public, shape::Shape, value::Value};

use crate::values::Cidr;

/// The addresses that a route is for: a range that may overlap with another route's, as in `0.0.0.0/0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Destination(pub Cidr);

impl FromStr for Destination {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self)
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// As a range is encoded, but compared as text.
impl Data for Destination {
    const SHAPE: Shape = Shape::Text;

    fn encode(&self) -> Value {
        self.0.encode()
    }

    fn decode(value: &Value) -> Result<Self, DecodeError> {
        Cidr::decode(value).map(Self)
    }
}

impl Plain for Destination {}
impl Public for Destination {}

impl Printable for Destination {
    fn print(&self) -> Expr {
        self.0.print()
    }
}

impl IntoInput<Destination> for &str {
    fn into_input(self) -> Input<Destination> {
        Input::from_expr(IntoInput::<Cidr>::into_input(self).into_expr())
    }
}

impl IntoInput<Destination> for Cidr {
    fn into_input(self) -> Input<Destination> {
        Destination(self).into_input()
    }
}

impl IntoInput<Destination> for &Output<Cidr> {
    fn into_input(self) -> Input<Destination> {
        Input::from_expr(IntoInput::<Cidr>::into_input(self).into_expr())
    }
}
