//! Policies of listeners: which TLS they take, and whether clients stay with an instance. AWS knows them by names; here they are
//! known by what they say, and their names are made from that.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancing::{
    Client,
    types::{LoadBalancerDescription, PolicyAttribute, PolicyDescription},
};
use blogstack_core::provider::Result;

use super::Listener;
use crate::call::{self, done_unless};

/// What the names of ours begin with.
const OURS: &str = "blogstack-";

/// The attribute that names one of AWS's own policies.
const REFERENCE: &str = "Reference-Security-Policy";

/// What one policy says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Policy {
    /// The versions of TLS and ciphers of one of AWS's policies.
    Tls(String),
    /// A cookie of the load balancer, with its seconds.
    Cookie(u32),
    /// A cookie of the application.
    AppCookie(String),
}

/// Policies by name.
pub(super) type Policies = BTreeMap<String, Policy>;

impl Policy {
    /// The policies of a listener.
    pub(super) fn of(listener: &Listener) -> Vec<Self> {
        let tls = listener.protocol.is_secure().then(|| Self::Tls(listener.ssl_policy.clone()));
        let cookie = listener.lb_cookie_expiration_period.map(Self::Cookie);
        tls.into_iter().chain(cookie).chain(listener.app_cookie_name.clone().map(Self::AppCookie)).collect()
    }

    /// A name that says the same; names take letters, digits and hyphens.
    fn name(&self) -> String {
        match self {
            Self::Tls(policy) => format!("{OURS}tls-{policy}"),
            Self::Cookie(seconds) => format!("{OURS}cookie-{seconds}"),
            Self::AppCookie(cookie) => {
                let digits = cookie.bytes().flat_map(|byte| [byte >> 4, byte & 15]);
                let digits: String = digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect();
                format!("{OURS}app-cookie-{digits}")
            }
        }
    }
}

/// All policies of a load balancer that a field can show.
/// <https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DescribeLoadBalancerPolicies.html>
pub(super) async fn all(client: &Client, balancer: &LoadBalancerDescription) -> Result<Policies> {
    let Some(told) = balancer.policies() else { return Ok(Policies::new()) };
    let seconds = |seconds: Option<i64>| u32::try_from(seconds.unwrap_or_default()).unwrap_or(u32::MAX);
    let cookies = told.lb_cookie_stickiness_policies().iter();
    let cookies = cookies.filter_map(|one| Some((one.policy_name.clone()?, Policy::Cookie(seconds(one.cookie_expiration_period)))));
    let of_apps = told.app_cookie_stickiness_policies().iter();
    let of_apps = of_apps.filter_map(|one| Some((one.policy_name.clone()?, Policy::AppCookie(one.cookie_name.clone()?))));
    let mut all: Policies = cookies.chain(of_apps).collect();
    if !told.other_policies().is_empty() {
        let request = client.describe_load_balancer_policies().set_load_balancer_name(balancer.load_balancer_name.clone());
        let described = call::read("elb:DescribeLoadBalancerPolicies", || request.clone().send()).await?;
        all.extend(described.policy_descriptions.unwrap_or_default().into_iter().filter_map(tls));
    }
    Ok(all)
}

/// One that somebody put together differs from all of AWS's: it is known by its own name.
fn tls(policy: PolicyDescription) -> Option<(String, Policy)> {
    if policy.policy_type_name() != Some("SSLNegotiationPolicyType") {
        return None;
    }
    let reference = policy.policy_attribute_descriptions().iter().find(|one| one.attribute_name() == Some(REFERENCE));
    let reference = reference.and_then(|one| one.attribute_value.clone()).filter(|value| !value.is_empty());
    let name = policy.policy_name?;
    Some((name.clone(), Policy::Tls(reference.unwrap_or(name))))
}

/// Gives a listener these policies and no others. Those that there are not yet are made.
/// <https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_SetLoadBalancerPoliciesOfListener.html>
pub(super) async fn give(client: &Client, balancer: &str, port: i32, wanted: &[Policy], all: &mut Policies) -> Result<()> {
    let mut names = Vec::new();
    for policy in wanted {
        let known = all.iter().find(|(_, known)| *known == policy).map(|(name, _)| name.clone());
        let name = match known {
            Some(name) => name,
            None => make(client, balancer, policy).await?,
        };
        all.insert(name.clone(), policy.clone());
        names.push(name);
    }
    let request = client.set_load_balancer_policies_of_listener().load_balancer_name(balancer).load_balancer_port(port);
    let request = request.set_policy_names(Some(names));
    call::change("elb:SetLoadBalancerPoliciesOfListener", || request.clone().send()).await.map(drop)
}

/// One of this name is there already when an answer was lost: it says the same.
/// <https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_CreateLoadBalancerPolicy.html>
/// <https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_CreateLBCookieStickinessPolicy.html>
/// <https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_CreateAppCookieStickinessPolicy.html>
async fn make(client: &Client, balancer: &str, policy: &Policy) -> Result<String> {
    const THERE: &str = "DuplicatePolicyName";
    let name = policy.name();
    match policy {
        Policy::Tls(reference) => {
            let attribute = PolicyAttribute::builder().attribute_name(REFERENCE).attribute_value(reference).build();
            let request = client.create_load_balancer_policy().load_balancer_name(balancer).policy_name(&name);
            let request = request.policy_type_name("SSLNegotiationPolicyType").policy_attributes(attribute);
            call::change("elb:CreateLoadBalancerPolicy", || done_unless(THERE, request.clone().send())).await?;
        }
        Policy::Cookie(seconds) => {
            let request = client.create_lb_cookie_stickiness_policy().load_balancer_name(balancer).policy_name(&name);
            let request = request.set_cookie_expiration_period(Some(i64::from(*seconds)).filter(|seconds| *seconds > 0));
            call::change("elb:CreateLBCookieStickinessPolicy", || done_unless(THERE, request.clone().send())).await?;
        }
        Policy::AppCookie(cookie) => {
            let request = client.create_app_cookie_stickiness_policy().load_balancer_name(balancer).policy_name(&name);
            let request = request.cookie_name(cookie);
            call::change("elb:CreateAppCookieStickinessPolicy", || done_unless(THERE, request.clone().send())).await?;
        }
    }
    Ok(name)
}

/// Deletes those of ours that no listener has.
/// <https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DeleteLoadBalancerPolicy.html>
pub(super) async fn tidy(client: &Client, balancer: &str, all: &Policies, wanted: &[Policy]) -> Result<()> {
    for (name, _) in all.iter().filter(|(name, policy)| name.starts_with(OURS) && !wanted.contains(policy)) {
        let request = client.delete_load_balancer_policy().load_balancer_name(balancer).policy_name(name);
        call::read("elb:DeleteLoadBalancerPolicy", || request.clone().send()).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_a_policy_says() {
        let name = |policy: Policy| policy.name();
        assert_eq!(name(Policy::Tls("ELBSecurityPolicy-TLS-1-2-2017-01".into())), "blogstack-tls-ELBSecurityPolicy-TLS-1-2-2017-01");
        assert_eq!(name(Policy::Cookie(300)), "blogstack-cookie-300");
        assert_eq!(name(Policy::AppCookie("a_b".into())), "blogstack-app-cookie-615f62");
        assert_ne!(name(Policy::AppCookie("a.b".into())), name(Policy::AppCookie("a_b".into())));
    }
}
