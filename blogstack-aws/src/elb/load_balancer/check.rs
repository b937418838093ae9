//! What is wrong with a classic load balancer, before any call.

use std::collections::BTreeSet;

use blogstack_core::{
    Set,
    provider::{FieldProblem, Planned},
};

use super::{HealthCheck, LONGEST, Listener, LoadBalancer};

pub(super) fn check(planned: &Planned<'_, LoadBalancer>) -> Vec<FieldProblem> {
    FieldProblem::among([
        ("load_balancer_name", planned.get(LoadBalancer::load_balancer_name).and_then(|name| name_problem(&name))),
        ("subnets", planned.get(LoadBalancer::subnets).filter(Set::is_empty).map(|_| "it stands in one subnet at least".to_owned())),
        ("listeners", planned.get(LoadBalancer::listeners).and_then(|listeners| of_listeners(&listeners))),
        ("health_check", planned.get(LoadBalancer::health_check).and_then(|check| of_check(&check))),
        ("idle_timeout", planned.get(LoadBalancer::idle_timeout).and_then(|seconds| outside(seconds, 1, 4000))),
        (
            "connection_draining_timeout",
            planned.get(LoadBalancer::connection_draining_timeout).and_then(|seconds| outside(seconds, 1, 3600)),
        ),
        ("access_logs", planned.get(LoadBalancer::access_logs).and_then(|logs| minutes(logs.emit_interval))),
    ])
}

fn name_problem(name: &str) -> Option<String> {
    let fits = (1..=LONGEST).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let fits = fits && !name.starts_with('-') && !name.ends_with('-');
    (!fits).then(|| format!("`{name}` is not 1 to {LONGEST} letters, digits and hyphens that begin and end with a letter or digit"))
}

fn outside(seconds: u32, least: u32, most: u32) -> Option<String> {
    (!(least..=most).contains(&seconds)).then(|| format!("it is {least} to {most} seconds, and not {seconds}"))
}

fn minutes(interval: u32) -> Option<String> {
    (![5, 60].contains(&interval)).then(|| format!("requests are noted every 5 or 60 minutes, and not every {interval}"))
}

fn of_listeners(listeners: &Set<Listener>) -> Option<String> {
    if listeners.is_empty() {
        return Some("it has one listener at least".to_owned());
    }
    let mut ports = BTreeSet::new();
    listeners.iter().find_map(|listener| {
        let port = listener.load_balancer_port;
        let twice = (!ports.insert(port)).then(|| format!("two listeners have the port {port}"));
        twice.or_else(|| one(listener).map(|message| format!("at port {port}: {message}")))
    })
}

fn one(listener: &Listener) -> Option<&'static str> {
    let (protocol, instances) = (listener.protocol, listener.instance_protocol.0);
    let stays = (listener.lb_cookie_expiration_period.is_some(), listener.app_cookie_name.is_some());
    match stays {
        _ if protocol.is_http() != instances.is_http() => Some("HTTP and HTTPS go to HTTP or HTTPS, TCP and SSL to TCP or SSL"),
        _ if protocol.is_secure() && listener.ssl_certificate.is_none() => Some("HTTPS and SSL need an `ssl_certificate`"),
        _ if !protocol.is_secure() && listener.ssl_certificate.is_some() => Some("only HTTPS and SSL have an `ssl_certificate`"),
        (true, true) => Some("clients stay by a cookie of the load balancer or by one of the application"),
        (true, false) | (false, true) if !protocol.is_http() => Some("only clients of HTTP and HTTPS stay by a cookie"),
        _ => None,
    }
}

fn of_check(check: &HealthCheck) -> Option<String> {
    let target = &check.target;
    let (protocol, rest) = target.split_once(':').unwrap_or((target, ""));
    let (port, path) = rest.split_once('/').map_or((rest, None), |(port, path)| (port, Some(path)));
    let is_http = ["HTTP", "HTTPS"].contains(&protocol);
    let known = is_http || ["TCP", "SSL"].contains(&protocol);
    if !known || port.parse::<u16>().is_err() || is_http != path.is_some() {
        return Some(format!("`{target}` is not like `TCP:5000`, `SSL:5000`, `HTTP:80/path` or `HTTPS:443/path`"));
    }
    if check.timeout >= check.interval {
        return Some(format!("an answer is waited for {} s, and the next check comes after {} s", check.timeout, check.interval));
    }
    let within = |number: u32, least: u32, most: u32, what: &str| {
        (!(least..=most).contains(&number)).then(|| format!("`{what}` is {least} to {most}, and not {number}"))
    };
    within(check.interval, 5, 300, "interval")
        .or_else(|| within(check.timeout, 2, 60, "timeout"))
        .or_else(|| within(check.unhealthy_threshold, 2, 10, "unhealthy_threshold"))
        .or_else(|| within(check.healthy_threshold, 2, 10, "healthy_threshold"))
}
