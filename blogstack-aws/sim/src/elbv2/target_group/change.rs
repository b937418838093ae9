//! Changes health checks and attributes of target groups.
//!
//! Source: *`ModifyTargetGroup`*, *`ModifyTargetGroupAttributes`*.

use serde_json::json;

use super::{HealthCheck, TargetGroup, create::PROTOCOLS, of_request};
use crate::context::Context;
use crate::elbv2::{attribute, check_word, invalid, number_within, seen, unfit};
use crate::failure::Failure;
use crate::protocol::reply::Answer;

pub(super) fn modify(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let mut group = of_request(context)?;
    health_check(context, &mut group.health_check, group.protocol_version.as_deref())?;
    *context.change::<TargetGroup>(&group.arn)? = group.clone();
    Ok(Answer::Json(json!({ "TargetGroups": [group.written(context)] })))
}

/// Takes over what a request says about the health check.
pub(super) fn health_check(context: &Context<'_>, check: &mut HealthCheck, version: Option<&str>) -> Result<(), Failure> {
    let params = &context.params;
    check.enabled = params.flag("HealthCheckEnabled")?.unwrap_or(check.enabled);
    if let Some(protocol) = params.owned("HealthCheckProtocol") {
        check_word(&protocol, &PROTOCOLS, "healthCheckProtocol")?;
        let web = protocol.starts_with("HTTP");
        // Over TCP nothing is asked for.
        check.path = web.then(|| check.path.take().unwrap_or_else(|| "/".to_owned()));
        check.http_code = check.http_code.take().or_else(|| (web && version.is_none()).then(|| "200-399".to_owned())).filter(|_| web);
        check.protocol = Some(protocol);
    }
    check.port = params.owned("HealthCheckPort").or_else(|| check.port.take());
    check.path = params.owned("HealthCheckPath").or_else(|| check.path.take());
    let numbers = [
        ("HealthCheckIntervalSeconds", 5, 300, &mut check.interval),
        ("HealthCheckTimeoutSeconds", 2, 120, &mut check.timeout),
        ("HealthyThresholdCount", 2, 10, &mut check.healthy),
        ("UnhealthyThresholdCount", 2, 10, &mut check.unhealthy),
    ];
    for (name, least, most, own) in numbers {
        *own = number_within(context, name, least, most)?.unwrap_or(*own);
    }
    matcher(context, check, version)?;
    let web = version.is_some();
    if check.timeout > check.interval || (web && check.timeout == check.interval) {
        let how = if web { "smaller than" } else { "smaller than or equal to" };
        let (timeout, interval) = (check.timeout, check.interval);
        return Err(invalid(format!("Health check timeout '{timeout}' must be {how} the interval '{interval}'")));
    }
    Ok(())
}

/// Which answers mean health.
fn matcher(context: &Context<'_>, check: &mut HealthCheck, version: Option<&str>) -> Result<(), Failure> {
    let (http, grpc) = (context.params.owned("Matcher.HttpCode"), context.params.owned("Matcher.GrpcCode"));
    if http.is_some() && version == Some("GRPC") || grpc.is_some() && version != Some("GRPC") {
        return Err(invalid("The matcher does not fit the protocol version of the target group"));
    }
    if let Some(codes) = http.as_deref().or(grpc.as_deref()) {
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_range = |text: &str| text.split('-').count() <= 2 && text.split('-').all(is_number);
        if !codes.split(',').all(is_range) {
            return Err(invalid(format!("Health check matcher HTTP code '{codes}' must be like 200, 200-399 or 200,201")));
        }
    }
    check.http_code = http.or_else(|| check.http_code.take());
    check.grpc_code = grpc.or_else(|| check.grpc_code.take());
    Ok(())
}

pub(super) fn describe_attributes(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let arn = of_request(context)?.arn;
    let group = seen::<TargetGroup>(context, &arn)?;
    Ok(Answer::Json(json!({ "Attributes": attribute::written(&group.attributes) })))
}

pub(super) fn modify_attributes(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let mut group = of_request(context)?;
    let known = group.known_attributes();
    attribute::apply(&mut group.attributes, &known, &context.params)?;
    let attributes = &group.attributes;
    let is = |key: &str, value: &str| attributes.get(key).is_some_and(|own| own == value);
    if is("stickiness.type", "app_cookie") && is("stickiness.app_cookie.cookie_name", "") {
        return Err(unfit("You must set an application cookie name to enable stickiness of type 'app_cookie'"));
    }
    let written = attribute::written(attributes);
    context.change::<TargetGroup>(&group.arn)?.attributes = group.attributes;
    Ok(Answer::Json(json!({ "Attributes": written })))
}
