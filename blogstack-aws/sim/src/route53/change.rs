//! Changes, which take a while until every name server has them: *`GetChange`*.

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::protocol::reply::{Answer, Whole};
use crate::protocol::request::Request;
use crate::protocol::service::Service;
use crate::protocol::xml::Xml;
use crate::state::object::{Kind, Object};

/// A change that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DnsChange {
    id: String,
    submitted_at: Moment,
    in_sync_at: Moment,
}

impl Object for DnsChange {
    const KIND: Kind =
        Kind { name: "dns-change", prefix: "", missing: "NoSuchChange", malformed: None, sentence: "Could not find resource with ID: {}" };

    fn id(&self) -> &str {
        &self.id
    }

    /// It is a memory of something that was done.
    fn is_live(&self) -> bool {
        false
    }
}

pub(super) fn operation(name: &str) -> Option<Operation> {
    (name == "GetChange").then_some(get as Operation)
}

/// Notes a change, and writes what is told of it.
pub(super) fn submit(context: &mut Context<'_>) -> Xml {
    let id = format!("C{:020X}", context.chance("dns-change"));
    let in_sync_at = moment::later(context.now, context.settings.delays.dns_in_sync);
    let change = DnsChange { id, submitted_at: context.now, in_sync_at };
    let mut xml = Xml::new();
    write(&mut xml, &change, context.now);
    context.region.dns_changes.insert(change, context.now);
    xml
}

fn write(xml: &mut Xml, change: &DnsChange, now: Moment) {
    xml.nest("ChangeInfo", |xml| {
        xml.text("Id", format!("/change/{}", change.id));
        xml.text("Status", if change.in_sync_at <= now { "INSYNC" } else { "PENDING" });
        xml.text("SubmittedAt", moment::date(change.submitted_at));
    });
}

fn get(context: &mut Context<'_>, _: &Request) -> Result<Answer, Failure> {
    let id = context.params.required("Id")?;
    let change = context.region.dns_changes.get(id).ok_or_else(|| DnsChange::KIND.not_found(id).status(404))?;
    let mut xml = Xml::new();
    write(&mut xml, change, context.now);
    Ok(Answer::Whole(Whole::xml(Service::Route53, "GetChangeResponse", &xml)))
}
