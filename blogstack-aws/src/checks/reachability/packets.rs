//! Sets of packets, as ranges of addresses and services.

use std::fmt;

use super::ranges::{Addresses, Range, Ranges, Services};

/// All packets from some addresses to some others with some services: a box with three axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Block {
    sources: Range,
    destinations: Range,
    services: Range,
}

impl Block {
    fn and(self, other: Self) -> Option<Self> {
        Some(Self {
            sources: self.sources.and(other.sources)?,
            destinations: self.destinations.and(other.destinations)?,
            services: self.services.and(other.services)?,
        })
    }

    /// What lies outside of the other one, cut along one axis after the other.
    fn minus(self, other: Self) -> Vec<Self> {
        let Some(both) = self.and(other) else { return vec![self] };
        let sources = self.sources.around(both.sources).map(|sources| Self { sources, ..self });
        let within = Self { sources: both.sources, ..self };
        let destinations = within.destinations.around(both.destinations).map(|destinations| Self { destinations, ..within });
        let inner = Self { destinations: both.destinations, ..within };
        let services = inner.services.around(both.services).map(|services| Self { services, ..inner });
        sources.chain(destinations).chain(services).collect()
    }
}

/// A set of packets.
#[derive(Debug, Clone, Default)]
pub(super) struct Packets(Vec<Block>);

impl Packets {
    /// None.
    pub(super) fn none() -> Self {
        Self::default()
    }

    /// All.
    pub(super) fn all() -> Self {
        Self::of(&Ranges::everywhere(), &Ranges::everywhere(), &Ranges::services())
    }

    pub(super) fn of(sources: &Ranges, destinations: &Ranges, services: &Ranges) -> Self {
        let mut blocks = Vec::new();
        for sources in sources.iter() {
            for destinations in destinations.iter() {
                blocks.extend(services.iter().map(|services| Block { sources, destinations, services }));
            }
        }
        Self(blocks)
    }

    /// All that come from these addresses.
    pub(super) fn from(sources: &Ranges) -> Self {
        Self::of(sources, &Ranges::everywhere(), &Ranges::services())
    }

    /// All that go to these addresses.
    pub(super) fn to(destinations: &Ranges) -> Self {
        Self::of(&Ranges::everywhere(), destinations, &Ranges::services())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn and(&self, other: &Self) -> Self {
        Self(self.0.iter().flat_map(|one| other.0.iter().filter_map(|two| one.and(*two))).collect())
    }

    /// Packets that are in both stand twice: no harm is in that.
    pub(super) fn or(mut self, mut other: Self) -> Self {
        self.0.append(&mut other.0);
        self
    }

    pub(super) fn minus(&self, other: &Self) -> Self {
        let without = |left: Vec<Block>, hole: &Block| left.into_iter().flat_map(|block| block.minus(*hole)).collect();
        Self(other.0.iter().fold(self.0.clone(), without))
    }

    /// Whether every packet of the other set is in this one.
    pub(super) fn covers(&self, other: &Self) -> bool {
        other.minus(self).is_empty()
    }

    pub(super) fn contains(&self, source: u128, destination: u128, service: u128) -> bool {
        let inside = |block: &Block| block.sources.contains(source) && block.destinations.contains(destination);
        self.0.iter().any(|block| inside(block) && block.services.contains(service))
    }

    /// The services of all.
    pub(super) fn services(&self) -> Ranges {
        let each = self.0.iter().map(|block| Ranges::between(block.services.first, block.services.last));
        each.fold(Ranges::default(), |all, one| all.or(&one))
    }
}

/// One example, and whether there are others.
impl fmt::Display for Packets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.0.first() else { return f.write_str("nothing") };
        write!(f, "{} from {}", Services(first.services), Addresses(first.sources))?;
        if self.0.len() > 1 { f.write_str(", and more") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(sources: (u128, u128), destinations: (u128, u128), services: (u128, u128)) -> Packets {
        let ranges = |(first, last)| Ranges::between(first, last);
        Packets::of(&ranges(sources), &ranges(destinations), &ranges(services))
    }

    /// Every set of a small world, packet by packet.
    #[test]
    fn sets_have_what_their_definitions_say() {
        let (one, two) = (block((1, 4), (0, 3), (2, 5)), block((3, 6), (2, 2), (0, 9)));
        let (both, either, left) = (one.and(&two), one.clone().or(two.clone()), one.minus(&two));
        for source in 0..8 {
            for destination in 0..5 {
                for service in 0..10 {
                    let has = |set: &Packets| set.contains(source, destination, service);
                    assert_eq!(has(&both), has(&one) && has(&two));
                    assert_eq!(has(&either), has(&one) || has(&two));
                    assert_eq!(has(&left), has(&one) && !has(&two));
                }
            }
        }
        assert!(either.covers(&one) && !left.covers(&one) && Packets::all().covers(&either));
        assert!(one.minus(&Packets::all()).is_empty());
    }
}
