use blogstack_aws::ec2::{Direction, Image, Instance, Peer, Rule, SecurityGroup, SecurityGroupRule, SecurityGroupRuleArgs, Subnet, Vpc};
use blogstack_core::{Declare, Handle, Id, Scope, step::Action};
use blogstack_sim::{FaultKind, on};
use blogstack_tests::{
    kinds::{self, CREATE_FIRST, Kind, create_first, update},
    run,
    world::World,
};

fn groups(s: &Scope) -> [Handle<SecurityGroup>; 2] {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    ["group", "friend"].map(|name| s.add(name, SecurityGroup::new(&vpc, name)))
}

fn web(s: &Scope, more: impl FnOnce(SecurityGroupRuleArgs) -> SecurityGroupRuleArgs) {
    let [group, _] = groups(s);
    s.add("rule", more(SecurityGroupRule::ingress(&group, Rule::tcp(80), "10.0.0.0/8")));
}

/// A rule of the group, in a direction, with one of the sorts of peers.
fn rule(s: &Scope, direction: Direction, sort: usize, second: bool) {
    let [group, friend] = groups(s);
    let text = |first: &str, other: &str| if second { other.to_owned() } else { first.to_owned() };
    let rule = match sort {
        0 => SecurityGroupRule::new(&group, direction, Rule::tcp(80), &*text("10.0.0.0/8", "10.0.0.0/9")),
        1 => SecurityGroupRule::new(&group, direction, Rule::tcp(80), &*text("2001:db8::/32", "2001:db8::/33")),
        2 => {
            let list = Peer::PrefixList(text("pl-0123456789abcdef0", "pl-0123456789abcdef1"));
            SecurityGroupRule::new(&group, direction, Rule::tcp(80), list)
        }
        _ if second => SecurityGroupRule::new(&group, direction, Rule::tcp(80), &friend),
        _ => SecurityGroupRule::new(&group, direction, Rule::tcp(80), Peer::Itself),
    };
    s.add("rule", rule.description("for tests"));
}

pub(super) const KIND: Kind = Kind {
    subject: "rule",
    minimal: |s| web(s, |rule| rule),
    changes: &[
        update("a description", |s| web(s, |rule| rule.description("web"))),
        update("another description", |s| web(s, |rule| rule.description("the web"))),
        update("the description cleared", |s| web(s, |rule| rule)),
        update("a tag set", |s| web(s, |rule| rule.tag("a", "1"))),
        update("tags cleared", |s| web(s, |rule| rule)),
        update("other ports", |s| {
            let [group, _] = groups(s);
            s.add("rule", SecurityGroupRule::ingress(&group, Rule::udp_range(5000..=5100), "10.0.0.0/8"));
        }),
        update("everything", |s| {
            let [group, _] = groups(s);
            s.add("rule", SecurityGroupRule::ingress(&group, Rule::all(), "10.0.0.0/8"));
        }),
        update("a range", |s| rule(s, Direction::Ingress, 0, false)),
        update("another range", |s| rule(s, Direction::Ingress, 0, true)),
        create_first("an IPv6 range", |s| rule(s, Direction::Ingress, 1, false)),
        update("another IPv6 range", |s| rule(s, Direction::Ingress, 1, true)),
        create_first("a prefix list", |s| rule(s, Direction::Ingress, 2, false)),
        update("another prefix list", |s| rule(s, Direction::Ingress, 2, true)),
        create_first("itself", |s| rule(s, Direction::Ingress, 3, false)),
        update("another group", |s| rule(s, Direction::Ingress, 3, true)),
        create_first("out to a group", |s| rule(s, Direction::Egress, 3, true)),
        create_first("out to a range", |s| rule(s, Direction::Egress, 0, false)),
        create_first("out to an IPv6 range", |s| rule(s, Direction::Egress, 1, false)),
        create_first("out to a prefix list", |s| rule(s, Direction::Egress, 2, false)),
        create_first("a tag on the way out", |s| {
            let [_, friend] = groups(s);
            s.add("rule", SecurityGroupRule::egress(&friend, Rule::tcp(80), "10.0.0.0/8").tag("a", "1"));
        }),
        create_first("in from a range, described", |s| rule(s, Direction::Ingress, 0, false)),
    ],
    creates: "AuthorizeSecurityGroupIngress",
    deletes: "RevokeSecurityGroupIngress",
    vanish: kinds::delete,
    adopting: |s, ids| {
        let group = Id::<SecurityGroup>::new(&*ids["group"]);
        s.add("rule", SecurityGroupRule::ingress(group, Rule::tcp(80), "10.0.0.0/8").adopt(&ids["rule"]));
    },
};

blogstack_tests::lives!(KIND);

/// Two groups that let each other in.
fn mutual(s: &Scope, descriptions: [&str; 2], port: u16) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    let web = s.add("web", SecurityGroup::new(&vpc, descriptions[0]));
    let cache = s.add("cache", SecurityGroup::new(&vpc, descriptions[1]));
    s.add("cache-from-web", SecurityGroupRule::ingress(&cache, Rule::tcp(port), &web));
    s.add("web-from-cache", SecurityGroupRule::ingress(&web, Rule::tcp(8080), &cache));
    s.add("web-to-cache", SecurityGroupRule::egress(&web, Rule::tcp(port), &cache));
}

#[test]
fn groups_that_name_each_other_are_made_changed_replaced_and_destroyed() {
    run(async {
        let world = World::new();
        let programs: [fn(&Scope); 4] = [
            |s| mutual(s, ["web", "cache"], 6379),
            |s| mutual(s, ["web", "cache"], 6380),
            |s| mutual(s, ["web servers", "cache"], 6380),
            |s| mutual(s, ["web", "caches"], 6379),
        ];
        for program in programs {
            world.up(program).await;
            assert!(world.stack(program).preview().await.unwrap().is_empty());
        }
        world.destroy().await;
        assert!(world.sim.objects().is_empty(), "{:#?}", world.sim.objects());
    });
}

#[test]
fn both_of_two_groups_that_name_each_other_are_replaced_at_once() {
    run(async {
        let world = World::new();
        world.up(|s| mutual(s, ["web", "cache"], 6379)).await;
        world.up(|s| mutual(s, ["web servers", "caches"], 6379)).await;
        assert!(world.stack(|s| mutual(s, ["web servers", "caches"], 6379)).preview().await.unwrap().is_empty());
        world.destroy().await;
        assert!(world.sim.objects().is_empty());
    });
}

const IMAGE: &str = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";

/// Two servers in a group that another group's rules name.
fn servers(s: &Scope, description: &str) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));
    let web = s.add("web", SecurityGroup::new(&vpc, description));
    let database = s.add("database", SecurityGroup::new(&vpc, "databases").ingress([Rule::tcp(5432).from(&web)]));
    let cache = s.add("cache", SecurityGroup::new(&vpc, "caches"));
    s.add("web-http", SecurityGroupRule::ingress(&web, Rule::tcp(80), "0.0.0.0/0"));
    s.add("web-itself", SecurityGroupRule::ingress(&web, Rule::all(), Peer::Itself));
    s.add("cache-from-web", SecurityGroupRule::ingress(&cache, Rule::tcp(6379), &web));
    let image = s.look_up(Image::by_parameter(IMAGE));
    for name in ["a", "b"] {
        s.add(name, Instance::new(&image, "t3.nano", &subnet).security_groups([&web, &database]));
    }
}

#[test]
fn a_group_that_running_instances_use_is_replaced_under_them() {
    run(async {
        let world = World::new();
        world.up(|s| servers(s, "web")).await;
        let (old, instance) = (world.id("web").await, world.id("a").await);
        // The naive order, the old group first, is refused.
        let objects = world.sim.objects();
        let uses = |object: &serde_json::Value| object["groups"].as_array().is_some_and(|groups| groups.iter().any(|group| *group == *old));
        assert_eq!(objects.values().filter(|object| uses(object)).count(), 2);
        let plan = world.stack(|s| servers(s, "web servers")).preview().await.unwrap();
        let actions: Vec<_> = plan.steps.iter().map(|step| (step.urn.path(), step.action)).collect();
        for expected in [("web", CREATE_FIRST), ("a", Action::Update), ("b", Action::Update), ("cache-from-web", Action::Update)] {
            assert!(actions.contains(&expected), "{expected:?} is not among {actions:?}");
        }
        world.calls();
        world.up(|s| servers(s, "web servers")).await;
        let calls = world.calls();
        let last = |name: &str| calls.iter().rposition(|call| call == name).unwrap_or_else(|| panic!("no {name} in {calls:?}"));
        assert!(last("ModifyNetworkInterfaceAttribute").max(last("ModifySecurityGroupRules")) < last("DeleteSecurityGroup"), "{calls:?}");
        assert_eq!(calls.iter().filter(|call| *call == "DeleteSecurityGroup").count(), 1, "refused on the way: {calls:?}");
        assert!(!world.sim.objects().keys().any(|key| key.ends_with(&old)));
        assert_eq!(world.id("a").await, instance, "the instances are the same");
        assert!(world.stack(|s| servers(s, "web servers")).preview().await.unwrap().is_empty());
        world.destroy().await;
        let left: Vec<_> = world.sim.objects().into_keys().filter(|key| !key.contains("/instance/")).collect();
        assert!(left.is_empty(), "{left:?}");
    });
}

async fn problem(program: impl Fn(&Scope) + Send + Sync + 'static) -> String {
    World::new().stack(program).preview().await.unwrap_err().to_string()
}

#[test]
fn a_group_with_rules_of_its_own_takes_no_others() {
    run(async {
        let message = problem(|s| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            let group = s.add("group", SecurityGroup::new(&vpc, "web").ingress([Rule::tcp(80).from("0.0.0.0/0")]));
            s.add("rule", SecurityGroupRule::ingress(&group, Rule::tcp(443), "0.0.0.0/0"));
        })
        .await;
        let expected = "`rule`: field `security_group`: the group declares its `ingress` itself, and removes every other rule: put \
                        this one there, or all of those here";
        assert_eq!(message, expected);
        // The other direction is free.
        let other = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            let group = s.add("group", SecurityGroup::new(&vpc, "web").ingress([Rule::tcp(80).from("0.0.0.0/0")]));
            s.add("rule", SecurityGroupRule::egress(&group, Rule::tcp(443), "10.0.0.0/8"));
        };
        let world = World::new();
        world.up(other).await;
        assert!(world.stack(other).preview().await.unwrap().is_empty());
    });
}

#[test]
fn both_lines_of_the_program_are_told() {
    run(async {
        let wrong = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            let group = s.add("group", SecurityGroup::new(&vpc, "web").ingress([Rule::tcp(80).from("0.0.0.0/0")]));
            s.add("rule", SecurityGroupRule::ingress(&group, Rule::tcp(443), "0.0.0.0/0"));
        };
        let error = World::new().stack(wrong).preview().await.unwrap_err();
        let blogstack_core::deployment::DeploymentError::Invalid(problems) = &error else { panic!("{error:?}") };
        let [problem] = &problems.0[..] else { panic!("{error}") };
        let (rule, (group, what)) = (problem.line.unwrap(), problem.related.unwrap());
        assert_eq!((rule.line() - group.line(), what), (1, "what it refers to"));
    });
}

#[test]
fn rules_move_from_the_group_into_resources_of_their_own() {
    run(async {
        let world = World::new();
        let inside = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("group", SecurityGroup::new(&vpc, "web").ingress([Rule::tcp(80).from("0.0.0.0/0")]));
        };
        let apart = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            let group = s.add("group", SecurityGroup::new(&vpc, "web"));
            s.add("rule", SecurityGroupRule::ingress(&group, Rule::tcp(80), "0.0.0.0/0"));
        };
        for program in [inside, apart] {
            world.up(program).await;
            assert!(world.stack(program).preview().await.unwrap().is_empty());
        }
        // The way back takes two runs: the group has the rule when it is planned, and it goes with its resource.
        world.up(inside).await;
        assert_eq!(world.stack(inside).preview().await.unwrap().summary()["update"], 1);
        world.up(inside).await;
        assert!(world.stack(inside).preview().await.unwrap().is_empty());
        assert_eq!(world.sim.objects().into_values().filter(|object| object["from_port"] == 80).count(), 1);
    });
}

#[test]
fn wrong_rules_are_refused_before_any_call() {
    run(async {
        let message = problem(|s| {
            let [group, _] = groups(s);
            #[expect(clippy::reversed_empty_ranges, reason = "it is what is refused")]
            s.add("a", SecurityGroupRule::ingress(&group, Rule::tcp_range(90..=80), "0.0.0.0/0"));
            s.add("b", SecurityGroupRule::ingress(&group, Rule::tcp(80), &group));
            s.add("c", SecurityGroupRule::ingress(&group, Rule::tcp(80), "0.0.0.0/0").description("caf\u{e9}"));
        })
        .await;
        for part in ["ports 90-80 is empty", "`b`: field `peer`: a group is not named so in its own rules", "AWS does not take `é`"] {
            assert!(message.contains(part), "no `{part}` in {message}");
        }
        let message = problem(|s| {
            let [group, _] = groups(s);
            s.add("a", SecurityGroupRule::ingress(&group, Rule::tcp(80), "0.0.0.0/0"));
            s.add("b", SecurityGroupRule::ingress(&group, Rule::tcp(80), "0.0.0.0/0").description("again"));
        })
        .await;
        assert_eq!(message, "`b`: it has the same security_group and direction and traffic and peer as `a`");
    });
}

#[test]
fn a_rule_that_somebody_else_made_is_named() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        let (group, rule) = (world.id("group").await, world.id("rule").await);
        let second = world.beside();
        let report = second
            .stack(move |s| {
                s.add("rule", SecurityGroupRule::ingress(Id::<SecurityGroup>::new(&*group), Rule::tcp(80), "10.0.0.0/8"));
            })
            .up()
            .await
            .unwrap();
        let hint = report.failed[0].error.hint().unwrap_or_default();
        assert!(hint.contains(&format!("`.adopt(\"{rule}\")`")), "{hint}");
    });
}

#[test]
fn a_change_whose_answer_is_lost_is_made() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        world.sim.add_fault(on("ModifySecurityGroupRules").after_effect(FaultKind::Reset));
        let changed = |s: &Scope| web(s, |rule| rule.description("web"));
        world.up(changed).await;
        assert!(world.stack(changed).preview().await.unwrap().is_empty());
    });
}
