//! Launch templates.
//!
//! Source: *`CreateLaunchTemplate`*, *`CreateLaunchTemplateVersion`*, *`ModifyLaunchTemplate`*, *`DeleteLaunchTemplate`*,
//! *`DeleteLaunchTemplateVersions`*, *Launch template restrictions*: what a version holds is checked when something is launched.

mod data;
mod listing;
mod version;

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::{Operation, tags, token};
use crate::failure::Failure;
use crate::moment::Moment;
use crate::params::Params;
use crate::protocol::xml::Xml;
use crate::state::object::{Kind, Object, Tags};

pub(crate) use data::Data;
pub(crate) use version::{Version, chosen};

/// A launch template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LaunchTemplate {
    pub(crate) id: String,
    pub(crate) name: String,
    created_at: Moment,
    default_version: u64,
    /// The number of the newest version; numbers are not used again.
    latest_version: u64,
    /// In the order of their numbers.
    versions: Vec<Version>,
    tags: Tags,
}

impl Object for LaunchTemplate {
    const KIND: Kind = Kind {
        name: "launch-template",
        prefix: "lt",
        missing: "InvalidLaunchTemplateId.NotFound",
        malformed: Some("InvalidLaunchTemplateId.Malformed"),
        sentence: "The specified launch template, with template ID {}, does not exist.",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }
}

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateLaunchTemplate" => create,
        "DescribeLaunchTemplates" => listing::describe,
        "ModifyLaunchTemplate" => modify,
        "DeleteLaunchTemplate" => delete,
        "CreateLaunchTemplateVersion" => version::create,
        "DescribeLaunchTemplateVersions" => version::listing::describe,
        "DeleteLaunchTemplateVersions" => version::delete,
        _ => return None,
    })
}

/// The template that a request names, by id or by name but not by both.
pub(crate) fn named(context: &Context<'_>, params: &Params) -> Result<LaunchTemplate, Failure> {
    match (params.text("LaunchTemplateId"), params.text("LaunchTemplateName")) {
        (Some(_), Some(_)) => Err(Failure::combination("Specify either the launch template ID or the launch template name, but not both.")),
        (Some(id), None) => context.find::<LaunchTemplate>(id).cloned(),
        (None, Some(name)) => by_name(context, name).cloned(),
        (None, None) => Err(Failure::missing("LaunchTemplateId")),
    }
}

fn by_name<'a>(context: &'a Context<'_>, name: &str) -> Result<&'a LaunchTemplate, Failure> {
    let found = context.all::<LaunchTemplate>().find(|template| template.name == name);
    found.ok_or_else(|| {
        let message = format!("The specified launch template, with template name {name}, does not exist.");
        Failure::new("InvalidLaunchTemplateName.NotFoundException", message)
    })
}

fn create(context: &mut Context<'_>) -> Result<Xml, Failure> {
    if let Some(known) = token::used(context, "CreateLaunchTemplate")? {
        let template = context.find::<LaunchTemplate>(known.first().map_or("", String::as_str))?;
        return Ok(answer(context, template));
    }
    let name = free_name(context)?;
    let data = Data::read(&context.params)?;
    context.within_quota::<LaunchTemplate>("launch-templates", "MaxTemplateLimitExceeded")?;
    let template = LaunchTemplate {
        id: context.new_id("lt"),
        name,
        created_at: context.now,
        default_version: 1,
        latest_version: 1,
        versions: vec![Version::new(1, context, data)],
        tags: tags::specified(&context.params, LaunchTemplate::KIND.name)?,
    };
    token::remember(context, "CreateLaunchTemplate", vec![template.id.clone()]);
    let xml = answer(context, &template);
    context.add(template);
    Ok(xml)
}

/// *`CreateLaunchTemplate`*: 3 to 128 letters, digits and `(`, `)`, `.`, `-`, `/`, `_`.
fn free_name(context: &Context<'_>) -> Result<String, Failure> {
    let name = context.params.required("LaunchTemplateName")?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"().-/_".contains(&byte);
    if !(3..=128).contains(&name.len()) || !name.bytes().all(fits) {
        let message = "Launch template names must be between 3 and 128 characters, and may contain letters, numbers, and the following characters: - ( ) . / _.";
        return Err(Failure::new("InvalidLaunchTemplateName.MalformedException", message));
    }
    match by_name(context, name) {
        Ok(_) => Err(Failure::new("InvalidLaunchTemplateName.AlreadyExistsException", "Launch template name already in use.")),
        Err(_) => Ok(name.to_owned()),
    }
}

/// Another version becomes the one that is taken when none is named.
fn modify(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let template = named(context, &context.params)?;
    let number = template.version(context.params.required("SetDefaultVersion")?)?.number;
    context.change::<LaunchTemplate>(&template.id)?.default_version = number;
    Ok(answer(context, context.find(&template.id)?))
}

fn delete(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let template = named(context, &context.params)?;
    context.remove::<LaunchTemplate>(&template.id);
    Ok(answer(context, &template))
}

fn answer(context: &Context<'_>, template: &LaunchTemplate) -> Xml {
    let mut xml = Xml::new();
    xml.nest("launchTemplate", |xml| listing::write(xml, context, template));
    xml
}

impl LaunchTemplate {
    /// A version by number, `$Latest` or `$Default`.
    pub(crate) fn version(&self, wanted: &str) -> Result<&Version, Failure> {
        let number = match wanted {
            "$Latest" => Some(self.latest_version),
            "$Default" => Some(self.default_version),
            number => number.parse().ok(),
        };
        let found = self.versions.iter().find(|version| Some(version.number) == number);
        found.ok_or_else(|| {
            let message = format!("Could not find the specified version {wanted} for the launch template with ID {}.", self.id);
            Failure::new("InvalidLaunchTemplateId.VersionNotFound", message)
        })
    }
}

#[cfg(test)]
mod tests;
