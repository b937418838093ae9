//! What plain and secure parameters share: names, tiers, and how they are read.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ssm::{
    Client,
    types::{self, ParameterMetadata, ParameterStringFilter},
};
use blogstack_core::{
    Field, Home, Id, Resource, Tags, Value,
    provider::{Change, Cx, FieldProblem, Observed, Planned, Result, Wanted},
};

use super::tagging;
use crate::{call, named::Holder, naming, readable::Readable};

/// How many names one call takes: of those that tell values, and of those that tell everything else.
const BATCH: usize = 10;
const DESCRIBED: usize = 50;

/// A name has 1011 characters at most with its ARN, which takes some 60 of them.
const LONGEST_NAME: usize = 900;

/// How names begin that AWS keeps for itself.
const RESERVED: [&str; 2] = ["aws", "ssm"];

/// How large a parameter may be, and what it costs. An advanced one cannot become a standard one again.
///
/// AWS also knows `Intelligent-Tiering`, which picks one of these two, and answers with the one that it picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum Tier {
    /// Up to 4096 characters, free of charge.
    Standard,
    /// Up to 8192 characters.
    Advanced,
}

impl Tier {
    pub(super) fn to_sdk(self) -> types::ParameterTier {
        match self {
            Self::Standard => types::ParameterTier::Standard,
            Self::Advanced => types::ParameterTier::Advanced,
        }
    }

    fn of(metadata: &ParameterMetadata) -> Self {
        if metadata.tier == Some(types::ParameterTier::Advanced) { Self::Advanced } else { Self::Standard }
    }

    /// How many characters a value may have.
    fn room(self) -> usize {
        match self {
            Self::Standard => 4096,
            Self::Advanced => 8192,
        }
    }

    /// Why this change needs a new object. Where the program sets none any more, it would go back to the standard one.
    pub(super) fn replaces<R: Resource>(current: Option<Self>, planned: &Planned<'_, R>, tier: Field<R, Self>) -> Option<String> {
        let to_standard = !planned.is_set(tier) || planned.get(tier) == Some(Self::Standard);
        (current == Some(Self::Advanced) && to_standard).then(|| "an advanced parameter cannot become a standard one".into())
    }
}

/// The fields that somebody manages, of those that are not told along with the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::struct_excessive_bools, reason = "one for each field")]
pub(super) struct Managed {
    pub(super) description: bool,
    pub(super) allowed_pattern: bool,
    pub(super) tier: bool,
    pub(super) key_id: bool,
    pub(super) tags: bool,
}

impl Managed {
    pub(super) const NOTHING: Self = Self { description: false, allowed_pattern: false, tier: false, key_id: false, tags: false };

    /// Whether any of them is told by the call that describes.
    fn is_described(self) -> bool {
        self.description || self.allowed_pattern || self.tier || self.key_id
    }
}

/// A parameter as the calls tell it.
pub(super) struct Item {
    pub(super) parameter: types::Parameter,
    pub(super) description: Option<String>,
    pub(super) allowed_pattern: Option<String>,
    pub(super) tier: Option<Tier>,
    pub(super) key_id: Option<String>,
    pub(super) tags: Tags,
}

impl Item {
    /// What is managed of it, and no more, so that it is the same whoever reads it.
    fn new(parameter: types::Parameter, metadata: Option<&ParameterMetadata>, tags: Tags, managed: Managed) -> Self {
        let told = |is_managed: bool| metadata.filter(|_| is_managed);
        let text = |text: Option<&String>| text.filter(|text| !text.is_empty()).cloned();
        Self {
            description: text(told(managed.description).and_then(|metadata| metadata.description.as_ref())),
            allowed_pattern: text(told(managed.allowed_pattern).and_then(|metadata| metadata.allowed_pattern.as_ref())),
            tier: told(managed.tier).map(Tier::of),
            key_id: told(managed.key_id).and_then(|metadata| metadata.key_id.clone()),
            tags,
            parameter,
        }
    }
}

/// One of the two kinds.
pub(super) trait Stored: Readable {
    /// Whether its values are encrypted.
    const SECURE: bool;

    /// What is managed of a parameter.
    fn managed(wanted: &Wanted<Self::Resource>) -> Managed;

    /// The parameter, from what was told.
    fn observed(item: Item) -> Option<Observed<Self::Resource>>;
}

/// Reads parameters of one kind, of which the same is managed. Those that do not exist, or that are of the other kind, are absent.
pub(super) async fn told<S: Stored>(kind: &S, home: &Home, names: &[&str], managed: Managed) -> Result<Vec<Observed<S::Resource>>> {
    Ok(items(&kind.account().ssm(home), names, S::SECURE, managed).await?.into_iter().filter_map(S::observed).collect())
}

/// Reads many parameters of one kind: those of which the same is managed go together, and further calls are made only for that.
pub(super) async fn read<S: Stored>(kind: &S, home: &Home, wanted: &[Wanted<S::Resource>]) -> Result<Vec<Observed<S::Resource>>> {
    let mut groups = BTreeMap::<_, BTreeSet<&str>>::new();
    for one in wanted {
        groups.entry(S::managed(one)).or_default().insert(one.id.as_str());
    }
    let mut all = Vec::with_capacity(wanted.len());
    for (managed, names) in groups {
        all.extend(told(kind, home, &names.into_iter().collect::<Vec<_>>(), managed).await?);
    }
    Ok(all)
}

/// Reads one again with what is managed of it, if anything is that is not told along with the value.
pub(super) async fn complete<S: Stored>(
    kind: &S,
    home: &Home,
    wanted: &Wanted<S::Resource>,
    parameter: &mut Observed<S::Resource>,
) -> Result<()> {
    let managed = S::managed(wanted);
    if managed != Managed::NOTHING {
        let read = told(kind, home, &[wanted.id.as_str()], managed).await?.pop();
        *parameter = read.ok_or_else(|| call::missing(S::OPERATION, "parameter"))?;
    }
    Ok(())
}

async fn items(client: &Client, names: &[&str], secure: bool, managed: Managed) -> Result<Vec<Item>> {
    let mut found = Vec::with_capacity(names.len());
    for batch in names.chunks(BATCH) {
        let names = Some(batch.iter().map(|name| (*name).to_owned()).collect());
        let request = client.get_parameters().set_names(names).with_decryption(secure);
        let answer = call::read("ssm:GetParameters", || request.clone().send()).await?;
        found.extend(answer.parameters.unwrap_or_default());
    }
    found.retain(|one| (one.r#type == Some(types::ParameterType::SecureString)) == secure);
    let own: Vec<&str> = found.iter().filter_map(|one| one.name.as_deref()).collect();
    let mut metadata = if managed.is_described() { describe(client, &own).await? } else { BTreeMap::new() };
    let mut tags = BTreeMap::new();
    for name in own.iter().filter(|_| managed.tags) {
        tags.insert((*name).to_owned(), tagging::all(client, name).await?.unwrap_or_default());
    }
    let item = |parameter: types::Parameter| {
        let name = parameter.name.clone().unwrap_or_default();
        let tags = crate::tags::of_program(tags.remove(&name).unwrap_or_default());
        Item::new(parameter, metadata.remove(&name).as_ref(), tags, managed)
    };
    Ok(found.into_iter().map(item).collect())
}

/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html>
async fn describe(client: &Client, names: &[&str]) -> Result<BTreeMap<String, ParameterMetadata>> {
    let mut all = BTreeMap::new();
    for batch in names.chunks(DESCRIBED) {
        let values = Some(batch.iter().map(|name| (*name).to_owned()).collect());
        let filter = ParameterStringFilter::builder().key("Name").option("Equals").set_values(values).build();
        let filter = filter.map_err(|error| call::missing("ssm:DescribeParameters", &error.to_string()))?;
        let found = call::pages(|token| async {
            let request = client.describe_parameters().parameter_filters(filter.clone()).set_next_token(token);
            let page = call::read("ssm:DescribeParameters", || request.clone().send()).await?;
            Ok((page.parameters, page.next_token))
        });
        all.extend(found.await?.into_iter().filter_map(|one| Some((one.name.clone()?, one))));
    }
    Ok(all)
}

/// Who has a name now, and which tags it has.
pub(super) async fn holder<R>(client: &Client, name: &str) -> Result<Option<Holder<R>>> {
    let tags = tagging::all(client, name).await?;
    Ok(tags.map(|tags| Holder { id: Id::new(name), tags }))
}

/// What a request says of a text that may be taken away: an empty one does that.
pub(super) fn sent(change: Change<String>) -> Option<String> {
    match change {
        Change::Keep => None,
        Change::Set(text) => Some(text),
        Change::Clear => Some(String::new()),
    }
}

/// The name: what the program says, or one from the resource's path.
pub(super) fn name(cx: &Cx<'_>, named: Option<&String>) -> String {
    named.cloned().unwrap_or_else(|| naming::unreserved(cx, LONGEST_NAME, &RESERVED))
}

/// What is wrong with a name or a value, as AWS would say only when asked.
/// <https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html>
pub(super) fn problems(name: Option<&str>, value: Option<&str>, tier: Option<Tier>) -> Vec<FieldProblem> {
    FieldProblem::among([("name", name.and_then(name_problem)), ("value", value.and_then(|value| value_problem(value, tier)))])
}

fn name_problem(name: &str) -> Option<String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    let levels: Vec<&str> = name.trim_start_matches('/').split('/').collect();
    let problem = match name {
        _ if !name.chars().all(allowed) => "a name has letters, digits and `.`, `_`, `-`, `/`",
        _ if levels.contains(&"") || name.len() > LONGEST_NAME => "a name has 1 to 900 characters, and none of its levels is empty",
        _ if name.contains('/') && !name.starts_with('/') => "a name with several levels begins with a slash",
        _ if levels.len() > 15 => "a name has 15 levels at most",
        _ if naming::is_reserved(levels[0], &RESERVED) => "names do not begin with `aws` or `ssm`",
        _ => return None,
    };
    Some(problem.to_owned())
}

/// The value itself is not told: it may be secret.
fn value_problem(value: &str, tier: Option<Tier>) -> Option<String> {
    let (size, room) = (value.chars().count(), tier.unwrap_or(Tier::Advanced).room());
    match size {
        0 => Some("a parameter cannot be empty".into()),
        _ if size > room => Some(format!("it has {size} characters, and the tier takes {room}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked_as_aws_does() {
        for name in ["web", "/blog/prod/url", "a.b-c_d", "/x"] {
            assert_eq!(name_problem(name), None, "{name}");
        }
        for name in ["", "/", "a//b", "a/b", "/aws/x", "SSM-x", "a b", "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p"] {
            assert!(name_problem(name).is_some(), "{name}");
        }
    }

    #[test]
    fn a_value_that_is_too_long_is_not_repeated() {
        let value = "x".repeat(4097);
        assert_eq!(value_problem(&value, Some(Tier::Standard)), Some("it has 4097 characters, and the tier takes 4096".into()));
        assert_eq!(value_problem(&value, None), None);
        assert_eq!(value_problem("", None), Some("a parameter cannot be empty".into()));
    }
}
