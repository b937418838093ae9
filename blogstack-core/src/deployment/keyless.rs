//! A state whose key is missing: all is possible that neither opens nor writes a secret value.
//!
//! What is refused is refused before anything is done, and by name. A new key is made only when somebody asks for it.

use std::collections::BTreeSet;

use super::{DeploymentError, Session};
use crate::{
    error::{Problem, Problems},
    graph::Graph,
    keys::{self, KeyError},
    plan::{Observations, Plan},
    shape::{Presence, Schema},
    state::{LedgerError, Record, State},
    step::{Action, Step},
    value::Value,
};

impl Session<'_> {
    /// Gives up all that only the missing key could open, and makes another key.
    ///
    /// # Errors
    /// What the disk says. A key that is there is kept, and nothing is given up.
    pub async fn make_new_key(&self) -> Result<(), DeploymentError> {
        if self.ledger.key().is_ok() {
            return Ok(());
        }
        self.ledger.give_up_sealed().await?;
        let (parts, lineage) = (&self.deployment.parts, &self.ledger.owner().stack_uid);
        let made = keys::load_or_create(&*parts.disk, &parts.folders.keys(), lineage, &*parts.entropy, true);
        made.map(drop).map_err(|error| LedgerError::from(error).into())
    }

    /// Before a plan is made: what it would be made from must be readable.
    pub(super) fn refuse_sealed(&self, graph: &Graph, state: &State, observed: &Observations) -> Result<(), DeploymentError> {
        let asked = graph.queries.iter().filter(|query| observed.answers.get(&query.key()).is_some_and(Value::holds_secret));
        let unread = state.records.values().filter(|record| !observed.objects.contains_key(&record.uid) && record.outputs.holds_sealed());
        self.refuse(asked.map(|query| query.describe()).chain(unread.map(path)))
    }

    /// Before a plan is shown: carrying it out must not need a secret that cannot be opened, nor write one.
    pub(super) fn refuse_secrets(&self, plan: &Plan) -> Result<(), DeploymentError> {
        let providers = &self.deployment.connection.providers;
        let needs = |step: &&Step| {
            let schema = providers.get(step.urn.kind()).map(|provider| provider.schema());
            !step.left_out && schema.is_some_and(|schema| writes_secrets(step, schema))
        };
        let steps = plan.steps.iter().filter(needs).map(|step| step.urn.path().to_owned());
        let exports = plan.exports.iter().filter(|(_, draft)| draft.holds_secret()).map(|(name, _)| format!("output {name}"));
        self.refuse(steps.chain(exports))
    }

    /// Before recorded and observed fields are compared.
    pub(super) fn refuse_to_compare(&self, state: &State, observed: &Observations) -> Result<(), DeploymentError> {
        let seen = |record: &Record| observed.objects.get(&record.uid).and_then(Option::as_ref);
        let secret = |record: &&Record| record.outputs.holds_sealed() || seen(record).is_some_and(|object| object.outputs.holds_secret());
        self.refuse(state.records.values().filter(secret).map(path))
    }

    /// A problem for each, when the key is missing.
    fn refuse(&self, subjects: impl Iterator<Item = String>) -> Result<(), DeploymentError> {
        let Err(missing) = self.ledger.key() else { return Ok(()) };
        let message = match &missing {
            KeyError::Missing { path } => format!("it has secret values, and their key `{}` is missing", path.display()),
            other => other.to_string(),
        };
        let subjects: BTreeSet<String> = subjects.collect();
        let mut problems: Vec<Problem> = subjects.into_iter().map(|subject| Problem::new(subject, message.as_str())).collect();
        if let Some(last) = problems.last_mut() {
            last.hint = missing.hint();
        }
        Problems(problems).none_or(()).map_err(DeploymentError::Refused)
    }
}

fn path(record: &Record) -> String {
    record.urn.path().to_owned()
}

/// Whether a secret may be written when this step is carried out. Deleting and giving up write none.
fn writes_secrets(step: &Step, schema: &Schema) -> bool {
    if matches!(step.action, Action::Delete | Action::Forget) || step.action == Action::Same && !step.rewrite {
        return false;
    }
    let records = || step.current.iter().flat_map(|record| [&record.inputs, &record.outputs]);
    let is_set = |name: &str| step.inputs.get(name).is_some() || records().any(|values| values.get(name).is_some());
    let secret = schema.fields.iter().filter(|field| field.shape.holds_secret());
    let by_provider = |presence| matches!(presence, Presence::Computed | Presence::OptionalComputed);
    secret.into_iter().any(|field| by_provider(field.presence) || is_set(field.name)) || records().any(Value::holds_sealed)
}
