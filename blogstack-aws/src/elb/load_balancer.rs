//! Takes requests in. <https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_CreateLoadBalancer.html>
//!
//! A change of `load_balancer_name` or `scheme` replaces it. Its network interfaces outlive it for a while, so its subnets and security
//! groups wait for them when they are deleted.

use aws_sdk_elasticloadbalancing::{
    Client,
    types::{Instance as SdkInstance, LoadBalancerDescription},
};
use blogstack_core::{
    Field, Home, Id, Resource, Set, Tags,
    provider::{Change, Changes, Cx, FieldProblem, Observed, Planned, Result, State, Wanted},
};

use crate::{
    account::Account,
    call::{self, built},
    ec2::{self, Instance, SecurityGroup, Subnet, Vpc},
    named::{Holder, Named},
    naming,
    readable::{self, Readable},
    tags,
    values::{of_word, word},
};

mod attributes;
mod check;
mod listeners;
mod place;
mod policies;
mod tagging;
mod values;

use self::policies::Policies;
pub use self::values::{
    AccessLogs, AccessLogsArgs, DesyncMitigationMode, HealthCheck, HealthCheckArgs, InstancePort, InstanceProtocol, Listener, ListenerArgs,
    Protocol, Scheme,
};

/// Takes requests in and passes them on to instances. New ones are better served by `elbv2`.
///
/// ```
/// # use blogstack_core::{Handle, Scope};
/// use blogstack_aws::{ec2::{Instance, Subnet}, elb::{HealthCheck, Listener, LoadBalancer, Protocol}};
///
/// fn program(s: &Scope, subnet: &Handle<Subnet>, server: &Handle<Instance>) {
///     let http = Listener::new(Protocol::Http, 80_u16, Protocol::Http, 8080_u16);
///     let web = LoadBalancer::new([subnet], [http]).instances([server]);
///     s.add("web", web.health_check(HealthCheck::new("HTTP:8080/health")));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(
    type = "aws:elb/load-balancer",
    feature = "elb",
    exclusive(load_balancer_name),
    after("aws:ec2/internet-gateway", sharing = "aws:ec2/vpc")
)]
pub struct LoadBalancer {
    /// The subnets it stands in, one of each zone.
    pub subnets: Set<Id<Subnet>>,
    /// Where clients come in.
    pub listeners: Set<Listener>,
    /// Its name: up to 32 letters, digits and hyphens, unique in the region; made from the resource's path when it is not set.
    #[field(replace, optional_computed)]
    pub load_balancer_name: String,
    /// Whether the internet reaches it; if so, the network has an internet gateway.
    #[field(replace, default = Scheme::InternetFacing)]
    pub scheme: Scheme,
    /// What may reach it and what it may reach; the network's default group when it is not set.
    pub security_groups: Option<Set<Id<SecurityGroup>>>,
    /// The instances that requests are passed on to.
    pub instances: Option<Set<Id<Instance>>>,
    /// How instances are found to be well; AWS opens a connection when it is not set.
    #[field(optional_computed)]
    pub health_check: HealthCheck,
    /// Whether instances of other zones get requests too.
    #[field(default = false)]
    pub cross_zone_load_balancing: Option<bool>,
    /// Where each request is noted; nowhere when it is not set.
    pub access_logs: Option<AccessLogs>,
    /// For how many seconds an instance that goes may finish what it was doing, 1 to 3600; not at all when it is not set.
    pub connection_draining_timeout: Option<u32>,
    /// After how many seconds without traffic a connection is closed, 1 to 4000.
    #[field(default = 60)]
    pub idle_timeout: Option<u32>,
    /// What becomes of requests that could mean two things.
    #[field(default = DesyncMitigationMode::Defensive)]
    pub desync_mitigation_mode: Option<DesyncMitigationMode>,
    /// Tags.
    pub tags: Tags,
    /// The host name that clients use.
    #[field(computed)]
    pub dns_name: String,
    /// The hosted zone of that name, for records that stand for it.
    #[field(computed)]
    pub canonical_hosted_zone_id: String,
    /// The network it is in.
    #[field(computed)]
    pub vpc: Id<Vpc>,
}

/// The most characters of a name.
const LONGEST: usize = 32;

/// How many load balancers are described at once.
const BATCH: usize = 20;

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Readable for Provider {
    type Resource = LoadBalancer;
    const OPERATION: &'static str = "elb:DescribeLoadBalancers";

    fn account(&self) -> &Account {
        &self.0
    }

    /// The policies of those that have any take a call for each.
    async fn read_ids(&self, home: &Home, ids: &[&str]) -> Result<Vec<Observed<LoadBalancer>>> {
        let client = self.0.elb(home);
        let told = described(&client, ids).await?;
        let names: Vec<&str> = told.iter().filter_map(LoadBalancerDescription::load_balancer_name).collect();
        let mut all_tags = tagging::of(&client, &names).await?;
        let mut found = Vec::new();
        for balancer in &told {
            // One whose tags are missing went in between.
            let tags = balancer.load_balancer_name().and_then(|name| all_tags.remove(name));
            let Some(tags) = tags else { continue };
            let policies = policies::all(&client, balancer).await?;
            found.extend(observed(balancer, &policies, tags));
        }
        Ok(found)
    }

    /// Attributes take a call for each.
    async fn complete(&self, home: &Home, wanted: &Wanted<LoadBalancer>, balancer: &mut Observed<LoadBalancer>) -> Result<()> {
        let manages_any = wanted.manages(LoadBalancer::cross_zone_load_balancing)
            || wanted.manages(LoadBalancer::access_logs)
            || wanted.manages(LoadBalancer::connection_draining_timeout)
            || wanted.manages(LoadBalancer::idle_timeout)
            || wanted.manages(LoadBalancer::desync_mitigation_mode);
        if manages_any { attributes::read(&self.0.elb(home), &mut balancer.state.fields).await } else { Ok(()) }
    }
}

/// The load balancers of these names that there are.
/// <https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DescribeLoadBalancers.html>
async fn described(client: &Client, names: &[&str]) -> Result<Vec<LoadBalancerDescription>> {
    call::each(names, BATCH, |names| async {
        let request = client.describe_load_balancers().set_load_balancer_names(Some(names));
        Ok(call::read(Provider::OPERATION, || request.clone().send()).await?.load_balancer_descriptions.unwrap_or_default())
    })
    .await
}

fn observed(told: &LoadBalancerDescription, policies: &Policies, all: Tags) -> Option<Observed<LoadBalancer>> {
    let name = told.load_balancer_name()?;
    let instances = told.instances().iter().filter_map(|instance| instance.instance_id()).map(Id::new);
    let fields = LoadBalancer {
        subnets: told.subnets().iter().map(|id| Id::new(id.as_str())).collect(),
        listeners: listeners::of_sdk(told, policies).into_iter().collect(),
        load_balancer_name: name.to_owned(),
        scheme: of_word(told.scheme()?)?,
        security_groups: Some(told.security_groups().iter().map(|id| Id::new(id.as_str())).collect()),
        instances: Some(instances.collect()),
        health_check: check_of_sdk(told)?,
        cross_zone_load_balancing: None,
        access_logs: None,
        connection_draining_timeout: None,
        idle_timeout: None,
        desync_mitigation_mode: None,
        tags: tags::of_program(all),
        dns_name: told.dns_name().unwrap_or_default().to_owned(),
        canonical_hosted_zone_id: told.canonical_hosted_zone_name_id().unwrap_or_default().to_owned(),
        vpc: Id::new(told.vpc_id()?),
    };
    Some(State { id: Id::new(name), fields }.into())
}

fn check_of_sdk(told: &LoadBalancerDescription) -> Option<HealthCheck> {
    let (check, count) = (told.health_check()?, |number: i32| u32::try_from(number).ok());
    Some(HealthCheck {
        target: check.target().to_owned(),
        interval: count(check.interval())?,
        timeout: count(check.timeout())?,
        unhealthy_threshold: count(check.unhealthy_threshold())?,
        healthy_threshold: count(check.healthy_threshold())?,
    })
}

/// <https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_ConfigureHealthCheck.html>
async fn set_check(client: &Client, balancer: &str, check: &HealthCheck) -> Result<()> {
    const OPERATION: &str = "elb:ConfigureHealthCheck";
    let number = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
    let sdk = aws_sdk_elasticloadbalancing::types::HealthCheck::builder()
        .target(&check.target)
        .interval(number(check.interval))
        .timeout(number(check.timeout))
        .unhealthy_threshold(number(check.unhealthy_threshold))
        .healthy_threshold(number(check.healthy_threshold));
    let request = client.configure_health_check().load_balancer_name(balancer).health_check(built(OPERATION, sdk.build())?);
    call::change("elb:ConfigureHealthCheck", || request.clone().send()).await.map(drop)
}

impl Named for Provider {
    const TAGS: Field<LoadBalancer, Tags> = LoadBalancer::tags;
    const NAME: &'static str = "load_balancer_name";
    const TAKEN: &'static [&'static str] = &["DuplicateLoadBalancerName"];
    /// One with the same settings may be answered with what is there.
    const LOOKS_FIRST: bool = true;

    fn name(cx: &Cx<'_>, inputs: &LoadBalancerInputs) -> String {
        inputs.load_balancer_name.clone().unwrap_or_else(|| naming::unreserved(cx, LONGEST, &["internal-"]))
    }

    fn check(&self, planned: &Planned<'_, LoadBalancer>) -> Vec<FieldProblem> {
        check::check(planned)
    }

    async fn holder(&self, home: &Home, name: &str) -> Result<Option<Holder<LoadBalancer>>> {
        let tags = tagging::of(&self.0.elb(home), &[name]).await?.remove(name);
        Ok(tags.map(|tags| Holder { id: Id::new(name), tags }))
    }

    async fn make(&self, cx: &Cx<'_>, name: &str, inputs: &LoadBalancerInputs) -> Result<Id<LoadBalancer>> {
        const OPERATION: &str = "elb:CreateLoadBalancer";
        let listeners = inputs.listeners.iter().map(|listener| listeners::to_sdk(OPERATION, listener)).collect::<Result<Vec<_>>>()?;
        let all_tags = inputs.tags.clone().into_iter().chain(cx.ownership_tags());
        let request = self.0.elb(cx.home).create_load_balancer().load_balancer_name(name);
        let request = request
            .set_listeners(Some(listeners))
            .set_subnets(Some(place::ids(&inputs.subnets)))
            .set_security_groups(inputs.security_groups.as_ref().map(place::ids))
            // There is only one word: what is not said is for the internet.
            .set_scheme(inputs.scheme.filter(|scheme| *scheme == Scheme::Internal).map(|scheme| word(&scheme)))
            .set_tags(Some(tagging::sdk_tags(OPERATION, all_tags)?));
        call::create("elb:CreateLoadBalancer", || request.clone().send()).await?;
        Ok(Id::new(name))
    }

    async fn finish(&self, cx: &Cx<'_>, id: &Id<LoadBalancer>, inputs: LoadBalancerInputs) -> Result<State<LoadBalancer>> {
        let client = self.0.elb(cx.home);
        readable::visible(self, cx.home, id).await?;
        if let Some(check) = &inputs.health_check {
            set_check(&client, id.as_str(), check).await?;
        }
        attributes::Wanted::of_inputs(&inputs).send(&client, id.as_str()).await?;
        let wanted: Vec<Listener> = inputs.listeners.into_iter().collect();
        listeners::align(&client, id.as_str(), &wanted).await?;
        place::align_instances(&client, id.as_str(), &Set::default(), &inputs.instances.unwrap_or_default()).await?;
        self.ready(cx, id).await
    }

    async fn change(&self, cx: &Cx<'_>, current: &State<LoadBalancer>, seen: &LoadBalancer, changes: &Changes<LoadBalancer>) -> Result<()> {
        let (client, name) = (self.0.elb(cx.home), current.id.as_str());
        match changes.of(LoadBalancer::security_groups)? {
            Change::Keep => {}
            Change::Set(groups) => place::set_groups(&client, name, place::ids(&groups)).await?,
            Change::Clear => {
                let group = ec2::default_group(&self.0.ec2(cx.home), &seen.vpc).await?;
                place::set_groups(&client, name, vec![group]).await?;
            }
        }
        if let Some(subnets) = changes.of(LoadBalancer::subnets)?.set() {
            place::align_subnets(&client, name, &seen.subnets, &subnets).await?;
        }
        match changes.of(LoadBalancer::listeners)?.set() {
            Some(wanted) => listeners::align(&client, name, &wanted.into_iter().collect::<Vec<_>>()).await?,
            None => listeners::tidy(&client, name).await?,
        }
        if let Some(check) = changes.of(LoadBalancer::health_check)?.set() {
            set_check(&client, name, &check).await?;
        }
        attributes::Wanted::of_changes(changes)?.send(&client, name).await?;
        let there = seen.instances.clone().unwrap_or_default();
        match changes.of(LoadBalancer::instances)? {
            Change::Keep => Ok(()),
            Change::Set(wanted) => place::align_instances(&client, name, &there, &wanted).await,
            Change::Clear => place::align_instances(&client, name, &there, &Set::default()).await,
        }
    }

    /// <https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DeleteLoadBalancer.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<LoadBalancer>) -> Result<()> {
        let request = self.0.elb(cx.home).delete_load_balancer().load_balancer_name(current.id.as_str());
        call::read("elb:DeleteLoadBalancer", || request.clone().send()).await.map(drop)
    }

    async fn retag(&self, home: &Home, id: &Id<LoadBalancer>, set: Tags, removed: Vec<String>) -> Result<()> {
        tagging::retag(&self.0.elb(home), id.as_str(), set, removed).await
    }
}

/// An instance as the SDK has it.
fn sdk_instance(id: &Id<Instance>) -> SdkInstance {
    SdkInstance::builder().instance_id(id.as_str()).build()
}
