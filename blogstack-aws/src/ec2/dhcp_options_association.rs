//! Which DHCP options a network has. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateDhcpOptions.html>
//!
//! A change of `vpc` replaces it. It has no tags and no id of AWS's: its id is the network's.

use aws_sdk_ec2::types;
use blogstack_core::{
    Home, Id, Resource,
    provider::{Changes, Cx, Result, State},
};

use super::{
    described::filter,
    dhcp_options::{self, DhcpOptions},
    natural::Natural,
    vpc::{self, Vpc},
};
use crate::{account::Account, call};

/// Which DHCP options a network has, instead of those that AWS gives to every new one.
///
/// When it is deleted the network is left with AWS's `default`, which is what a network without a set of its own has.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::ec2::{DhcpOptions, DhcpOptionsAssociation, Vpc};
///
/// fn program(s: &Scope) {
///     let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
///     let options = s.add("internal", DhcpOptions::new().domain_name_servers(["10.0.0.9", "AmazonProvidedDNS"]));
///     s.add("internal", DhcpOptionsAssociation::new(&vpc, &options));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/dhcp-options-association", feature = "ec2", exclusive(vpc))]
pub struct DhcpOptionsAssociation {
    /// The network.
    #[field(replace)]
    pub vpc: Id<Vpc>,
    /// The options it has.
    pub dhcp_options: Id<DhcpOptions>,
}

/// What AWS calls it when a network has no set.
const NONE: &str = "default";

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

/// Whether a set says what AWS's own says, and is nobody's: a network that has it has none of its own. Which set is the region's
/// own AWS does not tell.
fn is_awss_own(set: &types::DhcpOptions, region: &str) -> bool {
    let domain = if region == "us-east-1" { "ec2.internal".to_owned() } else { format!("{region}.compute.internal") };
    set.tags().is_empty()
        && set.dhcp_configurations().len() == 2
        && dhcp_options::values(set, "domain-name") == [domain]
        && dhcp_options::values(set, "domain-name-servers") == ["AmazonProvidedDNS"]
}

impl Natural for Provider {
    type Resource = DhcpOptionsAssociation;
    const OPERATION: &'static str = "ec2:DescribeVpcs";

    fn account(&self) -> &Account {
        &self.0
    }

    fn place(inputs: &DhcpOptionsAssociationInputs) -> Id<DhcpOptionsAssociation> {
        Id::new(inputs.vpc.as_str())
    }

    fn is_as_wanted(inputs: &DhcpOptionsAssociationInputs, there: &DhcpOptionsAssociation) -> bool {
        there.dhcp_options == inputs.dhcp_options
    }

    fn describe(there: &State<DhcpOptionsAssociation>) -> String {
        let DhcpOptionsAssociation { vpc, dhcp_options } = &there.fields;
        format!("the network `{vpc}` has options already: `{dhcp_options}`")
    }

    async fn read(&self, home: &Home, places: &[&str]) -> Result<Vec<State<DhcpOptionsAssociation>>> {
        let client = self.0.ec2(home);
        let region = home.region.as_deref().unwrap_or_default();
        let mut found = Vec::new();
        for batch in places.chunks(200) {
            let networks = vpc::describe(&client, vec![filter("vpc-id", batch.iter().copied())]).await?;
            let pairs = networks.into_iter().filter_map(|network| Some((network.vpc_id?, network.dhcp_options_id?)));
            let pairs: Vec<_> = pairs.filter(|(_, options)| options != NONE).collect();
            if pairs.is_empty() {
                continue;
            }
            let ids = pairs.iter().map(|(_, options)| options.as_str());
            let sets = dhcp_options::describe(&client, vec![filter("dhcp-options-id", ids)]).await?;
            let own: Vec<&str> = sets.iter().filter(|set| is_awss_own(set, region)).filter_map(|set| set.dhcp_options_id()).collect();
            let others = pairs.into_iter().filter(|(_, options)| !own.contains(&options.as_str()));
            found.extend(others.map(|(vpc, options)| State {
                id: Id::new(&*vpc),
                fields: DhcpOptionsAssociation { vpc: Id::new(vpc), dhcp_options: Id::new(options) },
            }));
        }
        Ok(found)
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &DhcpOptionsAssociationInputs) -> Result<()> {
        let client = self.0.ec2(cx.home);
        let request = client.associate_dhcp_options().vpc_id(inputs.vpc.as_str()).dhcp_options_id(inputs.dhcp_options.as_str());
        call::create("ec2:AssociateDhcpOptions", || request.clone().send()).await.map(drop)
    }

    async fn change(&self, cx: &Cx<'_>, current: &State<DhcpOptionsAssociation>, changes: &Changes<DhcpOptionsAssociation>) -> Result<()> {
        let Some(options) = changes.of(DhcpOptionsAssociation::dhcp_options)?.set() else { return Ok(()) };
        let request = self.0.ec2(cx.home).associate_dhcp_options().vpc_id(current.fields.vpc.as_str());
        let request = request.dhcp_options_id(options.as_str());
        call::change("ec2:AssociateDhcpOptions", || request.clone().send()).await.map(drop)
    }

    /// A network that is gone has no options either.
    async fn erase(&self, cx: &Cx<'_>, current: &State<DhcpOptionsAssociation>) -> Result<()> {
        let request = self.0.ec2(cx.home).associate_dhcp_options().vpc_id(current.fields.vpc.as_str()).dhcp_options_id(NONE);
        call::read("ec2:AssociateDhcpOptions", || request.clone().send()).await.map(drop)
    }
}
