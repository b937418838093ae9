//! Programs with policies that make snapshots.

use blogstack_aws::{
    Arn,
    dlm::{CreateRule, LifecyclePolicy, LifecyclePolicyArgs, PolicyState, RetainRule, Schedule, TargetTag},
};
use blogstack_core::{Declare, Scope};
use blogstack_tests::crash::Run;

use super::survives;

fn policy(hours: u32, description: &str) -> LifecyclePolicyArgs {
    let role = Arn("arn:aws:iam::123456789012:role/backup".to_owned());
    let schedule = Schedule::new("often", CreateRule::every(hours, "03:00"), RetainRule::Count(2));
    LifecyclePolicy::new(role, description, [TargetTag::new("Backup", "yes")], [schedule])
}

fn before(s: &Scope) {
    s.add("one", policy(24, "one").tag("Name", "one"));
    s.add("other", policy(24, "other"));
    s.add("gone", policy(24, "gone"));
}

/// Updates, a replacement, one object less.
fn after(s: &Scope) {
    s.add("one", policy(12, "one").tag("Name", "two").state(PolicyState::Disabled));
    s.add("other", policy(24, "another").replace_on(LifecyclePolicy::description));
}

#[test]
fn dlm_survives_every_stop() {
    survives(&Run::up(before), &Run::up(after), [20, 20, 10]);
}
