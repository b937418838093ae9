//! Subnets.
//!
//! Source: *`CreateSubnet`*, *`DescribeSubnets`*, *`ModifySubnetAttribute`*, *`DeleteSubnet`*, *Subnet CIDR blocks*.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::listing::{Listing, PAGES};
use crate::ec2::vpc::Vpc;
use crate::ec2::zone::{self, Zone};
use crate::ec2::{Operation, acl, cidr, done, interface, table, tags};
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::protocol::xml::Xml;
use crate::state::object::{Kind, Object, Tags};

/// A subnet.
#[expect(clippy::struct_excessive_bools, reason = "AWS's own attributes")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Subnet {
    pub(crate) id: String,
    pub(crate) vpc: String,
    pub(crate) cidr_block: Ipv4Net,
    pub(crate) zone: String,
    zone_id: String,
    pub(crate) map_public_ip_on_launch: bool,
    assign_ipv6_address_on_creation: bool,
    enable_dns64: bool,
    hostname_type: String,
    resource_name_a_record: bool,
    resource_name_aaaa_record: bool,
    /// When it becomes available, while it is pending.
    available_at: Option<Moment>,
    /// Its network ACL, once it was given another one than its VPC's default.
    #[serde(default)]
    pub(crate) network_acl: Option<acl::Association>,
    tags: Tags,
}

impl Object for Subnet {
    const KIND: Kind = Kind {
        name: "subnet",
        prefix: "subnet",
        missing: "InvalidSubnetID.NotFound",
        malformed: Some("InvalidSubnetID.Malformed"),
        sentence: "The subnet ID '{}' does not exist",
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

    fn due(&self) -> Option<Moment> {
        self.available_at
    }
}

const LISTING: Listing<Subnet> = Listing {
    ids: "SubnetId",
    filters: &[
        "availability-zone",
        "availabilityZone",
        "availability-zone-id",
        "availabilityZoneId",
        "available-ip-address-count",
        "cidr-block",
        "cidr",
        "cidrBlock",
        "default-for-az",
        "defaultForAz",
        "enable-dns64",
        "map-public-ip-on-launch",
        "owner-id",
        "private-dns-name-options-on-launch.hostname-type",
        "state",
        "subnet-arn",
        "subnet-id",
        "vpc-id",
    ],
    field,
    pages: PAGES,
};

/// The boolean attributes, of which one call changes one.
const FLAGS: [&str; 6] = [
    "MapPublicIpOnLaunch",
    "AssignIpv6AddressOnCreation",
    "EnableDns64",
    "EnableResourceNameDnsARecordOnLaunch",
    "EnableResourceNameDnsAAAARecordOnLaunch",
    "MapCustomerOwnedIpOnLaunch",
];

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateSubnet" => create,
        "DescribeSubnets" => describe,
        "ModifySubnetAttribute" => modify_attribute,
        "DeleteSubnet" => delete,
        _ => return None,
    })
}

/// A pending subnet becomes available.
pub(crate) fn mature(context: &mut Context<'_>, id: &str) {
    let now = context.now;
    if let Some(subnet) = context.region.subnets.change(id) {
        subnet.available_at = subnet.available_at.filter(|at| *at > now);
    }
}

fn create(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let vpc = context.named::<Vpc>("VpcId")?;
    let cidr_block = checked_block(context, &vpc)?;
    let zone = chosen_zone(context)?;
    let used = context.of::<Subnet>(&vpc.id).count();
    context.quota("subnets", used, "SubnetLimitExceeded")?;
    let subnet = Subnet {
        id: context.new_id("subnet"),
        vpc: vpc.id,
        cidr_block,
        zone: zone.name,
        zone_id: zone.id,
        map_public_ip_on_launch: false,
        assign_ipv6_address_on_creation: false,
        enable_dns64: false,
        hostname_type: "ip-name".to_owned(),
        resource_name_a_record: false,
        resource_name_aaaa_record: false,
        available_at: Some(moment::later(context.now, context.settings.delays.subnet_available)),
        network_acl: None,
        tags: tags::specified(&context.params, Subnet::KIND.name)?,
    };
    let mut xml = Xml::new();
    xml.nest("subnet", |xml| write(xml, context, &subnet));
    context.add(subnet);
    Ok(xml)
}

/// The block of a new subnet: within the VPC's, from /16 to /28, apart from its sisters.
fn checked_block(context: &Context<'_>, vpc: &Vpc) -> Result<Ipv4Net, Failure> {
    let block = cidr::block(context.params.required("CidrBlock")?, "cidrBlock")?;
    if !(16..=28).contains(&block.prefix_len()) || !vpc.cidr_block.contains(&block) {
        return Err(Failure::new("InvalidSubnet.Range", format!("The CIDR '{block}' is invalid.")));
    }
    let mut sisters = context.of::<Subnet>(&vpc.id);
    if sisters.any(|subnet| cidr::overlap(subnet.cidr_block, block)) {
        return Err(Failure::new("InvalidSubnet.Conflict", format!("The CIDR '{block}' conflicts with another subnet")));
    }
    Ok(block)
}

fn chosen_zone(context: &mut Context<'_>) -> Result<Zone, Failure> {
    let region = &context.place.region;
    match (context.params.text("AvailabilityZone"), context.params.text("AvailabilityZoneId")) {
        (Some(_), Some(_)) => Err(Failure::combination("Specify either availabilityZone or availabilityZoneId, not both.")),
        (Some(name), None) => zone::named(region, name),
        (None, Some(id)) => zone::with_id(region, id),
        (None, None) => {
            let mut zones = zone::zones(region);
            let picked = context.chance("zone") % zones.len().max(1) as u64;
            Ok(zones.swap_remove(usize::try_from(picked).unwrap_or_default()))
        }
    }
}

fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    LISTING.answer(context, "subnetSet", write)
}

fn modify_attribute(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let id = context.named::<Subnet>("SubnetId")?.id;
    let sent: Vec<&str> = FLAGS.into_iter().chain(["PrivateDnsHostnameTypeOnLaunch"]).filter(|name| context.params.has(name)).collect();
    match sent.as_slice() {
        ["PrivateDnsHostnameTypeOnLaunch"] => set_hostname_type(context, &id)?,
        [flag] => set_flag(context, &id, flag)?,
        [] => return Err(Failure::combination("No attributes specified.")),
        several => {
            let message = format!("Fields for multiple attribute types specified: {}", several.join(", "));
            return Err(Failure::combination(message));
        }
    }
    Ok(done())
}

fn set_hostname_type(context: &mut Context<'_>, id: &str) -> Result<(), Failure> {
    let value = context.params.required("PrivateDnsHostnameTypeOnLaunch")?.to_owned();
    if !["ip-name", "resource-name"].contains(&value.as_str()) {
        return Err(Failure::invalid(value, "privateDnsHostnameTypeOnLaunch", "Expecting ip-name or resource-name."));
    }
    context.change::<Subnet>(id)?.hostname_type = value;
    Ok(())
}

fn set_flag(context: &mut Context<'_>, id: &str, flag: &str) -> Result<(), Failure> {
    let value = context.params.flag(&format!("{flag}.Value"))?;
    let value = value.ok_or_else(|| Failure::missing(&format!("{flag}.Value")))?;
    let subnet = context.change::<Subnet>(id)?;
    let field = match flag {
        "MapPublicIpOnLaunch" => &mut subnet.map_public_ip_on_launch,
        "EnableDns64" => &mut subnet.enable_dns64,
        "EnableResourceNameDnsARecordOnLaunch" => &mut subnet.resource_name_a_record,
        "EnableResourceNameDnsAAAARecordOnLaunch" => &mut subnet.resource_name_aaaa_record,
        "AssignIpv6AddressOnCreation" if value => {
            let message = format!("Invalid value 'true' for assignIpv6AddressOnCreation. Subnet {id} has no IPv6 CIDR block.");
            return Err(Failure::value(message));
        }
        "AssignIpv6AddressOnCreation" => &mut subnet.assign_ipv6_address_on_creation,
        other => return Err(Failure::new("UnsupportedOperation", format!("{other} needs an Outpost."))),
    };
    *field = value;
    Ok(())
}

fn delete(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let id = context.named::<Subnet>("SubnetId")?.id;
    if interface::of_subnet(context, &id).next().is_some() {
        return Err(Failure::dependency(format!("The subnet '{id}' has dependencies and cannot be deleted.")));
    }
    table::forget_subnet(context, &id);
    context.remove::<Subnet>(&id);
    Ok(done())
}

/// An address of the subnet that nobody has: the wanted one or a seeded one.
pub(crate) fn free_address(context: &mut Context<'_>, subnet: &Subnet, wanted: Option<&str>) -> Result<Ipv4Addr, Failure> {
    let used: Vec<Ipv4Addr> = interface::of_subnet(context, &subnet.id).flat_map(interface::Interface::addresses).collect();
    match wanted {
        Some(wanted) => checked_address(subnet, &used, wanted),
        None => seeded_address(context, subnet, &used),
    }
}

fn checked_address(subnet: &Subnet, used: &[Ipv4Addr], wanted: &str) -> Result<Ipv4Addr, Failure> {
    let Ok(address) = wanted.parse::<Ipv4Addr>() else {
        return Err(Failure::value(format!("Invalid IPv4 address: {wanted}")));
    };
    if !subnet.cidr_block.contains(&address) {
        return Err(Failure::value("Address does not fall within the subnet's address range"));
    }
    if !cidr::is_usable(subnet.cidr_block, address) {
        return Err(Failure::value("Address is in subnet's reserved address range"));
    }
    if used.contains(&address) {
        return Err(Failure::new("InvalidIPAddress.InUse", format!("Address {address} is in use.")));
    }
    Ok(address)
}

fn seeded_address(context: &mut Context<'_>, subnet: &Subnet, used: &[Ipv4Addr]) -> Result<Ipv4Addr, Failure> {
    let usable = cidr::usable(subnet.cidr_block);
    let (first, count) = (*usable.start(), usable.end().saturating_sub(*usable.start()).saturating_add(1));
    let start = u32::try_from(context.chance(&subnet.id) % u64::from(count)).unwrap_or_default();
    let candidates = (0..count).map(|step| Ipv4Addr::from(first.saturating_add(start.wrapping_add(step) % count)));
    let mut free = candidates.filter(|address| !used.contains(address));
    free.next().ok_or_else(|| {
        let message = format!("insufficient free addresses in subnet '{}'", subnet.id);
        Failure::new("InsufficientFreeAddressesInSubnet", message)
    })
}

fn available_addresses(context: &Context<'_>, subnet: &Subnet) -> usize {
    let used = interface::of_subnet(context, &subnet.id).map(|interface| interface.addresses().count()).sum::<usize>();
    cidr::usable(subnet.cidr_block).count().saturating_sub(used)
}

impl Subnet {
    fn state(&self) -> &'static str {
        if self.available_at.is_some() { "pending" } else { "available" }
    }

    fn arn(&self, context: &Context<'_>) -> String {
        format!("arn:aws:ec2:{}:{}:subnet/{}", context.place.region, context.place.account, self.id)
    }
}

fn field(context: &Context<'_>, subnet: &Subnet, name: &str) -> Vec<String> {
    vec![match name {
        "availability-zone" | "availabilityZone" => subnet.zone.clone(),
        "availability-zone-id" | "availabilityZoneId" => subnet.zone_id.clone(),
        "available-ip-address-count" => available_addresses(context, subnet).to_string(),
        "cidr-block" | "cidr" | "cidrBlock" => subnet.cidr_block.to_string(),
        "enable-dns64" => subnet.enable_dns64.to_string(),
        "map-public-ip-on-launch" => subnet.map_public_ip_on_launch.to_string(),
        "owner-id" => context.place.account.clone(),
        "private-dns-name-options-on-launch.hostname-type" => subnet.hostname_type.clone(),
        "state" => subnet.state().to_owned(),
        "subnet-arn" => subnet.arn(context),
        "subnet-id" => subnet.id.clone(),
        "vpc-id" => subnet.vpc.clone(),
        _ => "false".to_owned(),
    }]
}

fn write(xml: &mut Xml, context: &Context<'_>, subnet: &Subnet) {
    xml.text("subnetId", &subnet.id).text("subnetArn", subnet.arn(context)).text("state", subnet.state());
    xml.text("ownerId", &context.place.account).text("vpcId", &subnet.vpc).text("cidrBlock", subnet.cidr_block);
    xml.items("ipv6CidrBlockAssociationSet", None::<()>, |_, ()| ());
    xml.text("availableIpAddressCount", available_addresses(context, subnet));
    xml.text("availabilityZone", &subnet.zone).text("availabilityZoneId", &subnet.zone_id);
    xml.text("defaultForAz", false).text("mapPublicIpOnLaunch", subnet.map_public_ip_on_launch);
    xml.text("assignIpv6AddressOnCreation", subnet.assign_ipv6_address_on_creation);
    xml.text("mapCustomerOwnedIpOnLaunch", false).text("enableDns64", subnet.enable_dns64).text("ipv6Native", false);
    xml.nest("privateDnsNameOptionsOnLaunch", |xml| {
        xml.text("hostnameType", &subnet.hostname_type);
        xml.text("enableResourceNameDnsARecord", subnet.resource_name_a_record);
        xml.text("enableResourceNameDnsAAAARecord", subnet.resource_name_aaaa_record);
    });
    xml.tags(&subnet.tags);
}

#[cfg(test)]
mod tests;
