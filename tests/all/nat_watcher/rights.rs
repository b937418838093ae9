//! What the roles of NAT instances allow: what the watcher calls, and nothing else.

use super::pair::Pair;

/// Calls the AWS CLI with the rights of an instance's role: whether it was allowed.
fn may(pair: &Pair, place: usize, arguments: &[&str]) -> bool {
    let output = pair.as_role(place, pair.python.command("aws")).args(arguments).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let refused = told.contains("(UnauthorizedOperation)") || told.contains("(AccessDenied)") || told.contains("(AccessDeniedException)");
    assert!(output.status.success() || refused || told.contains("(DryRunOperation)"), "{arguments:?}: {told}");
    !refused
}

#[test]
fn the_watcher_may_restart_the_other_one_and_lead_two_routes() {
    let Some(pair) = Pair::new() else { return };
    let [own, peer] = [0, 1].map(|place| pair.instances[place].as_str());
    for table in &pair.tables {
        let to = ["--destination-cidr-block", "0.0.0.0/0", "--instance-id", own, "--dry-run"];
        assert!(may(&pair, 0, &[&["ec2", "replace-route", "--route-table-id", table][..], &to].concat()));
    }
    for operation in ["reboot-instances", "stop-instances", "start-instances"] {
        assert!(may(&pair, 0, &["ec2", operation, "--instance-ids", peer, "--dry-run"]), "{operation}");
        assert!(!may(&pair, 0, &["ec2", operation, "--instance-ids", own, "--dry-run"]), "{operation} of itself");
        assert!(!may(&pair, 1, &["ec2", operation, "--instance-ids", peer, "--dry-run"]), "{operation} of itself");
    }
}

#[test]
fn the_watcher_may_do_nothing_else() {
    let Some(pair) = Pair::new() else { return };
    let [own, peer] = [0, 1].map(|place| pair.instances[place].as_str());
    let other = pair.other_table();
    let calls: &[&[&str]] = &[
        &["ec2", "replace-route", "--route-table-id", &other, "--destination-cidr-block", "0.0.0.0/0", "--instance-id", own],
        &["ec2", "create-route", "--route-table-id", &pair.tables[0], "--destination-cidr-block", "10.9.0.0/16", "--instance-id", own],
        &["ec2", "delete-route", "--route-table-id", &pair.tables[0], "--destination-cidr-block", "0.0.0.0/0"],
        &["ec2", "terminate-instances", "--instance-ids", peer],
        &["ec2", "modify-instance-attribute", "--instance-id", peer, "--source-dest-check"],
        &["ec2", "describe-instance-attribute", "--instance-id", peer, "--attribute", "userData"],
        &["ec2", "create-tags", "--resources", peer, "--tags", "Key=nat-place,Value=0"],
        &["ec2", "describe-vpcs"],
        &["ec2", "describe-addresses"],
        &["iam", "get-role", "--role-name", &pair.roles[0]],
        &["ssm", "get-parameter", "--name", "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"],
        &["s3api", "list-buckets"],
    ];
    for arguments in calls {
        assert!(!may(&pair, 0, arguments), "{arguments:?} is allowed");
    }
}
