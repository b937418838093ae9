//! A machine becomes the Salt master: `salt-master.sh`.

use std::{
    fs,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use super::place::{Place, ended};

const SECRET: &str = "hunter2";

/// A clone is complete when its last file is there.
const GIT: &str = r#"case "$*" in
clone*) for folder; do :; done; mkdir -p "$folder/.git"; [ ! -e "$PLACE/git-hangs" ] || sleep 600; touch "$folder/complete" ;;
*fetch*) [ ! -e "$PLACE/git-is-down" ] ;;
esac"#;

/// The VPN is up from the third ping on, unless it never is.
const PING: &str =
    r#"[ ! -e "$PLACE/vpn-is-down" ] && [ "$(grep -c '^ping' "$PLACE/calls")" -ge "$(cat "$PLACE/vpn-after" 2>/dev/null || echo 0)" ]"#;

/// It serves a secret, or, as a server does that refuses, a page. It may be interrupted half-way.
const CURL: &str = r#"while [ $# -gt 0 ]; do case "$1" in --output) file="$2" ;; esac; shift; done
if [ -e "$PLACE/refuses" ]; then echo 'a page with hunter2' >"$file"; printf 403; exit 0; fi
if [ -e "$PLACE/is-silent" ]; then printf 000; exit 28; fi
printf 'secrets: hun' >"$file"
[ ! -e "$PLACE/curl-hangs" ] || sleep 600
printf 'secrets: hunter2\n' >"$file"; printf 200"#;

fn place() -> Place {
    Place::new(&[("git", GIT), ("ping", PING), ("curl", CURL), ("systemctl", "")])
}

fn bootstrap(place: &Place) -> Command {
    let mut command = place.command("salt-master.sh");
    let settings = "REPOSITORY='https://example.com/blog.git'\nOFFICE_HOST='nas.office'\nSECRETS_URL='https://nas.office/secrets.sls'\n";
    place.write("settings", settings);
    command.arg(place.path("settings")).env("TREE", place.path("tree")).env("SECRETS", place.path("secrets"));
    command.env("SECRETS_OWNER", owner()).env("PATIENCE", "60").env("PAUSE", "10");
    command
}

/// Whoever runs the test: nobody else's may files become.
fn owner() -> String {
    String::from_utf8(Command::new("id").arg("-u").output().unwrap().stdout).unwrap().trim().to_owned()
}

/// It is the master, its secrets are its own, and were not told.
#[track_caller]
fn assert_master(place: &Place, (code, said): (Option<i32>, String)) {
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(place.read("secrets/secrets.sls"), "secrets: hunter2\n");
    assert_eq!((place.mode("secrets"), place.mode("secrets/secrets.sls")), (0o700, 0o600));
    assert_eq!(fs::read_dir(place.path("secrets")).unwrap().count(), 1, "something is left beside the secrets");
    assert!(place.path("tree/complete").exists(), "the tree is not complete");
    assert!(!said.contains(SECRET) && !place.calls().concat().contains(SECRET), "{said}");
    assert_eq!(place.calls().last().unwrap(), "systemctl restart salt-master salt-minion");
}

/// It is no master yet, and nothing is left of what was refused.
#[track_caller]
fn assert_waits(place: &Place, (code, said): (Option<i32>, String), wanted: &[&str]) {
    assert_eq!(code, Some(1), "{said}");
    for text in wanted {
        assert!(said.contains(text), "`{text}` is not said:\n{said}");
    }
    assert!(!place.calls().iter().any(|call| call.starts_with("systemctl")), "{:?}", place.calls());
    assert!(!said.contains(SECRET), "{said}");
    let left = fs::read_dir(place.path("secrets")).map_or(0, Iterator::count);
    assert_eq!(left, 0, "something is left of secrets");
}

#[test]
fn it_becomes_the_master_and_stays_it() {
    let place = place();
    assert_master(&place, ended(&mut bootstrap(&place)));
    let order: Vec<String> = place.calls().iter().map(|call| call.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(order, ["git", "ping", "curl", "systemctl", "systemctl"]);
    assert!(place.calls()[2].contains("--proto =https"), "{:?}", place.calls());
    // At the next boot the secrets are gone, and the tree is there.
    fs::remove_dir_all(place.path("secrets")).unwrap();
    assert_master(&place, ended(&mut bootstrap(&place)));
    assert_eq!(place.calls().iter().filter(|call| call.starts_with("git clone")).count(), 1);
}

#[test]
fn it_waits_for_a_vpn_that_comes_late() {
    let place = place();
    place.write("vpn-after", "4");
    let outcome = ended(&mut bootstrap(&place));
    assert!(outcome.1.contains("reaching nas.office through the VPN: waiting, "), "{}", outcome.1);
    assert_master(&place, outcome);
    assert_eq!(place.calls().iter().filter(|call| call.starts_with("ping")).count(), 4);
}

#[test]
fn a_vpn_that_never_comes_ends_the_wait() {
    let place = place();
    place.write("vpn-is-down", "");
    let outcome = ended(bootstrap(&place).env("PATIENCE", "1"));
    assert_waits(&place, outcome, &["reaching nas.office through the VPN: not so after 1 seconds. I give up for now"]);
    assert!(!place.calls().iter().any(|call| call.starts_with("curl")), "secrets were asked for without the VPN");
    // Pauses double: a wait is no flood.
    let pings = place.calls().iter().filter(|call| call.starts_with("ping")).count();
    assert!((3..=9).contains(&pings), "{pings} pings");
    fs::remove_file(place.path("vpn-is-down")).unwrap();
    assert_master(&place, ended(&mut bootstrap(&place)));
}

#[test]
fn an_office_that_refuses_is_told_and_asked_again() {
    for (file, said) in [
        ("refuses", "the office refuses to serve the secrets (403): it serves them to one address only, is that this one?"),
        ("is-silent", "the office does not answer by https"),
    ] {
        let place = place();
        place.write(file, "");
        let outcome = ended(bootstrap(&place).env("PATIENCE", "1"));
        assert_waits(&place, outcome, &[said, "fetching the secrets from the office: not so after 1 seconds"]);
        fs::remove_file(place.path(file)).unwrap();
        assert_master(&place, ended(&mut bootstrap(&place)));
    }
}

/// Starts it, kills it and all that it runs once something hangs, and starts it again.
fn check_interrupted(hangs: &str, program: &str) {
    let place = place();
    place.write(hangs, "");
    let mut command = Command::new("setsid");
    let bootstrap = bootstrap(&place);
    command.arg(bootstrap.get_program()).args(bootstrap.get_args());
    command.envs(bootstrap.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while !place.calls().iter().any(|call| call.starts_with(program)) {
        pause();
    }
    pause();
    assert!(Command::new("kill").args(["-KILL", "--", &format!("-{}", process.id())]).status().unwrap().success());
    process.wait().unwrap();
    fs::remove_file(place.path(hangs)).unwrap();
    assert!(!place.path("secrets/secrets.sls").exists());
    assert_master(&place, ended(&mut self::bootstrap(&place)));
}

#[expect(clippy::disallowed_methods, reason = "another process is waited for, on real time")]
fn pause() {
    thread::sleep(Duration::from_millis(200));
}

#[test]
fn a_clone_that_was_interrupted_is_made_anew() {
    check_interrupted("git-hangs", "git");
}

#[test]
fn secrets_whose_fetch_was_interrupted_are_fetched_anew() {
    check_interrupted("curl-hangs", "curl");
}

#[test]
fn a_tree_that_cannot_be_renewed_is_used_as_it_is() {
    let place = place();
    assert_master(&place, ended(&mut bootstrap(&place)));
    place.write("git-is-down", "");
    let outcome = ended(&mut bootstrap(&place));
    assert!(outcome.1.contains("the tree of states cannot be renewed: the one that is there is used"), "{}", outcome.1);
    assert_master(&place, outcome);
}

#[test]
fn what_it_is_not_told_is_an_error() {
    let place = place();
    let mut command = bootstrap(&place);
    place.write("settings", "REPOSITORY='https://example.com/blog.git'\n");
    let (code, said) = ended(&mut command);
    assert_eq!(code, Some(2));
    assert!(said.contains("OFFICE_HOST is not set in"), "{said}");
}
