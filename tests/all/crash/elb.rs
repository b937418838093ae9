//! Programs with classic load balancers.

use blogstack_aws::{
    Arn,
    ec2::{InternetGateway, SecurityGroup, Subnet, Vpc},
    elb::{HealthCheck, Listener, ListenerArgs, LoadBalancer, Protocol},
};
use blogstack_core::{Configure, Declare, Handle, Scope};
use blogstack_tests::crash::Run;

use super::survives;

fn network(s: &Scope) -> (Handle<Vpc>, [Handle<Subnet>; 2]) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    s.add("internet", InternetGateway::new(&vpc));
    let subnet = |name: &str, block: &str, zone: &str| s.add(name, Subnet::new(&vpc, block).availability_zone(zone));
    let subnets = [subnet("a", "10.0.0.0/24", "eu-west-1a"), subnet("b", "10.0.1.0/24", "eu-west-1b")];
    (vpc, subnets)
}

fn http() -> ListenerArgs {
    Listener::new(Protocol::Http, 80_u16, Protocol::Http, 8080_u16)
}

fn https() -> ListenerArgs {
    let arn = Arn("arn:aws:acm:eu-west-1:123456789012:certificate/one".to_owned());
    Listener::new(Protocol::Https, 443_u16, Protocol::Http, 8080_u16).ssl_certificate(arn)
}

/// One after the other: addresses are given out in the order of the calls.
fn before(s: &Scope) {
    let (_, [a, b]) = network(s);
    let open = LoadBalancer::new([&a], [http(), https().app_cookie_name("session")]).health_check(HealthCheck::new("HTTP:8080/"));
    let open = s.add("open", open.tag("a", "1").depends_on(&b));
    let named = LoadBalancer::new([&a, &b], [http()]).load_balancer_name("named").idle_timeout(120_u32);
    let named = s.add("named", named.depends_on(&open));
    s.add("third", LoadBalancer::new([&b], [http()]).depends_on(&named));
}

/// Updates, a replacement, one that stays as it is.
fn after(s: &Scope) {
    let (vpc, [a, b]) = network(s);
    let group = s.add("group", SecurityGroup::new(&vpc, "web"));
    let https = https().ssl_policy("ELBSecurityPolicy-TLS-1-2-2017-01");
    let open = LoadBalancer::new([&b], [http().lb_cookie_expiration_period(60_u32), https]).security_groups([&group]);
    let open = s.add("open", open.connection_draining_timeout(30_u32).tag("b", "2").depends_on(&a));
    let named = LoadBalancer::new([&a, &b], [http()]).load_balancer_name("named").tag("a", "1");
    let named = s.add("named", named.replace_on(LoadBalancer::tags).depends_on(&open));
    s.add("third", LoadBalancer::new([&b], [http()]).depends_on(&named));
}

#[test]
fn elb_survives_every_stop() {
    survives(&Run::up(before), &Run::up(after), [60, 60, 30]);
}
