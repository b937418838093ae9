//! The public half of an SSH key. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImportKeyPair.html>
//!
//! A change of `public_key` or `key_name` replaces it. AWS never sees the private half.

use aws_sdk_ec2::{
    Client,
    operation::import_key_pair::ImportKeyPairOutput,
    primitives::Blob,
    types::{self, Filter, ResourceType},
};
use blogstack_core::{
    Field, Home, Id, Resource, Tags, Value,
    provider::{Cx, FieldProblem, Observed, Planned, ProviderError, Result, State, UID_TAG},
};

use super::{
    described::{self, Described, filter},
    tagged::Tagged,
    tagging,
};
use crate::{
    account::Account,
    call::{self, missing},
    naming,
    values::Arn,
};

mod public_key;

pub use self::public_key::PublicKey;

/// The public half of an SSH key, which instances let in.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::ec2::KeyPair;
///
/// fn program(s: &Scope) {
///     s.add("admin", KeyPair::new("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl blog"));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/key-pair", feature = "ec2", exclusive(key_name))]
pub struct KeyPair {
    /// The key, as in `id_ed25519.pub`: RSA or ED25519. Its comment means nothing.
    #[field(replace)]
    pub public_key: PublicKey,
    /// Its name, which must be unique in the region; made from the resource's path when it is not set.
    #[field(replace, optional_computed)]
    pub key_name: String,
    /// Tags.
    pub tags: Tags,
    /// Which kind of key it is.
    #[field(computed)]
    pub key_type: KeyType,
    /// What tells one key from another: of an RSA key the MD5, of an ED25519 key the SHA-256 digest.
    #[field(computed)]
    pub key_fingerprint: String,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

/// Which kind of key it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum KeyType {
    /// ED25519.
    Ed25519,
    /// RSA.
    Rsa,
}

/// How long a name may be.
const LONGEST_NAME: usize = 255;

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Described for Provider {
    type Resource = KeyPair;
    type Item = types::KeyPairInfo;
    const OPERATION: &'static str = "ec2:DescribeKeyPairs";
    const ID_FILTER: &'static str = "key-pair-id";

    fn account(&self) -> &Account {
        &self.0
    }

    /// This call has no pages.
    async fn describe(&self, client: &Client, filters: Vec<Filter>) -> Result<Vec<Self::Item>> {
        let request = client.describe_key_pairs().set_filters(Some(filters)).include_public_key(true);
        Ok(call::read(Self::OPERATION, || request.clone().send()).await?.key_pairs.unwrap_or_default())
    }

    fn observed(&self, item: Self::Item, home: &Home) -> Option<Observed<KeyPair>> {
        let id = Id::new(item.key_pair_id?);
        let fields = KeyPair {
            public_key: PublicKey::without_comment(item.public_key.as_deref().unwrap_or_default()),
            key_name: item.key_name?,
            tags: tagging::of_program(item.tags.as_ref()),
            key_type: if item.key_type == Some(types::KeyType::Ed25519) { KeyType::Ed25519 } else { KeyType::Rsa },
            key_fingerprint: item.key_fingerprint.unwrap_or_default(),
            arn: described::arn(home, &home.account, "key-pair", id.as_str()),
        };
        Some(State { id, fields }.into())
    }
}

impl Provider {
    /// The name is taken: by us, if the key carries our uid, because a call that we gave up was carried out after all.
    async fn taken(&self, cx: &Cx<'_>, name: &str, error: ProviderError) -> Result<Option<String>> {
        let client = self.0.ec2(cx.home);
        let named = || filter("key-name", [name]);
        let ours = self.describe(&client, vec![named(), filter(&format!("tag:{UID_TAG}"), [cx.uid.as_str()])]).await?.pop();
        if let Some(ours) = ours {
            return Ok(ours.key_pair_id);
        }
        let other = self.describe(&client, vec![named()]).await?.pop().and_then(|key| key.key_pair_id);
        let adopt = other.map(|id| format!(", or take it over with `.adopt(\"{id}\")`")).unwrap_or_default();
        Err(error.field("key_name").hint(format!("choose another `key_name`{adopt}")))
    }
}

impl Tagged for Provider {
    const TAGS: Field<KeyPair, Tags> = KeyPair::tags;

    fn check(&self, planned: &Planned<'_, KeyPair>) -> Vec<FieldProblem> {
        let fits = |name: &String| (1..=LONGEST_NAME).contains(&name.len()) && name.is_ascii();
        let name = planned.get(KeyPair::key_name).filter(|name| !fits(name));
        name.map(|_| FieldProblem { field: "key_name", message: "a name has 1 to 255 ASCII characters".into() }).into_iter().collect()
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &KeyPairInputs) -> Result<Id<KeyPair>> {
        let name = inputs.key_name.clone().unwrap_or_else(|| naming::generated(cx, LONGEST_NAME));
        let request = self.0.ec2(cx.home).import_key_pair().key_name(&name).public_key_material(Blob::new(inputs.public_key.as_str()));
        let request = request.tag_specifications(tagging::specification(ResourceType::KeyPair, cx, &inputs.tags));
        let id = match call::create("ec2:ImportKeyPair", || request.clone().send()).await {
            Ok(ImportKeyPairOutput { key_pair_id, .. }) => key_pair_id,
            Err(error) if error.is_code("InvalidKeyPair.Duplicate") => self.taken(cx, &name, error).await?,
            Err(error) => return Err(error),
        };
        Ok(Id::new(id.ok_or_else(|| missing("ec2:ImportKeyPair", "key pair id"))?))
    }

    /// Deleting one that does not exist succeeds.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteKeyPair.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<KeyPair>) -> Result<()> {
        let request = self.0.ec2(cx.home).delete_key_pair().key_pair_id(current.id.as_str());
        call::read("ec2:DeleteKeyPair", || request.clone().send()).await.map(drop)
    }
}
