//! Slots: places in a random program for one resource each, with levers that decide how it is declared.

/// The places, in the order of declaration, with the kind of what stands there.
pub(super) const SLOTS: [(&str, &str); 20] = [
    ("key", "key-pair"),
    ("eip-0", "eip"),
    ("eip-1", "eip"),
    ("eip-2", "eip"),
    ("vpc", "vpc"),
    ("subnet-0", "subnet"),
    ("subnet-1", "subnet"),
    ("subnet-2", "subnet"),
    ("gateway", "internet-gateway"),
    ("table-0", "route-table"),
    ("table-1", "route-table"),
    ("group-0", "security-group"),
    ("group-1", "security-group"),
    ("instance", "instance"),
    ("nat", "nat-gateway"),
    ("route-0", "route"),
    ("route-1", "route"),
    ("association-0", "route-table-association"),
    ("association-1", "route-table-association"),
    ("eip-association", "eip-association"),
];

/// An address that is declared last: it can depend on anything.
pub(super) const LATE: (&str, &str) = ("late", "eip");

/// All places.
pub(super) fn slots() -> impl Iterator<Item = (&'static str, &'static str)> {
    SLOTS.into_iter().chain([LATE])
}

/// How many there are.
pub(super) const COUNT: usize = SLOTS.len() + 1;

/// The number of a place.
pub(super) fn number(name: &str) -> usize {
    slots().position(|(slot, _)| slot == name).unwrap_or_else(|| panic!("there is no slot {name}"))
}

/// What a declaration may ask of the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Choice {
    Protect,
    Retain,
    Adopt,
    DependsOn,
    IgnoreChanges,
    ReplaceOn,
    DeleteBeforeReplace,
    Timeout,
    DeletedWith,
    Alias,
    Tags,
}

use Choice::{Adopt, Alias, DeleteBeforeReplace, DeletedWith, DependsOn, IgnoreChanges, Protect, ReplaceOn, Retain, Tags, Timeout};

/// All of them, with their names.
pub(super) const CHOICES: [(Choice, &str); 11] = [
    (Protect, "protect"),
    (Retain, "retain"),
    (Adopt, "adopt"),
    (DependsOn, "depends_on"),
    (IgnoreChanges, "ignore_changes"),
    (ReplaceOn, "replace_on"),
    (DeleteBeforeReplace, "delete_before_replace"),
    (Timeout, "timeout"),
    (DeletedWith, "deleted_with"),
    (Alias, "alias"),
    (Tags, "tags"),
];

/// A set of options.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Choices(u16);

impl Choices {
    pub(super) fn new(bits: u16) -> Self {
        Self(bits & ((1 << CHOICES.len()) - 1))
    }

    pub(super) fn has(self, choice: Choice) -> bool {
        self.0 & (1 << choice as u16) != 0
    }

    pub(super) fn with(self, choice: Choice, is_in: bool) -> Self {
        if is_in { Self(self.0 | (1 << choice as u16)) } else { Self(self.0 & !(1 << choice as u16)) }
    }

    /// The names of those in it; `plain` when there are none.
    pub(super) fn names(self) -> Vec<&'static str> {
        let names: Vec<&str> = CHOICES.iter().filter(|(choice, _)| self.has(*choice)).map(|(_, name)| *name).collect();
        if names.is_empty() { vec!["plain"] } else { names }
    }
}

impl std::fmt::Debug for Choices {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.names().join("+"))
    }
}

/// One resource of a random program.
#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a lever of its own")]
pub(super) struct Slot {
    /// Whether it is declared.
    pub(super) there: bool,
    /// Which of its forms it has. Another one needs another object, where the kind has such fields.
    pub(super) form: u8,
    /// Something that is changed in place.
    pub(super) moved: bool,
    /// A field that replaces, where the program says so.
    pub(super) generation: bool,
    /// A field whose changes are ignored, where the program says so.
    pub(super) ignored: bool,
    /// What it asks of the engine.
    pub(super) choices: Choices,
}

impl std::fmt::Debug for Slot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let flag = |is_set: bool, name: &'static str| if is_set { name } else { "" };
        let flags = [flag(self.moved, " moved"), flag(self.generation, " generation"), flag(self.ignored, " ignored")];
        write!(f, "form {}{} {:?}", self.form, flags.concat(), self.choices)
    }
}

/// Whether objects of a kind have tags.
pub(super) fn has_tags(kind: &str) -> bool {
    !matches!(kind, "route" | "route-table-association" | "eip-association")
}
