use blogstack_aws::ec2::{Route, RouteTable, Vpc, VpcPeeringConnection, VpcPeeringConnectionArgs};
use blogstack_core::{Declare, Handle, Id, Scope};
use blogstack_sim::{Delays, FaultKind, Sim, on};
use blogstack_tests::{
    kinds::{self, Kind, create_first, delete_first, update},
    run,
    world::{ACCOUNT, REGION, World},
};

fn networks(s: &Scope) -> [Handle<Vpc>; 3] {
    [("vpc", "10.0.0.0/16"), ("peer", "10.1.0.0/16"), ("third", "10.2.0.0/16")].map(|(name, range)| s.add(name, Vpc::new(range)))
}

fn with(s: &Scope, more: impl FnOnce(VpcPeeringConnectionArgs) -> VpcPeeringConnectionArgs) {
    let [vpc, peer, _] = networks(s);
    s.add("connection", more(VpcPeeringConnection::new(&vpc, &peer)));
}

fn accepted(s: &Scope, more: impl FnOnce(VpcPeeringConnectionArgs) -> VpcPeeringConnectionArgs) {
    with(s, |connection| more(connection.auto_accept(true)));
}

pub(super) const KIND: Kind = Kind {
    subject: "connection",
    minimal: |s| with(s, |connection| connection),
    changes: &[
        update("a tag set", |s| with(s, |c| c.tag("a", "1"))),
        update("tags cleared", |s| with(s, |c| c)),
        update("accepted", |s| accepted(s, |c| c)),
        update("names for the requester", |s| accepted(s, |c| c.requester_allow_remote_dns_resolution(true))),
        update("names for the accepter", |s| accepted(s, |c| c.accepter_allow_remote_dns_resolution(true))),
        update("names for nobody", |s| accepted(s, |c| c)),
        create_first("another network, everything at once", |s| {
            let [vpc, _, third] = networks(s);
            let connection = VpcPeeringConnection::new(&vpc, &third).auto_accept(true).peer_region(REGION).peer_owner_id(ACCOUNT);
            let connection = connection.requester_allow_remote_dns_resolution(true).accepter_allow_remote_dns_resolution(true);
            s.add("connection", connection.tag("a", "1"));
        }),
        delete_first("made anew between the same two", |s| {
            let [vpc, _, third] = networks(s);
            let connection = VpcPeeringConnection::new(&vpc, &third).auto_accept(true).tag("a", "2");
            s.add("connection", connection.replace_on(VpcPeeringConnection::tags));
        }),
    ],
    creates: "CreateVpcPeeringConnection",
    deletes: "DeleteVpcPeeringConnection",
    vanish: kinds::delete,
    adopting: |s, ids| {
        let (vpc, peer) = (Id::<Vpc>::new(&*ids["vpc"]), Id::<Vpc>::new(&*ids["peer"]));
        s.add("connection", VpcPeeringConnection::new(vpc, peer).adopt(&ids["connection"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn an_acceptance_whose_answer_is_lost_is_made_once() {
    run(async {
        for fault in [
            on("AcceptVpcPeeringConnection").after_effect(FaultKind::Reset),
            on("AcceptVpcPeeringConnection").before_effect(FaultKind::Reset),
        ] {
            let world = World::with(Sim::builder().seed(7).delays(Delays::realistic()).fault(fault));
            let program = |s: &Scope| accepted(s, |c| c.requester_allow_remote_dns_resolution(true));
            world.up(program).await;
            assert!(world.stack(program).preview().await.unwrap().is_empty());
            world.destroy().await;
            assert!(world.sim.objects().is_empty());
        }
    });
}

#[test]
fn routes_lead_to_the_other_network() {
    run(async {
        let program = |s: &Scope| {
            let [vpc, peer, _] = networks(s);
            let connection = s.add("connection", VpcPeeringConnection::new(&vpc, &peer).auto_accept(true));
            let table = s.add("table", RouteTable::new(&vpc));
            s.add("to-peer", Route::new(&table, "10.1.0.0/16", &connection));
        };
        let world = World::new();
        world.up(program).await;
        assert!(world.stack(program).preview().await.unwrap().is_empty());
        world.destroy().await;
        assert!(world.sim.objects().is_empty());
    });
}

#[test]
fn what_cannot_be_peered_is_told() {
    run(async {
        let world = World::new();
        let overlapping = |s: &Scope| {
            let (one, other) = (s.add("one", Vpc::new("10.0.0.0/16")), s.add("other", Vpc::new("10.0.0.0/20")));
            s.add("connection", VpcPeeringConnection::new(&one, &other));
        };
        let report = world.stack(overlapping).up().await.unwrap();
        let error = report.failed[0].error.to_string();
        assert!(error.contains("overlapping cidr range"), "{error}");
        world.destroy().await;
        assert!(world.sim.objects().is_empty());
        let wrong = |s: &Scope| {
            let [vpc, peer, _] = networks(s);
            s.add("a", VpcPeeringConnection::new(&vpc, &vpc));
            s.add("b", VpcPeeringConnection::new(&vpc, &peer).requester_allow_remote_dns_resolution(true));
        };
        let error = world.stack(wrong).preview().await.unwrap_err().to_string();
        for part in
            ["`a`: field `peer_vpc`: a network has no connection with itself", "`b`: field `requester_allow_remote_dns_resolution`: only"]
        {
            assert!(error.contains(part), "no `{part}` in {error}");
        }
    });
}
