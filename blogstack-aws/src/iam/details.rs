//! The whole account in one listing, so that the number of calls does not grow with the number of objects.
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html>

use aws_sdk_iam::{
    Client,
    operation::get_account_authorization_details::GetAccountAuthorizationDetailsOutput,
    types::{EntityType, ManagedPolicyDetail, RoleDetail},
};
use blogstack_core::{Home, provider::Result};

use crate::{account::Account, call};

/// The operation, for errors.
pub(super) const OPERATION: &str = "iam:GetAccountAuthorizationDetails";

/// How much a page may hold.
pub(super) const PAGE: i32 = 1000;

/// These roles with their policies and profiles. Descriptions and session durations are lacking. Kinds that are read at once share the
/// listing.
pub(super) async fn roles(account: &Account, home: &Home, names: &[&str]) -> Result<Vec<RoleDetail>> {
    let client = account.iam(home);
    let read = move |names: Vec<String>| async move {
        let all = pages(&client, EntityType::Role, |page| page.role_detail_list.take()).await?;
        let named = all.into_iter().filter_map(|role| Some((role.role_name.clone()?, role)));
        Ok(named.filter(|(name, _)| names.contains(name)).collect())
    };
    account.gathering().many(home, names, read).await
}

/// All managed policies of the account, with every version. Tags are lacking.
pub(super) async fn policies(client: &Client) -> Result<Vec<ManagedPolicyDetail>> {
    pages(client, EntityType::LocalManagedPolicy, |page| page.policies.take()).await
}

async fn pages<T>(
    client: &Client,
    of: EntityType,
    take: impl Fn(&mut GetAccountAuthorizationDetailsOutput) -> Option<Vec<T>>,
) -> Result<Vec<T>> {
    let (of, take) = (&of, &take);
    let page = |marker| async move {
        let request = client.get_account_authorization_details().filter(of.clone()).max_items(PAGE).set_marker(marker);
        let mut page = call::read(OPERATION, || request.clone().send()).await?;
        let items = take(&mut page);
        Ok((items, page.marker.filter(|_| page.is_truncated)))
    };
    call::pages(page).await
}
