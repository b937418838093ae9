//! Versions: all the data of a launch, never changed. <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/manage-launch-template-versions.html>

use aws_sdk_ec2::{Client, types::LaunchTemplateVersion};
use blogstack_core::{
    Id,
    provider::{Cx, ErrorKind, ProviderError, Result},
};

use super::{LaunchTemplate, data, is_missing};
use crate::call::{self, missing};

const LISTING: &str = "ec2:DescribeLaunchTemplateVersions";

/// Versions of one template, by number, `$Latest` or `$Default`. There are none when there is no such template.
pub(super) async fn of(client: &Client, template: &str, versions: &[&str]) -> Result<Vec<LaunchTemplateVersion>> {
    let versions = versions.iter().map(|version| (*version).to_owned()).collect();
    let request = client.describe_launch_template_versions().launch_template_id(template).set_versions(Some(versions));
    let answer = call::read(LISTING, || request.clone().send()).await;
    call::forgive(answer.map(|answer| answer.launch_template_versions.unwrap_or_default()), is_missing)
}

/// The default versions of all templates.
pub(super) async fn defaults(client: &Client) -> Result<Vec<LaunchTemplateVersion>> {
    call::pages(|token| async {
        let request = client.describe_launch_template_versions().versions("$Default").max_results(200).set_next_token(token);
        let page = call::read(LISTING, || request.clone().send()).await?;
        Ok((page.launch_template_versions, page.next_token))
    })
    .await
}

/// Whether two say the same of launches, in whatever order.
pub(super) fn is_same(one: &LaunchTemplate, other: &LaunchTemplate) -> bool {
    data::comparable(one) == data::comparable(other)
}

/// Makes a version with these data the default one: the newest, if it has them already, because a run that was interrupted, or a
/// call whose answer was lost, has made it; else a new one.
pub(super) async fn make_default(client: &Client, cx: &Cx<'_>, id: &Id<LaunchTemplate>, wanted: &LaunchTemplate) -> Result<()> {
    let latest = of(client, id.as_str(), &["$Latest"]).await?.pop().ok_or_else(|| missing(LISTING, "version"))?;
    let latest_number = latest.version_number.unwrap_or_default();
    let number = match is_same(&data::of_version(latest), wanted) {
        true => latest_number,
        false => create(client, id, wanted, &format!("{}-{latest_number}", cx.token())).await?,
    };
    let request = client.modify_launch_template().launch_template_id(id.as_str()).default_version(number.to_string());
    call::change("ec2:ModifyLaunchTemplate", || request.clone().send()).await.map(drop)
}

/// The token is of the version before, so that nobody makes two after the same.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplateVersion.html>
async fn create(client: &Client, id: &Id<LaunchTemplate>, wanted: &LaunchTemplate, token: &str) -> Result<i64> {
    let operation = "ec2:CreateLaunchTemplateVersion";
    let request = client
        .create_launch_template_version()
        .launch_template_id(id.as_str())
        .client_token(token)
        .set_version_description(wanted.version_description.clone())
        .launch_template_data(data::to_sdk(wanted));
    let answer = call::create(operation, || request.clone().send()).await.map_err(used_token)?;
    let number = answer.launch_template_version.and_then(|version| version.version_number);
    number.ok_or_else(|| missing(operation, "version number"))
}

/// The version with other data that this token made is not seen yet.
fn used_token(error: ProviderError) -> ProviderError {
    match error.code.as_deref() {
        Some("IdempotentParameterMismatch") => ProviderError { kind: ErrorKind::Lost, ..error },
        _ => error,
    }
}
