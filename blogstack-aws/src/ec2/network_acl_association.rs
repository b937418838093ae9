//! Which network ACL a subnet has. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceNetworkAclAssociation.html>
//!
//! A change of `subnet` replaces it. It has no tags: its id is the subnet's, because AWS gives it a new one with each ACL.

use aws_sdk_ec2::{Client, types};
use blogstack_core::{
    Home, Id, Resource,
    provider::{Changes, Cx, ErrorKind, ProviderError, Result, State},
};

use super::{
    described::{WINDOW, filter},
    natural::{self, Natural},
    network_acl::{self, NetworkAcl},
    subnet::Subnet,
};
use crate::{
    account::Account,
    call::{self, missing},
    wait,
};

/// Which network ACL a subnet has, instead of its network's default one, which it gets back when this is deleted.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::ec2::{NetworkAcl, NetworkAclAssociation, NetworkAclEntry, Rule, Subnet, Vpc};
///
/// fn program(s: &Scope) {
///     let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
///     let subnet = s.add("inner", Subnet::new(&vpc, "10.0.0.0/24"));
///     let within = || [NetworkAclEntry::allow(100, Rule::all(), "10.0.0.0/16")];
///     let acl = s.add("inner", NetworkAcl::new(&vpc).ingress(within()).egress(within()));
///     s.add("inner", NetworkAclAssociation::new(&subnet, &acl));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/network-acl-association", feature = "ec2", exclusive(subnet))]
pub struct NetworkAclAssociation {
    /// The subnet.
    #[field(replace)]
    pub subnet: Id<Subnet>,
    /// The ACL it has.
    pub network_acl: Id<NetworkAcl>,
    /// AWS's id of the association, another one for each ACL.
    #[field(computed, volatile)]
    pub association_id: String,
}

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

fn observed(association: types::NetworkAclAssociation) -> Option<State<NetworkAclAssociation>> {
    let subnet = association.subnet_id?;
    let fields = NetworkAclAssociation {
        subnet: Id::new(&*subnet),
        network_acl: Id::new(association.network_acl_id?),
        association_id: association.network_acl_association_id?,
    };
    Some(State { id: Id::new(subnet), fields })
}

/// What a subnet has now: always something. With it, the id of the network.
async fn present(client: &Client, subnet: &str) -> Result<Option<(NetworkAclAssociation, String)>> {
    let acls = network_acl::describe(client, vec![filter("association.subnet-id", [subnet])]).await?;
    let associations = acls.into_iter().flat_map(|acl| {
        let vpc = acl.vpc_id.unwrap_or_default();
        acl.associations.unwrap_or_default().into_iter().filter_map(observed).map(move |one| (one, vpc.clone()))
    });
    let mut own = associations.filter(|(one, _)| one.id.as_str() == subnet);
    Ok(own.next().map(|(one, vpc)| (one.fields, vpc)))
}

impl Provider {
    /// Gives the subnet another ACL. The call ends the association that it names, so it is sent once: a lost answer is found out by
    /// reading.
    async fn give(&self, cx: &Cx<'_>, subnet: &Id<Subnet>, acl: &str) -> Result<()> {
        let client = self.0.ec2(cx.home);
        let asked = || present(&client, subnet.as_str());
        let (there, _) = wait::until(Self::OPERATION, &format!("the ACL of `{subnet}` is seen"), WINDOW, asked).await?;
        if there.network_acl.as_str() == acl {
            return Ok(());
        }
        let request = client.replace_network_acl_association().association_id(there.association_id).network_acl_id(acl);
        let answer = call::create("ec2:ReplaceNetworkAclAssociation", || request.clone().send()).await?;
        answer.new_association_id.ok_or_else(|| missing("ec2:ReplaceNetworkAclAssociation", "association id"))?;
        Ok(())
    }
}

impl Natural for Provider {
    type Resource = NetworkAclAssociation;
    const OPERATION: &'static str = "ec2:DescribeNetworkAcls";

    fn account(&self) -> &Account {
        &self.0
    }

    fn place(inputs: &NetworkAclAssociationInputs) -> Id<NetworkAclAssociation> {
        Id::new(inputs.subnet.as_str())
    }

    fn is_as_wanted(inputs: &NetworkAclAssociationInputs, there: &NetworkAclAssociation) -> bool {
        there.network_acl == inputs.network_acl
    }

    fn describe(there: &State<NetworkAclAssociation>) -> String {
        let NetworkAclAssociation { subnet, network_acl, .. } = &there.fields;
        format!("the subnet `{subnet}` has an ACL of its own already: `{network_acl}`")
    }

    /// A subnet with its network's default ACL has none of its own.
    async fn read(&self, home: &Home, places: &[&str]) -> Result<Vec<State<NetworkAclAssociation>>> {
        let client = self.0.ec2(home);
        let mut found = Vec::new();
        for batch in places.chunks(200) {
            let acls = network_acl::describe(&client, vec![filter("association.subnet-id", batch.iter().copied())]).await?;
            let own = acls.into_iter().filter(|acl| acl.is_default != Some(true));
            let associations = own.flat_map(|acl| acl.associations.unwrap_or_default());
            found.extend(associations.filter_map(observed).filter(|association| batch.contains(&association.id.as_str())));
        }
        Ok(found)
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &NetworkAclAssociationInputs) -> Result<()> {
        self.give(cx, &inputs.subnet, inputs.network_acl.as_str()).await
    }

    async fn change(&self, cx: &Cx<'_>, current: &State<NetworkAclAssociation>, changes: &Changes<NetworkAclAssociation>) -> Result<()> {
        match changes.of(NetworkAclAssociation::network_acl)?.set() {
            Some(wanted) => self.give(cx, &current.fields.subnet, wanted.as_str()).await,
            None => Ok(()),
        }
    }

    /// The subnet gets its network's default ACL back. A subnet that is gone has none.
    async fn erase(&self, cx: &Cx<'_>, current: &State<NetworkAclAssociation>) -> Result<()> {
        let client = self.0.ec2(cx.home);
        if natural::standing(self, cx.home, &current.id).await?.is_none() {
            return Ok(());
        }
        let Some((_, vpc)) = present(&client, current.fields.subnet.as_str()).await? else { return Ok(()) };
        let defaults = network_acl::describe(&client, vec![filter("vpc-id", [vpc.as_str()]), filter("default", ["true"])]).await?;
        let default = defaults.into_iter().find_map(|acl| acl.network_acl_id);
        let no_default = || ProviderError::new(ErrorKind::Rejected, Self::OPERATION, format!("the network `{vpc}` shows no default ACL"));
        self.give(cx, &current.fields.subnet, &default.ok_or_else(no_default)?).await
    }
}
