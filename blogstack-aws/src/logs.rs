//! `CloudWatch` Logs: <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/>.

mod log_group;

pub use self::log_group::{LogGroup, LogGroupArgs, LogGroupClass, LogGroupInputs, LogGroupOutputs};

use blogstack_core::provider::Providers;

use crate::{account::Account, named::ByName};

/// Adds the kinds of this service.
pub(crate) fn providers(providers: Providers, account: &Account) -> Providers {
    providers.with(ByName(log_group::Provider(account.clone())))
}
