//! A named value that everybody may see. <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html>
//!
//! A change of `name` replaces it, as does one of `tier` from advanced to standard. What must not be seen is a
//! [`SecureParameter`](super::SecureParameter).

use aws_sdk_ssm::types;
use blogstack_core::{
    Field, Home, Id, Resource, Tags, Value,
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

/// A named value that everybody may see who may read parameters.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::ssm::Parameter;
///
/// fn program(s: &Scope) {
///     s.add("url", Parameter::new("https://example.org").name("/blog/prod/url"));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ssm/parameter", exclusive(name, place = "aws:ssm/name"))]
pub struct Parameter {
    /// The value: 1 to 4096 characters, 8192 in the advanced tier. Of a list, the items with commas between them.
    pub value: String,
    /// Its name, which must be unique in the region: levels with slashes, as in `/blog/prod/url`; made from the resource's path
    /// when it is not set. *Replaces.*
    #[field(replace, optional_computed)]
    pub name: String,
    /// Whether it is one value or a list.
    #[field(default = ParameterType::String)]
    pub parameter_type: ParameterType,
    /// What AWS checks the value for.
    #[field(default = DataType::Text)]
    pub data_type: DataType,
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

/// Whether a parameter is one value or a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum ParameterType {
    /// One value.
    String,
    /// A list, with commas between the items.
    StringList,
}

/// What AWS checks a value for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum DataType {
    /// Nothing.
    Text,
    /// That it is the id of an image. AWS checks after the call has succeeded, and makes no parameter when it is none.
    Image,
    /// That it is the configuration of an integration.
    Integration,
}

impl ParameterType {
    fn to_sdk(self) -> types::ParameterType {
        match self {
            Self::String => types::ParameterType::String,
            Self::StringList => types::ParameterType::StringList,
        }
    }
}

impl DataType {
    const ALL: [Self; 3] = [Self::Text, Self::Image, Self::Integration];

    fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "aws:ec2:image",
            Self::Integration => "aws:ssm:integration",
        }
    }

    fn of(name: Option<&str>) -> Self {
        Self::ALL.into_iter().find(|one| name == Some(one.name())).unwrap_or(Self::Text)
    }
}

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Readable for Provider {
    type Resource = Parameter;
    const OPERATION: &'static str = "ssm:GetParameters";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn read_ids(&self, home: &Home, ids: &[&str]) -> Result<Vec<Observed<Parameter>>> {
        store::told(self, home, ids, Managed::NOTHING).await
    }

    async fn complete(&self, home: &Home, wanted: &Wanted<Parameter>, parameter: &mut Observed<Parameter>) -> Result<()> {
        store::complete(self, home, wanted, parameter).await
    }
}

impl Stored for Provider {
    const SECURE: bool = false;

    fn managed(wanted: &Wanted<Parameter>) -> Managed {
        Managed {
            description: wanted.manages(Parameter::description),
            allowed_pattern: wanted.manages(Parameter::allowed_pattern),
            tier: wanted.manages(Parameter::tier),
            key_id: false,
            tags: wanted.manages(Parameter::tags),
        }
    }

    fn observed(item: Item) -> Option<Observed<Parameter>> {
        let Item { parameter, description, allowed_pattern, tier, tags, .. } = item;
        let list = parameter.r#type == Some(types::ParameterType::StringList);
        let fields = Parameter {
            value: parameter.value?,
            name: parameter.name.clone()?,
            parameter_type: if list { ParameterType::StringList } else { ParameterType::String },
            data_type: DataType::of(parameter.data_type.as_deref()),
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
    const TAGS: Field<Parameter, Tags> = Parameter::tags;
    const NAME: &'static str = "name";
    const TAKEN: &'static [&'static str] = &["ParameterAlreadyExists"];

    fn name(cx: &Cx<'_>, inputs: &ParameterInputs) -> String {
        store::name(cx, inputs.name.as_ref())
    }

    fn check(&self, planned: &Planned<'_, Parameter>) -> Vec<FieldProblem> {
        let (name, value) = (planned.get(Parameter::name), planned.get(Parameter::value));
        store::problems(name.as_deref(), value.as_deref(), planned.get(Parameter::tier))
    }

    fn replaces(&self, current: &Parameter, planned: &Planned<'_, Parameter>) -> Option<String> {
        Tier::replaces(current.tier, planned, Parameter::tier)
    }

    async fn holder(&self, home: &Home, name: &str) -> Result<Option<Holder<Parameter>>> {
        store::holder(&self.0.ssm(home), name).await
    }

    async fn make(&self, cx: &Cx<'_>, name: &str, inputs: &ParameterInputs) -> Result<Id<Parameter>> {
        let request = self.0.ssm(cx.home).put_parameter();
        let request = request
            .name(name)
            .value(&inputs.value)
            .r#type(inputs.parameter_type.unwrap_or(ParameterType::String).to_sdk())
            .set_data_type(inputs.data_type.map(|data_type| data_type.name().to_owned()))
            .set_description(inputs.description.clone())
            .set_allowed_pattern(inputs.allowed_pattern.clone())
            .set_tier(inputs.tier.map(Tier::to_sdk))
            .set_tags(Some(tagging::with_ours(cx, &inputs.tags)?))
            .overwrite(false);
        call::create("ssm:PutParameter", || request.clone().send()).await?;
        Ok(Id::new(name))
    }

    async fn read(&self, home: &Home, wanted: &[Wanted<Parameter>]) -> Result<Vec<Observed<Parameter>>> {
        store::read(self, home, wanted).await
    }

    /// A value goes with every change: AWS wants it. What is left out stays, and an empty text takes away.
    async fn change(&self, cx: &Cx<'_>, current: &State<Parameter>, seen: &Parameter, changes: &Changes<Parameter>) -> Result<()> {
        let (value, kind, data_type) =
            (changes.of(Parameter::value)?, changes.of(Parameter::parameter_type)?, changes.of(Parameter::data_type)?);
        let (description, pattern) = (changes.of(Parameter::description)?, changes.of(Parameter::allowed_pattern)?);
        let tier = changes.of(Parameter::tier)?;
        let same = value == Change::Keep && kind == Change::Keep && data_type == Change::Keep && tier == Change::Keep;
        if same && description == Change::Keep && pattern == Change::Keep {
            return Ok(());
        }
        let request = self.0.ssm(cx.home).put_parameter();
        let request = request
            .name(current.id.as_str())
            .value(value.set().unwrap_or_else(|| seen.value.clone()))
            .set_type(kind.set().map(ParameterType::to_sdk))
            .set_data_type(data_type.set().map(|data_type| data_type.name().to_owned()))
            .set_description(store::sent(description))
            .set_allowed_pattern(store::sent(pattern))
            .set_tier(tier.set().map(Tier::to_sdk))
            .overwrite(true);
        call::change("ssm:PutParameter", || request.clone().send()).await.map(drop)
    }

    /// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameter.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<Parameter>) -> Result<()> {
        let request = self.0.ssm(cx.home).delete_parameter().name(current.id.as_str());
        call::read("ssm:DeleteParameter", || request.clone().send()).await.map(drop)
    }

    async fn retag(&self, home: &Home, id: &Id<Parameter>, set: Tags, removed: Vec<String>) -> Result<()> {
        tagging::retag(&self.0.ssm(home), id.as_str(), set, removed).await
    }
}
