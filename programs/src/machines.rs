//! What the blog's machines are told at their first boot. The scripts are files under `scripts`; all else is done by Salt, under `salt`.

use blogstack_aws::{
    Cidr,
    cloud_init::{CloudConfig, Template, UserData, WriteFile, WriteFileArgs, command},
};
use blogstack_core::{IntoInput, Printable};
use serde::Deserialize;

const INSTALL: &str = include_str!("../scripts/install-salt.sh");

/// Where the Salt master finds what it needs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MasterSettings {
    /// The public repository with this program and its states, as git reads it.
    pub repository: String,
    /// The branch or tag that is taken.
    #[serde(default = "default_reference")]
    pub reference: String,
    /// A machine of the office that answers to ping as soon as the VPN works.
    pub office_host: String,
    /// Where the office serves the secrets, to the master's address only.
    pub secrets_url: String,
    /// For how many seconds each thing is waited for.
    #[serde(default = "default_patience")]
    pub patience: u32,
}

fn default_reference() -> String {
    "main".into()
}

fn default_patience() -> u32 {
    3600
}

/// The Salt master: Salt is installed, and the rest is up to `scripts/salt-master.sh`, which waits for the VPN and fetches the secrets.
///
/// `outputs` is the pillar with what only the stack knows: see [`outputs`].
pub fn salt_master(settings: &MasterSettings, outputs: impl IntoInput<String>) -> UserData {
    let bootstrap = Template::shell(
        "salt-master-bootstrap.conf",
        "REPOSITORY={{repository}}\nREFERENCE={{reference}}\nOFFICE_HOST={{office}}\nSECRETS_URL={{secrets}}\nPATIENCE={{patience}}\n",
    )
    .set("repository", &settings.repository)
    .set("reference", &settings.reference)
    .set("office", &settings.office_host)
    .set("secrets", &settings.secrets_url)
    .set("patience", settings.patience);
    let files = [
        WriteFile::new("/etc/salt-master-bootstrap.conf", bootstrap),
        WriteFile::new("/usr/local/sbin/salt-master-bootstrap", include_str!("../scripts/salt-master.sh")).permissions("0755"),
        WriteFile::new("/etc/systemd/system/salt-master-bootstrap.service", include_str!("../scripts/salt-master.service")),
        WriteFile::new("/etc/salt/master.d/blog.conf", include_str!("../salt/states/master/files/blog.conf")),
        WriteFile::new("/srv/blog-outputs/outputs.sls", outputs),
        minion_settings("127.0.0.1"),
        forget_identity(),
    ];
    let start = command(["systemctl", "enable", "--now", "--no-block", "salt-master-bootstrap"]);
    let config = CloudConfig::new().package_update(true).packages(["git", "curl", "iputils-ping"]).write_files(files).runcmd([start]);
    let user_data = UserData::new().config(config).script("identity", identity("salt"));
    user_data.script("salt", called(INSTALL, &["salt-master", "salt-minion"])).compressed()
}

/// A machine that Salt makes what its role says: `database`, `web` or `web-builder`. Copies of a built one need no user data: they see
/// themselves that they are copies.
pub fn minion(role: &str, master: impl Printable) -> UserData {
    let config = CloudConfig::new().package_update(true).packages(["curl"]).write_files([minion_settings(master), forget_identity()]);
    UserData::new().config(config).script("identity", identity(role)).script("salt", called(INSTALL, &["salt-minion"]))
}

/// The pillar with what only the stack knows. Its places, besides those of the network, are to be set: `url`, `cache-endpoint` (empty without
/// a cache), `database-engine`, `database-address`, `database-device`, `uploads-region`, `uploads-bucket` and `uploads-url`.
pub fn outputs(network: Cidr) -> Template {
    // As MySQL writes a range.
    let mask = format!("{}/{}", network.first(), network.netmask());
    let template = Template::yaml("scripts/outputs.sls", include_str!("../scripts/outputs.sls"));
    template.set("network", network).set("network-mask", mask)
}

fn minion_settings(master: impl Printable) -> WriteFileArgs {
    WriteFile::new("/etc/salt/minion.d/blog.conf", Template::yaml("blog.conf", "master: {{master}}\n").set("master", master))
}

fn forget_identity() -> WriteFileArgs {
    WriteFile::new("/usr/local/sbin/forget-identity", include_str!("../scripts/forget-identity.sh")).permissions("0755")
}

/// A minion has its name before it starts, which is when it is installed.
fn identity(role: &str) -> Template {
    let script = "#!/bin/sh\nROLE={{role}}\nexec /usr/local/sbin/forget-identity \"$ROLE\"\n";
    Template::shell("identity", script).set("role", role)
}

/// A script as if it were called with arguments, which are words.
fn called(script: &str, arguments: &[&str]) -> String {
    script.replacen('\n', &format!("\nset -- {}\n", arguments.join(" ")), 1)
}
