//! Terraform with its AWS provider, where a machine has both.

use std::{
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

use crate::{
    fields::repository,
    served::{Served, output},
};

/// The provider that configurations in `tests/terraform` name.
const PROVIDER: &str = "registry.terraform.io/hashicorp/aws/5.100.0";

/// Where providers usually lie, besides the folder that `TF_PLUGIN_MIRROR` names.
const MIRRORS: [&str; 3] = ["/opt/tf-plugins", "/usr/share/terraform/plugins", "/usr/local/share/terraform/plugins"];

/// Terraform's own settings: the provider comes from a folder, and nothing from the network.
const SETTINGS: &str = r#"provider_installation {
  filesystem_mirror {
    path    = "MIRROR"
    include = ["registry.terraform.io/hashicorp/*"]
  }
}
"#;

/// A folder with a configuration, in which Terraform works.
#[derive(Debug)]
pub struct Terraform(TempDir);

impl Terraform {
    /// A folder with the configuration `tests/terraform/NAME`. Without Terraform and its provider the test that asks is skipped
    /// loudly, also in CI: the trace of an earlier run is replayed everywhere.
    ///
    /// # Panics
    /// When the folder cannot be made.
    pub fn with(name: &str) -> Option<Self> {
        match mirror() {
            Ok(mirror) => Some(Self::new(name, &mirror)),
            Err(why) => {
                // Not by `eprintln!`, which the test runner hides when a test passes.
                writeln!(std::io::stderr(), "SKIPPED: tests that need Terraform: {why}").expect("standard error can be written");
                None
            }
        }
    }

    fn new(name: &str, mirror: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a folder of its own");
        let settings = SETTINGS.replace("MIRROR", &mirror.display().to_string());
        fs::write(folder.path().join("settings.tfrc"), settings).expect("the folder can be written");
        let configuration = repository("tests/terraform").join(name).join("main.tf");
        fs::copy(configuration, folder.path().join("main.tf")).expect("the configuration can be copied");
        Self(folder)
    }

    /// Runs a subcommand against a served simulation.
    pub fn run(&self, served: &Served, subcommand: &str, arguments: &[&str]) -> Output {
        let mut command = served.client(Command::new("terraform"));
        command
            .env("TF_CLI_CONFIG_FILE", self.0.path().join("settings.tfrc"))
            .env("TF_IN_AUTOMATION", "1")
            .env("CHECKPOINT_DISABLE", "1")
            .env_remove("TF_CLI_ARGS")
            .current_dir(self.0.path())
            .args([subcommand, "-input=false", "-no-color"])
            .args(arguments);
        output(&mut command)
    }
}

/// The folder in which the provider lies.
fn mirror() -> Result<PathBuf, String> {
    let version = Command::new("terraform").arg("version").output();
    version.map_err(|error| format!("`terraform` cannot be run: {error}"))?;
    let asked = env::var_os("TF_PLUGIN_MIRROR").map(PathBuf::from);
    let mut places: Vec<PathBuf> = asked.into_iter().chain(MIRRORS.map(PathBuf::from)).collect();
    places.extend(env::home_dir().map(|home| home.join(".terraform.d/plugins")));
    let found = places.into_iter().find(|place| place.join(PROVIDER).join(platform()).is_dir());
    found.ok_or_else(|| format!("no provider {PROVIDER} for {} in TF_PLUGIN_MIRROR or the usual places", platform()))
}

/// `linux_amd64`: the machine, as Terraform names it.
fn platform() -> String {
    let system = if env::consts::OS == "macos" { "darwin" } else { env::consts::OS };
    let processor = match env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{system}_{processor}")
}
