//! Which instance has which IAM instance profile.
//!
//! Source: *`AssociateIamInstanceProfile`*, *`DisassociateIamInstanceProfile`*, *`ReplaceIamInstanceProfileAssociation`*,
//! *`DescribeIamInstanceProfileAssociations`*.

use serde::{Deserialize, Serialize};

use crate::chance;
use crate::context::Context;
use crate::ec2::Operation;
use crate::ec2::instance::Instance;
use crate::ec2::listing::{Listing, PAGES};
use crate::failure::Failure;
use crate::iam;
use crate::moment::{self, Moment};
use crate::params::Params;
use crate::protocol::xml::Xml;
use crate::state::object::{Kind, Object};

/// An instance profile of an instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ProfileAssociation {
    id: String,
    instance: String,
    profile: String,
    /// `associating`, `associated`, `disassociating`.
    state: String,
    /// When a state that is on its way to another one gets there.
    next_at: Option<Moment>,
    changed_at: Moment,
}

impl Object for ProfileAssociation {
    const KIND: Kind = Kind {
        name: "iam-instance-profile-association",
        prefix: "iip-assoc",
        missing: "InvalidAssociationID.NotFound",
        malformed: None,
        sentence: "An invalid association-id of '{}' was given",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn owners(&self) -> [Option<&str>; 2] {
        [Some(&self.instance), None]
    }

    fn due(&self) -> Option<Moment> {
        self.next_at
    }
}

const LISTING: Listing<ProfileAssociation> = Listing { ids: "AssociationId", filters: &["instance-id", "state"], field, pages: PAGES };

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "AssociateIamInstanceProfile" => associate,
        "DisassociateIamInstanceProfile" => disassociate,
        "ReplaceIamInstanceProfileAssociation" => replace,
        "DescribeIamInstanceProfileAssociations" => describe,
        _ => return None,
    })
}

/// Lets an association get where it is on the way to.
pub(crate) fn mature(context: &mut Context<'_>, id: &str) {
    let now = context.now;
    let Some(association) = context.region.profiles.get(id) else { return };
    if association.next_at.is_none_or(|at| at > now) {
        return;
    }
    if association.state == "disassociating" {
        context.remove::<ProfileAssociation>(id);
    } else if let Some(association) = context.region.profiles.change(id) {
        (association.state, association.next_at) = ("associated".to_owned(), None);
    }
}

/// The name of the profile that a request gives by name or ARN; it must exist, and EC2 must know it already.
pub(crate) fn read(context: &Context<'_>, group: &Params) -> Result<String, Failure> {
    let (parameter, what, given) = match (group.text("Arn"), group.text("Name")) {
        (Some(_), Some(_)) => return Err(Failure::combination("Specify either the name or the ARN of the instance profile.")),
        (Some(arn), None) => ("arn", "ARN", arn),
        (None, Some(name)) => ("name", "name", name),
        (None, None) => return Err(Failure::missing("IamInstanceProfile.Name")),
    };
    let name = given.rsplit('/').next().unwrap_or(given);
    let well_formed = parameter == "name" || given.contains(":instance-profile/");
    match iam::profile::told(context, name).filter(|_| well_formed) {
        Some(profile) if profile.roles.is_empty() => {
            let message = format!("IAM Instance Profile \"{}\" has no associated IAM Roles", profile.arn(context));
            return Err(Failure::value(message));
        }
        Some(_) => return Ok(name.to_owned()),
        None if well_formed && context.settings.instance_profiles.contains(name) => return Ok(name.to_owned()),
        None => {}
    }
    let why = format!("Invalid IAM Instance Profile {what}");
    Err(Failure::invalid(given, &format!("iamInstanceProfile.{parameter}"), why))
}

/// Gives a profile to an instance.
pub(crate) fn add(context: &mut Context<'_>, instance: &str, profile: &str, at_once: bool) -> ProfileAssociation {
    let settled_at = moment::later(context.now, context.settings.delays.profile_associated);
    let association = ProfileAssociation {
        id: context.new_id("iip-assoc"),
        instance: instance.to_owned(),
        profile: profile.to_owned(),
        state: if at_once { "associated" } else { "associating" }.to_owned(),
        next_at: (!at_once).then_some(settled_at),
        changed_at: context.now,
    };
    context.add(association.clone());
    association
}

/// Forgets the profile of a terminated instance.
pub(crate) fn let_go(context: &mut Context<'_>, instance: &str) {
    let ids: Vec<String> = of(context, instance).map(|association| association.id.clone()).collect();
    for id in ids {
        context.remove::<ProfileAssociation>(&id);
    }
}

/// The ARN of an instance's profile.
pub(crate) fn arn_of(context: &Context<'_>, instance: &str) -> Option<String> {
    let active = of(context, instance).find(|association| association.state != "disassociating")?;
    Some(active.arn(context))
}

/// Writes an instance's profile, if it has one.
pub(crate) fn write_of(xml: &mut Xml, context: &Context<'_>, instance: &str) {
    if let Some(association) = of(context, instance).find(|association| association.state != "disassociating") {
        write_profile(xml, context, association);
    }
}

fn of<'a>(context: &'a Context<'_>, instance: &str) -> impl Iterator<Item = &'a ProfileAssociation> {
    context.of::<ProfileAssociation>(instance)
}

fn associate(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let instance = context.named::<Instance>("InstanceId")?.id;
    let profile = wanted(context)?;
    if arn_of(context, &instance).is_some() {
        let message = format!("There is an existing association for instance {instance}");
        return Err(Failure::new("IncorrectState", message));
    }
    let association = add(context, &instance, &profile, false);
    Ok(answer(context, &association))
}

fn disassociate(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let id = context.named::<ProfileAssociation>("AssociationId")?.id;
    let leaving = leave(context, &id)?;
    Ok(answer(context, &leaving))
}

fn replace(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let old = context.named::<ProfileAssociation>("AssociationId")?;
    let profile = wanted(context)?;
    if old.state == "disassociating" {
        return Err(ProfileAssociation::KIND.not_found(&old.id));
    }
    leave(context, &old.id)?;
    let association = add(context, &old.instance, &profile, false);
    Ok(answer(context, &association))
}

fn leave(context: &mut Context<'_>, id: &str) -> Result<ProfileAssociation, Failure> {
    let (now, wait) = (context.now, context.settings.delays.profile_associated);
    let association = context.change::<ProfileAssociation>(id)?;
    (association.state, association.changed_at) = ("disassociating".to_owned(), now);
    association.next_at = Some(moment::later(now, wait));
    Ok(association.clone())
}

fn wanted(context: &Context<'_>) -> Result<String, Failure> {
    let group = context.params.group("IamInstanceProfile").ok_or_else(|| Failure::missing("IamInstanceProfile"))?;
    read(context, &group)
}

fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    LISTING.answer(context, "iamInstanceProfileAssociationSet", write)
}

fn field(_: &Context<'_>, association: &ProfileAssociation, name: &str) -> Vec<String> {
    vec![if name == "state" { association.state.clone() } else { association.instance.clone() }]
}

fn answer(context: &Context<'_>, association: &ProfileAssociation) -> Xml {
    let mut xml = Xml::new();
    xml.nest("iamInstanceProfileAssociation", |xml| write(xml, context, association));
    xml
}

fn write(xml: &mut Xml, context: &Context<'_>, association: &ProfileAssociation) {
    xml.text("associationId", &association.id).text("instanceId", &association.instance);
    write_profile(xml, context, association);
    xml.text("state", &association.state).text("timestamp", moment::date(association.changed_at));
}

fn write_profile(xml: &mut Xml, context: &Context<'_>, association: &ProfileAssociation) {
    let number = || chance::number(context.seed, &[&context.place.account, "profile", &association.profile]);
    let own = iam::profile::told(context, &association.profile).map(|profile| profile.aws_id.clone());
    xml.nest("iamInstanceProfile", |xml| {
        xml.text("arn", association.arn(context)).text("id", own.unwrap_or_else(|| format!("AIPA{:017X}", number())));
    });
}

impl ProfileAssociation {
    fn arn(&self, context: &Context<'_>) -> String {
        let elsewhere = || format!("arn:aws:iam::{}:instance-profile/{}", context.place.account, self.profile);
        iam::profile::told(context, &self.profile).map_or_else(elsewhere, |profile| profile.arn(context))
    }
}
