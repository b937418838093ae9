//! AWS Security Token Service: <https://docs.aws.amazon.com/STS/latest/APIReference/>.

use blogstack_core::{
    Home, Lookup, Value,
    provider::{LookupProvider, Providers, Result},
};

use crate::{account::Account, call, values::Arn};

/// Who calls. <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::sts::{Caller, CallerIdentity};
///
/// fn program(s: &Scope) {
///     s.export("account", &s.look_up(CallerIdentity::new()).get(Caller::account));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Value)]
pub struct CallerIdentity {}

impl CallerIdentity {
    /// The question.
    pub fn new() -> Self {
        Self {}
    }
}

impl Default for CallerIdentity {
    fn default() -> Self {
        Self::new()
    }
}

/// The answer to [`CallerIdentity`].
#[derive(Debug, Clone, PartialEq, Value)]
pub struct Caller {
    /// The account.
    pub account: String,
    /// The user or role.
    pub arn: Arn,
}

impl Lookup for CallerIdentity {
    const TYPE: &'static str = "aws:sts/caller-identity";
    const GLOBAL: bool = true;
    type Answer = Caller;
}

struct Answers(Account);

impl LookupProvider for Answers {
    type Question = CallerIdentity;

    async fn look_up(&self, home: &Home, _: CallerIdentity) -> Result<Caller> {
        let request = self.0.sts(home).get_caller_identity();
        let answer = call::read("sts:GetCallerIdentity", || request.clone().send()).await?;
        let missing = |what| call::missing("sts:GetCallerIdentity", what);
        Ok(Caller { account: answer.account.ok_or_else(|| missing("account"))?, arn: Arn(answer.arn.ok_or_else(|| missing("ARN"))?) })
    }
}

/// Adds the look-ups of STS.
pub(crate) fn providers(providers: Providers, account: &Account) -> Providers {
    providers.answering(Answers(account.clone()))
}
