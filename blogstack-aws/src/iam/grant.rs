//! Rights, given to a role where the object is declared that they are about.

use blogstack_core::{Handle, Input, IntoInput, Scope};

use super::{PolicyDocument, Role, RolePolicy};

/// Lets a role do something: an inline policy of the role, declared under this name in this scope. In the role it is called after its path,
/// so that grants of several components do not meet.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::iam::{Principal, Role, Statement, grant};
///
/// fn program(s: &Scope) {
///     let web = s.add("web", Role::new(Principal::service("ec2.amazonaws.com")));
///     grant(s, "find-instances", &web, Statement::allow(["ec2:DescribeInstances"]).resources(["*"]));
/// }
/// ```
///
/// A bucket says itself what its rights are: see [`BucketRights`](crate::s3::BucketRights).
#[track_caller]
pub fn grant(scope: &Scope, name: &str, role: &Handle<Role>, what: impl IntoInput<PolicyDocument>) -> Handle<RolePolicy> {
    let path = [scope.path(), name].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("/");
    let what: Input<PolicyDocument> = what.into_input();
    scope.add(name, RolePolicy::new(role, policy_name(&path), what))
}

/// Characters that a policy's name cannot have become hyphens; what is too long loses its beginning.
fn policy_name(path: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    let name: Vec<char> = path.chars().map(|c| if fits(c) { c } else { '-' }).collect();
    name[name.len().saturating_sub(128)..].iter().collect()
}

#[cfg(test)]
mod tests {
    use super::policy_name;

    #[test]
    fn the_name_is_the_path_as_far_as_it_fits() {
        assert_eq!(policy_name("blog/web/put uploads"), "blog-web-put-uploads");
        assert_eq!(policy_name(&"x/".repeat(100)).len(), 128);
    }
}
