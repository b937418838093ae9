//! The acceptance of a connection that another account or another region asked for.
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AcceptVpcPeeringConnection.html>
//!
//! A change of `vpc_peering_connection` replaces it. Its id is the connection's, and deleting it ends the connection.

use std::time::Duration;

use aws_sdk_ec2::{
    Client,
    types::{self, Filter, PeeringConnectionOptionsRequest},
};
use blogstack_core::{
    Home, Id, Resource, Tags,
    provider::{
        Changes, Cx, ErrorKind, FieldProblem, Found, Hold, LostCreate, Observed, Planned, ProviderError, ResourceProvider, Result, State,
        UID_TAG, Wanted,
    },
    value,
};

use super::{
    described::{self, Described},
    tagging,
    vpc::Vpc,
    vpc_peering_connection::{self as connection, VpcPeeringConnection},
};
use crate::{
    account::Account,
    call::{self, done_unless},
    tags,
};

/// Accepts a connection on the side that is asked, where that is another account or another region than the asking one. Where both
/// are the same, `auto_accept` of the connection does it.
///
/// It has tags of its own: each side sees its own.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::ec2::{Vpc, VpcPeeringConnection, VpcPeeringConnectionAccepter};
///
/// fn program(s: &Scope) {
///     let far = s.in_region("us-east-1");
///     let (web, data) = (s.add("web", Vpc::new("10.0.0.0/16")), far.add("data", Vpc::new("10.1.0.0/16")));
///     let asked = s.add("web-to-data", VpcPeeringConnection::new(&web, &data).peer_region("us-east-1"));
///     far.add("accepted", VpcPeeringConnectionAccepter::new(&asked));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/vpc-peering-connection-accepter", feature = "ec2", exclusive(vpc_peering_connection))]
pub struct VpcPeeringConnectionAccepter {
    /// The connection.
    #[field(replace, any_region)]
    pub vpc_peering_connection: Id<VpcPeeringConnection>,
    /// Whether public host names of the network that asked resolve to private addresses in this one.
    #[field(default = false)]
    pub accepter_allow_remote_dns_resolution: bool,
    /// Tags of the connection, as this side sees them.
    pub tags: Tags,
    /// The network that was asked.
    #[field(computed)]
    pub vpc: Id<Vpc>,
    /// The network that asked.
    #[field(computed)]
    pub peer_vpc: Id<Vpc>,
    /// The account of the network that asked.
    #[field(computed)]
    pub peer_owner_id: String,
}

/// How long a change of its state may take.
const CHANGING: Duration = Duration::from_mins(5);

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

fn code(item: &types::VpcPeeringConnection) -> &str {
    item.status().and_then(|status| status.code()).map(types::VpcPeeringConnectionStateReasonCode::as_str).unwrap_or_default()
}

impl Described for Provider {
    type Resource = VpcPeeringConnectionAccepter;
    type Item = types::VpcPeeringConnection;
    const OPERATION: &'static str = "ec2:DescribeVpcPeeringConnections";
    const ID_FILTER: &'static str = "vpc-peering-connection-id";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn describe(&self, client: &Client, filters: Vec<Filter>) -> Result<Vec<Self::Item>> {
        connection::Provider(self.0.clone()).describe(client, filters).await
    }

    /// One that waits to be accepted is not accepted.
    fn observed(&self, item: Self::Item, _: &Home) -> Option<Observed<VpcPeeringConnectionAccepter>> {
        let broken = match code(&item) {
            "provisioning" | "active" => None,
            "deleting" => Some("it is being deleted".to_owned()),
            _ => return None,
        };
        let accepter_allow_remote_dns_resolution = connection::allows(item.accepter_vpc_info());
        let (requester, accepter) = (item.requester_vpc_info?, item.accepter_vpc_info?);
        let id = item.vpc_peering_connection_id?;
        let fields = VpcPeeringConnectionAccepter {
            vpc_peering_connection: Id::new(id.as_str()),
            accepter_allow_remote_dns_resolution,
            tags: tagging::of_program(item.tags.as_ref()),
            vpc: Id::new(accepter.vpc_id?),
            peer_vpc: Id::new(requester.vpc_id?),
            peer_owner_id: requester.owner_id?,
        };
        Some(Observed { state: State { id: Id::new(id), fields }, broken })
    }
}

fn rejected(message: String) -> ProviderError {
    ProviderError::new(ErrorKind::Rejected, Provider::OPERATION, message).field("vpc_peering_connection")
}

/// What is wrong with accepting a connection from here.
fn misplaced(item: &types::VpcPeeringConnection, home: &Home) -> Option<ProviderError> {
    let place = |side: Option<&types::VpcPeeringConnectionVpcInfo>| {
        let region = side.and_then(|side| side.region().map(ToOwned::to_owned)).or_else(|| home.region.clone());
        (side.and_then(|side| side.owner_id()).unwrap_or_default().to_owned(), region.unwrap_or_default())
    };
    let (asking, asked) = (place(item.requester_vpc_info()), place(item.accepter_vpc_info()));
    if asking == asked {
        let error = rejected("both networks are of one account and one region".to_owned());
        return Some(error.hint("accept the connection with its own `auto_accept`"));
    }
    if asked != (home.account.clone(), home.region.clone().unwrap_or_default()) {
        let error = rejected(format!("the network that is asked is in {} of account {}", asked.1, asked.0));
        return Some(error.hint("declare the acceptance there: with `in_region(..)` or `assume_role(..)`"));
    }
    None
}

impl Provider {
    /// Waits until the connection can be accepted, or is.
    async fn asked_for(&self, cx: &Cx<'_>, id: &Id<VpcPeeringConnectionAccepter>) -> Result<()> {
        let is_there = |item: &types::VpcPeeringConnection| match code(item) {
            "pending-acceptance" | "provisioning" | "active" => misplaced(item, cx.home).map_or(Ok(true), Err),
            "initiating-request" => Ok(false),
            other => Err(rejected(format!("`{id}` cannot be accepted: it is {other}"))),
        };
        described::reached(self, cx, id, "asked for", CHANGING, is_there).await
    }

    /// Accepting twice is refused the second time.
    async fn accept(&self, cx: &Cx<'_>, id: &Id<VpcPeeringConnectionAccepter>) -> Result<State<VpcPeeringConnectionAccepter>> {
        let request = self.0.ec2(cx.home).accept_vpc_peering_connection().vpc_peering_connection_id(id.as_str());
        let unless = "InvalidStateTransition";
        call::change("ec2:AcceptVpcPeeringConnection", || done_unless(unless, request.clone().send())).await?;
        let is_active = |item: &types::VpcPeeringConnection| Ok(code(item) == "active");
        described::reached(self, cx, id, "active", CHANGING, is_active).await?;
        Ok(described::visible(self, cx.home, id).await?.state)
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcPeeringConnectionOptions.html>
    async fn set_options(&self, cx: &Cx<'_>, id: &Id<VpcPeeringConnectionAccepter>, allow: bool) -> Result<()> {
        let options = PeeringConnectionOptionsRequest::builder().allow_dns_resolution_from_remote_vpc(allow).build();
        let request = self.0.ec2(cx.home).modify_vpc_peering_connection_options().vpc_peering_connection_id(id.as_str());
        let request = request.accepter_peering_connection_options(options);
        call::change("ec2:ModifyVpcPeeringConnectionOptions", || request.clone().send()).await.map(drop)
    }
}

impl ResourceProvider for Provider {
    type Resource = VpcPeeringConnectionAccepter;

    fn check(&self, planned: &Planned<'_, VpcPeeringConnectionAccepter>) -> Vec<FieldProblem> {
        let tags = planned.get(VpcPeeringConnectionAccepter::tags).and_then(|tags| tags::problem(&tags));
        tags.map(|message| FieldProblem { field: "tags", message }).into_iter().collect()
    }

    /// A network with a connection cannot be deleted.
    fn holds(&self, current: &VpcPeeringConnectionAccepter) -> Vec<Hold> {
        vec![Hold::named(VpcPeeringConnectionAccepter::vpc, &current.vpc)]
    }

    async fn survey(&self, _: &Cx<'_>, _: &VpcPeeringConnectionAccepterInputs) -> Result<value::Value> {
        Ok(value::Value::Null)
    }

    /// The id is known before anything is done. It is tagged before it is accepted, so that whatever is accepted is tagged.
    async fn create(&self, cx: &Cx<'_>, inputs: VpcPeeringConnectionAccepterInputs) -> Result<State<VpcPeeringConnectionAccepter>> {
        let id = Id::new(inputs.vpc_peering_connection.as_str());
        self.asked_for(cx, &id).await?;
        cx.created(&id).await?;
        let all_tags = inputs.tags.into_iter().chain(cx.ownership_tags()).collect();
        tagging::retag(&self.0.ec2(cx.home), id.as_str(), all_tags, Vec::new()).await?;
        let state = self.accept(cx, &id).await?;
        if inputs.accepter_allow_remote_dns_resolution != Some(true) {
            return Ok(state);
        }
        self.set_options(cx, &id, true).await?;
        Ok(described::visible(self, cx.home, &id).await?.state)
    }

    async fn read(
        &self,
        home: &Home,
        wanted: &[Wanted<VpcPeeringConnectionAccepter>],
    ) -> Result<Vec<Observed<VpcPeeringConnectionAccepter>>> {
        described::read(self, home, wanted).await
    }

    async fn update(
        &self,
        cx: &Cx<'_>,
        current: State<VpcPeeringConnectionAccepter>,
        changes: &Changes<VpcPeeringConnectionAccepter>,
    ) -> Result<State<VpcPeeringConnectionAccepter>> {
        let id = &current.id;
        let is_active = |item: &types::VpcPeeringConnection| Ok(code(item) == "active");
        described::reached(self, cx, id, "active", CHANGING, is_active).await?;
        if let Some(allow) = changes.of(VpcPeeringConnectionAccepter::accepter_allow_remote_dns_resolution)?.set() {
            self.set_options(cx, id, allow).await?;
        }
        let (set, removed) = tags::difference(&current.fields.tags, changes.of(VpcPeeringConnectionAccepter::tags)?);
        tagging::retag(&self.0.ec2(cx.home), id.as_str(), set, removed).await?;
        Ok(described::visible(self, cx.home, id).await?.state)
    }

    /// Whoever asked may have ended it already.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcPeeringConnection.html>
    async fn delete(&self, cx: &Cx<'_>, current: State<VpcPeeringConnectionAccepter>) -> Result<()> {
        let request = self.0.ec2(cx.home).delete_vpc_peering_connection().vpc_peering_connection_id(current.id.as_str());
        match call::read("ec2:DeleteVpcPeeringConnection", || request.clone().send()).await {
            Err(error) if error.kind == ErrorKind::NotFound || error.is_code("InvalidStateTransition") => Ok(()),
            Err(error) => Err(error),
            Ok(_) => described::gone(self, cx, &current.id, CHANGING).await,
        }
    }

    /// Nothing is done before the id is recorded: one that is not tagged was not made.
    async fn find(&self, cx: &Cx<'_>, lost: LostCreate<VpcPeeringConnectionAccepterInputs>) -> Result<Found<VpcPeeringConnectionAccepter>> {
        let id = lost.inputs.vpc_peering_connection.as_str();
        let listed = self.describe(&self.0.ec2(cx.home), vec![described::filter(Self::ID_FILTER, [id])]).await?;
        let is_ours = |tag: &types::Tag| tag.key() == Some(UID_TAG) && tag.value() == Some(cx.uid.as_str());
        let found = listed.iter().any(|item| item.tags().iter().any(is_ours));
        Ok(if found { Found::One(Id::new(id)) } else { Found::None })
    }

    async fn claim(&self, cx: &Cx<'_>, id: &Id<VpcPeeringConnectionAccepter>) -> Result<()> {
        tagging::claim(&self.0.ec2(cx.home), cx, id.as_str()).await
    }

    async fn release(&self, cx: &Cx<'_>, id: &Id<VpcPeeringConnectionAccepter>) -> Result<()> {
        tagging::release(&self.0.ec2(cx.home), cx, id.as_str()).await
    }
}
