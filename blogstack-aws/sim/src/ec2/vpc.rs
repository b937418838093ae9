//! Virtual private clouds.
//!
//! Source: *`CreateVpc`*, *`DescribeVpcs`*, *`DescribeVpcAttribute`*, *`ModifyVpcAttribute`*, *`ModifyVpcTenancy`*, *`DeleteVpc`*.

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::listing::{Listing, PAGES};
use crate::ec2::subnet::Subnet;
use crate::ec2::{Operation, acl, cidr, dhcp, done, endpoint, gateway, group, nat, peering, table, tags, vpn};
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::protocol::xml::Xml;
use crate::state::object::{Kind, Object, Tags};

/// A virtual private cloud.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Vpc {
    pub(crate) id: String,
    pub(crate) cidr_block: Ipv4Net,
    association: String,
    tenancy: String,
    pub(crate) dns_support: bool,
    pub(crate) dns_hostnames: bool,
    network_address_usage_metrics: bool,
    /// The id of its DHCP options, or `default` for none.
    pub(crate) dhcp_options: String,
    /// When it becomes available, while it is pending.
    available_at: Option<Moment>,
    pub(crate) tags: Tags,
}

impl Object for Vpc {
    const KIND: Kind = Kind {
        name: "vpc",
        prefix: "vpc",
        missing: "InvalidVpcID.NotFound",
        malformed: Some("InvalidVpcID.Malformed"),
        sentence: "The vpc ID '{}' does not exist",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    fn due(&self) -> Option<Moment> {
        self.available_at
    }
}

const LISTING: Listing<Vpc> = Listing {
    ids: "VpcId",
    filters: &[
        "cidr",
        "cidr-block-association.association-id",
        "cidr-block-association.cidr-block",
        "cidr-block-association.state",
        "dhcp-options-id",
        "is-default",
        "isDefault",
        "owner-id",
        "state",
        "vpc-id",
    ],
    field,
    pages: PAGES,
};

/// The attributes that are read and changed one at a time.
const ATTRIBUTES: [&str; 3] = ["enableDnsSupport", "enableDnsHostnames", "enableNetworkAddressUsageMetrics"];

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateVpc" => create,
        "DescribeVpcs" => describe,
        "DescribeVpcAttribute" => describe_attribute,
        "ModifyVpcAttribute" => modify_attribute,
        "ModifyVpcTenancy" => modify_tenancy,
        "DeleteVpc" => delete,
        _ => return None,
    })
}

/// A pending VPC becomes available.
pub(crate) fn mature(context: &mut Context<'_>, id: &str) {
    let now = context.now;
    if let Some(vpc) = context.region.vpcs.change(id) {
        vpc.available_at = vpc.available_at.filter(|at| *at > now);
    }
}

fn create(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let cidr_block = cidr::block(context.params.required("CidrBlock")?, "cidrBlock")?;
    if !(16..=28).contains(&cidr_block.prefix_len()) {
        return Err(Failure::new("InvalidVpc.Range", format!("The CIDR '{cidr_block}' is invalid.")));
    }
    let tenancy = context.params.text("InstanceTenancy").unwrap_or("default").to_owned();
    if !["default", "dedicated"].contains(&tenancy.as_str()) {
        return Err(Failure::invalid(tenancy, "instanceTenancy", "Expecting default or dedicated."));
    }
    context.params.known_as_false("AmazonProvidedIpv6CidrBlock");
    context.within_quota::<Vpc>("vpcs", "VpcLimitExceeded")?;
    let vpc = Vpc {
        id: context.new_id("vpc"),
        cidr_block,
        association: context.new_id("vpc-cidr-assoc"),
        tenancy,
        dns_support: true,
        dns_hostnames: false,
        network_address_usage_metrics: false,
        dhcp_options: dhcp::default_of_region(context),
        available_at: Some(moment::later(context.now, context.settings.delays.vpc_available)),
        tags: tags::specified(&context.params, Vpc::KIND.name)?,
    };
    let mut xml = Xml::new();
    xml.nest("vpc", |xml| write(xml, context, &vpc));
    let id = vpc.id.clone();
    context.add(vpc);
    group::create_default(context, &id);
    acl::create_default(context, &id);
    table::create_main(context, &id);
    Ok(xml)
}

fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    LISTING.answer(context, "vpcSet", write)
}

fn describe_attribute(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let attribute = context.params.required("Attribute")?;
    let mut vpc = context.named::<Vpc>("VpcId")?;
    let Some(name) = ATTRIBUTES.into_iter().find(|name| *name == attribute) else {
        return Err(Failure::invalid(attribute, "attribute", "Unknown attribute."));
    };
    let value = *vpc.attribute(name);
    let mut xml = Xml::new();
    xml.text("vpcId", &vpc.id).nest(name, |xml| {
        xml.text("value", value);
    });
    Ok(xml)
}

fn modify_attribute(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let vpc = context.named::<Vpc>("VpcId")?;
    let (name, value) = only_attribute(context, &ATTRIBUTES)?;
    *context.change::<Vpc>(&vpc.id)?.attribute(name) = value;
    Ok(done())
}

fn modify_tenancy(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let vpc = context.named::<Vpc>("VpcId")?;
    match context.params.required("InstanceTenancy")? {
        "default" => "default".clone_into(&mut context.change::<Vpc>(&vpc.id)?.tenancy),
        other => return Err(Failure::invalid(other, "instanceTenancy", "Only default is possible.")),
    }
    Ok(done())
}

fn delete(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let id = context.named::<Vpc>("VpcId")?.id;
    if is_needed(context, &id) {
        return Err(Failure::dependency(format!("The vpc '{id}' has dependencies and cannot be deleted.")));
    }
    group::remove_all(context, &id);
    acl::remove_default(context, &id);
    table::remove_main(context, &id);
    context.remove::<Vpc>(&id);
    Ok(done())
}

/// Whether anything is left in a VPC but what came with it.
fn is_needed(context: &Context<'_>, id: &str) -> bool {
    context.of::<Subnet>(id).next().is_some()
        || gateway::is_attached(context, id)
        || group::has_own(context, id)
        || table::has_own(context, id)
        || acl::has_own(context, id)
        || endpoint::is_in(context, id)
        || peering::is_in(context, id)
        || nat::is_in(context, id)
        || vpn::gateway::is_attached(context, id)
}

/// The one boolean attribute that a modify request may carry.
pub(crate) fn only_attribute(context: &Context<'_>, names: &[&'static str]) -> Result<(&'static str, bool), Failure> {
    let mut sent = Vec::new();
    for name in names {
        if let Some(value) = context.params.flag(&format!("{}.Value", capitalised(name)))? {
            sent.push((*name, value));
        }
    }
    match sent.as_slice() {
        [only] => Ok(*only),
        [] => Err(Failure::combination("No attributes specified.")),
        several => {
            let names: Vec<&str> = several.iter().map(|(name, _)| *name).collect();
            Err(Failure::combination(format!("Fields for multiple attribute types specified: {}", names.join(", "))))
        }
    }
}

fn capitalised(name: &str) -> String {
    let mut characters = name.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

impl Vpc {
    fn attribute(&mut self, name: &str) -> &mut bool {
        match name {
            "enableDnsSupport" => &mut self.dns_support,
            "enableDnsHostnames" => &mut self.dns_hostnames,
            _ => &mut self.network_address_usage_metrics,
        }
    }

    pub(crate) fn state(&self) -> &'static str {
        if self.available_at.is_some() { "pending" } else { "available" }
    }

    #[cfg(test)]
    pub(crate) fn sample(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            cidr_block: Ipv4Net::new_assert(std::net::Ipv4Addr::new(10, 0, 0, 0), 16),
            association: String::new(),
            tenancy: "default".to_owned(),
            dns_support: true,
            dns_hostnames: false,
            network_address_usage_metrics: false,
            dhcp_options: String::new(),
            available_at: None,
            tags: Tags::new(),
        }
    }
}

fn field(context: &Context<'_>, vpc: &Vpc, name: &str) -> Vec<String> {
    vec![match name {
        "cidr" | "cidr-block-association.cidr-block" => vpc.cidr_block.to_string(),
        "cidr-block-association.association-id" => vpc.association.clone(),
        "cidr-block-association.state" => "associated".to_owned(),
        "dhcp-options-id" => vpc.dhcp_options.clone(),
        "owner-id" => context.place.account.clone(),
        "state" => vpc.state().to_owned(),
        "vpc-id" => vpc.id.clone(),
        _ => "false".to_owned(),
    }]
}

fn write(xml: &mut Xml, context: &Context<'_>, vpc: &Vpc) {
    xml.text("vpcId", &vpc.id).text("ownerId", &context.place.account).text("state", vpc.state());
    xml.text("cidrBlock", vpc.cidr_block);
    xml.items("cidrBlockAssociationSet", [vpc], |xml, vpc| {
        xml.text("cidrBlock", vpc.cidr_block).text("associationId", &vpc.association);
        xml.nest("cidrBlockState", |xml| {
            xml.text("state", "associated");
        });
    });
    xml.text("dhcpOptionsId", &vpc.dhcp_options).tags(&vpc.tags);
    xml.text("instanceTenancy", &vpc.tenancy).text("isDefault", false);
}

#[cfg(test)]
mod tests;
