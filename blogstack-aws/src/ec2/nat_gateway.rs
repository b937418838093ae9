//! A way out for private subnets. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html>
//!
//! A change of `subnet`, `allocation`, `connectivity_type` or `private_ip` replaces it. What is wrong with a new one AWS
//! tells only later, as the state `failed`; making and deleting take minutes.

use std::{net::Ipv4Addr, time::Duration};

use aws_sdk_ec2::{
    Client,
    types::{self, Filter, ResourceType},
};
use blogstack_core::{
    Field, Home, Id, Resource, Set, Tags, Value,
    provider::{Changes, Cx, Doing, FieldProblem, Hold, Observed, Planned, Result, State},
};

use super::{
    described::{self, Described},
    eip::Eip,
    internet_gateway::InternetGateway,
    subnet::Subnet,
    tagged::Tagged,
    tagging,
    vpc::Vpc,
};
use crate::{
    account::Account,
    call::{self, missing},
    values::Arn,
};

mod secondary;

/// A way out for private subnets, run by AWS.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::ec2::{Eip, InternetGateway, NatGateway, Subnet, Vpc};
///
/// fn program(s: &Scope) {
///     let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
///     s.add("internet", InternetGateway::new(&vpc));
///     let subnet = s.add("public", Subnet::new(&vpc, "10.0.0.0/24"));
///     let address = s.add("nat", Eip::new());
///     s.add("nat", NatGateway::new(&subnet).allocation(&address));
/// }
/// ```
#[expect(clippy::duplicated_attributes, reason = "several fields hold places of one sort")]
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(
    type = "aws:ec2/nat-gateway",
    feature = "ec2",
    exclusive(allocation, place = "aws:ec2/use-of-address"),
    exclusive(secondary_allocations, place = "aws:ec2/use-of-address"),
    exclusive(subnet, private_ip, place = "aws:ec2/private-address"),
    exclusive(subnet, secondary_private_ip_addresses, place = "aws:ec2/private-address"),
    after("aws:ec2/internet-gateway", sharing = "aws:ec2/vpc")
)]
pub struct NatGateway {
    /// The subnet it stands in: a public one, if it is to lead to the internet.
    #[field(replace)]
    pub subnet: Id<Subnet>,
    /// The address it shows to the internet. A public gateway must have one, a private one cannot.
    #[field(replace)]
    pub allocation: Option<Id<Eip>>,
    /// Whether it leads to the internet.
    #[field(replace, default = ConnectivityType::Public)]
    pub connectivity_type: ConnectivityType,
    /// Its address within the subnet; AWS picks one when it is not set.
    #[field(replace, optional_computed)]
    pub private_ip: Option<Ipv4Addr>,
    /// Further addresses of a public gateway, for more connections to one destination.
    pub secondary_allocations: Option<Set<Id<Eip>>>,
    /// Further addresses of a private gateway.
    pub secondary_private_ip_addresses: Option<Set<Ipv4Addr>>,
    /// Tags.
    pub tags: Tags,
    /// The public address, if it has one.
    #[field(computed)]
    pub public_ip: Option<Ipv4Addr>,
    /// The id of its network interface.
    #[field(computed)]
    pub network_interface_id: Option<String>,
    /// How far it is.
    #[field(computed)]
    pub state: NatGatewayState,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

/// Where a NAT gateway leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum ConnectivityType {
    /// To the internet.
    Public,
    /// To other networks of one's own.
    Private,
}

/// How far a NAT gateway is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum NatGatewayState {
    /// It, or one of its further addresses, is on the way.
    Pending,
    /// It takes traffic.
    Available,
    /// It takes none any more, or never did.
    Unusable,
}

/// How long making one may take: usually one to three minutes.
const MAKING: Duration = Duration::from_mins(15);
/// How long deleting one may take.
const DELETING: Duration = Duration::from_mins(30);

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Described for Provider {
    type Resource = NatGateway;
    type Item = types::NatGateway;
    const OPERATION: &'static str = "ec2:DescribeNatGateways";
    const ID_FILTER: &'static str = "nat-gateway-id";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn describe(&self, client: &Client, filters: Vec<Filter>) -> Result<Vec<Self::Item>> {
        call::pages(|token| async {
            let request = client.describe_nat_gateways().set_filter(Some(filters.clone())).max_results(1000).set_next_token(token);
            let page = call::read(Self::OPERATION, || request.clone().send()).await?;
            Ok((page.nat_gateways, page.next_token))
        })
        .await
    }

    /// A deleted one stays listed for about an hour.
    fn observed(&self, item: Self::Item, home: &Home) -> Option<Observed<NatGateway>> {
        let addresses = item.nat_gateway_addresses.unwrap_or_default();
        let (state, broken) = match item.state? {
            types::NatGatewayState::Deleted => return None,
            types::NatGatewayState::Available if !addresses.iter().any(secondary::is_moving) => (NatGatewayState::Available, None),
            types::NatGatewayState::Failed => (NatGatewayState::Unusable, Some(failure(item.failure_code, item.failure_message))),
            types::NatGatewayState::Deleting => (NatGatewayState::Unusable, Some("it is being deleted".to_owned())),
            _ => (NatGatewayState::Pending, None),
        };
        let id = Id::new(item.nat_gateway_id?);
        let private = item.connectivity_type == Some(types::ConnectivityType::Private);
        let primary = addresses.iter().find(|address| address.is_primary.unwrap_or(true)).cloned();
        let primary = primary.unwrap_or_else(|| types::NatGatewayAddress::builder().build());
        let fields = NatGateway {
            subnet: Id::new(item.subnet_id?),
            allocation: primary.allocation_id.map(Id::new),
            connectivity_type: if private { ConnectivityType::Private } else { ConnectivityType::Public },
            private_ip: primary.private_ip.and_then(|address| address.parse().ok()),
            secondary_allocations: secondary::allocations(&addresses),
            secondary_private_ip_addresses: secondary::private_addresses(&addresses).filter(|_| private),
            tags: tagging::of_program(item.tags.as_ref()),
            public_ip: primary.public_ip.and_then(|address| address.parse().ok()),
            network_interface_id: primary.network_interface_id,
            state,
            arn: described::arn(home, &home.account, "natgateway", id.as_str()),
        };
        Some(Observed { state: State { id, fields }, broken })
    }
}

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NatGateway.html>, `failureCode`
fn failure(code: Option<String>, message: Option<String>) -> String {
    format!("{} ({})", message.unwrap_or_else(|| "it could not be made".into()), code.unwrap_or_default())
}

impl Tagged for Provider {
    const TAGS: Field<NatGateway, Tags> = NatGateway::tags;
    const DELETING: Duration = DELETING;

    fn check(&self, planned: &Planned<'_, NatGateway>) -> Vec<FieldProblem> {
        let private = planned.get(NatGateway::connectivity_type) == Some(ConnectivityType::Private);
        let has_address = planned.is_set(NatGateway::allocation);
        let further = planned.is_set(NatGateway::secondary_allocations);
        let further_private = planned.is_set(NatGateway::secondary_private_ip_addresses);
        FieldProblem::when([
            (!private && !has_address, "allocation", "a public NAT gateway needs an elastic address"),
            (private && has_address, "allocation", "a private NAT gateway cannot have an elastic address"),
            (private && further, "secondary_allocations", "a private NAT gateway cannot have elastic addresses"),
            (!private && further_private, "secondary_private_ip_addresses", "a public NAT gateway takes `secondary_allocations`"),
        ])
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html>
    fn holds(&self, current: &NatGateway) -> Vec<Hold> {
        let mapped = |address| Hold::every::<InternetGateway, Vpc>(format!("has the public address {address}"), None);
        current.public_ip.map(mapped).into_iter().collect()
    }

    /// One to three minutes until it takes traffic, about one until it is gone or has another set of addresses.
    fn usually_takes(&self, doing: Doing<'_>) -> Duration {
        let addresses = [NatGateway::secondary_allocations.name(), NatGateway::secondary_private_ip_addresses.name()];
        match doing {
            Doing::Create => Duration::from_mins(2),
            Doing::Update(fields) if !fields.iter().any(|field| addresses.contains(field)) => Duration::ZERO,
            Doing::Update(_) | Doing::Delete => Duration::from_mins(1),
        }
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &NatGatewayInputs) -> Result<Id<NatGateway>> {
        let connectivity = inputs.connectivity_type.map(|connectivity| match connectivity {
            ConnectivityType::Public => types::ConnectivityType::Public,
            ConnectivityType::Private => types::ConnectivityType::Private,
        });
        let client = self.0.ec2(cx.home);
        let request = client
            .create_nat_gateway()
            .client_token(cx.token())
            .subnet_id(inputs.subnet.as_str())
            .set_allocation_id(inputs.allocation.as_ref().map(ToString::to_string))
            .set_connectivity_type(connectivity)
            .set_private_ip_address(inputs.private_ip.as_ref().map(ToString::to_string))
            .set_secondary_allocation_ids(secondary::texts(inputs.secondary_allocations.as_ref()))
            .set_secondary_private_ip_addresses(secondary::texts(inputs.secondary_private_ip_addresses.as_ref()))
            .tag_specifications(tagging::specification(ResourceType::Natgateway, cx, &inputs.tags));
        let answer = call::create("ec2:CreateNatGateway", || request.clone().send()).await?;
        let id = answer.nat_gateway.and_then(|gateway| gateway.nat_gateway_id);
        Ok(Id::new(id.ok_or_else(|| missing("ec2:CreateNatGateway", "NAT gateway id"))?))
    }

    async fn ready(&self, cx: &Cx<'_>, id: &Id<NatGateway>) -> Result<State<NatGateway>> {
        let is_ready = |gateway: &NatGateway| gateway.state == NatGatewayState::Available;
        Ok(described::ready(self, cx, id, "available", MAKING, is_ready).await?.state)
    }

    async fn change(&self, cx: &Cx<'_>, current: &State<NatGateway>, _: &NatGateway, changes: &Changes<NatGateway>) -> Result<()> {
        secondary::update(self, cx, &current.id, changes).await
    }

    /// Its address and interface are given back only when it is gone.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNatGateway.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<NatGateway>) -> Result<()> {
        let request = self.0.ec2(cx.home).delete_nat_gateway().nat_gateway_id(current.id.as_str());
        call::read("ec2:DeleteNatGateway", || request.clone().send()).await.map(drop)
    }
}
