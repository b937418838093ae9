//! Elastic Load Balancing, of classic load balancers:
//! <https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/>.

mod load_balancer;

pub use self::load_balancer::{
    AccessLogs, AccessLogsArgs, DesyncMitigationMode, HealthCheck, HealthCheckArgs, InstancePort, InstanceProtocol, Listener, ListenerArgs,
    LoadBalancer, LoadBalancerArgs, LoadBalancerInputs, LoadBalancerOutputs, Protocol, Scheme,
};

use blogstack_core::provider::Providers;

use crate::{account::Account, named::ByName};

/// Adds the kinds of this service.
pub(crate) fn providers(providers: Providers, account: &Account) -> Providers {
    providers.with(ByName(load_balancer::Provider(account.clone())))
}
