//! How security groups are listed: rules with the same traffic are one permission.
//!
//! Source: *`DescribeSecurityGroups`*.

use std::collections::BTreeMap;

use crate::context::Context;
use crate::ec2::group::rule::{Peer, Rule, Traffic};
use crate::ec2::group::{Group, no_such_name};
use crate::ec2::listing::{Listing, PAGES};
use crate::failure::Failure;
use crate::protocol::xml::Xml;

const LISTING: Listing<Group> = Listing {
    ids: "GroupId",
    filters: &[
        "description",
        "egress.ip-permission.cidr",
        "egress.ip-permission.from-port",
        "egress.ip-permission.group-id",
        "egress.ip-permission.protocol",
        "egress.ip-permission.to-port",
        "group-id",
        "group-name",
        "ip-permission.cidr",
        "ip-permission.from-port",
        "ip-permission.group-id",
        "ip-permission.protocol",
        "ip-permission.to-port",
        "owner-id",
        "vpc-id",
    ],
    field,
    pages: PAGES,
};

pub(super) fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    if let Some(name) = context.params.list("GroupName").first() {
        return Err(no_such_name(name));
    }
    LISTING.answer(context, "securityGroupInfo", write)
}

fn field(context: &Context<'_>, group: &Group, name: &str) -> Vec<String> {
    if let Some(part) = name.strip_prefix("egress.ip-permission.") {
        return rules(context, group, true).map(|rule| rule_field(rule, part)).collect();
    }
    if let Some(part) = name.strip_prefix("ip-permission.") {
        return rules(context, group, false).map(|rule| rule_field(rule, part)).collect();
    }
    vec![match name {
        "description" => group.description.clone(),
        "group-id" => group.id.clone(),
        "group-name" => group.name.clone(),
        "owner-id" => context.place.account.clone(),
        _ => group.vpc.clone(),
    }]
}

fn rule_field(rule: &Rule, part: &str) -> String {
    let number = |port: Option<i32>| port.unwrap_or(-1).to_string();
    match (part, &rule.peer) {
        ("from-port", _) => number(rule.traffic.from_port),
        ("to-port", _) => number(rule.traffic.to_port),
        ("protocol", _) => rule.traffic.protocol.clone(),
        ("cidr", Peer::CidrIpv4(_)) | ("group-id", Peer::Group(_)) => rule.peer.to_string(),
        _ => String::new(),
    }
}

fn rules<'a>(context: &'a Context<'_>, group: &Group, egress: bool) -> impl Iterator<Item = &'a Rule> {
    context.of::<Rule>(&group.id).filter(move |rule| rule.egress == egress)
}

fn write(xml: &mut Xml, context: &Context<'_>, group: &Group) {
    xml.text("ownerId", &context.place.account).text("groupId", &group.id).text("groupName", &group.name);
    xml.text("groupDescription", &group.description).text("vpcId", &group.vpc);
    for (set, egress) in [("ipPermissions", false), ("ipPermissionsEgress", true)] {
        xml.items(set, permissions(context, group, egress), |xml, (traffic, rules)| {
            write_permission(xml, context, traffic, &rules);
        });
    }
    xml.tags(&group.tags).text("securityGroupArn", group.arn(context));
}

fn permissions<'a>(context: &'a Context<'_>, group: &Group, egress: bool) -> BTreeMap<&'a Traffic, Vec<&'a Rule>> {
    let mut permissions: BTreeMap<&Traffic, Vec<&Rule>> = BTreeMap::new();
    for rule in rules(context, group, egress) {
        permissions.entry(&rule.traffic).or_default().push(rule);
    }
    permissions
}

fn write_permission(xml: &mut Xml, context: &Context<'_>, traffic: &Traffic, rules: &[&Rule]) {
    xml.text("ipProtocol", &traffic.protocol).maybe("fromPort", traffic.from_port).maybe("toPort", traffic.to_port);
    let account = &context.place.account;
    write_peers(xml, "groups", "groupId", rules, |peer| matches!(peer, Peer::Group(_)), Some(account));
    write_peers(xml, "ipRanges", "cidrIp", rules, |peer| matches!(peer, Peer::CidrIpv4(_)), None);
    write_peers(xml, "ipv6Ranges", "cidrIpv6", rules, |peer| matches!(peer, Peer::CidrIpv6(_)), None);
    write_peers(xml, "prefixListIds", "prefixListId", rules, |peer| matches!(peer, Peer::PrefixList(_)), None);
}

fn write_peers(xml: &mut Xml, set: &str, name: &str, rules: &[&Rule], fits: fn(&Peer) -> bool, account: Option<&String>) {
    let rules = rules.iter().filter(|rule| fits(&rule.peer));
    xml.items(set, rules, |xml, rule| {
        xml.text(name, &rule.peer).maybe("userId", account).maybe("description", rule.description.as_ref());
    });
}
