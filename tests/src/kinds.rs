//! What every kind must stand: one description, the same lives for all.

mod stops;

use std::{collections::BTreeMap, time::Duration};

use blogstack_core::{
    Home, Scope,
    deployment::How,
    plan::Plan,
    provider::{TAG_PREFIX, UID_TAG},
    scope::declare,
    step::Action,
    testing::Lab,
};
use blogstack_sim::{Consistency, FaultKind, Outcome, Sim, on};
use serde_json::Value as Json;

use crate::{
    fields,
    world::{ACCOUNT, REGION, World, connection},
};

/// The ids of recorded objects, by the path of their resource.
pub type Ids = BTreeMap<String, String>;

/// A kind, as programs use it.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// The path, in all programs, of the resource that is looked at.
    pub subject: &'static str,
    /// The fewest fields that make one, and what it needs.
    pub minimal: fn(&Scope),
    /// Fields set, changed and cleared, one after the other.
    pub changes: &'static [Change],
    /// The operation that makes it.
    pub creates: &'static str,
    /// The operation that deletes it.
    pub deletes: &'static str,
    /// Takes the object with this id away, behind our back.
    pub vanish: fn(&World, &str),
    /// Takes the subject over as it is; everything else is known by its id.
    pub adopting: fn(&Scope, &Ids),
}

/// A change of the program.
#[derive(Debug, Clone, Copy)]
pub struct Change {
    /// What it is.
    pub what: &'static str,
    /// The program from now on.
    pub program: fn(&Scope),
    /// What becomes of the subject.
    pub action: Action,
}

/// The old object goes when the new one stands.
pub const CREATE_FIRST: Action = Action::Replace { delete_first: false };
/// The old object makes room for the new one.
pub const DELETE_FIRST: Action = Action::Replace { delete_first: true };

/// What changes nothing.
pub const fn same(what: &'static str, program: fn(&Scope)) -> Change {
    Change { what, program, action: Action::Same }
}

/// A change of the object as it is.
pub const fn update(what: &'static str, program: fn(&Scope)) -> Change {
    Change { what, program, action: Action::Update }
}

/// A change by a new object: the old one goes when the new one stands.
pub const fn create_first(what: &'static str, program: fn(&Scope)) -> Change {
    Change { what, program, action: CREATE_FIRST }
}

/// A change by a new object: the old one makes room for it.
pub const fn delete_first(what: &'static str, program: fn(&Scope)) -> Change {
    Change { what, program, action: DELETE_FIRST }
}

/// Deletes an object that the simulation keeps by itself.
///
/// # Panics
/// When there is none.
pub fn delete(world: &World, id: &str) {
    assert!(world.sim.out_of_band().delete(id).expect("a simulation in memory"), "there is no {id}");
}

/// Sets a field of an object of the simulation: for parts that it keeps inside another object.
///
/// # Panics
/// When there is none.
pub fn overwrite(world: &World, id: &str, field: &str, value: Json) {
    assert!(world.sim.out_of_band().set(id, field, value).expect("a simulation in memory"), "{id} has no {field}");
}

/// A cloud that shows everything at once, and one that shows what is new only after a while, also to calls that use it.
fn worlds() -> [World; 2] {
    let lagging = Consistency::window(Duration::from_secs(20)).for_writes_too();
    [Consistency::none(), lagging].map(|consistency| {
        let sim = Sim::builder().seed(7).consistency(consistency);
        World::with(sim.instance_profile("web").instance_profile("other"))
    })
}

async fn preview(world: &World, program: impl Fn(&Scope) + Send + Sync + 'static) -> Plan {
    world.stack(program).preview().await.unwrap_or_else(|error| panic!("{error}"))
}

fn action(plan: &Plan, subject: &str) -> Action {
    let step = plan.steps.iter().find(|step| step.urn.path() == subject && step.action != Action::Delete);
    step.unwrap_or_else(|| panic!("`{subject}` is not declared")).action
}

async fn assert_settled(world: &World, program: fn(&Scope), when: &str) {
    let plan = preview(world, program).await;
    assert!(plan.is_empty(), "{when}, something differs: {:#?}", plan.steps);
}

async fn ids(world: &World) -> Ids {
    let state = world.state().await;
    state.records.values().map(|record| (record.urn.path().to_owned(), record.id.clone())).collect()
}

async fn kind(world: &World, subject: &str) -> String {
    let state = world.state().await;
    let record = state.records.values().find(|record| record.urn.path() == subject);
    record.unwrap_or_else(|| panic!("`{subject}` is not recorded")).urn.kind().to_owned()
}

async fn assert_nothing_left(world: &World) {
    assert!(world.state().await.records.is_empty(), "{:#?}", world.state().await.records);
    assert!(world.sim.objects().is_empty(), "{:#?}", world.sim.objects());
}

impl Kind {
    /// The type of the subject, as in `aws:ec2/subnet`.
    ///
    /// # Panics
    /// When the minimal program does not declare it.
    pub fn name(&self) -> String {
        let graph = declare(Home::new(ACCOUNT, Some(REGION)), self.minimal).unwrap_or_else(|problems| panic!("{problems}"));
        let subject = graph.urns().find(|urn| urn.path() == self.subject);
        subject.unwrap_or_else(|| panic!("`{}` is not declared", self.subject)).kind().to_owned()
    }

    /// One of its programs, with what it is: the minimal one has the number zero, and each change the next.
    pub fn program(&self, number: usize) -> (&'static str, fn(&Scope)) {
        match number.checked_sub(1).map(|number| &self.changes[number]) {
            None => ("minimal", self.minimal),
            Some(change) => (change.what, change.program),
        }
    }

    /// Up, up again without a change, destroy.
    ///
    /// # Panics
    /// When the second run changes anything, or destroy leaves anything.
    pub async fn round_trip(&self) {
        for world in worlds() {
            world.up(self.minimal).await;
            assert_settled(&world, self.minimal, "after up").await;
            world.sim.clear_calls();
            world.up(self.minimal).await;
            let changed: Vec<_> = world.sim.calls().into_iter().filter(|call| call.mutating).map(|call| call.operation).collect();
            assert!(changed.is_empty(), "a second up called {changed:?}");
            world.destroy().await;
            assert_nothing_left(&world).await;
        }
    }

    /// Every change does what it is expected to, and nothing is left to do afterwards. Together, the changes send every input
    /// that the kind's field table supports, and none that it leaves out.
    ///
    /// # Panics
    /// When it is not so.
    pub async fn changes(&self) {
        for world in worlds() {
            world.up(self.minimal).await;
            let kind = kind(&world, self.subject).await;
            for Change { what, program, action: expected } in self.changes {
                let plan = preview(&world, *program).await;
                assert_eq!(action(&plan, self.subject), *expected, "{what}: {:#?}", plan.steps);
                world.up(*program).await;
                assert_settled(&world, *program, what).await;
            }
            world.destroy().await;
            assert_nothing_left(&world).await;
            fields::assert_sent(&kind, &world.sim.calls());
        }
    }

    /// What is recorded after a change is what was changed, although reads show for a while what was before.
    ///
    /// # Panics
    /// When it is what was before.
    pub async fn seen_late(&self) {
        let late = Consistency::window(Duration::from_secs(20)).for_changes_too();
        let world = World::with(Sim::builder().seed(7).consistency(late));
        let blind = How { no_refresh: true, ..How::default() };
        let blind = World { lab: world.lab.clone().how(blind), ..world.clone() };
        world.up(self.minimal).await;
        for Change { what, program, .. } in self.changes {
            world.up(*program).await;
            assert_settled(&blind, *program, what).await;
        }
        world.destroy().await;
        assert_nothing_left(&world).await;
    }

    /// Gone behind our back, it is made again.
    ///
    /// # Panics
    /// When it is not.
    pub async fn disappears(&self) {
        for world in worlds() {
            world.up(self.minimal).await;
            (self.vanish)(&world, &ids(&world).await[self.subject]);
            assert_eq!(action(&preview(&world, self.minimal).await, self.subject), Action::Create);
            world.up(self.minimal).await;
            assert_settled(&world, self.minimal, "after it was made again").await;
            world.destroy().await;
            assert_nothing_left(&world).await;
        }
    }

    /// A create whose answer is lost makes exactly one object.
    ///
    /// # Panics
    /// When it makes another number of them.
    pub async fn found_again(&self) {
        let calm = World::new();
        calm.up(self.minimal).await;
        let expected = calm.canonical().await;
        for world in worlds() {
            let untouched = world.sim.snapshot();
            for kind in [FaultKind::Reset, FaultKind::CutBody, FaultKind::ServerError] {
                for fault in [on(self.creates).after_effect(kind.clone()), on(self.creates).before_effect(kind.clone())] {
                    world.sim.restore(untouched.clone()).expect("a simulation in memory");
                    world.sim.clear_calls();
                    world.sim.clear_faults();
                    world.sim.add_fault(fault.clone());
                    let world = World { sim: world.sim.clone(), lab: Lab::new(connection(&world.sim)) };
                    world.up(self.minimal).await;
                    let struck = world.sim.calls().iter().any(|call| matches!(call.outcome, Outcome::Faulted { .. }));
                    assert!(struck, "{} was not called", self.creates);
                    assert_eq!(world.canonical().await, expected, "{fault:?}");
                    assert_settled(&world, self.minimal, "after a lost create").await;
                }
            }
        }
    }

    /// Deleting what is gone already succeeds: because the answer was lost, or because it went behind our back.
    ///
    /// # Panics
    /// When it does not.
    pub async fn deleted_twice(&self) {
        for world in worlds() {
            world.up(self.minimal).await;
            world.sim.add_fault(on(self.deletes).after_effect(FaultKind::Reset));
            world.destroy().await;
            assert_nothing_left(&world).await;
            world.up(self.minimal).await;
            (self.vanish)(&world, &ids(&world).await[self.subject]);
            let blind = How { no_refresh: true, ..How::default() };
            let blind = World { lab: world.lab.clone().how(blind), ..world };
            blind.destroy().await;
            assert_nothing_left(&blind).await;
        }
    }

    /// Somebody else's object is taken over by its id: it gets our tags, and stays as it is.
    ///
    /// # Panics
    /// When anything else happens.
    pub async fn adopted(&self) {
        for world in worlds() {
            world.up(self.minimal).await;
            let ids = ids(&world).await;
            for id in ids.values() {
                disown(&world, id);
            }
            let before = world.sim.objects();
            let adopting = self.adopting;
            let program = {
                let ids = ids.clone();
                move |s: &Scope| adopting(s, &ids)
            };
            let owner = world.beside();
            assert_eq!(action(&preview(&owner, program.clone()).await, self.subject), Action::Adopt);
            owner.up(program.clone()).await;
            assert_marked(&owner, self.subject).await;
            assert_eq!(unmarked(owner.sim.objects()), unmarked(before), "adopting changed something");
            assert!(preview(&owner, program.clone()).await.is_empty(), "after it was adopted, something differs");
            owner.destroy().await;
            assert!(world.beside().stack(program).preview().await.is_err(), "what was adopted is not deleted");
        }
    }
}

/// An object whose kind has tags carries its uid.
async fn assert_marked(world: &World, subject: &str) {
    let state = world.state().await;
    let record = state.records.values().find(|record| record.urn.path() == subject).expect("it was just adopted");
    let objects = world.sim.objects();
    let object = objects.iter().find(|(key, _)| key.ends_with(&format!("/{}", record.id)));
    if record.outputs.get("tags").is_some() {
        assert_eq!(object.expect("it is there").1["tags"][UID_TAG], record.uid.as_str());
    }
}

/// Takes our tags off an object, if it has any.
fn disown(world: &World, id: &str) {
    let objects = world.sim.objects();
    let own = objects.iter().find(|(key, _)| key.ends_with(&format!("/{id}"))).and_then(|(_, object)| object["tags"].as_object());
    for key in own.into_iter().flat_map(serde_json::Map::keys).filter(|key| key.starts_with(TAG_PREFIX)) {
        world.sim.out_of_band().untag(id, key).expect("a simulation in memory");
    }
}

fn unmarked(mut objects: BTreeMap<String, Json>) -> BTreeMap<String, Json> {
    for object in objects.values_mut() {
        if let Some(tags) = object.get_mut("tags").and_then(Json::as_object_mut) {
            tags.retain(|key, _| !key.starts_with(TAG_PREFIX));
        }
    }
    objects
}

/// Declares the tests of a [`Kind`].
#[macro_export]
macro_rules! lives {
    ($kind:expr) => {
        #[test]
        fn round_trip() {
            $crate::run($kind.round_trip());
        }

        #[test]
        fn changes() {
            $crate::run($kind.changes());
        }

        #[test]
        fn disappears() {
            $crate::run($kind.disappears());
        }

        #[test]
        fn found_again() {
            $crate::run($kind.found_again());
        }

        #[test]
        fn deleted_twice() {
            $crate::run($kind.deleted_twice());
        }

        #[test]
        fn adopted() {
            $crate::run($kind.adopted());
        }

        #[test]
        fn survives_every_stop() {
            println!("stops tried: {}", $kind.survives_every_stop());
        }
    };
}
