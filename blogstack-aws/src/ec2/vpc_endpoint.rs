//! A way to one of AWS's services that stays in the network. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html>
//!
//! A change of `vpc`, `service_name` or `vpc_endpoint_type` replaces it. Making and deleting one with interfaces takes minutes.

use std::time::Duration;

use aws_sdk_ec2::{
    Client,
    types::{self, Filter, ResourceType},
};
use blogstack_core::{
    Field, Home, Id, Resource, Set, Tags, Value,
    provider::{Changes, Cx, FieldProblem, Observed, Planned, Result, State},
};

use super::{
    described::{self, Described},
    route_table::RouteTable,
    security_group::SecurityGroup,
    subnet::Subnet,
    tagged::Tagged,
    tagging, unsuccessful,
    vpc::Vpc,
};
use crate::{
    account::Account,
    call::{self, missing},
    values::Arn,
};

mod check;
mod policy;
mod update;

pub use self::policy::EndpointPolicy;

/// A way to one of AWS's services that stays in the network: by routes to S3 and `DynamoDB`, by network interfaces to most others.
///
/// ```
/// # use blogstack_core::{Handle, Scope};
/// use blogstack_aws::ec2::{RouteTable, SecurityGroup, Subnet, Vpc, VpcEndpoint, VpcEndpointType};
///
/// fn program(s: &Scope, vpc: &Handle<Vpc>, table: &Handle<RouteTable>, subnet: &Handle<Subnet>, group: &Handle<SecurityGroup>) {
///     s.add("s3", VpcEndpoint::new(vpc, "com.amazonaws.eu-west-1.s3").route_tables([table]));
///     let ssm = VpcEndpoint::new(vpc, "com.amazonaws.eu-west-1.ssm").vpc_endpoint_type(VpcEndpointType::Interface);
///     s.add("ssm", ssm.subnets([subnet]).security_groups([group]));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/vpc-endpoint", feature = "ec2", exclusive(service_name, route_tables))]
pub struct VpcEndpoint {
    /// The network.
    #[field(replace)]
    pub vpc: Id<Vpc>,
    /// The service, as in `com.amazonaws.eu-west-1.s3`.
    #[field(replace)]
    pub service_name: String,
    /// Whether routes lead to it, or interfaces. S3 and `DynamoDB` have both.
    #[field(replace, default = VpcEndpointType::Gateway)]
    pub vpc_endpoint_type: VpcEndpointType,
    /// What may be done through it, on top of what the service itself allows; everything when it is not set.
    pub policy_document: Option<EndpointPolicy>,
    /// Of a gateway: the tables that lead to it. A table leads to one endpoint for each service.
    #[field(default = Set::<Id<RouteTable>>::from_iter([]))]
    pub route_tables: Set<Id<RouteTable>>,
    /// Of one with interfaces: the subnets that get one, one for each zone at most.
    #[field(default = Set::<Id<Subnet>>::from_iter([]))]
    pub subnets: Set<Id<Subnet>>,
    /// Of one with interfaces: what may reach them. Unset, AWS takes the network's default group.
    #[field(optional_computed)]
    pub security_groups: Set<Id<SecurityGroup>>,
    /// Of one with interfaces: whether the service's usual name leads to it within the network, which must have DNS support and host
    /// names. Unset, AWS says yes.
    #[field(optional_computed)]
    pub private_dns_enabled: bool,
    /// Tags.
    pub tags: Tags,
    /// How far it is.
    #[field(computed)]
    pub state: VpcEndpointState,
    /// Its names, its own first; none of a gateway.
    #[field(computed, volatile)]
    pub dns_names: Vec<String>,
    /// The ids of its network interfaces.
    #[field(computed, volatile)]
    pub network_interface_ids: Vec<String>,
    /// The account it belongs to.
    #[field(computed)]
    pub owner_id: String,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

/// How an endpoint is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum VpcEndpointType {
    /// By routes, free of charge.
    Gateway,
    /// By network interfaces in subnets.
    Interface,
}

/// How far an endpoint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum VpcEndpointState {
    /// It is being made.
    Pending,
    /// It takes traffic.
    Available,
    /// It takes none any more, or never did.
    Unusable,
}

/// How long making one may take: usually one to three minutes.
const MAKING: Duration = Duration::from_mins(10);

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

fn ids<R>(texts: Option<Vec<String>>) -> Set<Id<R>>
where
    Id<R>: Ord,
{
    texts.into_iter().flatten().map(Id::new).collect()
}

fn texts<R>(ids: Option<&Set<Id<R>>>) -> Option<Vec<String>> {
    ids.map(|ids| ids.iter().map(ToString::to_string).collect::<Vec<_>>()).filter(|ids| !ids.is_empty())
}

impl Described for Provider {
    type Resource = VpcEndpoint;
    type Item = types::VpcEndpoint;
    const OPERATION: &'static str = "ec2:DescribeVpcEndpoints";
    const ID_FILTER: &'static str = "vpc-endpoint-id";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn describe(&self, client: &Client, filters: Vec<Filter>) -> Result<Vec<Self::Item>> {
        call::pages(|token| async {
            let request = client.describe_vpc_endpoints().set_filters(Some(filters.clone())).max_results(1000).set_next_token(token);
            let page = call::read(Self::OPERATION, || request.clone().send()).await?;
            Ok((page.vpc_endpoints, page.next_token))
        })
        .await
    }

    /// The model writes the states with capitals, the service without. A deleted one stays listed for a while.
    fn observed(&self, item: Self::Item, home: &Home) -> Option<Observed<VpcEndpoint>> {
        let (state, broken) = match item.state()?.as_str().to_ascii_lowercase().as_str() {
            "deleted" => return None,
            "available" => (VpcEndpointState::Available, None),
            "pending" | "partial" => (VpcEndpointState::Pending, None),
            "deleting" => (VpcEndpointState::Unusable, Some("it is being deleted".to_owned())),
            "pendingacceptance" => (VpcEndpointState::Unusable, Some("the owner of the service has to accept it".to_owned())),
            other => (VpcEndpointState::Unusable, Some(item.failure_reason.clone().unwrap_or_else(|| format!("it is {other}")))),
        };
        let is_gateway = item.vpc_endpoint_type() == Some(&types::VpcEndpointType::Gateway);
        let groups = item.groups().iter().filter_map(|group| group.group_id()).map(Id::new).collect();
        let dns_names = item.dns_entries().iter().filter_map(|entry| entry.dns_name.clone()).collect();
        let id = Id::new(item.vpc_endpoint_id?);
        let owner_id = item.owner_id.unwrap_or_else(|| home.account.clone());
        let fields = VpcEndpoint {
            vpc: Id::new(item.vpc_id?),
            service_name: item.service_name?,
            vpc_endpoint_type: if is_gateway { VpcEndpointType::Gateway } else { VpcEndpointType::Interface },
            policy_document: item.policy_document.and_then(|text| text.parse().ok()),
            route_tables: ids(item.route_table_ids),
            subnets: ids(item.subnet_ids),
            security_groups: groups,
            private_dns_enabled: item.private_dns_enabled.unwrap_or_default(),
            tags: tagging::of_program(item.tags.as_ref()),
            state,
            dns_names,
            network_interface_ids: item.network_interface_ids.unwrap_or_default(),
            arn: described::arn(home, &owner_id, "vpc-endpoint", id.as_str()),
            owner_id,
        };
        Some(Observed { state: State { id, fields }, broken })
    }
}

impl Tagged for Provider {
    const TAGS: Field<VpcEndpoint, Tags> = VpcEndpoint::tags;
    const DELETING: Duration = MAKING;

    fn check(&self, planned: &Planned<'_, VpcEndpoint>) -> Vec<FieldProblem> {
        check::problems(planned)
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &VpcEndpointInputs) -> Result<Id<VpcEndpoint>> {
        let kind = inputs.vpc_endpoint_type.map(|kind| match kind {
            VpcEndpointType::Gateway => types::VpcEndpointType::Gateway,
            VpcEndpointType::Interface => types::VpcEndpointType::Interface,
        });
        let client = self.0.ec2(cx.home);
        let request = client
            .create_vpc_endpoint()
            .client_token(cx.token())
            .vpc_id(inputs.vpc.as_str())
            .service_name(inputs.service_name.clone())
            .set_vpc_endpoint_type(kind)
            .set_policy_document(inputs.policy_document.as_ref().map(ToString::to_string))
            .set_route_table_ids(texts(inputs.route_tables.as_ref()))
            .set_subnet_ids(texts(inputs.subnets.as_ref()))
            .set_security_group_ids(texts(inputs.security_groups.as_ref()))
            .set_private_dns_enabled(inputs.private_dns_enabled)
            .tag_specifications(tagging::specification(ResourceType::VpcEndpoint, cx, &inputs.tags));
        let answer = call::create("ec2:CreateVpcEndpoint", || request.clone().send()).await?;
        let id = answer.vpc_endpoint.and_then(|endpoint| endpoint.vpc_endpoint_id);
        Ok(Id::new(id.ok_or_else(|| missing("ec2:CreateVpcEndpoint", "endpoint id"))?))
    }

    async fn ready(&self, cx: &Cx<'_>, id: &Id<VpcEndpoint>) -> Result<State<VpcEndpoint>> {
        let is_ready = |endpoint: &VpcEndpoint| endpoint.state == VpcEndpointState::Available;
        Ok(described::ready(self, cx, id, "available", MAKING, is_ready).await?.state)
    }

    async fn change(&self, cx: &Cx<'_>, current: &State<VpcEndpoint>, seen: &VpcEndpoint, changes: &Changes<VpcEndpoint>) -> Result<()> {
        update::modify(&self.0.ec2(cx.home), &current.id, seen, changes).await
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<VpcEndpoint>) -> Result<()> {
        let request = self.0.ec2(cx.home).delete_vpc_endpoints().vpc_endpoint_ids(current.id.as_str());
        let answer = call::read("ec2:DeleteVpcEndpoints", || request.clone().send()).await;
        answer.and_then(|answer| unsuccessful::none("ec2:DeleteVpcEndpoints", answer.unsuccessful))
    }
}
