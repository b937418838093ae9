//! What somebody should know of.

use blogstack_aws::{
    Arn,
    cloudwatch::{ComparisonOperator, Dimension, MetricAlarm, MetricAlarmArgs, Statistic, TreatMissingData},
};
use blogstack_core::Scope;

use super::{balancer::Balancer, database::Database};

/// An alarm for front ends that are not well, for errors that readers see, and for a database server that does not run.
pub(super) fn alarms(s: &Scope, topic: Option<&str>, balancer: &Balancer, database: &Database) {
    let web = [Dimension::new("LoadBalancer", &balancer.itself.full_name), Dimension::new("TargetGroup", &balancer.targets.full_name)];
    let unwell = alarm("UnHealthyHostCount", "AWS/ApplicationELB", 0).statistic(Statistic::Maximum).dimensions(web.clone());
    let errors = alarm("HTTPCode_Target_5XX_Count", "AWS/ApplicationELB", 10).statistic(Statistic::Sum).dimensions(web);
    let stopped = alarm("StatusCheckFailed", "AWS/EC2", 0).statistic(Statistic::Maximum);
    let stopped = stopped.dimensions([Dimension::new("InstanceId", &database.server)]).treat_missing_data(TreatMissingData::Breaching);
    for (name, alarm) in [("front-ends-unwell", unwell), ("errors", errors), ("database-stopped", stopped)] {
        s.add(name, alarm.alarm_actions(topic.map(|topic| [Arn(topic.into())])));
    }
}

/// More than so much, for three minutes.
fn alarm(metric: &str, namespace: &str, threshold: i32) -> MetricAlarmArgs {
    let alarm = MetricAlarm::new(ComparisonOperator::GreaterThanThreshold, 3_u32).threshold(threshold).period(60_u32);
    alarm.metric_name(metric).namespace(namespace)
}
