//! Random programs: what is declared for each slot.

use std::{
    cell::{OnceCell, RefCell},
    collections::BTreeMap,
    time::Duration,
};

use blogstack_aws::ec2::{Eip, EipArgs, KeyPair, Vpc};
use blogstack_core::{Args, Configure, Declare, Field, Handle, Resource, Scope, Tags};

use super::slot::{Choice, Choices, LATE, Slot, has_tags, number, slots};

mod everything;

use everything::KEYS;

/// A random program.
#[derive(Clone, Default)]
pub(super) struct Program {
    pub(super) slots: Vec<Slot>,
    /// The ids of objects that can be adopted, by slot.
    pub(super) ids: BTreeMap<&'static str, String>,
}

impl std::fmt::Debug for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let there = slots().zip(&self.slots).filter(|(_, slot)| slot.there);
        f.debug_map().entries(there.map(|((name, _), slot)| (name, format!("{slot:?}")))).finish()
    }
}

impl Program {
    /// The same with some options taken away everywhere.
    pub(super) fn without(&self, choices: &[Choice]) -> Self {
        let lift = |slot: &Slot| Slot { choices: choices.iter().fold(slot.choices, |all, one| all.with(*one, false)), ..*slot };
        Self { slots: self.slots.iter().map(lift).collect(), ids: self.ids.clone() }
    }

    /// The slot in which a resource with this path is declared.
    pub(super) fn slot_of(path: &str) -> Option<&'static str> {
        let name = path.trim_end_matches(RENAMED);
        slots().find(|(slot, _)| *slot == name).map(|(slot, _)| slot)
    }

    /// What the declaration in a slot asks for, as far as that says anything of its kind.
    pub(super) fn choices(&self, name: &str) -> Choices {
        let choices = self.slots.get(number(name)).map_or_else(Choices::default, |slot| slot.choices);
        let kind = slots().find(|(slot, _)| *slot == name).map_or("", |(_, kind)| kind);
        let without = |choices: Choices, choice, says_something: bool| choices.with(choice, choices.has(choice) && says_something);
        let choices = without(choices, Choice::Adopt, self.ids.contains_key(name));
        let choices = without(choices, Choice::Tags, has_tags(kind));
        without(choices, Choice::IgnoreChanges, kind != "route-table-association")
    }

    /// Declares whatever is there and has what it needs.
    pub(super) fn declare(&self, s: &Scope) {
        let anchor = s.add("anchor", KeyPair::new(KEYS[0]).retain());
        let d = Declaring { program: self, scope: s, anchor, key: OnceCell::new(), network: OnceCell::new(), all: RefCell::default() };
        d.everything();
        if let Some(slot) = d.slot(LATE.0) {
            let all = d.all.take();
            let below = all.len().saturating_sub(1 + usize::from(slot.form % 5)).min(all.len().saturating_sub(1));
            let args = Eip::new().tags(d.tags(LATE.0, slot));
            let depends = slot.choices.has(Choice::DependsOn);
            d.add(LATE.0, slot, all.get(below).filter(|_| depends).map_or(args.clone(), |depend| depend(args)));
        }
    }
}

const RENAMED: &str = "-renamed";

type Depend = Box<dyn Fn(EipArgs) -> EipArgs>;

/// What has been declared so far.
struct Declaring<'a> {
    program: &'a Program,
    scope: &'a Scope,
    /// Something that is never deleted.
    anchor: Handle<KeyPair>,
    key: OnceCell<Handle<KeyPair>>,
    network: OnceCell<Handle<Vpc>>,
    all: RefCell<Vec<Depend>>,
}

impl Declaring<'_> {
    fn slot(&self, name: &str) -> Option<Slot> {
        self.program.slots.get(number(name)).copied().filter(|slot| slot.there)
    }

    fn add<A: Args + Clone>(&self, name: &str, slot: Slot, args: A) -> Handle<A::Resource> {
        self.add_with::<_, KeyPair>(name, slot, args, None)
    }

    /// Declares a resource. With the option `alias` it has another name, and either is an alias of the other. Its deletion goes
    /// along with that of `host`, if there is one; where there is none, it names something that is never deleted.
    fn add_with<A: Args + Clone, H: Resource>(&self, name: &str, slot: Slot, args: A, host: Option<&Handle<H>>) -> Handle<A::Resource> {
        let renamed = format!("{name}{RENAMED}");
        let choices = self.program.choices(name);
        let (own, other) = if choices.has(Choice::Alias) { (renamed.as_str(), name) } else { (name, renamed.as_str()) };
        let when = |args: A, choice, change: &dyn Fn(A) -> A| if choices.has(choice) { change(args) } else { args };
        let args = when(args.alias(other), Choice::Protect, &|args| args.protect());
        let args = when(args, Choice::Retain, &|args| args.retain());
        let args = when(args, Choice::Adopt, &|args| args.adopt(&self.program.ids[name]));
        let args = when(args, Choice::DependsOn, &|args| match self.network.get() {
            Some(network) => args.depends_on(network),
            None => args.depends_on(self.key.get().unwrap_or(&self.anchor)),
        });
        let args = when(args, Choice::DeleteBeforeReplace, &|args| args.delete_before_replace());
        let args = when(args, Choice::Timeout, &|args| args.timeout(Duration::from_hours(1)));
        let args = when(args, Choice::DeletedWith, &|args| match host {
            Some(host) => args.deleted_with(host),
            None => args.deleted_with(&self.anchor),
        });
        let args = when(args, Choice::IgnoreChanges, &|args| ignoring(args));
        let args = when(args, Choice::ReplaceOn, &|args| replacing(args, slot));
        let handle = self.scope.add(own, args);
        let below = handle.clone();
        self.all.borrow_mut().push(Box::new(move |late| late.depends_on(&below)));
        handle
    }

    fn tags(&self, name: &str, slot: Slot) -> Tags {
        let choices = self.program.choices(name);
        let tag = |is_set: bool, key: &str, value: &str| is_set.then(|| (key.to_owned(), value.to_owned()));
        let word = |flag: bool| if flag { "one" } else { "two" };
        let tags = [
            tag(slot.moved, "Name", "moved"),
            tag(choices.has(Choice::Tags), "option", "tags"),
            tag(choices.has(Choice::ReplaceOn), "generation", word(slot.generation)),
            tag(choices.has(Choice::IgnoreChanges), "scale", word(slot.ignored)),
        ];
        tags.into_iter().flatten().collect()
    }
}

/// A single tag, or a field that says nothing of which object another one is.
fn ignoring<A: Args>(args: A) -> A {
    match short::<A>() {
        "route" => args.ignore_changes(Field::<A::Resource, String>::new("destination_cidr_block")),
        "eip-association" => args.ignore_changes(Field::<A::Resource, String>::new("private_ip")),
        "route-table-association" => args,
        _ => args.ignore_changes(Field::<A::Resource, Tags>::new("tags").key("scale")),
    }
}

/// A single tag, or a field that is changed in place otherwise. Of the latter, half would replace anyway, so that the same
/// resource can be updated as well.
fn replacing<A: Args>(args: A, slot: Slot) -> A {
    let field = match (short::<A>(), slot.form & 4 == 0) {
        ("route", true) => "target",
        ("route", false) => "destination_cidr_block",
        ("eip-association", true) => "allow_reassociation",
        ("eip-association", false) => "allocation",
        ("route-table-association", true) => "route_table",
        ("route-table-association", false) => "subnet",
        _ => return args.replace_on(Field::<A::Resource, Tags>::new("tags").key("generation")),
    };
    args.replace_on(Field::<A::Resource, String>::new(field))
}

fn short<A: Args>() -> &'static str {
    <A::Resource as Resource>::TYPE.trim_start_matches("aws:ec2/")
}
