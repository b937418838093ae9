use blogstack_aws::ec2::{Peer, Rule, SecurityGroup, SecurityGroupArgs, Vpc};
use blogstack_core::{Configure, Declare, Handle, Scope};
use blogstack_sim::{FaultKind, Sim, on};
use blogstack_tests::{
    kinds::{self, Kind, create_first, delete_first, same, update},
    run,
    world::World,
};
use serde_json::json;

fn vpc(s: &Scope) -> Handle<Vpc> {
    s.add("vpc", Vpc::new("10.0.0.0/16"))
}

fn with(s: &Scope, more: impl FnOnce(SecurityGroupArgs) -> SecurityGroupArgs) -> Handle<SecurityGroup> {
    let vpc = vpc(s);
    s.add("group", more(SecurityGroup::new(&vpc, "web servers")))
}

fn only(s: &Scope, more: impl FnOnce(SecurityGroupArgs) -> SecurityGroupArgs) {
    with(s, more);
}

fn with_every_peer(s: &Scope, description: &str) {
    let vpc = vpc(s);
    let friend = s.add("friend", SecurityGroup::new(&vpc, "friends"));
    let list = || Peer::PrefixList("pl-0123456789abcdef0".into());
    let tcp = || Rule::tcp(80);
    let ingress = [tcp().from("10.0.0.0/8"), tcp().from("2001:db8::/32"), tcp().from(&friend), tcp().from_itself(), tcp().from(list())];
    let egress = [tcp().to("10.0.0.0/8"), tcp().to("2001:db8::/32"), tcp().to(&friend), tcp().to_itself(), tcp().to(list())];
    let group = SecurityGroup::new(&vpc, "web servers").ingress(ingress.map(|rule| rule.description(description)));
    s.add("group", group.egress(egress.map(|rule| rule.description(description))));
}

/// A group takes its rules along, which the simulation keeps as objects of their own.
fn vanish(world: &World, id: &str) {
    let objects = world.sim.objects();
    let rules = objects.values().filter(|rule| rule["group"] == *id).filter_map(|rule| rule["id"].as_str());
    rules.chain([id]).for_each(|id| kinds::delete(world, id));
}

pub(super) const KIND: Kind = Kind {
    subject: "group",
    minimal: |s| only(s, |group| group),
    changes: &[
        update("ingress set", |s| only(s, |g| g.ingress([Rule::tcp(80).from("0.0.0.0/0")]))),
        update("rules added: every form", |s| {
            only(s, |g| {
                g.ingress([
                    Rule::tcp(80).from("0.0.0.0/0"),
                    Rule::tcp_range(8000..=8100).from("10.0.0.7/8").description("inner"),
                    Rule::udp(53).from_itself(),
                    Rule::udp_range(500..=600).from("2001:db8::/32"),
                    Rule::icmp().from("10.1.0.0/16"),
                    Rule::icmp_type(8).from("0.0.0.0/0"),
                    Rule::protocol(50).from("10.2.0.0/16"),
                    Rule::all().from(Peer::PrefixList("pl-0123456789abcdef0".into())),
                ])
            });
        }),
        same("another order, and one twice", |s| {
            only(s, |g| {
                g.ingress([
                    Rule::all().from(Peer::PrefixList("pl-0123456789abcdef0".into())),
                    Rule::protocol(50).from("10.2.0.0/16"),
                    Rule::icmp_type(8).from("0.0.0.0/0"),
                    Rule::icmp().from("10.1.0.0/16"),
                    Rule::udp_range(500..=600).from("2001:db8::/32"),
                    Rule::udp(53).from_itself(),
                    Rule::udp(53).from_itself(),
                    Rule::tcp_range(8000..=8100).from("10.0.0.0/8").description("inner"),
                    Rule::tcp(80).from("0.0.0.0/0"),
                ])
            });
        }),
        update("one rule left, described", |s| only(s, |g| g.ingress([Rule::tcp(80).from("0.0.0.0/0").description("web")]))),
        update("the description changed", |s| only(s, |g| g.ingress([Rule::tcp(80).from("0.0.0.0/0").description("the web")]))),
        update("every peer, both ways", |s| with_every_peer(s, "first")),
        update("all their descriptions changed", |s| with_every_peer(s, "second")),
        update("the description cleared", |s| only(s, |g| g.ingress([Rule::tcp(80).from("0.0.0.0/0")]))),
        update("ingress cleared", |s| only(s, |g| g)),
        same("no ingress, said so", |s| only(s, |g| g.ingress(Vec::<Rule>::new()))),
        same("egress set as it is", |s| only(s, |g| g.egress([Rule::all().to("0.0.0.0/0")]))),
        update("egress changed", |s| only(s, |g| g.egress([Rule::tcp(443).to("0.0.0.0/0")]))),
        update("no egress", |s| only(s, |g| g.egress(Vec::<Rule>::new()))),
        update("egress cleared", |s| only(s, |g| g)),
        update("a tag set", |s| only(s, |g| g.tag("a", "1"))),
        update("a tag changed", |s| only(s, |g| g.tag("a", "2"))),
        update("tags cleared", |s| only(s, |g| g)),
        create_first("a name set", |s| only(s, |g| g.group_name("web"))),
        create_first("the name changed", |s| only(s, |g| g.group_name("www"))),
        delete_first("another description, the same name", |s| {
            drop(s.add("group", SecurityGroup::new(&vpc(s), "servers").group_name("www")))
        }),
        same("the name cleared", |s| drop(s.add("group", SecurityGroup::new(&vpc(s), "servers")))),
        create_first("another network", |s| {
            vpc(s);
            let other = s.add("other", Vpc::new("10.1.0.0/16"));
            s.add("group", SecurityGroup::new(&other, "servers"));
        }),
    ],
    creates: "CreateSecurityGroup",
    deletes: "DeleteSecurityGroup",
    vanish,
    adopting: |s, ids| {
        let vpc = s.add("vpc", Vpc::new("10.0.0.0/16").adopt(&ids["vpc"]));
        s.add("group", SecurityGroup::new(&vpc, "web servers").adopt(&ids["group"]));
    },
};

blogstack_tests::lives!(KIND);

/// The rules of all groups but the network's own, as `in tcp 80-80 {"group":..}`, in order.
fn rules(world: &World) -> Vec<String> {
    let objects = world.sim.objects();
    let own: Vec<&str> = objects.values().filter(|object| object["name"] == "default").filter_map(|object| object["id"].as_str()).collect();
    let rules = objects.iter().filter(|(key, rule)| key.contains("/security-group-rule/") && !own.iter().any(|id| rule["group"] == *id));
    let mut rules: Vec<String> = rules
        .map(|(_, rule)| {
            let way = if rule["egress"] == true { "out" } else { "in" };
            format!("{way} {} {}-{} {}", rule["protocol"].as_str().unwrap(), rule["from_port"], rule["to_port"], rule["peer"])
        })
        .collect();
    rules.sort();
    rules
}

fn group_id(world: &World, name_part: &str) -> String {
    let objects = world.sim.objects();
    let found = objects.values().find(|object| object["name"].as_str().is_some_and(|name| name.contains(name_part)));
    found.and_then(|object| object["id"].as_str()).unwrap().to_owned()
}

#[test]
fn declared_egress_takes_the_place_of_awss_own() {
    run(async {
        let world = World::new();
        world.up(|s| only(s, |group| group.egress([Rule::tcp(443).to("0.0.0.0/0")]))).await;
        assert_eq!(rules(&world), [r#"out tcp 443-443 {"cidr_ipv4":"0.0.0.0/0"}"#]);
        world.up(|s| only(s, |group| group)).await;
        assert_eq!(rules(&world), [r#"out -1 null-null {"cidr_ipv4":"0.0.0.0/0"}"#]);
    });
}

#[test]
fn only_differing_rules_are_sent() {
    run(async {
        let world = World::new();
        world.up(|s| only(s, |g| g.ingress([Rule::tcp(22).from("10.0.0.0/8"), Rule::tcp(80).from("0.0.0.0/0")]))).await;
        let kept = world.sim.objects().into_iter().find(|(_, rule)| rule["from_port"] == 80).unwrap();
        world.calls();
        world.up(|s| only(s, |g| g.ingress([Rule::tcp(443).from("0.0.0.0/0"), Rule::tcp(80).from("0.0.0.0/0")]))).await;
        let calls: Vec<String> = world.calls().into_iter().filter(|call| !call.starts_with("Describe")).collect();
        assert_eq!(calls, ["AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"]);
        assert_eq!(world.sim.objects().get(&kept.0), Some(&kept.1));
    });
}

#[test]
fn two_groups_and_itself() {
    run(async {
        let program = |s: &Scope| {
            let web = with(s, |group| group.ingress([Rule::tcp(80).from("0.0.0.0/0"), Rule::all().from_itself()]));
            let vpc = s.add("other", Vpc::new("10.1.0.0/16"));
            s.add("alone", SecurityGroup::new(&vpc, "alone"));
            s.add("db", SecurityGroup::new(&web.vpc, "databases").ingress([Rule::tcp(5432).from(&web)]).egress([Rule::all().to_itself()]));
        };
        let world = World::new();
        world.up(program).await;
        let web = group_id(&world, "group-");
        assert!(rules(&world).contains(&format!(r#"in tcp 5432-5432 {{"group":"{web}"}}"#)), "{:?}", rules(&world));
        assert!(rules(&world).contains(&format!(r#"in -1 null-null {{"group":"{web}"}}"#)));
        assert!(world.stack(program).preview().await.unwrap().is_empty());
        // The new group takes the old one's place in the other's rules, then the old one goes.
        let renewed = |s: &Scope| {
            let vpc = vpc(s);
            let web = s.add("group", SecurityGroup::new(&vpc, "new").ingress([Rule::all().from_itself()]));
            s.add("db", SecurityGroup::new(&vpc, "databases").ingress([Rule::tcp(5432).from(&web)]));
        };
        world.up(renewed).await;
        assert!(!world.sim.objects().keys().any(|key| key.ends_with(&web)));
        assert!(world.stack(renewed).preview().await.unwrap().is_empty());
        world.destroy().await;
        assert!(world.sim.objects().is_empty());
    });
}

#[test]
fn a_foreign_rule_is_drift_where_rules_are_declared() {
    run(async {
        let world = World::new();
        world.up(|s| only(s, |g| g.ingress([Rule::tcp(80).from("0.0.0.0/0")]))).await;
        let rule = world.sim.objects().into_iter().find(|(_, rule)| rule["from_port"] == 80).unwrap().1;
        let id = rule["id"].as_str().unwrap();
        assert!(world.sim.out_of_band().set(id, "to_port", 90).unwrap());
        let program = |s: &Scope| only(s, |g| g.ingress([Rule::tcp(80).from("0.0.0.0/0")]));
        let plan = world.stack(program).preview().await.unwrap();
        assert_eq!(plan.summary()["update"], 1);
        world.up(program).await;
        assert_eq!(rules(&world)[0], r#"in tcp 80-80 {"cidr_ipv4":"0.0.0.0/0"}"#);
    });
}

#[test]
fn rule_calls_whose_answer_is_lost_are_repeated() {
    run(async {
        for operation in ["AuthorizeSecurityGroupIngress", "RevokeSecurityGroupEgress", "UpdateSecurityGroupRuleDescriptionsIngress"] {
            let world = World::with(Sim::builder().seed(7).fault(on(operation).after_effect(FaultKind::Reset)));
            let first = |s: &Scope| {
                only(s, |g| {
                    g.ingress([Rule::tcp(80).from("0.0.0.0/0"), Rule::tcp(81).from("0.0.0.0/0")]).egress([Rule::udp(53).to("0.0.0.0/0")])
                })
            };
            world.up(first).await;
            assert!(world.stack(first).preview().await.unwrap().is_empty(), "{operation}");
            let second = |s: &Scope| only(s, |g| g.ingress([Rule::tcp(80).from("0.0.0.0/0").description("web")]));
            world.up(second).await;
            assert!(world.stack(second).preview().await.unwrap().is_empty(), "{operation}");
            assert_eq!(rules(&world).len(), 2);
        }
    });
}

#[test]
fn a_full_group_loses_rules_before_it_gets_new_ones() {
    run(async {
        let world = World::with(Sim::builder().seed(7).quota("rules", 1));
        world.up(|s| only(s, |g| g.ingress([Rule::tcp(80).from("0.0.0.0/0")]))).await;
        world.up(|s| only(s, |g| g.ingress([Rule::tcp(81).from("0.0.0.0/0")]))).await;
        assert_eq!(rules(&world)[0], r#"in tcp 81-81 {"cidr_ipv4":"0.0.0.0/0"}"#);
    });
}

async fn failure(world: &World, program: impl Fn(&Scope) + Send + Sync + 'static) -> String {
    let report = world.stack(program).up().await.unwrap();
    let [failure] = &report.failed[..] else { panic!("{report:#?}") };
    format!("{}\nhint: {}", failure.error, failure.error.hint().unwrap_or_default())
}

#[test]
fn a_name_that_another_group_has_is_refused() {
    run(async {
        let world = World::new();
        world.up(|s| only(s, |g| g.group_name("web"))).await;
        let taken = group_id(&world, "web");
        let both = |s: &Scope| {
            let first = with(s, |g| g.group_name("web"));
            s.add("second", SecurityGroup::new(&first.vpc, "another").group_name("WEB").depends_on(&first));
        };
        let message = failure(&world, both).await;
        assert!(message.contains("taken") && message.contains(&taken) && message.contains(&format!("`.adopt(\"{taken}\")`")), "{message}");
    });
}

#[test]
fn a_group_that_others_name_cannot_be_deleted_and_says_why() {
    run(async {
        let world = World::new();
        let both = |s: &Scope| {
            let group = with(s, |g| g.group_name("named"));
            s.add("other", SecurityGroup::new(&group.vpc, "not ours to change").group_name("naming"));
        };
        world.up(both).await;
        let (named, naming) = (group_id(&world, "named"), group_id(&world, "naming"));
        let rule = world.sim.objects().into_values().find(|rule| rule["group"] == *naming).unwrap();
        let rule = rule["id"].as_str().unwrap();
        assert!(world.sim.out_of_band().set(rule, "peer", json!({ "group": named })).unwrap());
        let one = |s: &Scope| drop(s.add("other", SecurityGroup::new(&vpc(s), "not ours to change").group_name("naming")));
        let message = failure(&world, one).await;
        assert!(message.contains(&format!("rules of `{naming}` name it")) && message.contains("hint: remove those rules"), "{message}");
        assert!(world.sim.out_of_band().set(rule, "peer", json!({ "cidr_ipv4": "0.0.0.0/0" })).unwrap());
        world.up(one).await;
        assert!(world.stack(one).preview().await.unwrap().is_empty());
    });
}

#[test]
fn wrong_fields_are_refused_before_any_call() {
    run(async {
        let world = World::new();
        let wrong = |s: &Scope| {
            let vpc = vpc(s);
            s.add("a", SecurityGroup::new(&vpc, "caf\u{e9}").group_name("sg-web"));
            s.add("b", SecurityGroup::new(&vpc, "").group_name("Default"));
            #[expect(clippy::reversed_empty_ranges, reason = "it is what is refused")]
            s.add("c", SecurityGroup::new(&vpc, "c").ingress([Rule::tcp_range(90..=80).from("0.0.0.0/0")]));
            let twice = [Rule::tcp(80).from("10.0.0.1/8"), Rule::tcp(80).from("10.0.0.0/8").description("again")];
            s.add("d", SecurityGroup::new(&vpc, "d").egress(twice).tag("aws:x", "y"));
            s.add("e", SecurityGroup::new(&vpc, "e").ingress([Rule::tcp(80).from("0.0.0.0/0").description("\u{201e}web\u{201c}")]));
        };
        let error = world.stack(wrong).preview().await.unwrap_err().to_string();
        for part in
            ["AWS does not take `é`", "cannot begin with `sg-`", "it is empty", "ports 90-80 is empty", "differ only", "reserved prefix"]
        {
            assert!(error.contains(part), "no `{part}` in {error}");
        }
        assert!(world.calls().iter().all(|call| call.starts_with("Describe")));
    });
}
