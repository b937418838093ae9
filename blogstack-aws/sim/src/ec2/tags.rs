//! Tags: at creation, by themselves, and their listing.
//!
//! Source: *`CreateTags`*, *`DeleteTags`*, *`DescribeTags`* and *Tag your Amazon EC2 resources*.

use crate::context::Context;
use crate::ec2::filter::Filter;
use crate::ec2::{Operation, done, listing};
use crate::failure::Failure;
use crate::params::Params;
use crate::protocol::xml::Xml;
use crate::state::object::Tags;

const MOST: usize = 50;
const FILTERS: [&str; 4] = ["key", "resource-id", "resource-type", "value"];

/// What an id of some prefix is missing as, for the operations that take ids of any kind.
const MISSING: [(&str, &str, &str); 23] = [
    ("vpc-", "InvalidVpcID.NotFound", "vpc"),
    ("subnet-", "InvalidSubnetID.NotFound", "subnet"),
    ("igw-", "InvalidInternetGatewayID.NotFound", "internetGateway"),
    ("rtb-", "InvalidRouteTableID.NotFound", "routeTable"),
    ("eipalloc-", "InvalidAllocationID.NotFound", "allocation"),
    ("nat-", "NatGatewayNotFound", "natGateway"),
    ("sg-", "InvalidGroup.NotFound", "security group"),
    ("sgr-", "InvalidSecurityGroupRuleId.NotFound", "security group rule"),
    ("i-", "InvalidInstanceID.NotFound", "instance"),
    ("eni-", "InvalidNetworkInterfaceID.NotFound", "networkInterface"),
    ("vol-", "InvalidVolume.NotFound", "volume"),
    ("key-", "InvalidKeyPair.NotFound", "key pair"),
    ("dopt-", "InvalidDhcpOptionID.NotFound", "dhcpOption"),
    ("vpce-", "InvalidVpcEndpointId.NotFound", "vpcEndpoint"),
    ("fl-", "InvalidFlowLogId.NotFound", "flowLog"),
    ("pcx-", "InvalidVpcPeeringConnectionID.NotFound", "vpcPeeringConnection"),
    ("acl-", "InvalidNetworkAclID.NotFound", "networkAcl"),
    ("ami-", "InvalidAMIID.NotFound", "image"),
    ("snap-", "InvalidSnapshot.NotFound", "snapshot"),
    ("cgw-", "InvalidCustomerGatewayID.NotFound", "customerGateway"),
    ("vgw-", "InvalidVpnGatewayID.NotFound", "vpnGateway"),
    ("vpn-", "InvalidVpnConnectionID.NotFound", "vpnConnection"),
    ("lt-", "InvalidLaunchTemplateId.NotFound", "launch template"),
];

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateTags" => create,
        "DeleteTags" => delete,
        "DescribeTags" => describe,
        _ => return None,
    })
}

/// The tags that a request gives to the one kind of object that it makes.
pub(crate) fn specified(params: &Params, kind: &str) -> Result<Tags, Failure> {
    specified_among(params, kind, &[kind])
}

/// The tags that a request gives to objects of a kind, where it makes objects of several; those of other kinds cannot be tagged.
/// What comes first counts: a launch template's tags come behind those of the request.
pub(crate) fn specified_among(params: &Params, kind: &str, made: &[&str]) -> Result<Tags, Failure> {
    let mut tags = Tags::new();
    for specification in params.groups("TagSpecification") {
        let wanted = specification.required("ResourceType")?;
        if !made.contains(&wanted) {
            return Err(Failure::value(format!("'{wanted}' is not a valid taggable resource type for this operation.")));
        }
        if wanted == kind {
            let more = read(&specification)?.into_iter().filter(|(key, _)| !tags.contains_key(key)).collect();
            merge(&mut tags, more)?;
        }
    }
    Ok(tags)
}

fn create(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let tags = read(&context.params)?;
    if tags.is_empty() {
        return Err(Failure::missing("Tag"));
    }
    for id in resources(context)? {
        merge(of(context, &id)?, tags.clone())?;
    }
    Ok(done())
}

fn delete(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let wanted: Vec<(String, Option<String>)> = context.params.groups("Tag").iter().map(key_and_value).collect::<Result<_, _>>()?;
    for id in resources(context)? {
        let tags = of(context, &id)?;
        if wanted.is_empty() {
            tags.retain(|key, _| key.starts_with("aws:"));
        }
        for (key, value) in &wanted {
            if tags.get(key).is_some_and(|own| value.as_ref().is_none_or(|value| value == own)) {
                tags.remove(key);
            }
        }
    }
    Ok(done())
}

fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let filters = Filter::read(&context.params, &FILTERS)?;
    let limit = listing::limit(context, &(5..=1000), "", false)?;
    let found = entries(context).into_iter().filter(|entry| filters.iter().all(|filter| entry.passes(filter)));
    let page = listing::page(found.collect(), limit, context.params.text("NextToken"), |entry| &entry.order)?;
    let mut xml = Xml::new();
    xml.items("tagSet", page.entries, |xml, entry| {
        xml.text("resourceId", &entry.id).text("resourceType", entry.kind);
        xml.text("key", &entry.key).text("value", &entry.value);
    });
    xml.maybe("nextToken", page.next);
    Ok(xml)
}

/// One tag of one object.
struct Entry {
    order: String,
    kind: &'static str,
    id: String,
    key: String,
    value: String,
}

impl Entry {
    fn passes(&self, filter: &Filter) -> bool {
        let tags = Tags::from([(self.key.clone(), self.value.clone())]);
        filter.passes(Some(&tags), |name| match name {
            "key" => vec![self.key.clone()],
            "value" => vec![self.value.clone()],
            "resource-id" => vec![self.id.clone()],
            _ => vec![self.kind.to_owned()],
        })
    }
}

fn entries(context: &Context<'_>) -> Vec<Entry> {
    let objects = context.region.all_tags(context.now).into_iter();
    let tags = objects.flat_map(|(kind, id, tags)| tags.iter().map(move |tag| (kind, id, tag)));
    let entry = |(kind, id, (key, value)): (&'static str, &str, (&String, &String))| Entry {
        order: format!("{id}\n{key}"),
        kind,
        id: id.to_owned(),
        key: key.clone(),
        value: value.clone(),
    };
    let mut entries: Vec<Entry> = tags.map(entry).collect();
    entries.sort_by(|one, other| one.order.cmp(&other.order));
    entries
}

fn resources(context: &Context<'_>) -> Result<Vec<String>, Failure> {
    let ids = context.params.list("ResourceId");
    if ids.is_empty() { Err(Failure::missing("ResourceId")) } else { Ok(ids) }
}

fn of<'a>(context: &'a mut Context<'_>, id: &str) -> Result<&'a mut Tags, Failure> {
    context.region.tags_of(id).ok_or_else(|| not_found(id))
}

fn not_found(id: &str) -> Failure {
    let known = MISSING.iter().find(|(prefix, ..)| id.starts_with(prefix));
    match known {
        Some((_, code, noun)) => Failure::new(*code, format!("The {noun} ID '{id}' does not exist")),
        None => Failure::new("InvalidID", format!("The ID '{id}' is not valid")),
    }
}

fn read(params: &Params) -> Result<Tags, Failure> {
    let mut tags = Tags::new();
    for group in params.groups("Tag") {
        let (key, value) = key_and_value(&group)?;
        check(&key, value.as_deref().unwrap_or_default())?;
        if tags.insert(key.clone(), value.unwrap_or_default()).is_some() {
            return Err(Failure::value(format!("Duplicate tag key '{key}' specified.")));
        }
    }
    Ok(tags)
}

fn key_and_value(group: &Params) -> Result<(String, Option<String>), Failure> {
    Ok((group.required("Key")?.to_owned(), group.owned("Value")))
}

fn check(key: &str, value: &str) -> Result<(), Failure> {
    if key.to_ascii_lowercase().starts_with("aws:") {
        return Err(Failure::value("Tag keys starting with 'aws:' are reserved for internal use"));
    }
    if key.chars().count() > 127 {
        return Err(Failure::value("Tag key exceeds the maximum length of 127 characters"));
    }
    if value.chars().count() > 256 {
        return Err(Failure::value("Tag value exceeds the maximum length of 256 characters"));
    }
    Ok(())
}

fn merge(tags: &mut Tags, more: Tags) -> Result<(), Failure> {
    tags.extend(more);
    let counted = tags.keys().filter(|key| !key.starts_with("aws:")).count();
    if counted > MOST {
        return Err(Failure::limit("TagLimitExceeded", format!("More than {MOST} tags specified")));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
