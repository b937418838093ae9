use blogstack_aws::autoscaling::{AutoScalingGroup, ScheduledAction, ScheduledActionArgs};
use blogstack_core::{Declare, Id, Scope};
use blogstack_tests::{
    kinds::{self, Kind, create_first, update},
    run,
    world::World,
};

use super::group;

fn with(s: &Scope, name: &'static str, more: impl FnOnce(ScheduledActionArgs) -> ScheduledActionArgs) {
    let web = s.add("web", group(s).1);
    s.add("morning", more(ScheduledAction::new(&web, name)));
}

pub(super) const KIND: Kind = Kind {
    subject: "morning",
    minimal: |s| with(s, "morning", |action| action.recurrence("0 7 * * *").min_size(1_u32)),
    changes: &[
        update("another hour", |s| with(s, "morning", |action| action.recurrence("0 8 * * MON-FRI").min_size(1_u32))),
        update("other sizes, until some day", |s| {
            with(s, "morning", |action| {
                let action = action.recurrence("0 8 * * *").min_size(0_u32).max_size(3_u32).desired_capacity(2_u32);
                action.start_time("2026-06-01T00:00:00Z").end_time("2026-09-01T00:00:00Z").time_zone("Etc/UTC")
            })
        }),
        update("some of them", |s| with(s, "morning", |action| action.recurrence("0 8 * * *").max_size(3_u32))),
        update("once", |s| with(s, "morning", |action| action.start_time("2026-06-01T00:00:00Z").max_size(3_u32))),
        create_first("another name", |s| with(s, "evening", |action| action.recurrence("0 20 * * *").min_size(0_u32))),
    ],
    creates: "PutScheduledUpdateGroupAction",
    deletes: "DeleteScheduledAction",
    vanish: kinds::delete,
    adopting: |s, ids| {
        let group = Id::<AutoScalingGroup>::new(&*ids["web"]);
        let action = ScheduledAction::new(group, "morning").recurrence("0 7 * * *").min_size(1_u32);
        s.add("morning", action.adopt(&ids["morning"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn reads_that_show_what_was_before_are_not_taken() {
    run(KIND.seen_late());
}

#[test]
fn what_aws_would_refuse_is_told_before_any_call() {
    run(async {
        let world = World::new();
        let problem = async |program: fn(&Scope)| world.stack(program).preview().await.unwrap_err().to_string();
        for (program, expected) in [
            ((|s| with(s, "a", |action| action.recurrence("0 7 * * *"))) as fn(&Scope), "an action sets one of `min_size`"),
            (|s| with(s, "a", |action| action.min_size(1_u32)), "an action has a `start_time` or a `recurrence`"),
            (|s| with(s, "a", |action| action.min_size(1_u32).start_time("tomorrow")), "`tomorrow` is not a time in UTC"),
            (|s| with(s, "a", |action| action.min_size(1_u32).recurrence("daily")), "`daily` has not five fields"),
        ] {
            let error = problem(program).await;
            assert!(error.contains(expected), "{error}");
        }
    });
}
