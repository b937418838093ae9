//! Route tables, their routes and their associations.
//!
//! Source: *`CreateRouteTable`*, *`DescribeRouteTables`* (at most 100 a page), *`DeleteRouteTable`*, *Configure route tables*.

mod association;
mod listing;
mod route;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::table::route::Route;
use crate::ec2::vpc::Vpc;
use crate::ec2::{Operation, done, endpoint, tags, token};
use crate::failure::Failure;
use crate::protocol::xml::Xml;
use crate::state::object::{Kind, Object, Tags};

pub(crate) use association::forget_subnet;

/// A route table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RouteTable {
    pub(crate) id: String,
    pub(crate) vpc: String,
    /// All routes but the local one, which every table has.
    routes: Vec<Route>,
    associations: Vec<Association>,
    /// The VPN gateways whose routes it takes.
    #[serde(default)]
    pub(crate) propagating: BTreeSet<String>,
    tags: Tags,
}

/// What a table is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Association {
    id: String,
    subject: Subject,
}

/// What a table is associated with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Subject {
    /// Every subnet of the VPC that has no table of its own.
    Main,
    Subnet(String),
    Gateway(String),
}

impl Object for RouteTable {
    const KIND: Kind = Kind {
        name: "route-table",
        prefix: "rtb",
        missing: "InvalidRouteTableID.NotFound",
        malformed: Some("InvalidRouteTableId.Malformed"),
        sentence: "The routeTable ID '{}' does not exist",
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
}

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateRouteTable" => create,
        "DescribeRouteTables" => listing::describe,
        "DeleteRouteTable" => delete,
        "AssociateRouteTable" => association::associate,
        "DisassociateRouteTable" => association::disassociate,
        "ReplaceRouteTableAssociation" => association::replace,
        "CreateRoute" => route::create,
        "ReplaceRoute" => route::replace,
        "DeleteRoute" => route::delete,
        _ => return None,
    })
}

/// Makes the main table of a new VPC.
pub(crate) fn create_main(context: &mut Context<'_>, vpc: &str) {
    let (id, association) = (context.new_id("rtb"), context.new_id("rtbassoc"));
    let associations = vec![Association { id: association, subject: Subject::Main }];
    context.add(RouteTable { id, vpc: vpc.to_owned(), routes: Vec::new(), associations, propagating: BTreeSet::new(), tags: Tags::new() });
}

/// Removes the main table of a VPC that is deleted.
pub(crate) fn remove_main(context: &mut Context<'_>, vpc: &str) {
    let ids: Vec<String> = of_vpc(context, vpc).map(|table| table.id.clone()).collect();
    for id in ids {
        context.remove::<RouteTable>(&id);
    }
}

/// Whether a VPC has another table than the main one.
pub(crate) fn has_own(context: &Context<'_>, vpc: &str) -> bool {
    of_vpc(context, vpc).any(|table| !table.is_main())
}

/// No table of a VPC takes the routes of a VPN gateway any more.
pub(crate) fn stop_propagating(context: &mut Context<'_>, vpc: &str, gateway: &str) {
    let takes = |table: &&RouteTable| table.propagating.contains(gateway);
    let ids: Vec<String> = of_vpc(context, vpc).filter(takes).map(|table| table.id.clone()).collect();
    for id in ids {
        if let Some(table) = context.region.tables.change(&id) {
            table.propagating.remove(gateway);
        }
    }
}

fn of_vpc<'a>(context: &'a Context<'_>, vpc: &str) -> impl Iterator<Item = &'a RouteTable> {
    context.of::<RouteTable>(vpc)
}

fn create(context: &mut Context<'_>) -> Result<Xml, Failure> {
    if let Some(known) = token::used(context, "CreateRouteTable")? {
        let table = context.find::<RouteTable>(known.first().map_or("", String::as_str))?;
        return Ok(answer(context, table));
    }
    let vpc = context.named::<Vpc>("VpcId")?.id;
    let used = of_vpc(context, &vpc).count();
    context.quota("route-tables", used, "RouteTableLimitExceeded")?;
    let tags = tags::specified(&context.params, RouteTable::KIND.name)?;
    let (id, routes, associations) = (context.new_id("rtb"), Vec::new(), Vec::new());
    let table = RouteTable { id, vpc, routes, associations, propagating: BTreeSet::new(), tags };
    let xml = answer(context, &table);
    token::remember(context, "CreateRouteTable", vec![table.id.clone()]);
    context.add(table);
    Ok(xml)
}

fn answer(context: &Context<'_>, table: &RouteTable) -> Xml {
    let mut xml = Xml::new();
    xml.nest("routeTable", |xml| listing::write(xml, context, table));
    xml.maybe("clientToken", context.params.text("ClientToken"));
    xml
}

fn delete(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let table = context.named::<RouteTable>("RouteTableId")?;
    if !table.associations.is_empty() {
        let message = format!("The routeTable '{}' has dependencies and cannot be deleted.", table.id);
        return Err(Failure::dependency(message));
    }
    endpoint::forget_table(context, &table.vpc, &table.id);
    context.remove::<RouteTable>(&table.id);
    Ok(done())
}

impl RouteTable {
    fn is_main(&self) -> bool {
        self.associations.iter().any(|association| association.subject == Subject::Main)
    }
}

#[cfg(test)]
mod tests;
