//! Whom a statement is about. <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use blogstack_core::{Expr, Handle, Input, IntoInput, Output, Printable, Value, value};

use crate::{iam::role::Role, values::Arn};

/// Whom a statement is about.
///
/// ```
/// use blogstack_aws::iam::{Principal, Role};
/// # use blogstack_core::Scope;
///
/// fn program(s: &Scope) {
///     let server = s.add("server", Role::new(Principal::service("ec2.amazonaws.com")));
///     s.add("operator", Role::new(Principal::role(&server)));
///     s.add("partner", Role::new(Principal::account("210987654321")));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Value)]
pub enum Principal {
    /// Everybody.
    Anyone,
    /// An account, a role, a user, or a session of a role.
    Aws(AwsPrincipal),
    /// A service of AWS, as in `ec2.amazonaws.com`.
    Service(String),
    /// Who was logged in by somebody else: the ARN of a SAML or `OpenID` provider, or a name such as `accounts.google.com`.
    Federated(String),
    /// An account, as S3 names it.
    CanonicalUser(String),
}

/// The ARN of an account, a role, a user or a session. An account's number is written as its ARN, as AWS does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Value)]
pub struct AwsPrincipal(String);

impl AwsPrincipal {
    /// From an ARN, or the number of an account.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let is_account = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        Self(if is_account { format!("arn:aws:iam::{text}:root") } else { text })
    }

    /// The ARN.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Principal {
    /// A service of AWS, as in `ec2.amazonaws.com`.
    pub fn service(name: impl Into<String>) -> Self {
        Self::Service(name.into())
    }

    /// Whom an ARN names.
    pub fn arn(arn: impl Into<String>) -> Self {
        Self::Aws(AwsPrincipal::new(arn))
    }

    /// Everybody of an account whom that account lets: its number, of twelve digits, may be an output.
    pub fn account(number: impl Printable) -> Input<Self> {
        let text = |text: &str| Expr::Literal(value::Value::text(text));
        variant("aws", Expr::Concat(vec![text("arn:aws:iam::"), number.print(), text(":root")]))
    }

    /// Whoever has become a role.
    pub fn role(role: &Handle<Role>) -> Input<Self> {
        role.into_input()
    }
}

/// A variant around a value that may be known only later.
fn variant(name: &str, content: Expr) -> Input<Principal> {
    Input::from_expr(Expr::Object([(name.to_owned(), content)].into()))
}

impl IntoInput<Principal> for &Handle<Role> {
    fn into_input(self) -> Input<Principal> {
        (&self.arn).into_input()
    }
}

impl IntoInput<Principal> for &Output<Arn> {
    fn into_input(self) -> Input<Principal> {
        variant("aws", IntoInput::<Arn>::into_input(self).into_expr())
    }
}

impl IntoInput<Principal> for Arn {
    fn into_input(self) -> Input<Principal> {
        Principal::arn(self.0).into_input()
    }
}
