//! Adds, removes and changes security group rules.
//!
//! Source: *`AuthorizeSecurityGroupIngress`*, *`RevokeSecurityGroupIngress`*, *`ModifySecurityGroupRules`*,
//! *`UpdateSecurityGroupRuleDescriptionsIngress`* and their egress sisters.

use crate::context::Context;
use crate::ec2::group::rule::{self, Rule};
use crate::ec2::group::{Group, named, permission, rule_listing};
use crate::ec2::{Operation, done, tags};
use crate::failure::Failure;
use crate::params::Params;
use crate::protocol::xml::Xml;
use crate::state::object::Object;

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "AuthorizeSecurityGroupIngress" => |context| authorize(context, false),
        "AuthorizeSecurityGroupEgress" => |context| authorize(context, true),
        "RevokeSecurityGroupIngress" => |context| revoke(context, false),
        "RevokeSecurityGroupEgress" => |context| revoke(context, true),
        "ModifySecurityGroupRules" => modify,
        "UpdateSecurityGroupRuleDescriptionsIngress" => |context| describe_anew(context, false),
        "UpdateSecurityGroupRuleDescriptionsEgress" => |context| describe_anew(context, true),
        _ => return None,
    })
}

fn authorize(context: &mut Context<'_>, egress: bool) -> Result<Xml, Failure> {
    let group = named(context)?;
    let wanted = permission::read(context, &group, egress)?;
    if wanted.is_empty() {
        return Err(Failure::missing("IpPermissions"));
    }
    let tags = tags::specified(&context.params, Rule::KIND.name)?;
    let mut made = Vec::new();
    for rule in wanted {
        if rule.twin(context).is_some() {
            return Err(rule::duplicate(&rule));
        }
        within_limit(context, &rule)?;
        made.push(rule::create(context, Rule { tags: tags.clone(), ..rule }));
    }
    let mut xml = done();
    xml.items("securityGroupRuleSet", &made, |xml, rule| rule_listing::write(xml, context, rule));
    Ok(xml)
}

/// *Amazon VPC quotas*: so many rules a group, in each direction and for each address family.
fn within_limit(context: &Context<'_>, rule: &Rule) -> Result<(), Failure> {
    let Some(limit) = context.settings.quotas.get("rules") else { return Ok(()) };
    let sisters = context.of::<Rule>(&rule.group).filter(|other| other.egress == rule.egress);
    let shares = |other: &Rule| other.peer.family().iter().zip(rule.peer.family()).any(|(one, two)| *one && two);
    match sisters.filter(|other| shares(other)).count() {
        used if used >= *limit => {
            let message = "The maximum number of rules per security group has been reached.";
            Err(Failure::limit("RulesPerSecurityGroupLimitExceeded", message))
        }
        _ => Ok(()),
    }
}

fn revoke(context: &mut Context<'_>, egress: bool) -> Result<Xml, Failure> {
    let group = named(context)?;
    let revoked = match context.params.list("SecurityGroupRuleId") {
        ids if !ids.is_empty() => ids.iter().map(|id| own(context, &group, id, egress)).collect::<Result<Vec<_>, _>>()?,
        _ => matching(context, &group, egress)?,
    };
    for rule in &revoked {
        context.remove::<Rule>(&rule.id);
    }
    let mut xml = done();
    xml.items("revokedSecurityGroupRuleSet", &revoked, rule_listing::write_revoked);
    Ok(xml)
}

fn matching(context: &Context<'_>, group: &Group, egress: bool) -> Result<Vec<Rule>, Failure> {
    let wanted = permission::read(context, group, egress)?;
    if wanted.is_empty() {
        return Err(Failure::missing("IpPermissions"));
    }
    wanted.iter().map(|rule| existing(context, rule)).collect()
}

fn existing(context: &Context<'_>, rule: &Rule) -> Result<Rule, Failure> {
    let message = "The specified rule does not exist in this security group.";
    rule.twin(context).cloned().ok_or_else(|| Failure::new("InvalidPermission.NotFound", message))
}

/// The rule of an id, when it is the group's and goes in the direction.
fn own(context: &Context<'_>, group: &Group, id: &str, egress: bool) -> Result<Rule, Failure> {
    let rule = context.find::<Rule>(id)?;
    if rule.group != group.id || rule.egress != egress {
        return Err(Rule::KIND.not_found(id));
    }
    Ok(rule.clone())
}

fn modify(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let group = context.named::<Group>("GroupId")?;
    let updates = context.params.groups("SecurityGroupRule");
    if updates.is_empty() {
        return Err(Failure::missing("SecurityGroupRule"));
    }
    for update in &updates {
        modify_one(context, &group, update)?;
    }
    Ok(done())
}

fn modify_one(context: &mut Context<'_>, group: &Group, update: &Params) -> Result<(), Failure> {
    let old = context.find::<Rule>(update.required("SecurityGroupRuleId")?)?.clone();
    if old.group != group.id {
        return Err(Rule::KIND.not_found(&old.id));
    }
    let request = update.group("SecurityGroupRule").ok_or_else(|| Failure::missing("SecurityGroupRule"))?;
    let new = permission::read_one(context, &request, group, old.egress)?;
    if new.peer.sort() != old.peer.sort() {
        let message = format!("You may not specify {} for an existing {} rule", new.peer.sort().1, old.peer.sort().0);
        return Err(Failure::value(message));
    }
    let new = Rule { id: old.id.clone(), tags: old.tags, ..new };
    if new.twin(context).is_some() {
        return Err(rule::duplicate(&new));
    }
    *context.change::<Rule>(&old.id)? = new;
    Ok(())
}

fn describe_anew(context: &mut Context<'_>, egress: bool) -> Result<Xml, Failure> {
    let group = named(context)?;
    let mut descriptions = Vec::new();
    for entry in context.params.groups("SecurityGroupRuleDescription") {
        let rule = own(context, &group, entry.required("SecurityGroupRuleId")?, egress)?;
        descriptions.push((rule.id, entry.owned("Description").filter(|text| !text.is_empty())));
    }
    for wanted in permission::read(context, &group, egress)? {
        descriptions.push((existing(context, &wanted)?.id, wanted.description));
    }
    if descriptions.is_empty() {
        return Err(Failure::missing("IpPermissions"));
    }
    for (id, description) in descriptions {
        context.change::<Rule>(&id)?.description = description;
    }
    Ok(done())
}
