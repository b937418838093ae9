use std::net::Ipv4Addr;

use blogstack_aws::ec2::{NetworkInterface, NetworkInterfaceArgs, SecurityGroup, Subnet, Vpc};
use blogstack_core::{Declare, Handle, Id, Scope};
use blogstack_tests::{
    kinds::{self, Kind, create_first, delete_first, update},
    run,
    world::World,
};
use serde_json::{Value as Json, json};

fn network(s: &Scope) -> ([Handle<Subnet>; 2], [Handle<SecurityGroup>; 2]) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    let subnet = |name: &str, range: &str| s.add(name, Subnet::new(&vpc, range).availability_zone("eu-west-1a"));
    let subnets = [subnet("subnet", "10.0.0.0/24"), subnet("other-subnet", "10.0.1.0/24")];
    (subnets, ["group", "other-group"].map(|name| s.add(name, SecurityGroup::new(&vpc, name))))
}

fn with(s: &Scope, more: impl FnOnce(NetworkInterfaceArgs, &[Handle<SecurityGroup>; 2]) -> NetworkInterfaceArgs) {
    let ([subnet, _], groups) = network(s);
    s.add("interface", more(NetworkInterface::new(&subnet).private_ip(address(0, 10)), &groups));
}

fn address(subnet: u8, host: u8) -> Ipv4Addr {
    Ipv4Addr::new(10, 0, subnet, host)
}

pub(super) const KIND: Kind = Kind {
    subject: "interface",
    minimal: |s| with(s, |interface, _| interface),
    changes: &[
        update("described", |s| with(s, |one, _| one.description("web"))),
        update("described anew", |s| with(s, |one, _| one.description("the web"))),
        update("the description cleared", |s| with(s, |one, _| one)),
        update("a group", |s| with(s, |one, groups| one.security_groups([&groups[0]]))),
        update("another group", |s| with(s, |one, groups| one.security_groups([&groups[1]]))),
        update("both groups", |s| with(s, |one, groups| one.security_groups(&groups[..]))),
        update("the groups cleared", |s| with(s, |one, _| one)),
        update("no check", |s| with(s, |one, _| one.source_dest_check(false))),
        update("the check back", |s| with(s, |one, _| one)),
        update("a tag set", |s| with(s, |one, _| one.tag("a", "1"))),
        update("tags cleared", |s| with(s, |one, _| one)),
        create_first("another address", |s| with(s, |one, _| one.private_ip(address(0, 11)))),
        create_first("another subnet, and all at once", |s| {
            let ([_, subnet], groups) = network(s);
            let interface = NetworkInterface::new(&subnet).security_groups(&groups[..]).description("all").source_dest_check(false);
            s.add("interface", interface.tag("a", "1"));
        }),
        create_first("its own address, said so, made anew", |s| {
            let ([subnet, _], _) = network(s);
            s.add("interface", NetworkInterface::new(&subnet).private_ip(address(0, 10)));
        }),
        delete_first("made anew with the address it has", |s| {
            let ([subnet, _], _) = network(s);
            let interface = NetworkInterface::new(&subnet).private_ip(address(0, 10)).description("anew");
            s.add("interface", interface.replace_on(NetworkInterface::description));
        }),
    ],
    creates: "CreateNetworkInterface",
    deletes: "DeleteNetworkInterface",
    vanish: kinds::delete,
    adopting: |s, ids| {
        let subnet = Id::<Subnet>::new(&*ids["subnet"]);
        s.add("interface", NetworkInterface::new(subnet).private_ip(address(0, 10)).adopt(&ids["interface"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn one_that_is_in_use_is_waited_for() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        let id = world.id("interface").await;
        let attachment = json!({
            "id": "eni-attach-0123456789abcdef0", "instance": "i-0123456789abcdef0", "device_index": 1, "delete_on_termination": false,
            "attached_at": 0,
        });
        kinds::overwrite(&world, &id, "attachment", attachment);
        let detach = async {
            tokio::time::sleep(std::time::Duration::from_secs(30)).await;
            kinds::overwrite(&world, &id, "attachment", Json::Null);
        };
        tokio::join!(world.destroy(), detach);
        assert!(world.sim.objects().is_empty());
        assert!(world.calls().iter().filter(|call| *call == "DeleteNetworkInterface").count() > 1);
    });
}

#[test]
fn wrong_fields_are_refused_before_any_call() {
    run(async {
        let wrong = |s: &Scope| {
            let ([subnet, _], _) = network(s);
            s.add("a", NetworkInterface::new(&subnet).private_ip(address(9, 10)));
            s.add("b", NetworkInterface::new(&subnet).private_ip(address(0, 3)));
            s.add("c", NetworkInterface::new(&subnet).security_groups(Vec::<Id<SecurityGroup>>::new()));
        };
        let error = World::new().stack(wrong).preview().await.unwrap_err().to_string();
        for part in ["10.0.9.10 lies outside the subnet's", "10.0.0.3 is one that AWS keeps for itself", "there are 0 groups"] {
            assert!(error.contains(part), "no `{part}` in {error}");
        }
    });
}
