use blogstack_aws::ec2::{Messages, NetworkAcl, NetworkAclArgs, NetworkAclEntry, NetworkAclEntryArgs, Rule, Traffic, Vpc};
use blogstack_core::{Declare, Id, Scope};
use blogstack_sim::{FaultKind, Sim, on};
use blogstack_tests::{
    kinds::{self, Kind, create_first, same, update},
    run,
    world::World,
};

fn with(s: &Scope, more: impl FnOnce(NetworkAclArgs) -> NetworkAclArgs) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    s.add("acl", more(NetworkAcl::new(&vpc)));
}

/// An entry of every form.
fn every_form(first: bool) -> [NetworkAclEntryArgs; 7] {
    let range = if first { "10.0.0.0/8" } else { "10.1.0.0/16" };
    let ipv6 = if first { "2001:db8::/32" } else { "2001:db8:1::/48" };
    [
        NetworkAclEntry::allow(100, Rule::tcp(443), range),
        NetworkAclEntry::deny(110, Rule::udp_range(5000..=5100), range),
        NetworkAclEntry::allow(120, Rule::icmp_type(8), range),
        NetworkAclEntry::allow(130, Traffic::Icmp(Messages::Code(3, 4)), range),
        NetworkAclEntry::allow(140, Traffic::Icmpv6(Messages::All), ipv6),
        NetworkAclEntry::deny(150, Rule::protocol(50), ipv6),
        NetworkAclEntry::deny(32766, Rule::all(), range),
    ]
}

fn reversed<const N: usize>(mut entries: [NetworkAclEntryArgs; N]) -> [NetworkAclEntryArgs; N] {
    entries.reverse();
    entries
}

pub(super) const KIND: Kind = Kind {
    subject: "acl",
    minimal: |s| with(s, |acl| acl),
    changes: &[
        update("an entry", |s| with(s, |acl| acl.ingress([NetworkAclEntry::allow(100, Rule::tcp(80), "0.0.0.0/0")]))),
        update("the same number, another entry", |s| with(s, |acl| acl.ingress([NetworkAclEntry::deny(100, Rule::udp(53), "10.0.0.0/8")]))),
        update("the same entry, another number", |s| with(s, |acl| acl.ingress([NetworkAclEntry::deny(90, Rule::udp(53), "10.0.0.7/8")]))),
        update("every form, both ways", |s| with(s, |acl| acl.ingress(every_form(true)).egress(every_form(true)))),
        same("written in another order", |s| with(s, |acl| acl.ingress(reversed(every_form(true))).egress(every_form(true)))),
        update("all of them changed", |s| with(s, |acl| acl.ingress(every_form(false)).egress(every_form(false)))),
        update("ingress cleared", |s| with(s, |acl| acl.egress(every_form(false)))),
        update("egress cleared", |s| with(s, |acl| acl)),
        same("no entries, said so", |s| with(s, |acl| acl.ingress(Vec::<NetworkAclEntry>::new()))),
        update("a tag set", |s| with(s, |acl| acl.tag("a", "1"))),
        update("tags cleared", |s| with(s, |acl| acl)),
        create_first("another network", |s| {
            s.add("vpc", Vpc::new("10.0.0.0/16"));
            let other = s.add("other", Vpc::new("10.1.0.0/16"));
            s.add("acl", NetworkAcl::new(&other).egress([NetworkAclEntry::allow(1, Rule::all(), "::/0")]));
        }),
    ],
    creates: "CreateNetworkAcl",
    deletes: "DeleteNetworkAcl",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("acl", NetworkAcl::new(Id::<Vpc>::new(&*ids["vpc"])).adopt(&ids["acl"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn only_the_numbers_that_differ_are_sent() {
    run(async {
        let world = World::new();
        let before = |s: &Scope| with(s, |acl| acl.ingress(every_form(true)));
        world.up(before).await;
        world.calls();
        let after = |s: &Scope| {
            let mut entries = Vec::from(every_form(true));
            entries[0] = NetworkAclEntry::deny(100, Rule::tcp(443), "10.0.0.0/8");
            entries[1] = NetworkAclEntry::allow(115, Rule::tcp(22), "10.0.0.0/8");
            with(s, |acl| acl.ingress(entries));
        };
        world.up(after).await;
        let calls: Vec<String> = world.calls().into_iter().filter(|call| !call.starts_with("Describe")).collect();
        assert_eq!(calls, ["ReplaceNetworkAclEntry", "CreateNetworkAclEntry", "DeleteNetworkAclEntry"]);
        assert!(world.stack(after).preview().await.unwrap().is_empty());
    });
}

#[test]
fn entry_calls_whose_answer_is_lost_are_repeated() {
    run(async {
        for operation in ["CreateNetworkAclEntry", "ReplaceNetworkAclEntry", "DeleteNetworkAclEntry"] {
            let world = World::with(Sim::builder().seed(7).fault(on(operation).after_effect(FaultKind::Reset)));
            let programs: [fn(&Scope); 3] = [
                |s| with(s, |acl| acl.ingress(every_form(true))),
                |s| with(s, |acl| acl.ingress(every_form(false))),
                |s| with(s, |acl| acl.ingress([NetworkAclEntry::allow(7, Rule::all(), "0.0.0.0/0")])),
            ];
            for program in programs {
                world.up(program).await;
                assert!(world.stack(program).preview().await.unwrap().is_empty(), "{operation}");
            }
        }
    });
}

#[test]
fn a_full_acl_loses_entries_before_it_gets_new_ones() {
    run(async {
        let world = World::with(Sim::builder().seed(7).quota("network-acl-entries", 1));
        world.up(|s| with(s, |acl| acl.ingress([NetworkAclEntry::allow(100, Rule::all(), "0.0.0.0/0")]))).await;
        world.up(|s| with(s, |acl| acl.ingress([NetworkAclEntry::allow(200, Rule::all(), "0.0.0.0/0")]))).await;
        let acl = world.sim.objects().into_values().find(|acl| acl["is_default"] == false).unwrap();
        assert_eq!((acl["entries"].as_array().unwrap().len(), &acl["entries"][0]["number"]), (1, &200.into()));
    });
}

#[test]
fn a_foreign_entry_is_drift_where_entries_are_declared() {
    run(async {
        let world = World::new();
        let program = |s: &Scope| with(s, |acl| acl.ingress([NetworkAclEntry::allow(100, Rule::tcp(80), "0.0.0.0/0")]));
        world.up(program).await;
        let id = world.id("acl").await;
        let acl = world.sim.objects().into_values().find(|acl| acl["id"] == *id).unwrap();
        let mut entries = acl["entries"].as_array().unwrap().clone();
        entries[0]["action"] = "deny".into();
        kinds::overwrite(&world, &id, "entries", entries.into());
        assert_eq!(world.stack(program).preview().await.unwrap().summary()["update"], 1);
        world.up(program).await;
        assert!(world.stack(program).preview().await.unwrap().is_empty());
    });
}

#[test]
fn wrong_entries_are_refused_before_any_call() {
    run(async {
        let wrong = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            let one = |name: &str, entries: Vec<NetworkAclEntryArgs>| s.add(name, NetworkAcl::new(&vpc).egress(entries));
            one("a", vec![NetworkAclEntry::allow(0, Rule::all(), "0.0.0.0/0")]);
            one("b", vec![NetworkAclEntry::allow(32767, Rule::all(), "0.0.0.0/0")]);
            let twice = |range| NetworkAclEntry::allow(100, Rule::all(), range);
            one("c", vec![twice("0.0.0.0/0"), twice("10.0.0.0/8")]);
            #[expect(clippy::reversed_empty_ranges, reason = "it is what is refused")]
            one("d", vec![NetworkAclEntry::allow(100, Rule::tcp_range(90..=80), "0.0.0.0/0")]);
            one("e", vec![NetworkAclEntry::allow(100, Rule::icmp(), "::/0")]);
            one("f", vec![NetworkAclEntry::allow(100, Traffic::Icmpv6(Messages::All), "0.0.0.0/0")]);
        };
        let error = World::new().stack(wrong).preview().await.unwrap_err().to_string();
        for part in [
            "number 0, which is not between 1 and 32766",
            "number 32767, which is not",
            "`c`: field `egress`: two entries have the number 100",
            "the entry 100: the range of ports 90-80 is empty",
            "messages of IPv4 do not come from IPv6",
            "messages of IPv6 do not come from IPv4",
        ] {
            assert!(error.contains(part), "no `{part}` in {error}");
        }
    });
}
