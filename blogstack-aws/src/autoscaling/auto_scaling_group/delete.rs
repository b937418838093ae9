//! Deletes a group: its instances leave first, unless it is to go with them at once.
//!
//! <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteAutoScalingGroup.html>

use std::time::Duration;

use aws_sdk_autoscaling::{Client, types};
use blogstack_core::provider::{Cx, ErrorKind, ProviderError, Result, State};

use super::{AutoScalingGroup, DeletionProtection, Provider, described};
use crate::{
    call,
    readable::Readable,
    wait::{self, Pause},
};

/// How long it takes at most: each instance may finish what it does, and hooks may wait.
pub(super) const LIMIT: Duration = Duration::from_hours(3);

pub(super) async fn delete(provider: &Provider, cx: &Cx<'_>, current: &State<AutoScalingGroup>) -> Result<()> {
    let client = provider.0.autoscaling(cx.home);
    let (id, forced) = (current.id.as_str(), current.fields.force_delete == Some(true));
    if !forced {
        call::gone_is_fine(empty(&client, cx, id).await).map_err(|error| protected(error, current))?;
    }
    let request = client.delete_auto_scaling_group().auto_scaling_group_name(id).set_force_delete(forced.then_some(true));
    let mut pause = Pause::up_to(cx.timeout.unwrap_or(LIMIT));
    loop {
        match call::read("autoscaling:DeleteAutoScalingGroup", || request.clone().send()).await {
            Err(error) if is_busy(&error) && pause.next().await => {}
            answer => return answer.map(drop).map_err(|error| protected(error, current)),
        }
    }
}

/// Something goes on in it, or its last instances are still on their way out.
fn is_busy(error: &ProviderError) -> bool {
    ["ScalingActivityInProgress", "ResourceInUse", "ResourceContention"].iter().any(|code| error.is_code(code))
}

fn protected(error: ProviderError, current: &State<AutoScalingGroup>) -> ProviderError {
    if current.fields.deletion_protection == DeletionProtection::None || error.kind != ErrorKind::Rejected {
        return error;
    }
    error.hint("it is protected: apply `.deletion_protection(DeletionProtection::None)` first")
}

/// Takes the group down to nothing: what keeps instances from going is lifted, and nothing brings new ones.
async fn empty(client: &Client, cx: &Cx<'_>, id: &str) -> Result<()> {
    let Some(group) = described(client, &[id]).await?.pop() else { return Ok(()) };
    if group.instances().is_empty() && group.desired_capacity.unwrap_or_default() == 0 {
        return Ok(());
    }
    let request = client.update_auto_scaling_group().auto_scaling_group_name(id).min_size(0).max_size(0).desired_capacity(0);
    call::change("autoscaling:UpdateAutoScalingGroup", || request.clone().send()).await?;
    if !group.suspended_processes().is_empty() {
        let request = client.resume_processes().auto_scaling_group_name(id);
        call::change("autoscaling:ResumeProcesses", || request.clone().send()).await?;
    }
    let empty = || async {
        let Some(group) = described(client, &[id]).await?.pop() else { return Ok(Some(())) };
        unprotect(client, id, &group).await?;
        Ok(group.instances().is_empty().then_some(()))
    };
    let what = format!("the instances of `{id}` are terminated");
    wait::until(Provider::OPERATION, &what, cx.timeout.unwrap_or(LIMIT), empty).await
}

/// <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetInstanceProtection.html>
async fn unprotect(client: &Client, id: &str, group: &types::AutoScalingGroup) -> Result<()> {
    let is_held = |instance: &&types::Instance| {
        instance.protected_from_scale_in == Some(true) && instance.lifecycle_state() == Some(&types::LifecycleState::InService)
    };
    let held: Vec<String> = group.instances().iter().filter(is_held).filter_map(|instance| instance.instance_id.clone()).collect();
    for batch in held.chunks(50) {
        let request = client.set_instance_protection().auto_scaling_group_name(id).protected_from_scale_in(false);
        let request = request.set_instance_ids(Some(batch.to_vec()));
        // One that went in between needs it no more.
        let answer = call::read("autoscaling:SetInstanceProtection", || request.clone().send()).await;
        call::forgive(answer.map(drop), |error| error.is_code("ValidationError"))?;
    }
    Ok(())
}
