use std::time::Duration;

use blogstack_aws::ec2::{
    Eip, Image, Instance, InternetGateway, NatGateway, Route, RouteTable, RouteTarget, Subnet, Vpc, VpcPeeringConnection,
};
use blogstack_core::{Declare, Handle, Id, Scope, deployment::How};
use blogstack_sim::{Consistency, Sim};
use blogstack_tests::{
    kinds::{self, Kind, create_first, same, update},
    run,
    world::World,
};
use serde_json::json;

const IMAGE: &str = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";

struct Network {
    table: Handle<RouteTable>,
    other: Handle<RouteTable>,
    internet: Handle<InternetGateway>,
    subnet: Handle<Subnet>,
}

fn network(s: &Scope) -> Network {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    Network {
        table: s.add("table", RouteTable::new(&vpc)),
        other: s.add("other", RouteTable::new(&vpc)),
        internet: s.add("internet", InternetGateway::new(&vpc)),
        subnet: s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24").availability_zone("eu-west-1a")),
    }
}

fn to_internet(s: &Scope, destination: &str) {
    let Network { table, internet, .. } = network(s);
    s.add("route", Route::new(&table, destination, &internet));
}

fn to_nat(s: &Scope) {
    let Network { table, other, subnet, .. } = network(s);
    let address = s.add("address", Eip::new());
    let nat = s.add("nat", NatGateway::new(&subnet).allocation(&address));
    s.add("route", Route::new(&table, "0.0.0.0/0", &nat));
    s.add("made-to-nat", Route::new(&other, "0.0.0.0/0", &nat));
}

fn to_peering(s: &Scope) {
    let Network { table, other, .. } = network(s);
    let peer = s.add("peer", Vpc::new("10.1.0.0/16"));
    let peering = s.add("peering", VpcPeeringConnection::new(&table.vpc, &peer).auto_accept(true));
    s.add("route", Route::new(&table, "0.0.0.0/0", &peering));
    s.add("made-to-peering", Route::new(&other, "10.1.0.0/16", &peering));
}

fn to_instance(s: &Scope) {
    let Network { table, other, subnet, .. } = network(s);
    let image = s.look_up(Image::by_parameter(IMAGE));
    let nat = s.add("nat", Instance::new(&image, "t3.nano", &subnet).source_dest_check(false));
    s.add("route", Route::new(&table, "0.0.0.0/0", &nat));
    s.add("made-to-instance", Route::new(&other, "10.8.0.0/16", &nat));
}

pub(super) const KIND: Kind = Kind {
    subject: "route",
    minimal: |s| to_internet(s, "0.0.0.0/0"),
    changes: &[
        update("another target", to_nat),
        update("a target of a third kind", to_instance),
        update("a target of a fourth kind", to_peering),
        update("the first target again", |s| to_internet(s, "0.0.0.0/0")),
        create_first("a range within the first", |s| to_internet(s, "10.9.0.0/16")),
        same("the same range in other words", |s| to_internet(s, "10.9.1.2/16")),
        create_first("another table", in_other),
    ],
    creates: "CreateRoute",
    deletes: "DeleteRoute",
    vanish: |world, id| kinds::overwrite(world, table_of(id), "routes", json!([])),
    adopting: |s, ids| {
        let (table, internet) = (Id::<RouteTable>::new(&*ids["table"]), Id::<InternetGateway>::new(&*ids["internet"]));
        s.add("route", Route::new(table, "0.0.0.0/0", internet).adopt(&ids["route"]));
    },
};

blogstack_tests::lives!(KIND);

fn in_other(s: &Scope) {
    let Network { other, internet, .. } = network(s);
    s.add("route", Route::new(&other, "10.9.0.0/16", &internet));
}

fn table_of(id: &str) -> &str {
    id.split_once('_').unwrap().0
}

#[test]
fn its_id_tells_table_and_range() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        assert_eq!(world.id("route").await, format!("{}_0.0.0.0/0", world.id("table").await));
    });
}

#[test]
fn an_older_target_is_not_taken_for_the_new_one() {
    run(async {
        let late = Consistency::window(Duration::from_secs(20)).for_changes_too();
        let world = World::with(Sim::builder().seed(7).consistency(late));
        let blind = How { no_refresh: true, ..How::default() };
        let blind = World { lab: world.lab.clone().how(blind), ..world.clone() };
        world.up(to_nat).await;
        let (table, internet) = (world.id("table").await, world.id("internet").await);
        let route = json!({"destination": {"cidr_block": "0.0.0.0/0"}, "target": {"gateway": internet}});
        kinds::overwrite(&world, &table, "routes", json!([route]));
        blind.up(to_instance).await;
        let state = world.state().await;
        let route = state.records.values().find(|record| record.urn.path() == "route").unwrap();
        assert_eq!(route.outputs.get("target"), route.inputs.get("target"));
    });
}

#[test]
fn a_route_that_somebody_else_made_is_not_taken() {
    run(async {
        let world = World::new();
        world.up(|s| drop(network(s))).await;
        let (table, internet) = (world.id("table").await, world.id("internet").await);
        let route = json!({"destination": {"cidr_block": "0.0.0.0/0"}, "target": {"gateway": internet}});
        kinds::overwrite(&world, &table, "routes", json!([route]));
        let report = world.stack(KIND.minimal).up().await.unwrap();
        let error = &report.failed[0].error;
        assert_eq!(
            (error.to_string(), error.hint().unwrap()),
            (
                format!("the table `{table}` has a route for 0.0.0.0/0 already: to `{internet}` (ec2:DescribeRouteTables)"),
                format!("remove that first, or take it over with `.adopt(\"{table}_0.0.0.0/0\")`")
            )
        );
        assert!(!world.calls().contains(&"CreateRoute".to_owned()));
    });
}

#[test]
fn somebody_elses_target_is_put_right_and_a_missing_one_is_told() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        let table = world.id("table").await;
        let route = json!({"destination": {"cidr_block": "0.0.0.0/0"}, "target": {"interface": "eni-0123456789abcdef0"}});
        kinds::overwrite(&world, &table, "routes", json!([route]));
        let plan = world.stack(KIND.minimal).preview().await.unwrap();
        let step = plan.steps.iter().find(|step| step.urn.path() == "route").unwrap();
        assert_eq!(format!("{:?}", step.changes[0].old.as_ref().unwrap()), r#"{"other": "eni-0123456789abcdef0"}"#);
        world.up(KIND.minimal).await;
        kinds::overwrite(&world, &world.id("internet").await, "vpc", json!(null));
        let refreshed = world.stack(KIND.minimal).refresh().await.unwrap();
        assert_eq!(refreshed.len(), 2, "{refreshed:#?}");
        let state = world.state().await;
        let record = state.records.values().find(|record| record.urn.path() == "route").unwrap();
        assert_eq!(record.outputs.get("state").unwrap().as_text(), Some("blackhole"));
    });
}

#[test]
fn all_tables_are_read_by_one_call() {
    run(async {
        let world = World::new();
        let program = |s: &Scope| {
            let Network { table, other, internet, .. } = network(s);
            s.add("a", Route::new(&table, "0.0.0.0/0", &internet));
            s.add("b", Route::new(&table, "10.8.0.0/16", &internet));
            s.add("c", Route::new(&other, "0.0.0.0/0", RouteTarget::Gateway(Id::new("igw-0"))).ignore_changes(Route::target));
        };
        let report = world.stack(program).up().await.unwrap();
        assert_eq!(report.failed.len(), 1);
        world.calls();
        world.stack(program).preview().await.unwrap();
        let reads = world.calls().into_iter().filter(|call| call == "DescribeRouteTables").count();
        assert_eq!(reads, 1, "the same tells the tables and their routes");
    });
}
