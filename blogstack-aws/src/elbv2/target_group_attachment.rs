//! A target of a target group. <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html>
//!
//! A change of any field replaces it. It has no tags: its id is group, target and port with underscores between them.

use std::{collections::BTreeMap, time::Duration};

use aws_sdk_elasticloadbalancingv2::{
    Client,
    types::{TargetDescription, TargetHealthDescription, TargetHealthStateEnum},
};
use blogstack_core::{
    Handle, Home, Id, Input, IntoInput, Output, Resource, Value,
    provider::{Cx, Result, State},
};

use super::{
    load_balancer::LoadBalancer,
    shared::{self, of_word},
    target_group::TargetGroup,
};
use crate::{account::Account, call, ec2::Instance, natural::Natural, wait};

/// Makes something a target of a group. It is deleted once it has finished what it was doing, for which the group's deregistration
/// delay leaves it time.
///
/// ```
/// # use blogstack_core::{Handle, Scope};
/// use blogstack_aws::{ec2::Instance, elbv2::{TargetGroup, TargetGroupAttachment}};
///
/// fn program(s: &Scope, web: &Handle<TargetGroup>, server: &Handle<Instance>) {
///     s.add("server", TargetGroupAttachment::new(web, server));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:elbv2/target-group-attachment", feature = "elbv2")]
pub struct TargetGroupAttachment {
    /// The group.
    #[field(replace)]
    pub target_group: Id<TargetGroup>,
    /// An instance, an address or a load balancer, as the group's type says.
    #[field(replace)]
    pub target: TargetId,
    /// The port at which it listens; the group's when it is not set.
    #[field(replace)]
    pub port: Option<u16>,
    /// `all` for an address outside the network.
    #[field(replace)]
    pub availability_zone: Option<String>,
    /// Whether it takes requests.
    #[field(computed, volatile)]
    pub state: TargetState,
}

/// What a target is known by: an instance's id, an address, or a load balancer's ARN.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Value)]
pub struct TargetId(pub String);

impl IntoInput<TargetId> for &str {
    fn into_input(self) -> Input<TargetId> {
        TargetId(self.to_owned()).into_input()
    }
}

impl IntoInput<TargetId> for &Handle<Instance> {
    fn into_input(self) -> Input<TargetId> {
        Input::from_expr(IntoInput::<Id<Instance>>::into_input(self).into_expr())
    }
}

impl IntoInput<TargetId> for &Handle<LoadBalancer> {
    fn into_input(self) -> Input<TargetId> {
        Input::from_expr(IntoInput::<Id<LoadBalancer>>::into_input(self).into_expr())
    }
}

impl IntoInput<TargetId> for &Output<std::net::Ipv4Addr> {
    fn into_input(self) -> Input<TargetId> {
        Input::from_expr(IntoInput::<std::net::Ipv4Addr>::into_input(self).into_expr())
    }
}

/// Whether a target takes requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum TargetState {
    /// It is being checked for the first time.
    Initial,
    /// It does.
    Healthy,
    /// It does not: its checks fail.
    Unhealthy,
    /// Nobody asks it: no listener uses the group, or it does not run.
    Unused,
    /// It is finishing what it was doing.
    Draining,
    /// It cannot be told.
    Unavailable,
}

/// How much longer than the longest deregistration delay is waited for one to be done.
const PATIENCE: Duration = Duration::from_mins(65);

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

fn place(group: &str, target: &str, port: Option<u16>) -> Id<TargetGroupAttachment> {
    Id::new(format!("{group}_{target}_{}", port.map(|port| port.to_string()).unwrap_or_default()))
}

/// The parts of an id.
fn parts(id: &str) -> Option<(&str, &str, Option<u16>)> {
    let (rest, port) = id.rsplit_once('_')?;
    let (group, target) = rest.split_once('_')?;
    Some((group, target, port.parse().ok()))
}

impl Provider {
    /// Every target of a group, draining ones among them, and the group's own port. None of a group that is not there.
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetHealth.html>
    async fn targets(client: &Client, group: &str) -> Result<Option<Vec<TargetHealthDescription>>> {
        let request = client.describe_target_health().target_group_arn(group);
        let told = shared::if_any(call::read(Self::OPERATION, || request.clone().send()).await)?;
        Ok(told.map(|told| told.target_health_descriptions.unwrap_or_default()))
    }

    async fn port_of(client: &Client, group: &str) -> Result<Option<u16>> {
        let request = client.describe_target_groups().target_group_arns(group);
        let told = shared::if_any(call::read("elbv2:DescribeTargetGroups", || request.clone().send()).await)?;
        Ok(told.and_then(|told| shared::port(told.target_groups?.pop()?.port)))
    }
}

/// The target that an id is for, among those of its group.
fn observed(id: &str, own_port: Option<u16>, targets: &[TargetHealthDescription]) -> Option<State<TargetGroupAttachment>> {
    let (group, target, port) = parts(id)?;
    let told = targets.iter().find(|told| {
        let described = told.target();
        described.and_then(TargetDescription::id) == Some(target)
            && described.and_then(|described| shared::port(described.port)) == port.or(own_port)
    })?;
    let state = told.target_health().and_then(|health| health.state());
    if state == Some(&TargetHealthStateEnum::Draining) {
        return None;
    }
    let fields = TargetGroupAttachment {
        target_group: Id::new(group),
        target: TargetId(target.to_owned()),
        port,
        availability_zone: told.target().and_then(|described| described.availability_zone.clone()),
        state: state.and_then(|state| of_word(state.as_str())).unwrap_or(TargetState::Unavailable),
    };
    Some(State { id: Id::new(id), fields })
}

fn description(target: &TargetId, port: Option<u16>, zone: Option<&str>) -> TargetDescription {
    let builder = TargetDescription::builder().id(&target.0).set_port(port.map(i32::from));
    builder.set_availability_zone(zone.map(ToOwned::to_owned)).build()
}

impl Natural for Provider {
    type Resource = TargetGroupAttachment;
    const OPERATION: &'static str = "elbv2:DescribeTargetHealth";

    fn account(&self) -> &Account {
        &self.0
    }

    fn place(inputs: &TargetGroupAttachmentInputs) -> Id<TargetGroupAttachment> {
        place(inputs.target_group.as_str(), &inputs.target.0, inputs.port)
    }

    fn describe(there: &State<TargetGroupAttachment>) -> String {
        let TargetGroupAttachment { target_group, target, .. } = &there.fields;
        format!("`{}` is a target of `{target_group}` already", target.0)
    }

    /// One call for each group, and another for groups whose own port matters.
    async fn read(&self, home: &Home, places: &[&str]) -> Result<Vec<State<TargetGroupAttachment>>> {
        let client = self.0.elbv2(home);
        let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for id in places {
            if let Some((group, ..)) = parts(id) {
                groups.entry(group).or_default().push(id);
            }
        }
        let mut found = Vec::new();
        for (group, ids) in groups {
            let Some(targets) = Self::targets(&client, group).await? else { continue };
            let own_port = if targets.is_empty() { None } else { Self::port_of(&client, group).await? };
            found.extend(ids.into_iter().filter_map(|id| observed(id, own_port, &targets)));
        }
        Ok(found)
    }

    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html>
    async fn make(&self, cx: &Cx<'_>, inputs: &TargetGroupAttachmentInputs) -> Result<()> {
        let target = description(&inputs.target, inputs.port, inputs.availability_zone.as_deref());
        let request = self.0.elbv2(cx.home).register_targets().target_group_arn(inputs.target_group.as_str()).targets(target);
        call::create("elbv2:RegisterTargets", || request.clone().send()).await.map(drop)
    }

    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeregisterTargets.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<TargetGroupAttachment>) -> Result<()> {
        let client = self.0.elbv2(cx.home);
        let TargetGroupAttachment { target_group, target, port, availability_zone, .. } = &current.fields;
        let described = description(target, *port, availability_zone.as_deref());
        let request = client.deregister_targets().target_group_arn(target_group.as_str()).targets(described);
        let answer = call::read("elbv2:DeregisterTargets", || request.clone().send()).await;
        // Of an instance that is gone AWS says so in this way.
        call::forgive(answer.map(drop), |error| error.is_code("InvalidTarget"))
    }

    /// What was under way is finished first, for as long as the group says.
    async fn gone(&self, cx: &Cx<'_>, current: &State<TargetGroupAttachment>) -> Result<()> {
        let client = self.0.elbv2(cx.home);
        let TargetGroupAttachment { target_group, target, port, .. } = &current.fields;
        let group = target_group.as_str();
        let done = || async {
            let Some(targets) = Self::targets(&client, group).await? else { return Ok(Some(())) };
            let own_port = if port.is_some() { *port } else { Self::port_of(&client, group).await? };
            let is_it = |told: &TargetHealthDescription| {
                let described = told.target();
                described.and_then(TargetDescription::id) == Some(target.0.as_str())
                    && described.and_then(|described| shared::port(described.port)) == own_port
            };
            Ok((!targets.iter().any(is_it)).then_some(()))
        };
        let what = format!("`{}` has finished what it was doing", target.0);
        wait::until(Self::OPERATION, &what, cx.timeout.unwrap_or(PATIENCE), done).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_made_of_its_parts() {
        let group = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123";
        for port in [None, Some(8080)] {
            assert_eq!(parts(place(group, "i-1", port).as_str()), Some((group, "i-1", port)));
        }
    }
}
