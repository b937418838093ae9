use blogstack_aws::{
    Arn,
    ec2::{FileFormat, FlowLog, FlowLogArgs, FlowLogResource, NetworkInterface, Subnet, TrafficType, Vpc},
};
use blogstack_core::{Declare, Handle, Id, Scope};
use blogstack_tests::{
    kinds::{self, Kind, create_first, same, update},
    run,
    world::World,
};

fn bucket() -> Arn {
    Arn("arn:aws:s3:::logs-of-tests/flow/".into())
}

fn group() -> Arn {
    Arn("arn:aws:logs:eu-west-1:123456789012:log-group:flow".into())
}

fn role(name: &str) -> Arn {
    Arn(format!("arn:aws:iam::123456789012:role/{name}"))
}

fn network(s: &Scope) -> (Handle<Vpc>, Handle<Subnet>, Handle<NetworkInterface>) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));
    let interface = s.add("interface", NetworkInterface::new(&subnet));
    (vpc, subnet, interface)
}

fn to_bucket(s: &Scope, more: impl FnOnce(FlowLogArgs) -> FlowLogArgs) {
    let (vpc, ..) = network(s);
    s.add("log", more(FlowLog::new(&vpc, bucket())));
}

fn to_group(s: &Scope, more: impl FnOnce(FlowLogArgs) -> FlowLogArgs) {
    let (vpc, ..) = network(s);
    s.add("log", more(FlowLog::new(&vpc, group()).deliver_logs_permission_arn(role("logs"))));
}

pub(super) const KIND: Kind = Kind {
    subject: "log",
    minimal: |s| to_bucket(s, |log| log),
    changes: &[
        update("a tag set", |s| to_bucket(s, |log| log.tag("a", "1"))),
        update("a tag changed", |s| to_bucket(s, |log| log.tag("a", "2"))),
        update("tags cleared", |s| to_bucket(s, |log| log)),
        create_first("rejected traffic", |s| to_bucket(s, |log| log.traffic_type(TrafficType::Reject))),
        create_first("accepted traffic", |s| to_bucket(s, |log| log.traffic_type(TrafficType::Accept))),
        create_first("all traffic again", |s| to_bucket(s, |log| log)),
        create_first("every minute", |s| to_bucket(s, |log| log.max_aggregation_interval(60))),
        create_first("Parquet", |s| {
            to_bucket(s, |log| log.file_format(FileFormat::Parquet).hive_compatible_partitions(true).tag("a", "1"))
        }),
        create_first("a folder an hour", |s| to_bucket(s, |log| log.per_hour_partition(true))),
        create_first("a format", |s| to_bucket(s, |log| log.log_format("${srcaddr} ${dstaddr}"))),
        same("the format cleared", |s| to_bucket(s, |log| log)),
        create_first("a log group", |s| to_group(s, |log| log)),
        create_first("another role", |s| to_group(s, |log| log.deliver_logs_permission_arn(role("other")))),
        create_first("a subnet's", |s| {
            let (_, subnet, _) = network(s);
            s.add("log", FlowLog::new(&subnet, bucket()));
        }),
        create_first("an interface's", |s| {
            let (.., interface) = network(s);
            s.add("log", FlowLog::new(&interface, bucket()));
        }),
    ],
    creates: "CreateFlowLogs",
    deletes: "DeleteFlowLogs",
    vanish: kinds::delete,
    adopting: |s, ids| {
        let vpc = FlowLogResource::Vpc(Id::new(&*ids["vpc"]));
        s.add("log", FlowLog::new(vpc, bucket()).adopt(&ids["log"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn a_destination_and_what_does_not_go_with_it_are_refused_before_any_call() {
    run(async {
        let wrong = |s: &Scope| {
            let (vpc, ..) = network(s);
            s.add("a", FlowLog::new(&vpc, Arn("arn:aws:sqs:eu-west-1:123456789012:flow".into())));
            s.add("b", FlowLog::new(&vpc, group()));
            s.add("c", FlowLog::new(&vpc, bucket()).deliver_logs_permission_arn(role("logs")));
            s.add("d", FlowLog::new(&vpc, group()).deliver_logs_permission_arn(role("logs")).file_format(FileFormat::Parquet));
            s.add("e", FlowLog::new(&vpc, bucket()).max_aggregation_interval(90));
        };
        let error = World::new().stack(wrong).preview().await.unwrap_err().to_string();
        for part in [
            "`a`: field `log_destination`: it is the ARN neither of a log group nor of a bucket",
            "`b`: field `deliver_logs_permission_arn`: AWS needs a role",
            "`c`: field `deliver_logs_permission_arn`: AWS takes no role",
            "`d`: field `file_format`: a log group has no files",
            "`e`: field `max_aggregation_interval`: it is neither 60 nor 600",
        ] {
            assert!(error.contains(part), "no `{part}` in {error}");
        }
    });
}
