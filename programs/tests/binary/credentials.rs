//! Credentials, accounts and endpoints come from where the SDK looks for them.

use std::{
    collections::BTreeSet,
    fs,
    io::{Read as _, Write as _},
    net::TcpListener,
    process::{Command, Output},
};

use blogstack_sim::Sim;
use blogstack_tests::served::{Served, output, told};

use crate::stack::Stack;

const ROBOT: &str = "111122223333";
const DEPLOY: &str = "444455556666";

fn served() -> Served {
    Served::new(Sim::builder().time_scale(500.0))
}

/// A stack on AWS, which here is what `AWS_ENDPOINT_URL` names, with a profile of this configuration and no keys in the environment.
fn with_profile(stack: &Stack, served: &Served, profile: &str, config: &str) -> Command {
    let file = stack.folder().join("aws-config");
    fs::write(&file, config).unwrap();
    let mut command = stack.command(served, &["up", "--target", "aws", "--yes"]);
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    command.env("AWS_CONFIG_FILE", file).env("AWS_PROFILE", profile);
    command
}

/// The accounts in which there is something.
fn accounts(served: &Served) -> BTreeSet<String> {
    let objects = served.sim.objects();
    objects.keys().filter_map(|key| key.split_once('/')).map(|(account, _)| account.to_owned()).collect()
}

fn check(served: &Served, output: &Output, account: &str) {
    assert!(output.status.success(), "{}", told(output));
    assert_eq!(accounts(served), [account.to_owned()].into());
}

#[test]
fn the_endpoint_of_the_environment_is_aws() {
    let (served, stack) = (served(), Stack::new());
    let output = output(&mut stack.command(&served, &["up", "--target", "aws", "--yes"]));
    check(&served, &output, blogstack_tests::served::ACCOUNT);
}

#[test]
fn a_process_gives_credentials() {
    let (served, stack) = (served(), Stack::new());
    let keys = format!(r#"{{"Version":1,"AccessKeyId":"{ROBOT}","SecretAccessKey":"simulated"}}"#);
    fs::write(stack.folder().join("keys.json"), keys).unwrap();
    let config = format!("[profile robot]\ncredential_process = cat {}/keys.json\n", stack.folder().display());
    check(&served, &output(&mut with_profile(&stack, &served, "robot", &config)), ROBOT);
}

#[test]
fn a_profile_assumes_a_role() {
    let (served, stack) = (served(), Stack::new());
    let config = format!(
        "[profile base]\naws_access_key_id = {ROBOT}\naws_secret_access_key = simulated\n\
         [profile deploy]\nrole_arn = arn:aws:iam::{DEPLOY}:role/deploy\nsource_profile = base\n"
    );
    check(&served, &output(&mut with_profile(&stack, &served, "deploy", &config)), DEPLOY);
}

#[test]
fn single_sign_on_gives_credentials() {
    let (served, stack) = (served(), Stack::new());
    let config = format!(
        "[profile me]\nsso_session = company\nsso_account_id = {ROBOT}\nsso_role_name = admin\n\
         [sso-session company]\nsso_region = eu-west-1\nsso_start_url = https://company.awsapps.com/start\n"
    );
    // What `aws sso login` leaves behind: a token in a file named after the session.
    let cache = stack.folder().join("home/.aws/sso/cache");
    fs::create_dir_all(&cache).unwrap();
    let token =
        r#"{"accessToken":"token","expiresAt":"2099-01-01T00:00:00Z","region":"eu-west-1","startUrl":"https://company.awsapps.com/start"}"#;
    fs::write(cache.join("71b21161ffa1e6516bcc072aaf5ef38cbe85b511.json"), token).unwrap();
    let portal = portal();
    let mut command = with_profile(&stack, &served, "me", &config);
    check(&served, &output(command.env("AWS_ENDPOINT_URL_SSO", portal)), ROBOT);
}

/// The portal of single sign-on, which gives everybody the same credentials.
/// <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html>
fn portal() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let length = stream.read(&mut request).unwrap();
            assert!(String::from_utf8_lossy(&request[..length]).starts_with("GET /federation/credentials?"));
            let body = format!(
                r#"{{"roleCredentials":{{"accessKeyId":"{ROBOT}","secretAccessKey":"simulated","sessionToken":"t","expiration":4070908800000}}}}"#
            );
            write!(stream, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
        }
    });
    url
}

#[test]
fn a_pinned_account_is_insisted_on() {
    let (served, stack) = (served(), Stack::new());
    let settings = stack.folder().join("network.toml");
    let pinned = format!(
        "{}[stack]\naccount = \"{ROBOT}\"\n",
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/stacks/network.toml")).unwrap()
    );
    fs::write(&settings, pinned).unwrap();
    let file = settings.display().to_string();
    let output = output(&mut stack.command(&served, &["up", "--target", "aws", "--yes", "--config", &file]));
    assert_eq!(output.status.code(), Some(4), "{}", told(&output));
    assert!(told(&output).contains(ROBOT), "{}", told(&output));
    assert!(accounts(&served).is_empty());
}
