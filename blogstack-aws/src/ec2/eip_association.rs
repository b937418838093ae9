//! What a public address stands for. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateAddress.html>
//!
//! A change of `allocation`, `instance` or `private_ip` replaces it. It has no tags: its id is the address's, `eipalloc-…`.

use std::net::Ipv4Addr;

use aws_sdk_ec2::types;
use blogstack_core::{
    Home, Id, Resource,
    provider::{Cx, ErrorKind, Hold, ProviderError, Result, State},
};

use super::{
    described::WINDOW,
    eip::{self, Eip},
    instance::Instance,
    internet_gateway::InternetGateway,
    natural::{self, Natural},
    vpc::Vpc,
};
use crate::{
    account::Account,
    call::{self, missing},
    wait::Pause,
};

/// The instance that a public address stands for.
///
/// ```
/// # use blogstack_core::{Handle, Scope};
/// use blogstack_aws::ec2::{Eip, EipAssociation, Instance};
///
/// fn program(s: &Scope, server: &Handle<Instance>) {
///     let address = s.add("server", Eip::new());
///     s.add("server", EipAssociation::new(&address, server));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(
    type = "aws:ec2/eip-association",
    feature = "ec2",
    exclusive(allocation, place = "aws:ec2/use-of-address"),
    exclusive(instance),
    after("aws:ec2/internet-gateway", sharing = "aws:ec2/vpc")
)]
pub struct EipAssociation {
    /// The address.
    #[field(replace)]
    pub allocation: Id<Eip>,
    /// The instance. Plans show the interface's id where the address stands for one that is in no instance.
    #[field(replace)]
    pub instance: Id<Instance>,
    /// Which of the instance's addresses it stands for; its first one when it is not set.
    #[field(replace, optional_computed)]
    pub private_ip: Ipv4Addr,
    /// Whether it may be taken away from what it stands for now.
    #[field(write_only, default = false)]
    pub allow_reassociation: Option<bool>,
    /// The id of the network interface.
    #[field(computed)]
    pub network_interface_id: String,
    /// AWS's id of the association.
    #[field(computed)]
    pub association_id: String,
}

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

fn observed(address: types::Address) -> Option<State<EipAssociation>> {
    let allocation = address.allocation_id?;
    let interface = address.network_interface_id?;
    let fields = EipAssociation {
        allocation: Id::new(&*allocation),
        instance: Id::new(address.instance_id.filter(|id| !id.is_empty()).unwrap_or_else(|| interface.clone())),
        private_ip: address.private_ip_address?.parse().ok()?,
        allow_reassociation: None,
        network_interface_id: interface,
        association_id: address.association_id?,
    };
    Some(State { id: Id::new(allocation), fields })
}

impl Natural for Provider {
    type Resource = EipAssociation;
    const OPERATION: &'static str = "ec2:DescribeAddresses";

    fn account(&self) -> &Account {
        &self.0
    }

    fn place(inputs: &EipAssociationInputs) -> Id<EipAssociation> {
        Id::new(inputs.allocation.as_str())
    }

    fn is_as_wanted(inputs: &EipAssociationInputs, there: &EipAssociation) -> bool {
        there.instance == inputs.instance && inputs.private_ip.is_none_or(|address| address == there.private_ip)
    }

    fn may_take_over(inputs: &EipAssociationInputs) -> bool {
        inputs.allow_reassociation == Some(true)
    }

    fn describe(there: &State<EipAssociation>) -> String {
        format!("the address `{}` stands for `{}` already", there.id, there.fields.instance)
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html>
    fn holds(&self, current: &EipAssociation) -> Vec<Hold> {
        let because = format!("maps a public address to {}", current.private_ip);
        vec![Hold::every::<InternetGateway, Vpc>(because, Some(current.network_interface_id.clone()))]
    }

    async fn read(&self, home: &Home, places: &[&str]) -> Result<Vec<State<EipAssociation>>> {
        Ok(eip::listed(&self.0, home, places).await?.into_iter().filter_map(observed).collect())
    }

    /// An instance that is `pending` is waited for.
    async fn make(&self, cx: &Cx<'_>, inputs: &EipAssociationInputs) -> Result<()> {
        let request = self.0.ec2(cx.home).associate_address();
        let request = request.allocation_id(inputs.allocation.as_str()).instance_id(inputs.instance.as_str());
        let request = request
            .set_private_ip_address(inputs.private_ip.map(|address| address.to_string()))
            .allow_reassociation(inputs.allow_reassociation.unwrap_or_default());
        let mut pause = Pause::up_to(cx.timeout.unwrap_or(WINDOW));
        let answer = loop {
            match call::create("ec2:AssociateAddress", || request.clone().send()).await {
                Err(error) if is_pending(&error) && pause.next().await => {}
                answer => break answer?,
            }
        };
        answer.association_id.ok_or_else(|| missing("ec2:AssociateAddress", "association id"))?;
        Ok(())
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateAddress.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<EipAssociation>) -> Result<()> {
        let there = natural::standing(self, cx.home, &current.id).await?;
        let association = there.map_or_else(|| current.fields.association_id.clone(), |there| there.fields.association_id);
        let request = self.0.ec2(cx.home).disassociate_address().association_id(association);
        call::read("ec2:DisassociateAddress", || request.clone().send()).await.map(drop)
    }
}

/// *The pending instance is not in a valid state for this operation.*
fn is_pending(error: &ProviderError) -> bool {
    error.kind == ErrorKind::Rejected && error.is_code("InvalidInstanceID") && error.message.contains("pending")
}
