//! What a machine does at its first boot: a cloud-config and scripts, as cloud-init reads them.
//! <https://docs.cloud-init.io/en/latest/explanation/format.html>
//!
//! Whoever may describe an instance can read its user data, so nothing here takes a secret: a machine fetches its secrets itself.

use blogstack_core::{Expr, Input, IntoInput, Output, value::Value};

mod config;
mod mime;
mod template;
mod yaml;

pub use self::{
    config::{
        CloudConfig, CloudConfigArgs, FileSystem, FileSystemArgs, Mount, MountArgs, Path, User, UserArgs, WriteFile, WriteFileArgs, command,
    },
    template::Template,
};

use self::mime::{Part, Type};

/// The user data of an instance or of a launch template: one cloud-config at most, and scripts that run in the order in which they are
/// added, after the cloud-config has been carried out but for its `runcmd`, which comes last.
///
/// The same parts yield the same bytes. What holds outputs is known when they are. Where something is wrong with a part, the plan says so of
/// the field `user_data`, as it does when the whole is longer than the 16 KiB that EC2 takes.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::{
///     cloud_init::{CloudConfig, Template, UserData, WriteFile, command},
///     ec2::{Instance, Subnet, Vpc},
/// };
///
/// fn program(s: &Scope) {
///     let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
///     let subnet = s.add("public", Subnet::new(&vpc, "10.0.0.0/24"));
///     let settings = Template::shell("web.conf", "VPC={{vpc}}\n").set("vpc", &vpc.id);
///     let config = CloudConfig::new()
///         .packages(["nginx"])
///         .write_files([WriteFile::new("/etc/web.conf", settings)])
///         .runcmd([command(["systemctl", "restart", "nginx"])]);
///     let user_data = UserData::new().config(config).script("greet", "#!/bin/sh\necho 'I am here'\n");
///     s.add("web", Instance::new("ami-0123456789abcdef0", "t3.micro", &subnet).user_data(user_data));
/// }
/// ```
///
/// A secret is refused when the program compiles, in a script as in a file:
///
/// ```compile_fail,E0277
/// # use blogstack_core::Secret;
/// use blogstack_aws::cloud_init::UserData;
///
/// let password = Secret::new("hunter2".to_owned());
/// UserData::new().script("database", password);
/// ```
///
/// ```compile_fail,E0277
/// # use blogstack_core::Secret;
/// use blogstack_aws::cloud_init::WriteFile;
///
/// let password = Secret::new("hunter2".to_owned());
/// WriteFile::new("/etc/password", password);
/// ```
#[derive(Clone, Default)]
#[must_use = "user data does nothing until it is given to an instance"]
pub struct UserData {
    config: Option<Input<String>>,
    scripts: Vec<(String, Input<String>)>,
    compressed: bool,
}

impl UserData {
    /// No parts yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Its cloud-config, in the place of an earlier one.
    #[track_caller]
    pub fn config(mut self, config: impl IntoInput<CloudConfig>) -> Self {
        let config = Output::<CloudConfig>::from_expr(config.into_input().into_expr());
        self.config = Some(config.map(|config| config::text(&config)).into_input());
        self
    }

    /// Adds a script, which begins with `#!`. Its name consists of letters, digits, `.`, `_` and `-`.
    pub fn script(mut self, name: impl Into<String>, script: impl IntoInput<String>) -> Self {
        let name = name.into();
        let script = checked(&name, script.into_input().into_expr());
        self.scripts.push((name, Input::from_expr(script)));
        self
    }

    /// Compresses each part, for what would be too long for EC2. People no longer see what changes in it. A part that is not ASCII stays as it is:
    /// cloud-init spoils it otherwise.
    pub fn compressed(mut self) -> Self {
        self.compressed = true;
        self
    }

    /// The parts without their texts, and the texts.
    fn parts(self) -> (Vec<Part>, Vec<Expr>) {
        let config = self.config.map(|text| (Part { kind: Type::CloudConfig, name: "cloud-config".to_owned() }, text));
        // Scripts run in the order of their names.
        let numbered = |(number, (name, text)): (usize, (String, Input<String>))| {
            (Part { kind: Type::Script, name: format!("{:02}-{name}", number + 1) }, text)
        };
        let scripts = self.scripts.into_iter().enumerate().map(numbered);
        config.into_iter().chain(scripts).map(|(part, text)| (part, text.into_expr())).unzip()
    }
}

/// A script that cloud-init will run, or what is wrong with it.
fn checked(name: &str, script: Expr) -> Expr {
    let fits = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if name.is_empty() || !name.chars().all(fits) {
        return Expr::Invalid(format!("the script's name `{name}` consists of other characters than letters, digits, `.`, `_` and `-`"));
    }
    match &script {
        Expr::Literal(Value::Text(text)) if !text.starts_with("#!") => {
            Expr::Invalid(format!("the script `{name}` does not begin with `#!`, by which cloud-init knows a script"))
        }
        _ => script,
    }
}

impl IntoInput<String> for UserData {
    #[track_caller]
    fn into_input(self) -> Input<String> {
        let compressed = self.compressed;
        let (parts, texts) = self.parts();
        let texts = Output::<Vec<String>>::from_expr(Expr::List(texts));
        texts.map(move |texts| mime::message(&parts, &texts, compressed)).into_input()
    }
}
