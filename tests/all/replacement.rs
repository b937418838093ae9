//! New objects for old ones: which first, and who is drawn along.

use std::net::Ipv4Addr;

use blogstack_aws::ec2::{
    Eip, EipAssociation, Image, Instance, InternetGateway, NatGateway, Route, RouteTable, RouteTableAssociation, Subnet, Vpc,
};
use blogstack_core::{
    Configure, Declare, Scope,
    deployment::DeploymentError,
    display::{Style, plan_text},
    error::Problem,
    plan::Plan,
    step::{Action, Task, Work},
};
use blogstack_tests::{run, world::World};
use expect_test::expect;

const CREATE_FIRST: Action = Action::Replace { delete_first: false };
const DELETE_FIRST: Action = Action::Replace { delete_first: true };

/// Applies `before`, then tells what `after` would do, does it, and checks that it converges.
async fn change(before: fn(&Scope), after: fn(&Scope)) -> Vec<(String, Action)> {
    let world = World::new();
    world.up(before).await;
    let plan = world.stack(after).preview().await.unwrap();
    world.up(after).await;
    assert!(world.stack(after).preview().await.unwrap().is_empty());
    world.destroy().await;
    assert!(world.sim.objects().is_empty(), "{:#?}", world.sim.objects());
    plan.steps.iter().map(|step| (step.urn.path().to_owned(), step.action)).collect()
}

fn actions(pairs: &[(&str, Action)]) -> Vec<(String, Action)> {
    pairs.iter().map(|(path, action)| ((*path).to_owned(), *action)).collect()
}

#[test]
fn a_subnet_with_another_range_is_made_first() {
    run(async {
        let before = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("a", Subnet::new(&vpc, "10.0.0.0/24"));
        };
        let after = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("a", Subnet::new(&vpc, "10.0.1.0/24"));
        };
        assert_eq!(change(before, after).await, actions(&[("vpc", Action::Same), ("a", CREATE_FIRST)]));
    });
}

#[test]
fn a_subnet_with_an_overlapping_range_is_deleted_first() {
    run(async {
        let before = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("a", Subnet::new(&vpc, "10.0.0.0/24"));
        };
        let after = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("a", Subnet::new(&vpc, "10.0.0.0/25"));
        };
        assert_eq!(change(before, after).await, actions(&[("vpc", Action::Same), ("a", DELETE_FIRST)]));
    });
}

#[test]
fn a_new_network_draws_its_subnets_along() {
    run(async {
        let before = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("a", Subnet::new(&vpc, "10.0.0.0/24"));
        };
        let after = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/15"));
            s.add("a", Subnet::new(&vpc, "10.0.0.0/24"));
        };
        let too_large = |s: &Scope| {
            s.add("vpc", Vpc::new("10.0.0.0/15"));
        };
        let error = World::new().stack(too_large).preview().await.unwrap_err();
        assert_eq!(error.to_string(), "`vpc`: field `cidr_block`: 10.0.0.0/15 is not between /16 and /28");
        let _ = (before, after);
        let after = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.1.0.0/16"));
            s.add("a", Subnet::new(&vpc, "10.1.0.0/24"));
        };
        assert_eq!(change(before, after).await, actions(&[("vpc", CREATE_FIRST), ("a", CREATE_FIRST)]));
    });
}

#[test]
fn deleting_first_spreads_to_what_cannot_let_go() {
    run(async {
        let before = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("a", Subnet::new(&vpc, "10.0.0.0/24"));
        };
        let after = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/20").delete_before_replace());
            s.add("a", Subnet::new(&vpc, "10.0.0.0/24"));
        };
        assert_eq!(change(before, after).await, actions(&[("vpc", DELETE_FIRST), ("a", DELETE_FIRST)]));
    });
}

fn order(plan: &Plan) -> Vec<(String, Work)> {
    plan.tasks.iter().map(|task| (plan.steps[task.step].urn.path().to_owned(), task.work)).collect()
}

#[test]
fn a_range_is_free_before_another_subnet_takes_it() {
    run(async {
        let before = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("old", Subnet::new(&vpc, "10.0.0.0/24"));
        };
        let after = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("new", Subnet::new(&vpc, "10.0.0.0/25"));
        };
        let world = World::new();
        world.up(before).await;
        let plan = world.stack(after).preview().await.unwrap();
        assert_eq!(order(&plan), [("old".to_owned(), Work::Remove), ("new".to_owned(), Work::Make)]);
        world.up(after).await;
    });
}

const IMAGE: &str = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";

/// An address that stands for a server, or is a NAT gateway's.
fn address(s: &Scope, is_gateways: bool) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    s.add("internet", InternetGateway::new(&vpc));
    let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));
    let server = s.add("server", Instance::new(s.look_up(Image::by_parameter(IMAGE)), "t3.nano", &subnet));
    let address = s.add("address", Eip::new());
    if is_gateways {
        s.add("nat", NatGateway::new(&subnet).allocation(&address));
    } else {
        s.add("server", EipAssociation::new(&address, &server));
    }
}

#[test]
fn an_address_is_free_before_another_kind_uses_it() {
    run(async {
        let world = World::new();
        for is_gateways in [false, true, false] {
            let program = move |s: &Scope| address(s, is_gateways);
            let plan = world.stack(program).preview().await.unwrap();
            let work: Vec<_> = order(&plan).into_iter().filter(|(_, work)| *work != Work::Note).collect();
            if let [(old, Work::Remove), (new, Work::Make)] = &work[..] {
                assert_eq!((old == "nat", new == "nat"), (!is_gateways, is_gateways));
            } else {
                assert_eq!(plan.summary()["create"], 6, "only the first run makes everything");
            }
            world.up(program).await;
            assert!(world.stack(program).preview().await.unwrap().is_empty());
        }
    });
}

#[test]
fn two_kinds_that_use_one_address_are_refused_with_both_lines() {
    run(async {
        let program = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));
            let server = Instance::new(s.look_up(Image::by_parameter(IMAGE)), "t3.nano", &subnet);
            let server = s.add("server", server.private_ip(std::net::Ipv4Addr::new(10, 0, 0, 9)));
            let address = s.add("address", Eip::new());
            s.add("out", NatGateway::new(&subnet).allocation(&address).private_ip(std::net::Ipv4Addr::new(10, 0, 0, 9)));
            s.add("out", EipAssociation::new(&address, &server));
        };
        let Err(DeploymentError::Invalid(problems)) = World::new().stack(program).preview().await else { panic!("it is refused") };
        expect![[r#"
            `out`: it has the same subnet and private_ip as `server` (ec2/instance)
            `out`: it has the same allocation as `out` (ec2/nat-gateway)"#]]
        .assert_eq(&problems.to_string());
        let lines = |problem: &Problem| (problem.line.unwrap().line(), problem.related.unwrap().0.line());
        let (first, second) = (lines(&problems.0[0]), lines(&problems.0[1]));
        assert_eq!((first.0 - first.1, second.0 - second.1), (2, 1));
    });
}

/// A NAT gateway with a further address, which another NAT gateway or a server may have instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Further {
    First,
    Second,
    Server,
    Nobody,
}

fn further(s: &Scope, whose: &[Further]) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    s.add("internet", InternetGateway::new(&vpc));
    let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));
    let server = s.add("server", Instance::new(s.look_up(Image::by_parameter(IMAGE)), "t3.nano", &subnet));
    let [a, b, c, address] = ["a", "b", "c", "address"].map(|name| s.add(name, Eip::new()));
    let is = |one| whose.contains(&one);
    let nat = |own, further: bool| {
        let nat = NatGateway::new(&subnet).allocation(own).tag("Name", "way out");
        if further { nat.secondary_allocations([&address, &c]) } else { nat }
    };
    s.add("first", nat(&a, is(Further::First)));
    if is(Further::Server) {
        s.add("server", EipAssociation::new(&address, &server));
    }
    if is(Further::Second) {
        s.add("second", NatGateway::new(&subnet).allocation(&b).secondary_allocations([&address]));
    }
}

#[test]
fn a_further_address_of_a_gateway_that_stays_is_free_before_another_uses_it() {
    run(async {
        let world = World::new();
        for whose in [Further::First, Further::Server, Further::First, Further::Second, Further::First, Further::Nobody] {
            let program = move |s: &Scope| further(s, &[whose]);
            let plan = world.stack(program).preview().await.unwrap();
            let at = |path: &str, work| {
                let is_it = |task: &Task| task.work == work && plan.steps[task.step].urn.path() == path;
                plan.tasks.iter().position(is_it).unwrap_or_else(|| panic!("nothing is done to `{path}`"))
            };
            match whose {
                Further::Server => assert!(plan.tasks[at("server", Work::Make)].after.contains(&at("first", Work::Change))),
                Further::Second => assert!(plan.tasks[at("second", Work::Make)].after.contains(&at("first", Work::Change))),
                Further::First | Further::Nobody => {}
            }
            world.up(program).await;
            assert!(world.stack(program).preview().await.unwrap().is_empty(), "{whose:?}");
        }
    });
}

#[test]
fn a_further_address_has_one_user() {
    run(async {
        let both = |s: &Scope| further(s, &[Further::First, Further::Server, Further::Second]);
        let Err(DeploymentError::Invalid(problems)) = World::new().stack(both).preview().await else { panic!("it is refused") };
        expect![[r#"
            `server`: it has the same allocation as `first` (ec2/nat-gateway)
            `second`: field `secondary_allocations`: <address.id> is taken by `first`"#]]
        .assert_eq(&problems.to_string());
    });
}

#[test]
fn what_makes_room_waits_for_what_its_successor_waits_for() {
    run(async {
        let program = |script: &'static str| {
            move |s: &Scope| {
                let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
                s.add("internet", InternetGateway::new(&vpc));
                let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));
                let image = s.look_up(Image::by_parameter(IMAGE));
                let server = s.add("server", Instance::new(&image, "t3.nano", &subnet).user_data(script));
                s.add("stands-for", EipAssociation::new(&s.add("address", Eip::new()), &server));
            }
        };
        let world = World::new();
        world.up(program("#!/bin/sh\necho one\n")).await;
        let plan = world.stack(program("#!/bin/sh\necho two\n")).preview().await.unwrap();
        let task = |path: &str, work| {
            let is_it = |task: &Task| task.work == work && plan.steps[task.step].urn.path() == path;
            plan.tasks.iter().position(is_it).unwrap_or_else(|| panic!("nothing is done to `{path}`"))
        };
        let waits = |then: usize, first: usize| plan.tasks[then].after.contains(&first);
        let (old, new) = (task("stands-for", Work::Remove), task("stands-for", Work::Make));
        assert!(waits(old, task("server", Work::Make)), "the address stands for the old server until the new one runs");
        assert!(waits(new, old) && waits(task("server", Work::Remove), old));
        world.up(program("#!/bin/sh\necho two\n")).await;
    });
}

#[test]
fn what_a_retained_old_object_is_built_on_is_given_up_with_it() {
    run(async {
        let program = |range: &'static str, subnet: &'static str| {
            move |s: &Scope| {
                let vpc = s.add("vpc", Vpc::new(range));
                s.add("kept", Subnet::new(&vpc, subnet).retain());
            }
        };
        let world = World::new();
        world.up(program("10.0.0.0/16", "10.0.0.0/24")).await;
        let plan = world.stack(program("10.1.0.0/16", "10.1.0.0/24")).preview().await.unwrap();
        expect![[r#"
            Plan for stack `test` of `test` on `sim`. What has the same number is done side by side:

              1 ± vpc   replace  ec2/vpc
                    the old object is given up afterwards (number 4): `kept`, which is retained, is built on it
                    cidr_block: "10.0.0.0/16" -> "10.1.0.0/16"; needs a new object
              2 ± kept  replace  ec2/subnet
                    the old object is given up afterwards (number 3): the program asks to retain it
                    vpc: "vpc-0b665ea61f63342eb" -> <vpc.id>; needs a new object
                    cidr_block: "10.0.0.0/24" -> "10.1.0.0/24"; needs a new object

            2 to replace.
        "#]]
        .assert_eq(&plan_text(&plan, Style::plain()));
        world.up(program("10.1.0.0/16", "10.1.0.0/24")).await;
        assert_eq!(world.sim.objects().keys().filter(|key| key.contains("/subnet/")).count(), 2);
    });
}

#[test]
fn what_is_retained_keeps_its_place() {
    run(async {
        let program = |range: &'static str| {
            move |s: &Scope| {
                let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
                s.add("kept", Subnet::new(&vpc, range).retain());
            }
        };
        let world = World::new();
        world.up(program("10.0.0.0/24")).await;
        let error = world.stack(program("10.0.0.0/25")).preview().await.unwrap_err();
        expect![[r#"
            `kept`: it would take the place of its old object, which is given up and not deleted: the program asks to retain it
              hint: declare the old one without `.retain()`, apply that, and then make this change"#]]
        .assert_eq(&error.to_string());
    });
}

#[test]
fn deletions_that_go_along_with_each_other_are_no_circle() {
    run(async {
        let program = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            let internet = s.add("internet", InternetGateway::new(&vpc));
            let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));
            let nat = s.add("nat", NatGateway::new(&subnet).allocation(&s.add("address", Eip::new())));
            let table = s.add("table", RouteTable::new(&vpc));
            s.add("out", Route::new(&table, "0.0.0.0/0", &nat).deleted_with(&table));
            s.add("in", Route::new(&table, "10.9.0.0/16", &internet).deleted_with(&table));
            s.add("subnet", RouteTableAssociation::new(&subnet, &table).deleted_with(&subnet));
        };
        let world = World::new();
        world.up(program).await;
        world.calls();
        world.destroy().await;
        assert!(world.sim.objects().is_empty());
        let calls = world.calls();
        let count = |operation: &str| calls.iter().filter(|call| *call == operation).count();
        // A route may outlive what it leads to, so none of the three needs a call of its own.
        assert_eq!(count("DeleteRoute") + count("DisassociateRouteTable"), 0, "{calls:?}");
    });
}

/// The route leads to the first server until the second one is there, which waits for the first one's successor. A route may outlive
/// what it leads to, so it does.
#[test]
fn what_may_outlive_what_it_points_at_closes_no_circle() {
    run(async {
        let program = |second: bool| {
            move |s: &Scope| {
                let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
                let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));
                let image = s.look_up(Image::by_parameter(IMAGE));
                let size = if second { "t3.small" } else { "t3.nano" };
                let first = Instance::new(&image, size, &subnet).private_ip(Ipv4Addr::new(10, 0, 0, 10));
                let first = s.add("first", first.replace_on(Instance::instance_type));
                let table = s.add("table", RouteTable::new(&vpc));
                let target = match second {
                    true => s.add("second", Instance::new(&image, "t3.nano", &subnet).tag("beside", &first.primary_network_interface_id)),
                    false => first,
                };
                s.add("out", Route::new(&table, "0.0.0.0/0", &target));
            }
        };
        let world = World::new();
        world.up(program(false)).await;
        let plan = world.stack(program(true)).preview().await.unwrap();
        let task = |path: &str, work| {
            let is_it = |task: &Task| task.work == work && plan.steps[task.step].urn.path() == path;
            plan.tasks.iter().position(is_it).unwrap_or_else(|| panic!("nothing is done to `{path}`"))
        };
        assert!(task("first", Work::Remove) < task("out", Work::Change));
        world.up(program(true)).await;
        assert!(world.stack(program(true)).preview().await.unwrap().is_empty());
    });
}

/// Where nothing stands in the way, what points at something lets go of it first.
#[test]
fn what_may_outlive_what_it_points_at_lets_go_first_where_it_can() {
    run(async {
        let program = |second: bool| {
            move |s: &Scope| {
                let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
                let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));
                let image = s.look_up(Image::by_parameter(IMAGE));
                let server = s.add(if second { "second" } else { "first" }, Instance::new(&image, "t3.nano", &subnet));
                s.add("out", Route::new(&s.add("table", RouteTable::new(&vpc)), "0.0.0.0/0", &server));
            }
        };
        let world = World::new();
        world.up(program(false)).await;
        let plan = world.stack(program(true)).preview().await.unwrap();
        let order: Vec<&str> = plan.tasks.iter().map(|task| plan.steps[task.step].urn.path()).collect();
        assert_eq!(order, ["second", "out", "first"]);
    });
}
