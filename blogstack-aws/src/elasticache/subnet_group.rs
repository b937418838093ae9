//! Where the nodes of clusters may live.
//! <https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheSubnetGroup.html>
//!
//! A change of `cache_subnet_group_name` replaces it.

use aws_sdk_elasticache::{Client, types};
use blogstack_core::{
    Field, Home, Id, Resource, Set, Tags,
    provider::{Changes, Cx, ErrorKind, FieldProblem, Observed, Planned, Result, State, Wanted},
};

use super::tagging;
use crate::{
    account::Account,
    call,
    ec2::{Subnet, Vpc},
    named::{Holder, Named},
    readable::Readable,
    tags,
    values::Arn,
};

/// Subnets of one network, in which the nodes of clusters may live.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::{ec2::{Subnet, Vpc}, elasticache::SubnetGroup};
///
/// fn program(s: &Scope) {
///     let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
///     let private = s.add("private", Subnet::new(&vpc, "10.0.1.0/24"));
///     s.add("cache", SubnetGroup::new([&private]));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:elasticache/subnet-group", feature = "elasticache", exclusive(cache_subnet_group_name))]
pub struct SubnetGroup {
    /// The subnets, at least one.
    pub subnets: Set<Id<Subnet>>,
    /// Its name, which must be unique in the region: up to 255 small letters, digits and single hyphens; made from the resource's
    /// path when it is not set. *Replaces.*
    #[field(replace, optional_computed)]
    pub cache_subnet_group_name: String,
    /// What it is for. AWS wants one; unset, it says who made it.
    #[field(default = "made by blogstack")]
    pub description: String,
    /// Tags.
    pub tags: Tags,
    /// The network.
    #[field(computed)]
    pub vpc: Id<Vpc>,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

/// How long a name may be.
const LONGEST_NAME: usize = 255;

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

fn observed(group: types::CacheSubnetGroup) -> Option<Observed<SubnetGroup>> {
    let name = group.cache_subnet_group_name?;
    let subnets = group.subnets.unwrap_or_default().into_iter().filter_map(|subnet| subnet.subnet_identifier);
    let fields = SubnetGroup {
        subnets: subnets.map(Id::new).collect(),
        cache_subnet_group_name: name.clone(),
        description: group.cache_subnet_group_description.unwrap_or_default(),
        tags: Tags::new(),
        vpc: Id::new(group.vpc_id.unwrap_or_default()),
        arn: Arn(group.arn.unwrap_or_default()),
    };
    Some(State { id: Id::new(name), fields }.into())
}

impl Provider {
    async fn one(client: &Client, name: &str) -> Result<Option<Observed<SubnetGroup>>> {
        let request = client.describe_cache_subnet_groups().cache_subnet_group_name(name);
        match call::read(Self::OPERATION, || request.clone().send()).await {
            Ok(answer) => Ok(answer.cache_subnet_groups.unwrap_or_default().pop().and_then(observed)),
            Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn all(client: &Client) -> Result<Vec<Observed<SubnetGroup>>> {
        let all = call::pages(|marker| async {
            let request = client.describe_cache_subnet_groups().set_marker(marker);
            let page = call::read(Self::OPERATION, || request.clone().send()).await?;
            Ok((page.cache_subnet_groups, page.marker))
        });
        Ok(all.await?.into_iter().filter_map(observed).collect())
    }
}

impl Readable for Provider {
    type Resource = SubnetGroup;
    const OPERATION: &'static str = "elasticache:DescribeCacheSubnetGroups";

    fn account(&self) -> &Account {
        &self.0
    }

    /// One by its name, several among all: names that do not exist would be errors.
    async fn read_ids(&self, home: &Home, ids: &[&str]) -> Result<Vec<Observed<SubnetGroup>>> {
        let client = self.0.elasticache(home);
        match ids {
            [] => Ok(Vec::new()),
            [id] => Ok(Self::one(&client, id).await?.into_iter().collect()),
            ids => Ok(Self::all(&client).await?.into_iter().filter(|one| ids.contains(&one.state.id.as_str())).collect()),
        }
    }

    async fn complete(&self, home: &Home, wanted: &Wanted<SubnetGroup>, group: &mut Observed<SubnetGroup>) -> Result<()> {
        if wanted.manages(SubnetGroup::tags) {
            let all = tagging::all(&self.0.elasticache(home), &group.state.fields.arn).await?;
            group.state.fields.tags = tags::of_program(all.unwrap_or_default());
        }
        Ok(())
    }
}

impl Named for Provider {
    const TAGS: Field<SubnetGroup, Tags> = SubnetGroup::tags;
    const NAME: &'static str = "cache_subnet_group_name";
    const TAKEN: &'static [&'static str] = &["CacheSubnetGroupAlreadyExists"];

    fn name(cx: &Cx<'_>, inputs: &SubnetGroupInputs) -> String {
        inputs.cache_subnet_group_name.clone().unwrap_or_else(|| super::generated(cx, LONGEST_NAME))
    }

    fn check(&self, planned: &Planned<'_, SubnetGroup>) -> Vec<FieldProblem> {
        let name = planned.get(SubnetGroup::cache_subnet_group_name).and_then(|name| super::name_problem(&name, LONGEST_NAME));
        let none = planned.get(SubnetGroup::subnets).filter(Set::is_empty);
        FieldProblem::among([(Self::NAME, name), ("subnets", none.map(|_| "there must be at least one".to_owned()))])
    }

    async fn holder(&self, home: &Home, name: &str) -> Result<Option<Holder<SubnetGroup>>> {
        let tags = tagging::all(&self.0.elasticache(home), &tagging::arn(home, "subnetgroup", name)).await?;
        Ok(tags.map(|tags| Holder { id: Id::new(name), tags }))
    }

    async fn make(&self, cx: &Cx<'_>, name: &str, inputs: &SubnetGroupInputs) -> Result<Id<SubnetGroup>> {
        let all_tags = inputs.tags.clone().into_iter().chain(cx.ownership_tags());
        let request = self.0.elasticache(cx.home).create_cache_subnet_group();
        let request = request
            .cache_subnet_group_name(name)
            .cache_subnet_group_description(inputs.description.as_deref().unwrap_or("made by blogstack"))
            .set_subnet_ids(Some(inputs.subnets.iter().map(|id| id.as_str().to_owned()).collect()))
            .set_tags(Some(tagging::sdk_tags(all_tags)));
        call::create("elasticache:CreateCacheSubnetGroup", || request.clone().send()).await?;
        Ok(Id::new(name))
    }

    async fn change(&self, cx: &Cx<'_>, current: &State<SubnetGroup>, _: &SubnetGroup, changes: &Changes<SubnetGroup>) -> Result<()> {
        let (description, subnets) = (changes.of(SubnetGroup::description)?.set(), changes.of(SubnetGroup::subnets)?.set());
        if description.is_some() || subnets.is_some() {
            let subnets = subnets.map(|subnets| subnets.iter().map(|id| id.as_str().to_owned()).collect());
            let request = self.0.elasticache(cx.home).modify_cache_subnet_group().cache_subnet_group_name(current.id.as_str());
            let request = request.set_cache_subnet_group_description(description).set_subnet_ids(subnets);
            call::change("elasticache:ModifyCacheSubnetGroup", || request.clone().send()).await?;
        }
        Ok(())
    }

    async fn erase(&self, cx: &Cx<'_>, current: &State<SubnetGroup>) -> Result<()> {
        let request = self.0.elasticache(cx.home).delete_cache_subnet_group().cache_subnet_group_name(current.id.as_str());
        call::read("elasticache:DeleteCacheSubnetGroup", || request.clone().send()).await.map(drop)
    }

    async fn retag(&self, home: &Home, id: &Id<SubnetGroup>, set: Tags, removed: Vec<String>) -> Result<()> {
        tagging::retag(&self.0.elasticache(home), &tagging::arn(home, "subnetgroup", id.as_str()), set, removed).await
    }
}
