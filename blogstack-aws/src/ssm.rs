//! AWS Systems Manager, of which the Parameter Store: <https://docs.aws.amazon.com/systems-manager/latest/APIReference/>.

mod parameter;
mod secure_parameter;
mod store;
mod tagging;

pub use self::{
    parameter::{DataType, Parameter, ParameterArgs, ParameterInputs, ParameterOutputs, ParameterType},
    secure_parameter::{SecureParameter, SecureParameterArgs, SecureParameterInputs, SecureParameterOutputs},
    store::Tier,
};

use blogstack_core::provider::Providers;

use crate::{account::Account, named::ByName};

/// Adds the kinds of Systems Manager.
pub(crate) fn providers(providers: Providers, account: &Account) -> Providers {
    providers.with(ByName(parameter::Provider(account.clone()))).with(ByName(secure_parameter::Provider(account.clone())))
}
