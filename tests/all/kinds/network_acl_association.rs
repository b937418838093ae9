use blogstack_aws::ec2::{NetworkAcl, NetworkAclAssociation, Subnet, Vpc};
use blogstack_core::{Declare, Id, Scope};
use blogstack_sim::{FaultKind, on};
use blogstack_tests::{
    kinds::{self, Kind, create_first, update},
    run,
    world::World,
};
use serde_json::Value as Json;

fn associated(s: &Scope, subnet: usize, acl: usize) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    let add = |name: &str, range: &str| s.add(name, Subnet::new(&vpc, range).availability_zone("eu-west-1a"));
    let subnets = [add("subnet", "10.0.0.0/24"), add("other-subnet", "10.0.1.0/24")];
    let acls = ["acl", "other-acl"].map(|name| s.add(name, NetworkAcl::new(&vpc)));
    s.add("association", NetworkAclAssociation::new(&subnets[subnet], &acls[acl]));
}

pub(super) const KIND: Kind = Kind {
    subject: "association",
    minimal: |s| associated(s, 0, 0),
    changes: &[
        update("another ACL", |s| associated(s, 0, 1)),
        create_first("another subnet", |s| associated(s, 1, 1)),
        create_first("both at once", |s| associated(s, 0, 0)),
    ],
    creates: "ReplaceNetworkAclAssociation",
    deletes: "ReplaceNetworkAclAssociation",
    vanish: |world, id| kinds::overwrite(world, id, "network_acl", Json::Null),
    adopting: |s, ids| {
        let (subnet, acl) = (Id::<Subnet>::new(&*ids["subnet"]), Id::<NetworkAcl>::new(&*ids["acl"]));
        s.add("association", NetworkAclAssociation::new(subnet, acl).adopt(&ids["association"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn a_change_of_acl_whose_answer_is_lost_is_made_once() {
    run(async {
        for fault in [
            on("ReplaceNetworkAclAssociation").after_effect(FaultKind::Reset),
            on("ReplaceNetworkAclAssociation").before_effect(FaultKind::Reset),
        ] {
            let world = World::new();
            world.up(KIND.minimal).await;
            world.sim.add_fault(fault);
            world.up(|s| associated(s, 0, 1)).await;
            assert!(world.stack(|s| associated(s, 0, 1)).preview().await.unwrap().is_empty());
            world.destroy().await;
            assert!(world.sim.objects().is_empty());
        }
    });
}

#[test]
fn an_acl_that_is_replaced_or_removed_is_let_go_first() {
    run(async {
        let world = World::new();
        let named = |name: &'static str| {
            move |s: &Scope| {
                let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
                let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));
                let acl = s.add(name, NetworkAcl::new(&vpc));
                s.add("association", NetworkAclAssociation::new(&subnet, &acl));
            }
        };
        world.up(named("a")).await;
        world.up(named("b")).await;
        assert!(world.stack(named("b")).preview().await.unwrap().is_empty());
        let bare = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));
        };
        world.up(bare).await;
        assert!(world.stack(bare).preview().await.unwrap().is_empty());
        assert_eq!(world.sim.objects().keys().filter(|key| key.contains("/network-acl/")).count(), 1);
    });
}

#[test]
fn a_subnet_that_has_another_acl_is_left_alone() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        let (subnet, acl) = (world.id("subnet").await, world.id("acl").await);
        let second = world.beside();
        let program = move |s: &Scope| {
            let (subnet, acl) = (Id::<Subnet>::new(&*subnet), Id::<NetworkAcl>::new(&*acl));
            s.add("association", NetworkAclAssociation::new(subnet, acl));
        };
        let error = second.stack(program).up().await.unwrap().failed[0].error.to_string();
        assert!(error.contains("has an ACL of its own already"), "{error}");
    });
}
