//! What machines run.

use blogstack_aws::{
    cloud_init::{CloudConfig, Template, UserData, WriteFile, command},
    components::{Nat, NatPairSettings, Network, NetworkSettings},
    ec2::{Image, Instance, InstanceType, Subnet, Vpc},
};
use blogstack_core::Scope;

use super::own_tests::lab;

/// The newest image of Amazon Linux.
const IMAGE: &str = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";

/// A machine that reports to a queue, whose name it is told.
pub fn worker(s: &Scope) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    let subnet = s.add("workers", Subnet::new(&vpc, "10.0.1.0/24"));
    let settings = Template::shell("worker.conf", "NETWORK={{network}}\nGREETING={{greeting}}\n")
        .set("network", &vpc.id)
        .set("greeting", "it's a worker");
    let config = CloudConfig::new()
        .packages(["jq"])
        .write_files([WriteFile::new("/etc/worker.conf", settings).permissions("0600")])
        .runcmd([command(["systemctl", "restart", "worker"])]);
    let user_data = UserData::new().config(config).script("greet", "#!/bin/sh\n. /etc/worker.conf\necho \"$GREETING\"\n");
    let image = s.look_up(Image::by_parameter(IMAGE));
    s.add("worker", Instance::new(&image, "t3.micro", &subnet).user_data(user_data));
}

/// A network whose private half reaches the internet through two instances that watch each other.
pub fn watched(s: &Scope) {
    let pair = NatPairSettings {
        image: s.look_up(Image::by_parameter(IMAGE)),
        instance_type: InstanceType("t3.nano".into()),
        translate: include_str!("../../../programs/scripts/nat.sh").into(),
        watcher: include_str!("../../../programs/scripts/nat-watcher.sh").into(),
    };
    let settings = NetworkSettings { cidr_block: "10.0.0.0/16".parse().expect("a range of addresses"), subnet_prefix: 20, zones: 2 };
    Network::new(&s.child("network"), &settings, &Nat::Pair(pair));
}

#[tokio::test(start_paused = true)]
async fn they_go_up_and_stay_as_they_are() {
    for program in [worker, watched] {
        let lab = lab();
        lab.stack(program).up().await.expect("the program is right");
        assert!(lab.stack(program).preview().await.expect("the program is right").is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_pair_needs_two_zones() {
    let program = |s: &Scope| {
        let settings = NetworkSettings { cidr_block: "10.0.0.0/16".parse().expect("a range of addresses"), subnet_prefix: 20, zones: 1 };
        let pair = NatPairSettings {
            image: s.look_up(Image::by_parameter(IMAGE)),
            instance_type: InstanceType("t3.nano".into()),
            translate: String::new(),
            watcher: String::new(),
        };
        Network::new(s, &settings, &Nat::Pair(pair));
    };
    let error = lab().stack(program).preview().await.expect_err("there is one zone").to_string();
    assert!(error.contains("a pair of NAT instances needs two zones, and there is 1"), "{error}");
}
