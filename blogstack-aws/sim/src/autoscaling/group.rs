//! Groups of instances.
//!
//! Source: *`CreateAutoScalingGroup`*, *`UpdateAutoScalingGroup`*, *`DeleteAutoScalingGroup`*, *`DescribeAutoScalingGroups`*,
//! *`AutoScalingGroup`*. What a group does by itself is in `pulse`.

mod create;
mod delete;
mod settings;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::activity::Activity;
use super::configuration::Configuration;
use super::member::Member;
use super::refresh::Refresh;
use super::{paged, tags};
use crate::context::Context;
use crate::ec2::subnet::Subnet;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::protocol::reply::Answer;
use crate::state::object::{Kind, Object, Tags};

pub(super) use delete::remove;

/// A group of instances.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) arn: String,
    created_at: Moment,
    pub(super) configuration: Configuration,
    pub(super) min_size: u32,
    pub(super) max_size: u32,
    pub(super) desired_capacity: u32,
    pub(super) subnets: Vec<String>,
    pub(super) target_groups: Vec<String>,
    pub(super) load_balancers: Vec<String>,
    pub(super) settings: settings::Settings,
    /// The processes that are suspended: *Suspend and resume Amazon EC2 Auto Scaling processes*.
    pub(super) suspended: BTreeSet<String>,
    pub(super) metrics: BTreeSet<String>,
    pub(super) tags: Tags,
    /// The keys of those tags that instances get as they are launched.
    pub(super) propagated: BTreeSet<String>,
    /// It goes as soon as its instances are gone.
    pub(super) deleting: bool,
    pub(super) members: Vec<Member>,
    /// What it did, the newest last.
    pub(super) activities: Vec<Activity>,
    pub(super) refreshes: Vec<Refresh>,
    /// Why the desired capacity is what it is, for the next activity.
    pub(super) cause: String,
    /// When the last activity ended that a simple policy began: *Scaling cooldowns*.
    pub(super) scaled_at: Option<Moment>,
    /// When a launch that failed is tried again, and how long it is waited for that the next time.
    pub(super) retry_at: Option<Moment>,
    pub(super) retry_wait: u64,
    /// When there is something to do for it again.
    pub(super) next_at: Option<Moment>,
}

impl Object for Group {
    const KIND: Kind = Kind {
        name: "auto-scaling-group",
        prefix: "",
        missing: "ValidationError",
        malformed: None,
        sentence: "AutoScalingGroup name not found - AutoScalingGroup '{}' not found",
    };

    fn id(&self) -> &str {
        &self.name
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    fn due(&self) -> Option<Moment> {
        self.next_at
    }
}

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateAutoScalingGroup" => |context, _| create::create(context),
        "UpdateAutoScalingGroup" => |context, _| create::update(context),
        "DeleteAutoScalingGroup" => |context, _| delete::delete(context),
        "DescribeAutoScalingGroups" => |context, _| describe(context),
        _ => return None,
    })
}

/// Names that no group has are no error.
fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let names = context.params.list("AutoScalingGroupNames.member");
    let filters = tags::filters(context)?;
    let with_members = context.params.flag("IncludeInstances")?.unwrap_or(true);
    let groups = context.region.auto_scaling_groups.iter_visible(context.now);
    let is_wanted = |group: &&Group| (names.is_empty() || names.contains(&group.name)) && filters.iter().all(|filter| filter.passes(group));
    let found: Vec<&Group> = groups.filter(is_wanted).collect();
    paged(context, "AutoScalingGroups", found, |group| &group.name, |group| group.written(context, with_members))
}

impl Group {
    pub(super) fn is_suspended(&self, process: &str) -> bool {
        self.suspended.contains(process)
    }

    pub(super) fn member(&self, instance: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.instance == instance)
    }

    pub(super) fn member_mut(&mut self, instance: &str) -> Option<&mut Member> {
        self.members.iter_mut().find(|member| member.instance == instance)
    }

    /// Whether the load balancer's word counts for the health of its instances.
    pub(super) fn asks_balancer(&self) -> bool {
        self.settings.health_check_type.split(',').any(|kind| kind == "ELB")
    }

    /// The zones of its subnets, in the order of the alphabet.
    pub(super) fn zones(&self, context: &Context<'_>) -> Vec<String> {
        let zones: BTreeSet<String> = self.subnets.iter().filter_map(|id| Some(context.find::<Subnet>(id).ok()?.zone.clone())).collect();
        zones.into_iter().collect()
    }

    fn written(&self, context: &Context<'_>, with_members: bool) -> Value {
        let mut fields = self.settings.written();
        self.configuration.write(&mut fields);
        let suspended: Vec<Value> =
            self.suspended.iter().map(|process| json!({ "ProcessName": process, "SuspensionReason": "User suspended" })).collect();
        let metrics: Vec<Value> = self.metrics.iter().map(|metric| json!({ "Metric": metric, "Granularity": "1Minute" })).collect();
        let members: Vec<Value> = self.members.iter().filter(|_| with_members).map(Member::written).collect();
        let sources: Vec<Value> = self
            .target_groups
            .iter()
            .map(|arn| json!({ "Identifier": arn, "Type": "elbv2" }))
            .chain(self.load_balancers.iter().map(|name| json!({ "Identifier": name, "Type": "elb" })))
            .collect();
        let own = json!({
            "AutoScalingGroupName": self.name,
            "AutoScalingGroupARN": self.arn,
            "MinSize": self.min_size,
            "MaxSize": self.max_size,
            "DesiredCapacity": self.desired_capacity,
            "AvailabilityZones": self.zones(context),
            "LoadBalancerNames": self.load_balancers,
            "TargetGroupARNs": self.target_groups,
            "TrafficSources": sources,
            "Instances": members,
            "CreatedTime": moment::date(self.created_at),
            "SuspendedProcesses": suspended,
            "VPCZoneIdentifier": self.subnets.join(","),
            "EnabledMetrics": metrics,
            "Status": self.deleting.then_some("Delete in progress"),
            "Tags": tags::written(self),
        });
        fields.extend(own.as_object().cloned().unwrap_or_default());
        fields.into()
    }
}
