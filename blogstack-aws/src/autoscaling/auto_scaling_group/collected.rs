//! What a group does not do for now, and the metrics that it sends: sets that have calls of their own.

use aws_sdk_autoscaling::Client;
use blogstack_core::{Data, Set, provider::Result};

use super::{GroupMetric, ScalingProcess};
use crate::{autoscaling::words::word, call};

/// What is in one set and not in another, in AWS's words. `None`: nothing.
fn beyond<T: Data + Ord>(wanted: &Set<T>, current: &Set<T>) -> Option<Vec<String>> {
    let words: Vec<String> = wanted.iter().filter(|one| !current.iter().any(|other| other == *one)).map(word).collect();
    Some(words).filter(|words| !words.is_empty())
}

/// <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SuspendProcesses.html>
/// <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_ResumeProcesses.html>
pub(super) async fn suspend(client: &Client, group: &str, current: &Set<ScalingProcess>, wanted: &Set<ScalingProcess>) -> Result<()> {
    if let Some(words) = beyond(wanted, current) {
        let request = client.suspend_processes().auto_scaling_group_name(group).set_scaling_processes(Some(words));
        call::change("autoscaling:SuspendProcesses", || request.clone().send()).await?;
    }
    if let Some(words) = beyond(current, wanted) {
        let request = client.resume_processes().auto_scaling_group_name(group).set_scaling_processes(Some(words));
        call::change("autoscaling:ResumeProcesses", || request.clone().send()).await?;
    }
    Ok(())
}

/// <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_EnableMetricsCollection.html>
/// <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DisableMetricsCollection.html>
pub(super) async fn enable(client: &Client, group: &str, current: &Set<GroupMetric>, wanted: &Set<GroupMetric>) -> Result<()> {
    if let Some(words) = beyond(wanted, current) {
        let request = client.enable_metrics_collection().auto_scaling_group_name(group).set_metrics(Some(words)).granularity("1Minute");
        call::change("autoscaling:EnableMetricsCollection", || request.clone().send()).await?;
    }
    if let Some(words) = beyond(current, wanted) {
        let request = client.disable_metrics_collection().auto_scaling_group_name(group).set_metrics(Some(words));
        call::change("autoscaling:DisableMetricsCollection", || request.clone().send()).await?;
    }
    Ok(())
}
