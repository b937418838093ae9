//! A network's way to the internet. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateInternetGateway.html>
//!
//! For another network that exists it is detached and attached again. When its network is replaced it is replaced too: the old
//! network keeps its gateway until the last public address in it is gone.

use aws_sdk_ec2::{
    Client,
    types::{AttachmentStatus, Filter, InternetGatewayAttachment, ResourceType},
};
use blogstack_core::{
    Field, Home, Id, Resource, Tags,
    provider::{Changes, Cx, ErrorKind, Observed, Planned, Result, State},
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
    values::Arn,
};

/// A network's way to the internet.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::ec2::{InternetGateway, Vpc};
///
/// fn program(s: &Scope) {
///     let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
///     s.add("internet", InternetGateway::new(&vpc));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/internet-gateway", feature = "ec2", exclusive(vpc))]
pub struct InternetGateway {
    /// The network it is attached to, which takes one gateway at most. `detached` is what plans show when there is none.
    pub vpc: Id<Vpc>,
    /// Tags.
    pub tags: Tags,
    /// The account it belongs to.
    #[field(computed)]
    pub owner_id: String,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

/// What stands for the network of a gateway that has none.
const DETACHED: &str = "detached";

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Described for Provider {
    type Resource = InternetGateway;
    type Item = aws_sdk_ec2::types::InternetGateway;
    const OPERATION: &'static str = "ec2:DescribeInternetGateways";
    const ID_FILTER: &'static str = "internet-gateway-id";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn describe(&self, client: &Client, filters: Vec<Filter>) -> Result<Vec<Self::Item>> {
        call::pages(|token| async {
            let request = client.describe_internet_gateways().set_filters(Some(filters.clone())).max_results(1000).set_next_token(token);
            let page = call::read(Self::OPERATION, || request.clone().send()).await?;
            Ok((page.internet_gateways, page.next_token))
        })
        .await
    }

    fn observed(&self, item: Self::Item, home: &Home) -> Option<Observed<InternetGateway>> {
        let id = Id::new(item.internet_gateway_id?);
        let owner_id = item.owner_id.unwrap_or_else(|| home.account.clone());
        let fields = InternetGateway {
            vpc: Id::new(item.attachments.into_iter().flatten().find_map(network).unwrap_or_else(|| DETACHED.into())),
            tags: tagging::of_program(item.tags.as_ref()),
            arn: described::arn(home, &owner_id, "internet-gateway", id.as_str()),
            owner_id,
        };
        Some(State { id, fields }.into())
    }
}

/// The network of an attachment, unless it is ending. An attached gateway reports `available`, which the SDK does not know.
fn network(attachment: InternetGatewayAttachment) -> Option<String> {
    let ends = matches!(attachment.state, Some(AttachmentStatus::Detached | AttachmentStatus::Detaching));
    attachment.vpc_id.filter(|_| !ends)
}

impl Provider {
    /// One that is attached already is refused, also when it was us and we did not hear of it.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachInternetGateway.html>
    async fn attach(&self, cx: &Cx<'_>, id: &Id<InternetGateway>, vpc: &Id<Vpc>) -> Result<State<InternetGateway>> {
        let request = self.0.ec2(cx.home).attach_internet_gateway().internet_gateway_id(id.as_str()).vpc_id(vpc.as_str());
        let answer = call::change("ec2:AttachInternetGateway", || request.clone().send()).await;
        call::forgive(answer.map(drop), |error| error.is_code("Resource.AlreadyAssociated"))?;
        Ok(described::ready(self, cx, id, "attached", described::WINDOW, |gateway| gateway.vpc == *vpc).await?.state)
    }

    /// It is refused for as long as public addresses are mapped through the gateway.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html>
    async fn detach(&self, cx: &Cx<'_>, id: &Id<InternetGateway>, vpc: &Id<Vpc>) -> Result<()> {
        if vpc.as_str() == DETACHED {
            return Ok(());
        }
        let request = self.0.ec2(cx.home).detach_internet_gateway().internet_gateway_id(id.as_str()).vpc_id(vpc.as_str());
        let answer = described::unused("ec2:DetachInternetGateway", cx, || request.clone().send()).await;
        call::forgive(answer.map(drop), |error| error.kind == ErrorKind::NotFound || error.is_code("Gateway.NotAttached"))
    }
}

impl Tagged for Provider {
    const TAGS: Field<InternetGateway, Tags> = InternetGateway::tags;

    fn replaces(&self, current: &InternetGateway, planned: &Planned<'_, InternetGateway>) -> Option<String> {
        let network_is_new = planned.get(InternetGateway::vpc).is_none();
        (network_is_new && current.vpc.as_str() != DETACHED).then(|| "its network is replaced, and needs its gateway to the end".into())
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &InternetGatewayInputs) -> Result<Id<InternetGateway>> {
        let client = self.0.ec2(cx.home);
        let tags = tagging::specification(ResourceType::InternetGateway, cx, &inputs.tags);
        let request = client.create_internet_gateway().tag_specifications(tags);
        let answer = call::create("ec2:CreateInternetGateway", || request.clone().send()).await?;
        let id = answer.internet_gateway.and_then(|gateway| gateway.internet_gateway_id);
        Ok(Id::new(id.ok_or_else(|| missing("ec2:CreateInternetGateway", "gateway id"))?))
    }

    async fn finish(&self, cx: &Cx<'_>, id: &Id<InternetGateway>, inputs: InternetGatewayInputs) -> Result<State<InternetGateway>> {
        self.attach(cx, id, &inputs.vpc).await
    }

    async fn change(
        &self,
        cx: &Cx<'_>,
        current: &State<InternetGateway>,
        seen: &InternetGateway,
        changes: &Changes<InternetGateway>,
    ) -> Result<()> {
        match changes.of(InternetGateway::vpc)?.set().filter(|vpc| *vpc != seen.vpc) {
            Some(vpc) => {
                self.detach(cx, &current.id, &seen.vpc).await?;
                self.attach(cx, &current.id, &vpc).await.map(drop)
            }
            None => Ok(()),
        }
    }

    async fn erase(&self, cx: &Cx<'_>, current: &State<InternetGateway>) -> Result<()> {
        let id = &current.id;
        let seen = described::one(self, cx.home, id).await?;
        self.detach(cx, id, &seen.map_or_else(|| current.fields.vpc.clone(), |seen| seen.state.fields.vpc)).await?;
        let request = self.0.ec2(cx.home).delete_internet_gateway().internet_gateway_id(id.as_str());
        described::unused("ec2:DeleteInternetGateway", cx, || request.clone().send()).await.map(drop)
    }
}
