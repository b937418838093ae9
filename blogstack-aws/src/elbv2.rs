//! Elastic Load Balancing, of application and network load balancers:
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/>.

mod action;
mod attributes;
mod condition;
mod listener;
mod listener_rule;
mod load_balancer;
mod shared;
mod target_group;
mod target_group_attachment;

pub use self::{
    action::{
        Action, ActionArgs, FixedResponse, FixedResponseArgs, Forward, ForwardArgs, Redirect, RedirectArgs, RedirectStatus, Share,
        ShareArgs,
    },
    condition::{Condition, ConditionArgs, ConditionField},
    listener::{AlpnPolicy, Listener, ListenerArgs, ListenerInputs, ListenerOutputs},
    listener_rule::{ListenerRule, ListenerRuleArgs, ListenerRuleInputs, ListenerRuleOutputs},
    load_balancer::{
        DesyncMitigationMode, DnsRoutingPolicy, LoadBalancer, LoadBalancerArgs, LoadBalancerAttributes, LoadBalancerAttributesArgs,
        LoadBalancerInputs, LoadBalancerOutputs, LoadBalancerType, Scheme, XffHeaderProcessing,
    },
    shared::Protocol,
    target_group::{
        CrossZone, HealthCheck, HealthCheckArgs, LoadBalancingAlgorithm, ProtocolVersion, StickinessType, TargetGroup, TargetGroupArgs,
        TargetGroupAttributes, TargetGroupAttributesArgs, TargetGroupInputs, TargetGroupOutputs, TargetType,
    },
    target_group_attachment::{
        TargetGroupAttachment, TargetGroupAttachmentArgs, TargetGroupAttachmentInputs, TargetGroupAttachmentOutputs, TargetId, TargetState,
    },
};

use blogstack_core::provider::Providers;

use crate::{account::Account, named::ByName, natural::ByPlace};

/// Adds the kinds of this service.
pub(crate) fn providers(providers: Providers, account: &Account) -> Providers {
    providers
        .with(ByName(load_balancer::Provider(account.clone())))
        .with(ByName(target_group::Provider(account.clone())))
        .with(ByName(listener::Provider(account.clone())))
        .with(ByName(listener_rule::Provider(account.clone())))
        .with(ByPlace(target_group_attachment::Provider(account.clone())))
}
