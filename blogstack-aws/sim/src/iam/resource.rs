//! What a request is about, in the words of policies: its action, its resources, and their tags.
//!
//! Source: *Actions, resources, and condition keys for AWS services* in the service authorization reference. Where a request's resources are
//! not worked out here, it is about `*`, which only policies for all resources allow.

use crate::context::Context;
use crate::protocol::request::Request;
use crate::protocol::service::Service;

/// What the actions of a service begin with.
pub(super) fn prefix(service: Service) -> &'static str {
    match service {
        Service::Acm => "acm",
        Service::AutoScaling => "autoscaling",
        Service::CloudWatch => "cloudwatch",
        Service::Dlm => "dlm",
        Service::Ec2 => "ec2",
        Service::ElastiCache => "elasticache",
        Service::Elb | Service::ElbV2 => "elasticloadbalancing",
        Service::Iam => "iam",
        Service::Kms => "kms",
        Service::Logs => "logs",
        Service::Route53 => "route53",
        Service::S3 => "s3",
        Service::SecretsManager => "secretsmanager",
        Service::Ssm => "ssm",
        Service::Sts => "sts",
        Service::Unknown => "unknown",
    }
}

/// The action of a request. S3 calls some otherwise than its operations.
pub(super) fn action(request: &Request) -> String {
    let name = match (request.service, request.operation.as_str()) {
        (Service::S3, "HeadBucket" | "ListObjects" | "ListObjectsV2") => "ListBucket",
        (Service::S3, "ListBuckets") => "ListAllMyBuckets",
        (Service::S3, "ListObjectVersions") => "ListBucketVersions",
        (Service::S3, "HeadObject") => "GetObject",
        (Service::S3, "DeleteObjects") => "DeleteObject",
        (_, name) => name,
    };
    format!("{}:{name}", prefix(request.service))
}

/// The ARNs of what a request is about, `*` if nothing is known of that.
pub(super) fn arns(context: &Context<'_>, request: &Request) -> Vec<String> {
    let found = match request.service {
        Service::Ec2 => ec2(context, request),
        Service::Iam => iam(context, request),
        Service::S3 => s3(request),
        Service::Ssm => ssm(context, request),
        Service::Sts => text(request, "RoleArn").map(str::to_owned).into_iter().collect(),
        _ => Vec::new(),
    };
    if found.is_empty() { vec!["*".to_owned()] } else { found }
}

fn text<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.parameters.get(name).map(String::as_str)
}

/// Operations on EC2 whose resources are known, with the parameters that name them.
const EC2: [(&str, &[&str]); 16] = [
    ("AssociateAddress", &["AllocationId", "InstanceId"]),
    ("AttachVolume", &["InstanceId", "VolumeId"]),
    ("CreateRoute", &["RouteTableId"]),
    ("CreateTags", &["ResourceId"]),
    ("DeleteRoute", &["RouteTableId"]),
    ("DeleteTags", &["ResourceId"]),
    ("DetachVolume", &["InstanceId", "VolumeId"]),
    ("GetConsoleOutput", &["InstanceId"]),
    ("ModifyInstanceAttribute", &["InstanceId"]),
    ("MonitorInstances", &["InstanceId"]),
    ("RebootInstances", &["InstanceId"]),
    ("ReplaceRoute", &["RouteTableId"]),
    ("StartInstances", &["InstanceId"]),
    ("StopInstances", &["InstanceId"]),
    ("TerminateInstances", &["InstanceId"]),
    ("UnmonitorInstances", &["InstanceId"]),
];

/// The resource type of an id, by what it begins with.
const TYPES: [(&str, &str); 16] = [
    ("acl-", "network-acl"),
    ("ami-", "image"),
    ("dopt-", "dhcp-options"),
    ("eipalloc-", "elastic-ip"),
    ("eni-", "network-interface"),
    ("i-", "instance"),
    ("igw-", "internet-gateway"),
    ("key-", "key-pair"),
    ("lt-", "launch-template"),
    ("nat-", "natgateway"),
    ("rtb-", "route-table"),
    ("sg-", "security-group"),
    ("snap-", "snapshot"),
    ("subnet-", "subnet"),
    ("vol-", "volume"),
    ("vpc-", "vpc"),
];

fn ec2(context: &Context<'_>, request: &Request) -> Vec<String> {
    let known = EC2.iter().find(|(operation, _)| *operation == request.operation);
    let names = known.map_or(&[][..], |(_, names)| names);
    let is_named = |parameter: &str| {
        names.iter().any(|name| parameter.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
    };
    let ids = request.parameters.iter().filter(|(parameter, _)| is_named(parameter)).map(|(_, id)| id);
    ids.filter_map(|id| {
        let (_, kind) = TYPES.iter().find(|(prefix, _)| id.starts_with(prefix))?;
        Some(format!("arn:aws:ec2:{}:{}:{kind}/{id}", context.place.region, context.place.account))
    })
    .collect()
}

/// Roles, policies and instance profiles: the path of one that is there stands in its ARN.
fn iam(context: &Context<'_>, request: &Request) -> Vec<String> {
    let region = super::region_of(context, &context.place.account);
    let role = text(request, "RoleName").map(|name| {
        let role = region.and_then(|region| region.roles.get(name));
        role.map_or_else(|| super::arn(context, "role", text(request, "Path").unwrap_or("/"), name), |role| role.arn(context))
    });
    let profile = text(request, "InstanceProfileName").map(|name| {
        let profile = region.and_then(|region| region.instance_profiles.get(name));
        let new = || super::arn(context, "instance-profile", text(request, "Path").unwrap_or("/"), name);
        profile.map_or_else(new, |profile| profile.arn(context))
    });
    // Where a role is named, a policy is what is done to it.
    let policy = text(request, "PolicyArn").map(str::to_owned).or_else(|| {
        let name = text(request, "PolicyName")?;
        Some(super::arn(context, "policy", text(request, "Path").unwrap_or("/"), name))
    });
    profile.or(role).or(policy).into_iter().collect()
}

fn s3(request: &Request) -> Vec<String> {
    let bucket = text(request, "Bucket");
    let key = text(request, "Key").map(|key| format!("/{key}")).unwrap_or_default();
    bucket.map(|bucket| format!("arn:aws:s3:::{bucket}{key}")).into_iter().collect()
}

fn ssm(context: &Context<'_>, request: &Request) -> Vec<String> {
    let named = request.parameters.iter().filter(|(parameter, _)| *parameter == "Name" || parameter.starts_with("Names."));
    named
        .map(|(_, name)| {
            let separator = if name.starts_with('/') { "" } else { "/" };
            format!("arn:aws:ssm:{}:{}:parameter{separator}{name}", context.place.region, context.place.account)
        })
        .collect()
}

/// What the keys begin with of which S3 is asked for a list.
pub(super) fn listed(request: &Request) -> Option<&str> {
    text(request, "prefix").filter(|_| request.service == Service::S3)
}

/// The tags that a request sets, whatever its service calls the list.
pub(super) fn sent_tags(request: &Request) -> Vec<(String, String)> {
    let keys = request.parameters.iter().filter_map(|(name, key)| {
        let tag = name.strip_suffix(".Key")?;
        let list = tag.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('.').trim_end_matches(".member");
        let is_list_of_tags = list.ends_with("Tag") || list.ends_with("Tags");
        let value = request.parameters.get(&format!("{tag}.Value")).cloned().unwrap_or_default();
        is_list_of_tags.then(|| (key.clone(), value))
    });
    keys.collect()
}

/// The tags of what an ARN names.
pub(super) fn tags(context: &Context<'_>, arn: &str) -> Vec<(String, String)> {
    let account = &context.place.account;
    let (region, id) = if arn.starts_with("arn:aws:iam:") && !arn.contains(":policy/") {
        (super::region_of(context, account), arn.rsplit('/').next().unwrap_or(arn))
    } else if arn.starts_with("arn:aws:iam:") {
        (super::region_of(context, account), arn)
    } else {
        (Some(&*context.region), arn.rsplit('/').next().unwrap_or(arn))
    };
    let written = region.and_then(|region| region.written(id));
    let tags = written.and_then(|(_, record)| record.pointer("/object/tags")?.as_object().cloned()).unwrap_or_default();
    tags.into_iter().filter_map(|(key, value)| Some((key, value.as_str()?.to_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(operation: &str, parameters: &[(&str, &str)]) -> Request {
        let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Request { parameters, ..Request::sample(operation) }
    }

    #[test]
    fn tags_are_found_in_every_form() {
        for name in ["TagSpecification.1.Tag.2", "Tag.1", "Tags.member.1", "Tags.1"] {
            let (key, value) = (format!("{name}.Key"), format!("{name}.Value"));
            let request = request("CreateTags", &[(&key, "Name"), (&value, "nat"), ("Filter.1.Key", "x")]);
            assert_eq!(sent_tags(&request), [("Name".to_owned(), "nat".to_owned())], "{name}");
        }
    }

    #[test]
    fn s3_has_names_of_its_own() {
        let head = Request { service: Service::S3, ..request("HeadObject", &[("Bucket", "b"), ("Key", "a/c")]) };
        assert_eq!((action(&head), s3(&head)), ("s3:GetObject".to_owned(), vec!["arn:aws:s3:::b/a/c".to_owned()]));
    }
}
