//! Health checks: *`CreateHealthCheck`*, *`GetHealthCheck`*, *`ListHealthChecks`*, *`UpdateHealthCheck`*, *`DeleteHealthCheck`*.
//!
//! Nothing is checked: no server is asked anything.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::params::Params;
use crate::protocol::reply::{Answer, Whole};
use crate::protocol::request::Request;
use crate::protocol::service::Service;
use crate::protocol::xml::Xml;
use crate::state::object::{Kind, Object, Tags};

/// A health check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HealthCheck {
    id: String,
    caller_token: String,
    version: u64,
    /// What it checks, under AWS's names.
    config: BTreeMap<String, String>,
    regions: BTreeSet<String>,
    children: BTreeSet<String>,
    /// Region and name.
    alarm: Option<(String, String)>,
    /// Its caller reference is taken for ever.
    is_deleted: bool,
    tags: Tags,
}

impl Object for HealthCheck {
    const KIND: Kind = Kind {
        name: "health-check",
        prefix: "",
        missing: "NoSuchHealthCheck",
        malformed: None,
        sentence: "A health check with id {} does not exist.",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    fn is_live(&self) -> bool {
        !self.is_deleted
    }
}

const KINDS: [&str; 8] =
    ["CALCULATED", "CLOUDWATCH_METRIC", "HTTP", "HTTPS", "HTTPS_STR_MATCH", "HTTP_STR_MATCH", "RECOVERY_CONTROL", "TCP"];

/// What can be changed.
const CHANGEABLE: [&str; 11] = [
    "IPAddress",
    "Port",
    "ResourcePath",
    "FullyQualifiedDomainName",
    "SearchString",
    "FailureThreshold",
    "Inverted",
    "Disabled",
    "HealthThreshold",
    "EnableSNI",
    "InsufficientDataHealthStatus",
];

/// What is for ever.
const FIXED: [&str; 4] = ["Type", "RequestInterval", "MeasureLatency", "RoutingControlArn"];

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateHealthCheck" => create,
        "GetHealthCheck" => get,
        "ListHealthChecks" => list,
        "UpdateHealthCheck" => update,
        "DeleteHealthCheck" => delete,
        _ => return None,
    })
}

impl HealthCheck {
    fn take(&mut self, names: &[&str], params: &Params) {
        for name in names {
            if let Some(value) = params.owned(name) {
                self.config.insert((*name).to_owned(), value);
            }
        }
        let listed = |name: &str, item: &str| params.group(name).map(|list| list.each_text(item).into_iter().collect());
        if let Some(regions) = listed("Regions", "Region") {
            self.regions = regions;
        }
        if let Some(children) = listed("ChildHealthChecks", "ChildHealthCheck") {
            self.children = children;
        }
        if let Some(alarm) = params.group("AlarmIdentifier") {
            self.alarm = alarm.owned("Region").zip(alarm.owned("Name"));
        }
    }

    fn says(&self, name: &str) -> Option<&str> {
        self.config.get(name).map(String::as_str)
    }

    fn check(&self) -> Result<(), Failure> {
        let invalid = |message: &str| Err(Failure::new("InvalidInput", format!("Invalid parameter : {message}")));
        let kind = self.says("Type").unwrap_or_default();
        let asks = kind.starts_with("HTTP") || kind == "TCP";
        let number = |name: &str| self.says(name).map(|text| text.parse::<u32>().unwrap_or_default());
        if !KINDS.contains(&kind) {
            return invalid("the type of the health check is not valid");
        }
        if asks && self.says("IPAddress").is_none() && self.says("FullyQualifiedDomainName").is_none() {
            return invalid("must include either a resource address or FQDN.");
        }
        if kind.ends_with("STR_MATCH") != self.says("SearchString").is_some() {
            return invalid("a search string goes with a check that looks for it.");
        }
        if number("RequestInterval").is_some_and(|seconds| ![10, 30].contains(&seconds)) {
            return invalid("the request interval must be 10 or 30 seconds.");
        }
        if number("FailureThreshold").is_some_and(|times| !(1..=10).contains(&times)) {
            return invalid("the failure threshold must be 1 to 10.");
        }
        if !self.regions.is_empty() && self.regions.len() < 3 {
            return invalid("at least three regions are needed.");
        }
        if (kind == "CLOUDWATCH_METRIC") != self.alarm.is_some() {
            return invalid("an alarm goes with a check of an alarm.");
        }
        Ok(())
    }

    fn write(&self, xml: &mut Xml) {
        let list = |xml: &mut Xml, name: &str, item: &str, values: &BTreeSet<String>| {
            if !values.is_empty() {
                xml.nest(name, |xml| values.iter().for_each(|value| _ = xml.text(item, value)));
            }
        };
        xml.nest("HealthCheck", |xml| {
            xml.text("Id", &self.id).text("CallerReference", &self.caller_token);
            xml.nest("HealthCheckConfig", |xml| {
                for (name, value) in &self.config {
                    xml.text(name, value);
                }
                list(xml, "Regions", "Region", &self.regions);
                list(xml, "ChildHealthChecks", "ChildHealthCheck", &self.children);
                if let Some((region, name)) = &self.alarm {
                    xml.nest("AlarmIdentifier", |xml| {
                        xml.text("Region", region).text("Name", name);
                    });
                }
            });
            xml.text("HealthCheckVersion", self.version);
        });
    }
}

/// The check that a request names.
fn wanted(context: &Context<'_>, request: &Request) -> Result<HealthCheck, Failure> {
    context.params.text("content-type");
    let id = context.params.required("HealthCheckId")?;
    let found = match request.is_mutating() {
        true => context.find::<HealthCheck>(id).ok(),
        false => context.region.health_checks.visible(id, context.now),
    };
    found.filter(|check| !check.is_deleted).cloned().ok_or_else(|| HealthCheck::KIND.not_found(id).status(404))
}

/// *`CreateHealthCheck`*: one with the same reference and configuration is answered; the reference of a deleted one never works again.
fn create(context: &mut Context<'_>, _: &Request) -> Result<Answer, Failure> {
    context.params.text("content-type");
    let caller_token = context.params.required("CallerReference")?.to_owned();
    let config = context.params.group("HealthCheckConfig").ok_or_else(|| Failure::new("InvalidInput", "Invalid request"))?;
    let mut check = HealthCheck {
        id: String::new(),
        caller_token,
        version: 1,
        config: BTreeMap::new(),
        regions: BTreeSet::new(),
        children: BTreeSet::new(),
        alarm: None,
        is_deleted: false,
        tags: Tags::new(),
    };
    check.take(&FIXED, &config);
    check.take(&CHANGEABLE, &config);
    check.check()?;
    check.fill();
    let there = context.all::<HealthCheck>().find(|other| other.caller_token == check.caller_token);
    match there.cloned() {
        Some(there) if !there.is_deleted && there.config == check.config && there.regions == check.regions => check = there,
        Some(_) => {
            let message = format!("A health check has already been created with the specified caller reference: {}", check.caller_token);
            return Err(Failure::new("HealthCheckAlreadyExists", message).status(409));
        }
        None => {
            check.id = crate::chance::request_id(context.seed, 0, context.chance("health-check"));
            context.add(check.clone());
        }
    }
    let mut xml = Xml::new();
    check.write(&mut xml);
    let location = format!("https://route53.amazonaws.com/2013-04-01/healthcheck/{}", check.id);
    Ok(Answer::Whole(Whole::xml(Service::Route53, "CreateHealthCheckResponse", &xml).status(201).header("location", location)))
}

impl HealthCheck {
    /// *`HealthCheckConfig`*: what AWS takes where nothing is said.
    fn fill(&mut self) {
        let kind = self.says("Type").unwrap_or_default().to_owned();
        let asks = kind.starts_with("HTTP") || kind == "TCP";
        let port = match kind.as_str() {
            "HTTP" | "HTTP_STR_MATCH" => Some("80"),
            "HTTPS" | "HTTPS_STR_MATCH" => Some("443"),
            _ => None,
        };
        let mut defaults = vec![("Inverted", "false"), ("Disabled", "false")];
        defaults.extend(port.map(|port| ("Port", port)));
        if asks {
            defaults.extend([("RequestInterval", "30"), ("FailureThreshold", "3"), ("MeasureLatency", "false")]);
            defaults.push(("EnableSNI", if kind.starts_with("HTTPS") { "true" } else { "false" }));
        }
        for (name, value) in defaults {
            self.config.entry(name.to_owned()).or_insert_with(|| value.to_owned());
        }
    }
}

fn get(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let check = wanted(context, request)?;
    let mut xml = Xml::new();
    check.write(&mut xml);
    Ok(Answer::Whole(Whole::xml(Service::Route53, "GetHealthCheckResponse", &xml)))
}

fn list(context: &mut Context<'_>, _: &Request) -> Result<Answer, Failure> {
    let most = context.params.number::<usize>("maxitems")?.unwrap_or(100).clamp(1, 1000);
    let marker = context.params.owned("marker");
    let checks = context.region.health_checks.iter_visible(context.now).filter(|check| !check.is_deleted);
    let checks: Vec<&HealthCheck> = checks.filter(|check| marker.as_ref().is_none_or(|marker| check.id >= *marker)).collect();
    let mut xml = Xml::new();
    xml.nest("HealthChecks", |xml| checks.iter().take(most).for_each(|check| check.write(xml)));
    xml.text("Marker", marker.unwrap_or_default()).text("IsTruncated", checks.len() > most);
    xml.maybe("NextMarker", checks.get(most).map(|check| &check.id)).text("MaxItems", most);
    Ok(Answer::Whole(Whole::xml(Service::Route53, "ListHealthChecksResponse", &xml)))
}

fn update(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let mut check = wanted(context, request)?;
    if context.params.number::<u64>("HealthCheckVersion")?.is_some_and(|version| version != check.version) {
        let message = "The value of HealthCheckVersion in the request doesn't match the value of HealthCheckVersion in the health check.";
        return Err(Failure::new("HealthCheckVersionMismatch", message).status(409));
    }
    let params = context.params.clone();
    check.take(&CHANGEABLE, &params);
    for reset in params.group("ResetElements").map(|list| list.each_text("ResettableElementName")).unwrap_or_default() {
        match reset.as_str() {
            "ChildHealthChecks" => check.children.clear(),
            "Regions" => check.regions.clear(),
            name => _ = check.config.remove(name),
        }
    }
    check.check()?;
    check.version += 1;
    let mut xml = Xml::new();
    check.write(&mut xml);
    let id = check.id.clone();
    *context.change::<HealthCheck>(&id)? = check;
    Ok(Answer::Whole(Whole::xml(Service::Route53, "UpdateHealthCheckResponse", &xml)))
}

fn delete(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let check = wanted(context, request)?;
    context.change::<HealthCheck>(&check.id)?.is_deleted = true;
    Ok(Answer::Whole(Whole::xml(Service::Route53, "DeleteHealthCheckResponse", &Xml::new())))
}
