//! Waiting for a front end to be built: the script that is run where the stack is.

use crate::scripts::place::{Place, ended};

fn wait(aws: &str) -> (Option<i32>, String, Place) {
    let place = Place::new(&[("aws", aws)]);
    let mut command = place.command("await-ready.sh");
    command.envs([("INSTANCE", "i-0123456789abcdef0"), ("REGION", "eu-west-1"), ("TRIES", "3")]);
    let (code, said) = ended(&mut command);
    (code, said, place)
}

#[test]
fn it_ends_when_the_tag_is_there() {
    let (code, said, place) = wait("[ \"$(grep -c . \"$PLACE/calls\")\" -ge 2 ] && echo 5.130.4 || echo None");
    assert_eq!((code, said.as_str()), (Some(0), "i-0123456789abcdef0 is ready: 5.130.4\n"));
    let calls = place.calls();
    assert_eq!(calls.len(), 2, "{calls:?}");
    assert!(calls[0].contains("--region eu-west-1") && calls[0].contains("Values=i-0123456789abcdef0"), "{calls:?}");
}

#[test]
fn it_gives_up_also_when_aws_does_not_answer() {
    for aws in ["echo None", "echo 5.130.4; exit 254"] {
        let (code, said, place) = wait(aws);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("has not said that it is ready"), "{said}");
        assert_eq!(place.calls().len(), 3);
    }
}
