use blogstack_aws::{
    Arn,
    dlm::{
        CreateRule, LifecyclePolicy, LifecyclePolicyArgs, PolicyState, ResourceType, RetainRule, RetentionUnit, Schedule, ScheduleArgs,
        TargetTag,
    },
    ec2::Volume,
};
use blogstack_core::{Declare, Scope, Tags};
use blogstack_tests::{
    kinds::{self, Kind, update},
    run,
    world::World,
};
use std::time::Duration;

fn role(name: &str) -> Arn {
    Arn(format!("arn:aws:iam::123456789012:role/{name}"))
}

fn tags(key: &str, value: &str) -> Tags {
    Tags::from([(key.to_owned(), value.to_owned())])
}

fn nightly() -> ScheduleArgs {
    Schedule::new("nightly", CreateRule::every(24, "03:00"), RetainRule::Count(14))
}

fn policy<const N: usize>(schedules: [ScheduleArgs; N]) -> LifecyclePolicyArgs {
    LifecyclePolicy::new(role("backup"), "snapshots of the database", [TargetTag::new("Backup", "nightly")], schedules)
}

fn with(s: &Scope, more: impl FnOnce(LifecyclePolicyArgs) -> LifecyclePolicyArgs) {
    s.add("backup", more(policy([nightly()])));
}

fn scheduled<const N: usize>(s: &Scope, schedules: [ScheduleArgs; N]) {
    s.add("backup", policy(schedules));
}

pub(super) const KIND: Kind = Kind {
    subject: "backup",
    minimal: |s| with(s, |policy| policy),
    changes: &[
        update("a tag set", |s| with(s, |policy| policy.tag("a.b", "1"))),
        update("two tags", |s| with(s, |policy| policy.tag("a.b", "2").tag("c", "3"))),
        update("tags cleared", |s| with(s, |policy| policy)),
        update("off", |s| with(s, |policy| policy.state(PolicyState::Disabled))),
        update("on again", |s| with(s, |policy| policy)),
        update("another role, description and tag to go by", |s| {
            let targets = [TargetTag::new("Backup", "nightly"), TargetTag::new("Backup", "weekly")];
            s.add("backup", LifecyclePolicy::new(role("other"), "snapshots", targets, [nightly()]));
        }),
        update("two schedules", |s| {
            let on_sundays = CreateRule::Cron("cron(0 4 ? * SUN *)".to_owned());
            let kept = RetainRule::Interval { interval: 3, unit: RetentionUnit::Months };
            let weekly = Schedule::new("weekly", on_sundays, kept);
            scheduled(s, [nightly().copy_tags(true).tags_to_add(tags("made.by", "policy")), weekly]);
        }),
        update("one by the hour", |s| scheduled(s, [Schedule::new("nightly", CreateRule::every(12, "05:30"), RetainRule::Count(2))])),
        update("of instances", |s| {
            let policy = policy([nightly().variable_tags(tags("from", "$(instance-id)"))]);
            s.add("backup", policy.resource_type(ResourceType::Instance).exclude_boot_volume(true));
        }),
        update("of volumes", |s| with(s, |policy| policy)),
    ],
    creates: "CreateLifecyclePolicy",
    deletes: "DeleteLifecyclePolicy",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("backup", policy([nightly()]).adopt(&ids["backup"]));
    },
};

blogstack_tests::lives!(KIND);

/// What the program has no field for is not lost when it changes something else.
#[test]
fn what_the_program_does_not_set_stays() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        let id = world.id("backup").await;
        let details = || world.sim.objects().into_iter().find(|(key, _)| key.ends_with(&id)).unwrap().1["details"].clone();
        let mut theirs = details();
        theirs["Schedules"][0]["ShareRules"] = serde_json::json!([{ "TargetAccounts": ["210987654321"] }]);
        kinds::overwrite(&world, &id, "details", theirs);
        assert!(world.stack(KIND.minimal).preview().await.unwrap().is_empty());
        world.up(|s| scheduled(s, [nightly().copy_tags(true)])).await;
        let after = details();
        assert_eq!(after["Schedules"][0]["ShareRules"][0]["TargetAccounts"][0], "210987654321", "{after:#}");
        assert_eq!(after["Schedules"][0]["CopyTags"], true);
    });
}

#[test]
fn the_volume_of_the_database_is_kept_in_snapshots() {
    run(async {
        let world = World::new();
        let program = |s: &Scope| {
            s.add("data", Volume::new("eu-west-1a").size(8_u32).tag("Backup", "nightly"));
            scheduled(s, [Schedule::new("nightly", CreateRule::every(24, "03:00"), RetainRule::Count(2)).copy_tags(true)]);
        };
        world.up(program).await;
        let snapshots = || world.sim.objects().into_keys().filter(|key| key.contains("/snapshot/")).count();
        assert_eq!(snapshots(), 0);
        for expected in [1, 2, 2] {
            world.sim.advance(Duration::from_hours(24));
            assert_eq!(snapshots(), expected);
        }
        assert!(world.stack(program).preview().await.unwrap().is_empty());
        world.destroy().await;
        assert_eq!(snapshots(), 2, "what it made is not the stack's");
    });
}

#[test]
fn what_cannot_be_is_told_before_any_call() {
    run(async {
        let world = World::new();
        let wrong = |s: &Scope| {
            let every = |interval, time| policy([Schedule::new("often", CreateRule::every(interval, time), RetainRule::Count(1))]);
            s.add("odd", every(5, "03:00"));
            s.add("late", every(1, "25:00"));
            s.add("many", policy([Schedule::new("often", CreateRule::every(1, "03:00"), RetainRule::Count(0))]));
            s.add("cron", policy([Schedule::new("often", CreateRule::Cron("hourly".into()), RetainRule::Count(1))]));
            s.add("twice", policy([nightly(), nightly()]));
            s.add("none", policy::<0>([]));
            s.add("said", LifecyclePolicy::new(role("backup"), "so, so", [TargetTag::new("a", "b")], [nightly()]));
            s.add("nothing", LifecyclePolicy::new(role("backup"), "so", Vec::<TargetTag>::new(), [nightly()]));
        };
        let error = world.stack(wrong).preview().await.unwrap_err().to_string();
        for part in [
            "`odd`: field `schedules`: `often`: 1, 2, 3, 4, 6, 8, 12 or 24 hours lie between two snapshots, and not 5",
            "`late`: field `schedules`: `often`: `25:00` is no time of the day",
            "`many`: field `schedules`: `often`: 1 to 1000 snapshots are kept, and not 0",
            "`cron`: field `schedules`: `often`: `hourly` is not like `cron(0 4 ? * SUN *)`",
            "`twice`: field `schedules`: two schedules are called `nightly`",
            "`none`: field `schedules`: there are 0 schedules, and a policy has 1 to 4",
            "`said`: field `description`: `so, so` is not 1 to 500 letters",
            "`nothing`: field `target_tags`: there are 0 tags",
        ] {
            assert!(error.contains(part), "no `{part}` in {error}");
        }
        assert!(world.sim.objects().is_empty());
    });
}
