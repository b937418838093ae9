//! Where requests go. <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html>
//!
//! A change of `vpc`, `protocol`, `port`, `name`, `target_type` or `protocol_version` replaces it. One that a listener uses cannot be
//! deleted: with a name that is left open, the new one is made first and the listener led to it.

use aws_sdk_elasticloadbalancingv2::{Client, types};
use blogstack_core::{
    Field, Home, Id, Resource, Tags,
    provider::{Changes, Cx, FieldProblem, Observed, Planned, Result, State, Wanted},
};

use super::{
    attributes,
    shared::{self, Protocol, of_word, word},
};
use crate::{
    account::Account,
    call::{self, missing},
    ec2::Vpc,
    named::{Holder, Named},
    naming,
    readable::Readable,
    tags,
    values::Arn,
};

mod check;
mod values;

pub use self::values::{
    CrossZone, HealthCheck, HealthCheckArgs, LoadBalancingAlgorithm, ProtocolVersion, StickinessType, TargetGroupAttributes,
    TargetGroupAttributesArgs, TargetType,
};

/// Instances, addresses or load balancers that requests are forwarded to, and how their health is checked.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::{ec2::Vpc, elbv2::{HealthCheck, Protocol, TargetGroup}};
///
/// fn program(s: &Scope) {
///     let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
///     s.add("web", TargetGroup::new(&vpc, Protocol::Http, 80_u16).health_check(HealthCheck::new().path("/health")));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:elbv2/target-group", feature = "elbv2", exclusive(name))]
pub struct TargetGroup {
    /// The network in which the targets are.
    #[field(replace)]
    pub vpc: Id<Vpc>,
    /// What targets speak.
    #[field(replace)]
    pub protocol: Protocol,
    /// The port at which they do, where the registration of one does not say otherwise.
    #[field(replace)]
    pub port: u16,
    /// Its name: up to 32 letters, digits and hyphens, unique in the region; made from the resource's path when it is not set. With a
    /// set name, a replacement has to delete the old one first, which a listener that uses it does not allow.
    #[field(replace, optional_computed)]
    pub name: String,
    /// What its targets are.
    #[field(replace, default = TargetType::Instance)]
    pub target_type: TargetType,
    /// The version of HTTP that targets speak.
    #[field(replace, optional_computed)]
    pub protocol_version: ProtocolVersion,
    /// How targets are checked; what is unset is as AWS has it.
    pub health_check: Option<HealthCheck>,
    /// Further settings; what is unset is as AWS has it.
    pub attributes: Option<TargetGroupAttributes>,
    /// Tags.
    pub tags: Tags,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
    /// What it is called in metrics: `targetgroup/web/0123456789abcdef`.
    #[field(computed)]
    pub full_name: String,
}

/// The most characters of a name.
const LONGEST: usize = 32;

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Readable for Provider {
    type Resource = TargetGroup;
    const OPERATION: &'static str = "elbv2:DescribeTargetGroups";

    fn account(&self) -> &Account {
        &self.0
    }

    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetGroups.html>
    async fn read_ids(&self, home: &Home, ids: &[&str]) -> Result<Vec<Observed<TargetGroup>>> {
        let client = self.0.elbv2(home);
        let described = call::each(ids, shared::BATCH, |arns| async {
            let request = client.describe_target_groups().set_target_group_arns(Some(arns));
            Ok(call::read(Self::OPERATION, || request.clone().send()).await?.target_groups.unwrap_or_default())
        });
        shared::with_tags(&client, described.await?, types::TargetGroup::target_group_arn, |group, tags| observed(&group, tags)).await
    }

    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetGroupAttributes.html>
    async fn complete(&self, home: &Home, wanted: &Wanted<TargetGroup>, group: &mut Observed<TargetGroup>) -> Result<()> {
        if wanted.manages(TargetGroup::attributes) {
            let request = self.0.elbv2(home).describe_target_group_attributes().target_group_arn(group.state.id.as_str());
            let told = call::read("elbv2:DescribeTargetGroupAttributes", || request.clone().send()).await?.attributes;
            let pairs = told.unwrap_or_default().into_iter().filter_map(|pair| Some((pair.key?, pair.value.unwrap_or_default())));
            group.state.fields.attributes = attributes::of_pairs(pairs);
        }
        Ok(())
    }
}

fn observed(group: &types::TargetGroup, all: Tags) -> Option<Observed<TargetGroup>> {
    let arn = group.target_group_arn.clone()?;
    let protocol_version = group.protocol_version.as_deref().and_then(of_word);
    let fields = TargetGroup {
        vpc: Id::new(group.vpc_id.clone()?),
        protocol: of_word(group.protocol.as_ref()?.as_str())?,
        port: shared::port(group.port)?,
        name: group.target_group_name.clone()?,
        target_type: of_word(group.target_type.as_ref()?.as_str())?,
        protocol_version: protocol_version.unwrap_or(ProtocolVersion::None),
        health_check: Some(HealthCheck::of_sdk(group)),
        attributes: None,
        tags: tags::of_program(all),
        full_name: shared::full_name(&arn),
        arn: Arn(arn.clone()),
    };
    Some(State { id: Id::new(arn), fields }.into())
}

/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyTargetGroupAttributes.html>
async fn set_attributes(client: &Client, id: &Id<TargetGroup>, wanted: &TargetGroupAttributes) -> Result<()> {
    let pair = |(key, value): (&str, String)| types::TargetGroupAttribute::builder().key(key).value(value).build();
    let pairs: Vec<_> = attributes::to_pairs(wanted, &values::KEYS).into_iter().map(pair).collect();
    if pairs.is_empty() {
        return Ok(());
    }
    let request = client.modify_target_group_attributes().target_group_arn(id.as_str()).set_attributes(Some(pairs));
    call::change("elbv2:ModifyTargetGroupAttributes", || request.clone().send()).await.map(drop)
}

/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyTargetGroup.html>
async fn set_health_check(client: &Client, id: &Id<TargetGroup>, check: &HealthCheck, grpc: bool) -> Result<()> {
    let request = client
        .modify_target_group()
        .target_group_arn(id.as_str())
        .set_health_check_enabled(check.enabled)
        .set_health_check_protocol(check.protocol.map(|protocol| word(&protocol).as_str().into()))
        .set_health_check_port(check.port.clone())
        .set_health_check_path(check.path.clone())
        .set_health_check_interval_seconds(shared::number(check.interval_seconds))
        .set_health_check_timeout_seconds(shared::number(check.timeout_seconds))
        .set_healthy_threshold_count(shared::number(check.healthy_threshold_count))
        .set_unhealthy_threshold_count(shared::number(check.unhealthy_threshold_count))
        .set_matcher(check.sdk_matcher(grpc));
    call::change("elbv2:ModifyTargetGroup", || request.clone().send()).await.map(drop)
}

impl Named for Provider {
    const TAGS: Field<TargetGroup, Tags> = TargetGroup::tags;
    const NAME: &'static str = "name";
    /// A second create is answered with what is there.
    const TAKEN: &'static [&'static str] = &[];

    fn name(cx: &Cx<'_>, inputs: &TargetGroupInputs) -> String {
        inputs.name.clone().unwrap_or_else(|| naming::generated(cx, LONGEST))
    }

    fn check(&self, planned: &Planned<'_, TargetGroup>) -> Vec<FieldProblem> {
        check::problems(planned)
    }

    async fn holder(&self, home: &Home, name: &str) -> Result<Option<Holder<TargetGroup>>> {
        let client = self.0.elbv2(home);
        let request = client.describe_target_groups().names(name);
        let found = shared::if_any(call::read(Self::OPERATION, || request.clone().send()).await)?;
        let found = found.and_then(|found| found.target_groups?.pop()?.target_group_arn);
        shared::holder(&client, found).await
    }

    async fn make(&self, cx: &Cx<'_>, name: &str, inputs: &TargetGroupInputs) -> Result<Id<TargetGroup>> {
        let version = inputs.protocol_version.filter(|version| *version != ProtocolVersion::None);
        let mut request = self
            .0
            .elbv2(cx.home)
            .create_target_group()
            .name(name)
            .vpc_id(inputs.vpc.as_str())
            .protocol(word(&inputs.protocol).as_str().into())
            .port(i32::from(inputs.port))
            .set_target_type(inputs.target_type.map(|kind| word(&kind).as_str().into()))
            .set_protocol_version(version.map(|version| word(&version)))
            .set_tags(Some(shared::tags_for(cx, &inputs.tags)));
        if let Some(check) = &inputs.health_check {
            request = request
                .set_health_check_enabled(check.enabled)
                .set_health_check_protocol(check.protocol.map(|protocol| word(&protocol).as_str().into()))
                .set_health_check_port(check.port.clone())
                .set_health_check_path(check.path.clone())
                .set_health_check_interval_seconds(shared::number(check.interval_seconds))
                .set_health_check_timeout_seconds(shared::number(check.timeout_seconds))
                .set_healthy_threshold_count(shared::number(check.healthy_threshold_count))
                .set_unhealthy_threshold_count(shared::number(check.unhealthy_threshold_count))
                .set_matcher(check.sdk_matcher(version == Some(ProtocolVersion::Grpc)));
        }
        let made = call::create("elbv2:CreateTargetGroup", || request.clone().send()).await?;
        let arn = made.target_groups.unwrap_or_default().pop().and_then(|group| group.target_group_arn);
        arn.map(Id::new).ok_or_else(|| missing("elbv2:CreateTargetGroup", "ARN"))
    }

    async fn finish(&self, cx: &Cx<'_>, id: &Id<TargetGroup>, inputs: TargetGroupInputs) -> Result<State<TargetGroup>> {
        if let Some(wanted) = &inputs.attributes {
            set_attributes(&self.0.elbv2(cx.home), id, wanted).await?;
        }
        self.ready(cx, id).await
    }

    async fn change(&self, cx: &Cx<'_>, current: &State<TargetGroup>, _: &TargetGroup, changes: &Changes<TargetGroup>) -> Result<()> {
        let (client, id) = (self.0.elbv2(cx.home), &current.id);
        if let Some(check) = changes.of(TargetGroup::health_check)?.set() {
            set_health_check(&client, id, &check, current.fields.protocol_version == ProtocolVersion::Grpc).await?;
        }
        match changes.of(TargetGroup::attributes)?.set() {
            Some(wanted) => set_attributes(&client, id, &wanted).await,
            None => Ok(()),
        }
    }

    /// One that a listener or rule still uses is not deleted: they may be about to let go of it.
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteTargetGroup.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<TargetGroup>) -> Result<()> {
        let request = self.0.elbv2(cx.home).delete_target_group().target_group_arn(current.id.as_str());
        let send = || async { call::read("elbv2:DeleteTargetGroup", || request.clone().send()).await };
        shared::once_unused(cx, send).await.map(drop)
    }

    async fn retag(&self, home: &Home, id: &Id<TargetGroup>, set: Tags, removed: Vec<String>) -> Result<()> {
        shared::retag(&self.0.elbv2(home), id.as_str(), set, removed).await
    }
}
