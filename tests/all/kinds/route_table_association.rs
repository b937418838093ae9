use blogstack_aws::ec2::{RouteTable, RouteTableAssociation, Subnet, Vpc};
use blogstack_core::{Declare, Handle, Id, Scope};
use blogstack_sim::{FaultKind, on};
use blogstack_tests::{
    kinds::{self, Kind, create_first, update},
    run,
    world::World,
};
use serde_json::Value as Json;

fn network(s: &Scope) -> ([Handle<Subnet>; 2], [Handle<RouteTable>; 2]) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    let subnet = |name: &str, range: &str| s.add(name, Subnet::new(&vpc, range).availability_zone("eu-west-1a"));
    let subnets = [subnet("subnet", "10.0.0.0/24"), subnet("other-subnet", "10.0.1.0/24")];
    (subnets, ["table", "other-table"].map(|name| s.add(name, RouteTable::new(&vpc))))
}

fn associated(s: &Scope, subnet: usize, table: usize) {
    let (subnets, tables) = network(s);
    s.add("association", RouteTableAssociation::new(&subnets[subnet], &tables[table]));
}

pub(super) const KIND: Kind = Kind {
    subject: "association",
    minimal: |s| associated(s, 0, 0),
    changes: &[
        update("another table", |s| associated(s, 0, 1)),
        create_first("another subnet", |s| associated(s, 1, 1)),
        create_first("both at once", |s| associated(s, 0, 0)),
    ],
    creates: "AssociateRouteTable",
    deletes: "DisassociateRouteTable",
    vanish,
    adopting: |s, ids| {
        let (subnet, table) = (Id::<Subnet>::new(&*ids["subnet"]), Id::<RouteTable>::new(&*ids["table"]));
        s.add("association", RouteTableAssociation::new(subnet, table).adopt(&ids["association"]));
    },
};

blogstack_tests::lives!(KIND);

/// The simulation keeps associations in their tables.
fn vanish(world: &World, id: &str) {
    for (key, table) in world.sim.objects().into_iter().filter(|(key, _)| key.contains("/route-table/")) {
        let others = table["associations"].as_array().unwrap().iter().filter(|association| association["subject"]["subnet"] != id);
        kinds::overwrite(world, key.rsplit('/').next().unwrap(), "associations", Json::Array(others.cloned().collect()));
    }
}

#[test]
fn a_change_of_table_whose_answer_is_lost_is_made_once() {
    run(async {
        for fault in [
            on("ReplaceRouteTableAssociation").after_effect(FaultKind::Reset),
            on("ReplaceRouteTableAssociation").before_effect(FaultKind::Reset),
        ] {
            let world = World::new();
            world.up(KIND.minimal).await;
            world.sim.add_fault(fault);
            world.up(|s| associated(s, 0, 1)).await;
            assert!(world.stack(|s| associated(s, 0, 1)).preview().await.unwrap().is_empty());
            world.destroy().await;
            assert!(world.sim.objects().is_empty());
        }
    });
}

#[test]
fn a_table_that_is_replaced_is_let_go_first() {
    run(async {
        let world = World::new();
        let renamed = |name: &'static str| {
            move |s: &Scope| {
                let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
                let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));
                let table = s.add(name, RouteTable::new(&vpc));
                s.add("association", RouteTableAssociation::new(&subnet, &table));
            }
        };
        world.up(renamed("a")).await;
        world.up(renamed("b")).await;
        assert!(world.stack(renamed("b")).preview().await.unwrap().is_empty());
    });
}

#[test]
fn a_subnet_that_uses_another_table_is_left_alone() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        let (subnet, table) = (world.id("subnet").await, world.id("table").await);
        let second = world.beside();
        let report = second
            .stack(move |s| {
                let (subnet, table) = (Id::<Subnet>::new(&*subnet), Id::<RouteTable>::new(&*table));
                s.add("association", RouteTableAssociation::new(subnet, table));
            })
            .up()
            .await
            .unwrap();
        let error = report.failed[0].error.to_string();
        assert!(error.contains("uses a table of its own already"), "{error}");
    });
}
