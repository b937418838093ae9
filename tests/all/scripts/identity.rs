//! A copy of a machine becomes itself, and the machine that is copied says when: `forget-identity.sh` and `ready.sh`.

use std::process::Command;

use super::place::{Place, ended};

/// The service of metadata: who asks with a token is told.
const CURL: &str = r#"case "$*" in
*api/token*) echo token ;;
*'metadata-token: token'*instance-id*) cat "$PLACE/instance" ;;
*'metadata-token: token'*placement/region*) echo eu-west-1 ;;
*127.0.0.1/*) [ -e "$PLACE/answers" ] || [ "$(grep -c 127.0.0.1 "$PLACE/calls")" -ge 3 ] ;;
*) exit 22 ;;
esac"#;

/// A machine that was made as another one, with its disk.
fn copy() -> Place {
    let place = Place::new(&[("curl", CURL), ("systemd-machine-id-setup", "echo own >\"$PLACE/disk/etc/machine-id\"")]);
    place.write("disk/etc/salt/minion_id", "web-builder-i-0builder");
    place.write("disk/etc/salt/pki/minion/minion.pem", "the builder's key");
    place.write("disk/etc/salt/minion.d/blog.conf", "master: 10.0.0.10");
    place.write("disk/var/cache/salt/minion/proc/1", "the builder's");
    place.write("disk/etc/machine-id", "the builder's");
    place.write("disk/var/lib/blog/instance-id", "i-0builder\n");
    place.write("instance", "i-0copy");
    place
}

fn forget(place: &Place) -> Command {
    let mut command = place.command("forget-identity.sh");
    command.arg("web").env("ROOT", place.path("disk")).env("TRIES", "2");
    command
}

#[track_caller]
fn assert_itself(place: &Place) {
    assert_eq!(place.read("disk/etc/salt/minion_id"), "web-i-0copy");
    assert_eq!(place.read("disk/etc/machine-id"), "own\n");
    assert_eq!(place.read("disk/var/lib/blog/instance-id"), "i-0copy\n");
    assert!(!place.path("disk/etc/salt/pki/minion").exists(), "it has the builder's key");
    assert!(!place.path("disk/var/cache/salt/minion").exists(), "it has what the builder kept");
    assert_eq!(place.read("disk/etc/salt/minion.d/blog.conf"), "master: 10.0.0.10");
}

#[test]
fn a_copy_drops_what_its_builder_is_known_by() {
    let place = copy();
    let (code, said) = ended(&mut forget(&place));
    assert_eq!(code, Some(0), "{said}");
    assert_itself(&place);
    assert!(said.contains("this is i-0copy, whose disk is a copy or new"), "{said}");
}

#[test]
fn a_machine_that_is_itself_stays_it() {
    let place = copy();
    place.write("instance", "i-0builder");
    let (code, said) = ended(&mut forget(&place));
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("this is i-0builder, as before"), "{said}");
    assert_eq!(place.read("disk/etc/salt/pki/minion/minion.pem"), "the builder's key");
    assert_eq!(place.read("disk/etc/salt/minion_id"), "web-builder-i-0builder");
    assert_eq!(place.read("disk/etc/machine-id"), "the builder's");
}

/// The minion needs this script to succeed.
#[test]
fn a_machine_that_does_not_know_who_it_is_starts_no_minion() {
    for unknown in ["", "<html>an error page"] {
        let place = copy();
        place.write("instance", unknown);
        let (code, said) = ended(&mut forget(&place));
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("it is not known which instance this is: the minion has to wait"), "{said}");
        assert_eq!(place.read("disk/etc/salt/pki/minion/minion.pem"), "the builder's key");
    }
}

#[test]
fn a_run_that_was_interrupted_is_repeated() {
    let place = copy();
    place.stand_in("systemd-machine-id-setup", "kill -KILL $PPID");
    let (code, said) = ended(&mut forget(&place));
    assert_eq!(code, None, "{said}");
    assert_ne!(place.read("disk/var/lib/blog/instance-id"), "i-0copy\n");
    place.stand_in("systemd-machine-id-setup", "echo own >\"$PLACE/disk/etc/machine-id\"");
    assert_eq!(ended(&mut forget(&place)).0, Some(0));
    assert_itself(&place);
}

#[test]
fn a_new_machine_gets_a_name_before_it_has_a_minion() {
    let place = copy();
    std::fs::remove_dir_all(place.path("disk")).unwrap();
    place.write("disk/etc/machine-id", "");
    assert_eq!(ended(&mut forget(&place)).0, Some(0));
    assert_eq!(place.read("disk/etc/salt/minion_id"), "web-i-0copy");
}

/// A machine whose front end answers at the third time.
fn builder() -> Place {
    let place = Place::new(&[("curl", CURL), ("aws", "[ \"$(grep -c ^aws \"$PLACE/calls\")\" -ge 2 ]")]);
    place.write("instance", "i-0builder");
    place
}

#[test]
fn a_builder_says_that_it_is_ready_when_its_front_end_answers() {
    let place = builder();
    let (code, said) = ended(place.command("ready.sh").arg("5.130.4").env("TRIES", "5"));
    assert_eq!(code, Some(0), "{said}");
    let calls = place.calls();
    assert_eq!(calls.iter().filter(|call| call.contains("127.0.0.1")).count(), 3, "{calls:?}");
    let tag = "aws ec2 create-tags --region eu-west-1 --resources i-0builder --tags Key=ready,Value=5.130.4";
    assert_eq!(calls.iter().filter(|call| *call == tag).count(), 2, "an error of AWS is not survived: {calls:?}");
}

#[test]
fn a_builder_whose_front_end_does_not_answer_is_not_ready() {
    let place = builder();
    let (code, said) = ended(place.command("ready.sh").arg("5.130.4").env("TRIES", "2"));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("http://127.0.0.1/ does not answer (try 2 of 2)"), "{said}");
    assert!(!place.calls().iter().any(|call| call.starts_with("aws")), "{:?}", place.calls());
}
