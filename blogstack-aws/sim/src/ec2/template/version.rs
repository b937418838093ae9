//! Versions of launch templates: each holds all the data of a launch, and is never changed.
//!
//! Source: *`CreateLaunchTemplateVersion`*, *`DeleteLaunchTemplateVersions`* (which succeeds with failures inside),
//! *Manage launch template versions*: the default version cannot be deleted.

pub(super) mod listing;

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::template::{Data, LaunchTemplate, named};
use crate::ec2::token;
use crate::failure::Failure;
use crate::moment::Moment;
use crate::params::Params;
use crate::protocol::xml::Xml;
use crate::state::object::Object;

/// A version of a launch template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Version {
    pub(crate) number: u64,
    description: Option<String>,
    created_at: Moment,
    pub(crate) data: Data,
}

impl Version {
    pub(super) fn new(number: u64, context: &Context<'_>, data: Data) -> Self {
        Self { number, description: context.params.owned("VersionDescription"), created_at: context.now, data }
    }
}

/// The template and the version that a launch names: *`LaunchTemplateSpecification`*. Without a version it is the default one.
pub(crate) fn chosen(context: &Context<'_>, specification: &Params) -> Result<(LaunchTemplate, Version), Failure> {
    let template = named(context, specification)?;
    let version = template.version(specification.text("Version").unwrap_or("$Default"))?.clone();
    Ok((template, version))
}

pub(super) fn create(context: &mut Context<'_>) -> Result<Xml, Failure> {
    if let Some(known) = token::used(context, "CreateLaunchTemplateVersion")? {
        return replay(context, &known);
    }
    let template = named(context, &context.params)?;
    let mut data = Data::read(&context.params)?;
    if let Some(source) = context.params.text("SourceVersion") {
        data = template.version(source)?.data.clone().overwritten(data);
    }
    context.quota("launch-template-versions", template.versions.len(), "MaxTemplateVersionLimitExceeded")?;
    let version = Version::new(template.latest_version.saturating_add(1), context, data);
    token::remember(context, "CreateLaunchTemplateVersion", vec![template.id.clone(), version.number.to_string()]);
    let xml = answer(context, &template, &version);
    let template = context.change::<LaunchTemplate>(&template.id)?;
    template.latest_version = version.number;
    template.versions.push(version);
    Ok(xml)
}

fn replay(context: &Context<'_>, known: &[String]) -> Result<Xml, Failure> {
    let [template, number] = known else { return Err(LaunchTemplate::KIND.not_found("")) };
    let template = context.find::<LaunchTemplate>(template)?;
    Ok(answer(context, template, template.version(number)?))
}

fn answer(context: &Context<'_>, template: &LaunchTemplate, version: &Version) -> Xml {
    let mut xml = Xml::new();
    xml.nest("launchTemplateVersion", |xml| listing::write(xml, context, template, version));
    xml
}

pub(super) fn delete(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let template = named(context, &context.params)?;
    let wanted = context.params.list("LaunchTemplateVersion");
    if wanted.is_empty() {
        return Err(Failure::missing("LaunchTemplateVersion"));
    }
    let (mut deleted, mut kept) = (Vec::new(), Vec::new());
    for number in wanted {
        match template.version(&number) {
            Err(failure) => kept.push((number, "launchTemplateVersionDoesNotExist", failure.message)),
            Ok(version) if version.number == template.default_version => {
                kept.push((number, "unexpectedError", "Cannot delete the default version of a launch template.".to_owned()));
            }
            Ok(version) => deleted.push(version.number),
        }
    }
    context.change::<LaunchTemplate>(&template.id)?.versions.retain(|version| !deleted.contains(&version.number));
    let mut xml = Xml::new();
    let of_template = |xml: &mut Xml| {
        xml.text("launchTemplateId", &template.id).text("launchTemplateName", &template.name);
    };
    xml.items("successfullyDeletedLaunchTemplateVersionSet", deleted, |xml, number| {
        of_template(xml);
        xml.text("versionNumber", number);
    });
    xml.items("unsuccessfullyDeletedLaunchTemplateVersionSet", kept, |xml, (number, code, message)| {
        of_template(xml);
        xml.text("versionNumber", number).nest("responseError", |xml| {
            xml.text("code", code).text("message", message);
        });
    });
    Ok(xml)
}
