//! Security groups.
//!
//! Source: *`CreateSecurityGroup`*, *`DescribeSecurityGroups`*, *`DeleteSecurityGroup`*, *Default security groups for your VPCs*.

mod listing;
pub(crate) mod permission;
pub(crate) mod rule;
mod rule_listing;
mod rule_operations;

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::group::rule::{Peer, Rule};
use crate::ec2::interface::Interface;
use crate::ec2::vpc::Vpc;
use crate::ec2::{Operation, done, tags};
use crate::failure::Failure;
use crate::protocol::xml::Xml;
use crate::state::object::{Kind, Object, Tags};

/// A security group; its rules are objects of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) name: String,
    description: String,
    pub(crate) vpc: String,
    tags: Tags,
}

impl Object for Group {
    const KIND: Kind = Kind {
        name: "security-group",
        prefix: "sg",
        missing: "InvalidGroup.NotFound",
        malformed: Some("InvalidGroupId.Malformed"),
        sentence: "The security group '{}' does not exist",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn owners(&self) -> [Option<&str>; 2] {
        [Some(&self.vpc), None]
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }
}

pub(crate) fn operation(name: &str) -> Option<Operation> {
    let own: Operation = match name {
        "CreateSecurityGroup" => create,
        "DescribeSecurityGroups" => listing::describe,
        "DescribeSecurityGroupRules" => rule_listing::describe,
        "DeleteSecurityGroup" => delete,
        _ => return rule_operations::operation(name),
    };
    Some(own)
}

/// The group `default` of a VPC.
pub(crate) fn default_of<'a>(context: &'a Context<'_>, vpc: &str) -> Option<&'a Group> {
    context.of::<Group>(vpc).find(|group| group.name == "default")
}

/// The name of a group, or nothing when it is gone.
pub(crate) fn name_of(context: &Context<'_>, id: &str) -> String {
    context.region.groups.get(id).map(|group| group.name.clone()).unwrap_or_default()
}

/// Writes groups by id and name.
pub(crate) fn write_names(xml: &mut Xml, set: &str, context: &Context<'_>, ids: &[String]) {
    xml.items(set, ids, |xml, id| {
        xml.text("groupId", id).text("groupName", name_of(context, id));
    });
}

/// Makes the default group of a new VPC: everything in from itself, everything out.
pub(crate) fn create_default(context: &mut Context<'_>, vpc: &str) {
    let id = context.new_id("sg");
    let (name, description) = ("default".to_owned(), "default VPC security group".to_owned());
    context.add(Group { id: id.clone(), name, description, vpc: vpc.to_owned(), tags: Tags::new() });
    rule::create(context, Rule::all(&id, false, Peer::Group(id.clone())));
    rule::create(context, Rule::all(&id, true, Peer::everywhere()));
}

/// Removes every group of a VPC that is deleted.
pub(crate) fn remove_all(context: &mut Context<'_>, vpc: &str) {
    let ids: Vec<String> = context.of::<Group>(vpc).map(|group| group.id.clone()).collect();
    for id in ids {
        remove(context, &id);
    }
}

/// Whether a VPC has a group that did not come with it.
pub(crate) fn has_own(context: &Context<'_>, vpc: &str) -> bool {
    context.of::<Group>(vpc).any(|group| group.name != "default")
}

fn create(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let name = context.params.required("GroupName")?.trim().to_owned();
    let description = context.params.required("GroupDescription")?.to_owned();
    check_name(&name)?;
    check_text(&description, "security group description", "descriptions")?;
    if !context.params.has("VpcId") {
        return Err(Failure::new("VPCIdNotSpecified", "No default VPC for this user"));
    }
    let vpc = context.named::<Vpc>("VpcId")?.id;
    if context.of::<Group>(&vpc).any(|group| group.name.eq_ignore_ascii_case(&name)) {
        let message = format!("The security group '{name}' already exists for VPC '{vpc}'");
        return Err(Failure::new("InvalidGroup.Duplicate", message));
    }
    context.within_quota::<Group>("security-groups", "SecurityGroupLimitExceeded")?;
    let tags = tags::specified(&context.params, Group::KIND.name)?;
    let group = Group { id: context.new_id("sg"), name, description, vpc, tags };
    let mut xml = done();
    xml.text("groupId", &group.id).tags(&group.tags).text("securityGroupArn", group.arn(context));
    rule::create(context, Rule::all(&group.id, true, Peer::everywhere()));
    context.add(group);
    Ok(xml)
}

fn check_name(name: &str) -> Result<(), Failure> {
    if name.eq_ignore_ascii_case("default") {
        return Err(Failure::new("InvalidGroup.Reserved", "Cannot create group 'default', reserved by Amazon"));
    }
    if name.to_ascii_lowercase().starts_with("sg-") {
        return Err(Failure::value(format!("Invalid group name '{name}'. Group names may not be in the format sg-*.")));
    }
    check_text(name, "group name", "names")
}

/// *`CreateSecurityGroup`*: up to 255 characters, a-z, A-Z, 0-9, spaces, and some punctuation.
fn check_text(text: &str, what: &str, plural: &str) -> Result<(), Failure> {
    let allowed = |character: char| character.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(character);
    if text.chars().count() <= 255 && text.chars().all(allowed) {
        return Ok(());
    }
    let set = "a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*";
    let message = format!("Invalid {what}. Valid {plural} are strings less than 256 characters from the following set: {set}");
    Err(Failure::value(message))
}

fn delete(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let group = named(context)?;
    if group.name == "default" {
        let message = format!("the specified group: \"{}\" name: \"default\" cannot be deleted by a user", group.id);
        return Err(Failure::new("CannotDelete", message));
    }
    let used = context.all::<Interface>().any(|interface| interface.groups.contains(&group.id));
    let named = context.all::<Rule>().any(|rule| rule.group != group.id && rule.peer == Peer::Group(group.id.clone()));
    if used || named {
        return Err(Failure::dependency(format!("resource {} has a dependent object", group.id)));
    }
    remove(context, &group.id);
    let mut xml = done();
    xml.text("groupId", &group.id);
    Ok(xml)
}

/// The group that a request names by its id. Names are for default VPCs, of which the simulation has none.
fn named(context: &Context<'_>) -> Result<Group, Failure> {
    match context.params.text("GroupName") {
        Some(name) if !context.params.has("GroupId") => Err(no_such_name(name)),
        _ => context.named::<Group>("GroupId"),
    }
}

fn no_such_name(name: &str) -> Failure {
    Failure::new("InvalidGroup.NotFound", format!("The security group '{name}' does not exist in default VPC 'none'"))
}

fn remove(context: &mut Context<'_>, id: &str) {
    let rules: Vec<String> = context.of::<Rule>(id).map(|rule| rule.id.clone()).collect();
    for rule in rules {
        context.remove::<Rule>(&rule);
    }
    context.remove::<Group>(id);
}

impl Group {
    fn arn(&self, context: &Context<'_>) -> String {
        format!("arn:aws:ec2:{}:{}:security-group/{}", context.place.region, context.place.account, self.id)
    }
}

#[cfg(test)]
mod tests;
