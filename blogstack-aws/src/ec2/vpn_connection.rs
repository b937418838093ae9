//! A VPN: two tunnels between a customer's gateway and AWS's.
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpnConnection.html>
//!
//! A change of `static_routes_only` replaces it; everything else changes in place, one thing after the other, and each takes minutes.

use std::{net::Ipv4Addr, time::Duration};

use aws_sdk_ec2::{
    Client,
    types::{self, Filter, ResourceType, VpnConnectionOptionsSpecification, VpnState},
};
use blogstack_core::{
    Field, Home, Id, Resource, Secret, Tags,
    provider::{Changes, Cx, Doing, ErrorKind, FieldProblem, Observed, Planned, ProviderError, Result, State, UID_TAG},
};

use super::{
    customer_gateway::CustomerGateway,
    described::{self, Described, filter},
    tagged::Tagged,
    tagging,
    vpn_gateway::VpnGateway,
};
use crate::{
    account::Account,
    call::{self, missing},
    values::{Arn, Cidr},
};

mod check;
mod tunnel;
mod update;

pub use self::tunnel::{
    DpdTimeoutAction, IkeVersion, StartupAction, VpnEncryptionAlgorithm, VpnIntegrityAlgorithm, VpnTunnel, VpnTunnelArgs,
};

/// A VPN: two tunnels between a customer's gateway and AWS's.
///
/// ```
/// # use blogstack_core::{Handle, Scope, Secret};
/// use blogstack_aws::ec2::{CustomerGateway, VpnConnection, VpnConnectionRoute, VpnGateway, VpnTunnel};
///
/// fn program(s: &Scope, office: &Handle<CustomerGateway>, gateway: &Handle<VpnGateway>, key: Secret<String>) {
///     let vpn = VpnConnection::new(office, gateway).static_routes_only(true).tunnel1(VpnTunnel::new().pre_shared_key(key));
///     let vpn = s.add("office", vpn);
///     s.add("office", VpnConnectionRoute::new(&vpn, "192.168.0.0/16"));
///     s.export("tunnel", &vpn.tunnel1_address);
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/vpn-connection", feature = "ec2", exclusive(customer_gateway, vpn_gateway))]
pub struct VpnConnection {
    /// The gateway on the customer's side.
    pub customer_gateway: Id<CustomerGateway>,
    /// The gateway on AWS's side.
    pub vpn_gateway: Id<VpnGateway>,
    /// Whether the routes to the customer's side are declared, because the device there does not speak BGP.
    #[field(replace, default = false)]
    pub static_routes_only: bool,
    /// The addresses on the customer's side that the tunnels are for.
    #[field(default = Cidr::ANYWHERE)]
    pub local_ipv4_network_cidr: Cidr,
    /// The addresses on AWS's side that the tunnels are for.
    #[field(default = Cidr::ANYWHERE)]
    pub remote_ipv4_network_cidr: Cidr,
    /// The first tunnel. What is unset is left to AWS.
    #[field(optional_computed)]
    pub tunnel1: Option<VpnTunnel>,
    /// The second tunnel. What is unset is left to AWS.
    #[field(optional_computed)]
    pub tunnel2: Option<VpnTunnel>,
    /// Tags.
    pub tags: Tags,
    /// The address of the first tunnel's end on AWS's side.
    #[field(computed)]
    pub tunnel1_address: Ipv4Addr,
    /// The address of the second tunnel's end on AWS's side.
    #[field(computed)]
    pub tunnel2_address: Ipv4Addr,
    /// What the device on the customer's side has to be told, in XML, with the keys.
    #[field(computed, volatile)]
    pub customer_gateway_configuration: Option<Secret<String>>,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

/// How long making or changing one may take: usually three to six minutes.
pub(super) const MAKING: Duration = Duration::from_mins(40);
/// How long deleting one may take.
const DELETING: Duration = Duration::from_mins(30);

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Described for Provider {
    type Resource = VpnConnection;
    type Item = types::VpnConnection;
    const OPERATION: &'static str = "ec2:DescribeVpnConnections";
    const ID_FILTER: &'static str = "vpn-connection-id";

    fn account(&self) -> &Account {
        &self.0
    }

    /// This call has no pages.
    async fn describe(&self, client: &Client, filters: Vec<Filter>) -> Result<Vec<Self::Item>> {
        let request = client.describe_vpn_connections().set_filters(Some(filters));
        Ok(call::read(Self::OPERATION, || request.clone().send()).await?.vpn_connections.unwrap_or_default())
    }

    /// A deleted one stays listed for a while. Those of transit gateways are another kind's.
    fn observed(&self, item: Self::Item, home: &Home) -> Option<Observed<VpnConnection>> {
        let broken = match item.state.as_ref()? {
            VpnState::Deleted => return None,
            VpnState::Deleting => Some("it is being deleted".to_owned()),
            _ => None,
        };
        let id = Id::new(item.vpn_connection_id?);
        let options = item.options?;
        let range = |text: Option<String>| text.and_then(|text| text.parse().ok()).unwrap_or(Cidr::ANYWHERE);
        let mut tunnels = options.tunnel_options.unwrap_or_default().into_iter();
        let (first, second) = (tunnels.next(), tunnels.next());
        let address = |tunnel: &Option<types::TunnelOption>| tunnel.as_ref()?.outside_ip_address.as_deref()?.parse().ok();
        let fields = VpnConnection {
            customer_gateway: Id::new(item.customer_gateway_id?),
            vpn_gateway: Id::new(item.vpn_gateway_id?),
            static_routes_only: options.static_routes_only.unwrap_or_default(),
            local_ipv4_network_cidr: range(options.local_ipv4_network_cidr),
            remote_ipv4_network_cidr: range(options.remote_ipv4_network_cidr),
            tunnel1_address: address(&first).unwrap_or(Ipv4Addr::UNSPECIFIED),
            tunnel2_address: address(&second).unwrap_or(Ipv4Addr::UNSPECIFIED),
            tunnel1: first.map(tunnel::of_sdk),
            tunnel2: second.map(tunnel::of_sdk),
            tags: tagging::of_program(item.tags.as_ref()),
            customer_gateway_configuration: item.customer_gateway_configuration.map(Secret::new),
            arn: described::arn(home, &home.account, "vpn-connection", id.as_str()),
        };
        Some(Observed { state: State { id, fields }, broken })
    }
}

fn is_available(connection: &types::VpnConnection) -> Result<bool> {
    match &connection.state {
        Some(VpnState::Deleting | VpnState::Deleted) => {
            Err(ProviderError::new(ErrorKind::Rejected, Provider::OPERATION, "it is being deleted"))
        }
        state => Ok(*state == Some(VpnState::Available)),
    }
}

impl Provider {
    /// Looks whether the two gateways have a connection, with which AWS would answer: ours, because a call that we gave up was
    /// carried out after all, or somebody else's, which is refused.
    async fn of_pair(&self, cx: &Cx<'_>, inputs: &VpnConnectionInputs) -> Result<Option<Id<VpnConnection>>> {
        let customer = filter("customer-gateway-id", [inputs.customer_gateway.as_str()]);
        let filters = vec![customer, filter("vpn-gateway-id", [inputs.vpn_gateway.as_str()])];
        let listed = self.describe(&self.0.ec2(cx.home), filters).await?;
        let is_there = |one: &types::VpnConnection| !matches!(one.state, Some(VpnState::Deleting | VpnState::Deleted));
        let Some(there) = listed.into_iter().find(is_there) else { return Ok(None) };
        let id = there.vpn_connection_id.clone().unwrap_or_default();
        if there.tags().iter().any(|tag| tag.key() == Some(UID_TAG) && tag.value() == Some(cx.uid.as_str())) {
            return Ok(Some(Id::new(id)));
        }
        let message = format!("the two gateways have the connection `{id}` already");
        let error = ProviderError::new(ErrorKind::Conflict, Self::OPERATION, message);
        Err(error.hint(format!("delete that first, or take it over with `.adopt(\"{id}\")`")))
    }

    async fn create(&self, cx: &Cx<'_>, inputs: &VpnConnectionInputs) -> Result<Id<VpnConnection>> {
        let tunnels = [inputs.tunnel1.as_ref(), inputs.tunnel2.as_ref()];
        let named = tunnels.iter().any(Option::is_some);
        let tunnels = tunnels.into_iter().map(tunnel::to_create).collect();
        let options = VpnConnectionOptionsSpecification::builder()
            .set_static_routes_only(inputs.static_routes_only)
            .set_local_ipv4_network_cidr(inputs.local_ipv4_network_cidr.map(|range| range.to_string()))
            .set_remote_ipv4_network_cidr(inputs.remote_ipv4_network_cidr.map(|range| range.to_string()))
            .set_tunnel_options(Some(tunnels).filter(|_| named));
        let request = self
            .0
            .ec2(cx.home)
            .create_vpn_connection()
            .r#type("ipsec.1")
            .customer_gateway_id(inputs.customer_gateway.as_str())
            .vpn_gateway_id(inputs.vpn_gateway.as_str())
            .options(options.build())
            .tag_specifications(tagging::specification(ResourceType::VpnConnection, cx, &inputs.tags));
        let answer = call::create("ec2:CreateVpnConnection", || request.clone().send()).await?;
        let id = answer.vpn_connection.and_then(|connection| connection.vpn_connection_id);
        Ok(Id::new(id.ok_or_else(|| missing("ec2:CreateVpnConnection", "VPN connection id"))?))
    }
}

impl Tagged for Provider {
    const TAGS: Field<VpnConnection, Tags> = VpnConnection::tags;
    const DELETING: Duration = DELETING;

    fn check(&self, planned: &Planned<'_, VpnConnection>) -> Vec<FieldProblem> {
        check::problems(planned)
    }

    /// Three to six minutes until it is available.
    fn usually_takes(&self, doing: Doing<'_>) -> Duration {
        if doing == Doing::Create { Duration::from_mins(4) } else { Duration::ZERO }
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &VpnConnectionInputs) -> Result<Id<VpnConnection>> {
        match self.of_pair(cx, inputs).await? {
            Some(ours) => Ok(ours),
            None => self.create(cx, inputs).await,
        }
    }

    async fn ready(&self, cx: &Cx<'_>, id: &Id<VpnConnection>) -> Result<State<VpnConnection>> {
        described::usable(self, cx, id, "available", MAKING, is_available).await
    }

    async fn change(&self, cx: &Cx<'_>, current: &State<VpnConnection>, _: &VpnConnection, changes: &Changes<VpnConnection>) -> Result<()> {
        self.modify(cx, &current.id, changes).await
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpnConnection.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<VpnConnection>) -> Result<()> {
        let request = self.0.ec2(cx.home).delete_vpn_connection().vpn_connection_id(current.id.as_str());
        call::read("ec2:DeleteVpnConnection", || request.clone().send()).await.map(drop)
    }
}
