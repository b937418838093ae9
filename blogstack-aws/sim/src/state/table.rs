//! All objects of one kind in one region, with what is needed to undo a call or to write down what it changed.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::moment::Moment;
use crate::state::object::Object;

/// An object and since when reads see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record<T> {
    visible_at: Moment,
    object: T,
    /// What reads see of it until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    earlier: Option<(Moment, T)>,
}

/// All objects of one kind in one region.
///
/// Changes are provisional until [`Table::commit`]; [`Table::roll_back`] takes them back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table<T> {
    records: BTreeMap<String, Record<T>>,
    /// The objects as they were at the last commit, of all that were touched since.
    before: BTreeMap<String, Option<Record<T>>>,
    /// Owner and id of every object, as of the last commit.
    owned: BTreeSet<(String, String)>,
}

/// One object that a call made, changed or removed.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) kind: &'static str,
    pub(crate) id: String,
    /// The record as it is now, when it is wanted and there is one.
    pub(crate) record: Option<Value>,
    /// When the object changes by itself the next time.
    pub(crate) due: Option<Moment>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { records: BTreeMap::new(), before: BTreeMap::new(), owned: BTreeSet::new() }
    }
}

impl<T: Serialize> Serialize for Table<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.records.serialize(serializer)
    }
}

impl<'de, T: Object> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let records: BTreeMap<String, Record<T>> = BTreeMap::deserialize(deserializer)?;
        let owned = records.values().flat_map(Record::owned).collect();
        Ok(Self { records, before: BTreeMap::new(), owned })
    }
}

impl<T> Record<T> {
    /// What reads see of the object by now.
    fn seen(&self, now: Moment) -> Option<&T> {
        let earlier = self.earlier.as_ref().filter(|(until, _)| now < *until).map(|(_, earlier)| earlier);
        (self.visible_at <= now).then(|| earlier.unwrap_or(&self.object))
    }
}

impl<T: Object> Record<T> {
    /// The object's owners, each with the object's id.
    fn owned(&self) -> impl Iterator<Item = (String, String)> {
        let owners = self.object.owners().into_iter().flatten();
        owners.map(|owner| (owner.to_owned(), self.object.id().to_owned()))
    }
}

impl<T: Object> Table<T> {
    pub(crate) fn get(&self, id: &str) -> Option<&T> {
        self.records.get(id).map(|record| &record.object)
    }

    /// The object, when reads see it by now, and as they do.
    pub(crate) fn visible(&self, id: &str, now: Moment) -> Option<&T> {
        self.records.get(id)?.seen(now)
    }

    /// Every object, in the order of the ids.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.records.values().map(|record| &record.object)
    }

    /// Every object that reads see by now, and as they do, in the order of the ids.
    pub(crate) fn iter_visible(&self, now: Moment) -> impl Iterator<Item = &T> {
        self.records.values().filter_map(move |record| record.seen(now))
    }

    /// Every object that belongs to an owner, in the order of the ids.
    pub(crate) fn of(&self, owner: &str) -> impl Iterator<Item = &T> {
        let first = (owner.to_owned(), String::new());
        let committed = self.owned.range(first..).take_while(|(own, _)| own == owner).map(|(_, id)| id);
        // What was touched since the last commit may have come or gone.
        let ids: BTreeSet<&String> = committed.chain(self.before.keys()).collect();
        let objects: Vec<&T> = ids.into_iter().filter_map(|id| self.get(id)).collect();
        let owner = owner.to_owned();
        objects.into_iter().filter(move |object| object.owners().contains(&Some(owner.as_str())))
    }

    pub(crate) fn change(&mut self, id: &str) -> Option<&mut T> {
        self.remember(id);
        self.records.get_mut(id).map(|record| &mut record.object)
    }

    /// An object to change, of which reads see until then what they see now.
    pub(crate) fn change_unseen(&mut self, id: &str, now: Moment, until: Moment) -> Option<&mut T> {
        self.remember(id);
        let record = self.records.get_mut(id)?;
        record.earlier = record.seen(now).cloned().map(|seen| (until, seen));
        Some(&mut record.object)
    }

    pub(crate) fn insert(&mut self, object: T, visible_at: Moment) {
        let id = object.id().to_owned();
        self.remember(&id);
        self.records.insert(id, Record { visible_at, object, earlier: None });
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<T> {
        self.remember(id);
        self.records.remove(id).map(|record| record.object)
    }

    /// Takes back every change since the last commit.
    pub(crate) fn roll_back(&mut self) {
        for (id, record) in std::mem::take(&mut self.before) {
            match record {
                Some(record) => self.records.insert(id, record),
                None => self.records.remove(&id),
            };
        }
    }

    /// Makes the changes since the last commit lasting and tells what they were, with the records when `write`.
    pub(crate) fn commit(&mut self, write: bool, changes: &mut Vec<Change>) {
        for (id, before) in std::mem::take(&mut self.before) {
            let record = self.records.get(&id);
            for owned in before.iter().flat_map(Record::owned) {
                self.owned.remove(&owned);
            }
            self.owned.extend(record.into_iter().flat_map(Record::owned));
            let due = record.and_then(|record| record.object.due());
            let record = record.filter(|_| write).and_then(|record| serde_json::to_value(record).ok());
            changes.push(Change { kind: T::KIND.name, id, record, due });
        }
    }

    /// Puts a record as it was written down, or removes it.
    pub(crate) fn replay(&mut self, id: &str, record: Option<Value>) -> Result<(), serde_json::Error> {
        match record {
            Some(record) => {
                let record: Record<T> = serde_json::from_value(record)?;
                if record.object.id() != id {
                    return Err(serde_json::Error::custom("the record has another id"));
                }
                self.remember(id);
                self.records.insert(id.to_owned(), record);
            }
            None => drop(self.remove(id)),
        }
        Ok(())
    }

    /// The record in its written form.
    pub(crate) fn written(&self, id: &str) -> Option<Value> {
        self.records.get(id).and_then(|record| serde_json::to_value(record).ok())
    }

    fn remember(&mut self, id: &str) {
        if !self.before.contains_key(id) {
            self.before.insert(id.to_owned(), self.records.get(id).cloned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ec2::gateway::Gateway;
    use crate::ec2::vpc::Vpc;

    fn table() -> Table<Vpc> {
        let mut table = Table::default();
        table.insert(Vpc::sample("vpc-1"), 0);
        table.commit(false, &mut Vec::new());
        table
    }

    #[test]
    fn a_roll_back_undoes_everything() {
        let mut table = table();
        let before = table.clone();
        table.change("vpc-1").unwrap().dns_hostnames = true;
        table.insert(Vpc::sample("vpc-2"), 0);
        table.remove("vpc-1");
        table.roll_back();
        assert_eq!(table, before);
    }

    #[test]
    fn a_commit_tells_what_changed() {
        let mut table = table();
        table.insert(Vpc::sample("vpc-2"), 5);
        table.remove("vpc-1");
        let mut changes = Vec::new();
        table.commit(true, &mut changes);
        let told: Vec<_> = changes.iter().map(|change| (change.id.as_str(), change.record.is_some())).collect();
        assert_eq!(told, [("vpc-1", false), ("vpc-2", true)]);
    }

    #[test]
    fn what_belongs_to_an_owner_is_found_before_and_after_the_commit() {
        let gateway = |id: &str, vpc: &str| Gateway::sample(id, Some(vpc));
        let mut table = Table::default();
        let of = |table: &Table<Gateway>, vpc: &str| table.of(vpc).map(|gateway| gateway.id.clone()).collect::<Vec<_>>();
        table.insert(gateway("igw-1", "vpc-1"), 0);
        table.insert(gateway("igw-2", "vpc-2"), 0);
        assert_eq!(of(&table, "vpc-1"), ["igw-1"]);
        table.commit(false, &mut Vec::new());
        table.change("igw-2").unwrap().vpc = Some("vpc-1".to_owned());
        assert_eq!((of(&table, "vpc-1").len(), of(&table, "vpc-2").len()), (2, 0));
        table.roll_back();
        assert_eq!((of(&table, "vpc-1").len(), of(&table, "vpc-2").len()), (1, 1));
        table.remove("igw-1");
        table.commit(false, &mut Vec::new());
        assert!(of(&table, "vpc-1").is_empty());
        let json = serde_json::to_value(&table).unwrap();
        assert_eq!(serde_json::from_value::<Table<Gateway>>(json).unwrap(), table);
    }

    #[test]
    fn reads_see_an_object_only_after_its_time() {
        let mut table = table();
        table.insert(Vpc::sample("vpc-2"), 5);
        assert!(table.visible("vpc-2", 4).is_none() && table.visible("vpc-2", 5).is_some());
        assert_eq!(table.iter_visible(4).count(), 1);
        assert_eq!(table.iter().count(), 2);
    }

    #[test]
    fn reads_see_a_change_only_after_its_time() {
        let mut table = table();
        table.change_unseen("vpc-1", 3, 5).unwrap().dns_hostnames = true;
        let seen = |now: Moment| table.visible("vpc-1", now).unwrap().dns_hostnames;
        assert_eq!([seen(3), seen(4), seen(5)], [false, false, true]);
        assert!(table.get("vpc-1").unwrap().dns_hostnames);
    }
}
