use std::{net::Ipv4Addr, path::Path, sync::Arc};

use blogstack_aws::ec2::{
    CustomerGateway, DpdTimeoutAction, IkeVersion, StartupAction, VpnConnection, VpnConnectionArgs, VpnEncryptionAlgorithm, VpnGateway,
    VpnIntegrityAlgorithm, VpnTunnel, VpnTunnelArgs,
};
use blogstack_core::{
    Declare, Handle, Id, Scope, Secret,
    disk::{Disk, MemoryDisk},
    display::{Style, plan_text},
};
use blogstack_sim::{Delays, FaultKind, Sim, on};
use blogstack_tests::{
    kinds::{self, Kind, create_first, delete_first, same, update},
    run,
    world::World,
};

const KEY: &str = "hunter2.hunter2_hunter2";

fn parts(s: &Scope) -> ([Handle<CustomerGateway>; 2], [Handle<VpnGateway>; 2]) {
    let customer = |name: &str, last: u8| s.add(name, CustomerGateway::new(Ipv4Addr::new(203, 0, 113, last)));
    ([customer("office", 12), customer("other-office", 13)], ["gateway", "other-gateway"].map(|name| s.add(name, VpnGateway::new())))
}

fn between(s: &Scope, customer: usize, gateway: usize, more: impl FnOnce(VpnConnectionArgs) -> VpnConnectionArgs) {
    let (customers, gateways) = parts(s);
    s.add("vpn", more(VpnConnection::new(&customers[customer], &gateways[gateway])));
}

fn with(s: &Scope, more: impl FnOnce(VpnConnectionArgs) -> VpnConnectionArgs) {
    between(s, 0, 0, more);
}

fn key(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn everything(third: u8) -> VpnTunnelArgs {
    let range: blogstack_aws::Cidr = format!("169.254.{third}.0/30").parse().unwrap();
    VpnTunnel::new()
        .tunnel_inside_cidr(range)
        .pre_shared_key(key(KEY))
        .phase1_lifetime_seconds(14_400_u32)
        .phase2_lifetime_seconds(1800_u32)
        .rekey_margin_time_seconds(120_u32)
        .rekey_fuzz_percentage(50_u32)
        .replay_window_size(512_u32)
        .dpd_timeout_seconds(60_u32)
        .dpd_timeout_action(DpdTimeoutAction::Restart)
        .phase1_encryption_algorithms([VpnEncryptionAlgorithm::Aes256Gcm16, VpnEncryptionAlgorithm::Aes256])
        .phase2_encryption_algorithms([VpnEncryptionAlgorithm::Aes256Gcm16])
        .phase1_integrity_algorithms([VpnIntegrityAlgorithm::Sha2_512, VpnIntegrityAlgorithm::Sha2_256])
        .phase2_integrity_algorithms([VpnIntegrityAlgorithm::Sha2_512])
        .phase1_dh_group_numbers([20_u8, 14])
        .phase2_dh_group_numbers([20_u8])
        .ike_versions([IkeVersion::Ikev2])
        .startup_action(StartupAction::Start)
}

pub(super) const KIND: Kind = Kind {
    subject: "vpn",
    minimal: |s| with(s, |vpn| vpn),
    changes: &[
        update("a tag set", |s| with(s, |vpn| vpn.tag("a", "1"))),
        update("a tag changed", |s| with(s, |vpn| vpn.tag("a", "2"))),
        update("tags cleared", |s| with(s, |vpn| vpn)),
        update("a range", |s| with(s, |vpn| vpn.local_ipv4_network_cidr("192.168.0.0/16"))),
        update("both ranges", |s| with(s, |vpn| vpn.local_ipv4_network_cidr("192.168.0.0/16").remote_ipv4_network_cidr("10.0.0.0/8"))),
        update("no ranges", |s| with(s, |vpn| vpn)),
        update("a key", |s| with(s, |vpn| vpn.tunnel1(VpnTunnel::new().pre_shared_key(key("first.key_1"))))),
        update("another key", |s| with(s, |vpn| vpn.tunnel1(VpnTunnel::new().pre_shared_key(key("second.key_2"))))),
        update("everything of both tunnels", |s| with(s, |vpn| vpn.tunnel1(everything(10)).tunnel2(everything(11)))),
        same("whatever the tunnels are", |s| with(s, |vpn| vpn)),
        update("another gateway there", |s| between(s, 1, 0, |vpn| vpn)),
        update("another gateway here", |s| between(s, 1, 1, |vpn| vpn)),
        delete_first("static", |s| between(s, 1, 1, |vpn| vpn.static_routes_only(true))),
        create_first("not static, between others, with tunnels from the first", |s| {
            with(s, |vpn| {
                let vpn = vpn.local_ipv4_network_cidr("192.168.0.0/16").remote_ipv4_network_cidr("10.0.0.0/8");
                vpn.tunnel1(everything(10)).tunnel2(everything(11))
            });
        }),
    ],
    creates: "CreateVpnConnection",
    deletes: "DeleteVpnConnection",
    vanish: kinds::delete,
    adopting: |s, ids| {
        let (office, gateway) = (Id::<CustomerGateway>::new(&*ids["office"]), Id::<VpnGateway>::new(&*ids["gateway"]));
        s.add("vpn", VpnConnection::new(office, gateway).adopt(&ids["vpn"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn keys_and_configuration_are_never_shown() {
    run(async {
        let disk = MemoryDisk::new();
        let world = World::new().on(Arc::new(disk.clone()));
        let program = |s: &Scope| with(s, |vpn| vpn.tunnel1(VpnTunnel::new().pre_shared_key(key(KEY))));
        let first = plan_text(&world.stack(program).preview().await.unwrap(), Style::plain());
        world.up(program).await;
        let made_up = {
            let objects = world.sim.objects();
            let vpn = objects.iter().find(|(id, _)| id.contains("/vpn-connection/")).unwrap().1;
            assert_eq!(vpn["tunnels"][0]["options"]["PreSharedKey"], KEY);
            vpn["tunnels"][1]["made_up_key"].as_str().unwrap().to_owned()
        };
        let other = |s: &Scope| with(s, |vpn| vpn.tunnel1(VpnTunnel::new().pre_shared_key(key("another.key_1"))));
        let next = plan_text(&world.stack(other).preview().await.unwrap(), Style::plain());
        let state = format!("{:?}", world.state().await);
        for shown in [&first, &next, &state] {
            assert!(!shown.contains(KEY) && !shown.contains(&made_up) && !shown.contains("another.key_1"), "{shown}");
        }
        let journal = disk.crash().read(Path::new("/state/journal/journal")).unwrap().expect("a journal");
        let text = String::from_utf8_lossy(&journal);
        assert!(text.contains("vpn-connection") && !text.contains(KEY) && !text.contains(&made_up) && !text.contains("ipsec_tunnel"));
    });
}

#[test]
fn changes_are_made_one_at_a_time() {
    run(async {
        let world = World::with(Sim::builder().seed(7).delays(Delays::realistic()));
        world.up(KIND.minimal).await;
        let changed = |s: &Scope| {
            between(s, 1, 1, |vpn| vpn.local_ipv4_network_cidr("192.168.0.0/16").tunnel1(everything(10)).tunnel2(everything(11)));
        };
        world.up(changed).await;
        let refused = world.sim.calls().iter().filter(|call| format!("{:?}", call.outcome).contains("InvalidState")).count();
        assert_eq!(refused, 0, "nothing was sent too early");
        assert!(world.stack(changed).preview().await.unwrap().is_empty());
        world.destroy().await;
        assert!(world.sim.objects().is_empty());
    });
}

#[test]
fn a_change_whose_answer_is_lost_is_made_once() {
    run(async {
        for operation in ["ModifyVpnTunnelOptions", "ModifyVpnConnection", "ModifyVpnConnectionOptions"] {
            let world = World::with(Sim::builder().seed(7).delays(Delays::realistic()));
            world.up(KIND.minimal).await;
            world.sim.add_fault(on(operation).after_effect(FaultKind::Reset));
            let changed = |s: &Scope| between(s, 1, 0, |vpn| vpn.remote_ipv4_network_cidr("10.0.0.0/8").tunnel2(everything(11)));
            world.up(changed).await;
            assert_eq!(world.calls().iter().filter(|call| *call == operation).count(), 1, "{operation}");
            assert!(world.stack(changed).preview().await.unwrap().is_empty());
        }
    });
}

#[test]
fn a_connection_that_somebody_else_made_is_not_shared() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        let (office, gateway, vpn) = (world.id("office").await, world.id("gateway").await, world.id("vpn").await);
        let same = move |s: &Scope| {
            s.add("vpn", VpnConnection::new(Id::<CustomerGateway>::new(&*office), Id::<VpnGateway>::new(&*gateway)));
        };
        let report = world.beside().stack(same).up().await.unwrap();
        let error = report.failed[0].error.to_string();
        assert!(error.contains(&format!("the two gateways have the connection `{vpn}` already")), "{error}");
    });
}

#[test]
fn what_aws_would_refuse_is_refused_before_any_call() {
    run(async {
        let problem = |program: fn(&Scope)| async move { World::new().stack(program).preview().await.unwrap_err().to_string() };
        let error = problem(|s| with(s, |vpn| vpn.tunnel1(VpnTunnel::new().pre_shared_key(key("0hunter2hunter2"))))).await;
        assert!(error.contains("field `tunnel1`: the key must have 8 to 64") && !error.contains("hunter2"), "{error}");
        let error = problem(|s| with(s, |vpn| vpn.tunnel2(VpnTunnel::new().tunnel_inside_cidr("169.254.0.0/30")))).await;
        assert!(error.contains("field `tunnel2`: 169.254.0.0/30 is no /30 of 169.254.0.0/16"), "{error}");
        let error = problem(|s| with(s, |vpn| vpn.tunnel1(everything(10)).tunnel2(everything(10)))).await;
        assert!(error.contains("field `tunnel2`: both tunnels have 169.254.10.0/30 inside"), "{error}");
        let error = problem(|s| with(s, |vpn| vpn.tunnel1(VpnTunnel::new().phase1_dh_group_numbers([5_u8])))).await;
        assert!(error.contains("there is no Diffie-Hellman group 5 for it"), "{error}");
        let error = problem(|s| with(s, |vpn| vpn.tunnel1(VpnTunnel::new().phase2_lifetime_seconds(60_u32)))).await;
        assert!(error.contains("a `phase2_lifetime_seconds` of 60 is not between 900 and 3600"), "{error}");
    });
}
