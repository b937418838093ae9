//! User data: what a program says is what cloud-init reads.

use std::{collections::BTreeMap, fs, process::Command};

use blogstack_aws::{
    cloud_init::{CloudConfig, FileSystem, Mount, Template, User, UserData, WriteFile, command},
    ec2::{Image, Instance, LaunchTemplate, Subnet, Vpc},
};
use blogstack_core::{Handle, Scope, value::Value};
use blogstack_tests::{
    fields::repository,
    python::{Python, skip},
    run,
    served::told,
    world::World,
};
use programs::machines;
use serde_json::{Value as Json, json};
use tempfile::TempDir;

use crate::guide::machines::watched;

/// An instance for each user data.
fn declare(s: &Scope, user_data: impl FnOnce(&Handle<Vpc>) -> Vec<(&'static str, UserData)>) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));
    let image = s.look_up(Image::by_parameter("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"));
    for (name, user_data) in user_data(&vpc) {
        s.add(name, Instance::new(&image, "t3.micro", &subnet).user_data(user_data));
    }
}

const SCRIPT: &str = "#!/bin/sh\n# ==part== é\necho \"it's $HOME\"\n";

/// Everything that there is to say.
fn everything(vpc: &Handle<Vpc>) -> UserData {
    let settings = Template::shell("web.conf", "VPC={{vpc}}\nWORDS={{words}}\n").set("vpc", &vpc.id).set("words", "it's $(id) é");
    let yaml = Template::yaml("web.yaml", "vpc: {{vpc}}\nnames:\n  - {{name}}\n").set("vpc", &vpc.id).set("name", "a: \"b\" # c");
    let config = CloudConfig::new()
        .hostname("web")
        .package_update(true)
        .package_upgrade(false)
        .packages(["nginx", "git"])
        .users([User::new("operator").gecos("Op").groups(["adm"]).shell("/bin/bash").sudo("ALL=(ALL) NOPASSWD:ALL").system(false)])
        .write_files([
            WriteFile::new("/etc/web.conf", settings).permissions("0600").owner("root:adm"),
            WriteFile::new("/etc/web.yaml", yaml).defer(true),
            WriteFile::new("/etc/odd", " leading\n\ttabs\r\nyes: no\n\n\n"),
        ])
        .fs_setup([FileSystem::new("/dev/sdf", "ext4").label("data")])
        .mounts([Mount::new("LABEL=data", "/data")])
        .bootcmd([command(["echo", "yes"])])
        .runcmd([command(["systemctl", "restart", "nginx"]), command(["true"])]);
    UserData::new().config(config).script("first", SCRIPT).script("second", "#!/bin/sh\ntrue\n")
}

fn master(vpc: &Handle<Vpc>) -> UserData {
    let settings = machines::MasterSettings {
        repository: "https://example.com/blog.git".into(),
        reference: "main".into(),
        office_host: "nas.office".into(),
        secrets_url: "https://nas.office/secrets.sls".into(),
        patience: 3600,
    };
    let outputs = machines::outputs("10.0.0.0/16".parse().unwrap()).set("url", "https://blog.example.com");
    let outputs = outputs.set("cache-endpoint", &vpc.id).set("database-address", "10.0.16.9").set("database-device", "/dev/sdf");
    let outputs = outputs.set("database-engine", "postgresql");
    let outputs = outputs.set("uploads-region", "eu-west-1").set("uploads-bucket", "images").set("uploads-url", "https://images");
    machines::salt_master(&settings, outputs)
}

fn all(s: &Scope) {
    declare(s, |vpc| {
        vec![
            ("everything", everything(vpc)),
            ("compressed", everything(vpc).compressed()),
            ("script", UserData::new().script("first", SCRIPT)),
            ("config", UserData::new().config(CloudConfig::new().packages(["nginx"]))),
            ("minion", machines::minion("web", "10.0.0.10")),
            ("master", master(vpc)),
        ]
    });
    watched(&s.child("nat"));
}

/// What a recorded field says.
async fn recorded(world: &World, path: &str, field: &str) -> String {
    let state = world.state().await;
    let record = state.records.values().find(|record| record.urn.path() == path && record.inputs.get(field).is_some());
    let value = record.unwrap_or_else(|| panic!("`{path}` has no `{field}`")).inputs.get(field).and_then(Value::as_text).unwrap();
    value.to_owned()
}

const PATHS: [&str; 8] = ["everything", "compressed", "script", "config", "minion", "master", "nat/network/nat-0", "nat/network/nat-1"];

/// Every user data, by the path of its instance, and the network's id.
fn texts() -> (BTreeMap<&'static str, String>, String) {
    run(async {
        let world = World::new();
        world.up(all).await;
        assert!(world.stack(all).preview().await.unwrap().is_empty(), "the same program yields other bytes");
        let mut texts = BTreeMap::new();
        for path in PATHS {
            texts.insert(path, recorded(&world, path, "user_data").await);
        }
        (texts, world.id("vpc").await)
    })
}

/// The parts that cloud-init reads: type, name and text; nothing where there is no cloud-init.
fn parts(text: &str) -> Option<Vec<[String; 3]>> {
    let place = TempDir::new().unwrap();
    let file = place.path().join("user-data");
    fs::write(&file, text).unwrap();
    let output = Command::new("/usr/bin/python3").arg(repository("tests/python/cloud_init_parts.py")).arg(file).output();
    match output {
        Ok(output) if output.status.success() => Some(serde_json::from_slice(&output.stdout).unwrap()),
        Ok(output) if !told(&output).contains("No module named 'cloudinit'") => panic!("{}", told(&output)),
        _ => {
            skip("tests of user data: `cloudinit` is not here (Debian: cloud-init)");
            None
        }
    }
}

/// A cloud-config as a reader of YAML reads it.
fn yaml(text: &str) -> Option<Json> {
    let python = Python::with("clients")?;
    let read = "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.argv[1])))";
    let output = python.command("python").args(["-c", read, text]).output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn a_cloud_config_says_what_the_program_says() {
    let (texts, vpc) = texts();
    let config = texts["everything"].split("\n\n").find(|part| part.contains("#cloud-config") || part.len() > 500);
    assert!(config.is_some());
    let Some(parts) = parts(&texts["everything"]) else { return };
    let Some(config) = yaml(&parts[0][2]) else { return };
    let expected = json!({
        "hostname": "web",
        "package_update": true,
        "package_upgrade": false,
        "packages": ["nginx", "git"],
        "users": [{ "name": "operator", "gecos": "Op", "groups": ["adm"], "shell": "/bin/bash", "sudo": "ALL=(ALL) NOPASSWD:ALL", "system": false }],
        "write_files": [
            { "path": "/etc/web.conf", "content": format!("VPC='{vpc}'\nWORDS='it'\\''s $(id) é'\n"), "permissions": "0600", "owner": "root:adm" },
            { "path": "/etc/web.yaml", "content": format!("vpc: \"{vpc}\"\nnames:\n  - \"a: \\\"b\\\" # c\"\n"), "permissions": "0644",
              "owner": "root:root", "defer": true },
            { "path": "/etc/odd", "content": " leading\n\ttabs\r\nyes: no\n\n\n", "permissions": "0644", "owner": "root:root" },
        ],
        "fs_setup": [{ "device": "/dev/sdf", "filesystem": "ext4", "label": "data", "partition": "none", "overwrite": false }],
        "mounts": [["LABEL=data", "/data", "auto", "defaults,nofail", "0", "2"]],
        "bootcmd": [["echo", "yes"]],
        "runcmd": [["systemctl", "restart", "nginx"], ["true"]],
    });
    assert_eq!(config, expected);
}

#[test]
fn cloud_init_reads_every_part_as_it_was_said() {
    let (texts, _) = texts();
    let Some(plain) = parts(&texts["everything"]) else { return };
    let kinds: Vec<&str> = plain.iter().map(|[kind, ..]| kind.as_str()).collect();
    assert_eq!(kinds, ["text/cloud-config", "text/x-shellscript", "text/x-shellscript"]);
    assert_eq!(plain[1], ["text/x-shellscript", "01-first", SCRIPT]);
    assert_eq!(plain[2][1], "02-second");
    assert_eq!(parts(&texts["compressed"]).unwrap(), plain, "compressed, it is something else");
    assert!(texts["master"].contains("application/gzip") && texts["master"].is_ascii());
    let master = parts(&texts["master"]).unwrap();
    let names: Vec<&str> = master.iter().map(|[_, name, _]| name.as_str()).collect();
    assert_eq!(names, ["cloud-config", "01-identity", "02-salt"]);
    assert!(master[0][2].contains("      # Makes a machine the Salt master:"), "{}", master[0][2]);
    assert!(master[2][2].starts_with("#!/bin/bash\nset -- salt-master salt-minion\n"), "{}", master[2][2]);
    let [[kind, _, text]] = &parts(&texts["script"]).unwrap()[..] else { panic!("one part") };
    assert_eq!([kind, text], ["text/x-shellscript", SCRIPT]);
    let [[kind, ..]] = &parts(&texts["config"]).unwrap()[..] else { panic!("one part") };
    assert_eq!(kind, "text/cloud-config");
    // What several places run is ASCII, and stands as it is in the plan.
    assert!(texts["nat/network/nat-0"].contains("      # Watches the other NAT instance of a pair."));
}

#[test]
fn cloud_init_knows_every_key() {
    let (texts, _) = texts();
    let check = |config: &str| {
        let place = TempDir::new().unwrap();
        let file = place.path().join("config.yaml");
        fs::write(&file, config).unwrap();
        Command::new("cloud-init").args(["schema", "--config-file"]).arg(file).output()
    };
    for (path, text) in &texts {
        let Some(parts) = parts(text) else { return };
        let configs: Vec<_> = parts.iter().filter(|[kind, ..]| kind == "text/cloud-config").collect();
        assert_eq!(configs.is_empty(), *path == "script", "{path}: {parts:?}");
        for [.., config] in configs {
            let output = check(config).unwrap();
            assert!(output.status.success(), "{path}: {}\n{config}", told(&output));
            let broken =
                check(&config.replace("packages:", "packages: 7\nother:").replace("write_files:", "write_files: 7\nmore:")).unwrap();
            assert!(!broken.status.success(), "{path}: anything is taken");
        }
    }
}

/// All are shorter than EC2 takes, and there is some room.
#[test]
fn machines_are_told_briefly() {
    let (texts, _) = texts();
    for (path, text) in texts {
        assert!(text.len() < 15 * 1024, "{path}: {} bytes", text.len());
    }
}

/// What the plan says of a program.
fn problem(program: impl Fn(&Scope) + Send + Sync + 'static) -> String {
    run(async { World::new().stack(program).preview().await.map(drop).unwrap_err().to_string() })
}

#[test]
fn what_is_too_long_is_told_before_any_call() {
    let long = || UserData::new().script("long", format!("#!/bin/sh\n# {}\n", "x".repeat(20_000)));
    let told = problem(move |s| declare(s, |_| vec![("web", long())]));
    assert!(told.contains("`user_data`") && told.contains("it has 20013 bytes, and AWS takes 16384"), "{told}");
    assert!(told.contains("`.compressed()`"), "{told}");
    let told = problem(move |s| drop(s.add("web", LaunchTemplate::new().user_data(long()))));
    assert!(told.contains("it has 20013 bytes"), "{told}");
    run(async move {
        World::new().up(move |s| declare(s, |_| vec![("web", long().compressed())])).await;
    });
}

#[test]
fn what_is_wrong_with_a_part_is_told_with_file_and_line() {
    type Program = fn(Template) -> UserData;
    let template = || Template::shell("scripts/web.sh", "#!/bin/sh\nVPC={{vpc}}\n");
    let programs: [(Program, &str); 4] = [
        (|template| UserData::new().script("web", template), "scripts/web.sh:2: the place `{{vpc}}` has no value"),
        (
            |template| {
                let file = WriteFile::new("/etc/web.conf", template.set("vpc", 1).set("other", 1));
                UserData::new().config(CloudConfig::new().write_files([file]))
            },
            "scripts/web.sh: there is a value for `{{other}}`, but no such place",
        ),
        (|_| UserData::new().script("web", "echo"), "the script `web` does not begin with `#!`"),
        (|_| UserData::new().script("a b", "#!/bin/sh"), "the script's name `a b` consists of other characters than"),
    ];
    for (program, said) in programs {
        let told = problem(move |s| declare(s, |_| vec![("web", program(template()))]));
        assert!(told.contains(&format!("field `user_data`: {said}")), "{told}");
    }
    let told = problem(|s| {
        let file = WriteFile::new("etc/web.conf", "");
        declare(s, |_| vec![("web", UserData::new().config(CloudConfig::new().write_files([file])))]);
    });
    assert!(told.contains("`etc/web.conf` is no full path: it does not begin with `/`"), "{told}");
}
