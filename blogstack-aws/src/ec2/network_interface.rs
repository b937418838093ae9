//! A network interface that stands alone. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkInterface.html>
//!
//! A change of `subnet` or `private_ip` replaces it.

use std::{net::Ipv4Addr, time::Duration};

use aws_sdk_ec2::{
    Client,
    types::{self, AttributeBooleanValue, AttributeValue, Filter, ResourceType},
};
use blogstack_core::{
    Field, Home, Id, Resource, Set, Tags,
    provider::{Changes, Cx, FieldProblem, Observed, Planned, ProviderError, Result, State},
};

use super::{
    described::{self, Described, WINDOW},
    instance::interface,
    security_group::SecurityGroup,
    subnet::{self, Subnet},
    tagged::Tagged,
    tagging,
    vpc::Vpc,
};
use crate::{
    account::Account,
    call::{self, missing},
    values::Arn,
    wait::Pause,
};

/// A network interface that no instance brings along: it keeps its address and groups, whatever it is attached to.
///
/// ```
/// # use blogstack_core::Scope;
/// use std::net::Ipv4Addr;
///
/// use blogstack_aws::ec2::{NetworkInterface, Subnet, Vpc};
///
/// fn program(s: &Scope) {
///     let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
///     let subnet = s.add("inner", Subnet::new(&vpc, "10.0.0.0/24"));
///     s.add("appliance", NetworkInterface::new(&subnet).private_ip(Ipv4Addr::new(10, 0, 0, 10)).source_dest_check(false));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/network-interface", feature = "ec2", exclusive(subnet, private_ip, place = "aws:ec2/private-address"))]
pub struct NetworkInterface {
    /// The subnet it is in.
    #[field(replace)]
    pub subnet: Id<Subnet>,
    /// Its private address; AWS picks one from the subnet when it is not set.
    #[field(replace, optional_computed)]
    pub private_ip: Ipv4Addr,
    /// What may reach it and what it may reach, one to five groups. Unset, AWS takes the network's default group.
    pub security_groups: Option<Set<Id<SecurityGroup>>>,
    /// What it is for.
    #[field(default = "")]
    pub description: String,
    /// Whether traffic that is neither from it nor for it is dropped. Appliances that pass traffic on need `false`.
    #[field(default = true)]
    pub source_dest_check: bool,
    /// Tags.
    pub tags: Tags,
    /// Whether it can be used, and is: `pending`, `available`, `in-use`.
    #[field(computed, volatile)]
    pub status: String,
    /// The network it is in.
    #[field(computed)]
    pub vpc: Id<Vpc>,
    /// Its hardware address.
    #[field(computed)]
    pub mac_address: String,
    /// Its name within the network.
    #[field(computed)]
    pub private_dns_name: Option<String>,
    /// The account it belongs to.
    #[field(computed)]
    pub owner_id: String,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

/// How long one may be `pending`: usually a second or two.
const MAKING: Duration = Duration::from_mins(5);
/// The most groups: <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html>.
const MOST_GROUPS: usize = 16;

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Described for Provider {
    type Resource = NetworkInterface;
    type Item = types::NetworkInterface;
    const OPERATION: &'static str = "ec2:DescribeNetworkInterfaces";
    const ID_FILTER: &'static str = "network-interface-id";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn describe(&self, client: &Client, filters: Vec<Filter>) -> Result<Vec<Self::Item>> {
        call::pages(|token| async {
            let request = client.describe_network_interfaces().set_filters(Some(filters.clone())).max_results(1000).set_next_token(token);
            let page = call::read(Self::OPERATION, || request.clone().send()).await?;
            Ok((page.network_interfaces, page.next_token))
        })
        .await
    }

    fn observed(&self, item: Self::Item, home: &Home) -> Option<Observed<NetworkInterface>> {
        let groups = item.groups().iter().filter_map(|group| group.group_id()).map(Id::new).collect();
        let id = Id::new(item.network_interface_id?);
        let owner_id = item.owner_id.unwrap_or_else(|| home.account.clone());
        let fields = NetworkInterface {
            subnet: Id::new(item.subnet_id?),
            vpc: Id::new(item.vpc_id?),
            private_ip: item.private_ip_address?.parse().ok()?,
            security_groups: Some(groups),
            description: item.description.unwrap_or_default(),
            source_dest_check: item.source_dest_check.unwrap_or(true),
            tags: tagging::of_program(item.tag_set.as_ref()),
            status: item.status.map(|status| status.as_str().to_owned()).unwrap_or_default(),
            mac_address: item.mac_address.unwrap_or_default(),
            private_dns_name: item.private_dns_name,
            arn: described::arn(home, &owner_id, "network-interface", id.as_str()),
            owner_id,
        };
        Some(State { id, fields }.into())
    }
}

fn texts(groups: Option<&Set<Id<SecurityGroup>>>) -> Option<Vec<String>> {
    groups.map(|groups| groups.iter().map(ToString::to_string).collect())
}

impl Provider {
    /// One call for each attribute.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyNetworkInterfaceAttribute.html>
    async fn set_source_dest_check(&self, cx: &Cx<'_>, id: &Id<NetworkInterface>, value: bool) -> Result<()> {
        let value = AttributeBooleanValue::builder().value(value).build();
        let request = self.0.ec2(cx.home).modify_network_interface_attribute().network_interface_id(id.as_str()).source_dest_check(value);
        call::change("ec2:ModifyNetworkInterfaceAttribute", || request.clone().send()).await?;
        Ok(())
    }
}

impl Tagged for Provider {
    const TAGS: Field<NetworkInterface, Tags> = NetworkInterface::tags;

    fn check(&self, planned: &Planned<'_, NetworkInterface>) -> Vec<FieldProblem> {
        let range = planned.related(NetworkInterface::subnet).and_then(|subnet| subnet.get(Subnet::cidr_block));
        let outside = range.zip(planned.get(NetworkInterface::private_ip)).and_then(|(range, address)| subnet::unusable(range, address));
        let count = planned.get(NetworkInterface::security_groups).map(|groups| groups.iter().count());
        let count = count.filter(|count| !(1..=MOST_GROUPS).contains(count));
        let groups = count.map(|count| format!("there are {count} groups, and an interface has one to {MOST_GROUPS}"));
        FieldProblem::among([("private_ip", outside), ("security_groups", groups)])
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &NetworkInterfaceInputs) -> Result<Id<NetworkInterface>> {
        let client = self.0.ec2(cx.home);
        let request = client
            .create_network_interface()
            .client_token(cx.token())
            .subnet_id(inputs.subnet.as_str())
            .set_private_ip_address(inputs.private_ip.as_ref().map(ToString::to_string))
            .set_groups(texts(inputs.security_groups.as_ref()))
            .set_description(inputs.description.clone().filter(|text| !text.is_empty()))
            .tag_specifications(tagging::specification(ResourceType::NetworkInterface, cx, &inputs.tags));
        let answer = call::create("ec2:CreateNetworkInterface", || request.clone().send()).await?;
        let id = answer.network_interface.and_then(|interface| interface.network_interface_id);
        Ok(Id::new(id.ok_or_else(|| missing("ec2:CreateNetworkInterface", "network interface id"))?))
    }

    async fn ready(&self, cx: &Cx<'_>, id: &Id<NetworkInterface>) -> Result<State<NetworkInterface>> {
        let is_ready = |interface: &NetworkInterface| interface.status != "pending";
        Ok(described::ready(self, cx, id, "available", MAKING, is_ready).await?.state)
    }

    async fn finish(&self, cx: &Cx<'_>, id: &Id<NetworkInterface>, inputs: NetworkInterfaceInputs) -> Result<State<NetworkInterface>> {
        if inputs.source_dest_check == Some(false) {
            self.set_source_dest_check(cx, id, false).await?;
        }
        self.ready(cx, id).await
    }

    async fn change(
        &self,
        cx: &Cx<'_>,
        current: &State<NetworkInterface>,
        _: &NetworkInterface,
        changes: &Changes<NetworkInterface>,
    ) -> Result<()> {
        let (client, id) = (self.0.ec2(cx.home), &current.id);
        let modify = || client.modify_network_interface_attribute().network_interface_id(id.as_str());
        if let Some(text) = changes.of(NetworkInterface::description)?.set() {
            let request = modify().description(AttributeValue::builder().value(text).build());
            call::change("ec2:ModifyNetworkInterfaceAttribute", || request.clone().send()).await?;
        }
        let groups = changes.of(NetworkInterface::security_groups)?;
        interface::set_groups(&client, id.as_str(), &current.fields.vpc, groups).await?;
        if let Some(check) = changes.of(NetworkInterface::source_dest_check)?.set() {
            self.set_source_dest_check(cx, id, check).await?;
        }
        Ok(())
    }

    /// One that is still in use, by an instance that is being terminated, is waited for.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkInterface.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<NetworkInterface>) -> Result<()> {
        let request = self.0.ec2(cx.home).delete_network_interface().network_interface_id(current.id.as_str());
        let mut pause = Pause::up_to(cx.timeout.unwrap_or(WINDOW));
        loop {
            match call::read("ec2:DeleteNetworkInterface", || request.clone().send()).await {
                Err(error) if is_in_use(&error) && pause.next().await => {}
                answer => break answer.map(drop),
            }
        }
    }
}

/// *Network interface '..' is currently in use*: with one code or the other.
fn is_in_use(error: &ProviderError) -> bool {
    error.is_code("InvalidNetworkInterface.InUse") || error.is_code("InvalidParameterValue") && error.message.contains("currently in use")
}
