//! A port of a load balancer. <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html>
//!
//! A change of `load_balancer` replaces it.

use aws_sdk_elasticloadbalancingv2::{Client, types};
use blogstack_core::{
    Field, Home, Id, Resource, Tags, Value,
    provider::{Changes, Cx, FieldProblem, Observed, Planned, Result, State},
};

use super::{
    action::{self, Action},
    load_balancer::LoadBalancer,
    shared::{self, Protocol, of_word, word},
};
use crate::{
    account::Account,
    call::{self, missing},
    named::{Holder, Named},
    readable::Readable,
    tags,
    values::Arn,
};

/// A port of a load balancer, and what is done with requests that come in there.
///
/// ```
/// # use blogstack_core::{Handle, Scope};
/// use blogstack_aws::elbv2::{Action, Listener, LoadBalancer, Protocol, TargetGroup};
///
/// fn program(s: &Scope, balancer: &Handle<LoadBalancer>, web: &Handle<TargetGroup>) {
///     s.add("http", Listener::new(balancer, Protocol::Http, 80_u16, Action::forwarding(web)));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(
    type = "aws:elbv2/listener",
    feature = "elbv2",
    max_required = 4,
    exclusive(load_balancer, port),
    after("aws:elbv2/target-group-attachment", sharing = "aws:elbv2/target-group")
)]
pub struct Listener {
    /// The load balancer.
    #[field(replace)]
    pub load_balancer: Id<LoadBalancer>,
    /// What clients speak.
    pub protocol: Protocol,
    /// The port, unique among those of the load balancer.
    pub port: u16,
    /// What is done with requests that no rule is for: one action.
    pub default_actions: Vec<Action>,
    /// The certificate with which it is known, where it speaks HTTPS or TLS.
    pub certificate: Option<Arn>,
    /// Which versions of TLS and ciphers it takes: `ELBSecurityPolicy-TLS13-1-2-2021-06`. AWS takes an old one when it is not set.
    pub ssl_policy: Option<String>,
    /// Whether HTTP/2 is agreed on, where it speaks TLS.
    pub alpn_policy: Option<AlpnPolicy>,
    /// Tags.
    pub tags: Tags,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

/// Which protocol clients and targets agree on over TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum AlpnPolicy {
    /// HTTP/1.
    #[value(rename = "HTTP1Only")]
    Http1Only,
    /// HTTP/2.
    #[value(rename = "HTTP2Only")]
    Http2Only,
    /// HTTP/1 rather than HTTP/2.
    #[value(rename = "HTTP2Optional")]
    Http2Optional,
    /// HTTP/2 rather than HTTP/1.
    #[value(rename = "HTTP2Preferred")]
    Http2Preferred,
    /// Nothing is agreed on.
    #[value(rename = "None")]
    None,
}

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

/// Where a listener stands: its load balancer and its port. No two stand in one place.
fn place(balancer: &str, port: u16) -> String {
    format!("{balancer} {port}")
}

impl Readable for Provider {
    type Resource = Listener;
    const OPERATION: &'static str = "elbv2:DescribeListeners";

    fn account(&self) -> &Account {
        &self.0
    }

    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeListeners.html>
    async fn read_ids(&self, home: &Home, ids: &[&str]) -> Result<Vec<Observed<Listener>>> {
        let client = self.0.elbv2(home);
        let described = call::each(ids, shared::BATCH, |arns| async {
            let request = client.describe_listeners().set_listener_arns(Some(arns));
            Ok(call::read(Self::OPERATION, || request.clone().send()).await?.listeners.unwrap_or_default())
        });
        shared::with_tags(&client, described.await?, types::Listener::listener_arn, observed).await
    }
}

fn observed(listener: types::Listener, all: Tags) -> Option<Observed<Listener>> {
    let arn = listener.listener_arn?;
    let fields = Listener {
        load_balancer: Id::new(listener.load_balancer_arn?),
        protocol: of_word(listener.protocol?.as_str())?,
        port: shared::port(listener.port)?,
        default_actions: action::of_sdk(listener.default_actions.unwrap_or_default()),
        certificate: listener.certificates.unwrap_or_default().into_iter().next().and_then(|first| first.certificate_arn).map(Arn),
        ssl_policy: listener.ssl_policy,
        alpn_policy: listener.alpn_policy.unwrap_or_default().first().and_then(|policy| of_word(policy)),
        tags: tags::of_program(all),
        arn: Arn(arn.clone()),
    };
    Some(State { id: Id::new(arn), fields }.into())
}

fn certificates(certificate: Option<&Arn>) -> Option<Vec<types::Certificate>> {
    certificate.map(|arn| vec![types::Certificate::builder().certificate_arn(&arn.0).build()])
}

fn alpn(policy: Option<AlpnPolicy>) -> Option<Vec<String>> {
    policy.map(|policy| vec![word(&policy)])
}

async fn listeners_of(client: &Client, balancer: &str) -> Result<Vec<types::Listener>> {
    call::pages(|marker| async {
        let request = client.describe_listeners().load_balancer_arn(balancer).set_marker(marker);
        let page = call::read(Provider::OPERATION, || request.clone().send()).await?;
        Ok((page.listeners, page.next_marker))
    })
    .await
}

impl Named for Provider {
    const TAGS: Field<Listener, Tags> = Listener::tags;
    const NAME: &'static str = "port";
    const WHAT: &'static str = "place";
    /// A second create is answered with what is there.
    const TAKEN: &'static [&'static str] = &[];

    fn name(_: &Cx<'_>, inputs: &ListenerInputs) -> String {
        place(inputs.load_balancer.as_str(), inputs.port)
    }

    fn check(&self, planned: &Planned<'_, Listener>) -> Vec<FieldProblem> {
        let actions = planned.get(Listener::default_actions).and_then(|actions| action::problem(&actions));
        let secure = planned.get(Listener::protocol).map(|protocol| matches!(protocol, Protocol::Https | Protocol::Tls));
        let certificate = match (secure, planned.is_set(Listener::certificate)) {
            (Some(true), false) => Some("a listener with HTTPS or TLS has a certificate".to_owned()),
            (Some(false), true) => Some("only listeners with HTTPS or TLS have a certificate".to_owned()),
            _ => None,
        };
        let port = (planned.get(Listener::port) == Some(0)).then(|| "a port is 1 to 65535".to_owned());
        FieldProblem::among([("default_actions", actions), ("certificate", certificate), ("port", port)])
    }

    async fn holder(&self, home: &Home, name: &str) -> Result<Option<Holder<Listener>>> {
        let client = self.0.elbv2(home);
        let (balancer, port) = name.split_once(' ').unwrap_or((name, ""));
        let listeners = shared::if_any(listeners_of(&client, balancer).await)?.unwrap_or_default();
        let found = listeners.into_iter().find(|listener| listener.port.is_some_and(|own| own.to_string() == port));
        shared::holder(&client, found.and_then(|listener| listener.listener_arn)).await
    }

    async fn make(&self, cx: &Cx<'_>, _: &str, inputs: &ListenerInputs) -> Result<Id<Listener>> {
        let request = self
            .0
            .elbv2(cx.home)
            .create_listener()
            .load_balancer_arn(inputs.load_balancer.as_str())
            .protocol(word(&inputs.protocol).as_str().into())
            .port(i32::from(inputs.port))
            .set_default_actions(Some(action::to_sdk(&inputs.default_actions)))
            .set_certificates(certificates(inputs.certificate.as_ref()))
            .set_ssl_policy(inputs.ssl_policy.clone())
            .set_alpn_policy(alpn(inputs.alpn_policy))
            .set_tags(Some(shared::tags_for(cx, &inputs.tags)));
        let made = call::create("elbv2:CreateListener", || request.clone().send()).await?;
        let arn = made.listeners.unwrap_or_default().pop().and_then(|listener| listener.listener_arn);
        arn.map(Id::new).ok_or_else(|| missing("elbv2:CreateListener", "ARN"))
    }

    /// Everything that differs in one call: a protocol and its certificate go together.
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyListener.html>
    async fn change(&self, cx: &Cx<'_>, current: &State<Listener>, _: &Listener, changes: &Changes<Listener>) -> Result<()> {
        let (protocol, port) = (changes.of(Listener::protocol)?.set(), changes.of(Listener::port)?.set());
        let (actions, certificate) = (changes.of(Listener::default_actions)?.set(), changes.of(Listener::certificate)?.set());
        let (ssl_policy, alpn_policy) = (changes.of(Listener::ssl_policy)?.set(), changes.of(Listener::alpn_policy)?.set());
        let request = self
            .0
            .elbv2(cx.home)
            .modify_listener()
            .listener_arn(current.id.as_str())
            .set_protocol(protocol.map(|protocol| word(&protocol).as_str().into()))
            .set_port(port.map(i32::from))
            .set_default_actions(actions.as_deref().map(action::to_sdk))
            .set_certificates(certificates(certificate.as_ref()))
            .set_ssl_policy(ssl_policy.clone())
            .set_alpn_policy(alpn(alpn_policy));
        let nothing = protocol.is_none() && port.is_none() && actions.is_none();
        if !(nothing && certificate.is_none() && ssl_policy.is_none() && alpn_policy.is_none()) {
            call::change("elbv2:ModifyListener", || request.clone().send()).await?;
        }
        Ok(())
    }

    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteListener.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<Listener>) -> Result<()> {
        let request = self.0.elbv2(cx.home).delete_listener().listener_arn(current.id.as_str());
        call::read("elbv2:DeleteListener", || request.clone().send()).await.map(drop)
    }

    async fn retag(&self, home: &Home, id: &Id<Listener>, set: Tags, removed: Vec<String>) -> Result<()> {
        shared::retag(&self.0.elbv2(home), id.as_str(), set, removed).await
    }
}
