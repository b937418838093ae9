//! DHCP option sets, and which of them a VPC has.
//!
//! Source: *`CreateDhcpOptions`*, *`DescribeDhcpOptions`*, *`AssociateDhcpOptions`*, *`DeleteDhcpOptions`*, *DHCP option sets in
//! Amazon VPC*. The region's own set, which every VPC begins with, is not stored: it follows from the region.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::chance;
use crate::context::Context;
use crate::ec2::filter::Filter;
use crate::ec2::listing::{limit, page};
use crate::ec2::vpc::Vpc;
use crate::ec2::{Operation, done, tags};
use crate::failure::Failure;
use crate::params::Params;
use crate::protocol::xml::Xml;
use crate::state::object::{Kind, Object, Tags};

/// What a VPC is told to have no options at all.
const NONE: &str = "default";
/// The most servers of one kind: *`CreateDhcpOptions`*.
const MOST: usize = 4;

/// A set of DHCP options.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DhcpOptions {
    id: String,
    /// Keys and their values, as they were sent: the order of servers matters.
    configurations: Vec<(String, Vec<String>)>,
    tags: Tags,
}

impl Object for DhcpOptions {
    const KIND: Kind = Kind {
        name: "dhcp-options",
        prefix: "dopt",
        missing: "InvalidDhcpOptionID.NotFound",
        malformed: Some("InvalidDhcpOptionsId.Malformed"),
        sentence: "The dhcpOption ID '{}' does not exist",
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
}

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateDhcpOptions" => create,
        "DescribeDhcpOptions" => describe,
        "AssociateDhcpOptions" => associate,
        "DeleteDhcpOptions" => delete,
        _ => return None,
    })
}

/// The id of the set that every VPC of a region begins with.
pub(crate) fn default_of_region(context: &Context<'_>) -> String {
    let parts = [context.place.account.as_str(), &context.place.region, "dopt"];
    chance::id("dopt", chance::number(context.seed, &parts))
}

fn regions_own(context: &Context<'_>) -> DhcpOptions {
    let domain = match context.place.region.as_str() {
        "us-east-1" => "ec2.internal".to_owned(),
        region => format!("{region}.compute.internal"),
    };
    let configuration = |key: &str, value: String| (key.to_owned(), vec![value]);
    let configurations = vec![configuration("domain-name", domain), configuration("domain-name-servers", "AmazonProvidedDNS".to_owned())];
    DhcpOptions { id: default_of_region(context), configurations, tags: Tags::new() }
}

fn create(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let wanted = context.params.groups("DhcpConfiguration");
    if wanted.is_empty() {
        return Err(Failure::missing("dhcpConfiguration"));
    }
    let configurations = wanted.iter().map(configuration).collect::<Result<Vec<_>, _>>()?;
    let tags = tags::specified(&context.params, DhcpOptions::KIND.name)?;
    let options = DhcpOptions { id: context.new_id("dopt"), configurations, tags };
    let mut xml = Xml::new();
    xml.nest("dhcpOptions", |xml| write(xml, context, &options));
    context.add(options);
    Ok(xml)
}

/// One option with its values, checked.
fn configuration(wanted: &Params) -> Result<(String, Vec<String>), Failure> {
    let key = wanted.required("Key")?.to_owned();
    let values = wanted.list("Value");
    if values.is_empty() {
        return Err(Failure::missing("Value"));
    }
    let is_address = |value: &String| value.parse::<IpAddr>().is_ok();
    let good = match key.as_str() {
        "domain-name" => values.len() == 1,
        "domain-name-servers" => values.iter().all(|value| value == "AmazonProvidedDNS" || is_address(value)),
        "ntp-servers" | "netbios-name-servers" => values.iter().all(is_address),
        "netbios-node-type" => matches!(values.as_slice(), [one] if ["1", "2", "4", "8"].contains(&one.as_str())),
        "ipv6-address-preferred-lease-time" => {
            matches!(values.as_slice(), [one] if one.parse::<u32>().is_ok_and(|seconds| seconds >= 140))
        }
        _ => return Err(Failure::invalid(&key, "dhcpConfiguration", "Unknown DHCP option")),
    };
    match good && values.len() <= MOST {
        true => Ok((key, values)),
        false => Err(Failure::invalid(values.join(","), &key, "Invalid DHCP option value")),
    }
}

/// A listing like the others, but with the region's own set among the stored ones.
fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let ids = context.params.list("DhcpOptionsId");
    let filters = Filter::read(&context.params, &["dhcp-options-id", "key", "owner-id", "value"])?;
    let limit = limit(context, &(5..=1000), "DhcpOptionsId", !ids.is_empty())?;
    let mut all: Vec<DhcpOptions> = context.region.dhcp_options.iter_visible(context.now).cloned().collect();
    all.push(regions_own(context));
    all.sort_by(|one, other| one.id.cmp(&other.id));
    for id in &ids {
        DhcpOptions::KIND.check(id)?;
        if !all.iter().any(|options| options.id == *id) {
            return Err(DhcpOptions::KIND.not_found(id));
        }
    }
    let asked = |options: &DhcpOptions| ids.is_empty() || ids.contains(&options.id);
    let passes =
        |options: &DhcpOptions| filters.iter().all(|filter| filter.passes(Some(&options.tags), |name| field(context, options, name)));
    let found = all.into_iter().filter(|options| asked(options) && passes(options)).collect();
    let page = page(found, limit, context.params.text("NextToken"), |options: &DhcpOptions| &options.id)?;
    let mut xml = Xml::new();
    xml.items("dhcpOptionsSet", &page.entries, |xml, options| write(xml, context, options));
    xml.maybe("nextToken", page.next);
    Ok(xml)
}

/// A VPC that is told to have none shows `default`: *`Vpc`*.
fn associate(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let id = context.params.required("DhcpOptionsId")?.to_owned();
    let vpc = context.named::<Vpc>("VpcId")?.id;
    if id != NONE && id != default_of_region(context) {
        context.find::<DhcpOptions>(&id)?;
    }
    context.change::<Vpc>(&vpc)?.dhcp_options = id;
    Ok(done())
}

/// The region's own set cannot be deleted here: nothing would be left for new VPCs.
fn delete(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let id = context.params.required("DhcpOptionsId")?.to_owned();
    let used = context.all::<Vpc>().any(|vpc| vpc.dhcp_options == id);
    if used || id == default_of_region(context) {
        return Err(Failure::dependency(format!("The dhcpOptions '{id}' has dependencies and cannot be deleted.")));
    }
    context.find::<DhcpOptions>(&id)?;
    context.remove::<DhcpOptions>(&id);
    Ok(done())
}

fn field(context: &Context<'_>, options: &DhcpOptions, name: &str) -> Vec<String> {
    match name {
        "dhcp-options-id" => vec![options.id.clone()],
        "key" => options.configurations.iter().map(|(key, _)| key.clone()).collect(),
        "value" => options.configurations.iter().flat_map(|(_, values)| values.clone()).collect(),
        _ => vec![context.place.account.clone()],
    }
}

fn write(xml: &mut Xml, context: &Context<'_>, options: &DhcpOptions) {
    xml.text("dhcpOptionsId", &options.id).text("ownerId", &context.place.account);
    xml.items("dhcpConfigurationSet", &options.configurations, |xml, (key, values)| {
        xml.text("key", key).items("valueSet", values, |xml, value| {
            xml.text("value", value);
        });
    });
    xml.tags(&options.tags);
}

#[cfg(test)]
mod tests {
    use crate::testing::{World, value, values};

    const SERVERS: [(&str, &str); 5] = [
        ("DhcpConfiguration.1.Key", "domain-name-servers"),
        ("DhcpConfiguration.1.Value.1", "10.0.0.9"),
        ("DhcpConfiguration.1.Value.2", "AmazonProvidedDNS"),
        ("DhcpConfiguration.2.Key", "domain-name"),
        ("DhcpConfiguration.2.Value.1", "example.com"),
    ];

    async fn options_of(world: &World, vpc: &str) -> String {
        world.get("DescribeVpcs", &[("VpcId.1", vpc)], "dhcpOptionsId").await
    }

    #[tokio::test(start_paused = true)]
    async fn a_set_is_associated_and_let_go_before_it_is_deleted() {
        let world = World::new();
        let vpc = world.vpc().await;
        let own = options_of(&world, &vpc).await;
        let made = world.ok("CreateDhcpOptions", &SERVERS).await;
        assert_eq!(values(&made, "value"), ["10.0.0.9", "AmazonProvidedDNS", "example.com"]);
        let set = value(&made, "dhcpOptionsId");
        world.ok("AssociateDhcpOptions", &[("DhcpOptionsId", &set), ("VpcId", &vpc)]).await;
        assert_eq!(options_of(&world, &vpc).await, set);
        world.refused("DeleteDhcpOptions", &[("DhcpOptionsId", &set)], "DependencyViolation").await;
        world.refused("DeleteDhcpOptions", &[("DhcpOptionsId", &own)], "DependencyViolation").await;
        world.ok("AssociateDhcpOptions", &[("DhcpOptionsId", "default"), ("VpcId", &vpc)]).await;
        assert_eq!(options_of(&world, &vpc).await, "default");
        world.ok("DeleteDhcpOptions", &[("DhcpOptionsId", &set)]).await;
        world.refused("DeleteDhcpOptions", &[("DhcpOptionsId", &set)], "InvalidDhcpOptionID.NotFound").await;
        world.ok("AssociateDhcpOptions", &[("DhcpOptionsId", &own), ("VpcId", &vpc)]).await;
        world.ok("DeleteVpc", &[("VpcId", &vpc)]).await;
        assert!(world.sim.objects().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn the_regions_own_set_is_listed_with_the_others() {
        let world = World::new();
        let set = world.get("CreateDhcpOptions", &SERVERS, "dhcpOptionsId").await;
        let all = values(&world.ok("DescribeDhcpOptions", &[]).await, "dhcpOptionsId");
        assert!(all.len() == 2 && all.contains(&set), "{all:?}");
        let filter = [("Filter.1.Name", "value"), ("Filter.1.Value.1", "example.com")];
        assert_eq!(world.get("DescribeDhcpOptions", &filter, "dhcpOptionsId").await, set);
        world.refused("DescribeDhcpOptions", &[("DhcpOptionsId.1", "dopt-0123456789abcdef0")], "InvalidDhcpOptionID.NotFound").await;
        world.refused("DescribeDhcpOptions", &[("DhcpOptionsId.1", "nonsense")], "InvalidDhcpOptionsId.Malformed").await;
    }

    #[tokio::test(start_paused = true)]
    async fn values_are_checked() {
        let world = World::new();
        for (key, value) in [
            ("colour", "blue"),
            ("domain-name-servers", "nonsense"),
            ("ntp-servers", "AmazonProvidedDNS"),
            ("netbios-node-type", "3"),
            ("ipv6-address-preferred-lease-time", "139"),
        ] {
            let request = [("DhcpConfiguration.1.Key", key), ("DhcpConfiguration.1.Value.1", value)];
            world.refused("CreateDhcpOptions", &request, "InvalidParameterValue").await;
        }
        world.refused("CreateDhcpOptions", &[("DhcpConfiguration.1.Key", "domain-name")], "MissingParameter").await;
        world.refused("CreateDhcpOptions", &[], "MissingParameter").await;
        let many: Vec<_> = (1..=5).map(|n| (format!("DhcpConfiguration.1.Value.{n}"), format!("10.0.0.{n}"))).collect();
        let many = many.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let many: Vec<_> = many.chain([("DhcpConfiguration.1.Key", "ntp-servers")]).collect();
        world.refused("CreateDhcpOptions", &many, "InvalidParameterValue").await;
    }
}
