//! Listeners: those that differ in more than their certificate and policies are made anew, because AWS cannot change them.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancing::{
    Client,
    types::{self, LoadBalancerDescription},
};
use blogstack_core::provider::Result;

use super::{
    InstancePort, InstanceProtocol, Listener, described,
    policies::{self, Policies, Policy},
    values::STANDARD,
};
use crate::{
    call::{self, built},
    values::{Arn, of_word, word},
};

/// The listeners that AWS tells of, with their policies.
pub(super) fn of_sdk(balancer: &LoadBalancerDescription, all: &Policies) -> Vec<Listener> {
    balancer.listener_descriptions().iter().filter_map(|listener| one_of_sdk(listener, all)).collect()
}

fn one_of_sdk(told: &types::ListenerDescription, all: &Policies) -> Option<Listener> {
    let listener = told.listener()?;
    let protocol = of_word(&listener.protocol().to_uppercase())?;
    let instance_protocol = listener.instance_protocol().and_then(|word| of_word(&word.to_uppercase())).unwrap_or(protocol);
    let mut found = Listener {
        protocol,
        load_balancer_port: u16::try_from(listener.load_balancer_port()).ok()?,
        instance_protocol: InstanceProtocol(instance_protocol),
        instance_port: InstancePort(u16::try_from(listener.instance_port()).ok()?),
        ssl_certificate: listener.ssl_certificate_id().map(|arn| Arn(arn.to_owned())),
        // Where nothing is encrypted no policy is read, and none is wanted.
        ssl_policy: if protocol.is_secure() { String::new() } else { STANDARD.to_owned() },
        lb_cookie_expiration_period: None,
        app_cookie_name: None,
    };
    for policy in told.policy_names().iter().filter_map(|name| all.get(name)) {
        match policy {
            Policy::Tls(reference) => found.ssl_policy.clone_from(reference),
            Policy::Cookie(seconds) => found.lb_cookie_expiration_period = Some(*seconds),
            Policy::AppCookie(cookie) => found.app_cookie_name = Some(cookie.clone()),
        }
    }
    Some(found)
}

pub(super) fn to_sdk(operation: &'static str, listener: &Listener) -> Result<types::Listener> {
    let sdk = types::Listener::builder()
        .protocol(word(&listener.protocol))
        .load_balancer_port(i32::from(listener.load_balancer_port))
        .instance_protocol(word(&listener.instance_protocol.0))
        .instance_port(i32::from(listener.instance_port.0))
        .set_ssl_certificate_id(listener.ssl_certificate.clone().map(|arn| arn.0));
    built(operation, sdk.build())
}

/// Whether one can become the other without being made anew.
fn is_alike(one: &Listener, other: &Listener) -> bool {
    let (secure, others) = (one.ssl_certificate.is_some(), other.ssl_certificate.is_some());
    (one.protocol, one.instance_protocol, one.instance_port, secure)
        == (other.protocol, other.instance_protocol, other.instance_port, others)
}

/// Brings the listeners of a load balancer to what is wanted.
pub(super) async fn align(client: &Client, balancer: &str, wanted: &[Listener]) -> Result<()> {
    let there = there(client, balancer).await?.0;
    let at = |port: &u16| wanted.iter().find(|listener| listener.load_balancer_port == *port);
    let stale: Vec<u16> =
        there.iter().filter(|(port, listener)| at(port).is_none_or(|wanted| !is_alike(wanted, listener))).map(|(port, _)| *port).collect();
    remove(client, balancer, &stale).await?;
    let kept = |listener: &&Listener| !stale.contains(&listener.load_balancer_port) && there.contains_key(&listener.load_balancer_port);
    let new: Vec<&Listener> = wanted.iter().filter(|listener| !kept(listener)).collect();
    add(client, balancer, &new).await?;
    for listener in wanted.iter().filter(kept) {
        let before = there.get(&listener.load_balancer_port).and_then(|there| there.ssl_certificate.as_ref());
        if let Some(certificate) = listener.ssl_certificate.as_ref().filter(|certificate| before != Some(certificate)) {
            set_certificate(client, balancer, listener.load_balancer_port, certificate).await?;
        }
    }
    align_policies(client, balancer, wanted).await
}

/// The listeners that are there, by port, and all policies.
async fn there(client: &Client, balancer: &str) -> Result<(BTreeMap<u16, Listener>, Policies)> {
    let Some(told) = described(client, &[balancer]).await?.pop() else { return Ok((BTreeMap::new(), Policies::new())) };
    let all = policies::all(client, &told).await?;
    Ok((of_sdk(&told, &all).into_iter().map(|listener| (listener.load_balancer_port, listener)).collect(), all))
}

/// Deletes the policies of ours that no listener has any more: an interrupted change may have left them.
pub(super) async fn tidy(client: &Client, balancer: &str) -> Result<()> {
    let (there, all) = there(client, balancer).await?;
    let used: Vec<Policy> = there.values().flat_map(Policy::of).collect();
    policies::tidy(client, balancer, &all, &used).await
}

async fn align_policies(client: &Client, balancer: &str, wanted: &[Listener]) -> Result<()> {
    let (there, mut all) = there(client, balancer).await?;
    for listener in wanted {
        let (policies, port) = (Policy::of(listener), listener.load_balancer_port);
        if there.get(&port).is_none_or(|there| Policy::of(there) != policies) {
            policies::give(client, balancer, i32::from(port), &policies, &mut all).await?;
        }
    }
    let used: Vec<Policy> = wanted.iter().flat_map(Policy::of).collect();
    policies::tidy(client, balancer, &all, &used).await
}

/// <https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DeleteLoadBalancerListeners.html>
async fn remove(client: &Client, balancer: &str, ports: &[u16]) -> Result<()> {
    if ports.is_empty() {
        return Ok(());
    }
    let ports = ports.iter().map(|port| i32::from(*port)).collect();
    let request = client.delete_load_balancer_listeners().load_balancer_name(balancer).set_load_balancer_ports(Some(ports));
    call::read("elb:DeleteLoadBalancerListeners", || request.clone().send()).await.map(drop)
}

/// <https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_CreateLoadBalancerListeners.html>
async fn add(client: &Client, balancer: &str, listeners: &[&Listener]) -> Result<()> {
    const OPERATION: &str = "elb:CreateLoadBalancerListeners";
    if listeners.is_empty() {
        return Ok(());
    }
    let listeners = listeners.iter().map(|listener| to_sdk(OPERATION, listener)).collect::<Result<Vec<_>>>()?;
    let request = client.create_load_balancer_listeners().load_balancer_name(balancer).set_listeners(Some(listeners));
    call::change("elb:CreateLoadBalancerListeners", || request.clone().send()).await.map(drop)
}

/// <https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_SetLoadBalancerListenerSSLCertificate.html>
async fn set_certificate(client: &Client, balancer: &str, port: u16, certificate: &Arn) -> Result<()> {
    let request = client.set_load_balancer_listener_ssl_certificate().load_balancer_name(balancer);
    let request = request.load_balancer_port(i32::from(port)).ssl_certificate_id(&certificate.0);
    call::change("elb:SetLoadBalancerListenerSSLCertificate", || request.clone().send()).await.map(drop)
}
