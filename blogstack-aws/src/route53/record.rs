//! Records of a zone. <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html>
//!
//! A change of `zone`, `name`, `type` or `set_identifier` replaces it. It has no tags: its id is zone, name, type and, among several,
//! which one: `Z…_www.example.com_A`. Changes that are made at the same time in one zone go in few calls.

use aws_sdk_route53::types::ChangeAction;
use blogstack_core::{
    Block, Home, Id, Resource, Set, Value,
    provider::{Changes, Cx, FieldProblem, Planned, Result, State},
};

use self::batch::{Batches, Step};
use super::{DnsName, HealthCheck, HostedZone, sync::Waits};
use crate::{
    account::Account,
    call,
    natural::{self, Natural},
};

mod batch;
mod listing;
mod set;
mod text;

/// What a name of a zone is answered with.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::route53::{HostedZone, Record, RecordType};
///
/// fn program(s: &Scope) {
///     let zone = s.add("blog", HostedZone::new("example.com"));
///     s.add("www", Record::new(&zone, "www.example.com", RecordType::A).ttl(300_u32).resource_records(["192.0.2.1", "192.0.2.2"]));
///     s.add("spf", Record::new(&zone, "example.com", RecordType::Txt).ttl(300_u32).resource_records(["v=spf1 -all"]));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:route53/record", feature = "route53", global, exclusive(zone, name, record_type, set_identifier))]
pub struct Record {
    /// The zone.
    #[field(replace)]
    pub zone: Id<HostedZone>,
    /// The whole name, with the zone's. A wildcard begins with `*.`.
    #[field(replace)]
    pub name: DnsName,
    /// What kind of answer it is.
    #[field(replace)]
    pub record_type: RecordType,
    /// For how many seconds others may keep it; an alias has none.
    pub ttl: Option<u32>,
    /// The answers, in no order. Those of `TXT` are plain texts: quotation marks, and the pieces of long ones, are added.
    pub resource_records: Option<Set<String>>,
    /// What it stands for, instead of answers of its own.
    pub alias_target: Option<AliasTarget>,
    /// Tells it from others with the same name and type, between which one of the following chooses.
    #[field(replace)]
    pub set_identifier: Option<String>,
    /// Its share of the answers among all weights, 0 to 255.
    pub weight: Option<u8>,
    /// The region of AWS in which it answers; that with the least latency is chosen.
    pub region: Option<String>,
    /// Whether it is the first choice or the second.
    pub failover: Option<Failover>,
    /// Whether it is one of up to eight answers that are given together.
    pub multi_value_answer: Option<bool>,
    /// The health check without whose consent it is not chosen.
    pub health_check: Option<Id<HealthCheck>>,
}

/// What kind of answer a record is.
/// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Value)]
#[value(rename_all = "UPPERCASE")]
pub enum RecordType {
    /// IPv4 addresses.
    A,
    /// IPv6 addresses.
    Aaaa,
    /// Who may issue certificates.
    Caa,
    /// Another name.
    Cname,
    /// Keys of a zone below.
    Ds,
    /// How to reach a web site.
    Https,
    /// Mail servers.
    Mx,
    /// Rules for names of telephones and services.
    Naptr,
    /// Name servers of a zone below.
    Ns,
    /// The name of an address.
    Ptr,
    /// What a zone says of itself; AWS makes it.
    Soa,
    /// An older form of `TXT` for mail.
    Spf,
    /// Servers of a service.
    Srv,
    /// Fingerprints of SSH keys.
    Sshfp,
    /// How to reach a service.
    Svcb,
    /// Certificates of a service.
    Tlsa,
    /// Texts.
    Txt,
}

/// What an alias stands for.
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct AliasTarget {
    /// The zone of the target: a load balancer tells its own; of a record in the same zone, this zone.
    pub hosted_zone_id: String,
    /// The name of the target.
    pub dns_name: DnsName,
    /// Whether it is not chosen while the target is not healthy.
    #[field(default = false)]
    pub evaluate_target_health: bool,
}

/// Which choice a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(rename_all = "UPPERCASE")]
pub enum Failover {
    /// The first, as long as it is healthy.
    Primary,
    /// The other one.
    Secondary,
}

const OPERATION: &str = "route53:ChangeResourceRecordSets";

#[derive(Clone)]
pub(super) struct Provider {
    account: Account,
    batches: Batches,
    waits: Waits,
}

impl Provider {
    pub(super) fn new(account: &Account) -> Self {
        Self { account: account.clone(), batches: Batches::default(), waits: Waits::default() }
    }

    /// Sends changes, together with those of others, and waits until all name servers have them.
    async fn send(&self, cx: &Cx<'_>, zone: &Id<HostedZone>, steps: Vec<Step>) -> Result<()> {
        let client = self.account.route53(cx.home);
        let change = self.batches.change(client, cx.home, zone.as_str(), steps).await?;
        self.waits.until_done(&self.account, cx, &change).await
    }
}

/// Zone, name, type and, among several, which one.
fn place(zone: &str, name: &DnsName, record_type: RecordType, set_identifier: Option<&str>) -> Id<Record> {
    let identifier = set_identifier.map(|own| format!("_{own}")).unwrap_or_default();
    Id::new(format!("{zone}_{name}_{}{identifier}", crate::values::word(&record_type)))
}

/// Everything of a record that can be sent.
fn whole(inputs: &RecordInputs) -> Record {
    Record {
        zone: inputs.zone.clone(),
        name: inputs.name.clone(),
        record_type: inputs.record_type,
        ttl: inputs.ttl,
        resource_records: inputs.resource_records.clone(),
        alias_target: inputs.alias_target.clone(),
        set_identifier: inputs.set_identifier.clone(),
        weight: inputs.weight,
        region: inputs.region.clone(),
        failover: inputs.failover,
        multi_value_answer: inputs.multi_value_answer,
        health_check: inputs.health_check.clone(),
    }
}

impl Natural for Provider {
    type Resource = Record;
    const OPERATION: &'static str = "route53:ListResourceRecordSets";

    fn account(&self) -> &Account {
        &self.account
    }

    fn place(inputs: &RecordInputs) -> Id<Record> {
        place(inputs.zone.as_str(), &inputs.name, inputs.record_type, inputs.set_identifier.as_deref())
    }

    fn is_as_wanted(inputs: &RecordInputs, there: &Record) -> bool {
        set::is_same(&whole(inputs), there)
    }

    fn describe(there: &State<Record>) -> String {
        let Record { zone, name, record_type, .. } = &there.fields;
        format!("the zone `{zone}` has a record `{name}` of type {} already", crate::values::word(record_type))
    }

    fn check(&self, planned: &Planned<'_, Record>) -> Vec<FieldProblem> {
        set::problems(planned)
    }

    async fn read(&self, home: &Home, places: &[&str]) -> Result<Vec<State<Record>>> {
        listing::read(&self.account.route53(home), places).await
    }

    /// Never over what is there already: that is refused.
    async fn make(&self, cx: &Cx<'_>, inputs: &RecordInputs) -> Result<()> {
        let step = Step { action: ChangeAction::Create, set: set::to_sdk(OPERATION, &whole(inputs))? };
        match self.send(cx, &inputs.zone, vec![step]).await {
            Err(error) if error.message.contains("conflicts with other records") || error.message.contains("other RRSets exist") => {
                let hint = "if the other one is to make room for it, declare `.delete_before_replace()`, or remove that one first";
                Err(error.hint(hint))
            }
            answer => answer,
        }
    }

    async fn update(&self, cx: &Cx<'_>, current: State<Record>, changes: &Changes<Record>) -> Result<State<Record>> {
        let wanted = changed(current.fields, changes)?;
        if !changes.is_empty() {
            let step = Step { action: ChangeAction::Upsert, set: set::to_sdk(OPERATION, &wanted)? };
            self.send(cx, &wanted.zone, vec![step]).await?;
        }
        natural::settled(self, cx, &current.id, |there| changes.is_empty() || set::is_same(&wanted, there)).await
    }

    /// What is deleted must be told as it is: somebody may have changed it meanwhile.
    async fn erase(&self, cx: &Cx<'_>, current: &State<Record>) -> Result<()> {
        let Some(there) = natural::standing(self, cx.home, &current.id).await? else { return Ok(()) };
        let step = Step { action: ChangeAction::Delete, set: set::to_sdk(OPERATION, &there.fields)? };
        let deleted = self.send(cx, &current.fields.zone, vec![step]).await;
        call::forgive(deleted, |error| error.message.contains("but it was not found"))
    }

    /// A change has been waited for already.
    async fn gone(&self, _: &Cx<'_>, _: &State<Record>) -> Result<()> {
        Ok(())
    }
}

/// A record with changes.
fn changed(current: Record, changes: &Changes<Record>) -> Result<Record> {
    Ok(Record {
        ttl: changes.of(Record::ttl)?.after(current.ttl),
        resource_records: changes.of(Record::resource_records)?.after(current.resource_records),
        alias_target: changes.of(Record::alias_target)?.after(current.alias_target),
        weight: changes.of(Record::weight)?.after(current.weight),
        region: changes.of(Record::region)?.after(current.region),
        failover: changes.of(Record::failover)?.after(current.failover),
        multi_value_answer: changes.of(Record::multi_value_answer)?.after(current.multi_value_answer),
        health_check: changes.of(Record::health_check)?.after(current.health_check),
        zone: current.zone,
        name: current.name,
        record_type: current.record_type,
        set_identifier: current.set_identifier,
    })
}
