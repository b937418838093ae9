use blogstack_aws::iam::{Policy, Principal, Role, RolePolicyAttachment, Statement};
use blogstack_core::{Declare, Id, Scope};
use blogstack_tests::kinds::{self, Kind, create_first};

fn of_aws(s: &Scope, policy: &str) {
    let role = s.add("role", Role::new(Principal::service("ec2.amazonaws.com")));
    s.add("own", RolePolicyAttachment::new(&role, Policy::of_aws(policy)));
}

fn of_the_program(s: &Scope) {
    let role = s.add("role", Role::new(Principal::service("ec2.amazonaws.com")));
    let policy = s.add("policy", Policy::new(Statement::allow(["s3:*"]).resources(["*"])));
    s.add("own", RolePolicyAttachment::new(&role, &policy));
}

fn to_another_role(s: &Scope) {
    s.add("role", Role::new(Principal::service("ec2.amazonaws.com")));
    let other = s.add("other", Role::new(Principal::service("ec2.amazonaws.com")));
    s.add("own", RolePolicyAttachment::new(&other, Policy::of_aws("ReadOnlyAccess")));
}

pub(super) const KIND: Kind = Kind {
    subject: "own",
    minimal: |s| of_aws(s, "ReadOnlyAccess"),
    changes: &[
        create_first("another policy", |s| of_aws(s, "AmazonSSMManagedInstanceCore")),
        create_first("one of the program", of_the_program),
        create_first("another role", to_another_role),
    ],
    creates: "AttachRolePolicy",
    deletes: "DetachRolePolicy",
    vanish: kinds::delete,
    adopting: |s, ids| {
        let role = Id::<Role>::new(&*ids["role"]);
        s.add("own", RolePolicyAttachment::new(role, Policy::of_aws("ReadOnlyAccess")).adopt(&ids["own"]));
    },
};

blogstack_tests::lives!(KIND);
