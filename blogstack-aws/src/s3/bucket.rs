//! A place for objects. <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html>
//!
//! A change of `bucket` replaces it. What is not declared of it is neither read nor changed: each part has an API of its own.

use blogstack_core::{
    Field, Home, Id, Resource, Set, Tags,
    provider::{Changes, Cx, ErrorKind, FieldProblem, Observed, Planned, Result, State, Wanted},
};
use futures::future::try_join_all;

use crate::{
    account::Account,
    call,
    named::{Holder, Named},
    naming,
    readable::Readable,
    values::{Arn, partition},
};

mod access;
mod cors;
mod empty;
mod encryption;
mod lifecycle;
mod name;
mod parts;
mod policy;
mod tagging;
mod versioning;

pub use self::{
    access::{ObjectOwnership, PublicAccessBlock},
    cors::{CorsMethod, CorsRule, CorsRuleArgs},
    encryption::{BlockedEncryption, Encryption, EncryptionArgs, SseAlgorithm},
    lifecycle::{
        LifecycleRule, LifecycleRuleArgs, NoncurrentTransition, NoncurrentTransitionArgs, Transition, TransitionArgs, TransitionClass,
    },
    policy::BucketPolicy,
    versioning::Versioning,
};

/// A place for objects.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::s3::{Bucket, LifecycleRule, Versioning};
///
/// fn program(s: &Scope) {
///     let expiry = LifecycleRule::new("old-versions").noncurrent_version_expiration_days(30_u32);
///     s.add("images", Bucket::new().versioning(Versioning::Enabled).lifecycle_rules([expiry]));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:s3/bucket", exclusive(bucket))]
pub struct Bucket {
    /// Its name, which nobody else in the world may have; 3 to 63 lower-case letters, digits, dots and hyphens. Made from the
    /// resource's path when it is not set.
    #[field(replace, optional_computed)]
    pub bucket: String,
    /// Whether deleting the bucket deletes all its objects first, with every version. It must be set, by a run, before the bucket
    /// is removed from the program.
    #[field(write_only, default = false)]
    pub force_destroy: Option<bool>,
    /// Whether older versions of objects are kept. Once enabled it can only be suspended, which is also what unsetting does.
    pub versioning: Option<Versioning>,
    /// How new objects are encrypted; with keys of S3 when it is not set.
    pub encryption: Option<Encryption>,
    /// What keeps its objects from being public: everything, as long as it is not set, and when it is unset.
    pub public_access_block: Option<PublicAccessBlock>,
    /// Who owns objects that other accounts write, and whether ACLs count: the bucket's owner, and they do not, as long as it is
    /// not set, and when it is unset.
    pub object_ownership: Option<ObjectOwnership>,
    /// Who may do what with it, as JSON.
    pub policy: Option<BucketPolicy>,
    /// What becomes of objects as they grow older.
    pub lifecycle_rules: Option<Set<LifecycleRule>>,
    /// Which pages of other origins may use it. The first rule that fits decides.
    pub cors_rules: Option<Vec<CorsRule>>,
    /// Tags.
    pub tags: Tags,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
    /// The region it is in.
    #[field(computed)]
    pub region: String,
    /// Its name in the DNS: `images.s3.eu-west-1.amazonaws.com`.
    #[field(computed)]
    pub bucket_regional_domain_name: String,
}

/// How long a name may be.
const LONGEST_NAME: usize = 63;

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Readable for Provider {
    type Resource = Bucket;
    const OPERATION: &'static str = "s3:HeadBucket";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn read_ids(&self, home: &Home, ids: &[&str]) -> Result<Vec<Observed<Bucket>>> {
        let all = try_join_all(ids.iter().map(|id| self.look(home, id))).await?;
        Ok(all.into_iter().flatten().map(Observed::from).collect())
    }

    async fn complete(&self, home: &Home, wanted: &Wanted<Bucket>, bucket: &mut Observed<Bucket>) -> Result<()> {
        parts::read(&self.0.s3(home), wanted, &mut bucket.state.fields).await
    }
}

impl Provider {
    /// A bucket without its parts.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html>
    async fn look(&self, home: &Home, id: &str) -> Result<Option<State<Bucket>>> {
        let request = self.0.s3(home).head_bucket().bucket(id);
        let answer = match call::read(Self::OPERATION, || request.clone().send()).await {
            Err(error) if error.kind == ErrorKind::NotFound => return Ok(None),
            answer => answer?,
        };
        let region = answer.bucket_region.or_else(|| home.region.clone()).unwrap_or_default();
        let fields = Bucket {
            bucket: id.to_owned(),
            force_destroy: None,
            versioning: None,
            encryption: None,
            public_access_block: None,
            object_ownership: None,
            policy: None,
            lifecycle_rules: None,
            cors_rules: None,
            tags: Tags::new(),
            arn: Arn(format!("arn:{}:s3:::{id}", partition(&region))),
            bucket_regional_domain_name: format!("{id}.s3.{region}.{}", domain(&region)),
            region,
        };
        Ok(Some(State { id: Id::new(id), fields }))
    }
}

fn domain(region: &str) -> &'static str {
    if partition(region) == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" }
}

impl Named for Provider {
    const TAGS: Field<Bucket, Tags> = Bucket::tags;
    const NAME: &'static str = "bucket";
    const TAKEN: &'static [&'static str] = &["BucketAlreadyExists", "BucketAlreadyOwnedByYou"];
    // In us-east-1, making a bucket that the account has already succeeds.
    const LOOKS_FIRST: bool = true;

    fn name(cx: &Cx<'_>, inputs: &BucketInputs) -> String {
        inputs.bucket.clone().unwrap_or_else(|| naming::unreserved(cx, LONGEST_NAME, &name::RESERVED).to_lowercase())
    }

    fn check(&self, planned: &Planned<'_, Bucket>) -> Vec<FieldProblem> {
        let name = ("bucket", planned.get(Bucket::bucket).and_then(|name| name::problem(&name)));
        let rules = planned.get(Bucket::lifecycle_rules).and_then(|rules| lifecycle::problem(&rules));
        let encryption = planned.get(Bucket::encryption).and_then(|encryption| encryption::problem(&encryption));
        FieldProblem::among([name, ("lifecycle_rules", rules), ("encryption", encryption)])
    }

    /// Whose it is, is told by its tags. A bucket that may not be seen is somebody else's.
    async fn holder(&self, home: &Home, name: &str) -> Result<Option<Holder<Bucket>>> {
        let client = self.0.s3(home);
        let request = client.head_bucket().bucket(name);
        let tags = match call::read(Self::OPERATION, || request.clone().send()).await {
            Ok(_) => tagging::read(&client, name).await?,
            Err(error) if error.kind == ErrorKind::NotFound => return Ok(None),
            Err(error) if error.code.is_none() && matches!(error.kind, ErrorKind::Denied | ErrorKind::Rejected) => Tags::new(),
            Err(error) => return Err(error),
        };
        Ok(Some(Holder { id: Id::new(name), tags }))
    }

    async fn make(&self, cx: &Cx<'_>, name: &str, inputs: &BucketInputs) -> Result<Id<Bucket>> {
        use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};
        let mut all = cx.ownership_tags();
        all.extend(inputs.tags.clone());
        // The oldest region must not be named.
        let region = cx.home.region.as_deref().filter(|region| *region != "us-east-1").map(BucketLocationConstraint::from);
        let place = CreateBucketConfiguration::builder().set_location_constraint(region).set_tags(Some(super::to_sdk(&all))).build();
        let request = self.0.s3(cx.home).create_bucket().bucket(name).create_bucket_configuration(place);
        let request = request.set_object_ownership(inputs.object_ownership.map(ObjectOwnership::to_sdk));
        call::create("s3:CreateBucket", || request.clone().send()).await?;
        Ok(Id::new(name))
    }

    async fn finish(&self, cx: &Cx<'_>, id: &Id<Bucket>, inputs: BucketInputs) -> Result<State<Bucket>> {
        let made = self.ready(cx, id).await?;
        parts::write_new(&self.0.s3(cx.home), id, &inputs).await?;
        Ok(made)
    }

    async fn change(&self, cx: &Cx<'_>, current: &State<Bucket>, _: &Bucket, changes: &Changes<Bucket>) -> Result<()> {
        parts::change(&self.0.s3(cx.home), &current.id, changes).await
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<Bucket>) -> Result<()> {
        let client = self.0.s3(cx.home);
        if current.fields.force_destroy == Some(true) {
            call::gone_is_fine(empty::of_everything(&client, &current.id).await)?;
        }
        let request = client.delete_bucket().bucket(current.id.as_str());
        let deleted = call::read("s3:DeleteBucket", || request.clone().send()).await;
        deleted.map(drop).map_err(|error| match error.is_code("BucketNotEmpty") {
            true => error.hint("delete its objects with all their versions; or set `.force_destroy(true)`, run, and remove it then"),
            false => error,
        })
    }

    async fn retag(&self, home: &Home, id: &Id<Bucket>, set: Tags, removed: Vec<String>) -> Result<()> {
        tagging::change(&self.0.s3(home), id, set, &removed).await
    }
}
