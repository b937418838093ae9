//! Changes that are made at the same time in one zone go in few calls.
//!
//! AWS takes one call for a zone at a time, five a second, and carries out all of a batch or nothing. What is asked first is kept
//! back for a moment, so that others can join. When a batch is refused, who is named in the refusal is told it, and the others
//! are sent again without them.
//! <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html#limits-api-requests-changeresourcerecordsets>

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use aws_sdk_route53::{
    Client,
    types::{Change, ChangeAction, ChangeBatch, ResourceRecordSet},
};
use blogstack_core::{
    Home,
    provider::{ErrorKind, ProviderError, Result},
};
use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};

use super::OPERATION;
use crate::{
    call::{self, missing},
    route53::{built, sync},
    wait::Pause,
};

/// How long a change waits for others.
const MOMENT: Duration = Duration::from_millis(50);
/// How many values a batch may have.
const MOST_VALUES: usize = 1_000;
/// How many characters they may have.
const MOST_CHARACTERS: usize = 32_000;
/// How often a batch is sent to which nothing was done.
const ATTEMPTS: u32 = 8;

/// One change.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// What is done.
    pub(super) action: ChangeAction,
    /// To what.
    pub(super) set: ResourceRecordSet,
}

/// The batches that are about to be sent, by place and zone.
#[derive(Clone, Default)]
pub(super) struct Batches(Arc<Mutex<BTreeMap<Key, Open>>>);

type Key = (Home, String);

/// What one record asks for: it is done as a whole.
type Wish = Vec<Step>;

/// The id of the change, for each wish.
type Outcomes = Arc<Vec<Result<String>>>;

struct Open {
    wishes: Vec<Wish>,
    answer: Shared<BoxFuture<'static, Outcomes>>,
}

impl Batches {
    /// Makes changes; the answer is the id by which can be asked whether they are everywhere.
    pub(super) async fn change(&self, client: Client, home: &Home, zone: &str, wish: Wish) -> Result<String> {
        let key = (home.clone(), zone.to_owned());
        let (place, answer) = self.join(key, client, wish);
        answer.await.get(place).cloned().unwrap_or_else(|| Err(missing(OPERATION, "change")))
    }

    fn join(&self, key: Key, client: Client, wish: Wish) -> (usize, Shared<BoxFuture<'static, Outcomes>>) {
        let mut open = self.lock();
        if let Some(open) = open.get_mut(&key) {
            open.wishes.push(wish);
            return (open.wishes.len() - 1, open.answer.clone());
        }
        let (batches, own) = (self.clone(), key.clone());
        let answer = async move {
            tokio::time::sleep(MOMENT).await;
            // From here on nobody can join.
            let wishes = batches.lock().remove(&own).map(|open| open.wishes).unwrap_or_default();
            Arc::new(send_all(&client, &own.1, wishes).await)
        };
        let answer = answer.boxed().shared();
        open.insert(key, Open { wishes: vec![wish], answer: answer.clone() });
        (0, answer)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Key, Open>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sends wishes in as few batches as AWS allows, one after the other.
async fn send_all(client: &Client, zone: &str, wishes: Vec<Wish>) -> Vec<Result<String>> {
    let mut outcomes: Vec<Option<Result<String>>> = wishes.iter().map(|_| None).collect();
    for batch in batched(&wishes) {
        settle(client, zone, &wishes, batch, &mut outcomes).await;
    }
    outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(|| Err(missing(OPERATION, "change")))).collect()
}

/// The places of wishes, in batches that are not too large.
fn batched(wishes: &[Wish]) -> Vec<Vec<usize>> {
    let mut batches: Vec<Vec<usize>> = Vec::new();
    let mut left = (0, 0);
    for (place, wish) in wishes.iter().enumerate() {
        let (values, characters) = weight(wish);
        match batches.last_mut() {
            Some(batch) if values <= left.0 && characters <= left.1 => {
                batch.push(place);
                left = (left.0 - values, left.1 - characters);
            }
            _ => {
                batches.push(vec![place]);
                left = (MOST_VALUES.saturating_sub(values), MOST_CHARACTERS.saturating_sub(characters));
            }
        }
    }
    batches
}

/// Values and characters, as AWS counts them: what may both delete and create counts twice.
fn weight(wish: &Wish) -> (usize, usize) {
    let of_step = |step: &Step| {
        let values = step.set.resource_records();
        let times = if step.action == ChangeAction::Upsert { 2 } else { 1 };
        (times * values.len().max(1), times * values.iter().map(|value| value.value.len()).sum::<usize>())
    };
    wish.iter().map(of_step).fold((0, 0), |(a, b), (c, d)| (a + c, b + d))
}

/// Sends a batch until every wish in it is granted or refused.
async fn settle(client: &Client, zone: &str, wishes: &[Wish], batch: Vec<usize>, outcomes: &mut [Option<Result<String>>]) {
    let mut open = vec![batch];
    while let Some(batch) = open.pop() {
        let refusal = match send(client, zone, batch.iter().flat_map(|place| &wishes[*place])).await {
            Err(error) if error.is_code("InvalidChangeBatch") && batch.len() > 1 => error,
            answer => {
                for place in &batch {
                    outcomes[*place] = Some(answer.clone());
                }
                continue;
            }
        };
        let (blamed, others): (Vec<usize>, Vec<usize>) =
            batch.iter().copied().partition(|place| complaint(&refusal, &wishes[*place]).is_some());
        for place in &blamed {
            let message = complaint(&refusal, &wishes[*place]).unwrap_or_default();
            outcomes[*place] = Some(Err(ProviderError { message, ..refusal.clone() }));
        }
        match (blamed.is_empty(), others.is_empty()) {
            // Nobody is named: each is sent alone.
            (true, _) => open.extend(others.into_iter().map(|place| vec![place])),
            (false, true) => {}
            (false, false) => open.push(others),
        }
    }
}

/// What a refusal says of a wish, if it names it: `[Tried to create resource record set [name='a.', type='A'] but it already
/// exists, …]`.
fn complaint(refusal: &ProviderError, wish: &Wish) -> Option<String> {
    let text = refusal.message.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(&refusal.message);
    let names = |step: &Step| {
        let name = step.set.name.trim_end_matches('.').replace('*', "\\052");
        let kind = step.set.r#type.as_str().to_owned();
        let identifier = step.set.set_identifier.as_ref().map(|own| format!("set-identifier='{own}'"));
        move |part: &str| {
            let quoted = part.contains(&format!("name='{name}.'")) && part.contains(&format!("type='{kind}'"));
            let told = part.contains(&format!("DNS name {name}. ")) || part.contains(&format!("DNS name {name}.,"));
            (quoted || told) && identifier.as_ref().is_none_or(|own| part.contains(own.as_str()))
        }
    };
    // Parts begin where the one before ends with a sentence; AWS puts a comma between them.
    let parts: Vec<&str> = split(text);
    wish.iter().find_map(|step| parts.iter().copied().find(|part| names(step)(part))).map(|part| part.trim().to_owned())
}

/// The messages in a list of them: commas inside brackets or quotation marks part nothing.
fn split(text: &str) -> Vec<&str> {
    let (mut depth, mut quoted, mut start, mut parts) = (0_i32, false, 0, Vec::new());
    for (at, character) in text.char_indices() {
        match character {
            '\'' => quoted = !quoted,
            '[' | '(' if !quoted => depth += 1,
            ']' | ')' if !quoted => depth -= 1,
            ',' if depth == 0 && !quoted && begins(&text[at + 1..]) => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// Whether a message begins here: with a capital.
fn begins(rest: &str) -> bool {
    rest.trim_start().starts_with(char::is_uppercase)
}

/// Sends a batch. What was not done because something else goes on in the zone is sent again.
async fn send(client: &Client, zone: &str, steps: impl Iterator<Item = &Step>) -> Result<String> {
    let change = |step: &Step| {
        let change = Change::builder().action(step.action.clone()).resource_record_set(step.set.clone()).build();
        built(OPERATION, change)
    };
    let changes = steps.map(change).collect::<Result<Vec<_>>>()?;
    let batch = built(OPERATION, ChangeBatch::builder().set_changes(Some(changes)).build())?;
    let request = client.change_resource_record_sets().hosted_zone_id(zone).change_batch(batch);
    let mut pause = Pause::times(ATTEMPTS);
    loop {
        match call::create("route53:ChangeResourceRecordSets", || request.clone().send()).await {
            Err(error) if matches!(error.kind, ErrorKind::Transient | ErrorKind::Throttled) && pause.next().await => {}
            answer => {
                let info = answer?.change_info.ok_or_else(|| missing(OPERATION, "change"))?;
                return Ok(sync::id(&info.id));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_route53::types::{ResourceRecord, RrType};

    use super::*;

    fn wish(action: ChangeAction, name: &str, values: &[&str]) -> Wish {
        let value = |value: &&str| ResourceRecord::builder().value(*value).build().expect("a value");
        let set = ResourceRecordSet::builder().name(name).r#type(RrType::A).set_resource_records(Some(values.iter().map(value).collect()));
        vec![Step { action, set: set.build().expect("a record") }]
    }

    #[test]
    fn batches_are_as_large_as_aws_allows() {
        let long = "x".repeat(20_000);
        let wishes = [
            wish(ChangeAction::Create, "a", &[&long]),
            wish(ChangeAction::Create, "b", &["1"]),
            wish(ChangeAction::Upsert, "c", &[&long[..7_000]]),
        ];
        assert_eq!(batched(&wishes), [vec![0, 1], vec![2]]);
        let many: Vec<Wish> = (0..1_001).map(|number| wish(ChangeAction::Create, &number.to_string(), &["1"])).collect();
        assert_eq!(batched(&many).iter().map(Vec::len).collect::<Vec<_>>(), [1_000, 1]);
    }

    #[test]
    fn a_refusal_is_told_to_whom_it_names() {
        let message = "[Tried to create resource record set [name='a.example.com.', type='A'] but it already exists, \
                       RRSet with DNS name c.example.org. is not permitted in zone example.com.]";
        let refusal = ProviderError::new(ErrorKind::Rejected, OPERATION, message);
        let told = |name: &str| complaint(&refusal, &wish(ChangeAction::Create, name, &["1"]));
        assert_eq!(
            told("a.example.com").as_deref(),
            Some("Tried to create resource record set [name='a.example.com.', type='A'] but it already exists")
        );
        assert_eq!(told("c.example.org").as_deref(), Some("RRSet with DNS name c.example.org. is not permitted in zone example.com."));
        assert_eq!(told("b.example.com"), None);
    }
}
