//! A virtual network. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html>
//!
//! A change of `cidr_block` replaces it, as does one of `instance_tenancy` from `default` to `dedicated`; the way back does not.

use aws_sdk_ec2::{
    Client,
    types::{AttributeBooleanValue, Filter, ResourceType, VpcAttributeName, VpcTenancy},
};
use blogstack_core::{
    Field, Home, Id, Resource, Tags, Value,
    provider::{Change, Changes, Cx, FieldProblem, Observed, Planned, Result, State, Wanted},
};

use super::{
    described::{self, Described},
    tagged::Tagged,
    tagging,
};
use crate::{
    account::Account,
    call::{self, missing},
    values::{Arn, Cidr},
};

/// A virtual network of its own in one region.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::ec2::Vpc;
///
/// fn program(s: &Scope) {
///     let vpc = s.add("vpc", Vpc::new("10.0.0.0/16").enable_dns_hostnames(true));
///     s.export("vpc", &vpc.id);
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/vpc", feature = "ec2")]
pub struct Vpc {
    /// The range of its addresses, `/16` to `/28`.
    #[field(replace)]
    pub cidr_block: Cidr,
    /// Whether instances run on hardware of their own. From `default` to `dedicated` it replaces.
    #[field(default = Tenancy::Default)]
    pub instance_tenancy: Tenancy,
    /// Whether Amazon's DNS server answers in it.
    #[field(default = true)]
    pub enable_dns_support: Option<bool>,
    /// Whether instances with public addresses get host names.
    #[field(default = false)]
    pub enable_dns_hostnames: Option<bool>,
    /// Whether metrics of address usage are kept.
    #[field(default = false)]
    pub enable_network_address_usage_metrics: Option<bool>,
    /// Tags.
    pub tags: Tags,
    /// The account it belongs to.
    #[field(computed)]
    pub owner_id: String,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

/// Whether instances share their hardware.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum Tenancy {
    /// Each instance decides.
    Default,
    /// Hardware that no other account uses.
    Dedicated,
}

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

/// All networks that pass the filters. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html>
pub(super) async fn describe(client: &Client, filters: Vec<Filter>) -> Result<Vec<aws_sdk_ec2::types::Vpc>> {
    call::pages(|token| async {
        let request = client.describe_vpcs().set_filters(Some(filters.clone())).max_results(1000).set_next_token(token);
        let page = call::read("ec2:DescribeVpcs", || request.clone().send()).await?;
        Ok((page.vpcs, page.next_token))
    })
    .await
}

impl Described for Provider {
    type Resource = Vpc;
    type Item = aws_sdk_ec2::types::Vpc;
    const OPERATION: &'static str = "ec2:DescribeVpcs";
    const ID_FILTER: &'static str = "vpc-id";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn describe(&self, client: &Client, filters: Vec<Filter>) -> Result<Vec<Self::Item>> {
        describe(client, filters).await
    }

    fn observed(&self, item: Self::Item, home: &Home) -> Option<Observed<Vpc>> {
        let id = Id::new(item.vpc_id?);
        let owner_id = item.owner_id.unwrap_or_else(|| home.account.clone());
        let fields = Vpc {
            cidr_block: item.cidr_block?.parse().ok()?,
            instance_tenancy: if item.instance_tenancy == Some(aws_sdk_ec2::types::Tenancy::Dedicated) {
                Tenancy::Dedicated
            } else {
                Tenancy::Default
            },
            enable_dns_support: None,
            enable_dns_hostnames: None,
            enable_network_address_usage_metrics: None,
            tags: tagging::of_program(item.tags.as_ref()),
            arn: described::arn(home, &owner_id, "vpc", id.as_str()),
            owner_id,
        };
        Some(State { id, fields }.into())
    }

    async fn complete(&self, home: &Home, wanted: &Wanted<Vpc>, object: &mut Observed<Vpc>) -> Result<()> {
        let client = self.0.ec2(home);
        for attribute in ATTRIBUTES.iter().filter(|attribute| wanted.manages(attribute.field)) {
            let value = (attribute.of)(&mut object.state.fields);
            if value.is_none() {
                *value = self.get(&client, &wanted.id, &attribute.name).await?;
            }
        }
        Ok(())
    }
}

/// What has calls of its own, one for each.
struct Attribute {
    name: VpcAttributeName,
    field: Field<Vpc, bool>,
    of: fn(&mut Vpc) -> &mut Option<bool>,
    /// What a new network has.
    default: bool,
}

const ATTRIBUTES: [Attribute; 3] = [
    Attribute {
        name: VpcAttributeName::EnableDnsSupport,
        field: Vpc::enable_dns_support,
        of: |vpc| &mut vpc.enable_dns_support,
        default: true,
    },
    Attribute {
        name: VpcAttributeName::EnableDnsHostnames,
        field: Vpc::enable_dns_hostnames,
        of: |vpc| &mut vpc.enable_dns_hostnames,
        default: false,
    },
    Attribute {
        name: VpcAttributeName::EnableNetworkAddressUsageMetrics,
        field: Vpc::enable_network_address_usage_metrics,
        of: |vpc| &mut vpc.enable_network_address_usage_metrics,
        default: false,
    },
];

impl Provider {
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcAttribute.html>
    async fn set(&self, client: &Client, id: &Id<Vpc>, name: &VpcAttributeName, value: bool) -> Result<()> {
        let value = AttributeBooleanValue::builder().value(value).build();
        let request = client.modify_vpc_attribute().vpc_id(id.as_str());
        let request = match name {
            VpcAttributeName::EnableDnsSupport => request.enable_dns_support(value),
            VpcAttributeName::EnableDnsHostnames => request.enable_dns_hostnames(value),
            _ => request.enable_network_address_usage_metrics(value),
        };
        call::change("ec2:ModifyVpcAttribute", || request.clone().send()).await?;
        Ok(())
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcAttribute.html>
    async fn get(&self, client: &Client, id: &Id<Vpc>, name: &VpcAttributeName) -> Result<Option<bool>> {
        let request = client.describe_vpc_attribute().vpc_id(id.as_str()).attribute(name.clone());
        let answer = call::change("ec2:DescribeVpcAttribute", || request.clone().send()).await?;
        let value = match name {
            VpcAttributeName::EnableDnsSupport => answer.enable_dns_support,
            VpcAttributeName::EnableDnsHostnames => answer.enable_dns_hostnames,
            _ => answer.enable_network_address_usage_metrics,
        };
        Ok(value.and_then(|value| value.value))
    }
}

impl Tagged for Provider {
    const TAGS: Field<Vpc, Tags> = Vpc::tags;

    fn check(&self, planned: &Planned<'_, Vpc>) -> Vec<FieldProblem> {
        let range = planned.get(Vpc::cidr_block).filter(|range| !(16..=28).contains(&range.prefix()));
        range
            .map(|range| FieldProblem { field: "cidr_block", message: format!("{range} is not between /16 and /28") })
            .into_iter()
            .collect()
    }

    fn replaces(&self, current: &Vpc, planned: &Planned<'_, Vpc>) -> Option<String> {
        let to_dedicated = current.instance_tenancy == Tenancy::Default && planned.get(Vpc::instance_tenancy) == Some(Tenancy::Dedicated);
        to_dedicated.then(|| "a network cannot become dedicated".into())
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &VpcInputs) -> Result<Id<Vpc>> {
        let client = self.0.ec2(cx.home);
        let tenancy = inputs.instance_tenancy.map(|tenancy| match tenancy {
            Tenancy::Default => aws_sdk_ec2::types::Tenancy::Default,
            Tenancy::Dedicated => aws_sdk_ec2::types::Tenancy::Dedicated,
        });
        let request = client
            .create_vpc()
            .cidr_block(inputs.cidr_block.to_string())
            .set_instance_tenancy(tenancy)
            .tag_specifications(tagging::specification(ResourceType::Vpc, cx, &inputs.tags));
        let answer = call::create("ec2:CreateVpc", || request.clone().send()).await?;
        Ok(Id::new(answer.vpc.and_then(|vpc| vpc.vpc_id).ok_or_else(|| missing("ec2:CreateVpc", "VPC id"))?))
    }

    /// What was set of the attributes is known without asking.
    async fn ready(&self, cx: &Cx<'_>, id: &Id<Vpc>) -> Result<State<Vpc>> {
        let mut state = described::visible(self, cx.home, id).await?.state;
        for attribute in &ATTRIBUTES {
            *(attribute.of)(&mut state.fields) = cx.declared(attribute.field);
        }
        Ok(state)
    }

    async fn finish(&self, cx: &Cx<'_>, id: &Id<Vpc>, _: VpcInputs) -> Result<State<Vpc>> {
        let client = self.0.ec2(cx.home);
        for Attribute { name, field, default, .. } in &ATTRIBUTES {
            if let Some(value) = cx.declared(*field).filter(|value| value != default) {
                self.set(&client, id, name, value).await?;
            }
        }
        self.ready(cx, id).await
    }

    async fn change(&self, cx: &Cx<'_>, current: &State<Vpc>, _: &Vpc, changes: &Changes<Vpc>) -> Result<()> {
        let client = self.0.ec2(cx.home);
        let id = &current.id;
        if changes.of(Vpc::instance_tenancy)? == Change::Set(Tenancy::Default) {
            let request = client.modify_vpc_tenancy().vpc_id(id.as_str()).instance_tenancy(VpcTenancy::Default);
            call::change("ec2:ModifyVpcTenancy", || request.clone().send()).await?;
        }
        for Attribute { name, field, .. } in &ATTRIBUTES {
            if let Change::Set(value) = changes.of(*field)? {
                self.set(&client, id, name, value).await?;
            }
        }
        Ok(())
    }

    async fn erase(&self, cx: &Cx<'_>, current: &State<Vpc>) -> Result<()> {
        let client = self.0.ec2(cx.home);
        let request = client.delete_vpc().vpc_id(current.id.as_str());
        described::unused("ec2:DeleteVpc", cx, || request.clone().send()).await.map(drop)
    }
}
