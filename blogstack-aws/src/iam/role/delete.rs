//! The end of a role: AWS keeps one that has policies or is in an instance profile.

use std::time::Duration;

use aws_sdk_iam::Client;
use blogstack_core::{
    Id, Tags,
    provider::{Cx, ErrorKind, ProviderError, Result, STACK_UID_TAG},
};

use super::Role;
use crate::{
    call,
    iam::{names, tagging},
    wait::Pause,
};

/// How long what was just taken out of a role may still count as being in it.
const LAG: Duration = Duration::from_secs(30);

/// Deletes a role. It leaves profiles of this stack, which are about to get another role. Whatever else is in it is somebody else's,
/// because what we put there goes first: that is told, and stays.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html>
pub(super) async fn role(client: &Client, cx: &Cx<'_>, id: &Id<Role>) -> Result<()> {
    let mut pause = Pause::up_to(cx.timeout.unwrap_or(LAG));
    loop {
        let request = client.delete_role().role_name(id.as_str());
        match call::read("iam:DeleteRole", || request.clone().send()).await {
            Err(error) if error.kind == ErrorKind::Conflict => {
                let left = leave_profiles(client, cx, id).await?;
                if !left && !pause.next().await {
                    return Err(blocked(client, id, error).await?);
                }
            }
            answer => return answer.map(drop),
        }
    }
}

/// Takes the role out of the profiles of this stack; whether there were any.
async fn leave_profiles(client: &Client, cx: &Cx<'_>, id: &Id<Role>) -> Result<bool> {
    let mut left = false;
    for profile in profiles(client, id).await? {
        let request = client.get_instance_profile().instance_profile_name(&profile);
        let found = call::read("iam:GetInstanceProfile", || request.clone().send()).await;
        let tags: Tags =
            call::forgive(found.map(|answer| answer.instance_profile.and_then(|one| one.tags)), names::is_missing).map(tagging::of_sdk)?;
        if tags.get(STACK_UID_TAG) == Some(&cx.owner.stack_uid) {
            let request = client.remove_role_from_instance_profile().instance_profile_name(&profile).role_name(id.as_str());
            call::gone_is_fine(call::read("iam:RemoveRoleFromInstanceProfile", || request.clone().send()).await)?;
            left = true;
        }
    }
    Ok(left)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfilesForRole.html>
async fn profiles(client: &Client, id: &Id<Role>) -> Result<Vec<String>> {
    let found = call::pages(|marker| async {
        let request = client.list_instance_profiles_for_role().role_name(id.as_str()).set_marker(marker);
        let page = call::read("iam:ListInstanceProfilesForRole", || request.clone().send()).await?;
        Ok((Some(page.instance_profiles), page.marker.filter(|_| page.is_truncated)))
    });
    Ok(found.await?.into_iter().map(|profile| profile.instance_profile_name).collect())
}

/// Says what is in the role.
async fn blocked(client: &Client, id: &Id<Role>, error: ProviderError) -> Result<ProviderError> {
    let attached = call::pages(|marker| async {
        let request = client.list_attached_role_policies().role_name(id.as_str()).set_marker(marker);
        let page = call::read("iam:ListAttachedRolePolicies", || request.clone().send()).await?;
        Ok((page.attached_policies, page.marker.filter(|_| page.is_truncated)))
    });
    let inline = call::pages(|marker| async {
        let request = client.list_role_policies().role_name(id.as_str()).set_marker(marker);
        let page = call::read("iam:ListRolePolicies", || request.clone().send()).await?;
        Ok((Some(page.policy_names), page.marker.filter(|_| page.is_truncated)))
    });
    let attached = attached.await?.into_iter().filter_map(|policy| policy.policy_arn).map(|arn| format!("the attached policy `{arn}`"));
    let inline = inline.await?.into_iter().map(|name| format!("the inline policy `{name}`"));
    let profiles = profiles(client, id).await?.into_iter().map(|name| format!("a place in the instance profile `{name}`"));
    let has: Vec<String> = attached.chain(inline).chain(profiles).collect();
    if has.is_empty() {
        return Ok(error);
    }
    let message = format!("the role `{id}` has {}, which this stack did not make", has.join(", "));
    Ok(ProviderError { message, ..error }.hint("take that out of the role first, and run again"))
}
