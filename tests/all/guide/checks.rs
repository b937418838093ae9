//! Checks of a program's plan, in its own tests.

use blogstack_aws::{
    checks::{self, Way, assert_can_reach, assert_cannot_reach, assert_none, assert_unreachable_from_internet, from_internet, tcp},
    ec2::{Image, Instance, InternetGateway, Route, RouteTable, RouteTableAssociation, Rule, SecurityGroup, Subnet, Vpc},
    target::simulated,
};
use blogstack_core::{Scope, plan::Plan, testing::plan_of};
use blogstack_sim::Sim;

/// A web server that everybody reaches, and a database that only the web server does.
pub fn shop(s: &Scope) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    let internet = s.add("internet", InternetGateway::new(&vpc));
    let public = s.add("public", Subnet::new(&vpc, "10.0.0.0/24").map_public_ip_on_launch(true));
    let private = s.add("private", Subnet::new(&vpc, "10.0.1.0/24"));
    let table = s.add("public", RouteTable::new(&vpc));
    s.add("to-internet", Route::new(&table, "0.0.0.0/0", &internet));
    s.add("public", RouteTableAssociation::new(&public, &table));

    let web = s.add("web", SecurityGroup::new(&vpc, "web servers").ingress([Rule::tcp(443).from("0.0.0.0/0")]));
    let db = s.add("db", SecurityGroup::new(&vpc, "databases").ingress([Rule::tcp(5432).from(&web)]));
    let image = s.look_up(Image::by_parameter("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"));
    s.add("web", Instance::new(&image, "t3.nano", &public).security_groups([&web]));
    s.add("db", Instance::new(&image, "t3.nano", &private).security_groups([&db]));
}

/// The plan of a program that has never run. Nothing is made.
async fn plan(program: fn(&Scope)) -> Plan {
    let sim = Sim::builder().seed(7).build().expect("a simulation in memory");
    let connection = simulated(sim.http_client(), &sim.instance_id(), sim.account(), sim.region());
    plan_of(connection, program).await.expect("the program is right")
}

#[tokio::test(start_paused = true)]
async fn the_shop_is_as_it_should_be() {
    let plan = plan(shop).await;

    assert_none(&checks::capacity(&plan));
    assert_none(&checks::ranges(&plan));
    assert_none(&checks::zones(&plan));
    assert_none(&checks::open_ports(&plan));
    assert_none(&checks::stars(&plan));
    assert_none(&checks::keys(&plan));
}

#[tokio::test(start_paused = true)]
async fn only_the_web_server_reaches_the_database() {
    let plan = plan(shop).await;

    assert_unreachable_from_internet(&plan, "db");
    assert_can_reach(&plan, "web", "db", tcp(5432));
    assert_cannot_reach(&plan, "web", "db", tcp(22));
}

#[tokio::test(start_paused = true)]
async fn the_web_server_is_reached_at_one_port() {
    let verdict = from_internet(&plan(shop).await, "web").expect("there is one thing of this name");
    for path in verdict.paths() {
        assert_eq!(path.way(), Way::Gateway);
        assert!(path.is_certain());
        assert!(path.to_string().starts_with("tcp 443 from "), "{path}");
    }
}
