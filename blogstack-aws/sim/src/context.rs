//! What one call sees and changes: its parameters, its region, the time, and seeded chance.

use std::collections::{BTreeMap, BTreeSet};

use crate::chance;
use crate::failure::Failure;
use crate::image::Image;
use crate::moment::Moment;
use crate::params::Params;
use crate::settings::Settings;
use crate::state::region::{Region, Stored};
use crate::state::world::Place;

/// What one call sees and changes.
pub(crate) struct Context<'a> {
    pub(crate) region: &'a mut Region,
    /// All other regions, by the key of their place.
    pub(crate) elsewhere: &'a mut BTreeMap<String, Region>,
    /// The keys of the regions that the call may have changed.
    pub(crate) touched: &'a mut BTreeSet<String>,
    pub(crate) place: &'a Place,
    pub(crate) settings: &'a Settings,
    pub(crate) seed: u64,
    pub(crate) now: Moment,
    pub(crate) params: Params,
}

impl Context<'_> {
    /// Does something in another region, or in another account.
    pub(crate) fn at<R>(&mut self, place: &Place, action: impl FnOnce(&mut Context<'_>) -> R) -> R {
        let (own, key) = (self.place.key(), place.key());
        if own == key {
            return action(self);
        }
        let mut region = self.elsewhere.remove(&key).unwrap_or_default();
        // For this moment the own region is one of the others.
        self.elsewhere.insert(own.clone(), std::mem::take(self.region));
        self.touched.insert(key.clone());
        let Self { elsewhere, touched, settings, seed, now, params, .. } = self;
        let params = params.clone();
        let result = action(&mut Context { region: &mut region, elsewhere, touched, place, settings, seed: *seed, now: *now, params });
        *self.region = self.elsewhere.remove(&own).unwrap_or_default();
        self.elsewhere.insert(key, region);
        result
    }

    /// What this account has in another region, if it has anything there.
    pub(crate) fn region_of(&self, region: &str) -> Option<&Region> {
        let key = Place { account: self.place.account.clone(), region: region.to_owned() }.key();
        if key == self.place.key() { Some(&*self.region) } else { self.elsewhere.get(&key) }
    }

    /// Every region of every account, with its place.
    pub(crate) fn everywhere(&self) -> impl Iterator<Item = (Place, &Region)> {
        let others = self.elsewhere.iter().map(|(key, region)| (Place::of(key), region));
        std::iter::once((self.place.clone(), &*self.region)).chain(others)
    }

    /// A new id: a function of the seed, the place and how many ids with this prefix were made there.
    pub(crate) fn new_id(&mut self, prefix: &str) -> String {
        chance::id(prefix, self.chance(prefix))
    }

    /// A number for a purpose, another one each time.
    pub(crate) fn chance(&mut self, purpose: &str) -> u64 {
        let count = self.region.count(purpose).to_string();
        chance::number(self.seed, &[&self.place.account, &self.place.region, purpose, &count])
    }

    /// An object that the call uses.
    pub(crate) fn find<T: Stored>(&self, id: &str) -> Result<&T, Failure> {
        T::KIND.check(id)?;
        let table = T::table(self.region);
        let hidden = self.settings.consistency.hides_from_writes() && table.visible(id, self.now).is_none();
        table.get(id).filter(|_| !hidden).ok_or_else(|| T::KIND.not_found(id))
    }

    /// A copy of the object that a required parameter names.
    pub(crate) fn named<T: Stored>(&self, parameter: &str) -> Result<T, Failure> {
        self.find::<T>(self.params.required(parameter)?).cloned()
    }

    /// An object to change.
    pub(crate) fn change<T: Stored>(&mut self, id: &str) -> Result<&mut T, Failure> {
        self.find::<T>(id)?;
        self.alter(id).ok_or_else(|| T::KIND.not_found(id))
    }

    /// An object to change, which is known to be there. Reads see the change when the consistency settings let them.
    pub(crate) fn alter<T: Stored>(&mut self, id: &str) -> Option<&mut T> {
        let (consistency, now) = (self.settings.consistency, self.now);
        let until = consistency.visible_at(now, self.seed, id);
        let table = T::table_mut(self.region);
        if consistency.shows_earlier() { table.change_unseen(id, now, until) } else { table.change(id) }
    }

    /// Stores a new object; reads see it when the consistency settings let them.
    pub(crate) fn add<T: Stored>(&mut self, object: T) {
        let visible_at = self.settings.consistency.visible_at(self.now, self.seed, object.id());
        T::table_mut(self.region).insert(object, visible_at);
    }

    /// Removes an object.
    pub(crate) fn remove<T: Stored>(&mut self, id: &str) {
        T::table_mut(self.region).remove(id);
    }

    /// Every object of a kind.
    pub(crate) fn all<T: Stored>(&self) -> impl Iterator<Item = &T> {
        T::table(self.region).iter()
    }

    /// Every object of a kind that belongs to an owner: a VPC, a subnet, an instance, a group, an interface.
    pub(crate) fn of<T: Stored>(&self, owner: &str) -> impl Iterator<Item = &T> {
        T::table(self.region).of(owner)
    }

    /// Refuses one more live object of a kind than its quota allows.
    pub(crate) fn within_quota<T: Stored>(&self, quota: &str, code: &'static str) -> Result<(), Failure> {
        if !self.settings.quotas.contains_key(quota) {
            return Ok(());
        }
        let used = self.all::<T>().filter(|object| object.is_live()).count();
        self.quota(quota, used, code)
    }

    /// Refuses one more of something of which so many are used.
    pub(crate) fn quota(&self, quota: &str, used: usize, code: &'static str) -> Result<(), Failure> {
        match self.settings.quotas.get(quota) {
            Some(limit) if used >= *limit => Err(Failure::new(code, format!("The maximum number of {quota} has been reached."))),
            _ => Ok(()),
        }
    }

    /// The images of the region.
    pub(crate) fn images(&self) -> impl Iterator<Item = (String, &Image)> {
        let images = self.settings.images.iter().filter(|image| image.is_in(&self.place.region));
        images.map(|image| (image.id_in(&self.place.region, self.seed), image))
    }
}
