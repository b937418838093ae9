use blogstack_aws::{
    Arn,
    cloudwatch::{
        ComparisonOperator, Dimension, LowSampleCountPercentile, Metric, MetricAlarm, MetricAlarmArgs, MetricDataQuery, MetricStat,
        StandardUnit, Statistic, TreatMissingData,
    },
};
use blogstack_core::{Declare, Scope};
use blogstack_sim::{FaultKind, on};
use blogstack_tests::{
    kinds::{self, Kind, create_first, update},
    run,
    world::World,
};

fn topic(name: &str) -> Arn {
    Arn(format!("arn:aws:sns:eu-west-1:123456789012:{name}"))
}

fn busy() -> MetricAlarmArgs {
    let alarm = MetricAlarm::new(ComparisonOperator::GreaterThanThreshold, 3_u32).threshold(80);
    alarm.metric_name("CPUUtilization").namespace("AWS/EC2").statistic(Statistic::Average).period(60_u32)
}

fn with(s: &Scope, more: impl FnOnce(MetricAlarmArgs) -> MetricAlarmArgs) {
    s.add("busy", more(busy()));
}

/// The share of requests that failed.
fn share(s: &Scope) {
    let of = |name| {
        MetricStat::new(
            Metric::new(name).namespace("AWS/ApplicationELB").dimensions([Dimension::new("LoadBalancer", "web")]),
            60_u32,
            "Sum",
        )
    };
    let alarm = MetricAlarm::new(ComparisonOperator::GreaterThanOrEqualToThreshold, 2_u32).threshold(0.5).metrics([
        MetricDataQuery::new("failed").metric_stat(of("HTTPCode_Target_5XX_Count").unit(StandardUnit::Count)).return_data(false),
        MetricDataQuery::new("asked").metric_stat(of("RequestCount")).return_data(false).account_id("210987654321"),
        MetricDataQuery::new("share").expression("100 * failed / asked").label("failed").period(60_u32),
    ]);
    s.add("busy", alarm);
}

/// More than is usual.
fn unusual(s: &Scope) {
    let usual = MetricStat::new(Metric::new("CPUUtilization").namespace("AWS/EC2"), 300_u32, "Average");
    let alarm = MetricAlarm::new(ComparisonOperator::GreaterThanUpperThreshold, 2_u32).threshold_metric_id("band").metrics([
        MetricDataQuery::new("cpu").metric_stat(usual),
        MetricDataQuery::new("band").expression("ANOMALY_DETECTION_BAND(cpu, 2)"),
    ]);
    s.add("busy", alarm);
}

fn in_full(s: &Scope) {
    with(s, |alarm| {
        alarm
            .alarm_name("web is busy")
            .alarm_description("too much to do")
            .actions_enabled(false)
            .alarm_actions([topic("one"), topic("two")])
            .ok_actions([topic("one")])
            .insufficient_data_actions([topic("two")])
            .dimensions([Dimension::new("InstanceId", "i-0123456789abcdef0")])
            .unit(StandardUnit::Percent)
            .datapoints_to_alarm(2_u32)
            .treat_missing_data(TreatMissingData::NotBreaching)
            .tag("a", "1")
    });
}

pub(super) const KIND: Kind = Kind {
    subject: "busy",
    minimal: |s| with(s, |alarm| alarm),
    changes: &[
        update("a tag set", |s| with(s, |alarm| alarm.tag("a", "1"))),
        update("a tag changed", |s| with(s, |alarm| alarm.tag("a", "2"))),
        update("tags cleared", |s| with(s, |alarm| alarm)),
        update("a fraction", |s| with(s, |alarm| alarm.threshold(80.5))),
        update("a dimension", |s| with(s, |alarm| alarm.dimensions([Dimension::new("a", "b")]))),
        update("no dimension", |s| with(s, |alarm| alarm)),
        update("actions", |s| with(s, |alarm| alarm.alarm_actions([topic("one")]))),
        update("no actions", |s| with(s, |alarm| alarm)),
        update("a percentile", |s| {
            let low = LowSampleCountPercentile::Ignore;
            with(s, |alarm| alarm.statistic(None::<Statistic>).extended_statistic("p99").evaluate_low_sample_count_percentile(low));
        }),
        update("metrics and an expression", share),
        update("a band", unusual),
        update("one metric again", |s| with(s, |alarm| alarm)),
        create_first("a name, with everything from the beginning", in_full),
        update("only the name", |s| with(s, |alarm| alarm.alarm_name("web is busy"))),
    ],
    creates: "PutMetricAlarm",
    deletes: "DeleteAlarms",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("busy", busy().adopt(&ids["busy"]));
    },
};

blogstack_tests::lives!(KIND);

/// A put would set it anew without a word.
#[test]
fn a_name_that_somebody_else_has_is_not_taken() {
    run(async {
        let world = World::new();
        world.up(|s| with(s, |alarm| alarm.alarm_name("busy"))).await;
        let before = world.sim.objects();
        let report = world.beside().stack(|s| with(s, |alarm| alarm.alarm_name("busy").threshold(1))).up().await.unwrap();
        let error = &report.failed[0].error;
        assert!(error.to_string().contains("the name `busy` is taken by an object of the stack"), "{error}");
        assert_eq!(error.hint(), Some("choose another `alarm_name`, or take it over with `.adopt(\"busy\")`".to_owned()));
        assert_eq!(world.sim.objects(), before);
    });
}

#[test]
fn a_name_that_a_call_of_ours_took_is_ours() {
    run(async {
        let world = World::new();
        world.sim.add_fault(on("PutMetricAlarm").after_effect(FaultKind::Throttle));
        world.up(KIND.minimal).await;
        assert!(world.stack(KIND.minimal).preview().await.unwrap().is_empty());
    });
}

/// The call sets all of an alarm: what the program leaves alone must be sent as it is.
#[test]
fn what_the_program_does_not_set_stays() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        let id = world.id("busy").await;
        let mut settings = world.sim.objects().into_iter().find(|(key, _)| key.ends_with(&id)).unwrap().1["settings"].clone();
        settings["OKActions"] = serde_json::json!(["arn:aws:sns:eu-west-1:123456789012:theirs"]);
        settings["AlarmDescription"] = "theirs".into();
        kinds::overwrite(&world, &id, "settings", settings);
        assert!(world.stack(KIND.minimal).preview().await.unwrap().is_empty());
        world.up(|s| with(s, |alarm| alarm.threshold(90))).await;
        let settings = world.sim.objects().into_iter().find(|(key, _)| key.ends_with(&id)).unwrap().1["settings"].clone();
        assert_eq!((&settings["Threshold"], &settings["AlarmDescription"]), (&serde_json::json!(90.0), &"theirs".into()));
        assert_eq!(settings["OKActions"].as_array().map(Vec::len), Some(1));
        // Of fields that exclude each other, the one that is set takes the place of the other.
        world.up(share).await;
        assert!(world.stack(share).preview().await.unwrap().is_empty());
    });
}

#[test]
fn what_cannot_be_is_told_before_any_call() {
    run(async {
        let world = World::new();
        let wrong = |s: &Scope| {
            let few = || MetricAlarm::new(ComparisonOperator::GreaterThanThreshold, 3_u32);
            s.add("nothing", few());
            s.add("both", busy().threshold_metric_id("band").extended_statistic("p99"));
            s.add("lacking", few().threshold(1).metric_name("CPUUtilization").statistic(Statistic::Sum));
            s.add("odd", busy().period(61_u32).datapoints_to_alarm(4_u32).alarm_actions(["a", "b", "c", "d", "e", "f"].map(topic)));
            s.add(
                "long",
                MetricAlarm::new(ComparisonOperator::LessThanThreshold, 1441_u32)
                    .threshold(1)
                    .metric_name("a")
                    .namespace("b")
                    .statistic(Statistic::Sum)
                    .period(60_u32),
            );
            s.add(
                "band",
                MetricAlarm::new(ComparisonOperator::LessThanLowerThreshold, 1_u32)
                    .threshold(1)
                    .metric_name("a")
                    .namespace("b")
                    .extended_statistic("x")
                    .period(60_u32),
            );
            s.add(
                "two",
                few().threshold(1).metrics([MetricDataQuery::new("a").expression("1"), MetricDataQuery::new("b").expression("2")]),
            );
            s.add("neither", few().threshold(1).metrics([MetricDataQuery::new("a")]));
        };
        let error = world.stack(wrong).preview().await.unwrap_err().to_string();
        for part in [
            "`nothing`: field `metric_name`: an alarm looks at a metric",
            "`nothing`: field `threshold`: there is nothing to compare with",
            "`both`: field `threshold`: it is compared with a number or with a band",
            "`both`: field `statistic`: there is one statistic",
            "`both`: field `comparison_operator`: this compares with a number",
            "`lacking`: field `metric_name`: it needs a `namespace` and a `period`",
            "`odd`: field `period`: a period has 10, 20, 30 or a multiple of 60 seconds, and not 61",
            "`odd`: field `datapoints_to_alarm`: there are 3 periods to look at, and 4 of them",
            "`odd`: field `alarm_actions`: there are 6 actions, and 5 at most",
            "`long`: field `evaluation_periods`: 1441 periods of 60 s are 86460 s, and it looks back 86400 s at most",
            "`band`: field `comparison_operator`: this compares with a band",
            "`band`: field `extended_statistic`: `x` is no extended statistic",
            "`two`: field `metrics`: an alarm looks at one of them, and 2 have `return_data`",
            "`neither`: field `metrics`: `a` is a metric or an expression",
        ] {
            assert!(error.contains(part), "no `{part}` in {error}");
        }
        let error = world.stack(|s| with(s, |alarm| alarm.threshold(f64::NAN))).preview().await.unwrap_err().to_string();
        assert!(error.contains("`busy`: field `threshold`: NaN is not a number"), "{error}");
        assert!(world.sim.objects().is_empty());
    });
}
