//! How network ACLs are listed.
//!
//! Source: *`DescribeNetworkAcls`*.

use crate::context::Context;
use crate::ec2::acl::entry::{self, Entry, LAST, Range};
use crate::ec2::acl::{NetworkAcl, association};
use crate::ec2::listing::{Listing, PAGES};
use crate::failure::Failure;
use crate::protocol::xml::Xml;

const LISTING: Listing<NetworkAcl> = Listing {
    ids: "NetworkAclId",
    filters: &[
        "association.association-id",
        "association.network-acl-id",
        "association.subnet-id",
        "default",
        "entry.cidr",
        "entry.egress",
        "entry.icmp.code",
        "entry.icmp.type",
        "entry.ipv6-cidr",
        "entry.port-range.from",
        "entry.port-range.to",
        "entry.protocol",
        "entry.rule-action",
        "entry.rule-number",
        "network-acl-id",
        "owner-id",
        "vpc-id",
    ],
    field,
    pages: PAGES,
};

pub(super) fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    LISTING.answer(context, "networkAclSet", write)
}

/// The entries, those that let out first, each direction with the last one, which denies everything.
fn entries(acl: &NetworkAcl) -> impl Iterator<Item = Entry> {
    [true, false].into_iter().flat_map(|egress| {
        let own = acl.entries.iter().filter(move |entry| entry.egress == egress).cloned();
        own.chain([entry::everything(LAST, egress, "deny")])
    })
}

fn field(context: &Context<'_>, acl: &NetworkAcl, name: &str) -> Vec<String> {
    if let Some(name) = name.strip_prefix("entry.") {
        return entries(acl).filter_map(|entry| entry_field(&entry, name)).collect();
    }
    let subnets = || association::of_acl(context, acl);
    match name {
        "association.association-id" => subnets().map(association::id_of).collect(),
        "association.network-acl-id" => subnets().map(|_| acl.id.clone()).collect(),
        "association.subnet-id" => subnets().map(|subnet| subnet.id.clone()).collect(),
        "default" => vec![acl.is_default.to_string()],
        "network-acl-id" => vec![acl.id.clone()],
        "owner-id" => vec![context.place.account.clone()],
        _ => vec![acl.vpc.clone()],
    }
}

fn entry_field(entry: &Entry, name: &str) -> Option<String> {
    match (name, entry.range) {
        ("cidr", Range::Ipv4(block)) => Some(block.to_string()),
        ("ipv6-cidr", Range::Ipv6(block)) => Some(block.to_string()),
        ("egress", _) => Some(entry.egress.to_string()),
        ("icmp.code", _) => entry.icmp.map(|(_, code)| code.to_string()),
        ("icmp.type", _) => entry.icmp.map(|(kind, _)| kind.to_string()),
        ("port-range.from", _) => entry.ports.map(|(from, _)| from.to_string()),
        ("port-range.to", _) => entry.ports.map(|(_, to)| to.to_string()),
        ("protocol", _) => Some(entry.protocol.clone()),
        ("rule-action", _) => Some(entry.action.clone()),
        ("rule-number", _) => Some(entry.number.to_string()),
        _ => None,
    }
}

pub(super) fn write(xml: &mut Xml, context: &Context<'_>, acl: &NetworkAcl) {
    xml.text("networkAclId", &acl.id).text("vpcId", &acl.vpc).text("default", acl.is_default).text("ownerId", &context.place.account);
    xml.items("entrySet", entries(acl), |xml, entry| write_entry(xml, &entry));
    xml.items("associationSet", association::of_acl(context, acl), |xml, subnet| {
        xml.text("networkAclAssociationId", association::id_of(subnet)).text("networkAclId", &acl.id).text("subnetId", &subnet.id);
    });
    xml.tags(&acl.tags);
}

fn write_entry(xml: &mut Xml, entry: &Entry) {
    xml.text("ruleNumber", entry.number).text("protocol", &entry.protocol).text("ruleAction", &entry.action);
    xml.text("egress", entry.egress);
    match entry.range {
        Range::Ipv4(block) => xml.text("cidrBlock", block),
        Range::Ipv6(block) => xml.text("ipv6CidrBlock", block),
    };
    if let Some((kind, code)) = entry.icmp {
        xml.nest("icmpTypeCode", |xml| {
            xml.text("code", code).text("type", kind);
        });
    }
    if let Some((from, to)) = entry.ports {
        xml.nest("portRange", |xml| {
            xml.text("from", from).text("to", to);
        });
    }
}
