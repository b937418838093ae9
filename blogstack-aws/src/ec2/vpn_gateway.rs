//! AWS's side of a VPN. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpnGateway.html>
//!
//! A change of `amazon_side_asn` or `availability_zone` replaces it.

use aws_sdk_ec2::{
    Client,
    types::{self, Filter, GatewayType, ResourceType, VpnState},
};
use blogstack_core::{
    Field, Home, Id, Resource, Tags,
    provider::{Cx, FieldProblem, Observed, Planned, Result, State},
};

use super::{
    described::{self, Described, WINDOW},
    subnet::Zone,
    tagged::Tagged,
    tagging,
};
use crate::{
    account::Account,
    call::{self, missing},
    values::Arn,
};

/// AWS's side of a VPN, for one network: `ec2::VpnGatewayAttachment` says for which.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::ec2::{Vpc, VpnGateway, VpnGatewayAttachment};
///
/// fn program(s: &Scope) {
///     let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
///     let gateway = s.add("office", VpnGateway::new().amazon_side_asn(64520_u32));
///     s.add("office", VpnGatewayAttachment::new(&gateway, &vpc));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/vpn-gateway", feature = "ec2")]
pub struct VpnGateway {
    /// The number of the network on AWS's side, for BGP: 64512 to 65534, or 4200000000 to 4294967294. AWS takes 64512 when it is not set.
    #[field(replace, optional_computed)]
    pub amazon_side_asn: u32,
    /// The zone it is in, where that matters. It cannot be read back.
    #[field(replace, write_only)]
    pub availability_zone: Option<Zone>,
    /// Tags.
    pub tags: Tags,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Described for Provider {
    type Resource = VpnGateway;
    type Item = types::VpnGateway;
    const OPERATION: &'static str = "ec2:DescribeVpnGateways";
    const ID_FILTER: &'static str = "vpn-gateway-id";

    fn account(&self) -> &Account {
        &self.0
    }

    /// This call has no pages.
    async fn describe(&self, client: &Client, filters: Vec<Filter>) -> Result<Vec<Self::Item>> {
        let request = client.describe_vpn_gateways().set_filters(Some(filters));
        Ok(call::read(Self::OPERATION, || request.clone().send()).await?.vpn_gateways.unwrap_or_default())
    }

    /// A deleted one stays listed for a while.
    fn observed(&self, item: Self::Item, home: &Home) -> Option<Observed<VpnGateway>> {
        if item.state == Some(VpnState::Deleted) {
            return None;
        }
        let broken = (item.state == Some(VpnState::Deleting)).then(|| "it is being deleted".to_owned());
        let id = Id::new(item.vpn_gateway_id?);
        let fields = VpnGateway {
            amazon_side_asn: u32::try_from(item.amazon_side_asn?).ok()?,
            availability_zone: None,
            tags: tagging::of_program(item.tags.as_ref()),
            arn: described::arn(home, &home.account, "vpn-gateway", id.as_str()),
        };
        Some(Observed { state: State { id, fields }, broken })
    }
}

impl Tagged for Provider {
    const TAGS: Field<VpnGateway, Tags> = VpnGateway::tags;

    fn check(&self, planned: &Planned<'_, VpnGateway>) -> Vec<FieldProblem> {
        let is_private = |asn: &u32| (64512..=65534).contains(asn) || (4_200_000_000..=4_294_967_294).contains(asn);
        let asn = planned.get(VpnGateway::amazon_side_asn).filter(|asn| !is_private(asn));
        let message = |asn| format!("{asn} is neither between 64512 and 65534 nor between 4200000000 and 4294967294");
        asn.map(|asn| FieldProblem { field: "amazon_side_asn", message: message(asn) }).into_iter().collect()
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &VpnGatewayInputs) -> Result<Id<VpnGateway>> {
        let request = self
            .0
            .ec2(cx.home)
            .create_vpn_gateway()
            .r#type(GatewayType::Ipsec1)
            .set_amazon_side_asn(inputs.amazon_side_asn.map(i64::from))
            .set_availability_zone(inputs.availability_zone.clone().map(|zone| zone.0))
            .tag_specifications(tagging::specification(ResourceType::VpnGateway, cx, &inputs.tags));
        let answer = call::create("ec2:CreateVpnGateway", || request.clone().send()).await?;
        let id = answer.vpn_gateway.and_then(|gateway| gateway.vpn_gateway_id);
        Ok(Id::new(id.ok_or_else(|| missing("ec2:CreateVpnGateway", "VPN gateway id"))?))
    }

    async fn ready(&self, cx: &Cx<'_>, id: &Id<VpnGateway>) -> Result<State<VpnGateway>> {
        let is_available = |gateway: &types::VpnGateway| Ok(gateway.state() == Some(&VpnState::Available));
        described::usable(self, cx, id, "available", WINDOW, is_available).await
    }

    /// One that is attached, or that a VPN connection uses, is refused.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpnGateway.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<VpnGateway>) -> Result<()> {
        let request = self.0.ec2(cx.home).delete_vpn_gateway().vpn_gateway_id(current.id.as_str());
        described::unused("ec2:DeleteVpnGateway", cx, || request.clone().send()).await.map(drop)
    }
}
