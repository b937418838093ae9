//! Which table a subnet uses. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html>
//!
//! A change of `subnet` replaces it. It has no tags: its id is the subnet's, because AWS gives it a new one with each table.

use aws_sdk_ec2::types;
use blogstack_core::{
    Home, Id, Resource,
    provider::{Changes, Cx, Result, State},
};

use super::{
    described::filter,
    natural::{self, Natural},
    route_table::{self, RouteTable},
    subnet::Subnet,
};
use crate::{
    account::Account,
    call::{self, missing},
};

/// Which route table a subnet uses, instead of its network's main one.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::ec2::{RouteTable, RouteTableAssociation, Subnet, Vpc};
///
/// fn program(s: &Scope) {
///     let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
///     let subnet = s.add("public", Subnet::new(&vpc, "10.0.0.0/24"));
///     let table = s.add("public", RouteTable::new(&vpc));
///     s.add("public", RouteTableAssociation::new(&subnet, &table));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/route-table-association", feature = "ec2", exclusive(subnet))]
pub struct RouteTableAssociation {
    /// The subnet.
    #[field(replace)]
    pub subnet: Id<Subnet>,
    /// The table it uses.
    pub route_table: Id<RouteTable>,
    /// AWS's id of the association, another one for each table.
    #[field(computed, volatile)]
    pub association_id: String,
}

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

/// The subnets' associations; those of gateways, and the main one, are other kinds'.
fn observed(association: types::RouteTableAssociation) -> Option<State<RouteTableAssociation>> {
    let state = association.association_state.and_then(|state| state.state);
    let ends =
        matches!(state, Some(types::RouteTableAssociationStateCode::Disassociated | types::RouteTableAssociationStateCode::Disassociating));
    let subnet = association.subnet_id.filter(|_| !ends)?;
    let fields = RouteTableAssociation {
        subnet: Id::new(&*subnet),
        route_table: Id::new(association.route_table_id?),
        association_id: association.route_table_association_id?,
    };
    Some(State { id: Id::new(subnet), fields })
}

impl Natural for Provider {
    type Resource = RouteTableAssociation;
    const OPERATION: &'static str = "ec2:DescribeRouteTables";

    fn account(&self) -> &Account {
        &self.0
    }

    fn place(inputs: &RouteTableAssociationInputs) -> Id<RouteTableAssociation> {
        Id::new(inputs.subnet.as_str())
    }

    fn is_as_wanted(inputs: &RouteTableAssociationInputs, there: &RouteTableAssociation) -> bool {
        there.route_table == inputs.route_table
    }

    fn describe(there: &State<RouteTableAssociation>) -> String {
        let RouteTableAssociation { subnet, route_table, .. } = &there.fields;
        format!("the subnet `{subnet}` uses a table of its own already: `{route_table}`")
    }

    async fn read(&self, home: &Home, places: &[&str]) -> Result<Vec<State<RouteTableAssociation>>> {
        let client = self.0.ec2(home);
        let mut found = Vec::new();
        for batch in places.chunks(200) {
            let tables = route_table::describe(&client, vec![filter("association.subnet-id", batch.iter().copied())]).await?;
            let associations = tables.into_iter().flat_map(|table| table.associations.unwrap_or_default());
            found.extend(associations.filter_map(observed).filter(|association| batch.contains(&association.id.as_str())));
        }
        Ok(found)
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &RouteTableAssociationInputs) -> Result<()> {
        let client = self.0.ec2(cx.home);
        let request = client.associate_route_table().subnet_id(inputs.subnet.as_str()).route_table_id(inputs.route_table.as_str());
        let answer = call::create("ec2:AssociateRouteTable", || request.clone().send()).await?;
        answer.association_id.ok_or_else(|| missing("ec2:AssociateRouteTable", "association id"))?;
        Ok(())
    }

    /// The call ends the association that it names, so it is sent once: a lost answer is found out by reading.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceRouteTableAssociation.html>
    async fn change(&self, cx: &Cx<'_>, current: &State<RouteTableAssociation>, changes: &Changes<RouteTableAssociation>) -> Result<()> {
        let Some(wanted) = changes.of(RouteTableAssociation::route_table)?.set() else { return Ok(()) };
        let there = natural::settled(self, cx, &current.id, |_| true).await?.fields;
        if there.route_table == wanted {
            return Ok(());
        }
        let request = self.0.ec2(cx.home).replace_route_table_association();
        let request = request.association_id(there.association_id).route_table_id(wanted.as_str());
        call::create("ec2:ReplaceRouteTableAssociation", || request.clone().send()).await.map(drop)
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateRouteTable.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<RouteTableAssociation>) -> Result<()> {
        let there = natural::standing(self, cx.home, &current.id).await?;
        let association = there.map_or_else(|| current.fields.association_id.clone(), |there| there.fields.association_id);
        let request = self.0.ec2(cx.home).disassociate_route_table().association_id(association);
        call::read("ec2:DisassociateRouteTable", || request.clone().send()).await.map(drop)
    }
}
