//! The cloud-config. <https://docs.cloud-init.io/en/latest/reference/modules.html>

use blogstack_core::{Block, Data, Expr, Input, IntoInput, Value, value};

use super::yaml;

/// What cloud-init is told to bring about. What is not set stays as the image has it.
///
/// ```
/// use blogstack_aws::cloud_init::{CloudConfig, FileSystem, Mount, User, command};
///
/// let config = CloudConfig::new()
///     .hostname("database")
///     .package_update(true)
///     .packages(["postgresql"])
///     .users([User::new("operator").groups(["adm"]).shell("/bin/bash")])
///     .fs_setup([FileSystem::new("/dev/nvme1n1", "ext4").label("data")])
///     .mounts([Mount::new("LABEL=data", "/var/lib/postgresql").options("defaults,nofail")])
///     .runcmd([command(["systemctl", "restart", "postgresql"])]);
/// ```
#[derive(Debug, Clone, PartialEq, Block)]
pub struct CloudConfig {
    /// What the machine calls itself.
    pub hostname: Option<String>,
    /// Whether the lists of packages are fetched anew.
    pub package_update: Option<bool>,
    /// Whether the packages of the image are brought up to date.
    pub package_upgrade: Option<bool>,
    /// The packages to install.
    pub packages: Option<Vec<String>>,
    /// The users to make. The image's own user is then made only when it is among them, as `default`.
    pub users: Option<Vec<User>>,
    /// The files to write, before packages are installed.
    pub write_files: Option<Vec<WriteFile>>,
    /// File systems to make on devices that have none.
    pub fs_setup: Option<Vec<FileSystem>>,
    /// What is mounted, also at later boots.
    pub mounts: Option<Vec<Mount>>,
    /// Commands that run early, at every boot: see [`command`].
    pub bootcmd: Option<Vec<Vec<String>>>,
    /// Commands that run last, after the scripts, at the first boot: see [`command`].
    pub runcmd: Option<Vec<Vec<String>>>,
}

/// A file to write.
#[derive(Debug, Clone, PartialEq, Block)]
pub struct WriteFile {
    /// Where.
    pub path: Path,
    /// What stands in it.
    pub content: String,
    /// Who may read, write and run it, in octal digits.
    #[field(default = "0644")]
    pub permissions: String,
    /// Whose it is: user and group.
    #[field(default = "root:root")]
    pub owner: String,
    /// Whether it is written only when all packages are installed and all users made.
    pub defer: Option<bool>,
}

/// A user to make. Passwords have no place here: users log in by keys, or not at all.
#[derive(Debug, Clone, PartialEq, Block)]
pub struct User {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub gecos: Option<String>,
    /// Further groups it belongs to.
    pub groups: Option<Vec<String>>,
    /// Its shell.
    pub shell: Option<String>,
    /// Its home.
    pub homedir: Option<String>,
    /// Whether it is a user of the system's, without a home.
    pub system: Option<bool>,
    /// What it may do as others, as `sudoers` has it: `ALL=(ALL) NOPASSWD:ALL`.
    pub sudo: Option<String>,
    /// The public keys by which it logs in.
    pub ssh_authorized_keys: Option<Vec<String>>,
}

/// A file system to make.
#[derive(Debug, Clone, PartialEq, Block)]
pub struct FileSystem {
    /// The device: `/dev/nvme1n1`.
    pub device: Path,
    /// Its type: `ext4`.
    pub filesystem: String,
    /// Its label.
    pub label: Option<String>,
    /// The partition: `none` for the device itself.
    #[field(default = "none")]
    pub partition: String,
    /// Whether it is made over what is there. Only an empty device gets one otherwise.
    #[field(default = false)]
    pub overwrite: bool,
}

/// Something to mount.
#[derive(Debug, Clone, PartialEq, Block)]
pub struct Mount {
    /// What: a device, or `LABEL=` or `UUID=` with which it is found.
    pub device: String,
    /// Where.
    pub mount_point: Path,
    /// The type of its file system.
    #[field(default = "auto")]
    pub filesystem: String,
    /// How, as `fstab` has it.
    #[field(default = "defaults,nofail")]
    pub options: String,
}

/// The full path of a file, a folder or a device.
#[derive(Debug, Clone, PartialEq, Eq, Value)]
pub struct Path(pub String);

impl IntoInput<Path> for &str {
    fn into_input(self) -> Input<Path> {
        if self.starts_with('/') {
            return Path(self.to_owned()).into_input();
        }
        Input::from_expr(Expr::Invalid(format!("`{self}` is no full path: it does not begin with `/`")))
    }
}

/// A command and its arguments, which no shell looks at. For a list of commands of different lengths.
pub fn command<const N: usize, A: IntoInput<String>>(words: [A; N]) -> Input<Vec<String>> {
    words.into_input()
}

/// The text that cloud-init reads.
pub(super) fn text(config: &CloudConfig) -> String {
    let mut document = config.encode();
    if let Some(mounts) = &config.mounts {
        document.set("mounts", value::Value::List(mounts.iter().map(entry).collect()));
    }
    format!("#cloud-config\n{}", yaml::document(&document))
}

/// A mount, as `fstab` has it: no dump, checked after the root's.
fn entry(mount: &Mount) -> value::Value {
    let words = [&mount.device, &mount.mount_point.0, &mount.filesystem, &mount.options];
    value::Value::List(words.map(String::as_str).into_iter().chain(["0", "2"]).map(value::Value::text).collect())
}
