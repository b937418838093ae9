//! Load balancers.
//!
//! Source: *`CreateLoadBalancer`* (which answers a second request for the same with what is there), *`DeleteLoadBalancer`* (which may
//! be repeated), *`DescribeLoadBalancers`*, *`LoadBalancerState`*: a new one is `provisioning` for minutes.

mod attributes;
mod change;
mod create;
mod interfaces;

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::context::Context;
use crate::elbv2::attribute::Attributes;
use crate::elbv2::listener::{self, Listener};
use crate::elbv2::{invalid, named, paged, remains, required, seen};
use crate::engine::Operation;
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::protocol::reply::Answer;
use crate::state::object::{Kind, Object, Tags};

/// A load balancer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Balancer {
    pub(crate) arn: String,
    pub(crate) name: String,
    /// `application` or `network`.
    pub(crate) kind: String,
    pub(crate) scheme: String,
    pub(crate) vpc: String,
    pub(crate) places: Vec<Place>,
    pub(crate) groups: Vec<String>,
    pub(crate) attributes: Attributes,
    active: bool,
    /// When it is active.
    next_at: Option<Moment>,
    created_at: Moment,
    pub(crate) tags: Tags,
}

/// Where a load balancer stands in one zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) subnet: String,
    pub(crate) zone: String,
    pub(crate) interface: String,
    pub(crate) allocation: Option<String>,
    pub(crate) private_address: Option<Ipv4Addr>,
}

impl Object for Balancer {
    const KIND: Kind = Kind {
        name: "load-balancer",
        prefix: "",
        missing: "LoadBalancerNotFound",
        malformed: None,
        sentence: "Load balancers '[{}]' not found",
    };

    fn id(&self) -> &str {
        &self.arn
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

    fn due(&self) -> Option<Moment> {
        self.next_at
    }
}

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateLoadBalancer" => |context, _| create::create(context),
        "DescribeLoadBalancers" => |context, _| describe(context),
        "DeleteLoadBalancer" => |context, _| delete(context),
        "SetSubnets" => |context, _| change::set_subnets(context),
        "SetSecurityGroups" => |context, _| change::set_groups(context),
        "DescribeLoadBalancerAttributes" => |context, _| attributes::describe(context),
        "ModifyLoadBalancerAttributes" => |context, _| attributes::modify(context),
        _ => return None,
    })
}

/// Lets a load balancer become active.
pub(crate) fn mature(context: &mut Context<'_>, id: &str) {
    let now = context.now;
    let due = context.region.load_balancers.get(id).and_then(|balancer| balancer.next_at).is_some_and(|at| at <= now);
    if let Some(balancer) = context.region.load_balancers.change(id).filter(|_| due) {
        (balancer.active, balancer.next_at) = (true, None);
    }
}

/// The load balancer of the request's ARN.
pub(crate) fn of_request(context: &Context<'_>) -> Result<Balancer, Failure> {
    named(context, "LoadBalancerArn", ":loadbalancer/", "load balancer")
}

fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (arns, names) = (context.params.list("LoadBalancerArns.member"), context.params.list("Names.member"));
    if !arns.is_empty() && !names.is_empty() {
        return Err(invalid("Load balancer names and load balancer ARNs cannot be specified at the same time"));
    }
    let all = || context.region.load_balancers.iter_visible(context.now);
    let by_name = |name: &String| all().find(|balancer| balancer.name == *name).ok_or_else(|| Balancer::KIND.not_found(name));
    let found: Vec<&Balancer> = match (arns.is_empty(), names.is_empty()) {
        (false, _) => arns.iter().map(|arn| seen(context, arn)).collect::<Result<_, _>>()?,
        (_, false) => names.iter().map(by_name).collect::<Result<_, _>>()?,
        _ => all().collect(),
    };
    paged(context, "LoadBalancers", found, |balancer| &balancer.arn, |balancer| balancer.written(context))
}

/// Its listeners and their rules go with it; its interfaces linger.
fn delete(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let arn = required(context, "LoadBalancerArn")?;
    let Some(balancer) = context.region.load_balancers.get(&arn).cloned() else { return Ok(Answer::Json(json!({}))) };
    if balancer.attributes.get("deletion_protection.enabled").is_some_and(|on| on == "true") {
        let message = format!("Load balancer '{arn}' cannot be deleted because deletion protection is enabled");
        return Err(Failure::new("OperationNotPermitted", message));
    }
    let listeners: Vec<String> = context.of::<Listener>(&arn).map(|listener| listener.arn.clone()).collect();
    for listener in listeners {
        listener::remove(context, &listener);
    }
    remains::leave(context, balancer.places.into_iter().map(|place| place.interface).collect());
    context.remove::<Balancer>(&arn);
    Ok(Answer::Json(json!({})))
}

impl Balancer {
    /// What stands in the ARNs of all that belongs to it: `app/name/0123456789abcdef`.
    pub(crate) fn path(&self) -> &str {
        self.arn.split_once(":loadbalancer/").map_or("", |(_, path)| path)
    }

    pub(crate) fn is_network(&self) -> bool {
        self.kind == "network"
    }

    /// What its host name resolves in.
    fn dns_name(&self, region: &str) -> String {
        let digits = self.arn.rsplit('/').next().unwrap_or_default();
        let internal = if self.scheme == "internal" { "internal-" } else { "" };
        match self.is_network() {
            true => format!("{}-{digits}.elb.{region}.amazonaws.com", self.name),
            false => format!("{internal}{}-{digits}.{region}.elb.amazonaws.com", self.name),
        }
    }

    fn written(&self, context: &Context<'_>) -> Value {
        let places: Vec<Value> = self.places.iter().map(|place| place.written(context)).collect();
        json!({
            "LoadBalancerArn": self.arn,
            "LoadBalancerName": self.name,
            "DNSName": self.dns_name(&context.place.region),
            "CanonicalHostedZoneId": zone_id(&context.place.region, self.is_network()),
            "CreatedTime": moment::date(self.created_at),
            "Scheme": self.scheme,
            "VpcId": self.vpc,
            "State": { "Code": if self.active { "active" } else { "provisioning" } },
            "Type": self.kind,
            "AvailabilityZones": places,
            "SecurityGroups": (!self.is_network() || !self.groups.is_empty()).then_some(&self.groups),
            "IpAddressType": "ipv4",
        })
    }
}

impl Place {
    fn written(&self, context: &Context<'_>) -> Value {
        let address = self.allocation.as_ref().and_then(|id| context.region.addresses.get(id)).map(|address| address.public_ip);
        let fixed = address.is_some() || self.private_address.is_some();
        let address = json!({ "AllocationId": self.allocation, "IpAddress": address, "PrivateIPv4Address": self.private_address });
        let addresses: Vec<Value> = fixed.then_some(address).into_iter().collect();
        json!({ "ZoneName": self.zone, "SubnetId": self.subnet, "LoadBalancerAddresses": addresses })
    }
}

/// The hosted zone of a region's load balancers: *Elastic Load Balancing endpoints and quotas*.
fn zone_id(region: &str, network: bool) -> &'static str {
    match (region, network) {
        ("us-east-1", false) => "Z35SXDOTRQ7X7K",
        ("us-east-1", true) => "Z26RNL4JYFTOTI",
        ("us-west-2", false) => "Z1H1FL5HABSF5",
        ("us-west-2", true) => "Z18D5FSROUN65G",
        ("eu-central-1", false) => "Z215JYRZR1TBD5",
        ("eu-central-1", true) => "Z3F0SRJ5LGBH90",
        ("eu-west-1", true) => "Z2IFOLAFXWLO4F",
        _ => "Z32O12XQLNTSW2",
    }
}
