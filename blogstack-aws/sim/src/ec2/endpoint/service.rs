//! The services that endpoints lead to, and the prefix lists of those that are reached by routes.
//!
//! Source: *AWS services that integrate with AWS `PrivateLink`*, *Gateway endpoints*, *`DescribePrefixLists`*.

use crate::chance;
use crate::context::Context;
use crate::ec2::endpoint::Sort;
use crate::ec2::filter::Filter;
use crate::ec2::listing::{limit, page};
use crate::failure::Failure;
use crate::protocol::xml::Xml;

/// The services that routes lead to, each with a part of its addresses.
const GATEWAYS: [(&str, &str); 2] = [("dynamodb", "52.94.5.0/24"), ("s3", "52.218.0.0/17")];

/// The services that interfaces lead to: those whose kinds there are, and what instances without a way to the internet need.
const INTERFACES: [&str; 28] = [
    "acm",
    "autoscaling",
    "backup",
    "dynamodb",
    "ec2",
    "ec2messages",
    "ecr.api",
    "ecr.dkr",
    "ecs",
    "elasticache",
    "elasticfilesystem",
    "elasticloadbalancing",
    "events",
    "execute-api",
    "git-codecommit",
    "kinesis-streams",
    "kms",
    "lambda",
    "logs",
    "monitoring",
    "rds",
    "s3",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "ssmmessages",
    "sts",
];

/// The short name of a service of the region, when endpoints of a sort lead to it.
pub(super) fn short(region: &str, name: &str, sort: Sort) -> Option<&'static str> {
    let short = name.strip_prefix("com.amazonaws.")?.strip_prefix(region)?.strip_prefix('.')?;
    match sort {
        Sort::Gateway => GATEWAYS.iter().map(|(service, _)| *service).find(|service| *service == short),
        Sort::Interface => INTERFACES.into_iter().find(|service| *service == short),
    }
}

/// The id of the prefix list of a service that routes lead to: AWS's own, so it follows from the region alone.
pub(super) fn prefix_list(region: &str, name: &str) -> Option<String> {
    let service = short(region, name, Sort::Gateway)?;
    let id = chance::id("pl", chance::number(0, &["prefix-list", region, service]));
    // Those of AWS have the short form.
    Some(id.chars().take("pl-".len() + 8).collect())
}

pub(super) fn describe_prefix_lists(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let region = context.place.region.clone();
    let ids = context.params.list("PrefixListId");
    let filters = Filter::read(&context.params, &["prefix-list-id", "prefix-list-name"])?;
    let limit = limit(context, &(5..=1000), "PrefixListId", !ids.is_empty())?;
    let full = |service: &str| format!("com.amazonaws.{region}.{service}");
    let mut all: Vec<(String, String, &str)> = GATEWAYS
        .into_iter()
        .filter_map(|(service, addresses)| Some((prefix_list(&region, &full(service))?, full(service), addresses)))
        .collect();
    all.sort();
    if let Some(unknown) = ids.iter().find(|id| !all.iter().any(|(own, ..)| own == *id)) {
        return Err(Failure::new("InvalidPrefixListId.NotFound", format!("The prefix list ID '{unknown}' does not exist")));
    }
    let value =
        |(id, name, _): &(String, String, &str), field: &str| vec![if field == "prefix-list-id" { id.clone() } else { name.clone() }];
    let passes = |one: &(String, String, &str)| filters.iter().all(|filter| filter.passes(None, |field| value(one, field)));
    let found = all.into_iter().filter(|one| ids.is_empty() || ids.contains(&one.0)).filter(passes).collect();
    let page = page(found, limit, context.params.text("NextToken"), |(id, ..): &(String, String, &str)| id)?;
    let mut xml = Xml::new();
    xml.items("prefixListSet", page.entries, |xml, (id, name, addresses)| {
        xml.text("prefixListId", id).text("prefixListName", name).texts("cidrSet", [addresses]);
    });
    xml.maybe("nextToken", page.next);
    Ok(xml)
}
