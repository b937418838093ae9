//! A walk through a network with one packet: what AWS's documentation says becomes of it, step by step, in what the simulation holds.
//!
//! It knows nothing of plans and proofs, and nothing of sets: proofs are judged by it.

use std::{collections::BTreeMap, net::Ipv4Addr};

use blogstack_sim::Sim;
use serde_json::Value as Json;

/// What becomes of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It is dropped.
    Lost,
    /// It comes to something that passes on what it likes.
    Perhaps,
    /// It gets there.
    Arrives,
}

/// A packet. Protocols have their numbers; the port of one without ports is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet {
    /// Where it comes from.
    pub source: Ipv4Addr,
    /// Where it goes.
    pub destination: Ipv4Addr,
    /// 6 is TCP, 17 UDP, 1 ICMP.
    pub protocol: u8,
    /// The port it goes to.
    pub port: u16,
}

/// Everything that a simulation holds, by kind and id.
pub struct Cloud {
    objects: BTreeMap<String, BTreeMap<String, Json>>,
}

/// A load balancer's listener, with a target.
#[derive(Debug)]
pub struct Balancing<'a> {
    /// The load balancer's interfaces.
    pub interfaces: Vec<&'a str>,
    /// Where it listens.
    pub listener_port: u16,
    /// Where the target does.
    pub target_port: u16,
}

/// A direction of rules and entries.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    In,
    Out,
}

/// Where a route leads.
#[derive(Debug, PartialEq)]
enum Target<'a> {
    Local,
    Gateway(&'a str),
    Interface(&'a str),
    Nat(&'a str),
    Peering(&'a str),
    Vpn,
    Nowhere,
}

fn text<'a>(object: &'a Json, field: &str) -> &'a str {
    object[field].as_str().unwrap_or_default()
}

fn items(object: &Json) -> &[Json] {
    object.as_array().map_or(&[], Vec::as_slice)
}

/// Whether an address lies in a range, written as `10.0.0.0/8`; and the length of the range's prefix.
fn within(range: &str, address: Ipv4Addr) -> Option<u32> {
    let (first, prefix) = range.split_once('/')?;
    let (first, prefix) = (u32::from(first.parse::<Ipv4Addr>().ok()?), prefix.parse::<u32>().ok()?);
    let shift = |number: u32| number.checked_shr(32 - prefix).unwrap_or(0);
    (shift(first) == shift(address.into())).then_some(prefix)
}

impl Cloud {
    /// What there is now.
    pub fn of(sim: &Sim) -> Self {
        let mut objects: BTreeMap<String, BTreeMap<String, Json>> = BTreeMap::new();
        for (key, object) in sim.objects() {
            let mut parts = key.splitn(3, '/').skip(1);
            if let (Some(kind), Some(id)) = (parts.next(), parts.next()) {
                objects.entry(kind.to_owned()).or_default().insert(id.to_owned(), object);
            }
        }
        Self { objects }
    }

    fn all<'a>(&'a self, kind: &str) -> impl Iterator<Item = (&'a str, &'a Json)> {
        self.objects.get(kind).into_iter().flatten().map(|(id, object)| (id.as_str(), object))
    }

    fn get(&self, kind: &str, id: &str) -> Option<&Json> {
        self.objects.get(kind)?.get(id)
    }

    /// The first network interface of an instance.
    pub fn interface_of(&self, instance: &str) -> Option<&str> {
        self.all("network-interface").find(|(_, one)| text(&one["attachment"], "instance") == instance).map(|(id, _)| id)
    }

    fn interface(&self, id: &str) -> &Json {
        self.get("network-interface", id).unwrap_or(&Json::Null)
    }

    /// The private address of an interface.
    pub fn address(&self, interface: &str) -> Ipv4Addr {
        text(self.interface(interface), "private_address").parse().unwrap_or(Ipv4Addr::UNSPECIFIED)
    }

    /// Whether anything but those who are meant is served by an interface.
    pub fn forwards(&self, interface: &str) -> bool {
        self.interface(interface)["source_dest_check"] == false
    }

    /// The networks that a peering connection joins, if it is in use.
    fn joined(&self, peering: &str) -> [&str; 2] {
        let Some(peering) = self.get("vpc-peering-connection", peering).filter(|one| text(one, "state") == "active") else {
            return [""; 2];
        };
        [text(&peering["requester"], "vpc"), text(&peering["accepter"], "vpc")]
    }

    /// The address under which the internet knows an interface.
    pub fn public_address(&self, interface: &str) -> Option<Ipv4Addr> {
        let elastic = self.all("elastic-ip").find(|(_, one)| text(&one["association"], "interface") == interface);
        let elastic = elastic.map(|(_, one)| text(one, "public_ip"));
        elastic.or_else(|| self.interface(interface)["public_address"].as_str())?.parse().ok()
    }

    fn gateway_of(&self, vpc: &str) -> Option<&str> {
        self.all("internet-gateway").find(|(_, one)| text(one, "vpc") == vpc).map(|(id, _)| id)
    }

    /// Where a subnet's table sends what goes to an address: the longest prefix wins, but the network's own range over what VPNs tell.
    fn route(&self, subnet: &str, vpc: &str, to: Ipv4Addr) -> Target<'_> {
        let own = |table: &&Json| items(&table["associations"]).iter().any(|one| text(&one["subject"], "subnet") == subnet);
        let main = |table: &&Json| text(table, "vpc") == vpc && items(&table["associations"]).iter().any(|one| one["subject"] == "main");
        let tables: Vec<&Json> = self.all("route-table").map(|(_, table)| table).collect();
        let Some(table) = tables.iter().find(|table| own(table)).or_else(|| tables.iter().find(|table| main(table))) else {
            return Target::Nowhere;
        };
        let mut best: (u32, Target<'_>) = (0, Target::Nowhere);
        let mut offer = |range: &str, target| {
            if let Some(prefix) = within(range, to).map(|prefix| prefix + 1).filter(|prefix| *prefix > best.0) {
                best = (prefix, target);
            }
        };
        let local = self.get("vpc", vpc).map(|vpc| text(vpc, "cidr_block")).unwrap_or_default();
        offer(local, Target::Local);
        for route in items(&table["routes"]) {
            let target = &route["target"];
            let known = target["gateway"].as_str().map(Target::Gateway).or_else(|| target["nat_gateway"].as_str().map(Target::Nat));
            let known = known.or_else(|| target["interface"].as_str().map(Target::Interface));
            let known = known.or_else(|| target["peering"].as_str().map(Target::Peering));
            offer(text(&route["destination"], "cidr_block"), known.unwrap_or(Target::Nowhere));
        }
        for gateway in items(&table["propagating"]).iter().filter_map(Json::as_str) {
            for (_, connection) in self.all("vpn-connection").filter(|(_, one)| text(one, "vpn_gateway") == gateway) {
                for route in items(&connection["routes"]).iter().map(|route| route.as_str().unwrap_or(text(route, "destination"))) {
                    if within(local, to).is_none() {
                        offer(route, Target::Vpn);
                    }
                }
            }
        }
        best.1
    }

    /// Whether the ACL of a subnet lets a packet through: the entry with the lowest number that fits decides.
    fn acl(&self, subnet: &str, way: Way, packet: Packet) -> bool {
        let Some(subnet) = self.get("subnet", subnet) else { return false };
        let named = subnet["network_acl"]["acl"].as_str();
        let is_it = |(id, acl): &(&str, &Json)| {
            named.map_or(acl["is_default"] == true && text(acl, "vpc") == text(subnet, "vpc"), |named| named == *id)
        };
        let Some((_, acl)) = self.all("network-acl").find(is_it) else { return false };
        let other = if way == Way::In { packet.source } else { packet.destination };
        let fits = |entry: &&Json| {
            let protocol = text(entry, "protocol");
            let ports = items(&entry["ports"]);
            let in_ports =
                ports.len() != 2 || (ports[0].as_u64() <= Some(packet.port.into()) && Some(packet.port.into()) <= ports[1].as_u64());
            (entry["egress"] == (way == Way::Out))
                && (protocol == "-1" || protocol == packet.protocol.to_string())
                && in_ports
                && entry["range"]["ipv4"].as_str().is_some_and(|range| within(range, other).is_some())
        };
        let first = items(&acl["entries"]).iter().filter(fits).min_by_key(|entry| entry["number"].as_u64());
        first.is_some_and(|entry| entry["action"] == "allow")
    }

    /// Whether some rule of some group of an interface lets a packet through. Groups stand for the interfaces that have them.
    fn groups(&self, interface: &str, way: Way, packet: Packet, other: Option<&str>) -> bool {
        let groups: Vec<&str> = items(&self.interface(interface)["groups"]).iter().filter_map(Json::as_str).collect();
        let address = if way == Way::In { packet.source } else { packet.destination };
        let theirs = other.map(|other| items(&self.interface(other)["groups"]));
        self.all("security-group-rule").any(|(_, rule)| {
            let peer = &rule["peer"];
            let by_group = peer["group"].as_str().is_some_and(|group| theirs.is_some_and(|theirs| theirs.iter().any(|one| one == group)));
            let by_range = peer["cidr_ipv4"].as_str().is_some_and(|range| within(range, address).is_some());
            groups.contains(&text(rule, "group"))
                && (rule["egress"] == (way == Way::Out))
                && (by_group || by_range)
                && carries(rule, packet)
        })
    }

    /// A packet from the internet, to the public address of an interface; it is known by the private one from the gateway on.
    pub fn from_internet(&self, to: &str, packet: Packet) -> Fate {
        let interface = self.interface(to);
        let (vpc, subnet) = (text(interface, "vpc"), text(interface, "subnet"));
        let Some(gateway) = self.gateway_of(vpc) else { return Fate::Lost };
        let is_routed = self.route(subnet, vpc, packet.source) == Target::Gateway(gateway);
        arrives(self.public_address(to).is_some() && is_routed && self.enters(to, packet, None))
    }

    /// A packet that comes into the network of an interface by a VPN.
    pub fn from_vpn(&self, to: &str, packet: Packet) -> Fate {
        let vpc = text(self.interface(to), "vpc");
        let attached = |gateway: &Json| text(&gateway["attachment"], "vpc") == vpc;
        let joined = |(_, one): (&str, &Json)| self.get("vpn-gateway", text(one, "vpn_gateway")).is_some_and(attached);
        perhaps(self.all("vpn-connection").any(joined) && self.enters(to, packet, None))
    }

    /// A packet from the internet that another interface got, and passes on as it is.
    pub fn passed_on(&self, by: &str, to: &str, packet: Packet) -> Fate {
        perhaps(
            self.forwards(by)
                && self.groups(by, Way::Out, packet, Some(to))
                && self.crosses(by, to, packet)
                && self.groups(to, Way::In, packet, None),
        )
    }

    fn enters(&self, to: &str, packet: Packet, from: Option<&str>) -> bool {
        self.acl(text(self.interface(to), "subnet"), Way::In, packet) && self.groups(to, Way::In, packet, from)
    }

    /// From one subnet to another, with what stands between them.
    fn crosses(&self, from: &str, to: &str, packet: Packet) -> bool {
        let (from, to) = (self.interface(from), self.interface(to));
        let (here, there) = (text(from, "subnet"), text(to, "subnet"));
        if here == there {
            return true;
        }
        let (own, other) = (text(from, "vpc"), text(to, "vpc"));
        let leads = match self.route(here, own, packet.destination) {
            Target::Local => own == other,
            Target::Peering(id) => self.joined(id).contains(&own) && self.joined(id).contains(&other) && own != other,
            _ => false,
        };
        leads && self.acl(here, Way::Out, packet) && self.acl(there, Way::In, packet)
    }

    /// A packet from one interface to another's private address.
    pub fn inside(&self, from: &str, to: &str, packet: Packet) -> Fate {
        let crosses = self.groups(from, Way::Out, packet, Some(to)) && self.crosses(from, to, packet);
        arrives(crosses && self.groups(to, Way::In, packet, Some(from)))
    }

    /// An answer, from `to` back to `from`: groups remember what was asked.
    pub fn answered(&self, from: &str, to: &str, answer: Packet) -> Fate {
        arrives(self.crosses(to, from, answer))
    }

    /// Whether a packet gets from an interface out to an address of the internet.
    pub fn outward(&self, from: &str, packet: Packet) -> Fate {
        let interface = self.interface(from);
        let (vpc, subnet) = (text(interface, "vpc"), text(interface, "subnet"));
        let fate = match self.route(subnet, vpc, packet.destination) {
            Target::Gateway(_) => arrives(self.public_address(from).is_some()),
            Target::Nat(_) => Fate::Arrives,
            Target::Interface(_) | Target::Vpn => Fate::Perhaps,
            _ => Fate::Lost,
        };
        let out = self.groups(from, Way::Out, packet, None) && self.acl(subnet, Way::Out, packet);
        if out { fate } else { Fate::Lost }
    }

    /// Whether a packet that an interface sends is brought to another one, which passes it on as it is.
    pub fn relayed(&self, from: &str, to: &str, packet: Packet) -> Fate {
        let interface = self.interface(from);
        match self.route(text(interface, "subnet"), text(interface, "vpc"), packet.destination) {
            Target::Interface(relay) if relay != from && relay != to => {
                let sent = self.groups(from, Way::Out, packet, Some(to)) && self.forwards(relay);
                perhaps(
                    sent && self.groups(relay, Way::Out, packet, Some(to))
                        && self.crosses(relay, to, packet)
                        && self.groups(to, Way::In, packet, None),
                )
            }
            _ => Fate::Lost,
        }
    }

    /// The load balancers' listeners that pass requests on to the instance of an interface.
    pub fn balancing(&self, to: &str) -> Vec<Balancing<'_>> {
        let instance = text(&self.interface(to)["attachment"], "instance");
        let mut found = Vec::new();
        for (arn, group) in self.all("target-group") {
            for target in items(&group["targets"]).iter().filter(|target| text(target, "id") == instance) {
                let port = |value: &Json| value.as_u64().and_then(|port| u16::try_from(port).ok());
                let target_port = port(&target["port"]).or_else(|| port(&group["port"])).unwrap_or_default();
                for (_, listener) in self.all("listener") {
                    let mut is_forwarded = false;
                    strings(&listener["actions"], &mut |text| is_forwarded |= text == arn);
                    let balancer = self.get("load-balancer", text(listener, "balancer")).filter(|_| is_forwarded);
                    let interfaces =
                        balancer.map(|balancer| items(&balancer["places"]).iter().map(|place| text(place, "interface")).collect());
                    let listener_port = port(&listener["port"]).unwrap_or_default();
                    found.extend(interfaces.map(|interfaces| Balancing { interfaces, listener_port, target_port }));
                }
            }
        }
        found
    }

    /// All addresses and ports at which something changes: the ends of every range, and their neighbours.
    pub fn borders(&self) -> (Vec<Ipv4Addr>, Vec<u16>) {
        let (mut addresses, mut ports) = (vec![0_u32, u32::MAX], vec![0_u16, u16::MAX]);
        let mut seen = |range: &str| {
            if let Some((Ok(first), Ok(prefix))) =
                range.split_once('/').map(|(first, prefix)| (first.parse::<Ipv4Addr>(), prefix.parse::<u32>()))
            {
                let first = u32::from(first);
                let last = first | u32::MAX.checked_shr(prefix).unwrap_or(0);
                addresses.extend([first.wrapping_sub(1), first, last, last.wrapping_add(1)]);
            }
        };
        for object in self.objects.values().flat_map(BTreeMap::values) {
            strings(object, &mut seen);
        }
        let mut port = |number: Option<u64>| {
            if let Some(number) = number.and_then(|number| u16::try_from(number).ok()) {
                ports.extend([number.saturating_sub(1), number, number.saturating_add(1)]);
            }
        };
        self.all("listener").for_each(|(_, listener)| port(listener["port"].as_u64()));
        for (_, rule) in self.all("security-group-rule") {
            port(rule["from_port"].as_u64());
            port(rule["to_port"].as_u64());
        }
        for (_, acl) in self.all("network-acl") {
            items(&acl["entries"]).iter().flat_map(|entry| items(&entry["ports"])).for_each(|number| port(number.as_u64()));
        }
        addresses.sort_unstable();
        addresses.dedup();
        ports.sort_unstable();
        ports.dedup();
        (addresses.into_iter().map(Ipv4Addr::from).collect(), ports)
    }
}

/// Whether a rule is about what a packet carries.
fn carries(rule: &Json, packet: Packet) -> bool {
    let protocol = match text(rule, "protocol") {
        "-1" => return true,
        "tcp" => 6,
        "udp" => 17,
        "icmp" => 1,
        "icmpv6" => 58,
        number => number.parse().unwrap_or(u8::MAX),
    };
    let (from, to) = (rule["from_port"].as_i64(), rule["to_port"].as_i64());
    let port = i64::from(packet.port);
    let fits = !matches!(protocol, 6 | 17) || (from <= Some(port) && Some(port) <= to);
    protocol == packet.protocol && fits
}

fn strings(value: &Json, f: &mut dyn FnMut(&str)) {
    match value {
        Json::String(text) => f(text),
        Json::Array(items) => items.iter().for_each(|item| strings(item, f)),
        Json::Object(map) => map.values().for_each(|item| strings(item, f)),
        _ => {}
    }
}

fn arrives(is_so: bool) -> Fate {
    if is_so { Fate::Arrives } else { Fate::Lost }
}

fn perhaps(is_so: bool) -> Fate {
    if is_so { Fate::Perhaps } else { Fate::Lost }
}
