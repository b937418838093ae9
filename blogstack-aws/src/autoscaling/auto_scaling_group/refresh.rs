//! Replacing a group's instances when what they are launched from has changed.
//!
//! The new template goes with the refresh, and becomes the group's when that has succeeded. So a run that is stopped in between sees the
//! change still to be made, and goes on with the refresh that it finds; and one that fails leaves the group as it was.
//! <https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh.html>

use std::time::Duration;

use aws_sdk_autoscaling::{
    Client,
    types::{self, InstanceRefreshStatus as Status},
};
use blogstack_core::{
    Block, Value,
    provider::{Cx, ErrorKind, ProviderError, Result},
};

use super::{LaunchTemplateSpecification, MixedInstancesPolicy};
use crate::{
    autoscaling::words::{number, word},
    call::{self, missing},
    wait,
};

/// How instances are replaced. As it stands, one is launched, and healthy, before another one goes: at no time are there fewer than there
/// are to be, whatever the size of the group. That needs `health_check_type` to ask the load balancers, else nobody waits for them.
///
/// ```
/// use blogstack_aws::autoscaling::InstanceRefresh;
///
/// let careful = InstanceRefresh::new().instance_warmup(120_u32).auto_rollback(true);
/// let quick = InstanceRefresh::new().min_healthy_percentage(50).max_healthy_percentage(100);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct InstanceRefresh {
    /// What is replaced.
    #[field(default = RefreshStrategy::Rolling)]
    pub strategy: RefreshStrategy,
    /// How many percent of the instances stay in service, 0 to 100, rounded up. AWS itself takes 90, which is none of one.
    #[field(default = 100)]
    pub min_healthy_percentage: u32,
    /// How many percent there may be meanwhile, 100 to 200, one more at least: beyond 100, instances are launched before others go.
    #[field(default = 110)]
    pub max_healthy_percentage: u32,
    /// For how many seconds a new instance is waited with besides; the group's `default_instance_warmup` when it is not set, and its
    /// `health_check_grace_period` where that is not set either.
    pub instance_warmup: Option<u32>,
    /// Whether a refresh that fails puts the old instances back.
    #[field(default = false)]
    pub auto_rollback: bool,
    /// What becomes of instances that are protected from going; AWS waits an hour for the protection to be lifted.
    pub scale_in_protected_instances: Option<ScaleInProtectedInstances>,
    /// What becomes of instances that are set aside; AWS waits an hour for them to come back.
    pub standby_instances: Option<StandbyInstances>,
    /// For how many seconds it is waited, at the end, whether all stays well; up to 172800.
    pub bake_time: Option<u32>,
}

/// What a refresh replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(rename_all = "PascalCase")]
pub enum RefreshStrategy {
    /// Instances.
    Rolling,
    /// The root volumes of instances, which stay.
    ReplaceRootVolume,
}

/// What becomes of instances that are protected from going.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(rename_all = "PascalCase")]
pub enum ScaleInProtectedInstances {
    /// They are replaced.
    Refresh,
    /// They stay.
    Ignore,
    /// The refresh waits.
    Wait,
}

/// What becomes of instances that are set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(rename_all = "PascalCase")]
pub enum StandbyInstances {
    /// They are terminated.
    Terminate,
    /// They stay.
    Ignore,
    /// The refresh waits.
    Wait,
}

/// How long it takes at most.
const LIMIT: Duration = Duration::from_hours(3);

/// How often a refresh is begun anew because another one stands in its way.
const ATTEMPTS: usize = 5;

const OPERATION: &str = "autoscaling:DescribeInstanceRefreshes";

impl InstanceRefresh {
    /// What matches already is skipped, so that one that is begun again goes on where it was.
    fn to_sdk(&self) -> types::RefreshPreferences {
        types::RefreshPreferences::builder()
            .set_min_healthy_percentage(number(Some(self.min_healthy_percentage)))
            .set_max_healthy_percentage(number(Some(self.max_healthy_percentage)))
            .set_instance_warmup(number(self.instance_warmup))
            .auto_rollback(self.auto_rollback)
            .set_scale_in_protected_instances(self.scale_in_protected_instances.map(|what| word(&what).as_str().into()))
            .set_standby_instances(self.standby_instances.map(|what| word(&what).as_str().into()))
            .set_bake_time(number(self.bake_time))
            .skip_matching(true)
            .build()
    }
}

/// What a group is to launch from.
pub(super) fn desired(
    template: Option<&LaunchTemplateSpecification>,
    policy: Option<&MixedInstancesPolicy>,
) -> types::DesiredConfiguration {
    types::DesiredConfiguration::builder()
        .set_launch_template(template.map(LaunchTemplateSpecification::to_sdk))
        .set_mixed_instances_policy(policy.map(MixedInstancesPolicy::to_sdk))
        .build()
}

/// Replaces the group's instances by what is desired, and waits for it. A refresh that does just that already is waited for; another
/// one is cancelled first.
pub(super) async fn replace(
    client: &Client,
    cx: &Cx<'_>,
    group: &str,
    desired: &types::DesiredConfiguration,
    how: &InstanceRefresh,
) -> Result<()> {
    for _ in 0..ATTEMPTS {
        match active(client, group).await? {
            Some(one) if is_for(&one, desired) => return ended(client, cx, group, &id_of(&one)?).await,
            Some(one) => cancel(client, cx, group, &id_of(&one)?).await?,
            None => {}
        }
        match start(client, group, desired, how).await {
            Err(error) if error.is_code("InstanceRefreshInProgress") => {}
            started => return ended(client, cx, group, &started?).await,
        }
    }
    let message = format!("refreshing the instances of `{group}`: other refreshes stand in its way again and again");
    Err(ProviderError::new(ErrorKind::Conflict, OPERATION, message).hint("find out who begins them, and run again"))
}

/// Ends the refresh that goes on, if one does: meanwhile nothing else may say what is launched from.
pub(super) async fn end(client: &Client, cx: &Cx<'_>, group: &str) -> Result<()> {
    match active(client, group).await? {
        Some(one) => cancel(client, cx, group, &id_of(&one)?).await,
        None => Ok(()),
    }
}

/// Waits for the refresh that goes on, if one does: meanwhile no target group is attached.
pub(super) async fn settled(client: &Client, cx: &Cx<'_>, group: &str) -> Result<()> {
    match active(client, group).await? {
        Some(one) => over(client, cx, group, &id_of(&one)?).await.map(drop),
        None => Ok(()),
    }
}

fn id_of(refresh: &types::InstanceRefresh) -> Result<String> {
    refresh.instance_refresh_id.clone().ok_or_else(|| missing(OPERATION, "refresh's id"))
}

/// <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_StartInstanceRefresh.html>
async fn start(client: &Client, group: &str, desired: &types::DesiredConfiguration, how: &InstanceRefresh) -> Result<String> {
    let request = client
        .start_instance_refresh()
        .auto_scaling_group_name(group)
        .strategy(word(&how.strategy).as_str().into())
        .desired_configuration(desired.clone())
        .preferences(how.to_sdk());
    let started = call::change("autoscaling:StartInstanceRefresh", || request.clone().send()).await?;
    started.instance_refresh_id.ok_or_else(|| missing("autoscaling:StartInstanceRefresh", "refresh's id"))
}

/// <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CancelInstanceRefresh.html>
async fn cancel(client: &Client, cx: &Cx<'_>, group: &str, id: &str) -> Result<()> {
    let request = client.cancel_instance_refresh().auto_scaling_group_name(group);
    let cancelled = call::read("autoscaling:CancelInstanceRefresh", || request.clone().send()).await.map(drop);
    call::gone_is_fine(cancelled)?;
    over(client, cx, group, id).await.map(drop)
}

/// <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeInstanceRefreshes.html>
async fn refreshes(client: &Client, group: &str, id: Option<&str>) -> Result<Vec<types::InstanceRefresh>> {
    let request = client.describe_instance_refreshes().auto_scaling_group_name(group);
    let request = request.set_instance_refresh_ids(id.map(|id| vec![id.to_owned()]));
    Ok(call::read(OPERATION, || request.clone().send()).await?.instance_refreshes.unwrap_or_default())
}

/// The refresh that goes on: one of the newest.
async fn active(client: &Client, group: &str) -> Result<Option<types::InstanceRefresh>> {
    Ok(refreshes(client, group, None).await?.into_iter().find(|one| one.status().is_some_and(is_active)))
}

fn is_active(status: &Status) -> bool {
    !matches!(status, Status::Successful | Status::Failed | Status::Cancelled | Status::RollbackFailed | Status::RollbackSuccessful)
}

/// Whether a refresh brings about what is desired.
fn is_for(refresh: &types::InstanceRefresh, desired: &types::DesiredConfiguration) -> bool {
    let going = matches!(refresh.status(), Some(Status::Pending | Status::InProgress | Status::Baking));
    let Some(own) = refresh.desired_configuration().filter(|_| going) else { return false };
    let template = |one: &types::DesiredConfiguration| one.launch_template().and_then(LaunchTemplateSpecification::of_sdk);
    let policy = |one: &types::DesiredConfiguration| one.mixed_instances_policy().and_then(MixedInstancesPolicy::of_sdk);
    let fits = match (policy(own), policy(desired)) {
        // What is not said is filled in.
        (Some(own), Some(desired)) => own.launch_template == desired.launch_template && own.overrides == desired.overrides,
        (own, desired) => own.is_none() && desired.is_none(),
    };
    fits && template(own) == template(desired)
}

/// Waits for the end of a refresh, and tells how it was.
async fn over(client: &Client, cx: &Cx<'_>, group: &str, id: &str) -> Result<types::InstanceRefresh> {
    let asked = || async {
        let found = refreshes(client, group, Some(id)).await?.into_iter().next();
        Ok(found.filter(|one| !one.status().is_some_and(is_active)))
    };
    wait::until(OPERATION, &format!("the instances of `{group}` are replaced"), cx.timeout.unwrap_or(LIMIT), asked).await
}

/// Waits for the end of a refresh, which is to succeed.
async fn ended(client: &Client, cx: &Cx<'_>, group: &str, id: &str) -> Result<()> {
    let refresh = over(client, cx, group, id).await?;
    let status = refresh.status().map_or("unknown", Status::as_str);
    if status == Status::Successful.as_str() {
        return Ok(());
    }
    let why = refresh.status_reason().unwrap_or("no reason is given");
    let message = format!("replacing the instances of `{group}` ended as `{status}`: {why}");
    let hint = "the group launches from what it had before; look at what keeps new instances from getting healthy, and run again";
    Err(ProviderError::new(ErrorKind::Rejected, OPERATION, message).hint(hint))
}
