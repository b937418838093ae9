//! A filter in front of subnets. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAcl.html>
//!
//! A change of `vpc` replaces it. The subnets that have it are resources of their own: `NetworkAclAssociation`.

use aws_sdk_ec2::{
    Client,
    types::{self, Filter, ResourceType},
};
use blogstack_core::{
    Field, Home, Id, Resource, Set, Tags,
    provider::{Change, Changes, Cx, FieldProblem, Observed, Planned, Result, State},
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

mod check;
mod entry;
mod range;
mod update;

pub use self::{
    entry::{NetworkAclEntry, NetworkAclEntryArgs, RuleAction},
    range::AddressRange,
};

use self::update::Entries;

/// What may pass between subnets and the rest of the world, by numbered entries of which the first that fits decides.
///
/// It keeps no account of connections: answers need an entry of their own. What no entry speaks of is denied.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::ec2::{NetworkAcl, NetworkAclAssociation, NetworkAclEntry, Rule, Subnet, Vpc};
///
/// fn program(s: &Scope) {
///     let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
///     let subnet = s.add("public", Subnet::new(&vpc, "10.0.0.0/24"));
///     let ingress = [
///         NetworkAclEntry::deny(90, Rule::all(), "203.0.113.0/24"),
///         NetworkAclEntry::allow(100, Rule::tcp(443), "0.0.0.0/0"),
///     ];
///     let egress = [NetworkAclEntry::allow(100, Rule::tcp_range(1024..=65535), "0.0.0.0/0")];
///     let acl = s.add("public", NetworkAcl::new(&vpc).ingress(ingress).egress(egress));
///     s.add("public", NetworkAclAssociation::new(&subnet, &acl));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/network-acl", feature = "ec2")]
pub struct NetworkAcl {
    /// The network.
    #[field(replace)]
    pub vpc: Id<Vpc>,
    /// The entries for what comes in. Those that are not in the set are removed; unset, nobody's are.
    #[field(default = entry::none())]
    pub ingress: Set<NetworkAclEntry>,
    /// The entries for what goes out. Those that are not in the set are removed; unset, nobody's are.
    #[field(default = entry::none())]
    pub egress: Set<NetworkAclEntry>,
    /// Tags.
    pub tags: Tags,
    /// Whether it is the one that came with its network, which can be adopted and not deleted.
    #[field(computed)]
    pub is_default: bool,
    /// The account it belongs to.
    #[field(computed)]
    pub owner_id: String,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

/// All that pass the filters, with their entries and associations.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkAcls.html>
pub(super) async fn describe(client: &Client, filters: Vec<Filter>) -> Result<Vec<types::NetworkAcl>> {
    call::pages(|token| async {
        let request = client.describe_network_acls().set_filters(Some(filters.clone())).max_results(1000).set_next_token(token);
        let page = call::read("ec2:DescribeNetworkAcls", || request.clone().send()).await?;
        Ok((page.network_acls, page.next_token))
    })
    .await
}

impl Described for Provider {
    type Resource = NetworkAcl;
    type Item = types::NetworkAcl;
    const OPERATION: &'static str = "ec2:DescribeNetworkAcls";
    const ID_FILTER: &'static str = "network-acl-id";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn describe(&self, client: &Client, filters: Vec<Filter>) -> Result<Vec<Self::Item>> {
        describe(client, filters).await
    }

    fn observed(&self, item: Self::Item, home: &Home) -> Option<Observed<NetworkAcl>> {
        let (ingress, egress) = (entry::of_sdk(item.entries(), false), entry::of_sdk(item.entries(), true));
        let id = Id::new(item.network_acl_id?);
        let owner_id = item.owner_id.unwrap_or_else(|| home.account.clone());
        let fields = NetworkAcl {
            vpc: Id::new(item.vpc_id?),
            ingress,
            egress,
            tags: tagging::of_program(item.tags.as_ref()),
            is_default: item.is_default.unwrap_or_default(),
            arn: described::arn(home, &owner_id, "network-acl", id.as_str()),
            owner_id,
        };
        Some(State { id, fields }.into())
    }
}

impl Tagged for Provider {
    const TAGS: Field<NetworkAcl, Tags> = NetworkAcl::tags;

    fn check(&self, planned: &Planned<'_, NetworkAcl>) -> Vec<FieldProblem> {
        let entries = [("ingress", planned.get(NetworkAcl::ingress)), ("egress", planned.get(NetworkAcl::egress))];
        let problems = entries.into_iter().filter_map(|(field, entries)| Some((field, check::problem(&entries?)?)));
        problems.map(|(field, message)| FieldProblem { field, message }).collect()
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &NetworkAclInputs) -> Result<Id<NetworkAcl>> {
        let client = self.0.ec2(cx.home);
        let tags = tagging::specification(ResourceType::NetworkAcl, cx, &inputs.tags);
        let request = client.create_network_acl().vpc_id(inputs.vpc.as_str()).client_token(cx.token()).tag_specifications(tags);
        let answer = call::create("ec2:CreateNetworkAcl", || request.clone().send()).await?;
        let id = answer.network_acl.and_then(|acl| acl.network_acl_id);
        Ok(Id::new(id.ok_or_else(|| missing("ec2:CreateNetworkAcl", "network ACL id"))?))
    }

    async fn finish(&self, cx: &Cx<'_>, id: &Id<NetworkAcl>, inputs: NetworkAclInputs) -> Result<State<NetworkAcl>> {
        let client = self.0.ec2(cx.home);
        let made = described::seen(self, cx.home, id).await?.state.fields;
        for (egress, current, wanted) in [(false, made.ingress, inputs.ingress), (true, made.egress, inputs.egress)] {
            if let Some(wanted) = wanted {
                Entries { client: &client, id, egress }.bring(&current, &wanted).await?;
            }
        }
        self.ready(cx, id).await
    }

    async fn change(&self, cx: &Cx<'_>, current: &State<NetworkAcl>, _: &NetworkAcl, changes: &Changes<NetworkAcl>) -> Result<()> {
        let client = self.0.ec2(cx.home);
        let State { id, fields } = current;
        if let Change::Set(wanted) = changes.of(NetworkAcl::ingress)? {
            Entries { client: &client, id, egress: false }.bring(&fields.ingress, &wanted).await?;
        }
        if let Change::Set(wanted) = changes.of(NetworkAcl::egress)? {
            Entries { client: &client, id, egress: true }.bring(&fields.egress, &wanted).await?;
        }
        Ok(())
    }

    /// Subnets that still have it are waited for.
    async fn erase(&self, cx: &Cx<'_>, current: &State<NetworkAcl>) -> Result<()> {
        let request = self.0.ec2(cx.home).delete_network_acl().network_acl_id(current.id.as_str());
        described::unused("ec2:DeleteNetworkAcl", cx, || request.clone().send()).await.map(drop)
    }
}
