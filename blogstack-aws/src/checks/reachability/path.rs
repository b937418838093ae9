//! The way that packets take, hop by hop, and what stops them.

use std::{fmt, net::IpAddr};

use blogstack_core::error::Line;

use super::{flow::Flow, packets::Packets, ranges};

/// One thing that packets pass on their way.
#[derive(Debug, Clone)]
pub struct Hop {
    /// What it is: ``security group `db` ``.
    pub what: String,
    /// The line that declares it; none of what came with something else, or is declared nowhere.
    pub line: Option<Line>,
    /// What is not known of it, and decides whether they pass.
    pub unknown: Vec<String>,
}

/// By which door packets come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// Within a network, or over a peering connection.
    Inside,
    /// Through an internet gateway, to a public address.
    Gateway,
    /// Through a load balancer that the internet reaches.
    Balancer,
    /// From the other side of a VPN.
    Vpn,
    /// From the other side of a peering connection, which is not declared here.
    Peering,
    /// Over IPv6.
    Ipv6,
    /// Through an instance that passes on what is not for it.
    Appliance,
}

/// A hop, and what it lets pass.
#[derive(Debug, Clone)]
pub(super) struct Filter {
    pub(super) what: String,
    pub(super) line: Option<Line>,
    pub(super) passes: Flow,
    /// Packets of which it is not known whether they pass, and why.
    pub(super) doubts: Vec<(Packets, String)>,
    /// Parts of it that let packets pass, each with its line: they are named in its place.
    pub(super) by: Vec<(Packets, String, Option<Line>)>,
}

impl Filter {
    /// One of which everything is known.
    pub(super) fn known(what: impl Into<String>, line: Option<Line>, passes: Packets) -> Self {
        Self { what: what.into(), line, passes: Flow::known(passes), doubts: Vec::new(), by: Vec::new() }
    }

    /// One that may let these pass or not.
    pub(super) fn doubtful(what: impl Into<String>, line: Option<Line>, packets: Packets, why: impl Into<String>) -> Self {
        let mut filter = Self::known(what, line, Packets::none());
        filter.doubt(packets, why);
        filter
    }

    /// It may also let these pass.
    pub(super) fn doubt(&mut self, packets: Packets, why: impl Into<String>) {
        self.passes.perhaps = std::mem::take(&mut self.passes.perhaps).or(packets.clone());
        self.doubts.push((packets, why.into()));
    }
}

/// The way of packets that get somewhere, or may.
#[derive(Debug, Clone)]
pub struct Path {
    way: Way,
    hops: Vec<Hop>,
    /// The packets that are looked at.
    asked: Packets,
    /// Those of them that have come so far.
    pub(super) flow: Flow,
    /// The first hop that does not surely let all of them pass.
    lost: Option<usize>,
}

/// One packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet {
    /// Where it comes from, as its receiver sees it.
    pub source: IpAddr,
    /// Where it goes: the private address of its receiver.
    pub destination: IpAddr,
    /// The number of its protocol: 6 is TCP, 17 UDP, 1 ICMP.
    pub protocol: u8,
    /// The port it goes to; of a control message its type, times 256, and its code.
    pub port: u16,
}

/// Where packets are stopped.
#[derive(Debug, Clone)]
pub struct Obstacle {
    /// What they passed before.
    pub passed: Vec<Hop>,
    /// What lets none of them pass.
    pub at: Hop,
}

impl Path {
    /// Where the packets begin.
    pub(super) fn begin(way: Way, asked: Packets) -> Self {
        Self { way, hops: Vec::new(), flow: Flow::known(asked.clone()), asked, lost: None }
    }

    /// Goes on through one hop.
    pub(super) fn through(mut self, filter: Filter) -> Result<Self, Box<Obstacle>> {
        let flow = self.flow.and(&filter.passes);
        let matters = |(packets, why): (Packets, String)| (!packets.and(&self.flow.perhaps).is_empty()).then_some(why);
        let unknown = filter.doubts.into_iter().filter_map(matters).collect();
        let named = filter.by.into_iter().find(|(packets, ..)| !packets.and(&self.flow.perhaps).is_empty());
        let (what, line) = named.map_or((filter.what, filter.line), |(_, what, line)| (what, line));
        let hop = Hop { what, line, unknown };
        if flow.perhaps.is_empty() {
            return Err(Box::new(Obstacle { passed: self.hops, at: hop }));
        }
        if self.lost.is_none() && !flow.surely.covers(&self.asked) {
            self.lost = Some(self.hops.len());
        }
        self.hops.push(hop);
        Ok(Self { flow, ..self })
    }

    /// Goes on along the way of another path, whose packets are to be looked at from here on.
    pub(super) fn then(mut self, other: Self) -> Self {
        let lost = self.lost.or(other.lost.map(|at| at + self.hops.len()));
        self.hops.extend(other.hops);
        Self { hops: self.hops, lost, ..other }
    }

    /// Nothing of it is sure, unless something of what comes before it is.
    pub(super) fn doubted_like(mut self, before: &Self) -> Self {
        if !before.is_certain() {
            self.flow.surely = Packets::none();
        }
        self
    }

    pub(super) fn by(self, way: Way) -> Self {
        Self { way, ..self }
    }

    /// By which door the packets come.
    pub fn way(&self) -> Way {
        self.way
    }

    /// What they pass, in order.
    pub fn hops(&self) -> &[Hop] {
        &self.hops
    }

    /// Whether some packets surely get there. Otherwise that depends on what is not known: see [`Hop::unknown`].
    pub fn is_certain(&self) -> bool {
        !self.flow.surely.is_empty()
    }

    /// The first hop that does not surely let all packets pass that were asked for.
    pub fn lost(&self) -> Option<&Hop> {
        self.hops.get(self.lost?)
    }

    /// Whether this packet surely takes this way.
    pub fn surely_takes(&self, packet: Packet) -> bool {
        packet.is_in(&self.flow.surely)
    }

    /// Whether this packet takes this way for some of the values that are not known.
    pub fn may_take(&self, packet: Packet) -> bool {
        packet.is_in(&self.flow.perhaps)
    }

    /// What is not known, and decides whether they get there.
    pub fn unknown(&self) -> impl Iterator<Item = &str> {
        self.hops.iter().flat_map(|hop| &hop.unknown).map(String::as_str)
    }
}

impl Packet {
    fn is_in(self, packets: &Packets) -> bool {
        packets.contains(ranges::address(self.source), ranges::address(self.destination), ranges::number(self.protocol, self.port))
    }
}

fn join(f: &mut fmt::Formatter<'_>, hops: &[Hop]) -> fmt::Result {
    hops.iter().enumerate().try_for_each(|(at, hop)| write!(f, "{}{}", if at == 0 { "" } else { " -> " }, hop.what))
}

/// On one line: what passes, then the hops.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let packets = if self.is_certain() { &self.flow.surely } else { &self.flow.perhaps };
        write!(f, "{packets}: ")?;
        join(f, &self.hops)
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        join(f, &self.passed)?;
        write!(f, "{}stopped by {}", if self.passed.is_empty() { "" } else { " -> " }, self.at.what)
    }
}
