//! What is done with requests: <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html>.

use aws_sdk_elasticloadbalancingv2::types::{
    self, ActionTypeEnum, FixedResponseActionConfig, ForwardActionConfig, RedirectActionConfig, TargetGroupStickinessConfig,
    TargetGroupTuple,
};
use blogstack_core::{Block, Id, Input, IntoInput, Set, Value};

use super::{
    shared::{count, number, of_word, word},
    target_group::TargetGroup,
};

/// What is done with a request: one of the three.
///
/// ```
/// use blogstack_aws::elbv2::{Action, Redirect, RedirectStatus};
///
/// let to_https = Action::redirecting(Redirect::new(RedirectStatus::Http301).protocol("HTTPS").port("443"));
/// let nothing = Action::responding(404_u16);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct Action {
    /// It goes to targets.
    pub forward: Option<Forward>,
    /// The client is sent elsewhere.
    pub redirect: Option<Redirect>,
    /// The load balancer answers it.
    pub fixed_response: Option<FixedResponse>,
}

impl Action {
    /// To the targets of one group.
    pub fn forwarding(target_group: impl IntoInput<Id<TargetGroup>>) -> ActionArgs {
        Self::new().forward(Forward::new([Share::new(target_group)]))
    }

    /// To another place.
    pub fn redirecting(redirect: impl IntoInput<Redirect>) -> ActionArgs {
        Self::new().redirect(redirect.into_input())
    }

    /// An answer with this status and nothing in it.
    pub fn responding(status_code: impl IntoInput<u16>) -> ActionArgs {
        Self::new().fixed_response(FixedResponse::new(status_code))
    }
}

/// To targets of one or several groups.
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct Forward {
    /// The groups, up to five, and their shares. A group belongs to one load balancer at a time.
    pub target_groups: Set<Share>,
    /// Whether a client stays with the group that it got first.
    #[field(default = false)]
    pub stickiness_enabled: bool,
    /// For how many seconds it does, up to seven days.
    pub stickiness_duration_seconds: Option<u32>,
}

/// A target group and its share of the requests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Block)]
pub struct Share {
    /// The group.
    pub target_group: Id<TargetGroup>,
    /// Its share, relative to those of the others, 0 to 999.
    #[field(default = 1)]
    pub weight: u32,
}

/// To another place. What is not set stays as it is in the request.
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct Redirect {
    /// Whether it is for ever.
    pub status_code: RedirectStatus,
    /// `HTTP` or `HTTPS`.
    #[field(default = "#{protocol}")]
    pub protocol: String,
    /// The port.
    #[field(default = "#{port}")]
    pub port: String,
    /// The host.
    #[field(default = "#{host}")]
    pub host: String,
    /// The path, with a leading `/`.
    #[field(default = "/#{path}")]
    pub path: String,
    /// The query, without the `?`.
    #[field(default = "#{query}")]
    pub query: String,
}

/// Whether a redirect is for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum RedirectStatus {
    /// It is.
    #[value(rename = "HTTP_301")]
    Http301,
    /// It is for now.
    #[value(rename = "HTTP_302")]
    Http302,
}

/// An answer of the load balancer's own.
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct FixedResponse {
    /// The status: 2xx, 4xx or 5xx.
    pub status_code: u16,
    /// What the body is: `text/plain`, `text/css`, `text/html`, `application/javascript` or `application/json`.
    #[field(default = "")]
    pub content_type: String,
    /// The body, up to 1024 bytes.
    #[field(default = "")]
    pub message_body: String,
}

/// Nothing for an empty text.
fn said(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

pub(super) fn to_sdk(actions: &[Action]) -> Vec<types::Action> {
    actions.iter().map(one_to_sdk).collect()
}

fn one_to_sdk(action: &Action) -> types::Action {
    let builder = types::Action::builder();
    let action = match action {
        Action { forward: Some(forward), .. } => builder.r#type(ActionTypeEnum::Forward).forward_config(forward.to_sdk()),
        Action { redirect: Some(redirect), .. } => builder.r#type(ActionTypeEnum::Redirect).redirect_config(redirect.to_sdk()),
        Action { fixed_response: Some(response), .. } => {
            builder.r#type(ActionTypeEnum::FixedResponse).fixed_response_config(response.to_sdk())
        }
        _ => builder,
    };
    action.build()
}

impl Forward {
    fn to_sdk(&self) -> ForwardActionConfig {
        let stickiness = TargetGroupStickinessConfig::builder()
            .enabled(self.stickiness_enabled)
            .set_duration_seconds(number(self.stickiness_duration_seconds));
        let group = |share: &Share| {
            TargetGroupTuple::builder().target_group_arn(share.target_group.as_str()).set_weight(number(Some(share.weight))).build()
        };
        let groups = self.target_groups.iter().map(group).collect();
        ForwardActionConfig::builder().set_target_groups(Some(groups)).target_group_stickiness_config(stickiness.build()).build()
    }

    /// Load balancers whose listeners were made with one group and nothing else may tell only that.
    fn of_sdk(config: Option<&ForwardActionConfig>, only: Option<&str>) -> Self {
        let groups = config.map(ForwardActionConfig::target_groups).unwrap_or_default();
        let share = |group: &TargetGroupTuple| {
            let weight = count(group.weight).unwrap_or(1);
            Some(Share { target_group: Id::new(group.target_group_arn()?), weight })
        };
        let only = only.filter(|_| groups.is_empty()).map(|arn| Share { target_group: Id::new(arn), weight: 1 });
        let stickiness = config.and_then(ForwardActionConfig::target_group_stickiness_config);
        Self {
            target_groups: groups.iter().filter_map(share).chain(only).collect(),
            stickiness_enabled: stickiness.and_then(|stickiness| stickiness.enabled).unwrap_or_default(),
            stickiness_duration_seconds: stickiness.and_then(|stickiness| count(stickiness.duration_seconds)),
        }
    }
}

impl Redirect {
    fn to_sdk(&self) -> RedirectActionConfig {
        let builder = RedirectActionConfig::builder().status_code(word(&self.status_code).as_str().into());
        builder.protocol(&self.protocol).port(&self.port).host(&self.host).path(&self.path).query(&self.query).build()
    }

    fn of_sdk(config: &RedirectActionConfig) -> Option<Self> {
        let part = |text: Option<&str>, kept: &str| text.unwrap_or(kept).to_owned();
        Some(Self {
            status_code: of_word(config.status_code()?.as_str())?,
            protocol: part(config.protocol(), "#{protocol}"),
            port: part(config.port(), "#{port}"),
            host: part(config.host(), "#{host}"),
            path: part(config.path(), "/#{path}"),
            query: part(config.query(), "#{query}"),
        })
    }
}

impl FixedResponse {
    fn to_sdk(&self) -> FixedResponseActionConfig {
        let builder = FixedResponseActionConfig::builder().status_code(self.status_code.to_string());
        builder.set_content_type(said(&self.content_type)).set_message_body(said(&self.message_body)).build()
    }

    fn of_sdk(config: &FixedResponseActionConfig) -> Option<Self> {
        Some(Self {
            status_code: config.status_code()?.parse().ok()?,
            content_type: config.content_type().unwrap_or_default().to_owned(),
            message_body: config.message_body().unwrap_or_default().to_owned(),
        })
    }
}

/// The actions that AWS tells, in their order. Those of other types are none of the three.
pub(super) fn of_sdk(mut actions: Vec<types::Action>) -> Vec<Action> {
    actions.sort_by_key(|action| action.order);
    let forwards = |action: &types::Action| action.r#type == Some(ActionTypeEnum::Forward);
    let one = |action: types::Action| Action {
        forward: forwards(&action).then(|| Forward::of_sdk(action.forward_config.as_ref(), action.target_group_arn.as_deref())),
        redirect: action.redirect_config.as_ref().and_then(Redirect::of_sdk),
        fixed_response: action.fixed_response_config.as_ref().and_then(FixedResponse::of_sdk),
    };
    actions.into_iter().map(one).collect()
}

/// What is wrong with actions.
pub(super) fn problem(actions: &[Action]) -> Option<String> {
    let kinds = |action: &Action| {
        usize::from(action.forward.is_some()) + usize::from(action.redirect.is_some()) + usize::from(action.fixed_response.is_some())
    };
    if actions.iter().map(kinds).collect::<Vec<_>>() != [1] {
        return Some("there is one action, which forwards, redirects or responds".into());
    }
    let Action { forward, fixed_response, .. } = &actions[0];
    if forward.as_ref().is_some_and(|forward| !(1..=5).contains(&forward.target_groups.iter().count())) {
        return Some("a request is forwarded to 1 to 5 target groups".into());
    }
    let status = fixed_response.as_ref().map(|response| response.status_code);
    let odd = status.filter(|status| !(200..300).contains(status) && !(400..600).contains(status));
    odd.map(|status| format!("the status {status} is not 2xx, 4xx or 5xx"))
}

impl IntoInput<Vec<Action>> for ActionArgs {
    fn into_input(self) -> Input<Vec<Action>> {
        [self].into_input()
    }
}
