//! Versions: what a managed policy says, and said before. AWS keeps five.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html>

use aws_sdk_iam::{Client, types::PolicyVersion};
use blogstack_core::provider::Result;

use crate::{
    call,
    iam::{
        document::{self, PolicyDocument},
        names,
    },
};

/// How many versions AWS keeps.
const MOST: usize = 5;

const READ: &str = "iam:GetPolicyVersion";

/// What a version says, if it is there.
pub(super) async fn document(client: &Client, arn: &str, version: &str) -> Result<Option<PolicyDocument>> {
    let request = client.get_policy_version().policy_arn(arn).version_id(version);
    let answer = call::read(READ, || request.clone().send()).await.map(|answer| answer.policy_version);
    let text = call::forgive(answer, names::is_missing)?.and_then(|version| version.document);
    text.map(|text| document::of_answer(READ, &text)).transpose()
}

/// All versions, the oldest first.
async fn list(client: &Client, arn: &str) -> Result<Vec<PolicyVersion>> {
    let found = call::pages(|marker| async {
        let request = client.list_policy_versions().policy_arn(arn).set_marker(marker);
        let page = call::read("iam:ListPolicyVersions", || request.clone().send()).await?;
        Ok((page.versions, page.marker.filter(|_| page.is_truncated)))
    });
    let mut found = call::forgive(found.await, names::is_missing)?;
    let number = |version: &PolicyVersion| version.version_id().and_then(|id| id.strip_prefix('v')?.parse::<u64>().ok());
    found.sort_by_key(number);
    Ok(found)
}

/// Puts a document in force: a version that says it already, as an attempt whose answer was lost leaves one, or a new one.
pub(super) async fn put(client: &Client, arn: &str, wanted: &PolicyDocument) -> Result<()> {
    let versions = list(client, arn).await?;
    for version in versions.iter().rev() {
        let id = version.version_id().unwrap_or_default();
        if document(client, arn, id).await?.is_some_and(|own| document::same(&own, wanted)) {
            return if version.is_default_version { Ok(()) } else { set_default(client, arn, id).await };
        }
    }
    if versions.len() >= MOST {
        let oldest = versions.iter().find(|version| !version.is_default_version).and_then(PolicyVersion::version_id);
        delete(client, arn, oldest.unwrap_or_default()).await?;
    }
    create(client, arn, wanted).await
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html>
async fn create(client: &Client, arn: &str, wanted: &PolicyDocument) -> Result<()> {
    let request = client.create_policy_version().policy_arn(arn).policy_document(document::text(wanted)).set_as_default(true);
    call::create("iam:CreatePolicyVersion", || request.clone().send()).await.map(drop)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html>
async fn set_default(client: &Client, arn: &str, version: &str) -> Result<()> {
    let request = client.set_default_policy_version().policy_arn(arn).version_id(version);
    call::change("iam:SetDefaultPolicyVersion", || request.clone().send()).await.map(drop)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicyVersion.html>
async fn delete(client: &Client, arn: &str, version: &str) -> Result<()> {
    let request = client.delete_policy_version().policy_arn(arn).version_id(version);
    call::gone_is_fine(call::read("iam:DeletePolicyVersion", || request.clone().send()).await)
}

/// Drops every version that is not in force, as AWS wants it before the policy goes.
pub(super) async fn delete_old(client: &Client, arn: &str) -> Result<()> {
    for version in list(client, arn).await?.iter().filter(|version| !version.is_default_version) {
        delete(client, arn, version.version_id().unwrap_or_default()).await?;
    }
    Ok(())
}
