//! What Salt does on the machines: the real `salt` renders every state for every role, and nginx reads its configurations.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
    sync::LazyLock,
};

use blogstack_tests::{
    fields::repository,
    python::{Python, skip},
    served::told,
};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

/// A password that means something in YAML, JSON, Jinja and the shell.
const PASSWORD: &str = "it's #1: \"x\" {{ 7 * 6 }} $HOME\\n%";

/// What the stack tells, and what a setting adds to it.
fn outputs(more: &Json) -> Json {
    let mut outputs = json!({
        "network": "10.0.0.0/16",
        "url": "https://blog.example.com",
        "database": { "address": "10.0.16.9", "device": "/dev/sdf", "network": "10.0.0.0/16", "network_mask": "10.0.0.0/255.255.0.0" },
        "uploads": { "region": "eu-west-1", "bucket": "images", "url": "https://images.example.com" },
        "comments": { "address": "10.0.16.9" },
    });
    merge(&mut outputs, more);
    json!({ "blog": outputs })
}

fn merge(base: &mut Json, more: &Json) {
    for (key, value) in more.as_object().unwrap() {
        match base.get_mut(key) {
            Some(own) if own.is_object() => merge(own, value),
            _ => base[key] = value.clone(),
        }
    }
}

/// A minion, and what is set otherwise than usual.
fn case(id: &str, more: &Json) -> Json {
    let secrets = json!({ "secrets": { "database": { "ghost": PASSWORD }, "comments": { "admin": PASSWORD } } });
    // JSON is YAML; the first line keeps Jinja away from it.
    let pillar = json!({ "outputs": outputs(more).to_string(), "secrets": format!("#!yaml\n{secrets}") });
    let file = id.starts_with("web-").then_some("web/files/nginx.conf");
    json!({ "id": id, "pillar": pillar, "file": file })
}

const MEMCACHED: &str = "10.0.32.7:11211";

fn cases() -> BTreeMap<&'static str, Json> {
    let memcached = json!({ "cache_endpoint": MEMCACHED });
    let pagespeed = json!({ "cache_endpoint": MEMCACHED, "nginx": { "pagespeed": true } });
    BTreeMap::from([
        ("database", case("database-i-1", &json!({}))),
        ("postgresql", case("database-i-1", &json!({ "database": { "engine": "postgresql" } }))),
        ("unknown engine", case("database-i-1", &json!({ "database": { "engine": "oracle" } }))),
        ("web", case("web-i-1", &json!({}))),
        ("web with postgresql", case("web-i-1", &json!({ "database": { "engine": "postgresql" } }))),
        ("web with memcached", case("web-i-1", &memcached)),
        ("web with pagespeed", case("web-i-1", &pagespeed)),
        ("builder", case("web-builder-i-1", &json!({}))),
        ("master", case("salt-i-1", &json!({}))),
        ("stranger", case("stranger-i-1", &json!({}))),
    ])
}

/// What Salt makes of all cases, once; nothing where Salt cannot be had.
static RENDERED: LazyLock<Option<Json>> = LazyLock::new(|| {
    let python = Python::with("salt")?;
    let place = TempDir::new().unwrap();
    let cases = Json::from(cases().into_values().collect::<Vec<_>>());
    let mut command = python.command("python");
    command.arg(repository("tests/python/render_salt.py")).arg(repository("programs/salt")).arg(place.path()).arg(cases.to_string());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
    Some(serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", told(&output))))
});

/// What became of a case.
fn rendered(name: &str) -> Option<&'static Json> {
    let number = cases().keys().position(|key| *key == name).unwrap();
    Some(&RENDERED.as_ref()?["rendered"][number])
}

fn names(list: &Json) -> BTreeSet<&str> {
    list.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect()
}

/// The state with an id, as a list of its arguments: the value of one.
fn argument<'a>(rendered: &'a Json, id: &str, module: &str, name: &str) -> &'a Json {
    let state = &rendered["highstate"][id][module];
    let arguments = state.as_array().unwrap_or_else(|| panic!("`{id}` has no `{module}` in {:#}", rendered["highstate"]));
    arguments.iter().find_map(|argument| argument.get(name)).unwrap_or_else(|| panic!("`{id}` has no `{name}` in {state:#}"))
}

#[test]
fn every_role_is_rendered() {
    let roles: [(&str, &[&str]); 7] = [
        ("database", &["comments", "database.mysql", "database.volume", "minion"]),
        ("postgresql", &["comments", "database.postgresql", "database.volume", "minion"]),
        ("web", &["minion", "web.ghost", "web.nginx"]),
        ("web with pagespeed", &["minion", "web.ghost", "web.nginx", "web.pagespeed"]),
        ("builder", &["minion", "web.ghost", "web.nginx"]),
        ("master", &["master", "minion"]),
        ("stranger", &["minion"]),
    ];
    let mut seen = BTreeSet::new();
    for (name, files) in roles {
        let Some(rendered) = rendered(name) else { return };
        assert_eq!(rendered["errors"], json!([]), "{name}");
        assert_eq!(names(&rendered["files"]), files.iter().copied().collect(), "{name}");
        seen.extend(files.iter().copied());
    }
    // Those that only lead to others define nothing themselves.
    seen.extend(["database", "web"]);
    assert_eq!(names(&RENDERED.as_ref().unwrap()["files"]), seen, "a state is in no role");
}

#[test]
fn an_unknown_engine_is_told() {
    let Some(rendered) = rendered("unknown engine") else { return };
    let errors = rendered["errors"].to_string();
    assert!(errors.contains("blog:database:engine is `oracle`, neither `postgresql` nor `mysql`"), "{errors}");
}

#[test]
fn secrets_are_where_they_are_needed_and_nowhere_else() {
    let encoded = json!(PASSWORD).to_string();
    for name in ["database", "postgresql", "web", "web with memcached", "master", "stranger"] {
        let Some(rendered) = rendered(name) else { return };
        let states = rendered["highstate"].as_object().unwrap();
        let holding: Vec<&str> =
            states.iter().filter(|(_, state)| state.to_string().contains(&encoded)).map(|(id, _)| id.as_str()).collect();
        let expected: &[&str] = match name {
            "database" | "postgresql" => &["database-user"],
            "web" | "web with memcached" => &["/srv/ghost/config.production.json"],
            _ => &[],
        };
        assert_eq!(holding, expected, "{name}");
        assert!(!rendered["text"].to_string().contains(&encoded), "{name}");
        let told = rendered["pillar"].get("secrets").is_some();
        assert_eq!(told, !expected.is_empty(), "{name}");
    }
}

#[test]
fn ghost_finds_its_database_and_its_bucket() {
    for (name, client) in [("web", "mysql"), ("web with postgresql", "pg")] {
        let Some(rendered) = rendered(name) else { return };
        let config = argument(rendered, "/srv/ghost/config.production.json", "file", "dataset");
        assert_eq!(config["database"]["client"], client);
        let connection = json!({ "host": "10.0.16.9", "user": "ghost", "password": PASSWORD, "database": "ghost" });
        assert_eq!(config["database"]["connection"], connection);
        assert_eq!(config["storage"]["s3"]["bucket"], "images");
        assert_eq!(argument(rendered, "/srv/ghost/config.production.json", "file", "mode"), "0600");
    }
}

#[test]
fn only_the_builder_says_that_it_is_ready() {
    let Some(builder) = rendered("builder") else { return };
    assert!(argument(builder, "ready", "cmd", "name").as_str().unwrap().starts_with("/usr/local/sbin/ready "));
    assert!(rendered("web").unwrap()["highstate"].get("ready").is_none());
}

/// What nginx says of a configuration.
fn checked_by_nginx(configuration: &str) -> Option<Result<(), String>> {
    if Command::new("nginx").arg("-v").output().is_err() {
        skip(
            "tests of nginx's configuration: `nginx` is not here (Debian: nginx, libnginx-mod-http-memc, libnginx-mod-http-srcache-filter)",
        );
        return None;
    }
    let place = TempDir::new().unwrap();
    let own = place.path().display().to_string();
    let configuration = ["/var/log/nginx", "/var/cache/nginx", "/run"]
        .iter()
        .fold(configuration.to_owned(), |text, folder| text.replace(&format!("{folder}/"), &format!("{own}/")));
    let file = place.path().join("nginx.conf");
    std::fs::write(&file, configuration).unwrap();
    let output = Command::new("nginx").arg("-t").arg("-c").arg(file).output().unwrap();
    Some(if output.status.success() { Ok(()) } else { Err(told(&output)) })
}

#[test]
fn nginx_takes_its_configurations() {
    for name in ["web", "web with memcached"] {
        let Some(rendered) = rendered(name) else { return };
        let text = rendered["text"].as_str().unwrap();
        assert_eq!(text.contains(MEMCACHED), name == "web with memcached");
        assert_eq!(text.contains("proxy_cache_path"), name == "web");
        let Some(checked) = checked_by_nginx(text) else { return };
        assert_eq!(checked, Ok(()), "{name}:\n{text}");
        let broken = text.replace("proxy_pass http://ghost;", "proxy_pass http://nowhere_at_all;");
        assert!(checked_by_nginx(&broken).unwrap().is_err(), "{name}: anything is taken");
    }
}

/// No distribution has the module, so what is left without its lines is checked.
#[test]
fn pagespeed_adds_lines_and_changes_none() {
    let Some(rendered) = rendered("web with pagespeed") else { return };
    let (own, rest): (Vec<&str>, Vec<&str>) = rendered["text"].as_str().unwrap().lines().partition(|line| line.contains("pagespeed"));
    assert!(own.iter().any(|line| line.trim() == "pagespeed on;"), "{own:?}");
    assert!(own.iter().any(|line| line.trim() == format!("pagespeed MemcachedServers {MEMCACHED};")), "{own:?}");
    let without = self::rendered("web with memcached").unwrap()["text"].as_str().unwrap();
    let lines = |lines: &mut dyn Iterator<Item = &'static str>| lines.filter(|line| !line.trim().is_empty()).collect::<Vec<_>>();
    assert_eq!(lines(&mut rest.into_iter()), lines(&mut without.lines()));
}
