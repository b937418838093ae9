//! Changes behind everybody's back, for tests of drift.

use serde_json::Value;

use crate::context::Context;
use crate::error::SimError;
use crate::protocol::service::GLOBAL;
use crate::sim::Sim;
use crate::state::world::Place;

/// Changes and deletes objects as somebody else would, without AWS's checks: [`Sim::out_of_band`].
///
/// Each action tells whether there was such an object (and field). Nothing of it is in the log of calls.
///
/// ```
/// use blogstack_sim::Sim;
///
/// let sim = Sim::builder().build()?;
/// let elsewhere = sim.out_of_band().region("us-east-1");
/// assert!(!elsewhere.delete("vpc-0123456789abcdef0")?);
/// assert!(!elsewhere.tag("vpc-0123456789abcdef0", "Name", "stranger")?);
/// # Ok::<(), blogstack_sim::SimError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct OutOfBand {
    sim: Sim,
    place: Place,
}

impl OutOfBand {
    pub(crate) fn new(sim: Sim, place: Place) -> Self {
        Self { sim, place }
    }

    /// In another region than the default one.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.place.region = region.into();
        self
    }

    /// In another account than the default one.
    pub fn account(mut self, account: impl Into<String>) -> Self {
        self.place.account = account.into();
        self
    }

    /// Removes an object, and nothing but it, at once.
    ///
    /// # Errors
    /// When the simulation's file cannot be written.
    pub fn delete(&self, id: &str) -> Result<bool, SimError> {
        self.act(id, |context| match context.region.written(id) {
            Some((kind, _)) => context.region.replay(kind, id, None).is_some(),
            None => false,
        })
    }

    /// Sets a field, named as in [`Sim::objects`]; a value of another type than the field's is not taken.
    ///
    /// Fields of fields are written with a slash: `metadata/http_tokens`.
    ///
    /// # Errors
    /// When the simulation's file cannot be written.
    pub fn set(&self, id: &str, field: &str, value: impl Into<Value>) -> Result<bool, SimError> {
        let value = value.into();
        self.act(id, |context| set(context, id, field, value))
    }

    /// Sets a tag.
    ///
    /// # Errors
    /// When the simulation's file cannot be written.
    pub fn tag(&self, id: &str, key: impl Into<String>, value: impl Into<String>) -> Result<bool, SimError> {
        let (key, value) = (key.into(), value.into());
        self.act(id, |context| {
            let tags = context.region.tags_of(id);
            tags.map(|tags| tags.insert(key, value)).is_some()
        })
    }

    /// Removes a tag.
    ///
    /// # Errors
    /// When the simulation's file cannot be written.
    pub fn untag(&self, id: &str, key: &str) -> Result<bool, SimError> {
        self.act(id, |context| context.region.tags_of(id).is_some_and(|tags| tags.remove(key).is_some()))
    }

    /// Acts where the object is: here, or where services live that are the same everywhere.
    fn act(&self, id: &str, action: impl FnOnce(&mut Context<'_>) -> bool) -> Result<bool, SimError> {
        let global = Place { account: self.place.account.clone(), region: GLOBAL.to_owned() };
        let engine = self.sim.shared.engine();
        let has = |place: &Place| engine.world.regions.get(&place.key()).is_some_and(|region| region.written(id).is_some());
        let place = if !has(&self.place) && has(&global) { &global } else { &self.place };
        drop(engine);
        self.within(place, action)
    }

    /// Does something in a region, and writes down what it changed.
    pub(crate) fn within<R>(&self, place: &Place, action: impl FnOnce(&mut Context<'_>) -> R) -> Result<R, SimError> {
        let shared = &self.sim.shared;
        let now = shared.clock.now();
        let mut engine = shared.engine();
        let done = engine.out_of_band(place, now, action);
        shared.queue_changes(&mut engine);
        drop(engine);
        let unwritten = |source| SimError::File { path: shared.file_path(), doing: "writing", source };
        shared.flush().map_err(unwritten)?;
        Ok(done)
    }
}

fn set(context: &mut Context<'_>, id: &str, field: &str, value: Value) -> bool {
    let Some((kind, mut record)) = context.region.written(id) else { return false };
    let Some(place) = record.pointer_mut(&format!("/object/{field}")) else { return false };
    *place = value;
    matches!(context.region.replay(kind, id, Some(record)), Some(Ok(())))
}
