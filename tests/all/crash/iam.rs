//! Programs with every kind of IAM, and an instance that has a role.

use blogstack_aws::{
    ec2::{Image, Instance, InstanceType, Subnet, Vpc},
    iam::{InstanceProfile, Policy, Principal, Role, RolePolicy, RolePolicyAttachment, Statement, grant},
};
use blogstack_core::Scope;
use blogstack_tests::crash::Run;

use super::survives;

const IMAGE: &str = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";

/// What differs between the two programs.
#[derive(Clone, Copy)]
struct Change {
    action: &'static str,
    path: &'static str,
    tag: &'static str,
    second: bool,
}

fn before(s: &Scope) {
    program(s, Change { action: "s3:GetObject", path: "/", tag: "one", second: true });
}

/// Updates, replacements in both orders, and objects less.
fn after(s: &Scope) {
    program(s, Change { action: "s3:PutObject", path: "/app/", tag: "two", second: false });
}

fn program(s: &Scope, change: Change) {
    let may = |action| Statement::allow([action]).resources(["arn:aws:s3:::uploads/*"]);
    let web = Role::new(Principal::service("ec2.amazonaws.com")).path(change.path).description(change.tag).tag("Name", change.tag);
    let web = s.add("web", web);
    // Its name is taken until the old one is gone.
    let named = s.add("named", Role::new(Principal::role(&web)).role_name("named").path(change.path));
    let own = s.add("own", Policy::new(may(change.action)).tag("Name", change.tag));
    s.add("own", RolePolicyAttachment::new(&web, &own));
    s.add("inline", RolePolicy::new(&web, "inline", may(change.action)));
    grant(s, "granted", &named, may("s3:ListBucket"));
    let profile = s.add("web", InstanceProfile::new().role(&web).tag("Name", change.tag));
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24").availability_zone("eu-west-1a"));
    let image = s.look_up(Image::by_parameter(IMAGE));
    let instance = Instance::new(&image, InstanceType("t3.nano".into()), &subnet).private_ip(std::net::Ipv4Addr::new(10, 0, 0, 10));
    s.add("web", instance.iam_instance_profile(&profile));
    if change.second {
        s.add("second", RolePolicyAttachment::new(&named, Policy::of_aws("ReadOnlyAccess")));
    }
}

#[test]
fn iam_survives_every_stop() {
    survives(&Run::up(before), &Run::up(after), [80, 100, 50]);
}
