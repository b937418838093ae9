//! Applies requests to the world one by one: settle what is due, carry out, commit or roll back.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::autoscaling::group::Group;
use crate::context::Context;
use crate::failure::Failure;
use crate::moment::Moment;
use crate::params::Params;
use crate::protocol::reply::Answer;
use crate::protocol::request::Request;
use crate::protocol::service::{Protocol, Service};
use crate::settings::Settings;
use crate::state::object::Object;
use crate::state::region::Region;
use crate::state::table::Change;
use crate::state::timers::Timers;
use crate::state::world::{Place, World};
use crate::{acm, autoscaling, cloudwatch, dlm, ec2, elasticache, elb, elbv2, iam, kms, logs, route53, s3, secretsmanager, ssm, sts};

/// What changed in one region, as it is written down.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct RegionChanges {
    /// The counters of chance that moved.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) counters: BTreeMap<String, u64>,
    /// Kind, id and record of every object that was made, changed or (without a record) removed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) objects: Vec<(String, String, Option<Value>)>,
}

/// What one call changed, by the key of the place.
pub(crate) type Changes = BTreeMap<String, RegionChanges>;

/// The world and what drives it.
#[derive(Debug)]
pub(crate) struct Engine {
    pub(crate) world: World,
    pub(crate) settings: Settings,
    timers: Timers,
    /// Whether changes are collected to be written down.
    write: bool,
    changes: Changes,
}

/// What came of a request.
pub(crate) struct Applied {
    pub(crate) result: Result<Answer, Failure>,
    /// The parameters that nothing read.
    pub(crate) ignored: Vec<String>,
}

impl Engine {
    pub(crate) fn new(world: World, settings: Settings, write: bool) -> Self {
        let timers = alarms(&world);
        Self { world, settings, timers, write, changes: Changes::new() }
    }

    /// Puts another world in the place of this one.
    pub(crate) fn replace(&mut self, world: World) {
        self.timers = alarms(&world);
        self.world = world;
        self.changes.clear();
    }

    /// Takes the changes that have not been written down yet.
    pub(crate) fn take_changes(&mut self) -> Changes {
        std::mem::take(&mut self.changes)
    }

    /// Lets everything happen that is due by now.
    pub(crate) fn settle(&mut self, now: Moment) {
        self.world.now = self.world.now.max(now);
        while let Some((at, key, kind, id)) = self.timers.next(now) {
            let ((), touched) = self.within(&Place::of(&key), at, Params::default(), |context| mature(context, kind, &id));
            self.commit_all(&touched, at);
        }
    }

    /// Carries out a request.
    pub(crate) fn apply(&mut self, request: &Request, now: Moment) -> Applied {
        self.settle(now);
        let params = Params::new(request.parameters.clone());
        let seen = params.clone();
        let dry = request.service == Service::Ec2 && params.text("DryRun") == Some("true");
        let (result, touched) = self.within(&request.place, now, params, |context| carry_out(context, request));
        let result = if dry { result.and_then(|_| Err(would_have_succeeded())) } else { result };
        for key in touched {
            match (&result, self.world.regions.get_mut(&key)) {
                (Err(_), Some(region)) => region.roll_back(),
                _ => self.commit(&key, now),
            }
            self.prune(&key);
        }
        let ignored = if result.is_ok() { seen.unread() } else { Vec::new() };
        Applied { result, ignored }
    }

    /// Does something in a region that no request asked for.
    pub(crate) fn out_of_band<R>(&mut self, place: &Place, now: Moment, action: impl FnOnce(&mut Context<'_>) -> R) -> R {
        self.settle(now);
        let (result, touched) = self.within(place, now, Params::default(), action);
        self.commit_all(&touched, now);
        result
    }

    /// Does something in a region, and tells the keys of the regions that it touched.
    fn within<R>(
        &mut self,
        place: &Place,
        now: Moment,
        params: Params,
        action: impl FnOnce(&mut Context<'_>) -> R,
    ) -> (R, BTreeSet<String>) {
        let key = place.key();
        let mut region = self.world.regions.remove(&key).unwrap_or_default();
        let mut touched = BTreeSet::from([key.clone()]);
        let result = action(&mut Context {
            region: &mut region,
            elsewhere: &mut self.world.regions,
            touched: &mut touched,
            place,
            settings: &self.settings,
            seed: self.world.seed,
            now,
            params,
        });
        self.world.regions.insert(key, region);
        (result, touched)
    }

    fn commit_all(&mut self, keys: &BTreeSet<String>, now: Moment) {
        for key in keys {
            self.commit(key, now);
        }
    }

    fn commit(&mut self, key: &str, now: Moment) {
        let Some(region) = self.world.regions.get_mut(key) else { return };
        let changes = region.commit(self.write);
        self.timers.set(key, &changes);
        if changes.iter().any(|change| autoscaling::watches(change.kind)) {
            self.timers.wake(now, key, Group::KIND.name, autoscaling::watchers(region));
        }
        if self.write {
            note(&mut self.changes, key, region, changes);
        } else {
            region.moved_counters();
        }
    }

    /// Forgets a region in which nothing has ever been made.
    fn prune(&mut self, key: &str) {
        if self.world.regions.get(key).is_some_and(|region| *region == Region::default()) {
            self.world.regions.remove(key);
        }
    }
}

/// The alarms of a world that is looked at for the first time. Who watches others may have missed something.
fn alarms(world: &World) -> Timers {
    let mut timers = Timers::of(world);
    for (key, region) in &world.regions {
        timers.wake(world.now, key, Group::KIND.name, autoscaling::watchers(region));
    }
    timers
}

fn note(all: &mut Changes, key: &str, region: &mut Region, changes: Vec<Change>) {
    let counters = region.moved_counters();
    if counters.is_empty() && changes.is_empty() {
        return;
    }
    let noted = all.entry(key.to_owned()).or_default();
    noted.counters.extend(counters);
    noted.objects.extend(changes.into_iter().map(|change| (change.kind.to_owned(), change.id, change.record)));
}

fn carry_out(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    iam::authorize::authorize(context, request)?;
    match request.service {
        Service::Ec2 => match ec2::operation(&request.operation) {
            Some(operation) => operation(context).map(Answer::Xml),
            None => Err(unknown(request)),
        },
        service => match operation(service, &request.operation) {
            Some(operation) => operation(context, request),
            None => Err(unknown(request)),
        },
    }
}

/// Carries out one operation of a service; whatever it changed is undone when it fails.
pub(crate) type Operation = fn(&mut Context<'_>, &Request) -> Result<Answer, Failure>;

/// The operation of a service that has this name, when it is simulated.
fn operation(service: Service, name: &str) -> Option<Operation> {
    match service {
        Service::Iam => iam::operation(name),
        Service::Acm => acm::operation(name),
        Service::CloudWatch => cloudwatch::operation(name),
        Service::AutoScaling => autoscaling::operation(name),
        Service::Route53 => route53::operation(name),
        Service::S3 => s3::operation(name),
        Service::Dlm => dlm::operation(name),
        Service::Elb => elb::operation(name),
        Service::ElbV2 => elbv2::operation(name),
        Service::Logs => logs::operation(name),
        Service::ElastiCache => elasticache::operation(name),
        Service::Kms => kms::operation(name),
        Service::SecretsManager => secretsmanager::operation(name),
        Service::Ssm => ssm::operation(name),
        Service::Sts => sts::operation(name),
        _ => None,
    }
}

/// Lets an object change by itself, when it is time.
fn mature(context: &mut Context<'_>, kind: &str, id: &str) {
    match kind {
        "load-balancer" | "load-balancer-remains" | "target-group" => elbv2::mature(context, kind, id),
        "auto-scaling-group" | "scheduled-action" => autoscaling::mature(context, kind, id),
        "cache-cluster" => elasticache::mature(context, id),
        "kms-key" => kms::mature(context, id),
        "secret" => secretsmanager::mature(context, id),
        "lifecycle-policy" => dlm::mature(context, id),
        _ => ec2::mature(context, kind, id),
    }
}

/// What AWS answers to an operation that it does not know; here also: one that is not simulated.
fn unknown(request: &Request) -> Failure {
    let Request { operation, service_name, .. } = request;
    tracing::warn!(operation, service = service_name, "the operation is not simulated");
    let (code, message) = match request.protocol {
        Protocol::Json | Protocol::Cbor => ("UnknownOperationException", format!("The operation {operation} is not known.")),
        _ if request.is_nameless() => ("MissingAction", "The request is missing an action or a required parameter.".to_owned()),
        _ => ("InvalidAction", format!("The action {operation} is not valid for this web service.")),
    };
    Failure { simulated: false, ..Failure::new(code, message) }
}

fn would_have_succeeded() -> Failure {
    Failure::new("DryRunOperation", "Request would have succeeded, but DryRun flag is set.").status(412)
}
