//! The network of a VPN gateway. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachVpnGateway.html>
//!
//! A change of either field replaces it. It has no tags: its id is the network's, which has one VPN gateway at most.

use aws_sdk_ec2::types::{self, AttachmentStatus};
use blogstack_core::{
    Home, Id, Resource,
    provider::{Cx, Result, State},
};

use super::{
    described::{BATCH, Described},
    filter,
    natural::Natural,
    vpc::Vpc,
    vpn_gateway::{self, VpnGateway},
};
use crate::{account::Account, call, wait};

/// The network of a VPN gateway.
///
/// ```
/// # use blogstack_core::{Handle, Scope};
/// use blogstack_aws::ec2::{Vpc, VpnGateway, VpnGatewayAttachment};
///
/// fn program(s: &Scope, vpc: &Handle<Vpc>, gateway: &Handle<VpnGateway>) {
///     s.add("office", VpnGatewayAttachment::new(gateway, vpc));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/vpn-gateway-attachment", feature = "ec2", exclusive(vpc), exclusive(vpn_gateway))]
pub struct VpnGatewayAttachment {
    /// The gateway, which is in one network at most.
    #[field(replace)]
    pub vpn_gateway: Id<VpnGateway>,
    /// The network.
    #[field(replace)]
    pub vpc: Id<Vpc>,
}

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

/// The attachments of a gateway but those that have ended, each with its state.
fn attachments(gateway: &types::VpnGateway) -> impl Iterator<Item = (&str, &types::VpcAttachment)> {
    let id = gateway.vpn_gateway_id().unwrap_or_default();
    let lasts = |one: &&types::VpcAttachment| one.state() != Some(&AttachmentStatus::Detached);
    gateway.vpc_attachments().iter().filter(lasts).map(move |one| (id, one))
}

impl Provider {
    async fn listed(&self, home: &Home, networks: &[&str]) -> Result<Vec<types::VpnGateway>> {
        let gateways = vpn_gateway::Provider(self.0.clone());
        gateways.describe(&self.0.ec2(home), vec![filter("attachment.vpc-id", networks.iter().copied())]).await
    }
}

impl Natural for Provider {
    type Resource = VpnGatewayAttachment;
    const OPERATION: &'static str = "ec2:DescribeVpnGateways";

    fn account(&self) -> &Account {
        &self.0
    }

    fn place(inputs: &VpnGatewayAttachmentInputs) -> Id<VpnGatewayAttachment> {
        Id::new(inputs.vpc.as_str())
    }

    fn is_as_wanted(inputs: &VpnGatewayAttachmentInputs, there: &VpnGatewayAttachment) -> bool {
        there.vpn_gateway == inputs.vpn_gateway
    }

    fn describe(there: &State<VpnGatewayAttachment>) -> String {
        format!("the network `{}` has the VPN gateway `{}` already", there.id, there.fields.vpn_gateway)
    }

    async fn read(&self, home: &Home, places: &[&str]) -> Result<Vec<State<VpnGatewayAttachment>>> {
        let mut found = Vec::new();
        for batch in places.chunks(BATCH) {
            let listed = self.listed(home, batch).await?;
            found.extend(listed.iter().flat_map(attachments).filter_map(|(gateway, one)| {
                let vpc = one.vpc_id().filter(|vpc| batch.contains(vpc))?;
                let fields = VpnGatewayAttachment { vpn_gateway: Id::new(gateway), vpc: Id::new(vpc) };
                Some(State { id: Id::new(vpc), fields })
            }));
        }
        Ok(found)
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &VpnGatewayAttachmentInputs) -> Result<()> {
        let request = self.0.ec2(cx.home).attach_vpn_gateway();
        let request = request.vpn_gateway_id(inputs.vpn_gateway.as_str()).vpc_id(inputs.vpc.as_str());
        call::create("ec2:AttachVpnGateway", || request.clone().send()).await.map(drop)
    }

    /// Until it is attached, which the fields do not show.
    async fn ready(&self, cx: &Cx<'_>, id: &Id<VpnGatewayAttachment>) -> Result<()> {
        let is_attached =
            |one: &types::VpcAttachment| one.vpc_id() == Some(id.as_str()) && one.state() == Some(&AttachmentStatus::Attached);
        let asked = || async {
            let listed = self.listed(cx.home, &[id.as_str()]).await?;
            Ok(listed.iter().flat_map(attachments).any(|(_, one)| is_attached(one)).then_some(()))
        };
        let limit = cx.timeout.unwrap_or(super::described::WINDOW);
        wait::until(Self::OPERATION, &format!("the gateway of `{id}` is attached"), limit, asked).await
    }

    /// The network and the gateway are free when it has ended.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachVpnGateway.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<VpnGatewayAttachment>) -> Result<()> {
        let VpnGatewayAttachment { vpn_gateway, vpc } = &current.fields;
        let request = self.0.ec2(cx.home).detach_vpn_gateway().vpn_gateway_id(vpn_gateway.as_str()).vpc_id(vpc.as_str());
        call::read("ec2:DetachVpnGateway", || request.clone().send()).await.map(drop)
    }
}
