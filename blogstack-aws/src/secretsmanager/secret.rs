//! A secret value with its versions. <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html>
//!
//! A change of `name` replaces it. A deleted one can be had back by hand for `recovery_window_in_days`, counts as gone here, and
//! keeps its name for as long.

use aws_sdk_secretsmanager::{Client, operation::describe_secret::DescribeSecretOutput};
use blogstack_core::{
    Field, Home, Id, Resource, Tags,
    provider::{Change, Changes, Cx, ErrorKind, FieldProblem, Observed, Planned, ProviderError, Result, State, Wanted},
};

use super::tagging;
use crate::{
    account::Account,
    call::{self, missing},
    named::{Holder, Named},
    naming,
    readable::{self, Readable},
    tags,
    values::Arn,
};

/// A secret value, for programs that ask for it when they need it.
///
/// ```
/// # use blogstack_core::{Scope, Secret};
/// use blogstack_aws::secretsmanager;
///
/// fn program(s: &Scope, password: Secret<String>) {
///     s.add("database", secretsmanager::Secret::new().name("prod/database").secret_string(password));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:secretsmanager/secret", feature = "secretsmanager", exclusive(name))]
pub struct Secret {
    /// Its name, which must be unique in the region, up to 512 letters, digits and `/_+=.@-`; made from the resource's path when
    /// it is not set. *Replaces.*
    #[field(replace, optional_computed)]
    pub name: String,
    /// The value, 1 to 65536 bytes. Unset, it is somebody else's business; AWS keeps the last one.
    pub secret_string: Option<blogstack_core::Secret<String>>,
    /// What it is for, up to 2048 characters.
    pub description: Option<String>,
    /// The key that encrypts it: its id, ARN or alias. The account's own key for secrets unless set.
    pub kms_key_id: Option<String>,
    /// For how many days a deleted secret can be had back, 7 to 30; 30 unless set.
    #[field(write_only, default = 30)]
    pub recovery_window_in_days: Option<u8>,
    /// Whether it is deleted at once and for good, and its name is free again.
    #[field(write_only, default = false)]
    pub force_delete_without_recovery: Option<bool>,
    /// Tags.
    pub tags: Tags,
    /// Its ARN, which ends in six random characters.
    #[field(computed)]
    pub arn: Arn,
}

/// How long a name may be.
const LONGEST_NAME: usize = 512;

/// How many values one call tells.
const BATCH: usize = 20;

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

fn observed(answer: DescribeSecretOutput) -> Option<Observed<Secret>> {
    let arn = answer.arn?;
    let text = |text: Option<String>| text.filter(|text| !text.is_empty());
    let fields = Secret {
        name: answer.name?,
        secret_string: None,
        description: text(answer.description),
        kms_key_id: text(answer.kms_key_id),
        recovery_window_in_days: None,
        force_delete_without_recovery: None,
        tags: tags::of_program(tagging::all(answer.tags)),
        arn: Arn(arn.clone()),
    };
    answer.deleted_date.is_none().then(|| State { id: Id::new(arn), fields }.into())
}

impl Provider {
    fn client(&self, home: &Home) -> Client {
        self.0.secretsmanager(home)
    }

    /// By its ARN or name. One that is to be deleted is still told, with a date.
    async fn describe(client: &Client, id: &str) -> Result<Option<DescribeSecretOutput>> {
        let request = client.describe_secret().secret_id(id);
        match call::read("secretsmanager:DescribeSecret", || request.clone().send()).await {
            Ok(answer) => Ok(Some(answer)),
            Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The newest values of some secrets, by ARN. Those that have none are absent.
    async fn values(client: &Client, ids: &[&str]) -> Result<Vec<(String, blogstack_core::Secret<String>)>> {
        let mut all = Vec::with_capacity(ids.len());
        for batch in ids.chunks(BATCH) {
            let ids = Some(batch.iter().map(|id| (*id).to_owned()).collect());
            let request = client.batch_get_secret_value().set_secret_id_list(ids);
            let answer = call::read("secretsmanager:BatchGetSecretValue", || request.clone().send()).await?;
            let values = answer.secret_values.into_iter().flatten();
            all.extend(values.filter_map(|one| Some((one.arn?, blogstack_core::Secret::new(one.secret_string?)))));
        }
        Ok(all)
    }

    /// A value that is there already is not put again: each time would make a version, and push out the one before.
    async fn put(client: &Client, id: &Id<Secret>, value: &blogstack_core::Secret<String>) -> Result<()> {
        let there = Self::values(client, &[id.as_str()]).await?.pop();
        if there.is_some_and(|(_, there)| there == *value) {
            return Ok(());
        }
        let request = client.put_secret_value().secret_id(id.as_str()).secret_string(value.expose());
        call::change("secretsmanager:PutSecretValue", || request.clone().send()).await?;
        Ok(())
    }
}

impl Readable for Provider {
    type Resource = Secret;
    const OPERATION: &'static str = "secretsmanager:DescribeSecret";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn read_ids(&self, home: &Home, ids: &[&str]) -> Result<Vec<Observed<Secret>>> {
        let client = self.client(home);
        let mut all = Vec::with_capacity(ids.len());
        for id in ids {
            all.extend(Self::describe(&client, id).await?.and_then(observed));
        }
        Ok(all)
    }

    async fn complete(&self, home: &Home, wanted: &Wanted<Secret>, secret: &mut Observed<Secret>) -> Result<()> {
        if wanted.manages(Secret::secret_string) {
            let told = Self::values(&self.client(home), &[secret.state.id.as_str()]).await?.pop();
            secret.state.fields.secret_string = told.map(|(_, value)| value);
        }
        Ok(())
    }
}

/// The name belongs to one that was deleted and can still be had back: what to do about that.
fn reserved(error: ProviderError, name: &str) -> ProviderError {
    if !(error.is_code("InvalidRequestException") && error.message.contains("scheduled for deletion")) {
        return error;
    }
    let hint = format!(
        "choose another `name`, have the deleted one back with `aws secretsmanager restore-secret --secret-id {name}`, or give it up \
         with `aws secretsmanager delete-secret --force-delete-without-recovery --secret-id {name}`"
    );
    error.field("name").hint(hint)
}

impl Named for Provider {
    const TAGS: Field<Secret, Tags> = Secret::tags;
    const NAME: &'static str = "name";
    const TAKEN: &'static [&'static str] = &["ResourceExistsException"];

    fn name(cx: &Cx<'_>, inputs: &SecretInputs) -> String {
        inputs.name.clone().unwrap_or_else(|| naming::generated(cx, LONGEST_NAME))
    }

    fn check(&self, planned: &Planned<'_, Secret>) -> Vec<FieldProblem> {
        let problem = |field, message: &str| FieldProblem { field, message: message.to_owned() };
        let allowed = |name: &String| {
            (1..=LONGEST_NAME).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric() || "/_+=.@-".contains(c))
        };
        let name = planned.get(Secret::name).filter(|name| !allowed(name));
        let size = planned.get(Secret::secret_string).map(|value| value.expose().len()).filter(|size| !(1..=65536).contains(size));
        let days = planned.get(Secret::recovery_window_in_days);
        let forced = planned.get(Secret::force_delete_without_recovery) == Some(true) && days.is_some();
        let days = days.filter(|days| !(7..=30).contains(days));
        let problems = [
            name.map(|_| problem("name", "a name has 1 to 512 letters, digits and `/_+=.@-`")),
            size.map(|size| problem("secret_string", &format!("it has {size} bytes, and a secret takes 1 to 65536"))),
            days.map(|_| problem("recovery_window_in_days", "a deleted secret can be had back for 7 to 30 days")),
            forced.then(|| problem("recovery_window_in_days", "there is none with `force_delete_without_recovery`")),
        ];
        problems.into_iter().flatten().collect()
    }

    async fn holder(&self, home: &Home, name: &str) -> Result<Option<Holder<Secret>>> {
        let found = Self::describe(&self.client(home), name).await?.filter(|found| found.deleted_date.is_none());
        Ok(found.and_then(|found| Some(Holder { id: Id::new(found.arn?), tags: tagging::all(found.tags) })))
    }

    async fn make(&self, cx: &Cx<'_>, name: &str, inputs: &SecretInputs) -> Result<Id<Secret>> {
        let all_tags = inputs.tags.clone().into_iter().chain(cx.ownership_tags());
        let request = self.client(cx.home).create_secret();
        // The token names the first version: it makes the call repeatable only while the secret stays as it is.
        let request = request
            .name(name)
            .client_request_token(cx.token())
            .set_secret_string(inputs.secret_string.as_ref().map(|value| value.expose().clone()))
            .set_description(inputs.description.clone())
            .set_kms_key_id(inputs.kms_key_id.clone())
            .set_tags(Some(tagging::sdk_tags(all_tags)));
        let answer = call::create("secretsmanager:CreateSecret", || request.clone().send()).await;
        let answer = answer.map_err(|error| reserved(error, name))?;
        Ok(Id::new(answer.arn.ok_or_else(|| missing("secretsmanager:CreateSecret", "ARN"))?))
    }

    /// The values of many in one call.
    async fn read(&self, home: &Home, wanted: &[Wanted<Secret>]) -> Result<Vec<Observed<Secret>>> {
        let ids: Vec<&str> = wanted.iter().map(|one| one.id.as_str()).collect();
        let mut found = self.read_ids(home, &ids).await?;
        let there = |one: &&Wanted<Secret>| one.manages(Secret::secret_string) && found.iter().any(|found| found.state.id == one.id);
        let valued: Vec<&str> = wanted.iter().filter(there).map(|one| one.id.as_str()).collect();
        for (arn, value) in Self::values(&self.client(home), &valued).await? {
            if let Some(one) = found.iter_mut().find(|one| one.state.id.as_str() == arn) {
                one.state.fields.secret_string = Some(value);
            }
        }
        Ok(found)
    }

    async fn change(&self, cx: &Cx<'_>, current: &State<Secret>, _: &Secret, changes: &Changes<Secret>) -> Result<()> {
        let client = self.client(cx.home);
        let (description, key) = (changes.of(Secret::description)?, changes.of(Secret::kms_key_id)?);
        if description != Change::Keep || key != Change::Keep {
            let request = client.update_secret().secret_id(current.id.as_str());
            let request = request.set_description(sent(description)).set_kms_key_id(sent(key));
            call::change("secretsmanager:UpdateSecret", || request.clone().send()).await?;
        }
        match changes.of(Secret::secret_string)?.set() {
            Some(value) => Self::put(&client, &current.id, &value).await,
            None => Ok(()),
        }
    }

    /// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<Secret>) -> Result<()> {
        let forced = current.fields.force_delete_without_recovery.unwrap_or(false);
        // Without recovery a name that nobody has succeeds too, and one that is to be deleted already goes for good.
        if !forced && readable::one(self, cx.home, &current.id).await?.is_none() {
            return Ok(());
        }
        let request = self.client(cx.home).delete_secret().secret_id(current.id.as_str());
        let request = match forced {
            true => request.force_delete_without_recovery(true),
            false => request.set_recovery_window_in_days(current.fields.recovery_window_in_days.map(i64::from)),
        };
        match call::read("secretsmanager:DeleteSecret", || request.clone().send()).await {
            // An answer that was lost may have been the first of two: what is to be deleted already is refused.
            Err(error) if error.is_code("InvalidRequestException") => match readable::one(self, cx.home, &current.id).await? {
                Some(_) => Err(error),
                None => Ok(()),
            },
            answer => answer.map(drop),
        }
    }

    async fn retag(&self, home: &Home, id: &Id<Secret>, set: Tags, removed: Vec<String>) -> Result<()> {
        tagging::retag(&self.client(home), id.as_str(), set, removed).await
    }
}

/// What a request says of a text that may be taken away: an empty one does that.
fn sent(change: Change<String>) -> Option<String> {
    match change {
        Change::Keep => None,
        Change::Set(text) => Some(text),
        Change::Clear => Some(String::new()),
    }
}
