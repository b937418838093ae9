//! Blocks of addresses as EC2 takes them: the host bits are cleared.

use std::net::Ipv4Addr;

use ipnet::{Ipv4Net, Ipv6Net};

use crate::failure::Failure;

/// Addresses at the start of a subnet that AWS keeps: *Subnet CIDR blocks*. It keeps the last one, too.
const RESERVED: u32 = 4;

/// An IPv4 block, normalised: *`CreateVpc`*: "100.68.0.18/18" becomes "100.68.0.0/18".
pub(crate) fn block(text: &str, parameter: &str) -> Result<Ipv4Net, Failure> {
    let block: Result<Ipv4Net, _> = text.parse();
    let why = "This is not a valid CIDR block.";
    block.map(|block| block.trunc()).map_err(|_| Failure::invalid(text, parameter, why))
}

/// An IPv6 block, normalised.
pub(crate) fn block_v6(text: &str, parameter: &str) -> Result<Ipv6Net, Failure> {
    let block: Result<Ipv6Net, _> = text.parse();
    let why = "This is not a valid CIDR block.";
    block.map(|block| block.trunc()).map_err(|_| Failure::invalid(text, parameter, why))
}

/// Whether two blocks share an address.
pub(crate) fn overlap(one: Ipv4Net, other: Ipv4Net) -> bool {
    one.contains(&other) || other.contains(&one)
}

/// The addresses of a subnet's block that interfaces can have.
pub(crate) fn usable(block: Ipv4Net) -> std::ops::RangeInclusive<u32> {
    let (first, last) = (u32::from(block.network()), u32::from(block.broadcast()));
    first.saturating_add(RESERVED)..=last.saturating_sub(1)
}

/// Whether an interface can have an address of a subnet's block.
pub(crate) fn is_usable(block: Ipv4Net, address: Ipv4Addr) -> bool {
    usable(block).contains(&u32::from(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_bits_are_cleared() {
        assert_eq!(block("100.68.0.18/18", "cidrBlock").unwrap().to_string(), "100.68.0.0/18");
        assert_eq!(block("10.0.0.0", "cidrBlock").unwrap_err().code, "InvalidParameterValue");
    }

    #[test]
    fn five_addresses_are_reserved() {
        let block = block("10.0.1.0/28", "cidrBlock").unwrap();
        assert_eq!(usable(block).count(), 11);
        assert!(!is_usable(block, Ipv4Addr::new(10, 0, 1, 3)) && is_usable(block, Ipv4Addr::new(10, 0, 1, 4)));
        assert!(!is_usable(block, Ipv4Addr::new(10, 0, 1, 15)));
    }
}
