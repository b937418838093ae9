//! Faults that other people wrote, before an AWS that other people wrote: microburst before moto.
//!
//! <https://github.com/pingedbrain/microburst>

use std::collections::BTreeMap;

use blogstack_core::Scope;
use blogstack_tests::moto::{
    Moto,
    inventory::{assert_only_left_behind, beyond, counts},
    proxy::Proxy,
    stack::{Account, assert_complete, on_real_time},
};
use programs::network;
use serde_json::{Value as Json, json};

use crate::programs::settings;

/// How often a stack may need to be run until everything is done.
const RUNS: usize = 8;

/// What makes something.
const CREATES: [&str; 10] = [
    "AllocateAddress",
    "AssociateAddress",
    "AssociateRouteTable",
    "CreateInternetGateway",
    "CreateRoute",
    "CreateRouteTable",
    "CreateSecurityGroup",
    "CreateSubnet",
    "CreateVpc",
    "RunInstances",
];

/// What changes something that is there.
const CHANGES: [&str; 4] = ["AttachInternetGateway", "AuthorizeSecurityGroupIngress", "ModifySubnetAttribute", "ModifyVpcAttribute"];

/// What takes something away.
const DELETES: [&str; 9] = [
    "DeleteInternetGateway",
    "DeleteRouteTable",
    "DeleteSecurityGroup",
    "DeleteSubnet",
    "DeleteVpc",
    "DetachInternetGateway",
    "DisassociateAddress",
    "ReleaseAddress",
    "TerminateInstances",
];

/// What only looks.
const READS: [&str; 5] = ["DescribeInstances", "DescribeRouteTables", "DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs"];

/// A fault that strikes so many calls of an operation. Of all that fit a call, the first strikes that is not used up.
fn fault(operation: &str, times: u32, what: Json) -> Json {
    let Json::Object(mut fault) = what else { unreachable!("a fault is an object") };
    fault.extend([("service".to_owned(), json!("ec2")), ("operation".to_owned(), json!(operation)), ("times".to_owned(), json!(times))]);
    Json::Object(fault)
}

/// The call has its effect, and of its reply only a part comes back.
fn cut() -> Json {
    json!({ "response": { "abort_frac": 0.5 } })
}

/// The call has no effect.
fn throttled() -> Json {
    json!({ "error": { "code": "RequestLimitExceeded", "status": 503, "message": "Request limit exceeded." } })
}

/// The call has no effect, of which the reply says nothing.
fn broken() -> Json {
    json!({ "error": { "code": "InternalError", "status": 500, "message": "An internal error has occurred" } })
}

/// Every call is throttled, then meets an error that says nothing of its effect, then loses the reply to one that took effect.
fn storm() -> Vec<Json> {
    let all = CREATES.iter().chain(&CHANGES).chain(&DELETES).chain(&READS);
    all.flat_map(|operation| [fault(operation, 1, throttled()), fault(operation, 1, broken()), fault(operation, 2, cut())]).collect()
}

#[test]
fn faults_before_moto_make_no_duplicate() {
    let Some(moto) = Moto::running() else { return };
    let proxy = Proxy::before(&moto);
    let settings: network::Settings = settings("network");
    let program = move |s: &Scope| network::program(s, &settings);
    on_real_time(async {
        let calm = Account::new(&moto, "300000000001").await;
        let before = counts(&calm.judge).await;
        assert_complete(&calm.lab.stack(program.clone()).up().await.unwrap());
        let wanted = beyond(&before, &counts(&calm.judge).await);

        let stormy = Account::behind(&moto, "300000000002", &proxy.address()).await;
        proxy.inject(&storm());
        run(&stormy, program.clone()).await;
        assert_eq!(beyond(&before, &counts(&stormy.judge).await), wanted, "as many as without faults");
        assert!(stormy.lab.stack(program.clone()).preview().await.unwrap().is_empty());
        run(&stormy, |_| ()).await;
        assert_only_left_behind(&before, &counts(&stormy.judge).await);
    });
    let struck: BTreeMap<String, usize> = proxy.struck();
    let missed: Vec<_> = CREATES.iter().chain(&CHANGES).chain(&DELETES).chain(&READS).filter(|one| !struck.contains_key(**one)).collect();
    assert!(missed.is_empty(), "no fault struck {missed:?}: {struck:?}");
}

/// Runs the stack until everything is done.
async fn run(account: &Account, program: impl Fn(&Scope) + Clone + Send + Sync + 'static) {
    let mut outcomes = Vec::new();
    for _ in 0..RUNS {
        match account.lab.stack(program.clone()).up().await {
            Ok(report) if report.is_complete() => return,
            Ok(report) => outcomes.push(format!("{:#?}", report.failed)),
            Err(error) => outcomes.push(error.to_string()),
        }
    }
    panic!("not done after {RUNS} runs:\n{}", outcomes.join("\n"));
}
