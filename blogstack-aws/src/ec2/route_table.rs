//! A table of routes. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRouteTable.html>
//!
//! A change of `vpc` replaces it. Its routes and the subnets that use it are resources of their own.

use aws_sdk_ec2::{
    Client,
    types::{Filter, ResourceType},
};
use blogstack_core::{
    Field, Home, Id, Resource, Tags,
    provider::{Cx, Observed, Result, State, Wanted},
};

use super::{
    described::{self, Described},
    tagged::Tagged,
    tagging,
    vpc::Vpc,
};
use crate::{
    account::Account,
    call::{self, missing},
    values::Arn,
};

/// A table of routes for subnets of a network.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::ec2::{RouteTable, Vpc};
///
/// fn program(s: &Scope) {
///     let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
///     s.add("public", RouteTable::new(&vpc));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/route-table", feature = "ec2")]
pub struct RouteTable {
    /// The network. A new table leads nowhere but within it.
    #[field(replace)]
    pub vpc: Id<Vpc>,
    /// Tags.
    pub tags: Tags,
    /// The account it belongs to.
    #[field(computed)]
    pub owner_id: String,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

/// Tables by their ids. Routes are told with them.
pub(super) async fn listed(account: &Account, home: &Home, ids: &[&str]) -> Result<Vec<aws_sdk_ec2::types::RouteTable>> {
    described::listed(&Provider(account.clone()), home, ids, aws_sdk_ec2::types::RouteTable::route_table_id).await
}

/// All tables that pass the filters, with their routes and associations, at most 100 a page.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html>
pub(super) async fn describe(client: &Client, filters: Vec<Filter>) -> Result<Vec<aws_sdk_ec2::types::RouteTable>> {
    call::pages(|token| async {
        let request = client.describe_route_tables().set_filters(Some(filters.clone())).max_results(100).set_next_token(token);
        let page = call::read("ec2:DescribeRouteTables", || request.clone().send()).await?;
        Ok((page.route_tables, page.next_token))
    })
    .await
}

impl Described for Provider {
    type Resource = RouteTable;
    type Item = aws_sdk_ec2::types::RouteTable;
    const OPERATION: &'static str = "ec2:DescribeRouteTables";
    const ID_FILTER: &'static str = "route-table-id";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn describe(&self, client: &Client, filters: Vec<Filter>) -> Result<Vec<Self::Item>> {
        describe(client, filters).await
    }

    fn observed(&self, item: Self::Item, home: &Home) -> Option<Observed<RouteTable>> {
        let id = Id::new(item.route_table_id?);
        let owner_id = item.owner_id.unwrap_or_else(|| home.account.clone());
        let fields = RouteTable {
            vpc: Id::new(item.vpc_id?),
            tags: tagging::of_program(item.tags.as_ref()),
            arn: described::arn(home, &owner_id, "route-table", id.as_str()),
            owner_id,
        };
        Some(State { id, fields }.into())
    }
}

impl Tagged for Provider {
    const TAGS: Field<RouteTable, Tags> = RouteTable::tags;

    async fn read(&self, home: &Home, wanted: &[Wanted<RouteTable>]) -> Result<Vec<Observed<RouteTable>>> {
        let tables = listed(&self.0, home, &described::ids(wanted)).await?;
        Ok(tables.into_iter().filter_map(|table| self.observed(table, home)).collect())
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &RouteTableInputs) -> Result<Id<RouteTable>> {
        let tags = tagging::specification(ResourceType::RouteTable, cx, &inputs.tags);
        let client = self.0.ec2(cx.home);
        let request = client.create_route_table().vpc_id(inputs.vpc.as_str()).client_token(cx.token()).tag_specifications(tags);
        let answer = call::create("ec2:CreateRouteTable", || request.clone().send()).await?;
        let id = answer.route_table.and_then(|table| table.route_table_id);
        Ok(Id::new(id.ok_or_else(|| missing("ec2:CreateRouteTable", "route table id"))?))
    }

    /// Subnets that still use it are waited for.
    async fn erase(&self, cx: &Cx<'_>, current: &State<RouteTable>) -> Result<()> {
        let request = self.0.ec2(cx.home).delete_route_table().route_table_id(current.id.as_str());
        described::unused("ec2:DeleteRouteTable", cx, || request.clone().send()).await.map(drop)
    }
}
