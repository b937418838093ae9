//! Instances in groups: their states, their health, and what is asked and said of them.
//!
//! Source: *Amazon EC2 Auto Scaling instance lifecycle*, *`Instance`*, *`DescribeAutoScalingInstances`*, *`SetInstanceProtection`*,
//! *`SetInstanceHealth`*.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::configuration::Origin;
use super::group::Group;
use super::hook::Waiting;
use super::{check_word, done, invalid, named, paged, required, stirred};
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::protocol::reply::Answer;

/// An instance in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Member {
    pub(crate) instance: String,
    pub(super) instance_type: String,
    pub(super) zone: String,
    pub(super) image: String,
    pub(super) origin: Option<Origin>,
    pub(super) state: Lifecycle,
    pub(super) healthy: bool,
    pub(super) protected: bool,
    pub(super) launched_at: Moment,
    pub(super) in_service_at: Option<Moment>,
    /// When its failure is noticed, of one that has failed.
    pub(super) noticed_at: Option<Moment>,
    /// The hook that keeps it waiting.
    pub(super) waiting: Option<Waiting>,
    /// What goes on with it.
    pub(super) activity: String,
}

/// *`LifecycleState`*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Lifecycle {
    Pending,
    PendingWait,
    PendingProceed,
    InService,
    Terminating,
    TerminatingWait,
    TerminatingProceed,
    Detaching,
}

impl Lifecycle {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::PendingWait => "Pending:Wait",
            Self::PendingProceed => "Pending:Proceed",
            Self::InService => "InService",
            Self::Terminating => "Terminating",
            Self::TerminatingWait => "Terminating:Wait",
            Self::TerminatingProceed => "Terminating:Proceed",
            Self::Detaching => "Detaching",
        }
    }
}

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "DescribeAutoScalingInstances" => |context, _| describe(context),
        "SetInstanceProtection" => |context, _| protect(context),
        "SetInstanceHealth" => |context, _| set_health(context),
        _ => return None,
    })
}

fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let ids = context.params.list("InstanceIds.member");
    let groups = context.region.auto_scaling_groups.iter_visible(context.now);
    let all = groups.flat_map(|group| group.members.iter().map(move |member| (group, member)));
    let found: Vec<(&Group, &Member)> = all.filter(|(_, member)| ids.is_empty() || ids.contains(&member.instance)).collect();
    let write = |(group, member): (&Group, &Member)| {
        let mut fields = member.written();
        fields["AutoScalingGroupName"] = group.name.clone().into();
        // Here it is written in capitals.
        fields["HealthStatus"] = member.health().to_uppercase().into();
        fields
    };
    paged(context, "AutoScalingInstances", found, |(_, member)| &member.instance, write)
}

fn protect(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (group, ids) = (named(context)?, context.params.list("InstanceIds.member"));
    let on = context.params.flag("ProtectedFromScaleIn")?.ok_or_else(|| invalid("ProtectedFromScaleIn must be specified"))?;
    for id in &ids {
        if group.member(id).is_none_or(Member::is_leaving) {
            return Err(foreign(id, &group.name));
        }
    }
    let group = stirred(context, &group.name)?;
    for member in group.members.iter_mut().filter(|member| ids.contains(&member.instance)) {
        member.protected = on;
    }
    Ok(done())
}

fn set_health(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let id = required(context, "InstanceId")?;
    let status = required(context, "HealthStatus")?;
    check_word(&status, &["Healthy", "Unhealthy"], "healthStatus")?;
    let respects = context.params.flag("ShouldRespectGracePeriod")?.unwrap_or(true);
    let group = of_instance(context, &id)?;
    let grace = std::time::Duration::from_secs(group.settings.health_check_grace_period.into());
    let in_grace = |member: &Member| member.in_service_at.is_none_or(|at| moment::later(at, grace) > context.now);
    let spared = respects && group.member(&id).is_some_and(in_grace);
    if let Some(member) = stirred(context, &group.name)?.member_mut(&id).filter(|_| !spared) {
        member.healthy = status == "Healthy";
    }
    Ok(done())
}

/// The group in which an instance is.
pub(super) fn of_instance(context: &Context<'_>, id: &str) -> Result<Group, Failure> {
    let found = context.all::<Group>().find(|group| group.member(id).is_some()).cloned();
    found.ok_or_else(|| invalid(format!("Instance Id not found - No managed instance found for instance ID: {id}")))
}

/// An instance that is not in a group, or on its way out of it.
pub(super) fn foreign(id: &str, group: &str) -> Failure {
    invalid(format!("The instance {id} is not part of Auto Scaling group {group}."))
}

impl Member {
    /// Whether it is on its way out.
    pub(super) fn is_leaving(&self) -> bool {
        use Lifecycle::{Detaching, Terminating, TerminatingProceed, TerminatingWait};
        matches!(self.state, Terminating | TerminatingWait | TerminatingProceed | Detaching)
    }

    pub(super) fn is_in_service(&self) -> bool {
        self.state == Lifecycle::InService
    }

    /// How much of the desired capacity it makes up.
    pub(super) fn weight(&self) -> u32 {
        self.origin.as_ref().and_then(|origin| origin.weight).unwrap_or(1)
    }

    fn health(&self) -> &'static str {
        if self.healthy { "Healthy" } else { "Unhealthy" }
    }

    pub(super) fn written(&self) -> Value {
        json!({
            "InstanceId": self.instance,
            "InstanceType": self.instance_type,
            "AvailabilityZone": self.zone,
            "ImageId": self.image,
            "LifecycleState": self.state.name(),
            "HealthStatus": self.health(),
            "ProtectedFromScaleIn": self.protected,
            "LaunchTemplate": self.origin.as_ref().map(|origin| origin.template.written()),
            "WeightedCapacity": self.origin.as_ref().and_then(|origin| origin.weight).map(|weight| weight.to_string()),
        })
    }
}
