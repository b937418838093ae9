//! What instances are told about name and time servers. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateDhcpOptions.html>
//!
//! A change of anything but `tags` replaces it. A network uses it by a `DhcpOptionsAssociation`.

use std::net::{IpAddr, Ipv4Addr};

use aws_sdk_ec2::{
    Client,
    types::{self, Filter, NewDhcpConfiguration, ResourceType},
};
use blogstack_core::{
    Field, Home, Id, Resource, Tags,
    provider::{Cx, FieldProblem, Observed, Planned, Result, State},
};

use super::{
    described::{self, Described},
    tagged::Tagged,
    tagging,
};
use crate::{
    account::Account,
    call::{self, missing},
    values::Arn,
};

/// What a network's instances are told by DHCP. At least one option has to be set.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::ec2::{DhcpOptions, DhcpOptionsAssociation, Vpc};
///
/// fn program(s: &Scope) {
///     let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
///     let options = s.add("internal", DhcpOptions::new().domain_name("internal.example.com").domain_name_servers(["10.0.0.9"]));
///     s.add("internal", DhcpOptionsAssociation::new(&vpc, &options));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/dhcp-options", feature = "ec2")]
pub struct DhcpOptions {
    /// The domain that completes host names.
    #[field(replace, default = "")]
    pub domain_name: String,
    /// Name servers in the order in which they are asked, up to four: addresses, or `AmazonProvidedDNS`.
    #[field(replace, default = Vec::<String>::new())]
    pub domain_name_servers: Vec<String>,
    /// Addresses of time servers in the order in which they are asked, up to four.
    #[field(replace, default = Vec::<String>::new())]
    pub ntp_servers: Vec<String>,
    /// Name servers for `NetBIOS`, up to four.
    #[field(replace, default = Vec::<Ipv4Addr>::new())]
    pub netbios_name_servers: Vec<Ipv4Addr>,
    /// How names are resolved with `NetBIOS`: 1, 2, 4 or 8 as in RFC 2132; AWS recommends 2. With 0 nothing is said.
    #[field(replace, default = 0)]
    pub netbios_node_type: u8,
    /// Tags.
    pub tags: Tags,
    /// The account it belongs to.
    #[field(computed)]
    pub owner_id: String,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

/// The most servers of one kind.
const MOST: usize = 4;

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

/// All sets that pass the filters, AWS's own among them.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeDhcpOptions.html>
pub(super) async fn describe(client: &Client, filters: Vec<Filter>) -> Result<Vec<types::DhcpOptions>> {
    call::pages(|token| async {
        let request = client.describe_dhcp_options().set_filters(Some(filters.clone())).max_results(1000).set_next_token(token);
        let page = call::read("ec2:DescribeDhcpOptions", || request.clone().send()).await?;
        Ok((page.dhcp_options, page.next_token))
    })
    .await
}

/// The values of one option, in their order.
pub(super) fn values(item: &types::DhcpOptions, key: &str) -> Vec<String> {
    let option = item.dhcp_configurations().iter().find(|option| option.key() == Some(key));
    option.into_iter().flat_map(types::DhcpConfiguration::values).filter_map(|value| value.value.clone()).collect()
}

impl Described for Provider {
    type Resource = DhcpOptions;
    type Item = types::DhcpOptions;
    const OPERATION: &'static str = "ec2:DescribeDhcpOptions";
    const ID_FILTER: &'static str = "dhcp-options-id";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn describe(&self, client: &Client, filters: Vec<Filter>) -> Result<Vec<Self::Item>> {
        describe(client, filters).await
    }

    fn observed(&self, item: Self::Item, home: &Home) -> Option<Observed<DhcpOptions>> {
        let one = |key| values(&item, key).into_iter().next();
        let domain_name = one("domain-name").unwrap_or_default();
        let netbios_node_type = one("netbios-node-type").and_then(|value| value.parse().ok()).unwrap_or_default();
        let netbios_name_servers = values(&item, "netbios-name-servers").iter().filter_map(|value| value.parse().ok()).collect();
        let owner_id = item.owner_id.clone().unwrap_or_else(|| home.account.clone());
        let id = Id::new(item.dhcp_options_id.clone()?);
        let fields = DhcpOptions {
            domain_name,
            domain_name_servers: values(&item, "domain-name-servers"),
            ntp_servers: values(&item, "ntp-servers"),
            netbios_name_servers,
            netbios_node_type,
            tags: tagging::of_program(item.tags.as_ref()),
            arn: described::arn(home, &owner_id, "dhcp-options", id.as_str()),
            owner_id,
        };
        Some(State { id, fields }.into())
    }
}

/// The options that are set, as AWS writes them.
fn options(inputs: &DhcpOptionsInputs) -> Vec<NewDhcpConfiguration> {
    let texts = |values: &Option<Vec<String>>| values.clone().unwrap_or_default();
    let domain = inputs.domain_name.clone().filter(|name| !name.is_empty());
    let netbios = inputs.netbios_name_servers.iter().flatten().map(ToString::to_string).collect();
    let node_type = inputs.netbios_node_type.filter(|kind| *kind != 0).map(|kind| kind.to_string());
    let all = [
        ("domain-name", domain.into_iter().collect()),
        ("domain-name-servers", texts(&inputs.domain_name_servers)),
        ("ntp-servers", texts(&inputs.ntp_servers)),
        ("netbios-name-servers", netbios),
        ("netbios-node-type", node_type.into_iter().collect::<Vec<_>>()),
    ];
    let set = all.into_iter().filter(|(_, values): &(&str, Vec<String>)| !values.is_empty());
    set.map(|(key, values)| NewDhcpConfiguration::builder().key(key).set_values(Some(values)).build()).collect()
}

fn bad_servers(servers: &[String], may_be_amazons: bool) -> Option<String> {
    let is_good = |server: &&String| may_be_amazons && *server == "AmazonProvidedDNS" || server.parse::<IpAddr>().is_ok();
    match servers.iter().find(|server| !is_good(server)) {
        Some(bad) if may_be_amazons => Some(format!("`{bad}` is neither an address nor `AmazonProvidedDNS`")),
        Some(bad) => Some(format!("`{bad}` is not an address")),
        None => too_many(servers.len()),
    }
}

fn too_many(count: usize) -> Option<String> {
    (count > MOST).then(|| format!("there are {count} servers, and AWS takes {MOST}"))
}

/// Whether the program sets no option at all. Whether one that is not known yet will be empty nobody can say.
fn is_empty(planned: &Planned<'_, DhcpOptions>) -> bool {
    let is_set = [
        planned.is_set(DhcpOptions::domain_name),
        planned.is_set(DhcpOptions::domain_name_servers),
        planned.is_set(DhcpOptions::ntp_servers),
        planned.is_set(DhcpOptions::netbios_name_servers),
        planned.is_set(DhcpOptions::netbios_node_type),
    ];
    !is_set.contains(&true)
}

impl Tagged for Provider {
    const TAGS: Field<DhcpOptions, Tags> = DhcpOptions::tags;

    fn check(&self, planned: &Planned<'_, DhcpOptions>) -> Vec<FieldProblem> {
        let servers = planned.get(DhcpOptions::domain_name_servers).and_then(|servers| bad_servers(&servers, true));
        let time = planned.get(DhcpOptions::ntp_servers).and_then(|servers| bad_servers(&servers, false));
        let netbios = planned.get(DhcpOptions::netbios_name_servers).and_then(|servers| too_many(servers.len()));
        let kind = planned.get(DhcpOptions::netbios_node_type).filter(|kind| ![0, 1, 2, 4, 8].contains(kind));
        FieldProblem::among([
            ("domain_name", is_empty(planned).then(|| "no option is set, and AWS makes no empty set".to_owned())),
            ("domain_name_servers", servers),
            ("ntp_servers", time),
            ("netbios_name_servers", netbios),
            ("netbios_node_type", kind.map(|kind| format!("{kind} is none of 1, 2, 4 and 8"))),
        ])
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &DhcpOptionsInputs) -> Result<Id<DhcpOptions>> {
        let tags = tagging::specification(ResourceType::DhcpOptions, cx, &inputs.tags);
        let client = self.0.ec2(cx.home);
        let request = client.create_dhcp_options().set_dhcp_configurations(Some(options(inputs))).tag_specifications(tags);
        let answer = call::create("ec2:CreateDhcpOptions", || request.clone().send()).await?;
        let id = answer.dhcp_options.and_then(|options| options.dhcp_options_id);
        Ok(Id::new(id.ok_or_else(|| missing("ec2:CreateDhcpOptions", "DHCP options id"))?))
    }

    /// Networks that still use it are waited for.
    async fn erase(&self, cx: &Cx<'_>, current: &State<DhcpOptions>) -> Result<()> {
        let request = self.0.ec2(cx.home).delete_dhcp_options().dhcp_options_id(current.id.as_str());
        described::unused("ec2:DeleteDhcpOptions", cx, || request.clone().send()).await.map(drop)
    }
}
