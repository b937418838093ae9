//! Programs with alarms.

use blogstack_aws::cloudwatch::{ComparisonOperator, MetricAlarm, MetricAlarmArgs, Statistic};
use blogstack_core::{Declare, Scope};
use blogstack_tests::crash::Run;

use super::survives;

fn alarm(threshold: i32) -> MetricAlarmArgs {
    let alarm = MetricAlarm::new(ComparisonOperator::GreaterThanThreshold, 3_u32).threshold(threshold);
    alarm.metric_name("CPUUtilization").namespace("AWS/EC2").statistic(Statistic::Average).period(60_u32)
}

fn before(s: &Scope) {
    s.add("open", alarm(80).tag("Name", "one"));
    s.add("named", alarm(80).alarm_name("named"));
    s.add("moved", alarm(80).alarm_name("before"));
    s.add("gone", alarm(80));
}

/// Updates, replacements in both orders, one object less.
fn after(s: &Scope) {
    s.add("open", alarm(0).tag("Name", "two"));
    s.add("named", alarm(90).alarm_name("named").tag("a", "1").replace_on(MetricAlarm::tags));
    s.add("moved", alarm(80).alarm_name("after"));
}

#[test]
fn cloudwatch_survives_every_stop() {
    survives(&Run::up(before), &Run::up(after), [30, 30, 15]);
}
