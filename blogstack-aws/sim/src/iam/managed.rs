//! Some of AWS's own managed policies, cut down to what they are used for.
//!
//! Source: *AWS managed policy reference*.

use serde_json::{Value, json};

use crate::moment;

/// What a policy is called, with its path, and what it says.
struct Managed {
    name: &'static str,
    document: &'static str,
}

const PREFIX: &str = "arn:aws:iam::aws:policy/";

const ALL: [Managed; 9] = [
    Managed {
        name: "AdministratorAccess",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
    },
    Managed {
        name: "AmazonEC2FullAccess",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ec2:*","elasticloadbalancing:*","cloudwatch:*","autoscaling:*"],"Resource":"*"}]}"#,
    },
    Managed {
        name: "AmazonEC2ReadOnlyAccess",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ec2:Describe*","ec2:Get*","elasticloadbalancing:Describe*","cloudwatch:ListMetrics","cloudwatch:GetMetricStatistics","cloudwatch:Describe*","autoscaling:Describe*"],"Resource":"*"}]}"#,
    },
    Managed {
        name: "AmazonS3FullAccess",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#,
    },
    Managed {
        name: "AmazonS3ReadOnlyAccess",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*","s3:Describe*"],"Resource":"*"}]}"#,
    },
    Managed {
        name: "AmazonSSMManagedInstanceCore",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ssm:DescribeAssociation","ssm:GetDocument","ssm:DescribeDocument","ssm:GetManifest","ssm:GetParameter","ssm:GetParameters","ssm:ListAssociations","ssm:ListInstanceAssociations","ssm:PutInventory","ssm:PutComplianceItems","ssm:PutConfigurePackageResult","ssm:UpdateAssociationStatus","ssm:UpdateInstanceAssociationStatus","ssm:UpdateInstanceInformation"],"Resource":"*"},{"Effect":"Allow","Action":["ssmmessages:*","ec2messages:*"],"Resource":"*"}]}"#,
    },
    Managed {
        name: "CloudWatchAgentServerPolicy",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["cloudwatch:PutMetricData","ec2:DescribeVolumes","ec2:DescribeTags","logs:PutLogEvents","logs:PutRetentionPolicy","logs:DescribeLogStreams","logs:DescribeLogGroups","logs:CreateLogStream","logs:CreateLogGroup"],"Resource":"*"}]}"#,
    },
    Managed {
        name: "ReadOnlyAccess",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["*:Describe*","*:Get*","*:List*"],"Resource":"*"}]}"#,
    },
    Managed {
        name: "service-role/AmazonDLMServiceRole",
        document: r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ec2:CreateSnapshot","ec2:CreateSnapshots","ec2:DeleteSnapshot","ec2:DescribeInstances","ec2:DescribeVolumes","ec2:DescribeSnapshots","ec2:CreateTags"],"Resource":"*"}]}"#,
    },
];

/// What a policy of AWS says.
pub(super) fn document(arn: &str) -> Option<&'static str> {
    let name = arn.strip_prefix(PREFIX)?;
    ALL.iter().find(|managed| managed.name == name).map(|managed| managed.document)
}

/// What answers say of a policy of AWS.
pub(super) fn listed(arn: &str) -> Option<Value> {
    let name = arn.strip_prefix(PREFIX)?;
    ALL.iter().find(|managed| managed.name == name).map(value)
}

/// All of them, as answers have them.
pub(super) fn all() -> impl Iterator<Item = Value> {
    ALL.iter().map(value)
}

fn value(managed: &Managed) -> Value {
    let arn = format!("{PREFIX}{}", managed.name);
    json!({
        "PolicyName": managed.name.rsplit('/').next(),
        "PolicyId": format!("ANPA{:017X}", crate::chance::number(0, &[&arn])),
        "Path": super::policy::path_in(&arn),
        "Arn": arn,
        "DefaultVersionId": "v1",
        "AttachmentCount": 0,
        "PermissionsBoundaryUsageCount": 0,
        "IsAttachable": true,
        "CreateDate": moment::date(0),
        "UpdateDate": moment::date(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iam::document::{Use, checked};

    #[test]
    fn every_document_is_one() {
        for managed in &ALL {
            assert!(checked(managed.document, Use::Identity).is_ok(), "{}", managed.name);
        }
        assert_eq!(listed("arn:aws:iam::aws:policy/service-role/AmazonDLMServiceRole").unwrap()["Path"], "/service-role/");
    }
}
