//! Looking at the cloud: every object of a kind and home in one batched read.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use futures::future::try_join_all;

use crate::{
    graph::{Graph, Home, Query},
    plan::Observations,
    provider::{Object, Provider, ProviderError, Providers, ToRead},
    state::{Phase, Record, State},
    urn::{Uid, Urn},
    value::Value,
};

/// How closely to look.
#[derive(Debug, Clone, Copy)]
pub struct Looking {
    /// Read all objects; otherwise what was recorded is believed, except of objects whose last operation was interrupted.
    pub refresh: bool,
    /// Take the newest answers of look-ups instead of the pinned ones, whether objects are read or not.
    pub refresh_lookups: bool,
    /// Seconds since 1970.
    pub now: u64,
    /// For how long after its creation an absent object is looked for again.
    pub window: Duration,
}

/// A read that failed.
#[derive(Debug, Clone, thiserror::Error)]
#[error("reading {what}: {error}")]
pub struct ObserveError {
    /// What was read.
    pub what: String,
    /// Why it failed.
    pub error: ProviderError,
}

/// Reads every recorded object, those to be adopted, and asks what the program asks.
pub async fn observe(state: &State, graph: &Graph, providers: &Providers, looking: Looking) -> Result<Observations, ObserveError> {
    let mut observations = Observations { objects: kept(state, providers).collect(), ..Observations::default() };
    let groups = groups(state, graph, providers, looking.refresh);
    let reads = groups.into_iter().map(|((kind, home), group)| async move {
        let provider = providers.require(kind).map_err(|error| ObserveError { what: kind.to_owned(), error })?;
        group.read(provider, &home, looking).await.map_err(|error| ObserveError { what: format!("the {kind} objects"), error })
    });
    for (objects, adopted) in try_join_all(reads).await? {
        observations.objects.extend(objects);
        observations.adopted.extend(adopted);
    }
    ask(state, graph, providers, looking, &mut observations).await?;
    Ok(observations)
}

/// Objects that are in the state alone, as they are recorded. One of which nothing is recorded was never finished, so there is none.
fn kept(state: &State, providers: &Providers) -> impl Iterator<Item = (Uid, Option<Object>)> {
    let kept = state.records.values().filter(|record| is_kept(record, providers));
    kept.map(|record| (record.uid.clone(), record.outputs.entries().next().is_some().then(|| record.object())))
}

fn is_kept(record: &Record, providers: &Providers) -> bool {
    providers.get(record.urn.kind()).is_some_and(|provider| provider.is_kept())
}

/// Objects of one kind in one home.
#[derive(Default)]
struct Group<'a> {
    wanted: Vec<ToRead>,
    records: Vec<&'a Record>,
    adopted: Vec<(&'a Urn, &'a str)>,
}

type Seen = (Vec<(Uid, Option<Object>)>, Vec<(Urn, Option<Object>)>);

impl Group<'_> {
    async fn read(&self, provider: &Arc<dyn Provider>, home: &Home, looking: Looking) -> Result<Seen, ProviderError> {
        let mut found: BTreeMap<String, Object> = BTreeMap::new();
        let mut wanted = self.wanted.clone();
        let mut pause = Duration::from_secs(1);
        let mut waited = Duration::ZERO;
        loop {
            found.extend(provider.read(home, &wanted).await?.into_iter().map(|object| (object.id.clone(), object)));
            // What was made a moment ago may not be seen yet: its absence proves nothing until the window has passed.
            let patience = |record: &&Record| looking.window.saturating_sub(waited).as_secs() > looking.now.saturating_sub(record.since);
            let young: Vec<&str> = self
                .records
                .iter()
                .filter(|record| !found.contains_key(&record.id))
                .filter(|r| patience(r))
                .map(|record| &*record.id)
                .collect();
            if young.is_empty() {
                break;
            }
            wanted.retain(|one| young.contains(&one.id.as_str()));
            tokio::time::sleep(pause).await;
            waited += pause;
            pause = (pause * 2).min(Duration::from_secs(20));
        }
        let objects = self.records.iter().map(|record| (record.uid.clone(), found.get(&record.id).cloned())).collect();
        let adopted = self.adopted.iter().map(|(urn, id)| ((*urn).clone(), found.get(*id).cloned())).collect();
        Ok((objects, adopted))
    }
}

fn groups<'a>(state: &'a State, graph: &'a Graph, providers: &Providers, refresh: bool) -> BTreeMap<(&'a str, Home), Group<'a>> {
    let mut groups: BTreeMap<(&str, Home), Group<'_>> = BTreeMap::new();
    let declared: BTreeMap<&Urn, _> = graph.declared.iter().map(|declared| (&declared.node.urn, declared)).collect();
    let known = |kind: &str| providers.get(kind).is_some();
    // Of an object whose operation was interrupted nothing is known that could be believed.
    let is_read =
        |record: &&Record| (refresh || record.phase == Phase::Incomplete) && known(record.urn.kind()) && !is_kept(record, providers);
    for record in state.records.values().filter(is_read) {
        let declared = declared.get(&record.urn);
        let set = declared.into_iter().flat_map(|declared| declared.inputs.iter().map(|(name, _)| (*name).to_owned()));
        let mut managed: Vec<String> = applied(record, providers).chain(set).collect();
        managed.sort();
        managed.dedup();
        let here = declared.map(|declared| &declared.node.home).filter(|home| home.place() == record.home.place());
        let group = groups.entry((record.urn.kind(), here.unwrap_or(&record.home).clone())).or_default();
        group.wanted.push(ToRead { id: record.id.clone(), managed: managed.into() });
        group.records.push(record);
    }
    let recorded: BTreeSet<_> = state.records.values().map(|record| (record.urn.kind(), record.home.place(), record.id.as_str())).collect();
    for declared in graph.declared.iter().filter(|declared| known(declared.node.urn.kind())) {
        let (kind, place) = (declared.node.urn.kind(), declared.node.home.place());
        let Some(id) = declared.options.adopt.as_ref().filter(|id| !recorded.contains(&(kind, place, id.as_str()))) else { continue };
        let group = groups.entry((declared.node.urn.kind(), declared.node.home.clone())).or_default();
        let managed: Vec<String> = declared.inputs.iter().map(|(name, _)| (*name).to_owned()).collect();
        group.wanted.push(ToRead { id: id.clone(), managed: managed.into() });
        group.adopted.push((&declared.node.urn, id));
    }
    groups
}

/// The fields that the program set when it was last applied, by their names of today.
fn applied(record: &Record, providers: &Providers) -> impl Iterator<Item = String> {
    let today = providers.get(record.urn.kind()).filter(|provider| provider.schema().version != record.version);
    let today = today.and_then(|provider| record.migrated(provider.schema()).ok());
    let names: Vec<String> = today.as_ref().unwrap_or(record).inputs.entries().map(|(name, _)| name.clone()).collect();
    names.into_iter()
}

async fn ask(
    state: &State,
    graph: &Graph,
    providers: &Providers,
    looking: Looking,
    observations: &mut Observations,
) -> Result<(), ObserveError> {
    let questions: BTreeMap<String, &Arc<Query>> = graph.queries.iter().map(|query| (query.key(), query)).collect();
    let answers = questions.into_iter().map(|(key, query)| async move {
        let pinned = state.pins.get(&key).cloned();
        let answer = match &pinned {
            Some(pinned) if !looking.refresh && !looking.refresh_lookups => Ok(pinned.clone()),
            _ => answer(providers, query).await,
        };
        match (pinned, answer) {
            (Some(pinned), Err(_)) => Ok((key, query, pinned, None)),
            (Some(pinned), Ok(new)) if pinned != new && !query.latest && !looking.refresh_lookups => Ok((key, query, pinned, Some(new))),
            (_, Ok(new)) => Ok((key, query, new, None)),
            (None, Err(error)) => Err(ObserveError { what: format!("{} (asked at {})", query.describe(), query.line), error }),
        }
    });
    for (key, query, answer, moved) in try_join_all(answers).await? {
        if let Some(new) = moved {
            observations.moved.push((query.describe(), answer.clone(), new));
        }
        observations.answers.insert(key, answer);
    }
    Ok(())
}

async fn answer(providers: &Providers, query: &Query) -> Result<Value, ProviderError> {
    providers.answer(query.kind)?.look_up(&query.home, &query.question).await
}
