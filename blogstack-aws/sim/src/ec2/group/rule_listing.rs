//! How security group rules are listed.
//!
//! Source: *`DescribeSecurityGroupRules`*.

use crate::context::Context;
use crate::ec2::group::rule::{Peer, Rule};
use crate::ec2::listing::{Listing, PAGES};
use crate::failure::Failure;
use crate::protocol::xml::Xml;

const LISTING: Listing<Rule> =
    Listing { ids: "SecurityGroupRuleId", filters: &["group-id", "security-group-rule-id"], field, pages: PAGES };

pub(super) fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    LISTING.answer(context, "securityGroupRuleSet", write)
}

fn field(_: &Context<'_>, rule: &Rule, name: &str) -> Vec<String> {
    vec![if name == "group-id" { rule.group.clone() } else { rule.id.clone() }]
}

pub(super) fn write(xml: &mut Xml, context: &Context<'_>, rule: &Rule) {
    let account = &context.place.account;
    xml.text("securityGroupRuleId", &rule.id).text("groupId", &rule.group).text("groupOwnerId", account);
    write_contents(xml, rule);
    match &rule.peer {
        Peer::CidrIpv4(block) => xml.text("cidrIpv4", block),
        Peer::CidrIpv6(block) => xml.text("cidrIpv6", block),
        Peer::PrefixList(id) => xml.text("prefixListId", id),
        Peer::Group(id) => xml.nest("referencedGroupInfo", |xml| {
            xml.text("groupId", id).text("userId", account);
        }),
    };
    xml.tags(&rule.tags).text("securityGroupRuleArn", rule.arn(context));
}

/// *`RevokedSecurityGroupRule`*.
pub(super) fn write_revoked(xml: &mut Xml, rule: &Rule) {
    xml.text("securityGroupRuleId", &rule.id).text("groupId", &rule.group);
    write_contents(xml, rule);
    match &rule.peer {
        Peer::CidrIpv4(block) => xml.text("cidrIpv4", block),
        Peer::CidrIpv6(block) => xml.text("cidrIpv6", block),
        Peer::PrefixList(id) => xml.text("prefixListId", id),
        Peer::Group(id) => xml.text("referencedGroupId", id),
    };
}

fn write_contents(xml: &mut Xml, rule: &Rule) {
    xml.text("isEgress", rule.egress).text("ipProtocol", &rule.traffic.protocol);
    xml.text("fromPort", rule.traffic.from_port.unwrap_or(-1)).text("toPort", rule.traffic.to_port.unwrap_or(-1));
    xml.maybe("description", rule.description.as_ref());
}
