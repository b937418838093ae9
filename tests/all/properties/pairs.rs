//! Random pairs of programs, steered: for each slot it is drawn what is to become of it, and both programs are shaped accordingly.
//! What comes of it depends on everything else, too; the counters tell.

use proptest::prelude::*;

use super::{
    program::Program,
    slot::{
        COUNT, Choice,
        Choice::{Adopt, Alias, DeleteBeforeReplace, DeletedWith, DependsOn, IgnoreChanges, Protect, ReplaceOn, Retain, Timeout},
        Choices, LATE, Slot, number, slots,
    },
};

/// What is to become of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    Absent,
    Create,
    Delete,
    Same,
    Update,
    Replace,
    /// Forgotten by hand, and taken over again, as it is or with an update.
    Adopt,
    /// Retained, and not declared any more.
    Forget,
}

/// Two programs, and what a person does besides.
#[derive(Debug, Clone)]
pub(super) struct Pair {
    pub(super) before: Program,
    pub(super) after: Program,
    /// What is forgotten by hand before the second program, which takes it over.
    pub(super) adopted: Vec<&'static str>,
    /// What is replaced with `--replace`.
    pub(super) replaced: Vec<&'static str>,
    /// Whether what is to be retained is declared without that before everything is destroyed.
    pub(super) lifts: bool,
}

/// What is drawn for a slot.
#[derive(Debug, Clone, Copy)]
struct Draw {
    wish: Wish,
    /// Before the change.
    slot: Slot,
    /// Options that are other ones after it.
    toggled: Choices,
    /// By which of several ways.
    way: u8,
}

/// Options that change nothing about the object itself.
const HARMLESS: [Choice; 6] = [Protect, DependsOn, DeleteBeforeReplace, Timeout, DeletedWith, Alias];

fn draw() -> impl Strategy<Value = Draw> {
    let wish = prop_oneof![
        1 => Just(Wish::Absent),
        2 => Just(Wish::Create),
        2 => Just(Wish::Delete),
        5 => Just(Wish::Same),
        6 => Just(Wish::Update),
        6 => Just(Wish::Replace),
        6 => Just(Wish::Adopt),
        5 => Just(Wish::Forget),
    ];
    let some = prop_oneof![4 => Just(0_u16), 4 => any::<u16>(), 3 => (any::<u16>(), any::<u16>()).prop_map(|(a, b)| a & b)];
    let toggled = prop_oneof![3 => Just(0_u16), 1 => (any::<u16>(), any::<u16>()).prop_map(|(a, b)| a & b)];
    (wish, some, toggled, 0..8_u8, any::<(bool, bool, bool)>(), 0..8_u8).prop_map(
        |(wish, some, toggled, form, (moved, generation, ignored), way)| {
            let slot = Slot { there: true, form, moved, generation, ignored, choices: Choices::new(some).with(Adopt, false) };
            Draw { wish, slot, toggled: Choices::new(toggled), way }
        },
    )
}

/// How much of the ground on which other things stand stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ground {
    /// Nothing has to.
    Moves,
    /// The network, its parts and its ways.
    Stays,
    /// Also what runs in it.
    Holds,
}

/// Pairs of programs.
pub(super) fn pairs() -> impl Strategy<Value = Pair> {
    let network = prop_oneof![
        1 => Just(Wish::Create), 1 => Just(Wish::Delete), 2 => Just(Wish::Same), 1 => Just(Wish::Update), 10 => Just(Wish::Replace),
        1 => Just(Wish::Adopt), 4 => Just(Wish::Forget),
    ];
    let ground = prop_oneof![8 => Just(Ground::Moves), 7 => Just(Ground::Stays), 13 => Just(Ground::Holds)];
    let draws = prop::collection::vec(draw(), COUNT);
    (draws, network, ground, any::<[bool; 3]>(), prop::bool::weighted(0.4)).prop_map(|(mut draws, network, ground, [a, b, c], lifts)| {
        draws[number("vpc")].wish = network;
        steady(&mut draws, ground);
        seldom(&mut draws, ground);
        around_the_gateway(&mut draws, a);
        associations(&mut draws, b, c);
        pair(&draws, lifts)
    })
}

/// What is to stay as it is may still be updated, or forgotten and taken over again.
fn steady(draws: &mut [Draw], ground: Ground) {
    let network = ["vpc", "subnet-0", "subnet-1", "subnet-2", "gateway", "table-0", "table-1", "eip-0", "eip-1", "eip-2"];
    let running: &[&str] = if ground == Ground::Holds { &["group-0", "group-1", "instance", "nat"] } else { &[] };
    for name in network.iter().chain(running).filter(|_| ground != Ground::Moves) {
        let draw = &mut draws[number(name)];
        if !matches!(draw.wish, Wish::Same | Wish::Update | Wish::Adopt) {
            draw.wish = [Wish::Same, Wish::Update, Wish::Adopt][usize::from(draw.way) % 3];
        }
    }
}

/// What would come up too seldom by itself.
fn seldom(draws: &mut [Draw], ground: Ground) {
    let network = draws[number("vpc")].wish;
    // Something retained that is built on the last resources.
    let late = &mut draws[number(LATE.0)];
    if late.way > 1 {
        late.slot.choices = late.slot.choices.with(Retain, true).with(DependsOn, true);
    }
    if late.way == 7 {
        late.slot.form = 0;
        draws[number("eip-association")].slot.choices = Choices::default();
    }
    let gateway = &mut draws[number("gateway")];
    match ground {
        Ground::Moves if network == Wish::Replace && gateway.way > 3 => {
            gateway.wish = Wish::Replace;
            gateway.slot.choices = gateway.slot.choices.with(Retain, gateway.way > 5);
        }
        Ground::Stays if gateway.way < 3 => gateway.wish = Wish::Replace,
        Ground::Stays if gateway.way == 4 => gateway.wish = Wish::Forget,
        _ => {}
    }
    let (name, more, instead) = match ground {
        Ground::Moves => return,
        Ground::Stays => ("nat", Wish::Same, [Wish::Replace; 3]),
        Ground::Holds => ("eip-association", Wish::Forget, [Wish::Same, Wish::Update, Wish::Adopt]),
    };
    let draw = &mut draws[number(name)];
    if matches!(draw.wish, Wish::Absent | Wish::Create | Wish::Delete) || draw.wish == more && draw.way > 2 {
        draw.wish = instead[usize::from(draw.way) % 3];
    }
}

/// AWS keeps a gateway attached while public addresses are mapped through it: what has one comes or goes when the gateway does.
fn around_the_gateway(draws: &mut [Draw], first: bool) {
    let (network, gateway) = (draws[number("vpc")].wish, &draws[number("gateway")]);
    let stays = gateway.wish == Wish::Replace && matches!(network, Wish::Same | Wish::Update | Wish::Adopt);
    let first_out = gateway.slot.choices.has(DeleteBeforeReplace) || gateway.toggled.has(DeleteBeforeReplace);
    let meets = stays || network == Wish::Replace && first_out;
    if !meets {
        return;
    }
    for name in ["instance", "nat", "eip-association"] {
        draws[number(name)].wish = if first { Wish::Create } else { Wish::Delete };
    }
    // A route that is to lead to one of them would hold the old gateway until it is there.
    for name in ["route-0", "route-1"].iter().filter(|_| first) {
        draws[number(name)].wish = Wish::Create;
    }
    // What is retained and leads to it would keep it in its place.
    for name in ["gateway", "instance", "nat", "eip-association", "route-0", "route-1"] {
        let draw = &mut draws[number(name)];
        draw.slot.choices = draw.slot.choices.with(Retain, false);
        draw.wish = if draw.wish == Wish::Forget { Wish::Delete } else { draw.wish };
    }
}

/// What stands for an instance keeps it when it is retained: with a new address, the instance is often new, too. Likewise, the
/// second of the associations has one subnet only.
fn associations(draws: &mut [Draw], another_instance: bool, retained: bool) {
    let instance = draws[number("eip-association")].wish == Wish::Replace && another_instance;
    if instance {
        draws[number("instance")].wish = Wish::Replace;
    }
    let forgets_nat = draws[number("nat")].wish == Wish::Forget;
    let association = &mut draws[number("eip-association")];
    if association.wish == Wish::Replace {
        association.way = if instance { 1 } else { association.way };
        association.slot.choices = association.slot.choices.with(Retain, retained && instance && !forgets_nat);
    }
    // Whether it may be taken away is what is updated; it cannot be read, so what is adopted does not tell.
    if matches!(association.wish, Wish::Adopt | Wish::Update) {
        association.slot.form |= 4;
    }
    let second = &mut draws[number("association-1")];
    second.slot.choices = second.slot.choices.with(Retain, second.wish != Wish::Replace && second.slot.choices.has(Retain));
}

fn pair(draws: &[Draw], lifts: bool) -> Pair {
    let mut pair = Pair { before: Program::default(), after: Program::default(), adopted: Vec::new(), replaced: Vec::new(), lifts };
    let network = draws[number("vpc")].wish;
    for ((name, kind), draw) in slots().zip(draws) {
        let in_network = number(name) > number("vpc") && name != LATE.0;
        let goes = in_network && matches!(network, Wish::Replace | Wish::Delete | Wish::Forget);
        let mut before = draw.slot;
        if matches!(draw.wish, Wish::Replace | Wish::Delete) || goes {
            before.choices = before.choices.with(Protect, false);
        }
        if draw.wish == Wish::Delete {
            before.choices = before.choices.with(Retain, false);
        }
        let mut after = before;
        for choice in HARMLESS.into_iter().filter(|choice| draw.toggled.has(*choice) && (*choice != Protect || !goes)) {
            after.choices = after.choices.with(choice, !before.choices.has(choice));
        }
        after.choices = after.choices.with(Adopt, draw.way > 4 && after.choices != Choices::default());
        match draw.wish {
            Wish::Absent => (before.there, after.there) = (false, false),
            Wish::Create => before.there = false,
            Wish::Delete => after.there = false,
            Wish::Same => {}
            Wish::Update => after.moved = !before.moved,
            Wish::Replace => replace(name, kind, draw, before, &mut after, &mut pair.replaced),
            Wish::Adopt => {
                after.choices = after.choices.with(Adopt, true);
                after.moved ^= draw.way & 1 == 1 && (super::slot::has_tags(kind) || !before.choices.has(ReplaceOn));
                pair.adopted.push(name);
            }
            Wish::Forget => {
                before.choices = before.choices.with(Retain, true).with(Protect, draw.way % 3 > 0);
                after.there = false;
            }
        }
        after.ignored ^= draw.way & 2 == 2;
        pair.before.slots.push(before);
        pair.after.slots.push(after);
    }
    // What is adopted keeps the groups that it has when it is declared without any, so these could not go.
    if !["group-0", "group-1"].iter().any(|group| pair.after.slots[number(group)].there) {
        pair.adopted.retain(|name| *name != "instance");
    }
    pair
}

/// By a field that needs a new object, by one of which the program says so, or by hand. What is retained keeps its place: there,
/// another form is needed, whose place is another one.
fn replace(name: &'static str, kind: &str, draw: &Draw, before: Slot, after: &mut Slot, replaced: &mut Vec<&'static str>) {
    after.choices = after.choices.with(Protect, false);
    let has_forms = !matches!(kind, "internet-gateway" | "route-table" | "eip");
    let stays = before.choices.has(Retain) || after.choices.has(Retain);
    // Another destination, where that is not ignored.
    let another = if kind == "route" && !before.choices.has(IgnoreChanges) { 2 } else { 1 };
    match draw.way % 4 {
        2 if before.choices.has(ReplaceOn) && !stays => {
            after.generation = !before.generation;
            after.moved ^= !super::slot::has_tags(kind);
        }
        2 if kind == "subnet" && !stays => after.form ^= 2,
        3 if !stays && draw.way > 3 => replaced.push(name),
        _ if has_forms => after.form ^= another,
        _ if before.choices.has(ReplaceOn) && super::slot::has_tags(kind) => after.generation = !before.generation,
        _ => replaced.push(name),
    }
}
