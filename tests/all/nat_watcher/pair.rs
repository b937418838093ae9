//! A pair of NAT instances on a served simulation, and the script that they run.

use std::{
    fs::{self, File},
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use blogstack_aws::target::simulated;
use blogstack_core::{testing::Lab, value::Value};
use blogstack_sim::{Outcome, Sim};
use blogstack_tests::{
    fields::repository,
    moto::stack::{assert_complete, on_real_time},
    python::Python,
    served::{ACCOUNT, Served, told},
};
use serde_json::Value as Json;
use tempfile::TempDir;

use crate::guide::machines;

/// What passes in hours passes in seconds here.
pub(super) const SETTINGS: [(&str, &str); 7] = [
    ("ROUND", "0.1"),
    ("SILENT_ROUNDS", "2"),
    ("WELL_ROUNDS", "3"),
    ("RESTART_AFTER", "2"),
    ("RESTART_PATIENCE", "2"),
    ("LOOK_EVERY", "20"),
    ("OUTSIDE", "internet"),
];

/// An address answers when there is a file of its name, unless the way from here to there is cut.
const PING: &str = "#!/bin/sh
for address; do :; done
echo \"$address\" >>\"$WORLD/pings-$PLACE\"
[ -e \"$WORLD/$address\" ] && [ ! -e \"$WORLD/cut-$PLACE-$address\" ]
";

/// How long anything is waited for.
const PATIENCE: Duration = Duration::from_mins(8);
const PAUSE: Duration = Duration::from_millis(100);

/// A pair of NAT instances.
pub(super) struct Pair {
    pub(super) served: Served,
    pub(super) python: Python,
    pub(super) roles: [String; 2],
    pub(super) instances: [String; 2],
    pub(super) tables: [String; 2],
    interfaces: [String; 2],
    addresses: [String; 2],
    user_data: [String; 2],
    folder: TempDir,
}

impl Pair {
    /// One that is well, unless the AWS CLI cannot be had.
    pub(super) fn new() -> Option<Self> {
        let python = Python::with("clients")?;
        let served = Served::new(Sim::builder().account(ACCOUNT).time_scale(500.0));
        let sim = &served.sim;
        let lab = Lab::new(simulated(sim.http_client(), &sim.instance_id(), sim.account(), sim.region()));
        let state = on_real_time(async {
            assert_complete(&lab.stack(machines::watched).up().await.unwrap());
            lab.state().await.unwrap()
        });
        let record = |urn: String| state.records.values().find(|record| record.urn.to_string() == urn).unwrap();
        let ids = |kind: &str, name: &str| [0, 1].map(|place| record(format!("network/{name}-{place}#{kind}")).id.clone());
        let instance = |place: usize| record(format!("network/nat-{place}#aws:ec2/instance"));
        let field = |place: usize, name: &str| instance(place).outputs.get(name).and_then(Value::as_text).unwrap().to_owned();
        let pair = Self {
            roles: ids("aws:iam/role", "nat"),
            instances: ids("aws:ec2/instance", "nat"),
            tables: ids("aws:ec2/route-table", "private"),
            interfaces: [0, 1].map(|place| field(place, "primary_network_interface_id")),
            addresses: [0, 1].map(|place| field(place, "private_ip")),
            user_data: [0, 1].map(|place| instance(place).inputs.get("user_data").and_then(Value::as_text).unwrap().to_owned()),
            folder: TempDir::new().unwrap(),
            python,
            served,
        };
        pair.furnish();
        Some(pair)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn furnish(&self) {
        fs::create_dir(self.path("bin")).unwrap();
        fs::write(self.path("bin/ping"), PING).unwrap();
        fs::set_permissions(self.path("bin/ping"), fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(self.path("internet"), "").unwrap();
        self.breathe();
        self.served.sim.clear_calls();
    }

    /// Lets those answer that live: they run, and are well.
    fn breathe(&self) {
        for place in [0, 1] {
            let file = self.path(&self.addresses[place]);
            match self.runs(place) && self.is_well(place) {
                true => fs::write(file, "").unwrap(),
                false => drop(fs::remove_file(file)),
            }
        }
    }

    fn object(&self, id: &str) -> Json {
        let objects = self.served.sim.objects();
        objects.into_iter().find(|(key, _)| key.ends_with(id)).unwrap().1
    }

    pub(super) fn runs(&self, place: usize) -> bool {
        self.object(&self.instances[place])["state"] == "running"
    }

    pub(super) fn is_well(&self, place: usize) -> bool {
        self.object(&self.instances[place])["impaired"].is_null()
    }

    /// To which instance the default route of an instance's table leads.
    pub(super) fn leads(&self, place: usize) -> usize {
        let table = self.object(&self.tables[place]);
        let interface = table.pointer("/routes/0/target/interface").unwrap().as_str().unwrap();
        self.interfaces.iter().position(|own| own == interface).unwrap()
    }

    /// A table that is neither's.
    pub(super) fn other_table(&self) -> String {
        let objects = self.served.sim.objects();
        let mut ids = objects.keys().filter_map(|key| key.rsplit_once("/route-table/")).map(|(_, id)| id.to_owned());
        ids.find(|id| !self.tables.contains(id)).unwrap()
    }

    /// Something becomes wrong with an instance, which then answers to nobody.
    pub(super) fn impair(&self, place: usize, what: &str) {
        assert!(self.served.sim.out_of_band().set(&self.instances[place], "impaired", what).unwrap());
        self.breathe();
    }

    /// Somebody stops an instance.
    pub(super) fn stop(&self, place: usize) {
        let mut command = self.served.client(self.python.command("aws"));
        assert!(command.args(["ec2", "stop-instances", "--instance-ids", &self.instances[place]]).output().unwrap().status.success());
        self.breathe();
        self.served.sim.clear_calls();
    }

    /// The two no longer reach each other.
    pub(super) fn part(&self) {
        for place in [0, 1] {
            fs::write(self.path(&format!("cut-{place}-{}", self.addresses[1 - place])), "").unwrap();
        }
    }

    /// One no longer reaches the internet.
    pub(super) fn cut_off(&self, place: usize) {
        fs::write(self.path(&format!("cut-{place}-internet")), "").unwrap();
    }

    /// The operations that were called.
    pub(super) fn calls(&self) -> Vec<String> {
        self.served.sim.calls().into_iter().map(|call| call.operation.clone()).collect()
    }

    /// Those that changed something, or may have.
    pub(super) fn changes(&self) -> Vec<String> {
        let calls = self.served.sim.calls().into_iter();
        calls.filter(|call| call.mutating && call.outcome == Outcome::Done).map(|call| call.operation.clone()).collect()
    }

    /// What an instance finds at its first boot in a file.
    fn file(&self, place: usize, path: &str) -> String {
        let user_data = self.path(&format!("user-data-{place}"));
        fs::write(&user_data, &self.user_data[place]).unwrap();
        let mut command = self.python.command("python");
        let output = command.arg(repository("tests/python/written_file.py")).arg(user_data).arg(path).output().unwrap();
        assert!(output.status.success(), "{}", told(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// What the watcher of an instance is told.
    pub(super) fn settings(&self, place: usize) -> String {
        self.file(place, "/etc/nat-watcher.conf")
    }

    /// A command that finds the simulation with the rights of an instance's role.
    pub(super) fn as_role(&self, place: usize, command: Command) -> Command {
        let session = format!("{}/i-watch", self.roles[place]);
        let mut command = self.served.client(command);
        command.env("AWS_ACCESS_KEY_ID", format!("ASIASIMA{ACCOUNT}{}", letters(&session)));
        command.env("AWS_SESSION_TOKEN", "simulated");
        command
    }

    /// The script as an instance has it, with these settings.
    pub(super) fn script(&self, place: usize, settings: &str) -> Command {
        let (script, conf) = (self.path(&format!("watcher-{place}")), self.path(&format!("conf-{place}")));
        fs::write(&script, self.file(place, "/usr/local/sbin/nat-watcher")).unwrap();
        fs::write(&conf, settings).unwrap();
        // A test that is killed leaves no watcher behind for long.
        let mut command = Command::new("timeout");
        command.args(["1200", "bash"]).arg(script).arg(conf);
        let mut command = self.as_role(place, command);
        let aws = PathBuf::from(self.python.command("aws").get_program());
        let inherited = std::env::var("PATH").unwrap();
        let path = format!("{}:{}:{inherited}", self.path("bin").display(), aws.parent().unwrap().display());
        command.env("PATH", path).env("WORLD", self.folder.path()).env("SELF", &self.instances[place]).stdin(Stdio::null());
        command
    }

    /// Starts the watcher of an instance.
    pub(super) fn watch(&self, place: usize, settings: &[(&str, &str)]) -> Watcher<'_> {
        let told = self.path(&format!("told-{place}"));
        let log = File::create(&told).unwrap();
        let mut command = self.script(place, &self.settings(place));
        command.envs(SETTINGS).envs(settings.iter().copied());
        let process = command.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        Watcher { pair: self, place, process, told }
    }
}

/// Two letters or digits for each byte, as the simulation reads the sessions of roles.
fn letters(text: &str) -> String {
    text.bytes().fold(String::new(), |letters, byte| letters + &format!("{byte:02X}"))
}

/// A watcher that runs until this is dropped.
pub(super) struct Watcher<'a> {
    pair: &'a Pair,
    place: usize,
    process: Child,
    told: PathBuf,
}

impl Watcher<'_> {
    /// What it said.
    pub(super) fn told(&self) -> String {
        fs::read_to_string(&self.told).unwrap()
    }

    /// Waits until something is so, while those breathe that live.
    #[track_caller]
    pub(super) fn wait(&self, what: &str, is_so: impl Fn(&Pair) -> bool) {
        for _ in 0..PATIENCE.as_millis() / PAUSE.as_millis() {
            self.pair.breathe();
            if is_so(self.pair) {
                return;
            }
            pause();
        }
        panic!("{what}: not so after {PATIENCE:?}\n{:#?}\n{}", self.pair.calls(), self.told());
    }

    /// Waits until it has pinged so many times.
    #[track_caller]
    pub(super) fn let_rounds_pass(&self, count: usize) {
        let file = self.pair.path(&format!("pings-{}", self.place));
        let rounds = || fs::read_to_string(&file).unwrap_or_default().lines().filter(|line| *line != "internet").count();
        let begun = rounds();
        self.wait("rounds pass", |_| rounds() >= begun + count);
    }
}

impl Drop for Watcher<'_> {
    /// As systemd stops it, so that nothing of it is left.
    fn drop(&mut self) {
        drop(Command::new("kill").arg(self.process.id().to_string()).status());
        drop(self.process.wait());
    }
}

#[expect(clippy::disallowed_methods, reason = "another process is waited for, on real time")]
fn pause() {
    thread::sleep(PAUSE);
}
