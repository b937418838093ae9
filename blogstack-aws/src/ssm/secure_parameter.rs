//! A named value that is encrypted. <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html>
//!
//! A change of `name` replaces it, as does one of `tier` from advanced to standard. AWS does not turn it into a
//! [`Parameter`](super::Parameter), nor one of those into it: they are two kinds.

use aws_sdk_ssm::types;
use blogstack_core::{
    Field, Home, Id, Resource, Secret, Tags,
    provider::{Change, Changes, Cx, FieldProblem, Observed, Planned, Result, State, Wanted},
};

use super::{
    store::{self, Item, Managed, Stored, Tier},
    tagging,
};
use crate::{
    account::Account,
    call,
    named::{Holder, Named},
    readable::Readable,
    values::Arn,
};

/// A named value that is encrypted under a key of KMS.
///
/// ```
/// # use blogstack_core::{Scope, Secret};
/// use blogstack_aws::ssm::SecureParameter;
///
/// fn program(s: &Scope, password: Secret<String>) {
///     s.add("password", SecureParameter::new(password).name("/blog/prod/password"));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ssm/secure-parameter", exclusive(name, place = "aws:ssm/name"))]
pub struct SecureParameter {
    /// The value: 1 to 4096 characters, 8192 in the advanced tier.
    pub value: Secret<String>,
    /// Its name, which must be unique in the region: levels with slashes, as in `/blog/prod/password`; made from the resource's
    /// path when it is not set. *Replaces.*
    #[field(replace, optional_computed)]
    pub name: String,
    /// The key: its id, ARN or alias. The account's own key for parameters unless set.
    #[field(default = "alias/aws/ssm")]
    pub key_id: Option<String>,
    /// What it is for, up to 1024 characters.
    pub description: Option<String>,
    /// A regular expression that each further value must match, up to 1024 characters.
    pub allowed_pattern: Option<String>,
    /// How large it may be; what the account has set when it is not set. From advanced to standard *replaces*.
    #[field(default = Tier::Standard)]
    pub tier: Option<Tier>,
    /// Tags.
    pub tags: Tags,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Readable for Provider {
    type Resource = SecureParameter;
    const OPERATION: &'static str = "ssm:GetParameters";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn read_ids(&self, home: &Home, ids: &[&str]) -> Result<Vec<Observed<SecureParameter>>> {
        store::told(self, home, ids, Managed::NOTHING).await
    }

    async fn complete(&self, home: &Home, wanted: &Wanted<SecureParameter>, parameter: &mut Observed<SecureParameter>) -> Result<()> {
        store::complete(self, home, wanted, parameter).await
    }
}

impl Stored for Provider {
    const SECURE: bool = true;

    fn managed(wanted: &Wanted<SecureParameter>) -> Managed {
        Managed {
            description: wanted.manages(SecureParameter::description),
            allowed_pattern: wanted.manages(SecureParameter::allowed_pattern),
            tier: wanted.manages(SecureParameter::tier),
            key_id: wanted.manages(SecureParameter::key_id),
            tags: wanted.manages(SecureParameter::tags),
        }
    }

    fn observed(item: Item) -> Option<Observed<SecureParameter>> {
        let Item { parameter, description, allowed_pattern, tier, key_id, tags } = item;
        let fields = SecureParameter {
            value: Secret::new(parameter.value?),
            name: parameter.name.clone()?,
            key_id,
            description,
            allowed_pattern,
            tier,
            tags,
            arn: Arn(parameter.arn.unwrap_or_default()),
        };
        Some(State { id: Id::new(parameter.name?), fields }.into())
    }
}

impl Named for Provider {
    const TAGS: Field<SecureParameter, Tags> = SecureParameter::tags;
    const NAME: &'static str = "name";
    const TAKEN: &'static [&'static str] = &["ParameterAlreadyExists"];

    fn name(cx: &Cx<'_>, inputs: &SecureParameterInputs) -> String {
        store::name(cx, inputs.name.as_ref())
    }

    fn check(&self, planned: &Planned<'_, SecureParameter>) -> Vec<FieldProblem> {
        let (name, value) = (planned.get(SecureParameter::name), planned.get(SecureParameter::value));
        store::problems(name.as_deref(), value.as_ref().map(|value| value.expose().as_str()), planned.get(SecureParameter::tier))
    }

    fn replaces(&self, current: &SecureParameter, planned: &Planned<'_, SecureParameter>) -> Option<String> {
        Tier::replaces(current.tier, planned, SecureParameter::tier)
    }

    async fn holder(&self, home: &Home, name: &str) -> Result<Option<Holder<SecureParameter>>> {
        store::holder(&self.0.ssm(home), name).await
    }

    async fn make(&self, cx: &Cx<'_>, name: &str, inputs: &SecureParameterInputs) -> Result<Id<SecureParameter>> {
        let request = self.0.ssm(cx.home).put_parameter();
        let request = request
            .name(name)
            .value(inputs.value.expose())
            .r#type(types::ParameterType::SecureString)
            .set_key_id(inputs.key_id.clone())
            .set_description(inputs.description.clone())
            .set_allowed_pattern(inputs.allowed_pattern.clone())
            .set_tier(inputs.tier.map(Tier::to_sdk))
            .set_tags(Some(tagging::with_ours(cx, &inputs.tags)?))
            .overwrite(false);
        call::create("ssm:PutParameter", || request.clone().send()).await?;
        Ok(Id::new(name))
    }

    async fn read(&self, home: &Home, wanted: &[Wanted<SecureParameter>]) -> Result<Vec<Observed<SecureParameter>>> {
        store::read(self, home, wanted).await
    }

    /// A value goes with every change: AWS wants it. What is left out stays, and an empty text takes away.
    async fn change(
        &self,
        cx: &Cx<'_>,
        current: &State<SecureParameter>,
        seen: &SecureParameter,
        changes: &Changes<SecureParameter>,
    ) -> Result<()> {
        let (value, key) = (changes.of(SecureParameter::value)?, changes.of(SecureParameter::key_id)?);
        let (description, pattern) = (changes.of(SecureParameter::description)?, changes.of(SecureParameter::allowed_pattern)?);
        let tier = changes.of(SecureParameter::tier)?;
        let same = value == Change::Keep && key == Change::Keep && tier == Change::Keep;
        if same && description == Change::Keep && pattern == Change::Keep {
            return Ok(());
        }
        let request = self.0.ssm(cx.home).put_parameter();
        let request = request
            .name(current.id.as_str())
            .value(value.set().as_ref().unwrap_or(&seen.value).expose())
            .set_key_id(key.set())
            .set_description(store::sent(description))
            .set_allowed_pattern(store::sent(pattern))
            .set_tier(tier.set().map(Tier::to_sdk))
            .overwrite(true);
        call::change("ssm:PutParameter", || request.clone().send()).await.map(drop)
    }

    /// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameter.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<SecureParameter>) -> Result<()> {
        let request = self.0.ssm(cx.home).delete_parameter().name(current.id.as_str());
        call::read("ssm:DeleteParameter", || request.clone().send()).await.map(drop)
    }

    async fn retag(&self, home: &Home, id: &Id<SecureParameter>, set: Tags, removed: Vec<String>) -> Result<()> {
        tagging::retag(&self.0.ssm(home), id.as_str(), set, removed).await
    }
}
