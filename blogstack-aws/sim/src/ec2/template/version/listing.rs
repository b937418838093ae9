//! How versions of launch templates are listed: those of one template, or the newest or default ones of all.
//!
//! Source: *`DescribeLaunchTemplateVersions`*, *`LaunchTemplateVersion`*.

use crate::context::Context;
use crate::ec2::filter::Filter;
use crate::ec2::listing::{Page, limit, page};
use crate::ec2::template::{LaunchTemplate, Version, listing::creator, named};
use crate::failure::Failure;
use crate::moment;
use crate::protocol::xml::Xml;
use crate::state::region::Stored;

const FILTERS: [&str; 8] = [
    "create-time",
    "ebs-optimized",
    "http-endpoint",
    "http-tokens",
    "iam-instance-profile",
    "image-id",
    "instance-type",
    "is-default-version",
];

/// A version, whose it is, and where it stands in listings.
struct Entry {
    order: String,
    template: LaunchTemplate,
    version: Version,
}

impl Entry {
    fn new(template: &LaunchTemplate, version: &Version) -> Self {
        // The newest first.
        let order = format!("{}/{:020}", template.id, u64::MAX - version.number);
        Self { order, template: template.clone(), version: version.clone() }
    }

    fn field(&self, name: &str) -> Vec<String> {
        let data = |key: &str| self.version.data.text(key).map(str::to_owned).into_iter().collect();
        match name {
            "create-time" => vec![moment::date(self.version.created_at)],
            "ebs-optimized" => data("EbsOptimized"),
            "http-endpoint" => data("MetadataOptions.HttpEndpoint"),
            "http-tokens" => data("MetadataOptions.HttpTokens"),
            "iam-instance-profile" => data("IamInstanceProfile.Arn"),
            "image-id" => data("ImageId"),
            "instance-type" => data("InstanceType"),
            _ => vec![(self.version.number == self.template.default_version).to_string()],
        }
    }
}

pub(in crate::ec2::template) fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    context.params.known_as_false("ResolveAlias");
    let filters = Filter::read(&context.params, &FILTERS)?;
    let limit = limit(context, &(1..=200), "LaunchTemplateVersion", false)?;
    let mut found = entries(context)?;
    found.retain(|entry| filters.iter().all(|filter| filter.passes(None, |name| entry.field(name))));
    found.sort_by(|one, other| one.order.cmp(&other.order));
    found.dedup_by(|one, other| one.order == other.order);
    let Page { entries, next } = page(found, limit, context.params.text("NextToken"), |entry| &entry.order)?;
    let mut xml = Xml::new();
    xml.items("launchTemplateVersionSet", entries, |xml, entry| write(xml, context, &entry.template, &entry.version));
    xml.maybe("nextToken", next);
    Ok(xml)
}

fn entries(context: &Context<'_>) -> Result<Vec<Entry>, Failure> {
    let params = &context.params;
    let wanted = params.list("LaunchTemplateVersion");
    if params.has("LaunchTemplateId") || params.has("LaunchTemplateName") {
        return of_template(context, &named(context, params)?, &wanted);
    }
    if wanted.is_empty() {
        return Err(Failure::missing("LaunchTemplateId"));
    }
    if let Some(number) = wanted.iter().find(|wanted| !["$Latest", "$Default"].contains(&wanted.as_str())) {
        let why = "Without a launch template, only $Latest and $Default are possible.";
        return Err(Failure::invalid(number, "LaunchTemplateVersion", why));
    }
    let mut all = Vec::new();
    for template in LaunchTemplate::table(context.region).iter_visible(context.now) {
        for wanted in &wanted {
            all.push(Entry::new(template, template.version(wanted)?));
        }
    }
    Ok(all)
}

fn of_template(context: &Context<'_>, template: &LaunchTemplate, wanted: &[String]) -> Result<Vec<Entry>, Failure> {
    let least = context.params.number::<u64>("MinVersion")?.unwrap_or(0);
    let most = context.params.number::<u64>("MaxVersion")?.unwrap_or(u64::MAX);
    if wanted.is_empty() {
        let versions = template.versions.iter().filter(|version| (least..=most).contains(&version.number));
        return Ok(versions.map(|version| Entry::new(template, version)).collect());
    }
    wanted.iter().map(|wanted| Ok(Entry::new(template, template.version(wanted)?))).collect()
}

pub(super) fn write(xml: &mut Xml, context: &Context<'_>, template: &LaunchTemplate, version: &Version) {
    xml.text("launchTemplateId", &template.id).text("launchTemplateName", &template.name).text("versionNumber", version.number);
    xml.maybe("versionDescription", version.description.as_ref()).text("createTime", moment::date(version.created_at));
    xml.text("createdBy", creator(context)).text("defaultVersion", version.number == template.default_version);
    xml.nest("launchTemplateData", |xml| version.data.write(xml));
}
