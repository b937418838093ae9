//! AWS Key Management Service: <https://docs.aws.amazon.com/kms/latest/APIReference/>.

mod alias;
mod key;
mod policy;
mod tagging;

pub use self::{
    alias::{Alias, AliasArgs, AliasInputs, AliasName, AliasOutputs},
    key::{Key, KeyArgs, KeyInputs, KeyOutputs},
    policy::KeyPolicy,
};

use blogstack_core::provider::Providers;

use crate::{account::Account, natural::ByPlace};

/// Adds the kinds of the Key Management Service.
pub(crate) fn providers(providers: Providers, account: &Account) -> Providers {
    providers.with(key::Provider(account.clone())).with(ByPlace(alias::Provider(account.clone())))
}
