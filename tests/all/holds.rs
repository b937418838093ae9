//! What cannot go because something stays is said at plan time.

use blogstack_aws::ec2::{Eip, EipAssociation, Image, Instance, InternetGateway, NatGateway, SecurityGroup, Subnet, Vpc};
use blogstack_core::{
    Declare, Handle, Scope,
    deployment::DeploymentError,
    display::{Style, plan_text},
    step::Action,
};
use blogstack_tests::{run, world::World};
use expect_test::{Expect, expect};

const IMAGE: &str = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";

fn subnet(s: &Scope, gateway: bool) -> Handle<Subnet> {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    if gateway {
        s.add("internet", InternetGateway::new(&vpc));
    }
    s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"))
}

fn server(s: &Scope, subnet: &Handle<Subnet>, public: bool) -> Handle<Instance> {
    let image = s.look_up(Image::by_parameter(IMAGE));
    s.add("server", Instance::new(&image, "t3.nano", subnet).associate_public_ip_address(public))
}

async fn refused(world: &World, program: impl Fn(&Scope) + Send + Sync + 'static, expected: &Expect) {
    let error = world.stack(program).preview().await.unwrap_err();
    assert!(matches!(error, DeploymentError::Refused(_)), "{error:?}");
    expected.assert_eq(&error.to_string());
}

#[test]
fn a_gateway_stays_as_long_as_an_instance_with_a_public_address_does() {
    run(async {
        let program = |gateway| move |s: &Scope| drop(server(s, &subnet(s, gateway), true));
        let world = World::new();
        world.up(program(true)).await;
        refused(
            &world,
            program(false),
            &expect![[r#"
                `internet`: it cannot be deleted while `server` (ec2/instance) stays, which has the public address 52.58.211.67
                  hint: take `server` out of the program too, or keep `internet`"#]],
        )
        .await;
        // Without the instance, or with the gateway, nothing is refused.
        world.up(|s| drop(subnet(s, false))).await;
        assert!(world.sim.objects().keys().all(|key| !key.contains("/internet-gateway/")));
    });
}

#[test]
fn a_private_instance_holds_no_gateway() {
    run(async {
        let program = |gateway| move |s: &Scope| drop(server(s, &subnet(s, gateway), false));
        let world = World::new();
        world.up(program(true)).await;
        world.up(program(false)).await;
    });
}

#[test]
fn a_gateway_stays_as_long_as_a_nat_gateway_does_and_is_not_replaced_either() {
    run(async {
        let program = |gateway| {
            move |s: &Scope| {
                let subnet = subnet(s, gateway);
                s.add("nat", NatGateway::new(&subnet).allocation(&s.add("address", Eip::new())));
            }
        };
        let world = World::new();
        world.up(program(true)).await;
        refused(
            &world,
            program(false),
            &expect![[r#"
                `internet`: it cannot be deleted while `nat` (ec2/nat-gateway) stays, which has the public address 52.58.211.67
                  hint: take `nat` out of the program too, or keep `internet`"#]],
        )
        .await;
        let replaced = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("internet", InternetGateway::new(&vpc).tag("generation", "2").replace_on(InternetGateway::tags.key("generation")));
            let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));
            s.add("nat", NatGateway::new(&subnet).allocation(&s.add("address", Eip::new())));
        };
        refused(
            &world,
            replaced,
            &expect![[r#"
                `internet`: its old object cannot be deleted while `nat` (ec2/nat-gateway) stays, which has the public address 52.58.211.67
                  hint: take `nat` out of the program, apply that, and then make this change"#]],
        )
        .await;
        // It cannot be attached elsewhere either.
        let moved = |is_moved: bool| {
            move |s: &Scope| {
                let other = s.add("other", Vpc::new("10.1.0.0/16"));
                let subnet = subnet(s, !is_moved);
                if is_moved {
                    s.add("internet", InternetGateway::new(&other));
                }
                s.add("nat", NatGateway::new(&subnet).allocation(&s.add("address", Eip::new())));
            }
        };
        world.up(moved(false)).await;
        let moved = moved(true);
        refused(
            &world,
            moved,
            &expect![[r#"
                `internet`: it cannot be moved while `nat` (ec2/nat-gateway) stays, which has the public address 52.58.211.67
                  hint: take `nat` out of the program, apply that, and then make this change"#]],
        )
        .await;
    });
}

#[test]
fn an_address_that_is_mapped_no_more_holds_no_gateway() {
    run(async {
        let program = |public: bool| {
            move |s: &Scope| {
                let server = server(s, &subnet(s, public), false);
                let address = s.add("address", Eip::new());
                if public {
                    s.add("server", EipAssociation::new(&address, &server));
                }
            }
        };
        let world = World::new();
        world.up(program(true)).await;
        let kept = |s: &Scope| {
            let server = server(s, &subnet(s, false), false);
            s.add("server", EipAssociation::new(&s.add("address", Eip::new()), &server));
        };
        refused(
            &world,
            kept,
            &expect![[r#"
                `internet`: it cannot be deleted while `server` (ec2/eip-association) stays, which maps a public address to 10.0.0.197
                  hint: take `server` out of the program too, or keep `internet`"#]],
        )
        .await;
        world.up(program(false)).await;
        assert!(world.stack(program(false)).preview().await.unwrap().is_empty());
    });
}

/// What is adopted keeps what the program does not set: so it keeps its group, too.
#[test]
fn a_group_that_an_adopted_instance_still_has_cannot_go() {
    run(async {
        let world = World::new();
        let with_group = |adopted: Option<String>, group: bool, set: bool| {
            move |s: &Scope| {
                let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
                let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));
                let group = group.then(|| s.add("group", SecurityGroup::new(&vpc, "for the server")));
                let server = Instance::new(s.look_up(Image::by_parameter(IMAGE)), "t3.nano", &subnet);
                let server = if set { server.security_groups(group.as_ref().map(|group| [group])) } else { server };
                s.add("server", if let Some(id) = &adopted { server.adopt(id.as_str()) } else { server });
            }
        };
        world.up(with_group(None, true, true)).await;
        let id = world.id("server").await;
        let stack = world.stack(|_| ());
        let session = stack.open().await.unwrap();
        session.forget("server").await.unwrap();
        session.close().await.unwrap();
        // In the run that adopts it.
        refused(
            &world,
            with_group(Some(id.clone()), false, false),
            &expect![[r#"
            `group`: it cannot be deleted while `server` (ec2/instance) names it in `security_groups`, which the program does not change
              hint: set `security_groups` of `server`, or keep `group`"#]],
        )
        .await;
        // And in any later one.
        world.up(with_group(Some(id.clone()), true, false)).await;
        refused(
            &world,
            with_group(Some(id.clone()), false, false),
            &expect![[r#"
            `group`: it cannot be deleted while `server` (ec2/instance) names it in `security_groups`, which the program does not change
              hint: set `security_groups` of `server`, or keep `group`"#]],
        )
        .await;
        // A program that sets the field first, and only then leaves it out, gives the group back.
        world.up(with_group(Some(id.clone()), true, true)).await;
        let without = with_group(Some(id), false, false);
        assert_eq!(world.stack(without.clone()).preview().await.unwrap().summary()["delete"], 1);
        world.up(without.clone()).await;
        let plan = world.stack(without).preview().await.unwrap();
        assert!(plan.steps.iter().all(|step| step.action == Action::Same));
    });
}

/// A new gateway cannot be attached beside the old one, and the old one cannot go while the old server has its public address: so
/// that goes before its successor comes.
#[test]
fn what_holds_a_gateway_that_is_replaced_goes_first() {
    run(async {
        let program = |generation: &'static str, key: &'static str| {
            move |s: &Scope| {
                let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
                let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));
                let image = s.look_up(Image::by_parameter(IMAGE));
                let server = Instance::new(&image, "t3.nano", &subnet).associate_public_ip_address(true).tag("key", key);
                let server = s.add("server", server.replace_on(Instance::tags.key("key")));
                s.add("beside", Instance::new(&image, "t3.nano", &subnet).tag("key", key).tag("of", &server.primary_network_interface_id));
                let internet = InternetGateway::new(&vpc).tag("generation", generation);
                s.add("internet", internet.replace_on(InternetGateway::tags.key("generation")));
            }
        };
        let world = World::new();
        world.up(program("1", "1")).await;
        let plan = world.stack(program("2", "2")).preview().await.unwrap();
        expect![[r#"
            Plan for stack `test` of `test` on `sim`. What has the same number is done side by side:

              3 ± internet  replace  ec2/internet-gateway
                    the old object is deleted first (number 2)
                    because both could not exist at once
                    tags: {generation: "1"} -> {generation: "2"}; needs a new object
              4 ± server    replace  ec2/instance, about 1 min
                    the old object is deleted first (number 1)
                    because the old object holds `internet`, which is deleted first
                    tags: {key: "1"} -> {key: "2"}; needs a new object
              5 ~ beside    update   ec2/instance
                    tags: {key: "1", of: "eni-0fdf0ddf3969a4be3"} -> {key: "2", of: <server.primary_network_interface_id>}

            1 to update, 2 to replace; 2 stay as they are; about 1 min in all.
        "#]]
        .assert_eq(&plan_text(&plan, Style::plain()));
        world.up(program("2", "2")).await;
        assert!(world.stack(program("2", "2")).preview().await.unwrap().is_empty());
    });
}
