//! Subnet groups: *`CreateCacheSubnetGroup`*, *`ModifyCacheSubnetGroup`*, *`DeleteCacheSubnetGroup`*.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::subnet::Subnet;
use crate::elasticache::check::{self, required};
use crate::elasticache::{Cluster, listing};
use crate::failure::Failure;
use crate::protocol::reply::Answer;
use crate::protocol::xml::Xml;
use crate::state::object::{Kind, Object, Tags};

/// Where a cluster's nodes may live.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SubnetGroup {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) vpc: String,
    pub(crate) subnets: BTreeSet<String>,
    pub(crate) tags: Tags,
}

impl Object for SubnetGroup {
    const KIND: Kind = Kind {
        name: "cache-subnet-group",
        prefix: "",
        missing: "CacheSubnetGroupNotFoundFault",
        malformed: None,
        sentence: "CacheSubnetGroup {} not found.",
    };

    fn id(&self) -> &str {
        &self.name
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }
}

/// The subnets of a request: all of one network. In which of them a node lives is not modelled, so that any can be taken out.
fn subnets(context: &Context<'_>) -> Result<(BTreeSet<String>, Option<String>), Failure> {
    let asked: BTreeSet<String> = check::list(&context.params, "SubnetIds", "SubnetIdentifier").into_iter().collect();
    let mut networks = BTreeSet::new();
    for id in &asked {
        let subnet = context.find::<Subnet>(id).map_err(|_| Failure::new("InvalidSubnet", format!("Subnet {id} is invalid.")))?;
        networks.insert(subnet.vpc.clone());
    }
    match networks.len() {
        0 | 1 => Ok((asked, networks.pop_first())),
        _ => Err(Failure::value("The subnets are not all in the same VPC.")),
    }
}

fn answer(context: &Context<'_>, group: &SubnetGroup) -> Answer {
    let mut xml = Xml::new();
    xml.nest("CacheSubnetGroup", |xml| listing::write_subnet_group(xml, context, group));
    Answer::Xml(xml)
}

pub(super) fn create(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let params = context.params.clone();
    let name = check::name(&params, "CacheSubnetGroupName", 255)?;
    let description = required(&params, "CacheSubnetGroupDescription")?.to_owned();
    let (tags, (subnets, vpc)) = (check::tags(&params)?, subnets(context)?);
    let vpc = vpc.ok_or_else(|| Failure::value("The parameter SubnetIds must be provided."))?;
    if context.region.cache_subnet_groups.get(&name).is_some() {
        return Err(Failure::new("CacheSubnetGroupAlreadyExists", format!("CacheSubnetGroup {name} already exists.")));
    }
    context.within_quota::<SubnetGroup>("cache-subnet-groups", "CacheSubnetGroupQuotaExceeded")?;
    let group = SubnetGroup { name, description, vpc, subnets, tags };
    context.add(group.clone());
    Ok(answer(context, &group))
}

pub(super) fn modify(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let params = context.params.clone();
    let name = required(&params, "CacheSubnetGroupName")?.to_lowercase();
    let before = context.find::<SubnetGroup>(&name)?.clone();
    let (subnets, vpc) = subnets(context)?;
    if vpc.is_some_and(|vpc| vpc != before.vpc) {
        return Err(Failure::new("InvalidSubnet", "The subnets are not in the VPC of the group."));
    }
    let group = context.change::<SubnetGroup>(&name)?;
    if let Some(description) = params.owned("CacheSubnetGroupDescription") {
        group.description = description;
    }
    if !subnets.is_empty() {
        group.subnets = subnets;
    }
    let group = group.clone();
    Ok(answer(context, &group))
}

pub(super) fn delete(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let name = required(&context.params, "CacheSubnetGroupName")?.to_lowercase();
    context.find::<SubnetGroup>(&name)?;
    if context.all::<Cluster>().any(|cluster| cluster.subnet_group.as_deref() == Some(name.as_str())) {
        let message = format!("Cache subnet group {name} is currently in use by a cache cluster.");
        return Err(Failure::new("CacheSubnetGroupInUse", message));
    }
    context.remove::<SubnetGroup>(&name);
    Ok(Answer::Xml(Xml::new()))
}
