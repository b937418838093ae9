//! Where the traffic of an entry comes from, or goes to.

use blogstack_core::{Expr, Input, IntoInput, Output, Value};

use crate::values::{Cidr, Ipv6Cidr};

/// Addresses of either family. Ranges may be written as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Value)]
pub enum AddressRange {
    /// IPv4 addresses.
    Cidr(Cidr),
    /// IPv6 addresses.
    Ipv6Cidr(Ipv6Cidr),
}

impl IntoInput<AddressRange> for &str {
    fn into_input(self) -> Input<AddressRange> {
        match (self.parse::<Cidr>(), self.parse::<Ipv6Cidr>()) {
            (Ok(range), _) => AddressRange::Cidr(range).into_input(),
            (_, Ok(range)) => AddressRange::Ipv6Cidr(range).into_input(),
            (Err(message), _) => Input::from_expr(Expr::Invalid(message)),
        }
    }
}

impl IntoInput<AddressRange> for Cidr {
    fn into_input(self) -> Input<AddressRange> {
        AddressRange::Cidr(self).into_input()
    }
}

impl IntoInput<AddressRange> for Ipv6Cidr {
    fn into_input(self) -> Input<AddressRange> {
        AddressRange::Ipv6Cidr(self).into_input()
    }
}

impl IntoInput<AddressRange> for &Output<Cidr> {
    fn into_input(self) -> Input<AddressRange> {
        let range = IntoInput::<Cidr>::into_input(self).into_expr();
        Input::from_expr(Expr::Object([("cidr".to_owned(), range)].into()))
    }
}
