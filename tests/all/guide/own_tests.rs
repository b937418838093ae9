//! How a program's own tests look.

use std::time::Duration;

use blogstack_aws::target::simulated;
use blogstack_core::testing::Lab;
use blogstack_sim::{Consistency, Delays, FaultKind::Reset, Sim, on};

use super::network::blog;

/// A stack's state in memory, against an empty simulated AWS.
pub fn lab() -> Lab {
    let sim = Sim::builder().seed(7).build().expect("a simulation in memory");
    Lab::new(simulated(sim.http_client(), &sim.instance_id(), sim.account(), sim.region()))
}

#[tokio::test(start_paused = true)]
async fn the_blog_comes_up_once_and_goes_again() {
    let lab = lab();
    let report = lab.stack(blog).up().await.expect("the program is right");
    assert!(report.is_complete());

    let plan = lab.stack(blog).preview().await.expect("the program is right");
    assert!(plan.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_lost_reply_makes_no_second_network() {
    let sim = Sim::builder()
        .seed(7)
        .consistency(Consistency::window(Duration::from_secs(5)))
        .delays(Delays::realistic())
        .fault(on("CreateVpc").after_effect(Reset))
        .build()
        .expect("a simulation in memory");
    let lab = Lab::new(simulated(sim.http_client(), &sim.instance_id(), sim.account(), sim.region()));

    let report = lab.stack(blog).up().await.expect("the program is right");
    assert!(report.is_complete());
    let networks = sim.objects().into_keys().filter(|key| key.contains("/vpc/")).count();
    assert_eq!(networks, 1);
}

#[tokio::test(start_paused = true)]
async fn what_somebody_else_changes_is_put_right() {
    let sim = Sim::builder().seed(7).build().expect("a simulation in memory");
    let lab = Lab::new(simulated(sim.http_client(), &sim.instance_id(), sim.account(), sim.region()));
    lab.stack(blog).up().await.expect("the program is right");

    let subnet = sim.objects().into_keys().find_map(|key| key.strip_prefix("eu-west-1/subnet/").map(str::to_owned));
    let deleted = sim.out_of_band().delete(&subnet.expect("there are two")).expect("no file is written");
    assert!(deleted);

    let plan = lab.stack(blog).preview().await.expect("the program is right");
    assert_eq!(plan.summary().get("create"), Some(&1));
}
