use blogstack_aws::ec2::{DhcpOptions, DhcpOptionsAssociation, Vpc};
use blogstack_core::{Declare, Id, Scope};
use blogstack_tests::{
    kinds::{self, Kind, create_first, update},
    run,
    world::World,
};

fn associated(s: &Scope, vpc: usize, options: usize) {
    let vpcs = [s.add("vpc", Vpc::new("10.0.0.0/16")), s.add("other-vpc", Vpc::new("10.1.0.0/16"))];
    let set = |name: &str, domain: &str| s.add(name, DhcpOptions::new().domain_name(domain));
    let sets = [set("options", "example.com"), set("other-options", "example.org")];
    s.add("association", DhcpOptionsAssociation::new(&vpcs[vpc], &sets[options]));
}

pub(super) const KIND: Kind = Kind {
    subject: "association",
    minimal: |s| associated(s, 0, 0),
    changes: &[
        update("other options", |s| associated(s, 0, 1)),
        create_first("another network", |s| associated(s, 1, 1)),
        create_first("both at once", |s| associated(s, 0, 0)),
    ],
    creates: "AssociateDhcpOptions",
    deletes: "AssociateDhcpOptions",
    vanish: |world, id| kinds::overwrite(world, id, "dhcp_options", "default".into()),
    adopting: |s, ids| {
        let (vpc, options) = (Id::<Vpc>::new(&*ids["vpc"]), Id::<DhcpOptions>::new(&*ids["options"]));
        s.add("association", DhcpOptionsAssociation::new(vpc, options).adopt(&ids["association"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn options_that_are_replaced_are_let_go_first() {
    run(async {
        let world = World::new();
        let program = |domain: &'static str| {
            move |s: &Scope| {
                let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
                let options = s.add("options", DhcpOptions::new().domain_name(domain));
                s.add("association", DhcpOptionsAssociation::new(&vpc, &options));
            }
        };
        world.up(program("example.com")).await;
        world.up(program("example.org")).await;
        assert!(world.stack(program("example.org")).preview().await.unwrap().is_empty());
        assert_eq!(world.sim.objects().keys().filter(|key| key.contains("/dhcp-options/")).count(), 1);
        world.up(|s| drop(s.add("vpc", Vpc::new("10.0.0.0/16")))).await;
        let objects = world.sim.objects();
        let vpc = objects.iter().find(|(key, _)| key.contains("/vpc/")).unwrap().1;
        assert_eq!(vpc["dhcp_options"], "default");
        assert!(!objects.keys().any(|key| key.contains("/dhcp-options/")));
    });
}

#[test]
fn options_that_somebody_else_chose_are_left_alone() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        let (vpc, options) = (world.id("vpc").await, world.id("other-options").await);
        let second = world.beside();
        let program = move |s: &Scope| {
            let (vpc, options) = (Id::<Vpc>::new(&*vpc), Id::<DhcpOptions>::new(&*options));
            s.add("association", DhcpOptionsAssociation::new(vpc, options));
        };
        let error = second.stack(program).up().await.unwrap().failed[0].error.to_string();
        assert!(error.contains("has options already"), "{error}");
    });
}

/// A set of the program's own that says what AWS's says is not taken for AWS's.
#[test]
fn options_like_awss_own_are_a_networks_own() {
    run(async {
        let program = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            let options = DhcpOptions::new().domain_name("eu-west-1.compute.internal").domain_name_servers(["AmazonProvidedDNS"]);
            let options = s.add("options", options);
            s.add("association", DhcpOptionsAssociation::new(&vpc, &options));
        };
        let world = World::new();
        world.up(program).await;
        assert!(world.stack(program).preview().await.unwrap().is_empty());
    });
}
