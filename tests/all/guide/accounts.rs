//! The guide's page on accounts and regions.

use blogstack_aws::{assume_role, ec2::Vpc};
use blogstack_core::Scope;
use blogstack_tests::{run, world::World};

fn blog(s: &Scope) {
    s.add("network", Vpc::new("10.0.0.0/16"));
    let far = s.child("far").in_region("us-east-1");
    far.add("network", Vpc::new("10.1.0.0/16"));
    let backup = assume_role(&s.child("backup"), "arn:aws:iam::210987654321:role/deploy");
    backup.add("network", Vpc::new("10.2.0.0/16"));
}

#[test]
fn one_stack_lives_in_several_places() {
    run(async {
        let world = World::new();
        world.up(blog).await;
        let networks: Vec<String> = world.sim.objects().into_keys().filter(|key| key.contains("/vpc/")).collect();
        assert!(networks.len() == 3 && networks.iter().any(|key| key.starts_with("210987654321/")), "{networks:?}");
        world.destroy().await;
    });
}
