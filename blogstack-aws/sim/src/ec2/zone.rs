//! Regions and availability zones, and the few facts about an account that clients ask for.
//!
//! Source: *`DescribeAvailabilityZones`*, *`DescribeRegions`* and *`DescribeAccountAttributes`*; *AWS Availability Zones* for the ids.

use crate::context::Context;
use crate::ec2::Operation;
use crate::ec2::filter::Filter;
use crate::failure::Failure;
use crate::protocol::xml::Xml;

/// The regions that an account has without asking.
const REGIONS: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

const ZONES: [(&str, u8); 3] = [("a", 1), ("b", 2), ("c", 3)];

/// An availability zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Zone {
    pub(crate) name: String,
    pub(crate) id: String,
}

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "DescribeAvailabilityZones" => describe_zones,
        "DescribeRegions" => describe_regions,
        "DescribeAccountAttributes" => describe_account,
        _ => return None,
    })
}

/// The zones of a region.
pub(crate) fn zones(region: &str) -> Vec<Zone> {
    let zone = |(letter, number)| Zone { name: format!("{region}{letter}"), id: format!("{}-az{number}", short(region)) };
    ZONES.into_iter().map(zone).collect()
}

/// The zone of a name.
pub(crate) fn named(region: &str, name: &str) -> Result<Zone, Failure> {
    let found = zones(region).into_iter().find(|zone| zone.name == name);
    found.ok_or_else(|| {
        let names: Vec<String> = zones(region).into_iter().map(|zone| zone.name).collect();
        let why = format!("Subnets can currently only be created in the following availability zones: {}.", names.join(", "));
        Failure::invalid(name, "availabilityZone", why)
    })
}

/// The zone of a name, for what is no subnet: *Error codes for the Amazon EC2 API*, `InvalidZone.NotFound`.
pub(crate) fn existing(region: &str, name: &str) -> Result<Zone, Failure> {
    named(region, name).map_err(|_| Failure::new("InvalidZone.NotFound", format!("The zone '{name}' does not exist.")))
}

/// The zone of an id.
pub(crate) fn with_id(region: &str, id: &str) -> Result<Zone, Failure> {
    let found = zones(region).into_iter().find(|zone| zone.id == id);
    found.ok_or_else(|| Failure::invalid(id, "availabilityZoneId", "There is no such zone."))
}

fn describe_zones(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let params = &context.params;
    let region = &context.place.region;
    let (names, ids) = (params.list("ZoneName"), params.list("ZoneId"));
    names.iter().try_for_each(|name| named(region, name).map(drop))?;
    ids.iter().try_for_each(|id| with_id(region, id).map(drop))?;
    params.text("AllAvailabilityZones");
    let known = ["zone-name", "zone-id", "state", "region-name", "zone-type", "opt-in-status", "group-name", "message", "group-long-name"];
    let filters = Filter::read(params, &known)?;
    let wanted = |zone: &Zone| {
        (names.is_empty() || names.contains(&zone.name))
            && (ids.is_empty() || ids.contains(&zone.id))
            && filters.iter().all(|filter| filter.passes(None, |name| zone_field(region, zone, name)))
    };
    let mut xml = Xml::new();
    xml.items("availabilityZoneInfo", zones(region).into_iter().filter(wanted), |xml, zone| write_zone(xml, region, &zone));
    Ok(xml)
}

fn zone_field(region: &str, zone: &Zone, name: &str) -> Vec<String> {
    let value = match name {
        "zone-name" => &zone.name,
        "zone-id" => &zone.id,
        "state" => "available",
        "region-name" | "group-name" => region,
        "zone-type" => "availability-zone",
        "opt-in-status" => "opt-in-not-required",
        _ => return Vec::new(),
    };
    vec![value.to_owned()]
}

fn write_zone(xml: &mut Xml, region: &str, zone: &Zone) {
    xml.text("zoneName", &zone.name).text("zoneId", &zone.id).text("zoneState", "available");
    xml.text("regionName", region).text("groupName", region).text("networkBorderGroup", region);
    xml.text("zoneType", "availability-zone").text("optInStatus", "opt-in-not-required");
    xml.items("messageSet", None::<()>, |_, ()| ());
}

fn describe_regions(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let names = context.params.list("RegionName");
    context.params.text("AllRegions");
    let filters = Filter::read(&context.params, &["region-name", "endpoint", "opt-in-status"])?;
    if let Some(unknown) = names.iter().find(|name| !REGIONS.contains(&name.as_str())) {
        return Err(Failure::value(format!("Invalid region provided: {unknown}")));
    }
    let wanted = |region: &&str| {
        (names.is_empty() || names.iter().any(|name| name == region))
            && filters.iter().all(|filter| filter.passes(None, |name| region_field(region, name)))
    };
    let mut xml = Xml::new();
    xml.items("regionInfo", REGIONS.into_iter().filter(wanted), |xml, region| {
        xml.text("regionName", region).text("regionEndpoint", format!("ec2.{region}.amazonaws.com"));
        xml.text("optInStatus", "opt-in-not-required");
    });
    Ok(xml)
}

fn region_field(region: &str, name: &str) -> Vec<String> {
    vec![match name {
        "region-name" => region.to_owned(),
        "endpoint" => format!("ec2.{region}.amazonaws.com"),
        _ => "opt-in-not-required".to_owned(),
    }]
}

#[expect(clippy::unnecessary_wraps, reason = "an operation like the others")]
fn describe_account(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let names = context.params.list("AttributeName");
    let quota = |name: &str, default: usize| context.settings.quotas.get(name).copied().unwrap_or(default).to_string();
    let attributes = [
        ("supported-platforms", "VPC".to_owned()),
        ("default-vpc", "none".to_owned()),
        ("max-instances", quota("instances", 20)),
        ("vpc-max-security-groups-per-interface", "5".to_owned()),
        ("max-elastic-ips", quota("addresses", 5)),
        ("vpc-max-elastic-ips", quota("addresses", 5)),
    ];
    let wanted = |(name, _): &(&str, String)| names.is_empty() || names.iter().any(|asked| asked == name);
    let mut xml = Xml::new();
    xml.items("accountAttributeSet", attributes.into_iter().filter(wanted), |xml, (name, value)| {
        xml.text("attributeName", name);
        xml.items("attributeValueSet", [value], |xml, value| {
            xml.text("attributeValue", value);
        });
    });
    Ok(xml)
}

/// A region's name as zone ids shorten it: `euw1` for `eu-west-1`.
fn short(region: &str) -> String {
    let part = |part: &str| match part {
        "northeast" => "ne".to_owned(),
        "northwest" => "nw".to_owned(),
        "southeast" => "se".to_owned(),
        "southwest" => "sw".to_owned(),
        "north" | "south" | "east" | "west" | "central" | "gov" => part.chars().take(1).collect(),
        other => other.to_owned(),
    };
    region.split('-').map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{World, values};

    #[test]
    fn zone_ids_are_short() {
        assert_eq!([short("eu-west-1"), short("ap-southeast-2"), short("us-gov-west-1")], ["euw1", "apse2", "usgw1"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_region_has_three_zones() {
        let world = World::new();
        let zones = world.ok("DescribeAvailabilityZones", &[]).await;
        assert_eq!(values(&zones, "zoneName"), ["eu-west-1a", "eu-west-1b", "eu-west-1c"]);
        let one = world.ok("DescribeAvailabilityZones", &[("Filter.1.Name", "zone-id"), ("Filter.1.Value.1", "*az2")]).await;
        assert_eq!(values(&one, "zoneId"), ["euw1-az2"]);
    }

    #[tokio::test(start_paused = true)]
    async fn regions_and_account_facts_are_told() {
        let world = World::with(|builder| builder.quota("instances", 3));
        assert_eq!(values(&world.ok("DescribeRegions", &[]).await, "regionName").len(), REGIONS.len());
        assert_eq!(world.get("DescribeAccountAttributes", &[("AttributeName.1", "max-instances")], "attributeValue").await, "3");
    }

    #[tokio::test(start_paused = true)]
    async fn unknown_names_are_refused() {
        let world = World::new();
        world.refused("DescribeAvailabilityZones", &[("ZoneName.1", "eu-west-1z")], "InvalidParameterValue").await;
        world.refused("DescribeRegions", &[("RegionName.1", "mars-1")], "InvalidParameterValue").await;
        let filter = [("Filter.1.Name", "colour"), ("Filter.1.Value.1", "red")];
        world.refused("DescribeAvailabilityZones", &filter, "InvalidParameterValue").await;
    }
}
