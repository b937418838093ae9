//! Classic load balancers.
//!
//! Source: *`DescribeLoadBalancers`*, *`DeleteLoadBalancer`* (which may be repeated), *`ConfigureHealthCheck`*.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::attributes::Attributes;
use super::instance::Member;
use super::listener::Listener;
use super::place::Place;
use super::policy::Policy;
use super::{create, invalid, named, required, seen};
use crate::context::Context;
use crate::ec2::group;
use crate::ec2::listing::page;
use crate::elbv2::remains;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::params::Params;
use crate::protocol::reply::Answer;
use crate::state::object::{Kind, Object, Tags};

/// A classic load balancer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Balancer {
    pub(super) name: String,
    pub(super) scheme: String,
    pub(super) vpc: String,
    pub(super) places: Vec<Place>,
    pub(super) groups: Vec<String>,
    pub(super) listeners: Vec<Listener>,
    /// By name.
    pub(super) policies: BTreeMap<String, Policy>,
    pub(super) instances: Vec<Member>,
    pub(super) check: HealthCheck,
    pub(super) attributes: Attributes,
    /// The last part of its host name.
    pub(super) digits: String,
    pub(super) created_at: Moment,
    pub(super) tags: Tags,
}

/// How instances are found to be well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct HealthCheck {
    pub(super) target: String,
    pub(super) interval: u32,
    pub(super) timeout: u32,
    pub(super) unhealthy: u32,
    pub(super) healthy: u32,
}

impl Object for Balancer {
    const KIND: Kind = Kind {
        name: "classic-load-balancer",
        prefix: "",
        missing: "LoadBalancerNotFound",
        malformed: None,
        sentence: "There is no ACTIVE Load Balancer named '{}'",
    };

    fn id(&self) -> &str {
        &self.name
    }

    fn owners(&self) -> [Option<&str>; 2] {
        [Some(&self.vpc), None]
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }
}

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateLoadBalancer" => |context, _| create::create(context),
        "DescribeLoadBalancers" => |context, _| describe(context),
        "DeleteLoadBalancer" => |context, _| delete(context),
        "ConfigureHealthCheck" => |context, _| configure(context),
        _ => return None,
    })
}

fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let names = context.params.list("LoadBalancerNames.member");
    let limit = context.params.number::<usize>("PageSize")?.unwrap_or(400);
    if !(1..=400).contains(&limit) {
        return Err(invalid(format!("Value '{limit}' at 'pageSize' must be between 1 and 400")));
    }
    let found: Vec<&Balancer> = match names.as_slice() {
        [] => context.region.classic_load_balancers.iter_visible(context.now).collect(),
        names => names.iter().map(|name| seen(context, name)).collect::<Result<_, _>>()?,
    };
    let page = page(found, limit, context.params.text("Marker"), |balancer| &balancer.name)?;
    let all: Vec<Value> = page.entries.into_iter().map(|balancer| balancer.written(context)).collect();
    let mut fields = Map::from_iter([("LoadBalancerDescriptions".to_owned(), all.into())]);
    fields.extend(page.next.map(|next| ("NextMarker".to_owned(), next.into())));
    Ok(Answer::Json(fields.into()))
}

/// Its interfaces linger.
fn delete(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let name = required(context, "LoadBalancerName")?;
    if let Some(balancer) = context.region.classic_load_balancers.get(&name).cloned() {
        remains::leave(context, balancer.places.into_iter().map(|place| place.interface).collect());
        context.remove::<Balancer>(&name);
    }
    Ok(Answer::Json(json!({})))
}

fn configure(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let name = named(context)?.name;
    let check = HealthCheck::read(&context.params.group("HealthCheck").unwrap_or_default())?;
    let written = check.written();
    context.change::<Balancer>(&name)?.check = check;
    Ok(Answer::Json(json!({ "HealthCheck": written })))
}

impl HealthCheck {
    /// What a load balancer does for which nothing is said: *Configure health checks*.
    pub(super) fn standard(listeners: &[Listener]) -> Self {
        let port = listeners.first().map_or(80, |listener| listener.instance_port);
        Self { target: format!("TCP:{port}"), interval: 30, timeout: 5, unhealthy: 2, healthy: 10 }
    }

    fn read(params: &Params) -> Result<Self, Failure> {
        let target = params.required("Target")?.to_owned();
        let number = |name: &str, least: u32, most: u32| match params.number::<u32>(name)? {
            Some(number) if (least..=most).contains(&number) => Ok(number),
            _ => Err(invalid(format!("HealthCheck {name} must be between {least} and {most}"))),
        };
        let check = Self {
            target,
            interval: number("Interval", 5, 300)?,
            timeout: number("Timeout", 2, 60)?,
            unhealthy: number("UnhealthyThreshold", 2, 10)?,
            healthy: number("HealthyThreshold", 2, 10)?,
        };
        check.checked()
    }

    fn checked(self) -> Result<Self, Failure> {
        if !["HTTP:", "HTTPS:", "TCP:", "SSL:"].iter().any(|start| self.target.starts_with(start)) {
            return Err(invalid("HealthCheck Target must begin with one of HTTP, TCP, HTTPS, SSL"));
        }
        if self.target.starts_with("HTTP") && !self.target.contains('/') {
            return Err(invalid(
                "HealthCheck HTTP Target must specify a port followed by a path that begins with '/'. e.g. HTTP:80/ping/this/path",
            ));
        }
        if self.timeout >= self.interval {
            return Err(invalid("HealthCheck timeout must be less than interval."));
        }
        Ok(self)
    }

    fn written(&self) -> Value {
        json!({
            "Target": self.target,
            "Interval": self.interval,
            "Timeout": self.timeout,
            "UnhealthyThreshold": self.unhealthy,
            "HealthyThreshold": self.healthy,
        })
    }
}

impl Balancer {
    pub(super) fn dns_name(&self, region: &str) -> String {
        let internal = if self.scheme == "internal" { "internal-" } else { "" };
        format!("{internal}{}-{}.{region}.elb.amazonaws.com", self.name, self.digits)
    }

    fn written(&self, context: &Context<'_>) -> Value {
        let listeners: Vec<Value> = self.listeners.iter().map(Listener::written).collect();
        let dns_name = self.dns_name(&context.place.region);
        let group = self.groups.first().map(|group| group::name_of(context, group));
        json!({
            "LoadBalancerName": self.name,
            "DNSName": dns_name,
            "CanonicalHostedZoneName": (self.scheme != "internal").then_some(dns_name),
            "CanonicalHostedZoneNameID": zone_id(&context.place.region),
            "ListenerDescriptions": listeners,
            "Policies": Policy::summary(&self.policies),
            "BackendServerDescriptions": [],
            "AvailabilityZones": self.places.iter().map(|place| &place.zone).collect::<Vec<_>>(),
            "Subnets": self.places.iter().map(|place| &place.subnet).collect::<Vec<_>>(),
            "VPCId": self.vpc,
            "Instances": self.present(context).map(|member| json!({ "InstanceId": member.id })).collect::<Vec<_>>(),
            "HealthCheck": self.check.written(),
            "SourceSecurityGroup": { "OwnerAlias": context.place.account, "GroupName": group },
            "SecurityGroups": self.groups,
            "CreatedTime": moment::date(self.created_at),
            "Scheme": self.scheme,
        })
    }

    /// Its instances, without those that were terminated: AWS takes these off by itself.
    pub(super) fn present<'a>(&'a self, context: &'a Context<'_>) -> impl Iterator<Item = &'a Member> {
        self.instances.iter().filter(|member| context.region.instances.get(&member.id).is_some_and(Object::is_live))
    }
}

/// The hosted zone of a region's classic load balancers: *Elastic Load Balancing endpoints and quotas*.
fn zone_id(region: &str) -> &'static str {
    match region {
        "us-east-1" => "Z35SXDOTRQ7X7K",
        "us-west-2" => "Z1H1FL5HABSF5",
        "eu-central-1" => "Z215JYRZR1TBD5",
        _ => "Z32O12XQLNTSW2",
    }
}
