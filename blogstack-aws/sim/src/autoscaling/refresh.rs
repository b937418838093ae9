//! Instance refreshes: a group's instances are replaced, a few at a time.
//!
//! Source: *`StartInstanceRefresh`*, *`RefreshPreferences`*, *How an instance refresh works*: the desired configuration becomes the
//! group's when the refresh has succeeded; a new instance counts once it is warm and, where the load balancer is asked, healthy there;
//! one instance is replaced even where that leaves fewer than the least. Checkpoints and alarms are not modelled.

mod operations;
mod progress;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::configuration::Configuration;
use super::group::Group;
use crate::moment::{self, Moment};

pub(super) use operations::operation;
pub(super) use progress::{next, step};

/// A refresh of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refresh {
    id: String,
    status: Status,
    reason: Option<String>,
    begun_at: Moment,
    ended_at: Option<Moment>,
    preferences: Preferences,
    pub(super) desired: Option<Configuration>,
    /// The instances that are to be replaced, and how many there were.
    to_replace: Vec<String>,
    count: usize,
    /// When it last got further.
    progress_at: Moment,
    /// When everything was replaced, of one that waits a while before it is done.
    baking_since_at: Option<Moment>,
}

/// *`InstanceRefreshStatus`*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Status {
    InProgress,
    Successful,
    Failed,
    Cancelling,
    Cancelled,
    RollbackInProgress,
    RollbackFailed,
    RollbackSuccessful,
    Baking,
}

/// *`RefreshPreferences`*, with what AWS fills in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Preferences {
    min_healthy_percentage: u32,
    max_healthy_percentage: u32,
    instance_warmup: u32,
    skip_matching: bool,
    auto_rollback: bool,
    scale_in_protected: String,
    standby: String,
    bake_time: u32,
}

impl Status {
    fn is_active(self) -> bool {
        matches!(self, Self::InProgress | Self::Cancelling | Self::RollbackInProgress | Self::Baking)
    }
}

impl Group {
    /// The refresh that goes on.
    pub(super) fn active_refresh(&self) -> Option<&Refresh> {
        self.refreshes.last().filter(|refresh| refresh.status.is_active())
    }

    fn active_refresh_mut(&mut self) -> Option<&mut Refresh> {
        self.refreshes.last_mut().filter(|refresh| refresh.status.is_active())
    }
}

/// What new instances are launched from: what a refresh replaces them by, as long as one goes on.
pub(super) fn configuration(group: &Group) -> Configuration {
    let refresh = group.active_refresh().filter(|refresh| matches!(refresh.status, Status::InProgress | Status::Baking));
    refresh.and_then(|refresh| refresh.desired.clone()).unwrap_or_else(|| group.configuration.clone())
}

/// How many instances there are to be now. A refresh may launch some before others go.
pub(super) fn total(group: &Group) -> u32 {
    let desired = group.desired_capacity;
    let Some(refresh) = group.active_refresh().filter(|refresh| refresh.replaces()) else { return desired };
    let old = u32::try_from(refresh.old(group).count()).unwrap_or(u32::MAX);
    match refresh.preferences.max_healthy_percentage {
        ..=100 => desired,
        percent => desired.saturating_add(old).min(share(desired, percent).max(desired.saturating_add(1))),
    }
}

/// So many percent, rounded up.
fn share(whole: u32, percent: u32) -> u32 {
    whole.saturating_mul(percent).div_ceil(100)
}

impl Refresh {
    fn replaces(&self) -> bool {
        matches!(self.status, Status::InProgress | Status::RollbackInProgress)
    }

    /// The instances that are still to be replaced, and not on their way out.
    fn old<'a>(&'a self, group: &'a Group) -> impl Iterator<Item = &'a super::member::Member> {
        group.members.iter().filter(|member| !member.is_leaving() && self.to_replace.contains(&member.instance))
    }

    /// It goes with its group.
    pub(super) fn end_with_its_group(&mut self) {
        if self.status.is_active() {
            self.status = Status::Cancelled;
        }
    }

    fn written(&self, group: &Group) -> Value {
        let left = self.old(group).count();
        let percent = self.count.saturating_sub(left).saturating_mul(100).checked_div(self.count).unwrap_or(100);
        let mut desired = Map::new();
        if let Some(configuration) = &self.desired {
            configuration.write(&mut desired);
        }
        let preferences = &self.preferences;
        json!({
            "InstanceRefreshId": self.id,
            "AutoScalingGroupName": group.name,
            "Status": self.status,
            "StatusReason": self.reason,
            "StartTime": moment::date(self.begun_at),
            "EndTime": self.ended_at.map(moment::date),
            "PercentageComplete": percent,
            "InstancesToUpdate": left,
            "Strategy": "Rolling",
            "Preferences": {
                "MinHealthyPercentage": preferences.min_healthy_percentage,
                "MaxHealthyPercentage": preferences.max_healthy_percentage,
                "InstanceWarmup": preferences.instance_warmup,
                "SkipMatching": preferences.skip_matching,
                "AutoRollback": preferences.auto_rollback,
                "ScaleInProtectedInstances": preferences.scale_in_protected,
                "StandbyInstances": preferences.standby,
                "BakeTime": preferences.bake_time,
            },
            "DesiredConfiguration": self.desired.is_some().then_some(desired),
        })
    }
}
