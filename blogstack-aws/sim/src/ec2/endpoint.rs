//! VPC endpoints: ways to AWS's services that do not leave the network.
//!
//! Source: *`CreateVpcEndpoint`*, *`DescribeVpcEndpoints`*, *`ModifyVpcEndpoint`*, *`DeleteVpcEndpoints`* (which succeeds as a call, and
//! lists what did not), *Gateway endpoints*, *Interface endpoints*. On the wire the states are in lower case, unlike in the model.

mod create;
mod listing;
mod modify;
mod policy;
pub(crate) mod service;

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::Operation;
use crate::ec2::interface::Interface;
use crate::moment::{self, Moment};
use crate::state::object::{Kind, Object, Tags};

/// A VPC endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Endpoint {
    id: String,
    pub(crate) vpc: String,
    pub(crate) service_name: String,
    sort: Sort,
    policy: String,
    pub(crate) route_tables: Vec<String>,
    groups: Vec<String>,
    private_dns: bool,
    /// A subnet and the interface in it, for each.
    interfaces: Vec<(String, String)>,
    state: State,
    /// When a state that is on its way to another one gets there, or when an endpoint that is gone is forgotten.
    next_at: Option<Moment>,
    created_at: Moment,
    tags: Tags,
}

/// How an endpoint is reached: by routes, or by interfaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Sort {
    Gateway,
    Interface,
}

/// The state of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Pending,
    Available,
    Deleting,
    Deleted,
}

impl Object for Endpoint {
    const KIND: Kind = Kind {
        name: "vpc-endpoint",
        prefix: "vpce",
        missing: "InvalidVpcEndpointId.NotFound",
        malformed: Some("InvalidVpcEndpointId.Malformed"),
        sentence: "The Vpc Endpoint Id '{}' does not exist",
    };

    fn id(&self) -> &str {
        &self.id
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

    fn is_live(&self) -> bool {
        self.state != State::Deleted
    }
}

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateVpcEndpoint" => create::create,
        "DescribeVpcEndpoints" => listing::describe,
        "ModifyVpcEndpoint" => modify::modify,
        "DeleteVpcEndpoints" => modify::delete,
        "DescribePrefixLists" => service::describe_prefix_lists,
        _ => return None,
    })
}

/// Lets an endpoint's state get where it is on the way to.
pub(crate) fn mature(context: &mut Context<'_>, id: &str) {
    let now = context.now;
    let forgotten_at = moment::later(now, context.settings.delays.memory);
    let Some(endpoint) = context.region.endpoints.get(id) else { return };
    if endpoint.next_at.is_none_or(|at| at > now) {
        return;
    }
    let (state, next_at) = match endpoint.state {
        State::Pending => (State::Available, None),
        State::Deleting => {
            let_go(context, id);
            (State::Deleted, Some(forgotten_at))
        }
        State::Available | State::Deleted => return context.remove::<Endpoint>(id),
    };
    if let Some(endpoint) = context.region.endpoints.change(id) {
        (endpoint.state, endpoint.next_at) = (state, next_at);
    }
}

/// Whether a VPC has an endpoint that is not gone.
pub(crate) fn is_in(context: &Context<'_>, vpc: &str) -> bool {
    live(context, vpc).next().is_some()
}

/// The endpoints to which the routes of a table lead, and what they are for.
pub(crate) fn routes<'a>(context: &'a Context<'_>, vpc: &str, table: &str) -> impl Iterator<Item = (&'a str, String)> {
    let (table, region) = (table.to_owned(), context.place.region.clone());
    let own = live(context, vpc).filter(move |endpoint| endpoint.route_tables.contains(&table));
    own.filter_map(move |endpoint| Some((endpoint.id.as_str(), service::prefix_list(&region, &endpoint.service_name)?)))
}

/// Forgets a route table that is deleted.
pub(crate) fn forget_table(context: &mut Context<'_>, vpc: &str, table: &str) {
    let ids: Vec<String> = live(context, vpc).map(|endpoint| endpoint.id.clone()).collect();
    for id in ids {
        if let Some(endpoint) = context.region.endpoints.change(&id) {
            endpoint.route_tables.retain(|own| own != table);
        }
    }
}

fn live<'a>(context: &'a Context<'_>, vpc: &str) -> impl Iterator<Item = &'a Endpoint> {
    context.of::<Endpoint>(vpc).filter(|endpoint| endpoint.is_live())
}

/// Gives the interfaces back.
fn let_go(context: &mut Context<'_>, id: &str) {
    let interfaces = context.region.endpoints.change(id).map(|endpoint| std::mem::take(&mut endpoint.interfaces));
    for (_, interface) in interfaces.into_iter().flatten() {
        context.remove::<Interface>(&interface);
    }
}

impl State {
    fn name(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Available => "available",
            State::Deleting => "deleting",
            State::Deleted => "deleted",
        }
    }
}

impl Sort {
    fn name(self) -> &'static str {
        match self {
            Sort::Gateway => "Gateway",
            Sort::Interface => "Interface",
        }
    }
}

#[cfg(test)]
mod tests;
