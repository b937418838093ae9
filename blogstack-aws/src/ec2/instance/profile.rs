//! The IAM instance profile of an instance: an association that is made, replaced and broken up.

use aws_sdk_ec2::{
    Client,
    types::{IamInstanceProfileAssociation as Association, IamInstanceProfileAssociationState as Phase, IamInstanceProfileSpecification},
};
use blogstack_core::{
    Id,
    provider::{Change, Cx, ErrorKind, Result},
};

use super::{Instance, InstanceProfileName, PATIENCE, launch::known_profile};
use crate::{call, ec2::filter, wait};

const LISTING: &str = "ec2:DescribeIamInstanceProfileAssociations";

/// Brings the instance to the wanted profile and waits until it has it.
pub(super) async fn set(client: &Client, cx: &Cx<'_>, id: &Id<Instance>, change: Change<InstanceProfileName>) -> Result<()> {
    let wanted = match change {
        Change::Keep => return Ok(()),
        Change::Set(name) => Some(name.0),
        Change::Clear => None,
    };
    let wanted = wanted.as_deref();
    wait::until(LISTING, &format!("`{id}` has its profile"), cx.timeout.unwrap_or(PATIENCE), || approach(client, id, wanted)).await
}

/// The name in a profile's ARN, which may hold a path.
pub(in crate::ec2) fn name_in(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// One look, and one call if that shows that it is needed. A call that came too early, or whose answer was lost, is judged by the
/// next look.
async fn approach(client: &Client, id: &Id<Instance>, wanted: Option<&str>) -> Result<Option<()>> {
    let request = client.describe_iam_instance_profile_associations().filters(filter("instance-id", [id.as_str()]));
    let found = call::read(LISTING, || request.clone().send()).await?.iam_instance_profile_associations.unwrap_or_default();
    let found: Vec<Association> = found.into_iter().filter(|one| one.state() != Some(&Phase::Disassociated)).collect();
    if found.iter().any(|one| one.state() != Some(&Phase::Associated)) {
        return Ok(None);
    }
    let current = found.first();
    if current.and_then(|one| one.iam_instance_profile()?.arn()).map(name_in) == wanted {
        return Ok(Some(()));
    }
    let sent = match (current.and_then(Association::association_id), wanted) {
        (Some(association), None) => disassociate(client, association).await,
        (Some(association), Some(name)) => replace(client, association, name).await,
        (None, name) => associate(client, id, name.unwrap_or_default()).await,
    };
    match sent {
        Err(error) if !matches!(error.kind, ErrorKind::Lost | ErrorKind::Conflict | ErrorKind::NotFound) => Err(error),
        _ => Ok(None),
    }
}

fn profile(name: &str) -> IamInstanceProfileSpecification {
    IamInstanceProfileSpecification::builder().name(name).build()
}

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateIamInstanceProfile.html>
async fn associate(client: &Client, id: &Id<Instance>, name: &str) -> Result<()> {
    let request = client.associate_iam_instance_profile().instance_id(id.as_str()).iam_instance_profile(profile(name));
    known_profile(|| call::create("ec2:AssociateIamInstanceProfile", || request.clone().send())).await.map(drop)
}

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceIamInstanceProfileAssociation.html>
async fn replace(client: &Client, association: &str, name: &str) -> Result<()> {
    let request = client.replace_iam_instance_profile_association().association_id(association).iam_instance_profile(profile(name));
    known_profile(|| call::create("ec2:ReplaceIamInstanceProfileAssociation", || request.clone().send())).await.map(drop)
}

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateIamInstanceProfile.html>
async fn disassociate(client: &Client, association: &str) -> Result<()> {
    let request = client.disassociate_iam_instance_profile().association_id(association);
    call::read("ec2:DisassociateIamInstanceProfile", || request.clone().send()).await.map(drop)
}
