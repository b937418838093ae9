use blogstack_aws::{
    assume_role,
    ec2::{Route, RouteTable, Vpc, VpcPeeringConnection, VpcPeeringConnectionAccepter, VpcPeeringConnectionAccepterArgs},
};
use blogstack_core::{Declare, Handle, Id, Scope};
use blogstack_sim::{Delays, FaultKind, Sim, on};
use blogstack_tests::{
    kinds::{Kind, create_first, update},
    run,
    world::{ACCOUNT, World},
};

const FAR: &str = "eu-central-1";

/// Two networks in two regions, and a connection that the one asks for.
fn asked(s: &Scope, block: &str) -> (Scope, Handle<VpcPeeringConnection>) {
    let far = s.in_region(FAR);
    let (vpc, peer) = (s.add("vpc", Vpc::new(block)), far.add("peer", Vpc::new("10.1.0.0/16")));
    let connection = s.add("connection", VpcPeeringConnection::new(&vpc, &peer).peer_region(FAR));
    (far, connection)
}

fn with(s: &Scope, more: impl FnOnce(VpcPeeringConnectionAccepterArgs) -> VpcPeeringConnectionAccepterArgs) {
    let (far, connection) = asked(s, "10.0.0.0/16");
    far.add("accepted", more(VpcPeeringConnectionAccepter::new(&connection)));
}

pub(super) const KIND: Kind = Kind {
    subject: "accepted",
    minimal: |s| with(s, |accepter| accepter),
    changes: &[
        update("a tag set", |s| with(s, |accepter| accepter.tag("a", "1"))),
        update("tags cleared", |s| with(s, |accepter| accepter)),
        update("names for the accepter", |s| with(s, |accepter| accepter.accepter_allow_remote_dns_resolution(true))),
        update("names for nobody", |s| with(s, |accepter| accepter)),
        create_first("another connection, with everything from the beginning", |s| {
            let (far, connection) = asked(s, "10.2.0.0/16");
            let accepter = VpcPeeringConnectionAccepter::new(&connection).accepter_allow_remote_dns_resolution(true);
            far.add("accepted", accepter.tag("a", "1"));
        }),
    ],
    creates: "AcceptVpcPeeringConnection",
    deletes: "DeleteVpcPeeringConnection",
    vanish,
    adopting: |s, ids| {
        let connection = Id::<VpcPeeringConnection>::new(&*ids["connection"]);
        s.in_region(FAR).add("accepted", VpcPeeringConnectionAccepter::new(connection).adopt(&ids["accepted"]));
    },
};

blogstack_tests::lives!(KIND);

/// Both sides see it no more.
fn vanish(world: &World, id: &str) {
    let meddling = world.sim.out_of_band();
    assert!(meddling.clone().region(FAR).delete(id).unwrap() && meddling.delete(id).unwrap(), "there is no {id}");
}

/// The subject's object, on its own side.
fn accepted(world: &World) -> serde_json::Value {
    world.sim.objects().into_iter().find(|(key, _)| key.starts_with(FAR) && key.contains("/pcx-")).expect("it is there").1
}

#[test]
fn another_account_accepts() {
    run(async {
        const OTHER: &str = "210987654321";
        let program = |s: &Scope| {
            let other = assume_role(&s.child("other"), "arn:aws:iam::210987654321:role/deploy");
            let (vpc, peer) = (s.add("vpc", Vpc::new("10.0.0.0/16")), other.add("peer", Vpc::new("10.1.0.0/16")));
            let connection = s.add("connection", VpcPeeringConnection::new(&vpc, &peer).peer_owner_id(OTHER));
            let accepted = other.add("accepted", VpcPeeringConnectionAccepter::new(&connection).tag("side", "theirs"));
            let table = other.add("table", RouteTable::new(&peer));
            other.add("back", Route::new(&table, "10.0.0.0/16", &accepted));
        };
        let world = World::with(Sim::builder().seed(7).delays(Delays::realistic()));
        world.up(program).await;
        assert!(world.stack(program).preview().await.unwrap().is_empty());
        let objects = world.sim.objects();
        let side = |start: &str| objects.iter().find(|(key, _)| key.starts_with(start) && key.contains("/pcx-")).expect("a side").1;
        assert_eq!(side(OTHER)["tags"]["side"], "theirs");
        assert!(side("eu-west-1")["tags"]["side"].is_null(), "each side has its own tags");
        assert_eq!(side("eu-west-1")["state"], "active");
        world.destroy().await;
        assert!(world.sim.objects().is_empty(), "{:#?}", world.sim.objects());
    });
}

#[test]
fn an_acceptance_whose_answer_is_lost_is_made_once() {
    run(async {
        for fault in [
            on("AcceptVpcPeeringConnection").after_effect(FaultKind::Reset),
            on("AcceptVpcPeeringConnection").before_effect(FaultKind::Reset),
        ] {
            let world = World::with(Sim::builder().seed(7).delays(Delays::realistic()).fault(fault));
            world.up(KIND.minimal).await;
            assert_eq!(accepted(&world)["state"], "active");
            assert!(world.stack(KIND.minimal).preview().await.unwrap().is_empty());
        }
    });
}

#[test]
fn what_is_not_asked_here_is_not_accepted_here() {
    run(async {
        let world = World::new();
        let near = |s: &Scope| {
            let (vpc, peer) = (s.add("vpc", Vpc::new("10.0.0.0/16")), s.add("peer", Vpc::new("10.1.0.0/16")));
            let connection = s.add("connection", VpcPeeringConnection::new(&vpc, &peer));
            s.add("accepted", VpcPeeringConnectionAccepter::new(&connection));
        };
        let report = world.stack(near).up().await.unwrap();
        let error = &report.failed[0].error;
        assert!(error.to_string().contains("both networks are of one account and one region"), "{error}");
        assert_eq!(error.hint(), Some("accept the connection with its own `auto_accept`".to_owned()));
        let asking = |s: &Scope| {
            let (_, connection) = asked(s, "10.0.0.0/16");
            s.add("accepted", VpcPeeringConnectionAccepter::new(&connection));
        };
        let report = world.stack(asking).up().await.unwrap();
        let error = report.failed[0].error.to_string();
        assert!(error.contains(&format!("the network that is asked is in {FAR} of account {ACCOUNT}")), "{error}");
        world.destroy().await;
        assert!(world.sim.objects().is_empty(), "{:#?}", world.sim.objects());
    });
}
