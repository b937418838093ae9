//! The small example on moto: up, up again, changes, destroy.

use blogstack_core::Scope;
use blogstack_tests::moto::{
    Moto,
    inventory::{Inventory, assert_only_left_behind, beyond, counts},
    stack::{Account, assert_complete, on_real_time},
};
use programs::network;

use crate::programs::settings;

/// What is changed from one run to the next.
#[derive(Clone, Copy)]
struct Version {
    zones: u32,
    size: &'static str,
    label: &'static str,
}

const VERSIONS: [Version; 3] = [
    Version { zones: 2, size: "t3.nano", label: "first" },
    Version { zones: 3, size: "t3.nano", label: "first" },
    Version { zones: 3, size: "t3.micro", label: "second" },
];

impl Version {
    fn of(self, settings: &network::Settings) -> network::Settings {
        network::Settings { zones: self.zones, nat_instance_type: self.size.into(), ..settings.clone() }
    }

    /// A scope below `s` in which everything carries the label.
    fn labelled(self, s: &Scope) -> Scope {
        s.child("labelled").tag("label", self.label)
    }
}

/// Each version goes up, and the next preview is empty; destroy leaves nothing. Tells what each had made.
fn lives<P: Fn(&Scope) + Send + Sync + 'static>(account: &str, program: impl Fn(Version) -> P) -> Option<Vec<Inventory>> {
    let moto = Moto::running()?;
    Some(on_real_time(async {
        let account = Account::new(&moto, account).await;
        let before = counts(&account.judge).await;
        let mut made = Vec::new();
        for version in VERSIONS {
            assert_complete(&account.lab.stack(program(version)).up().await.unwrap());
            let plan = account.lab.stack(program(version)).preview().await.unwrap();
            let rest: Vec<_> = plan.steps.iter().filter(|step| !step.changes.is_empty()).collect();
            assert!(plan.is_empty(), "something is left to do: {rest:#?}");
            made.push(beyond(&before, &counts(&account.judge).await));
        }
        assert_complete(&account.lab.stack(|_| ()).destroy().await.unwrap());
        assert_only_left_behind(&before, &counts(&account.judge).await);
        made
    }))
}

/// What a network with NAT instances is made of. Each instance has a disk and an interface; a group and a table come with the network.
fn with_instances(subnets: usize) -> Inventory {
    let pairs = [("address", 2), ("instance", 2), ("interface", 2), ("internet gateway", 1), ("route table", 4)];
    pairs.into_iter().chain([("security group", 2), ("subnet", subnets), ("volume", 2), ("vpc", 1)]).collect()
}

#[test]
fn network_lives_on_moto() {
    let settings: network::Settings = settings("network");
    let program = |version: Version| {
        let settings = version.of(&settings);
        move |s: &Scope| network::program(&version.labelled(s), &settings)
    };
    let Some(made) = lives("200000000001", program) else { return };
    assert_eq!(made, [with_instances(4), with_instances(6), with_instances(6)]);
}
