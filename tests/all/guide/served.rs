//! The guide's page on the served simulation.

use std::time::Duration;

use blogstack_sim::{Server, Sim};

#[test]
fn a_served_simulation_answers() {
    let sim = Sim::builder().seed(7).time_scale(0.0).build().expect("a simulation in memory");
    let server = Server::start(&sim).expect("a free port");
    let listed = ureq::get(format!("{}/?Action=DescribeVpcs", server.url())).call();
    assert!(listed.expect("an answer").status().is_success());
    sim.advance(Duration::from_secs(90));
    assert_eq!(sim.now(), Duration::from_secs(90));
}
