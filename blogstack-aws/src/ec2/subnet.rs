//! A part of a network in one zone. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html>
//!
//! A change of `vpc`, `cidr_block` or `availability_zone` replaces it.

use std::net::Ipv4Addr;

use aws_sdk_ec2::{
    Client,
    operation::modify_subnet_attribute::builders::ModifySubnetAttributeFluentBuilder as Modify,
    types::{AttributeBooleanValue, Filter, ResourceType},
};
use blogstack_core::{
    Field, Home, Id, IntoInput, Resource, Tags, Value,
    provider::{Changes, Cx, FieldProblem, Observed, Planned, Result, State},
};

use super::{
    described::{self, Described},
    tagged::Tagged,
    tagging,
    vpc::Vpc,
};
use crate::{
    account::Account,
    call::{self, missing},
    values::{Arn, Cidr},
};

/// A part of a network's range in one availability zone.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::ec2::{Subnet, Vpc};
///
/// fn program(s: &Scope) {
///     let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
///     s.add("public", Subnet::new(&vpc, "10.0.0.0/24").map_public_ip_on_launch(true));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/subnet", feature = "ec2", exclusive(vpc, cidr_block))]
pub struct Subnet {
    /// The network.
    #[field(replace)]
    pub vpc: Id<Vpc>,
    /// The range of its addresses, `/16` to `/28`, within the network's.
    #[field(replace)]
    pub cidr_block: Cidr,
    /// The zone; AWS picks one when it is not set.
    #[field(replace, optional_computed)]
    pub availability_zone: Zone,
    /// Whether instances get a public address.
    #[field(default = false)]
    pub map_public_ip_on_launch: bool,
    /// What host names of instances are made from.
    #[field(default = HostnameType::IpName)]
    pub private_dns_hostname_type_on_launch: HostnameType,
    /// Whether an instance's resource name resolves to its IPv4 address.
    #[field(default = false)]
    pub enable_resource_name_dns_a_record_on_launch: bool,
    /// Tags.
    pub tags: Tags,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

/// An availability zone, as in `eu-west-1a`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Value)]
pub struct Zone(pub String);

impl IntoInput<Zone> for &str {
    fn into_input(self) -> blogstack_core::Input<Zone> {
        Zone(self.to_owned()).into_input()
    }
}

/// What the host name of an instance is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum HostnameType {
    /// Its private IPv4 address.
    IpName,
    /// Its id.
    ResourceName,
}

impl HostnameType {
    fn to_sdk(self) -> aws_sdk_ec2::types::HostnameType {
        match self {
            Self::IpName => aws_sdk_ec2::types::HostnameType::IpName,
            Self::ResourceName => aws_sdk_ec2::types::HostnameType::ResourceName,
        }
    }
}

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Described for Provider {
    type Resource = Subnet;
    type Item = aws_sdk_ec2::types::Subnet;
    const OPERATION: &'static str = "ec2:DescribeSubnets";
    const ID_FILTER: &'static str = "subnet-id";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn describe(&self, client: &Client, filters: Vec<Filter>) -> Result<Vec<Self::Item>> {
        call::pages(|token| async {
            let request = client.describe_subnets().set_filters(Some(filters.clone())).max_results(1000).set_next_token(token);
            let page = call::read(Self::OPERATION, || request.clone().send()).await?;
            Ok((page.subnets, page.next_token))
        })
        .await
    }

    fn observed(&self, item: Self::Item, _: &Home) -> Option<Observed<Subnet>> {
        let names = item.private_dns_name_options_on_launch;
        let resource_name =
            names.as_ref().and_then(|names| names.hostname_type.as_ref()) == Some(&aws_sdk_ec2::types::HostnameType::ResourceName);
        let fields = Subnet {
            vpc: Id::new(item.vpc_id?),
            cidr_block: item.cidr_block?.parse().ok()?,
            availability_zone: Zone(item.availability_zone?),
            map_public_ip_on_launch: item.map_public_ip_on_launch.unwrap_or_default(),
            private_dns_hostname_type_on_launch: if resource_name { HostnameType::ResourceName } else { HostnameType::IpName },
            enable_resource_name_dns_a_record_on_launch: names
                .and_then(|names| names.enable_resource_name_dns_a_record)
                .unwrap_or_default(),
            tags: tagging::of_program(item.tags.as_ref()),
            arn: Arn(item.subnet_arn.unwrap_or_default()),
        };
        Some(State { id: Id::new(item.subnet_id?), fields }.into())
    }
}

/// A network may have further ranges that are not declared, but what lies outside the declared one is far more likely a slip.
fn outside(planned: &Planned<'_, Subnet>) -> Option<FieldProblem> {
    let range = planned.get(Subnet::cidr_block)?;
    let network = planned.related(Subnet::vpc)?.get(Vpc::cidr_block)?;
    let message = || format!("{range} lies outside the network's {network}");
    (!network.contains(range)).then(|| FieldProblem { field: "cidr_block", message: message() })
}

/// Why nothing can have an address in a subnet's range. The first four addresses and the last are AWS's own.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>
pub(super) fn unusable(range: Cidr, address: Ipv4Addr) -> Option<String> {
    let first = u32::from(range.first());
    let last = first | u32::MAX.checked_shr(range.prefix().into()).unwrap_or(0);
    let number = u32::from(address);
    if !(first..=last).contains(&number) {
        return Some(format!("{address} lies outside the subnet's {range}"));
    }
    (number - first < 4 || number == last).then(|| format!("{address} is one that AWS keeps for itself in {range}"))
}

fn boolean(value: bool) -> AttributeBooleanValue {
    AttributeBooleanValue::builder().value(value).build()
}

/// One call for each attribute.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySubnetAttribute.html>
async fn modify(client: &Client, id: &Id<Subnet>, attribute: impl Fn(Modify) -> Modify) -> Result<()> {
    let request = attribute(client.modify_subnet_attribute().subnet_id(id.as_str()));
    call::change("ec2:ModifySubnetAttribute", || request.clone().send()).await?;
    Ok(())
}

async fn set(client: &Client, id: &Id<Subnet>, public: Option<bool>, names: Option<HostnameType>, record: Option<bool>) -> Result<()> {
    if let Some(public) = public {
        modify(client, id, |request| request.map_public_ip_on_launch(boolean(public))).await?;
    }
    if let Some(names) = names {
        modify(client, id, |request| request.private_dns_hostname_type_on_launch(names.to_sdk())).await?;
    }
    if let Some(record) = record {
        modify(client, id, |request| request.enable_resource_name_dns_a_record_on_launch(boolean(record))).await?;
    }
    Ok(())
}

impl Tagged for Provider {
    const TAGS: Field<Subnet, Tags> = Subnet::tags;

    fn check(&self, planned: &Planned<'_, Subnet>) -> Vec<FieldProblem> {
        let range = planned.get(Subnet::cidr_block).filter(|range| !(16..=28).contains(&range.prefix()));
        let range = range.map(|range| FieldProblem { field: "cidr_block", message: format!("{range} is not between /16 and /28") });
        range.or_else(|| outside(planned)).into_iter().collect()
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &SubnetInputs) -> Result<Id<Subnet>> {
        let client = self.0.ec2(cx.home);
        let request = client
            .create_subnet()
            .vpc_id(inputs.vpc.as_str())
            .cidr_block(inputs.cidr_block.to_string())
            .set_availability_zone(inputs.availability_zone.clone().map(|zone| zone.0))
            .tag_specifications(tagging::specification(ResourceType::Subnet, cx, &inputs.tags));
        let answer = call::create("ec2:CreateSubnet", || request.clone().send()).await?;
        let id = answer.subnet.and_then(|subnet| subnet.subnet_id).ok_or_else(|| missing("ec2:CreateSubnet", "subnet id"))?;
        Ok(Id::new(id))
    }

    async fn finish(&self, cx: &Cx<'_>, id: &Id<Subnet>, inputs: SubnetInputs) -> Result<State<Subnet>> {
        let public = inputs.map_public_ip_on_launch.filter(|public| *public);
        let names = inputs.private_dns_hostname_type_on_launch.filter(|names| *names != HostnameType::IpName);
        let record = inputs.enable_resource_name_dns_a_record_on_launch.filter(|record| *record);
        set(&self.0.ec2(cx.home), id, public, names, record).await?;
        self.ready(cx, id).await
    }

    async fn change(&self, cx: &Cx<'_>, current: &State<Subnet>, _: &Subnet, changes: &Changes<Subnet>) -> Result<()> {
        let client = self.0.ec2(cx.home);
        let public = changes.of(Subnet::map_public_ip_on_launch)?.set();
        let names = changes.of(Subnet::private_dns_hostname_type_on_launch)?.set();
        let record = changes.of(Subnet::enable_resource_name_dns_a_record_on_launch)?.set();
        set(&client, &current.id, public, names, record).await
    }

    async fn erase(&self, cx: &Cx<'_>, current: &State<Subnet>) -> Result<()> {
        let client = self.0.ec2(cx.home);
        let request = client.delete_subnet().subnet_id(current.id.as_str());
        described::unused("ec2:DeleteSubnet", cx, || request.clone().send()).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_at_the_edges_are_awss_own() {
        let range: Cidr = "10.0.0.0/24".parse().expect("a range");
        let why = |range, third, last| unusable(range, Ipv4Addr::new(10, 0, third, last));
        assert_eq!((why(range, 0, 4), why(range, 0, 254)), (None, None));
        assert_eq!(why(range, 0, 3), Some("10.0.0.3 is one that AWS keeps for itself in 10.0.0.0/24".to_owned()));
        assert_eq!(why(range, 0, 255), Some("10.0.0.255 is one that AWS keeps for itself in 10.0.0.0/24".to_owned()));
        assert_eq!(why(range, 1, 4), Some("10.0.1.4 lies outside the subnet's 10.0.0.0/24".to_owned()));
        assert!(unusable(Cidr::ANYWHERE, Ipv4Addr::BROADCAST).is_some());
    }
}
