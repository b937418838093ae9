//! From what waits for what to an order in which everything could be done one by one.

use std::collections::{BTreeMap, BTreeSet};

/// What pieces of work wait for, by number.
#[derive(Debug, Default)]
pub(super) struct Waits {
    /// What must come first.
    pub(super) after: Vec<BTreeSet<usize>>,
    /// What comes first as well, unless the two would wait for each other then.
    pub(super) rather: BTreeMap<usize, BTreeSet<usize>>,
    /// What is spared the first when the second comes first. It does, unless the two would wait for each other then; in that case
    /// it must come after it.
    pub(super) spared: BTreeMap<usize, usize>,
}

/// Everything, each after what it waits for; of what could be next, the smallest number is. Wishes that are kept become musts.
///
/// # Errors
/// Pieces of work that wait for each other, each for the next.
pub(super) fn sequence(waits: &mut Waits) -> Result<Vec<usize>, Vec<usize>> {
    let mut open = Open::new(waits);
    let mut order = Vec::with_capacity(waits.after.len());
    while order.len() < waits.after.len() {
        match open.ready.pop_first() {
            Some(task) => {
                open.finish(task);
                order.push(task);
            }
            None => {
                let circle = open.circle();
                let Some(wishful) = circle.iter().copied().find(|task| open.must[*task].is_empty()) else { return Err(circle) };
                let in_vain = open.give_up(wishful);
                waits.rather.entry(wishful).or_default().retain(|first| !in_vain.contains(first));
                if let Some(other) = waits.spared.get(&wishful).copied().filter(|other| in_vain.contains(other)) {
                    waits.spared.remove(&wishful);
                    waits.after[other].insert(wishful);
                    open.bind(other, wishful);
                }
                open.look_at(wishful);
            }
        }
    }
    for (task, first) in std::mem::take(&mut waits.rather) {
        waits.after[task].extend(first);
    }
    for (task, first) in std::mem::take(&mut waits.spared) {
        waits.after[task].insert(first);
    }
    Ok(order)
}

/// What is still waited for.
struct Open {
    must: Vec<BTreeSet<usize>>,
    rather: Vec<BTreeSet<usize>>,
    then: Vec<BTreeSet<usize>>,
    waiting: BTreeSet<usize>,
    ready: BTreeSet<usize>,
}

impl Open {
    fn new(waits: &Waits) -> Self {
        let count = waits.after.len();
        let wishes = |task: usize| waits.rather.get(&task).into_iter().flatten().chain(waits.spared.get(&task)).copied().collect();
        let rather = (0..count).map(wishes).collect();
        let mut open = Self {
            must: waits.after.clone(),
            rather,
            then: vec![BTreeSet::new(); count],
            waiting: (0..count).collect(),
            ready: BTreeSet::new(),
        };
        for task in 0..count {
            for first in open.must[task].iter().chain(&open.rather[task]) {
                open.then[*first].insert(task);
            }
            open.look_at(task);
        }
        open
    }

    fn look_at(&mut self, task: usize) {
        if self.must[task].is_empty() && self.rather[task].is_empty() && self.waiting.remove(&task) {
            self.ready.insert(task);
        }
    }

    fn finish(&mut self, task: usize) {
        for next in std::mem::take(&mut self.then[task]) {
            self.must[next].remove(&task);
            self.rather[next].remove(&task);
            self.look_at(next);
        }
    }

    fn bind(&mut self, task: usize, first: usize) {
        self.must[task].insert(first);
        self.then[first].insert(task);
    }

    /// Returns the wishes that were not granted so far.
    fn give_up(&mut self, task: usize) -> BTreeSet<usize> {
        std::mem::take(&mut self.rather[task])
    }

    /// When nothing is ready, whoever goes from one to what it waits for comes back to where it has been.
    fn circle(&self) -> Vec<usize> {
        let mut path: Vec<usize> = self.waiting.first().copied().into_iter().collect();
        while let Some(next) = path.last().and_then(|last| self.must[*last].first().or_else(|| self.rather[*last].first())) {
            if let Some(start) = path.iter().position(|task| task == next) {
                return path.split_off(start);
            }
            path.push(*next);
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(after: &[&[usize]], rather: &[(usize, &[usize])]) -> Waits {
        Waits {
            after: after.iter().map(|first| first.iter().copied().collect()).collect(),
            rather: rather.iter().map(|(task, first)| (*task, first.iter().copied().collect())).collect(),
            spared: BTreeMap::new(),
        }
    }

    #[test]
    fn the_smallest_that_could_be_next_is() {
        assert_eq!(sequence(&mut waits(&[&[2], &[], &[]], &[])), Ok(vec![1, 2, 0]));
    }

    #[test]
    fn a_wish_is_granted_where_it_can_be_and_binds_then() {
        let mut wish = waits(&[&[], &[0], &[]], &[(0, &[2])]);
        assert_eq!(sequence(&mut wish), Ok(vec![2, 0, 1]));
        assert_eq!(wish.after[0], BTreeSet::from([2]));
    }

    #[test]
    fn a_wish_that_closes_a_circle_is_given_up_and_no_other() {
        // 3 must come before 2, which 1 waits for; 0 waits for nobody but would rather come after 2.
        let mut wishes = waits(&[&[], &[2], &[3], &[]], &[(0, &[2]), (3, &[1])]);
        assert_eq!(sequence(&mut wishes), Ok(vec![3, 2, 0, 1]));
        assert_eq!(wishes.after, waits(&[&[2], &[2], &[3], &[]], &[]).after);
    }

    #[test]
    fn what_cannot_be_spared_comes_first() {
        // 0 is spared when 1 comes first, and 2 when 3 does; but 1 waits for 2, and 3 waits for 0.
        let mut waits = Waits { spared: BTreeMap::from([(0, 1), (2, 3)]), ..waits(&[&[], &[2], &[], &[0]], &[]) };
        assert_eq!(sequence(&mut waits), Ok(vec![0, 3, 2, 1]));
        assert_eq!(waits.after, [[].into(), [0, 2].into(), [3].into(), [0].into()]);
    }

    #[test]
    fn what_was_granted_stays_granted() {
        // 0 is spared when 2 comes first, and would rather come after 1, which waits for it.
        let mut waits = Waits { spared: BTreeMap::from([(0, 2)]), ..waits(&[&[], &[0], &[]], &[(0, &[1])]) };
        assert_eq!(sequence(&mut waits), Ok(vec![2, 0, 1]));
        assert_eq!(waits.after, [[2].into(), [0].into(), [].into()]);
    }

    #[test]
    fn what_waits_for_each_other_is_told() {
        assert_eq!(sequence(&mut waits(&[&[], &[3], &[1, 0], &[2]], &[(2, &[0])])), Err(vec![1, 3, 2]));
    }
}
