//! Reads permissions and rules out of requests, normalised as AWS stores them.
//!
//! Source: *`IpPermission`*, *`SecurityGroupRuleRequest`*: protocol names or numbers; for -1 the ports do not matter.

use crate::context::Context;
use crate::ec2::group::Group;
use crate::ec2::group::rule::{Peer, Rule, Traffic};
use crate::failure::Failure;
use crate::params::Params;
use crate::state::object::Tags;

/// What AWS says to a description that is too long or has unusual characters.
const DESCRIPTION: &str = "Invalid rule description. Valid descriptions are strings less than 256 characters from the following set: \
                           a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*";

/// The rules that `IpPermissions.N` ask for, one for each peer, or those of the older single form.
pub(crate) fn read(context: &Context<'_>, group: &Group, egress: bool) -> Result<Vec<Rule>, Failure> {
    let permissions = context.params.groups("IpPermissions");
    if permissions.is_empty() {
        return single(context, group, egress).map(|rule| rule.into_iter().collect());
    }
    let mut rules = Vec::new();
    for permission in &permissions {
        let traffic = traffic(permission)?;
        let peers = peers(context, permission)?;
        if peers.is_empty() {
            return Err(Failure::missing("IpRanges"));
        }
        rules.extend(peers.into_iter().map(|(peer, description)| rule(group, egress, traffic.clone(), peer, description)));
    }
    Ok(rules)
}

/// The older form of a request: one protocol, one block.
fn single(context: &Context<'_>, group: &Group, egress: bool) -> Result<Option<Rule>, Failure> {
    let Some(block) = context.params.text("CidrIp") else { return Ok(None) };
    let peer = block_v4(block)?;
    Ok(Some(rule(group, egress, traffic(&context.params)?, peer, None)))
}

/// The rule of a *`SecurityGroupRuleRequest`*, which has exactly one peer.
pub(crate) fn read_one(context: &Context<'_>, request: &Params, group: &Group, egress: bool) -> Result<Rule, Failure> {
    let description = checked_description(request)?;
    let peers = [
        request.text("CidrIpv4").map(block_v4),
        request.text("CidrIpv6").map(block_v6),
        request.owned("PrefixListId").map(|id| Ok(Peer::PrefixList(id))),
        request.text("ReferencedGroupId").map(|id| group_peer(context, id)),
    ];
    let mut peers = peers.into_iter().flatten();
    match (peers.next(), peers.next()) {
        (Some(peer), None) => Ok(rule(group, egress, traffic(request)?, peer?, description)),
        _ => Err(Failure::combination("Specify exactly one of cidrIpv4, cidrIpv6, prefixListId and referencedGroupId.")),
    }
}

fn rule(group: &Group, egress: bool, traffic: Traffic, peer: Peer, description: Option<String>) -> Rule {
    let traffic = normalised(traffic);
    Rule { id: String::new(), group: group.id.clone(), egress, traffic, peer, description, tags: Tags::new() }
}

/// The protocol and ports of a permission.
fn traffic(params: &Params) -> Result<Traffic, Failure> {
    let protocol = protocol_name(params.required("IpProtocol")?)?;
    let (from_port, to_port) = (params.number("FromPort")?, params.number("ToPort")?);
    check_ports(&protocol, from_port, to_port)?;
    Ok(Traffic { protocol, from_port, to_port })
}

fn normalised(traffic: Traffic) -> Traffic {
    match traffic.protocol.as_str() {
        "tcp" | "udp" | "icmp" => traffic,
        "icmpv6" => Traffic { from_port: traffic.from_port.or(Some(-1)), to_port: traffic.to_port.or(Some(-1)), ..traffic },
        _ => Traffic { from_port: None, to_port: None, ..traffic },
    }
}

fn protocol_name(text: &str) -> Result<String, Failure> {
    let lower = text.to_ascii_lowercase();
    let name = match lower.as_str() {
        "6" | "tcp" => "tcp",
        "17" | "udp" => "udp",
        "1" | "icmp" => "icmp",
        "58" | "icmpv6" => "icmpv6",
        "-1" | "all" => "-1",
        number if number.parse::<u8>().is_ok() => number,
        _ => return Err(Failure::value(format!("Invalid value '{text}' for IP protocol. Unknown protocol."))),
    };
    Ok(name.to_owned())
}

fn check_ports(protocol: &str, from: Option<i32>, to: Option<i32>) -> Result<(), Failure> {
    let range = match protocol {
        "tcp" | "udp" => 0..=65535,
        "icmp" => -1..=255,
        _ => return Ok(()),
    };
    let (Some(from), Some(to)) = (from, to) else { return Err(Failure::missing("FromPort")) };
    let ordered = protocol == "icmp" || from <= to;
    if range.contains(&from) && range.contains(&to) && ordered {
        return Ok(());
    }
    let what = if protocol == "icmp" { "ICMP type and code" } else { "port range" };
    Err(Failure::value(format!("Invalid {} {what}: {from} to {to}", protocol.to_uppercase())))
}

type Described = (Peer, Option<String>);

fn peers(context: &Context<'_>, permission: &Params) -> Result<Vec<Described>, Failure> {
    let mut peers = Vec::new();
    for range in permission.groups("IpRanges") {
        peers.push((block_v4(range.required("CidrIp")?)?, checked_description(&range)?));
    }
    for range in permission.groups("Ipv6Ranges") {
        peers.push((block_v6(range.required("CidrIpv6")?)?, checked_description(&range)?));
    }
    for list in permission.groups("PrefixListIds") {
        peers.push((Peer::PrefixList(list.required("PrefixListId")?.to_owned()), checked_description(&list)?));
    }
    for pair in permission.groups("Groups") {
        // The account and the VPC of the group follow from its id.
        pair.text("UserId");
        pair.text("VpcId");
        peers.push((group_peer(context, pair.required("GroupId")?)?, checked_description(&pair)?));
    }
    Ok(peers)
}

fn checked_description(params: &Params) -> Result<Option<String>, Failure> {
    let description = params.owned("Description").filter(|text| !text.is_empty());
    match description {
        Some(text) if super::check_text(&text, "", "").is_err() => Err(Failure::value(DESCRIPTION)),
        other => Ok(other),
    }
}

fn block_v4(text: &str) -> Result<Peer, Failure> {
    let block = text.parse::<ipnet::Ipv4Net>().map_err(|_| malformed(text))?;
    Ok(Peer::CidrIpv4(block.trunc()))
}

fn block_v6(text: &str) -> Result<Peer, Failure> {
    let block = text.parse::<ipnet::Ipv6Net>().map_err(|_| malformed(text))?;
    Ok(Peer::CidrIpv6(block.trunc()))
}

fn malformed(text: &str) -> Failure {
    Failure::value(format!("CIDR block {text} is malformed"))
}

fn group_peer(context: &Context<'_>, id: &str) -> Result<Peer, Failure> {
    context.find::<Group>(id).map(|group| Peer::Group(group.id.clone()))
}
