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
    store::{self, Item, Managed, Tier},
    tagging,
};
use crate::{
    account::Account,
    call,
    named::{Holder, Named},
    readable::{self, Readable},
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

impl Provider {
    async fn read_managed(&self, home: &Home, names: &[&str], managed: Managed) -> Result<Vec<Observed<SecureParameter>>> {
        let items = store::read(&self.0.ssm(home), names, true, managed).await?;
        Ok(items.into_iter().filter_map(observed).collect())
    }

    /// One that was made or changed, with what is managed of it.
    async fn state(&self, home: &Home, id: &Id<SecureParameter>, managed: Managed) -> Result<State<SecureParameter>> {
        let visible = readable::visible(self, home, id).await?.state;
        if managed == Managed::NOTHING {
            return Ok(visible);
        }
        let read = self.read_managed(home, &[id.as_str()], managed).await?.pop();
        Ok(read.ok_or_else(|| call::missing(Self::OPERATION, "parameter"))?.state)
    }
}

impl Readable for Provider {
    type Resource = SecureParameter;
    const OPERATION: &'static str = "ssm:GetParameters";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn read_ids(&self, home: &Home, ids: &[&str]) -> Result<Vec<Observed<SecureParameter>>> {
        self.read_managed(home, ids, Managed::NOTHING).await
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

    async fn finish(&self, cx: &Cx<'_>, id: Id<SecureParameter>, inputs: SecureParameterInputs) -> Result<State<SecureParameter>> {
        let managed = Managed {
            description: inputs.description.is_some(),
            allowed_pattern: inputs.allowed_pattern.is_some(),
            tier: inputs.tier.is_some(),
            key_id: inputs.key_id.is_some(),
            tags: !inputs.tags.is_empty(),
        };
        self.state(cx.home, &id, managed).await
    }

    async fn read(&self, home: &Home, wanted: &[Wanted<SecureParameter>]) -> Result<Vec<Observed<SecureParameter>>> {
        let managed = |one: &Wanted<SecureParameter>| Managed {
            description: one.manages(SecureParameter::description),
            allowed_pattern: one.manages(SecureParameter::allowed_pattern),
            tier: one.manages(SecureParameter::tier),
            key_id: one.manages(SecureParameter::key_id),
            tags: one.manages(SecureParameter::tags),
        };
        let mut all = Vec::with_capacity(wanted.len());
        for (managed, names) in store::by_managed(wanted.iter().map(|one| (one.id.as_str().to_owned(), managed(one)))) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            all.extend(self.read_managed(home, &names, managed).await?);
        }
        Ok(all)
    }

    /// A value goes with every change: AWS wants it. What is left out stays, and an empty text takes away.
    async fn update(
        &self,
        cx: &Cx<'_>,
        current: State<SecureParameter>,
        changes: &Changes<SecureParameter>,
    ) -> Result<State<SecureParameter>> {
        let before = readable::visible(self, cx.home, &current.id).await?.state.fields;
        let (value, key) = (changes.of(SecureParameter::value)?, changes.of(SecureParameter::key_id)?);
        let (description, pattern) = (changes.of(SecureParameter::description)?, changes.of(SecureParameter::allowed_pattern)?);
        let (tier, tags) = (changes.of(SecureParameter::tier)?, changes.of(SecureParameter::tags)?);
        let managed = Managed {
            description: description.is_set_after(current.fields.description.is_some()),
            allowed_pattern: pattern.is_set_after(current.fields.allowed_pattern.is_some()),
            tier: tier.is_set_after(current.fields.tier.is_some()),
            key_id: key.is_set_after(current.fields.key_id.is_some()),
            tags: tags.is_set_after(!current.fields.tags.is_empty()),
        };
        let same = value == Change::Keep && key == Change::Keep && tier == Change::Keep;
        if !(same && description == Change::Keep && pattern == Change::Keep) {
            let request = self.0.ssm(cx.home).put_parameter();
            let request = request
                .name(current.id.as_str())
                .value(value.set().unwrap_or(before.value).expose())
                .set_key_id(key.set())
                .set_description(store::sent(description))
                .set_allowed_pattern(store::sent(pattern))
                .set_tier(tier.set().map(Tier::to_sdk))
                .overwrite(true);
            call::change("ssm:PutParameter", || request.clone().send()).await?;
        }
        store::update_tags(&self.0, cx.home, current.id.as_str(), &current.fields.tags, tags).await?;
        self.state(cx.home, &current.id, managed).await
    }

    async fn delete(&self, cx: &Cx<'_>, current: State<SecureParameter>) -> Result<()> {
        store::delete(self, cx, &self.0, &current.id).await
    }

    async fn retag(&self, home: &Home, id: &Id<SecureParameter>, set: Tags, removed: Vec<String>) -> Result<()> {
        tagging::retag(&self.0.ssm(home), id.as_str(), set, removed).await
    }
}
