//! Instances that nobody declares one by one, and classic load balancers.

use blogstack_aws::{
    autoscaling::{AutoScalingGroup, AutoScalingGroupArgs, LaunchTemplateSpecification},
    checks::{assert_can_reach, assert_only_through_balancers, tcp},
    ec2::{
        ImageId, LaunchInterface, LaunchTemplate, LaunchTemplateArgs, Route, RouteTable, RouteTableAssociation, Rule, SecurityGroup, Subnet,
    },
    elb,
    elbv2::{Action, Listener, LoadBalancer, Protocol, TargetGroup},
};
use blogstack_core::{Handle, Scope};
use expect_test::expect;

use super::{Network, network, plan, server, ways};

fn template() -> LaunchTemplateArgs {
    LaunchTemplate::new().image(ImageId("ami-0123456789abcdef0".to_owned())).instance_type("t3.nano")
}

/// A tier of which each instance lets the world in at the database's port.
fn tier(s: &Scope, subnet: &Handle<Subnet>, network: &Network) -> AutoScalingGroupArgs {
    let template = s.add("db", template().security_groups([&network.open]));
    AutoScalingGroup::new([subnet], 2_u32).launch_template(&template)
}

#[test]
fn a_tier_without_public_addresses_is_unreachable() {
    ways(
        |s| {
            let network = network(s);
            s.add("db", tier(s, &network.private, &network));
        },
        &expect![[r#"
            internet gateway `internet` -> stopped by the lack of a public address
            internet gateway `internet` -> IPv6 -> the default ACL of `vpc` -> stopped by security group `open`
        "#]],
    );
}

#[test]
fn a_tier_in_a_subnet_that_gives_public_addresses_is_reached() {
    ways(
        |s| {
            let network = network(s);
            let subnet = s.add("third", Subnet::new(&network.vpc, "10.0.2.0/24").map_public_ip_on_launch(true));
            let table = s.add("third", RouteTable::new(&network.vpc));
            s.add("third", RouteTableAssociation::new(&subnet, &table));
            s.add("third", Route::new(&table, "0.0.0.0/0", network.internet.as_ref().unwrap()));
            s.add("db", tier(s, &subnet, &network));
        },
        &expect![[r#"
            surely Gateway: tcp 5432 from 1.0.0.0-9.255.255.255, and more: internet gateway `internet` -> a public address by subnet `third` -> a route to it in table `third` -> the default ACL of `vpc` -> security group `open`
        "#]],
    );
}

#[test]
fn what_a_template_says_of_the_interface_counts() {
    ways(
        |s| {
            let network = network(s);
            let interface = LaunchInterface::new().associate_public_ip_address(true).security_groups([&network.open]);
            let template = s.add("db", template().network_interfaces([interface]));
            s.add("db", AutoScalingGroup::new([&network.public], 2_u32).launch_template(&template));
        },
        &expect![[r#"
            surely Gateway: tcp 5432 from 1.0.0.0-9.255.255.255, and more: internet gateway `internet` -> a public address of `db` -> a route to it in table `public` -> the default ACL of `vpc` -> security group `open`
        "#]],
    );
}

#[test]
fn an_older_version_of_a_template_may_say_anything() {
    ways(
        |s| {
            let network = network(s);
            let template = s.add("db", template().security_groups([&network.open]));
            let third = LaunchTemplateSpecification::new(&template).version(3);
            s.add("db", AutoScalingGroup::new([&network.public], 2_u32).launch_template(third));
        },
        &expect![[r#"
            perhaps Gateway: everything from 1.0.0.0-9.255.255.255, and more: internet gateway `internet` -> a public address -> a route to it in table `public` -> the default ACL of `vpc` -> security group that another version of a launch template names
                not known: whether another version of a launch template gives a public address
                not known: what security group that another version of a launch template names lets pass
            perhaps Ipv6: everything from 2000::/3, and more: internet gateway `internet` -> IPv6 -> the default ACL of `vpc` -> security group that another version of a launch template names
                not known: whether subnet `public` has IPv6 addresses and routes, which no program declares
                not known: what security group that another version of a launch template names lets pass
        "#]],
    );
}

/// A balancer that lets the world in at 443, and servers that let the balancer in at 8080.
fn doors(s: &Scope, network: &Network) -> [Handle<SecurityGroup>; 2] {
    let front = s.add("front", SecurityGroup::new(&network.vpc, "balancer").ingress([Rule::tcp(443).from("0.0.0.0/0")]));
    let back = s.add("back", SecurityGroup::new(&network.vpc, "servers").ingress([Rule::tcp(8080).from(&front)]));
    [front, back]
}

/// An application load balancer before a tier.
fn balanced(s: &Scope) {
    let network = network(s);
    let [front, back] = doors(s, &network);
    let balancer = s.add("front", LoadBalancer::new([&network.public, &network.private]).security_groups([&front]));
    let targets = s.add("back", TargetGroup::new(&network.vpc, Protocol::Http, 8080_u16));
    s.add("https", Listener::new(&balancer, Protocol::Http, 443_u16, Action::forwarding(&targets)));
    let template = s.add("db", template().security_groups([&back]));
    let group = AutoScalingGroup::new([&network.private], 2_u32).launch_template(&template);
    s.add("db", group.target_group_arns([&targets]));
}

#[test]
fn a_balancer_is_a_way_to_a_tier() {
    ways(
        balanced,
        &expect![[r#"
            surely Balancer: tcp 8080 from 10.0.1.0/24: internet gateway `internet` -> balancer `front` -> a route to it in table `public` -> the default ACL of `vpc` -> security group `front` -> listener `https` to target group `back` -> security group `front` -> security group `back`
            surely Balancer: tcp 8080 from 10.0.0.0/24: internet gateway `internet` -> balancer `front` -> a route to it in table `public` -> the default ACL of `vpc` -> security group `front` -> listener `https` to target group `back` -> security group `front` -> the default ACL of `vpc` -> the local route of table `public` -> the default ACL of `vpc` -> security group `back`
        "#]],
    );
    assert_only_through_balancers(&plan(balanced), "db");
}

#[test]
fn a_tier_reaches_a_server() {
    let plan = plan(|s| {
        let network = network(s);
        s.add("web", tier(s, &network.private, &network));
        s.add("server", server(&network.private).security_groups([&network.open]));
    });
    assert_can_reach(&plan, "web", "server", tcp(5432));
}

/// A classic load balancer before an instance or a tier.
fn classic(s: &Scope, of_a_tier: bool) {
    let network = network(s);
    let [front, back] = doors(s, &network);
    let listener = elb::Listener::new(elb::Protocol::Tcp, 443_u16, elb::Protocol::Tcp, 8080_u16);
    let balancer = elb::LoadBalancer::new([&network.public], [listener]).security_groups([&front]);
    if of_a_tier {
        let balancer = s.add("front", balancer);
        let template = s.add("db", template().security_groups([&back]));
        let group = AutoScalingGroup::new([&network.private], 2_u32).launch_template(&template);
        s.add("db", group.load_balancer_names([&balancer.load_balancer_name]));
    } else {
        let db = s.add("db", server(&network.private).security_groups([&back]));
        s.add("front", balancer.instances([&db]));
    }
}

#[test]
fn a_classic_balancer_is_a_way_in_too() {
    ways(
        |s| classic(s, false),
        &expect![[r#"
        surely Balancer: tcp 8080 from 10.0.0.0/24: internet gateway `internet` -> balancer `front` -> a route to it in table `public` -> the default ACL of `vpc` -> security group `front` -> a listener of `front` -> security group `front` -> the default ACL of `vpc` -> the local route of table `public` -> the default ACL of `vpc` -> security group `back`
    "#]],
    );
    ways(
        |s| classic(s, true),
        &expect![[r#"
            surely Balancer: tcp 8080 from 10.0.0.0/24: internet gateway `internet` -> balancer `front` -> a route to it in table `public` -> the default ACL of `vpc` -> security group `front` -> a listener of `front` -> security group `front` -> the default ACL of `vpc` -> the local route of table `public` -> the default ACL of `vpc` -> security group `back`
        "#]],
    );
    assert_only_through_balancers(&plan(|s| classic(s, true)), "db");
}
