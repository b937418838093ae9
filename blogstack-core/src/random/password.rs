//! A password that nobody chose.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    Id, Resource, Secret,
    entropy::Entropy,
    graph::Home,
    provider::{Changes, Cx, FieldProblem, Found, LostCreate, Observed, Planned, ResourceProvider, Result, State, Wanted},
    value::Value,
};

/// A password that nobody chose. Any change makes another one.
///
/// It is made once, kept in the state alone, encrypted there, and given to those who refer to it. A run that is stopped before it is
/// recorded makes another one: nobody has seen the first.
///
/// ```
/// use blogstack_core::{Scope, random::Password};
///
/// fn program(s: &Scope) {
///     let admin = s.add("admin", Password::new(24_u16).special("-_."));
///     s.export_secret("password", &admin.result);
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "core:random/password", global)]
pub struct Password {
    /// How many characters it has: from 8 to 1,024, and at least one of each sort.
    #[field(replace)]
    pub length: u16,
    /// Whether it has lower-case letters. They are from `a` to `z`.
    #[field(replace, default = true)]
    pub lower: bool,
    /// Whether it has upper-case letters. They are from `A` to `Z`.
    #[field(replace, default = true)]
    pub upper: bool,
    /// Whether it has digits.
    #[field(replace, default = true)]
    pub digits: bool,
    /// Which other characters it has, one of them at least; none if it is empty.
    #[field(replace, default = String::new())]
    pub special: String,
    /// Values of which each change makes another password: the name of the user whose password it is, say.
    #[field(replace)]
    pub keepers: Option<BTreeMap<String, String>>,
    /// The password.
    #[field(computed)]
    pub result: Secret<String>,
}

/// Makes passwords.
pub struct Passwords(Arc<dyn Entropy>);

const LENGTHS: std::ops::RangeInclusive<usize> = 8..=1024;
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &str = "0123456789";

impl Passwords {
    /// Takes them from there.
    pub fn new(entropy: Arc<dyn Entropy>) -> Self {
        Self(entropy)
    }

    /// One of each sort, the rest of any; all in an order that says nothing.
    fn generate(&self, sorts: &[&str], length: usize) -> String {
        let any: Vec<char> = sorts.iter().flat_map(|sort| sort.chars()).collect();
        let one_of_each = sorts.iter().map(|sort| self.pick(&sort.chars().collect::<Vec<_>>()));
        let mut picked: Vec<char> = one_of_each.collect();
        picked.extend((picked.len()..length).map(|_| self.pick(&any)));
        for last in (1..picked.len()).rev() {
            picked.swap(last, self.below(last + 1));
        }
        picked.into_iter().collect()
    }

    fn pick(&self, of: &[char]) -> char {
        of[self.below(of.len())]
    }

    /// A number below a bound, each as likely as any other: what would prefer the lower ones is thrown away.
    fn below(&self, bound: usize) -> usize {
        let fair = usize::MAX - usize::MAX % bound;
        loop {
            let mut bytes = [0; size_of::<usize>()];
            self.0.fill(&mut bytes);
            let number = usize::from_le_bytes(bytes);
            if number < fair {
                return number % bound;
            }
        }
    }
}

fn sorts(lower: bool, upper: bool, digits: bool, special: &str) -> Vec<&str> {
    let sorts = [(lower, LOWER), (upper, UPPER), (digits, DIGITS), (!special.is_empty(), special)];
    sorts.into_iter().filter_map(|(wanted, sort)| wanted.then_some(sort)).collect()
}

impl ResourceProvider for Passwords {
    type Resource = Password;

    const KEPT: bool = true;

    fn check(&self, planned: &Planned<'_, Password>) -> Vec<FieldProblem> {
        let mut problems = Vec::new();
        let mut wrong = |field, message: String| problems.push(FieldProblem { field, message });
        let has = |field| planned.get(field).unwrap_or(true);
        let special = planned.get(Password::special).unwrap_or_default();
        if let Some(other) = special.chars().find(|c| !c.is_ascii_punctuation()) {
            wrong("special", format!("{other:?} is no punctuation of ASCII"));
        }
        let sorts = sorts(has(Password::lower), has(Password::upper), has(Password::digits), &special).len();
        match planned.get(Password::length).map(usize::from) {
            _ if sorts == 0 => wrong("special", "no sort of characters is left".into()),
            Some(length) if !LENGTHS.contains(&length) => {
                wrong("length", format!("{length} is not between {} and {}", LENGTHS.start(), LENGTHS.end()));
            }
            _ => {}
        }
        problems
    }

    async fn survey(&self, _: &Cx<'_>, _: &PasswordInputs) -> Result<Value> {
        Ok(Value::Null)
    }

    async fn create(&self, cx: &Cx<'_>, inputs: PasswordInputs) -> Result<State<Password>> {
        let PasswordInputs { length, lower, upper, digits, special, keepers } = inputs;
        let (lower, upper, digits) = (lower.unwrap_or(true), upper.unwrap_or(true), digits.unwrap_or(true));
        let special = special.unwrap_or_default();
        let result = Secret::new(self.generate(&sorts(lower, upper, digits, &special), length.into()));
        Ok(State { id: Id::new(cx.uid.as_str()), fields: Password { length, lower, upper, digits, special, keepers, result } })
    }

    async fn read(&self, _: &Home, _: &[Wanted<Password>]) -> Result<Vec<Observed<Password>>> {
        Ok(Vec::new())
    }

    async fn update(&self, _: &Cx<'_>, current: State<Password>, _: &Changes<Password>) -> Result<State<Password>> {
        Ok(current)
    }

    async fn delete(&self, _: &Cx<'_>, _: State<Password>) -> Result<()> {
        Ok(())
    }

    async fn find(&self, _: &Cx<'_>, _: LostCreate<PasswordInputs>) -> Result<Found<Password>> {
        Ok(Found::None)
    }

    async fn claim(&self, _: &Cx<'_>, _: &Id<Password>) -> Result<()> {
        Ok(())
    }

    async fn release(&self, _: &Cx<'_>, _: &Id<Password>) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    #[test]
    fn each_sort_is_there_and_nothing_else() {
        let passwords = Passwords::new(Arc::new(SeededEntropy::new(7)));
        let sorts = sorts(true, true, true, "-_");
        for length in 8..40 {
            let password = passwords.generate(&sorts, length);
            assert_eq!(password.len(), length);
            assert!(sorts.iter().all(|sort| password.contains(|c| sort.contains(c))), "{password}");
            assert!(password.chars().all(|c| sorts.concat().contains(c)), "{password}");
        }
    }

    #[test]
    fn every_character_is_as_likely_as_any_other_in_every_place() {
        let passwords = Passwords::new(Arc::new(SeededEntropy::new(7)));
        let mut seen: BTreeMap<(usize, char), u32> = BTreeMap::new();
        for _ in 0..10_000 {
            let password = passwords.generate(&["ab", "01"], 8);
            password.chars().enumerate().for_each(|place| *seen.entry(place).or_default() += 1);
        }
        assert_eq!(seen.len(), 8 * 4);
        assert!(seen.values().all(|times| (2_300..2_700).contains(times)), "{seen:?}");
    }

    #[test]
    fn no_two_are_the_same() {
        let passwords = Passwords::new(Arc::new(crate::entropy::SystemEntropy));
        assert_ne!(passwords.generate(&[LOWER, DIGITS], 24), passwords.generate(&[LOWER, DIGITS], 24));
    }
}
