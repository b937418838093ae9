//! The entries of network ACLs.
//!
//! Source: *`NetworkAclEntry`*, *`CreateNetworkAclEntry`*, *Network ACL rules*.

use ipnet::{Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};

use crate::ec2::cidr;
use crate::failure::Failure;
use crate::params::Params;

/// The number of the last entry of an ACL, and the action and protocol of what nobody can change.
pub(super) const LAST: u16 = 32767;

/// One entry: what passes in a direction, or does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) number: u16,
    pub(super) egress: bool,
    /// A number; -1 for all.
    pub(super) protocol: String,
    /// `allow` or `deny`.
    pub(super) action: String,
    pub(super) range: Range,
    pub(super) ports: Option<(u16, u16)>,
    /// Type and code; -1 for all.
    pub(super) icmp: Option<(i32, i32)>,
}

/// Where traffic comes from or goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Range {
    Ipv4(Ipv4Net),
    Ipv6(Ipv6Net),
}

/// An entry for all traffic.
pub(super) fn everything(number: u16, egress: bool, action: &str) -> Entry {
    let (protocol, action) = ("-1".to_owned(), action.to_owned());
    Entry { number, egress, protocol, action, range: Range::Ipv4(Ipv4Net::default()), ports: None, icmp: None }
}

/// What a VPC's default ACL has.
pub(super) fn allow_all() -> Vec<Entry> {
    [true, false].map(|egress| everything(100, egress, "allow")).into()
}

/// The number and the direction of the entry that a request is about.
pub(super) fn key(params: &Params) -> Result<(u16, bool), Failure> {
    params.required("RuleNumber")?;
    let number = params.number::<i64>("RuleNumber")?.unwrap_or_default();
    let within = u16::try_from(number).ok().filter(|number| (1..LAST).contains(number));
    let number = within.ok_or_else(|| Failure::invalid(number, "ruleNumber", "Expecting a value between 1 and 32766"))?;
    params.required("Egress")?;
    Ok((number, params.flag("Egress")?.unwrap_or_default()))
}

/// The entry that a request describes.
pub(super) fn read(params: &Params) -> Result<Entry, Failure> {
    let (number, egress) = key(params)?;
    let action = params.required("RuleAction")?.to_owned();
    if !["allow", "deny"].contains(&action.as_str()) {
        return Err(Failure::invalid(action, "ruleAction", "Expecting allow or deny."));
    }
    let protocol = protocol(params.required("Protocol")?)?;
    let (ports, icmp) = match protocol.as_str() {
        "6" | "17" => (Some(ports(params)?), None),
        "1" | "58" => (None, Some(icmp(params)?)),
        _ => (None, None),
    };
    if ports.is_none() {
        // Ports do not matter to other protocols.
        params.text("PortRange.From");
        params.text("PortRange.To");
    }
    Ok(Entry { number, egress, protocol, action, range: range(params)?, ports, icmp })
}

fn protocol(text: &str) -> Result<String, Failure> {
    let number = match text {
        "-1" | "all" => return Ok("-1".to_owned()),
        "tcp" => Ok(6),
        "udp" => Ok(17),
        "icmp" => Ok(1),
        other => other.parse::<u8>(),
    };
    number.map(|number| number.to_string()).map_err(|_| Failure::invalid(text, "protocol", "Unknown protocol"))
}

fn ports(params: &Params) -> Result<(u16, u16), Failure> {
    let (from, to) = (params.required("PortRange.From")?, params.required("PortRange.To")?);
    match (from.parse(), to.parse()) {
        (Ok(first), Ok(last)) if first <= last => Ok((first, last)),
        _ => Err(Failure::invalid(format!("{from}-{to}"), "portRange", "Expecting ports between 0 and 65535")),
    }
}

fn icmp(params: &Params) -> Result<(i32, i32), Failure> {
    params.required("Icmp.Type")?;
    params.required("Icmp.Code")?;
    let (kind, code) = (params.number("Icmp.Type")?.unwrap_or_default(), params.number("Icmp.Code")?.unwrap_or_default());
    match (-1..=255).contains(&kind) && (-1..=255).contains(&code) {
        true => Ok((kind, code)),
        false => Err(Failure::invalid(format!("{kind}/{code}"), "icmpTypeCode", "Expecting values between -1 and 255")),
    }
}

fn range(params: &Params) -> Result<Range, Failure> {
    match (params.text("CidrBlock"), params.text("Ipv6CidrBlock")) {
        (Some(block), None) => cidr::block(block, "cidrBlock").map(Range::Ipv4),
        (None, Some(block)) => cidr::block_v6(block, "ipv6CidrBlock").map(Range::Ipv6),
        (None, None) => Err(Failure::missing("cidrBlock")),
        (Some(_), Some(_)) => Err(Failure::combination("Specify either cidrBlock or ipv6CidrBlock, not both.")),
    }
}
