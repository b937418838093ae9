//! How launch templates are listed.
//!
//! Source: *`DescribeLaunchTemplates`*, *`LaunchTemplate`*.

use crate::context::Context;
use crate::ec2::listing::Listing;
use crate::ec2::template::{LaunchTemplate, by_name};
use crate::failure::Failure;
use crate::moment;
use crate::protocol::xml::Xml;

const LISTING: Listing<LaunchTemplate> =
    Listing { ids: "LaunchTemplateId", filters: &["create-time", "launch-template-name"], field, pages: Some(1..=200) };

pub(super) fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let names = context.params.list("LaunchTemplateName");
    names.iter().try_for_each(|name| by_name(context, name).map(drop))?;
    let mut page = LISTING.read(context)?;
    page.entries.retain(|template| names.is_empty() || names.contains(&template.name));
    let mut xml = Xml::new();
    xml.items("launchTemplates", page.entries, |xml, template| write(xml, context, template));
    xml.maybe("nextToken", page.next);
    Ok(xml)
}

fn field(_: &Context<'_>, template: &LaunchTemplate, name: &str) -> Vec<String> {
    vec![match name {
        "create-time" => moment::date(template.created_at),
        _ => template.name.clone(),
    }]
}

pub(super) fn write(xml: &mut Xml, context: &Context<'_>, template: &LaunchTemplate) {
    xml.text("launchTemplateId", &template.id).text("launchTemplateName", &template.name);
    xml.text("createTime", moment::date(template.created_at)).text("createdBy", creator(context));
    xml.text("defaultVersionNumber", template.default_version).text("latestVersionNumber", template.latest_version);
    xml.tags(&template.tags);
}

/// Who makes everything here: the account itself.
pub(super) fn creator(context: &Context<'_>) -> String {
    format!("arn:aws:iam::{}:root", context.place.account)
}
