//! A connection between two networks. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcPeeringConnection.html>
//!
//! A change of `vpc`, `peer_vpc`, `peer_region` or `peer_owner_id` replaces it.

use std::time::Duration;

use aws_sdk_ec2::{
    Client,
    types::{self, Filter, PeeringConnectionOptionsRequest, ResourceType, VpcPeeringConnectionStateReasonCode as StateCode},
};
use blogstack_core::{
    Field, Handle, Home, Id, Input, IntoInput, Resource, Tags, Value,
    provider::{Change, Changes, Cx, FieldProblem, Observed, Planned, Result, State},
};

use super::{
    described::{self, Described, filter},
    tagged::Tagged,
    tagging,
    vpc::Vpc,
};
use crate::{
    account::Account,
    call::{self, done_unless, missing},
    values::Arn,
    wait,
};

/// A connection between two networks whose ranges do not overlap. Traffic takes it where routes lead to it.
///
/// The owner of the other network has to accept it: with `auto_accept` that happens at once, where both are of one account and one
/// region.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::ec2::{Vpc, VpcPeeringConnection};
///
/// fn program(s: &Scope) {
///     let web = s.add("web", Vpc::new("10.0.0.0/16"));
///     let data = s.add("data", Vpc::new("10.1.0.0/16"));
///     s.add("web-to-data", VpcPeeringConnection::new(&web, &data).auto_accept(true));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/vpc-peering-connection", feature = "ec2", exclusive(vpc, peer_vpc))]
pub struct VpcPeeringConnection {
    /// The network that asks.
    #[field(replace)]
    pub vpc: Id<Vpc>,
    /// The network that is asked, of this account or another one, in this region or another one.
    #[field(replace, any_region)]
    pub peer_vpc: PeerVpc,
    /// The other network's region; this one when it is not set.
    #[field(replace, optional_computed)]
    pub peer_region: String,
    /// The other network's account; this one when it is not set.
    #[field(replace, optional_computed)]
    pub peer_owner_id: String,
    /// Whether the request is accepted at once: both networks must be of this account and this region.
    #[field(write_only, default = false)]
    pub auto_accept: Option<bool>,
    /// Whether public host names of `vpc` resolve to private addresses in the other network. Only an accepted connection has it.
    #[field(default = false)]
    pub requester_allow_remote_dns_resolution: bool,
    /// Whether public host names of the other network resolve to private addresses in `vpc`. Only an accepted connection has it.
    #[field(default = false)]
    pub accepter_allow_remote_dns_resolution: bool,
    /// Tags.
    pub tags: Tags,
    /// How far it is.
    #[field(computed, volatile)]
    pub status: PeeringStatus,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

/// The network that is asked for a connection. It may be written as a handle, or as an id.
#[derive(Debug, Clone, PartialEq, Eq, Value)]
pub struct PeerVpc(pub Id<Vpc>);

impl IntoInput<PeerVpc> for &Handle<Vpc> {
    fn into_input(self) -> Input<PeerVpc> {
        Input::from_expr(IntoInput::<Id<Vpc>>::into_input(self).into_expr())
    }
}

impl IntoInput<PeerVpc> for Id<Vpc> {
    fn into_input(self) -> Input<PeerVpc> {
        PeerVpc(self).into_input()
    }
}

/// How far a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum PeeringStatus {
    /// It is on the way.
    Initiating,
    /// Its acceptance is waited for, for seven days at most.
    PendingAcceptance,
    /// It takes traffic.
    Active,
    /// It takes none any more, or never did.
    Unusable,
}

/// How long a change of its state may take.
const CHANGING: Duration = Duration::from_mins(5);

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

/// Whether public host names of a side resolve to private addresses on the other one.
pub(super) fn allows(side: Option<&types::VpcPeeringConnectionVpcInfo>) -> bool {
    let options = side.and_then(|side| side.peering_options());
    options.and_then(|options| options.allow_dns_resolution_from_remote_vpc).unwrap_or_default()
}

impl Described for Provider {
    type Resource = VpcPeeringConnection;
    type Item = types::VpcPeeringConnection;
    const OPERATION: &'static str = "ec2:DescribeVpcPeeringConnections";
    const ID_FILTER: &'static str = "vpc-peering-connection-id";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn describe(&self, client: &Client, filters: Vec<Filter>) -> Result<Vec<Self::Item>> {
        call::pages(|token| async {
            let request =
                client.describe_vpc_peering_connections().set_filters(Some(filters.clone())).max_results(1000).set_next_token(token);
            let page = call::read(Self::OPERATION, || request.clone().send()).await?;
            Ok((page.vpc_peering_connections, page.next_token))
        })
        .await
    }

    /// A deleted one stays listed for a while.
    fn observed(&self, item: Self::Item, home: &Home) -> Option<Observed<VpcPeeringConnection>> {
        let status = item.status()?;
        let why = || status.message().map(str::to_ascii_lowercase).unwrap_or_default();
        let (status, broken) = match status.code()?.as_str() {
            "deleted" => return None,
            "initiating-request" | "provisioning" => (PeeringStatus::Initiating, None),
            "pending-acceptance" => (PeeringStatus::PendingAcceptance, None),
            "active" => (PeeringStatus::Active, None),
            _ => (PeeringStatus::Unusable, Some(why())),
        };
        let requester_allow_remote_dns_resolution = allows(item.requester_vpc_info());
        let accepter_allow_remote_dns_resolution = allows(item.accepter_vpc_info());
        let (requester, accepter) = (item.requester_vpc_info?, item.accepter_vpc_info?);
        let id = Id::new(item.vpc_peering_connection_id?);
        let fields = VpcPeeringConnection {
            vpc: Id::new(requester.vpc_id?),
            peer_vpc: PeerVpc(Id::new(accepter.vpc_id?)),
            peer_region: accepter.region.or_else(|| home.region.clone())?,
            peer_owner_id: accepter.owner_id?,
            auto_accept: None,
            requester_allow_remote_dns_resolution,
            accepter_allow_remote_dns_resolution,
            tags: tagging::of_program(item.tags.as_ref()),
            status,
            arn: described::arn(home, &home.account, "vpc-peering-connection", id.as_str()),
        };
        Some(Observed { state: State { id, fields }, broken })
    }
}

impl Provider {
    /// Accepting twice is refused the second time.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AcceptVpcPeeringConnection.html>
    async fn accept(&self, cx: &Cx<'_>, id: &Id<VpcPeeringConnection>) -> Result<State<VpcPeeringConnection>> {
        if self.ready(cx, id).await?.fields.status == PeeringStatus::PendingAcceptance {
            let request = self.0.ec2(cx.home).accept_vpc_peering_connection().vpc_peering_connection_id(id.as_str());
            let unless = "InvalidStateTransition";
            call::change("ec2:AcceptVpcPeeringConnection", || done_unless(unless, request.clone().send())).await?;
        }
        let is_active = |connection: &VpcPeeringConnection| connection.status == PeeringStatus::Active;
        Ok(described::ready(self, cx, id, "active", CHANGING, is_active).await?.state)
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcPeeringConnectionOptions.html>
    async fn set_options(&self, cx: &Cx<'_>, id: &Id<VpcPeeringConnection>, requester: Option<bool>, accepter: Option<bool>) -> Result<()> {
        if requester.is_none() && accepter.is_none() {
            return Ok(());
        }
        let options = |allow: bool| PeeringConnectionOptionsRequest::builder().allow_dns_resolution_from_remote_vpc(allow).build();
        let request = self.0.ec2(cx.home).modify_vpc_peering_connection_options().vpc_peering_connection_id(id.as_str());
        let request = request.set_requester_peering_connection_options(requester.map(options));
        let request = request.set_accepter_peering_connection_options(accepter.map(options));
        call::change("ec2:ModifyVpcPeeringConnectionOptions", || request.clone().send()).await?;
        Ok(())
    }
}

impl Tagged for Provider {
    const TAGS: Field<VpcPeeringConnection, Tags> = VpcPeeringConnection::tags;

    fn check(&self, planned: &Planned<'_, VpcPeeringConnection>) -> Vec<FieldProblem> {
        let vpc = planned.draft(VpcPeeringConnection::vpc);
        let itself = vpc.is_some() && vpc == planned.draft(VpcPeeringConnection::peer_vpc);
        let elsewhere = planned.is_set(VpcPeeringConnection::peer_region) || planned.is_set(VpcPeeringConnection::peer_owner_id);
        let accepted = planned.get(VpcPeeringConnection::auto_accept) == Some(true);
        let unaccepted = |wanted: Option<bool>| wanted == Some(true) && !accepted && !elsewhere;
        let message = "only an accepted connection has options: it needs `auto_accept`";
        FieldProblem::when([
            (itself, "peer_vpc", "a network has no connection with itself"),
            (
                unaccepted(planned.get(VpcPeeringConnection::requester_allow_remote_dns_resolution)),
                "requester_allow_remote_dns_resolution",
                message,
            ),
            (
                unaccepted(planned.get(VpcPeeringConnection::accepter_allow_remote_dns_resolution)),
                "accepter_allow_remote_dns_resolution",
                message,
            ),
        ])
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &VpcPeeringConnectionInputs) -> Result<Id<VpcPeeringConnection>> {
        let request = self
            .0
            .ec2(cx.home)
            .create_vpc_peering_connection()
            .vpc_id(inputs.vpc.as_str())
            .peer_vpc_id(inputs.peer_vpc.0.as_str())
            .set_peer_region(inputs.peer_region.clone())
            .set_peer_owner_id(inputs.peer_owner_id.clone())
            .tag_specifications(tagging::specification(ResourceType::VpcPeeringConnection, cx, &inputs.tags));
        let answer = call::create("ec2:CreateVpcPeeringConnection", || request.clone().send()).await?;
        let id = answer.vpc_peering_connection.and_then(|connection| connection.vpc_peering_connection_id);
        Ok(Id::new(id.ok_or_else(|| missing("ec2:CreateVpcPeeringConnection", "peering connection id"))?))
    }

    /// Waits until it is asked for, and until it is active if that is what happens next.
    async fn ready(&self, cx: &Cx<'_>, id: &Id<VpcPeeringConnection>) -> Result<State<VpcPeeringConnection>> {
        let is_settled = |connection: &VpcPeeringConnection| connection.status != PeeringStatus::Initiating;
        Ok(described::ready(self, cx, id, "asked for or active", CHANGING, is_settled).await?.state)
    }

    async fn finish(
        &self,
        cx: &Cx<'_>,
        id: &Id<VpcPeeringConnection>,
        inputs: VpcPeeringConnectionInputs,
    ) -> Result<State<VpcPeeringConnection>> {
        if inputs.auto_accept == Some(true) {
            self.accept(cx, id).await?;
        }
        let wanted = |option: Option<bool>| option.filter(|allow| *allow);
        let requester = wanted(inputs.requester_allow_remote_dns_resolution);
        let accepter = wanted(inputs.accepter_allow_remote_dns_resolution);
        self.set_options(cx, id, requester, accepter).await?;
        self.ready(cx, id).await
    }

    async fn change(
        &self,
        cx: &Cx<'_>,
        current: &State<VpcPeeringConnection>,
        _: &VpcPeeringConnection,
        changes: &Changes<VpcPeeringConnection>,
    ) -> Result<()> {
        let id = &current.id;
        if changes.of(VpcPeeringConnection::auto_accept)? == Change::Set(true) {
            self.accept(cx, id).await?;
        }
        let requester = changes.of(VpcPeeringConnection::requester_allow_remote_dns_resolution)?.set();
        let accepter = changes.of(VpcPeeringConnection::accepter_allow_remote_dns_resolution)?.set();
        self.set_options(cx, id, requester, accepter).await
    }

    /// One that is over already cannot be deleted: it is forgotten by AWS after a while.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcPeeringConnection.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<VpcPeeringConnection>) -> Result<()> {
        let request = self.0.ec2(cx.home).delete_vpc_peering_connection().vpc_peering_connection_id(current.id.as_str());
        let deleted = call::read("ec2:DeleteVpcPeeringConnection", || request.clone().send()).await;
        call::forgive(deleted.map(drop), |error| error.is_code("InvalidStateTransition"))
    }

    /// One that is over stays listed for a while.
    async fn gone(&self, cx: &Cx<'_>, id: &Id<VpcPeeringConnection>) -> Result<()> {
        let client = self.0.ec2(cx.home);
        let is_over = |item: &types::VpcPeeringConnection| {
            let code = item.status().and_then(|status| status.code()).map(StateCode::as_str);
            matches!(code, Some("deleted" | "expired" | "failed" | "rejected"))
        };
        let asked = || async {
            let listed = self.describe(&client, vec![filter(Self::ID_FILTER, [id.as_str()])]).await?;
            Ok(listed.iter().all(is_over).then_some(()))
        };
        wait::until(Self::OPERATION, &format!("`{id}` is deleted"), cx.timeout.unwrap_or(CHANGING), asked).await
    }
}
