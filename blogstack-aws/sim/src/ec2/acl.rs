//! Network ACLs: the default one of every VPC, and DHCP options: those every VPC begins with.
//!
//! Source: *`DescribeNetworkAcls`*, *Default network ACL*; *`DescribeDhcpOptions`*, *DHCP option sets*.

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::listing::{Listing, PAGES, limit};
use crate::ec2::subnet::Subnet;
use crate::ec2::{Operation, filter::Filter, vpc};
use crate::failure::Failure;
use crate::protocol::xml::Xml;
use crate::state::object::{Kind, Object, Tags};

/// The default network ACL of a VPC, which all its subnets have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NetworkAcl {
    id: String,
    vpc: String,
    tags: Tags,
}

impl Object for NetworkAcl {
    const KIND: Kind = Kind {
        name: "network-acl",
        prefix: "acl",
        missing: "InvalidNetworkAclID.NotFound",
        malformed: Some("InvalidNetworkAclId.Malformed"),
        sentence: "The networkAcl ID '{}' does not exist",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn owners(&self) -> [Option<&str>; 2] {
        [Some(&self.vpc), None]
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }
}

const LISTING: Listing<NetworkAcl> = Listing {
    ids: "NetworkAclId",
    filters: &[
        "association.association-id",
        "association.network-acl-id",
        "association.subnet-id",
        "default",
        "network-acl-id",
        "owner-id",
        "vpc-id",
    ],
    field,
    pages: PAGES,
};

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "DescribeNetworkAcls" => describe,
        "DescribeDhcpOptions" => describe_dhcp_options,
        _ => return None,
    })
}

/// Makes the default ACL of a new VPC.
pub(crate) fn create_default(context: &mut Context<'_>, vpc: &str) {
    let id = context.new_id("acl");
    context.add(NetworkAcl { id, vpc: vpc.to_owned(), tags: Tags::new() });
}

/// Removes the default ACL of a VPC that is deleted.
pub(crate) fn remove_default(context: &mut Context<'_>, vpc: &str) {
    let ids: Vec<String> = context.of::<NetworkAcl>(vpc).map(|acl| acl.id.clone()).collect();
    for id in ids {
        context.remove::<NetworkAcl>(&id);
    }
}

fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    LISTING.answer(context, "networkAclSet", write)
}

fn subnets<'a>(context: &'a Context<'_>, acl: &NetworkAcl) -> impl Iterator<Item = &'a Subnet> {
    context.of::<Subnet>(&acl.vpc)
}

/// The id of a subnet's association, which follows from the subnet's.
fn association(subnet: &Subnet) -> String {
    subnet.id.replacen("subnet-", "aclassoc-", 1)
}

fn field(context: &Context<'_>, acl: &NetworkAcl, name: &str) -> Vec<String> {
    match name {
        "association.association-id" => subnets(context, acl).map(association).collect(),
        "association.network-acl-id" => subnets(context, acl).map(|_| acl.id.clone()).collect(),
        "association.subnet-id" => subnets(context, acl).map(|subnet| subnet.id.clone()).collect(),
        "default" => vec!["true".to_owned()],
        "network-acl-id" => vec![acl.id.clone()],
        "owner-id" => vec![context.place.account.clone()],
        _ => vec![acl.vpc.clone()],
    }
}

fn write(xml: &mut Xml, context: &Context<'_>, acl: &NetworkAcl) {
    xml.text("networkAclId", &acl.id).text("vpcId", &acl.vpc).text("default", true).text("ownerId", &context.place.account);
    let entries = [(100, "allow", true), (32767, "deny", true), (100, "allow", false), (32767, "deny", false)];
    xml.items("entrySet", entries, |xml, (number, action, egress)| {
        xml.text("ruleNumber", number).text("protocol", -1).text("ruleAction", action);
        xml.text("egress", egress).text("cidrBlock", "0.0.0.0/0");
    });
    xml.items("associationSet", subnets(context, acl), |xml, subnet| {
        xml.text("networkAclAssociationId", association(subnet)).text("networkAclId", &acl.id).text("subnetId", &subnet.id);
    });
    xml.tags(&acl.tags);
}

fn describe_dhcp_options(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let own = vpc::default_dhcp_options(context);
    let ids = context.params.list("DhcpOptionsId");
    limit(context, &(5..=1000), "DhcpOptionsId", !ids.is_empty())?;
    if let Some(unknown) = ids.iter().find(|id| **id != own) {
        let message = format!("The dhcpOption ID '{unknown}' does not exist");
        return Err(Failure::new("InvalidDhcpOptionID.NotFound", message));
    }
    let filters = Filter::read(&context.params, &["dhcp-options-id", "key", "value", "owner-id"])?;
    let values = |name: &str| match name {
        "dhcp-options-id" => vec![own.clone()],
        "key" => dhcp_options(context).iter().map(|(key, _)| (*key).to_owned()).collect(),
        "value" => dhcp_options(context).into_iter().map(|(_, value)| value).collect(),
        _ => vec![context.place.account.clone()],
    };
    let listed = filters.iter().all(|filter| filter.passes(None, values));
    let mut xml = Xml::new();
    xml.items("dhcpOptionsSet", listed.then_some(&own), |xml, id| {
        xml.text("dhcpOptionsId", id).text("ownerId", &context.place.account);
        xml.items("dhcpConfigurationSet", dhcp_options(context), |xml, (key, value)| {
            xml.text("key", key).items("valueSet", [value], |xml, value| {
                xml.text("value", value);
            });
        });
        xml.tags(&Tags::new());
    });
    Ok(xml)
}

fn dhcp_options(context: &Context<'_>) -> [(&'static str, String); 2] {
    let domain = match context.place.region.as_str() {
        "us-east-1" => "ec2.internal".to_owned(),
        region => format!("{region}.compute.internal"),
    };
    [("domain-name", domain), ("domain-name-servers", "AmazonProvidedDNS".to_owned())]
}
