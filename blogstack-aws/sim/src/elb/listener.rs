//! Listeners of classic load balancers.
//!
//! Source: *`Listener`*, *`CreateLoadBalancerListeners`*, *`DeleteLoadBalancerListeners`*, *`SetLoadBalancerListenerSSLCertificate`*.
//! Certificates are not looked up: whatever looks like the ARN of one is one.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::balancer::Balancer;
use super::{invalid, named, policy, port, required, unfit};
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::params::Params;
use crate::protocol::reply::Answer;

/// Where clients come in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Listener {
    pub(super) protocol: String,
    pub(super) port: u16,
    pub(super) instance_protocol: String,
    pub(super) instance_port: u16,
    pub(super) certificate: Option<String>,
    pub(super) policies: Vec<String>,
}

const PROTOCOLS: [&str; 4] = ["HTTP", "HTTPS", "TCP", "SSL"];

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateLoadBalancerListeners" => |context, _| create(context),
        "DeleteLoadBalancerListeners" => |context, _| delete(context),
        "SetLoadBalancerListenerSSLCertificate" => |context, _| set_certificate(context),
        _ => return None,
    })
}

/// The listeners of a request.
pub(super) fn of_request(context: &Context<'_>) -> Result<Vec<Listener>, Failure> {
    context.params.groups("Listeners.member").iter().map(read).collect()
}

fn read(params: &Params) -> Result<Listener, Failure> {
    let number = |name: &str| match params.number::<u16>(name)? {
        Some(port) if port > 0 => Ok(port),
        _ => Err(invalid(format!("{name} must be between 1 and 65535"))),
    };
    let protocol = params.required("Protocol")?.to_uppercase();
    let instance_protocol = params.owned("InstanceProtocol").unwrap_or_else(|| plain(&protocol).to_owned()).to_uppercase();
    if let Some(unknown) = [&protocol, &instance_protocol].into_iter().find(|word| !PROTOCOLS.contains(&word.as_str())) {
        return Err(Failure::new("UnsupportedProtocol", format!("Protocol {unknown} is not supported")));
    }
    let listener = Listener {
        port: number("LoadBalancerPort")?,
        instance_port: number("InstancePort")?,
        certificate: params.text("SSLCertificateId").map(checked_certificate).transpose()?,
        policies: Vec::new(),
        protocol,
        instance_protocol,
    };
    match (listener.is_secure(), &listener.certificate) {
        _ if listener.is_http() != listener.instance_protocol.starts_with("HTTP") => {
            Err(invalid("Listener's protocol and instance protocol must be of the same layer"))
        }
        (true, None) => Err(unfit("Secure Listeners need to specify a SSLCertificateId")),
        (false, Some(_)) => Err(unfit("Only secure Listeners may specify a SSLCertificateId")),
        _ => Ok(listener),
    }
}

/// What is spoken without encryption.
fn plain(protocol: &str) -> &str {
    if protocol.starts_with("HTTP") { "HTTP" } else { "TCP" }
}

fn checked_certificate(arn: &str) -> Result<String, Failure> {
    let known = arn.starts_with("arn:aws:acm:") || (arn.starts_with("arn:aws:iam:") && arn.contains(":server-certificate/"));
    let missing = || Failure::new("CertificateNotFound", format!("Server Certificate not found for the key: {arn}"));
    known.then(|| arn.to_owned()).ok_or_else(missing)
}

/// One that is there already is no error.
fn create(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let mut balancer = named(context)?;
    for listener in of_request(context)? {
        let there = balancer.listeners.iter().find(|there| there.port == listener.port);
        match there {
            None => policy::add_listener(&mut balancer, listener),
            Some(there) if Listener { policies: Vec::new(), ..there.clone() } == listener => {}
            Some(_) => {
                let message = format!(
                    "A listener already exists for {} with LoadBalancerPort {}, but with a different InstancePort, Protocol, or SSLCertificateId",
                    balancer.name, listener.port
                );
                return Err(Failure::new("DuplicateListener", message));
            }
        }
    }
    let name = balancer.name.clone();
    *context.change::<Balancer>(&name)? = balancer;
    Ok(Answer::Json(json!({})))
}

/// Ports without a listener are passed over.
fn delete(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (name, ports) = (named(context)?.name, context.params.list("LoadBalancerPorts.member"));
    context.change::<Balancer>(&name)?.listeners.retain(|listener| !ports.contains(&listener.port.to_string()));
    Ok(Answer::Json(json!({})))
}

fn set_certificate(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (name, port) = (named(context)?.name, port(context, "LoadBalancerPort")?);
    let certificate = checked_certificate(&required(context, "SSLCertificateId")?)?;
    let listener = at(context.change::<Balancer>(&name)?, port)?;
    if !listener.is_secure() {
        return Err(unfit("Only secure Listeners may specify a SSLCertificateId"));
    }
    listener.certificate = Some(certificate);
    Ok(Answer::Json(json!({})))
}

/// The listener at a port.
pub(super) fn at(balancer: &mut Balancer, port: u16) -> Result<&mut Listener, Failure> {
    let name = balancer.name.clone();
    let missing = || Failure::new("ListenerNotFound", format!("There is no listener for {name} with LoadBalancerPort {port}"));
    balancer.listeners.iter_mut().find(|listener| listener.port == port).ok_or_else(missing)
}

impl Listener {
    pub(super) fn is_secure(&self) -> bool {
        ["HTTPS", "SSL"].contains(&self.protocol.as_str())
    }

    pub(super) fn is_http(&self) -> bool {
        self.protocol.starts_with("HTTP")
    }

    pub(super) fn written(&self) -> Value {
        let listener = json!({
            "Protocol": self.protocol,
            "LoadBalancerPort": self.port,
            "InstanceProtocol": self.instance_protocol,
            "InstancePort": self.instance_port,
            "SSLCertificateId": self.certificate,
        });
        json!({ "Listener": listener, "PolicyNames": self.policies })
    }
}
