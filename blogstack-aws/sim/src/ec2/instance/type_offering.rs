//! Where instance types are offered: everywhere. *`DescribeInstanceTypeOfferings`*.

use crate::context::Context;
use crate::ec2::filter::Filter;
use crate::ec2::instance::type_listing;
use crate::ec2::listing::{limit, page};
use crate::ec2::zone;
use crate::failure::Failure;
use crate::protocol::xml::Xml;

/// A type, a place, and both together, which is what pages are cut by.
struct Offering {
    key: String,
    name: String,
    location: String,
}

pub(super) fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let limit = limit(context, &(5..=1000), "InstanceType", false)?;
    let filters = Filter::read(&context.params, &["instance-type", "location"])?;
    let kind = context.params.text("LocationType").unwrap_or("region").to_owned();
    let locations = locations(context, &kind)?;
    let types = type_listing::names();
    let offerings = types.iter().flat_map(|name| locations.iter().map(|location| Offering::of(name, location)));
    let passes = |offering: &Offering| filters.iter().all(|filter| filter.passes(None, |name| vec![offering.field(name)]));
    let page = page(offerings.filter(passes).collect(), limit, context.params.text("NextToken"), |offering| &offering.key)?;
    let mut xml = Xml::new();
    xml.items("instanceTypeOfferingSet", page.entries, |xml, offering| {
        xml.text("instanceType", &offering.name).text("locationType", &kind).text("location", &offering.location);
    });
    xml.maybe("nextToken", page.next);
    Ok(xml)
}

fn locations(context: &Context<'_>, kind: &str) -> Result<Vec<String>, Failure> {
    let zones = zone::zones(&context.place.region).into_iter();
    match kind {
        "region" => Ok(vec![context.place.region.clone()]),
        "availability-zone" => Ok(zones.map(|zone| zone.name).collect()),
        "availability-zone-id" => Ok(zones.map(|zone| zone.id).collect()),
        other => Err(Failure::invalid(other, "locationType", "Expecting region, availability-zone or availability-zone-id.")),
    }
}

impl Offering {
    fn of(name: &str, location: &str) -> Self {
        Self { key: format!("{name} {location}"), name: name.to_owned(), location: location.to_owned() }
    }

    fn field(&self, name: &str) -> String {
        if name == "location" { self.location.clone() } else { self.name.clone() }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{World, values};

    #[tokio::test(start_paused = true)]
    async fn every_type_is_offered_in_every_zone() {
        let world = World::new();
        let nano = [("Filter.1.Name", "instance-type"), ("Filter.1.Value.1", "t3.nano")];
        let in_region = world.ok("DescribeInstanceTypeOfferings", &nano).await;
        assert_eq!(values(&in_region, "location"), ["eu-west-1"]);
        let zones = [nano.as_slice(), &[("LocationType", "availability-zone")]].concat();
        let in_zones = world.ok("DescribeInstanceTypeOfferings", &zones).await;
        assert_eq!(values(&in_zones, "location"), ["eu-west-1a", "eu-west-1b", "eu-west-1c"]);
        world.refused("DescribeInstanceTypeOfferings", &[("LocationType", "moon")], "InvalidParameterValue").await;
    }
}
