use blogstack_aws::{
    Arn,
    autoscaling::{
        AutoScalingGroup, DefaultResult, LifecycleHook, LifecycleHookArgs,
        LifecycleTransition::{self, Launching, Terminating},
    },
};
use blogstack_core::{Declare, Id, Scope};
use blogstack_tests::{
    kinds::{self, Kind, create_first, update},
    run,
    world::World,
};

use super::group;

fn with(s: &Scope, name: &'static str, transition: LifecycleTransition, more: impl FnOnce(LifecycleHookArgs) -> LifecycleHookArgs) {
    let web = s.add("web", group(s).1);
    s.add("hook", more(LifecycleHook::new(&web, name, transition)));
}

fn notified(s: &Scope, queue: &'static str) {
    with(s, "own", Launching, |hook| {
        let role = Arn("arn:aws:iam::123456789012:role/notifier".to_owned());
        let hook = hook.notification_target_arn(Arn(queue.to_owned())).role_arn(role);
        hook.notification_metadata("web")
    });
}

pub(super) const KIND: Kind = Kind {
    subject: "hook",
    minimal: |s| with(s, "own", Launching, |hook| hook),
    changes: &[
        update("a timeout", |s| with(s, "own", Launching, |hook| hook.heartbeat_timeout(60))),
        update("another result", |s| with(s, "own", Launching, |hook| hook.default_result(DefaultResult::Continue))),
        update("notifications", |s| notified(s, "arn:aws:sqs:eu-west-1:123456789012:one")),
        update("to another queue", |s| notified(s, "arn:aws:sqs:eu-west-1:123456789012:two")),
        update("nobody told", |s| with(s, "own", Launching, |hook| hook)),
        update("at the end", |s| with(s, "own", Terminating, |hook| hook)),
        create_first("another name", |s| with(s, "other", Terminating, |hook| hook)),
    ],
    creates: "PutLifecycleHook",
    deletes: "DeleteLifecycleHook",
    vanish: kinds::delete,
    adopting: |s, ids| {
        let group = Id::<AutoScalingGroup>::new(&*ids["web"]);
        s.add("hook", LifecycleHook::new(group, "own", Launching).adopt(&ids["hook"]));
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
        let error = problem(|s| with(s, "own", Launching, |hook| hook.heartbeat_timeout(10))).await;
        assert!(error.contains("it is 30 to 7200 seconds, not 10"), "{error}");
        let error =
            problem(|s| with(s, "own", Launching, |hook| hook.notification_target_arn(Arn("arn:aws:sns:eu-west-1:1:a".into())))).await;
        assert!(error.contains("go together"), "{error}");
        let error = problem(|s| with(s, "a:b", Launching, |hook| hook)).await;
        assert!(error.contains("`a:b` is not 1 to 255 characters without colons"), "{error}");
    });
}
