//! A run that is killed, and the next one.

use std::time::Duration;

use blogstack_aws::target::simulated;
use blogstack_core::testing::Lab;
use blogstack_sim::{FaultKind::Timeout, Sim, on};

use super::network::blog;

#[tokio::test(start_paused = true)]
async fn a_killed_run_is_finished_by_the_next_one() {
    let sim = Sim::builder().seed(7).fault(on("CreateSubnet").after_effect(Timeout)).build().expect("a simulation in memory");
    let lab = Lab::new(simulated(sim.http_client(), &sim.instance_id(), sim.account(), sim.region()));

    // Dropping the future is what a kill is: nothing of the run is left but its state and the cloud.
    let stack = lab.stack(blog);
    let killed = tokio::time::timeout(Duration::from_secs(20), stack.up()).await;
    assert!(killed.is_err());

    let report = lab.stack(blog).up().await.expect("the program is right");
    assert!(report.is_complete());
    let subnets = sim.objects().into_keys().filter(|key| key.contains("/subnet/")).count();
    assert_eq!(subnets, 2);
}
