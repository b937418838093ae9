//! Where traffic comes from or goes to.

use std::net::Ipv4Addr;

use blogstack_core::{Expr, Handle, Id, Input, IntoInput, Output, Value, value};

use super::SecurityGroup;
use crate::values::{Cidr, Ipv6Cidr};

/// The other side of a rule. Ranges may be written as text, groups as handles.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Value)]
pub enum Peer {
    /// These addresses.
    Range(Cidr),
    /// These IPv6 addresses.
    Ipv6Range(Ipv6Cidr),
    /// What has this group. A group is never written so in its own rules: see [`Peer::Itself`].
    Group(Id<SecurityGroup>),
    /// The addresses of the prefix list with this id.
    PrefixList(String),
    /// What has the group to which the rule belongs.
    Itself,
}

/// A variant around a value that may be known only later.
fn variant(name: &str, content: Expr) -> Input<Peer> {
    Input::from_expr(Expr::Object([(name.to_owned(), content)].into()))
}

impl IntoInput<Peer> for &str {
    fn into_input(self) -> Input<Peer> {
        match (self.parse::<Cidr>(), self.parse::<Ipv6Cidr>()) {
            (Ok(range), _) => Peer::Range(range).into_input(),
            (_, Ok(range)) => Peer::Ipv6Range(range).into_input(),
            (Err(message), _) => Input::from_expr(Expr::Invalid(message)),
        }
    }
}

impl IntoInput<Peer> for Cidr {
    fn into_input(self) -> Input<Peer> {
        Peer::Range(self).into_input()
    }
}

impl IntoInput<Peer> for Ipv6Cidr {
    fn into_input(self) -> Input<Peer> {
        Peer::Ipv6Range(self).into_input()
    }
}

impl IntoInput<Peer> for &Output<Cidr> {
    fn into_input(self) -> Input<Peer> {
        variant("range", IntoInput::<Cidr>::into_input(self).into_expr())
    }
}

/// A single address.
impl IntoInput<Peer> for &Output<Ipv4Addr> {
    fn into_input(self) -> Input<Peer> {
        let address = IntoInput::<Ipv4Addr>::into_input(self).into_expr();
        variant("range", Expr::Concat(vec![address, Expr::Literal(value::Value::text("/32"))]))
    }
}

impl IntoInput<Peer> for &Handle<SecurityGroup> {
    fn into_input(self) -> Input<Peer> {
        variant("group", IntoInput::<Id<SecurityGroup>>::into_input(self).into_expr())
    }
}

impl IntoInput<Peer> for &Output<Id<SecurityGroup>> {
    fn into_input(self) -> Input<Peer> {
        variant("group", IntoInput::<Id<SecurityGroup>>::into_input(self).into_expr())
    }
}

impl IntoInput<Peer> for Id<SecurityGroup> {
    fn into_input(self) -> Input<Peer> {
        Peer::Group(self).into_input()
    }
}
