//! A public address that stays. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html>
//!
//! A change of `network_border_group` replaces it. What it stands for is a resource of its own: `EipAssociation`, `NatGateway`.

use std::net::Ipv4Addr;

use aws_sdk_ec2::{
    Client,
    types::{DomainType, Filter, ResourceType},
};
use blogstack_core::{
    Field, Home, Id, Resource, Tags,
    provider::{Cx, Observed, Result, State, Wanted},
};

use super::{
    described::{self, Described},
    tagged::Tagged,
    tagging,
};
use crate::{
    account::Account,
    call::{self, missing},
    values::Arn,
};

/// A public IPv4 address that stays the account's until it is released.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::ec2::Eip;
///
/// fn program(s: &Scope) {
///     let address = s.add("nat", Eip::new());
///     s.export("nat", &address.public_ip);
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/eip", feature = "ec2")]
pub struct Eip {
    /// The zones from which AWS announces it, as in `eu-west-1`; those of the region when it is not set.
    #[field(replace, optional_computed)]
    pub network_border_group: String,
    /// Tags.
    pub tags: Tags,
    /// The address.
    #[field(computed)]
    pub public_ip: Ipv4Addr,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

/// Addresses by their ids. What they stand for is told with them.
pub(super) async fn listed(account: &Account, home: &Home, ids: &[&str]) -> Result<Vec<aws_sdk_ec2::types::Address>> {
    described::listed(&Provider(account.clone()), home, ids, aws_sdk_ec2::types::Address::allocation_id).await
}

/// All addresses that pass the filters; this call has no pages.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAddresses.html>
pub(super) async fn describe(client: &Client, filters: Vec<Filter>) -> Result<Vec<aws_sdk_ec2::types::Address>> {
    let request = client.describe_addresses().set_filters(Some(filters));
    Ok(call::read("ec2:DescribeAddresses", || request.clone().send()).await?.addresses.unwrap_or_default())
}

impl Described for Provider {
    type Resource = Eip;
    type Item = aws_sdk_ec2::types::Address;
    const OPERATION: &'static str = "ec2:DescribeAddresses";
    const ID_FILTER: &'static str = "allocation-id";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn describe(&self, client: &Client, filters: Vec<Filter>) -> Result<Vec<Self::Item>> {
        describe(client, filters).await
    }

    fn observed(&self, item: Self::Item, home: &Home) -> Option<Observed<Eip>> {
        let id = Id::new(item.allocation_id?);
        let fields = Eip {
            network_border_group: item.network_border_group.unwrap_or_default(),
            tags: tagging::of_program(item.tags.as_ref()),
            public_ip: item.public_ip?.parse().ok()?,
            arn: described::arn(home, &home.account, "elastic-ip", id.as_str()),
        };
        Some(State { id, fields }.into())
    }
}

impl Tagged for Provider {
    const TAGS: Field<Eip, Tags> = Eip::tags;

    async fn read(&self, home: &Home, wanted: &[Wanted<Eip>]) -> Result<Vec<Observed<Eip>>> {
        let addresses = listed(&self.0, home, &described::ids(wanted)).await?;
        Ok(addresses.into_iter().filter_map(|address| self.observed(address, home)).collect())
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &EipInputs) -> Result<Id<Eip>> {
        let tags = tagging::specification(ResourceType::ElasticIp, cx, &inputs.tags);
        let client = self.0.ec2(cx.home);
        let request = client.allocate_address().domain(DomainType::Vpc).set_network_border_group(inputs.network_border_group.clone());
        let request = request.tag_specifications(tags);
        let answer = call::create("ec2:AllocateAddress", || request.clone().send()).await?;
        Ok(Id::new(answer.allocation_id.ok_or_else(|| missing("ec2:AllocateAddress", "allocation id"))?))
    }

    /// What still uses the address is waited for: a NAT gateway gives it back only when it is gone.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReleaseAddress.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<Eip>) -> Result<()> {
        let request = self.0.ec2(cx.home).release_address().allocation_id(current.id.as_str());
        described::unused("ec2:ReleaseAddress", cx, || request.clone().send()).await.map(drop)
    }
}
