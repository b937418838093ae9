//! Attributes of classic load balancers.
//!
//! Source: *`LoadBalancerAttributes`*, *`ModifyLoadBalancerAttributes`*. Buckets of access logs are not looked up.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::balancer::Balancer;
use super::{invalid, named, required, seen, unfit};
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::params::Params;
use crate::protocol::reply::Answer;

/// All of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Attributes {
    cross_zone: bool,
    access_log: Option<AccessLog>,
    /// For how many seconds instances drain, and whether they do.
    draining: (bool, u32),
    idle: u32,
    desync: String,
}

/// Where requests are noted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct AccessLog {
    bucket: String,
    prefix: String,
    interval: u32,
}

/// The one further attribute.
const DESYNC: &str = "elb.http.desyncmitigationmode";

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "DescribeLoadBalancerAttributes" => |context, _| describe(context),
        "ModifyLoadBalancerAttributes" => |context, _| modify(context),
        _ => return None,
    })
}

fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let name = required(context, "LoadBalancerName")?;
    Ok(Answer::Json(json!({ "LoadBalancerAttributes": seen(context, &name)?.attributes.written() })))
}

fn modify(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let mut balancer = named(context)?;
    if let Some(params) = context.params.group("LoadBalancerAttributes") {
        balancer.attributes.take(&params)?;
    }
    let written = balancer.attributes.written();
    context.change::<Balancer>(&balancer.name)?.attributes = balancer.attributes;
    Ok(Answer::Json(json!({ "LoadBalancerName": balancer.name, "LoadBalancerAttributes": written })))
}

fn within(params: &Params, name: &str, least: u32, most: u32) -> Result<Option<u32>, Failure> {
    match params.number::<u32>(name)? {
        Some(number) if !(least..=most).contains(&number) => Err(invalid(format!("{name} must be between {least} and {most}"))),
        number => Ok(number),
    }
}

impl Attributes {
    pub(super) fn standard() -> Self {
        Self { cross_zone: false, access_log: None, draining: (false, 300), idle: 60, desync: "defensive".to_owned() }
    }

    /// What is named is set, the rest stays.
    fn take(&mut self, params: &Params) -> Result<(), Failure> {
        if let Some(group) = params.group("CrossZoneLoadBalancing") {
            self.cross_zone = group.flag("Enabled")?.unwrap_or(self.cross_zone);
        }
        if let Some(group) = params.group("AccessLog") {
            self.access_log = AccessLog::read(&group)?;
        }
        if let Some(group) = params.group("ConnectionDraining") {
            self.draining = (group.flag("Enabled")?.unwrap_or(false), within(&group, "Timeout", 1, 3600)?.unwrap_or(300));
        }
        if let Some(group) = params.group("ConnectionSettings") {
            self.idle = within(&group, "IdleTimeout", 1, 4000)?.unwrap_or(self.idle);
        }
        for group in params.groups("AdditionalAttributes.member") {
            self.take_further(&group)?;
        }
        Ok(())
    }

    fn take_further(&mut self, group: &Params) -> Result<(), Failure> {
        let (key, value) = (group.owned("Key").unwrap_or_default(), group.owned("Value").unwrap_or_default());
        if key != DESYNC {
            let message = format!("The specified load balancer attribute does not exist: {key}");
            return Err(Failure::new("LoadBalancerAttributeNotFound", message));
        }
        if !["monitor", "defensive", "strictest"].contains(&value.as_str()) {
            return Err(unfit(format!("'{value}' is not a value of {DESYNC}")));
        }
        self.desync = value;
        Ok(())
    }

    fn written(&self) -> Value {
        let draining = match self.draining {
            (true, seconds) => json!({ "Enabled": true, "Timeout": seconds }),
            (false, seconds) => json!({ "Enabled": false, "Timeout": seconds }),
        };
        let access_log = self.access_log.as_ref().map_or_else(|| json!({ "Enabled": false }), AccessLog::written);
        json!({
            "CrossZoneLoadBalancing": { "Enabled": self.cross_zone },
            "AccessLog": access_log,
            "ConnectionDraining": draining,
            "ConnectionSettings": { "IdleTimeout": self.idle },
            "AdditionalAttributes": [{ "Key": DESYNC, "Value": self.desync }],
        })
    }
}

impl AccessLog {
    /// Nothing, when it is to be off.
    fn read(params: &Params) -> Result<Option<Self>, Failure> {
        let interval = params.number::<u32>("EmitInterval")?.unwrap_or(60);
        let (bucket, prefix) = (params.owned("S3BucketName").unwrap_or_default(), params.owned("S3BucketPrefix").unwrap_or_default());
        if params.flag("Enabled")? != Some(true) {
            return Ok(None);
        }
        if ![5, 60].contains(&interval) {
            return Err(invalid("EmitInterval must be 5 or 60"));
        }
        if bucket.is_empty() {
            return Err(unfit("The bucket name must be specified when access logs are enabled"));
        }
        Ok(Some(Self { bucket, prefix, interval }))
    }

    fn written(&self) -> Value {
        json!({ "Enabled": true, "S3BucketName": self.bucket, "S3BucketPrefix": self.prefix, "EmitInterval": self.interval })
    }
}
