//! The project tests itself with the simulated AWS, and with a list of hosts in a folder of its own.

use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use blogstack_aws::{
    checks::{assert_cannot_reach, assert_unreachable_from_internet, tcp},
    target::simulated,
};
use blogstack_core::{
    Configure, Declare, Scope,
    disk::{DiskEffect, Gate, MemoryDisk, Verdict},
    step::Action,
    testing::Lab,
};
use blogstack_sim::Sim;
use office::{
    Settings,
    hosts::{Host, Hosts},
    program,
};
use tempfile::TempDir;

/// An office and an account of AWS, both simulated.
struct World {
    folder: TempDir,
    sim: Sim,
}

impl World {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap(), sim: Sim::builder().seed(7).build().unwrap() }
    }

    fn hosts(&self) -> PathBuf {
        self.folder.path().join("hosts")
    }

    fn list(&self) -> Vec<String> {
        let list = fs::read_to_string(self.hosts()).unwrap_or_default();
        list.lines().map(|line| line.split(" # ").next().unwrap_or_default().to_owned()).collect()
    }

    fn lab(&self) -> Lab {
        let lab = Lab::new(simulated(self.sim.http_client(), &self.sim.instance_id(), self.sim.account(), self.sim.region()));
        lab.around_providers(|providers| providers.with(Hosts::new(self.hosts())))
    }
}

fn named(name: &str) -> impl Fn(&Scope) + Clone + Send + Sync + 'static {
    let settings = Settings { cidr_block: "10.40.0.0/16".parse().unwrap(), office: "192.168.0.0/16".parse().unwrap(), name: name.into() };
    move |s| program(s, &settings)
}

#[tokio::test(start_paused = true)]
async fn nobody_outside_reaches_the_wiki() {
    let plan = World::new().lab().stack(named("wiki")).preview().await.unwrap();
    assert_unreachable_from_internet(&plan, "wiki");
    assert_cannot_reach(&plan, "network/nat-0", "wiki", tcp(22));
}

#[tokio::test(start_paused = true)]
async fn the_wiki_has_a_name_for_as_long_as_it_is_there() {
    let world = World::new();
    fs::write(world.hosts(), "192.168.0.2 printer\n").unwrap();
    let lab = world.lab();
    assert!(lab.stack(named("wiki")).up().await.unwrap().is_complete());
    let list = world.list();
    assert!(list.len() == 2 && list[0] == "192.168.0.2 printer" && list[1].starts_with("10.40.") && list[1].ends_with(" wiki"), "{list:?}");
    assert!(lab.stack(named("wiki")).preview().await.unwrap().is_empty());

    let plan = lab.stack(named("handbook")).preview().await.unwrap();
    let step = plan.steps.iter().find(|step| step.urn.kind() == "office:hosts/host").unwrap();
    assert_eq!(step.action, Action::Replace { delete_first: false });
    assert!(lab.stack(named("handbook")).up().await.unwrap().is_complete());
    assert!(world.list()[1].ends_with(" handbook"), "{:?}", world.list());

    assert!(lab.stack(named("handbook")).destroy().await.unwrap().is_complete());
    assert_eq!(world.list(), ["192.168.0.2 printer"]);
    assert!(world.sim.objects().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_somebody_changes_by_hand_is_put_right() {
    let world = World::new();
    let lab = world.lab();
    assert!(lab.stack(named("wiki")).up().await.unwrap().is_complete());
    let list = fs::read_to_string(world.hosts()).unwrap();
    fs::write(world.hosts(), list.replace("10.40.", "10.99.")).unwrap();
    let report = lab.stack(named("wiki")).up().await.unwrap();
    assert!(report.is_complete() && world.list()[0].starts_with("10.40."), "{:?}", world.list());
}

#[tokio::test(start_paused = true)]
async fn a_name_that_is_taken_is_not_touched_until_it_is_adopted() {
    let world = World::new();
    fs::write(world.hosts(), "192.168.0.2 printer\n").unwrap();
    let lab = world.lab();
    let taken = |s: &Scope| drop(s.add("printer", Host::new("printer", std::net::Ipv4Addr::new(192, 168, 0, 3))));
    let report = lab.stack(taken).up().await.unwrap();
    let said = report.failed[0].error.to_string();
    assert!(said.contains("`printer` stands for 192.168.0.2 already"), "{said}");
    assert_eq!(world.list(), ["192.168.0.2 printer"]);

    let adopted = |s: &Scope| {
        let printer = Host::new("printer", std::net::Ipv4Addr::new(192, 168, 0, 3));
        s.add("printer", printer.adopt("printer").retain());
    };
    assert!(lab.stack(adopted).up().await.unwrap().is_complete());
    assert_eq!(world.list(), ["192.168.0.3 printer"]);
    // It is given up, mark and all.
    assert!(lab.stack(|_| ()).up().await.unwrap().is_complete());
    assert_eq!(fs::read_to_string(world.hosts()).unwrap(), "192.168.0.3 printer\n");
}

/// Stops at one effect on the disk.
struct StopAt {
    effect: usize,
    count: AtomicUsize,
}

impl Gate for StopAt {
    fn before(&self, _: &DiskEffect) -> Verdict {
        let number = self.count.fetch_add(1, Ordering::SeqCst);
        if number == self.effect { Verdict::Stop } else { Verdict::Pass }
    }

    fn after(&self, _: &DiskEffect) -> Verdict {
        Verdict::Pass
    }
}

#[tokio::test(start_paused = true)]
async fn wherever_a_run_is_killed_the_next_one_makes_one_line() {
    let (mut stops, mut found_again) = (0, 0);
    let program = |s: &Scope| drop(s.add("wiki", Host::new("wiki", std::net::Ipv4Addr::new(10, 40, 0, 1))));
    loop {
        let world = World::new();
        let disk = MemoryDisk::new().with_gate(Arc::new(StopAt { effect: stops, count: AtomicUsize::new(0) }));
        let ended = world.lab().on(Arc::new(disk.clone())).stack(program).up().await;
        if ended.is_ok_and(|report| report.is_complete()) {
            break;
        }
        found_again += usize::from(!world.list().is_empty());
        let next = world.lab().on(Arc::new(disk.crash())).stack(program).up().await.unwrap();
        assert!(next.is_complete(), "stopped at {stops}: {next:?}");
        assert_eq!(world.list(), ["10.40.0.1 wiki"], "stopped at {stops}");
        stops += 1;
    }
    assert!(stops > 5 && found_again > 0, "{stops} stops, {found_again} of them with a line that the state did not know");
}
