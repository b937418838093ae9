//! Takes requests in. <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html>
//!
//! A change of `load_balancer_type`, `scheme` or `name` replaces it. Its network interfaces outlive it for a while, so its subnets and
//! security groups wait for them when they are deleted.

use std::time::Duration;

use aws_sdk_elasticloadbalancingv2::{
    Client,
    types::{self, LoadBalancerStateEnum},
};
use blogstack_core::{
    Field, Home, Id, Resource, Set, Tags,
    provider::{Change, Changes, Cx, Doing, ErrorKind, FieldProblem, Observed, Planned, ProviderError, Result, State, Wanted},
};

use super::{
    attributes,
    shared::{self, of_word, word},
};
use crate::{
    account::Account,
    call::{self, missing},
    ec2::{self, SecurityGroup, Subnet, Vpc},
    named::{Holder, Named},
    naming,
    readable::{self, Readable},
    tags,
    values::Arn,
    wait,
};

mod values;

pub use self::values::{
    DesyncMitigationMode, DnsRoutingPolicy, LoadBalancerAttributes, LoadBalancerAttributesArgs, LoadBalancerType, Scheme,
    XffHeaderProcessing,
};

/// Takes requests in, for its listeners to pass on.
///
/// ```
/// # use blogstack_core::{Handle, Scope};
/// use blogstack_aws::{ec2::Subnet, elbv2::{Action, Listener, LoadBalancer, Protocol, TargetGroup}};
///
/// fn program(s: &Scope, one: &Handle<Subnet>, other: &Handle<Subnet>, web: &Handle<TargetGroup>) {
///     let balancer = s.add("web", LoadBalancer::new([one, other]));
///     s.add("http", Listener::new(&balancer, Protocol::Http, 80_u16, Action::forwarding(web)));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(
    type = "aws:elbv2/load-balancer",
    feature = "elbv2",
    exclusive(name),
    after("aws:ec2/internet-gateway", sharing = "aws:ec2/vpc")
)]
pub struct LoadBalancer {
    /// The subnets it stands in, one of each zone; an application load balancer takes two or more.
    pub subnets: Set<Id<Subnet>>,
    /// Its name: up to 32 letters, digits and hyphens, unique in the region; made from the resource's path when it is not set.
    #[field(replace, optional_computed)]
    pub name: String,
    /// What it understands of requests.
    #[field(replace, default = LoadBalancerType::Application)]
    pub load_balancer_type: LoadBalancerType,
    /// Whether the internet reaches it; if so, the network has an internet gateway.
    #[field(replace, default = Scheme::InternetFacing)]
    pub scheme: Scheme,
    /// What may reach it and what it may reach. Unset, it is the network's default group, also again where it was set before. A network
    /// load balancer has none then, and neither gets its first group nor loses its last: it is *replaced*.
    pub security_groups: Option<Set<Id<SecurityGroup>>>,
    /// Further settings; what is unset is as AWS has it.
    pub attributes: Option<LoadBalancerAttributes>,
    /// Tags.
    pub tags: Tags,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
    /// The host name that clients use.
    #[field(computed)]
    pub dns_name: String,
    /// The hosted zone of that name, for records that stand for it.
    #[field(computed)]
    pub canonical_hosted_zone_id: String,
    /// The network it is in.
    #[field(computed)]
    pub vpc: Id<Vpc>,
    /// What it is called in metrics: `app/web/0123456789abcdef`.
    #[field(computed)]
    pub full_name: String,
}

/// The most characters of a name.
const LONGEST: usize = 32;

/// How long one takes to be ready, at most.
const PATIENCE: Duration = Duration::from_mins(15);

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Readable for Provider {
    type Resource = LoadBalancer;
    const OPERATION: &'static str = "elbv2:DescribeLoadBalancers";

    fn account(&self) -> &Account {
        &self.0
    }

    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancers.html>
    async fn read_ids(&self, home: &Home, ids: &[&str]) -> Result<Vec<Observed<LoadBalancer>>> {
        let told = self.tell(home, ids).await?;
        Ok(told.into_iter().map(|told| told.observed).collect())
    }

    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancerAttributes.html>
    async fn complete(&self, home: &Home, wanted: &Wanted<LoadBalancer>, balancer: &mut Observed<LoadBalancer>) -> Result<()> {
        if wanted.manages(LoadBalancer::attributes) {
            let request = self.0.elbv2(home).describe_load_balancer_attributes().load_balancer_arn(balancer.state.id.as_str());
            let told = call::read("elbv2:DescribeLoadBalancerAttributes", || request.clone().send()).await?.attributes;
            let pairs = told.unwrap_or_default().into_iter().filter_map(|pair| Some((pair.key?, pair.value.unwrap_or_default())));
            balancer.state.fields.attributes = attributes::of_pairs(pairs);
        }
        Ok(())
    }
}

/// What AWS tells of a load balancer.
struct Told {
    observed: Observed<LoadBalancer>,
    is_ready: bool,
}

fn told(balancer: types::LoadBalancer, all: Tags) -> Option<Told> {
    let arn = balancer.load_balancer_arn?;
    let state = balancer.state.as_ref();
    let code = state.and_then(|state| state.code.clone());
    let broken = (code == Some(LoadBalancerStateEnum::Failed))
        .then(|| state.and_then(|state| state.reason.clone()).unwrap_or_else(|| "AWS could not set it up".into()));
    let fields = LoadBalancer {
        subnets: balancer.availability_zones.into_iter().flatten().filter_map(|zone| zone.subnet_id).map(Id::new).collect(),
        name: balancer.load_balancer_name?,
        load_balancer_type: of_word(balancer.r#type?.as_str())?,
        scheme: of_word(balancer.scheme?.as_str())?,
        security_groups: Some(balancer.security_groups.into_iter().flatten().map(Id::new).collect()),
        attributes: None,
        tags: tags::of_program(all),
        dns_name: balancer.dns_name.unwrap_or_default(),
        canonical_hosted_zone_id: balancer.canonical_hosted_zone_id.unwrap_or_default(),
        vpc: Id::new(balancer.vpc_id?),
        full_name: shared::full_name(&arn),
        arn: Arn(arn.clone()),
    };
    let observed = Observed { state: State { id: Id::new(arn), fields }, broken };
    Some(Told { observed, is_ready: code != Some(LoadBalancerStateEnum::Provisioning) })
}

impl Provider {
    async fn tell(&self, home: &Home, ids: &[&str]) -> Result<Vec<Told>> {
        let client = self.0.elbv2(home);
        let described = call::each(ids, shared::BATCH, |arns| async {
            let request = client.describe_load_balancers().set_load_balancer_arns(Some(arns));
            Ok(call::read(Self::OPERATION, || request.clone().send()).await?.load_balancers.unwrap_or_default())
        });
        shared::with_tags(&client, described.await?, types::LoadBalancer::load_balancer_arn, told).await
    }
}

/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyLoadBalancerAttributes.html>
async fn set_attributes(client: &Client, id: &Id<LoadBalancer>, wanted: &LoadBalancerAttributes) -> Result<()> {
    let pair = |(key, value): (&str, String)| types::LoadBalancerAttribute::builder().key(key).value(value).build();
    let pairs: Vec<_> = attributes::to_pairs(wanted, &values::KEYS).into_iter().map(pair).collect();
    if pairs.is_empty() {
        return Ok(());
    }
    let request = client.modify_load_balancer_attributes().load_balancer_arn(id.as_str()).set_attributes(Some(pairs));
    call::change("elbv2:ModifyLoadBalancerAttributes", || request.clone().send()).await.map(drop)
}

fn ids<R>(ids: &Set<Id<R>>) -> Vec<String> {
    ids.iter().map(|id| id.as_str().to_owned()).collect()
}

impl Named for Provider {
    const TAGS: Field<LoadBalancer, Tags> = LoadBalancer::tags;
    const NAME: &'static str = "name";
    /// A second create is answered with what is there.
    const TAKEN: &'static [&'static str] = &[];

    fn name(cx: &Cx<'_>, inputs: &LoadBalancerInputs) -> String {
        inputs.name.clone().unwrap_or_else(|| naming::unreserved(cx, LONGEST, &["internal-"]))
    }

    fn check(&self, planned: &Planned<'_, LoadBalancer>) -> Vec<FieldProblem> {
        let name = planned.get(LoadBalancer::name).and_then(|name| shared::name_problem(&name));
        let kind = planned.get(LoadBalancer::load_balancer_type).unwrap_or(LoadBalancerType::Application);
        let least = if kind == LoadBalancerType::Application { 2 } else { 1 };
        let few = planned.get(LoadBalancer::subnets).filter(|subnets| subnets.iter().count() < least);
        let few = few.map(|_| format!("it stands in {least} subnets at least, each in a zone of its own"));
        let none = planned.get(LoadBalancer::security_groups).is_some_and(|groups| groups.is_empty());
        let none =
            (none && kind == LoadBalancerType::Application).then(|| "it has one group at least: leave it unset for the default".into());
        FieldProblem::among([("name", name), ("subnets", few), ("security_groups", none)])
    }

    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html>
    fn replaces(&self, current: &LoadBalancer, planned: &Planned<'_, LoadBalancer>) -> Option<String> {
        if current.load_balancer_type != LoadBalancerType::Network {
            return None;
        }
        let has_some = current.security_groups.as_ref().is_some_and(|groups| !groups.is_empty());
        // Those that the program never spoke of stay as they are.
        let wants_some = match planned.get(LoadBalancer::security_groups) {
            Some(groups) => !groups.is_empty(),
            None => planned.is_set(LoadBalancer::security_groups) || has_some && !planned.is_cleared(LoadBalancer::security_groups),
        };
        match (has_some, wants_some) {
            (false, true) => Some("a network load balancer that was made without security groups never gets any".to_owned()),
            (true, false) => Some("a network load balancer that was made with security groups never loses the last".to_owned()),
            _ => None,
        }
    }

    /// Two to four minutes until it takes requests.
    fn usually_takes(&self, doing: Doing<'_>) -> Duration {
        if doing == Doing::Create { Duration::from_mins(3) } else { Duration::ZERO }
    }

    async fn holder(&self, home: &Home, name: &str) -> Result<Option<Holder<LoadBalancer>>> {
        let client = self.0.elbv2(home);
        let request = client.describe_load_balancers().names(name);
        let found = shared::if_any(call::read(Self::OPERATION, || request.clone().send()).await)?;
        let found = found.and_then(|found| found.load_balancers?.pop()?.load_balancer_arn);
        shared::holder(&client, found).await
    }

    async fn make(&self, cx: &Cx<'_>, name: &str, inputs: &LoadBalancerInputs) -> Result<Id<LoadBalancer>> {
        let request = self
            .0
            .elbv2(cx.home)
            .create_load_balancer()
            .name(name)
            .set_subnets(Some(ids(&inputs.subnets)))
            .set_security_groups(inputs.security_groups.as_ref().map(ids))
            .set_scheme(inputs.scheme.map(|scheme| word(&scheme).as_str().into()))
            .set_type(inputs.load_balancer_type.map(|kind| word(&kind).as_str().into()))
            .set_tags(Some(shared::tags_for(cx, &inputs.tags)));
        let made = call::create("elbv2:CreateLoadBalancer", || request.clone().send()).await?;
        let arn = made.load_balancers.unwrap_or_default().pop().and_then(|balancer| balancer.load_balancer_arn);
        arn.map(Id::new).ok_or_else(|| missing("elbv2:CreateLoadBalancer", "ARN"))
    }

    /// Waits until it takes requests.
    async fn ready(&self, cx: &Cx<'_>, id: &Id<LoadBalancer>) -> Result<State<LoadBalancer>> {
        readable::visible(self, cx.home, id).await?;
        let asked = || async move {
            match self.tell(cx.home, &[id.as_str()]).await?.pop() {
                Some(Told { observed: Observed { broken: Some(why), .. }, .. }) => {
                    Err(ProviderError::new(ErrorKind::Rejected, Self::OPERATION, why))
                }
                told => Ok(told.filter(|told| told.is_ready).map(|told| told.observed.state)),
            }
        };
        wait::until(Self::OPERATION, &format!("`{id}` is active"), cx.timeout.unwrap_or(PATIENCE), asked).await
    }

    async fn finish(&self, cx: &Cx<'_>, id: &Id<LoadBalancer>, inputs: LoadBalancerInputs) -> Result<State<LoadBalancer>> {
        if let Some(wanted) = &inputs.attributes {
            set_attributes(&self.0.elbv2(cx.home), id, wanted).await?;
        }
        self.ready(cx, id).await
    }

    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSubnets.html>
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSecurityGroups.html>
    async fn change(&self, cx: &Cx<'_>, current: &State<LoadBalancer>, _: &LoadBalancer, changes: &Changes<LoadBalancer>) -> Result<()> {
        let (client, id) = (self.0.elbv2(cx.home), &current.id);
        if let Some(subnets) = changes.of(LoadBalancer::subnets)?.set() {
            let request = client.set_subnets().load_balancer_arn(id.as_str()).set_subnets(Some(ids(&subnets)));
            call::change("elbv2:SetSubnets", || request.clone().send()).await?;
        }
        let groups = match changes.of(LoadBalancer::security_groups)? {
            Change::Set(groups) => Some(ids(&groups)),
            Change::Keep => None,
            // There were none.
            Change::Clear if current.fields.load_balancer_type == LoadBalancerType::Network => None,
            Change::Clear => Some(vec![ec2::default_group(&self.0.ec2(cx.home), &current.fields.vpc).await?]),
        };
        if let Some(groups) = groups {
            let request = client.set_security_groups().load_balancer_arn(id.as_str()).set_security_groups(Some(groups));
            call::change("elbv2:SetSecurityGroups", || request.clone().send()).await?;
        }
        match changes.of(LoadBalancer::attributes)?.set() {
            Some(wanted) => set_attributes(&client, id, &wanted).await,
            None => Ok(()),
        }
    }

    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteLoadBalancer.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<LoadBalancer>) -> Result<()> {
        let request = self.0.elbv2(cx.home).delete_load_balancer().load_balancer_arn(current.id.as_str());
        call::read("elbv2:DeleteLoadBalancer", || request.clone().send()).await.map(drop)
    }

    async fn retag(&self, home: &Home, id: &Id<LoadBalancer>, set: Tags, removed: Vec<String>) -> Result<()> {
        shared::retag(&self.0.elbv2(home), id.as_str(), set, removed).await
    }
}
