//! The load balancer, which is all that the internet sees.

use blogstack_aws::{
    Cidr,
    acm::CertificateValidation,
    ec2::{Rule, SecurityGroup},
    elbv2::{Action, HealthCheck, Listener, LoadBalancer, Protocol, Redirect, RedirectStatus, Scheme, TargetGroup, TargetGroupAttributes},
};
use blogstack_core::{Handle, Scope};

use super::network::Network;

/// What other parts need of it.
pub(super) struct Balancer {
    pub(super) itself: Handle<LoadBalancer>,
    pub(super) group: Handle<SecurityGroup>,
    pub(super) targets: Handle<TargetGroup>,
    /// Without it the targets are asked for nothing.
    pub(super) https: Handle<Listener>,
}

/// Where nginx says that it lives.
const HEALTH: &str = "/nginx-health";

/// Takes HTTPS, and sends HTTP there.
pub(super) fn balancer(s: &Scope, network: &Network, certificate: &Handle<CertificateValidation>) -> Balancer {
    let doors = [Rule::tcp(80).from(Cidr::ANYWHERE), Rule::tcp(443).from(Cidr::ANYWHERE)];
    let group = s.add("balancer", SecurityGroup::new(&network.vpc, "the load balancer").ingress(doors));
    let itself = s.add("balancer", LoadBalancer::new(&network.public).scheme(Scheme::InternetFacing).security_groups([&group]));

    let health = HealthCheck::new().path(HEALTH).interval_seconds(10_u32).healthy_threshold_count(2_u32).matcher("200");
    let targets = TargetGroup::new(&network.vpc, Protocol::Http, 80_u16).health_check(health);
    let targets = targets.attributes(TargetGroupAttributes::new().deregistration_delay_timeout_seconds(30_u32));
    let targets = s.add("web", targets);

    let https = Listener::new(&itself, Protocol::Https, 443_u16, Action::forwarding(&targets));
    let https = https.certificate(certificate).ssl_policy("ELBSecurityPolicy-TLS13-1-2-2021-06");
    let https = s.add("https", https);
    let elsewhere = Redirect::new(RedirectStatus::Http301).protocol("HTTPS").port("443");
    s.add("http", Listener::new(&itself, Protocol::Http, 80_u16, Action::redirecting(elsewhere)));
    s.export("address", &itself.dns_name);
    Balancer { itself, group, targets, https }
}
