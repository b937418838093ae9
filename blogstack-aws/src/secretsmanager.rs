//! AWS Secrets Manager: <https://docs.aws.amazon.com/secretsmanager/latest/apireference/>.

mod secret;
mod tagging;

pub use self::secret::{Secret, SecretArgs, SecretInputs, SecretOutputs};

use blogstack_core::provider::Providers;

use crate::{account::Account, named::ByName};

/// Adds the kinds of Secrets Manager.
pub(crate) fn providers(providers: Providers, account: &Account) -> Providers {
    providers.with(ByName(secret::Provider(account.clone())))
}
