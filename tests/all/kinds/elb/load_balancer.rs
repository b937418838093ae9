use blogstack_aws::{
    Arn,
    ec2::{Image, Instance, InternetGateway, Rule, SecurityGroup, Subnet, Vpc},
    elb::{AccessLogs, DesyncMitigationMode, HealthCheck, Listener, ListenerArgs, LoadBalancer, LoadBalancerArgs, Protocol, Scheme},
};
use blogstack_core::{Declare, Handle, Id, Scope};
use blogstack_sim::{FaultKind, on};
use blogstack_tests::{
    kinds::{self, Kind, create_first, delete_first, update},
    run,
    world::World,
};

/// A network with a way to the internet and subnets in two zones, the last two of them in one.
fn network(s: &Scope) -> (Handle<Vpc>, [Handle<Subnet>; 3]) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    s.add("internet", InternetGateway::new(&vpc));
    let subnet = |name: &str, block: &str, zone: &str| s.add(name, Subnet::new(&vpc, block).availability_zone(zone));
    let subnets =
        [subnet("a", "10.0.0.0/24", "eu-west-1a"), subnet("b", "10.0.1.0/24", "eu-west-1b"), subnet("c", "10.0.2.0/24", "eu-west-1b")];
    (vpc, subnets)
}

fn http() -> ListenerArgs {
    Listener::new(Protocol::Http, 80_u16, Protocol::Http, 8080_u16)
}

fn https(certificate: &str) -> ListenerArgs {
    let arn = Arn(format!("arn:aws:acm:eu-west-1:123456789012:certificate/{certificate}"));
    Listener::new(Protocol::Https, 443_u16, Protocol::Http, 8080_u16).ssl_certificate(arn)
}

fn with(s: &Scope, more: impl FnOnce(LoadBalancerArgs) -> LoadBalancerArgs) {
    listening(s, [http()], more);
}

fn listening<const N: usize>(s: &Scope, listeners: [ListenerArgs; N], more: impl FnOnce(LoadBalancerArgs) -> LoadBalancerArgs) {
    let (_, [a, b, _]) = network(s);
    s.add("balancer", more(LoadBalancer::new([&a, &b], listeners)));
}

fn elsewhere(s: &Scope, second: usize) {
    let (_, subnets) = network(s);
    s.add("balancer", LoadBalancer::new([&subnets[0], &subnets[second]], [http()]));
}

fn grouped(s: &Scope, count: usize) {
    let (vpc, [a, b, _]) = network(s);
    let group = |name: &str| s.add(name, SecurityGroup::new(&vpc, "web").ingress([Rule::tcp(80).from("0.0.0.0/0")]));
    let groups = [group("one"), group("two")];
    s.add("balancer", LoadBalancer::new([&a, &b], [http()]).security_groups(groups.iter().take(count).collect::<Vec<_>>()));
}

fn serving(s: &Scope, count: usize) {
    let (_, [a, b, _]) = network(s);
    let image = s.look_up(Image::by_parameter("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"));
    let servers = ["one", "two"].map(|name| s.add(name, Instance::new(&image, "t3.nano", &a)));
    s.add("balancer", LoadBalancer::new([&a, &b], [http()]).instances(servers.iter().take(count).collect::<Vec<_>>()));
}

fn in_full(s: &Scope) {
    let (vpc, [a, b, _]) = network(s);
    let group = s.add("one", SecurityGroup::new(&vpc, "web"));
    let balancer = set_up(LoadBalancer::new([&a, &b], [http(), https("one")])).security_groups([&group]);
    s.add("balancer", balancer.load_balancer_name("web").tag("a", "1"));
}

/// With all attributes, from the beginning or later.
fn set_up(balancer: LoadBalancerArgs) -> LoadBalancerArgs {
    let check = HealthCheck::new("HTTP:8080/health").interval(10_u32).timeout(4_u32).unhealthy_threshold(3_u32).healthy_threshold(4_u32);
    balancer
        .health_check(check)
        .cross_zone_load_balancing(true)
        .access_logs(AccessLogs::new("logs").s3_bucket_prefix("web").emit_interval(5_u32))
        .connection_draining_timeout(30_u32)
        .idle_timeout(120_u32)
        .desync_mitigation_mode(DesyncMitigationMode::Strictest)
}

pub(super) const KIND: Kind = Kind {
    subject: "balancer",
    minimal: |s| with(s, |balancer| balancer),
    changes: &[
        update("a tag set", |s| with(s, |balancer| balancer.tag("a", "1"))),
        update("a tag changed", |s| with(s, |balancer| balancer.tag("a", "2"))),
        update("tags cleared", |s| with(s, |balancer| balancer)),
        update("attributes and checks", |s| with(s, set_up)),
        update("attributes back to what they were", |s| with(s, |balancer| balancer)),
        update("one more listener", |s| listening(s, [http(), https("one")], |balancer| balancer)),
        update("another certificate", |s| listening(s, [http(), https("two")], |balancer| balancer)),
        update("newer versions of TLS, and clients that stay", |s| {
            let https = https("two").ssl_policy("ELBSecurityPolicy-TLS-1-2-2017-01").app_cookie_name("session_id");
            listening(s, [http().lb_cookie_expiration_period(300_u32), https], |balancer| balancer);
        }),
        update("other cookies", |s| {
            listening(s, [http().lb_cookie_expiration_period(0_u32), https("two").lb_cookie_expiration_period(0_u32)], |b| b)
        }),
        update("other ports", |s| listening(s, [Listener::new(Protocol::Tcp, 80_u16, Protocol::Tcp, 81_u16)], |balancer| balancer)),
        update("another subnet in the same zone", |s| elsewhere(s, 2)),
        update("and back", |s| elsewhere(s, 1)),
        update("two groups", |s| grouped(s, 2)),
        update("one group", |s| grouped(s, 1)),
        update("servers", |s| serving(s, 2)),
        update("one server less", |s| serving(s, 1)),
        update("no server", |s| with(s, |balancer| balancer)),
        create_first("a name, with everything from the beginning", in_full),
        delete_first("not for the internet, under this name", |s| {
            with(s, |balancer| balancer.load_balancer_name("web").scheme(Scheme::Internal))
        }),
    ],
    creates: "CreateLoadBalancer",
    deletes: "DeleteLoadBalancer",
    vanish,
    adopting: |s, ids| {
        let subnets = ["a", "b"].map(|name| Id::<Subnet>::new(&*ids[name]));
        s.add("balancer", LoadBalancer::new(subnets, [http()]).adopt(&ids["balancer"]));
    },
};

blogstack_tests::lives!(KIND);

/// Its interfaces go with it.
fn vanish(world: &World, id: &str) {
    let objects = world.sim.objects();
    let (_, own) = objects.iter().find(|(key, _)| key.ends_with(&format!("/{id}"))).expect("it is there");
    for place in own["places"].as_array().expect("places") {
        kinds::delete(world, place["interface"].as_str().expect("an interface"));
    }
    kinds::delete(world, id);
}

/// Its interfaces stay for a while and block all three; nothing in the program says so.
#[test]
fn subnets_groups_and_gateway_wait_for_what_it_leaves_behind() {
    run(async {
        let world = World::new();
        world.up(|s| grouped(s, 1)).await;
        world.calls();
        world.destroy().await;
        let calls = world.calls();
        for retried in ["DeleteSubnet", "DeleteSecurityGroup", "DetachInternetGateway"] {
            assert!(calls.iter().filter(|call| *call == retried).count() > 1, "{retried} was not refused: {calls:?}");
        }
        assert!(world.sim.objects().is_empty());
    });
}

/// A listener that stays is not made anew, and policies that nobody needs are not left.
#[test]
fn listeners_are_changed_in_place_where_they_can_be() {
    run(async {
        let world = World::new();
        let before = |s: &Scope| listening(s, [http(), https("one").app_cookie_name("session_id")], |balancer| balancer);
        let after = |s: &Scope| listening(s, [http(), https("two").ssl_policy("ELBSecurityPolicy-TLS-1-2-2017-01")], |balancer| balancer);
        world.up(before).await;
        world.calls();
        world.sim.add_fault(on("CreateLoadBalancerPolicy").after_effect(FaultKind::Reset));
        world.up(after).await;
        let calls = world.calls();
        for (expected, call) in [
            (0, "DeleteLoadBalancerListeners"),
            (0, "CreateLoadBalancerListeners"),
            (1, "SetLoadBalancerListenerSSLCertificate"),
            (2, "CreateLoadBalancerPolicy"),
            (1, "SetLoadBalancerPoliciesOfListener"),
            (1, "DeleteLoadBalancerPolicy"),
        ] {
            assert_eq!(calls.iter().filter(|other| *other == call).count(), expected, "{call}: {calls:?}");
        }
    });
}

#[test]
fn a_name_that_somebody_else_has_is_not_taken() {
    run(async {
        let world = World::new();
        world.up(|s| with(s, |balancer| balancer.load_balancer_name("web"))).await;
        let report = world.beside().stack(|s| with(s, |balancer| balancer.load_balancer_name("web"))).up().await.unwrap();
        let failed = report.failed.iter().find(|failed| failed.urn.path() == "balancer").expect("it failed");
        assert!(failed.error.to_string().contains("the name `web` is taken by an object of the stack"), "{}", failed.error);
    });
}

#[test]
fn what_cannot_be_is_told_before_any_call() {
    run(async {
        let world = World::new();
        let wrong = |s: &Scope| {
            let subnet = || [Id::<Subnet>::new("subnet-0123456789abcdef0")];
            let one = |listener: ListenerArgs| LoadBalancer::new(subnet(), [listener]);
            s.add("mixed", one(Listener::new(Protocol::Http, 80_u16, Protocol::Tcp, 80_u16)));
            s.add("bare", one(Listener::new(Protocol::Ssl, 443_u16, Protocol::Tcp, 80_u16)));
            s.add("dressed", one(http().ssl_certificate(Arn("arn:aws:acm:eu-west-1:123456789012:certificate/one".into()))));
            s.add("sticky", one(http().lb_cookie_expiration_period(1_u32).app_cookie_name("a")));
            s.add("tcp", one(Listener::new(Protocol::Tcp, 80_u16, Protocol::Tcp, 80_u16).app_cookie_name("a")));
            s.add("twice", LoadBalancer::new(subnet(), [http(), http().app_cookie_name("a")]));
            s.add("check", one(http()).health_check(HealthCheck::new("HTTP:80")));
            s.add("slow", one(http()).health_check(HealthCheck::new("TCP:80").timeout(30_u32)));
            s.add(
                "long",
                one(http()).load_balancer_name("-web").idle_timeout(0_u32).access_logs(AccessLogs::new("logs").emit_interval(7_u32)),
            );
        };
        let error = world.stack(wrong).preview().await.unwrap_err().to_string();
        for part in [
            "`mixed`: field `listeners`: at port 80: HTTP and HTTPS go to HTTP or HTTPS",
            "`bare`: field `listeners`: at port 443: HTTPS and SSL need an `ssl_certificate`",
            "`dressed`: field `listeners`: at port 80: only HTTPS and SSL have an `ssl_certificate`",
            "`sticky`: field `listeners`: at port 80: clients stay by a cookie of the load balancer or by one",
            "`tcp`: field `listeners`: at port 80: only clients of HTTP and HTTPS stay by a cookie",
            "`twice`: field `listeners`: two listeners have the port 80",
            "`check`: field `health_check`: `HTTP:80` is not like",
            "`slow`: field `health_check`: an answer is waited for 30 s, and the next check comes after 30 s",
            "`long`: field `load_balancer_name`: `-web` is not 1 to 32 letters",
            "`long`: field `idle_timeout`: it is 1 to 4000 seconds, and not 0",
            "`long`: field `access_logs`: requests are noted every 5 or 60 minutes, and not every 7",
        ] {
            assert!(error.contains(part), "no `{part}` in {error}");
        }
    });
}

/// The new group takes the old one's place, and only then is the old one deleted: once, because nothing has it any more.
#[test]
fn a_security_group_is_replaced_behind_it() {
    run(async {
        let with_group = |description: &'static str| {
            move |s: &Scope| {
                let (vpc, [a, b, _]) = network(s);
                let group = s.add("group", SecurityGroup::new(&vpc, description));
                s.add("balancer", LoadBalancer::new([&a, &b], [http()]).security_groups([&group]));
            }
        };
        let world = World::new();
        world.up(with_group("web")).await;
        let balancer = world.id("balancer").await;
        world.calls();
        world.up(with_group("web servers")).await;
        let changes: Vec<String> = world.calls().into_iter().filter(|call| !call.starts_with("Describe")).collect();
        assert_eq!(changes, ["CreateSecurityGroup", "ApplySecurityGroupsToLoadBalancer", "DeleteSecurityGroup"]);
        assert_eq!(world.id("balancer").await, balancer);
        world.destroy().await;
        assert!(world.sim.objects().is_empty());
    });
}
