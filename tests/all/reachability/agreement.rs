//! A proof agrees with a walk: for thousands of random networks, before they are made and after, packet by packet at every border of
//! every range.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, Ipv4Addr},
    thread,
};

use blogstack_aws::{
    checks::{self, Path, Verdict, Way, between, from_internet},
    ec2::{Rule, Traffic},
};
use blogstack_core::{Scope, plan::Plan};
use blogstack_sim::{Delays, Sim};
use blogstack_tests::{
    packet::{Cloud, Fate, Packet},
    run,
    world::World,
};

use super::random;

/// How many stacks are made, and how often each is changed: each time it is another pair of networks.
const STACKS: u64 = 125;
const VARIATIONS: u64 = 8;

/// What was seen in all of them.
#[derive(Default, Debug)]
struct Seen {
    packets: usize,
    verdicts: BTreeMap<&'static str, usize>,
    ways: BTreeMap<Way, usize>,
}

/// A network that was made, with the walk's view of it.
struct Case<'a> {
    name: String,
    cloud: &'a Cloud,
    /// Network interfaces by the path of their instance.
    interfaces: BTreeMap<String, String>,
    sources: Vec<Ipv4Addr>,
    services: Vec<(u8, u16)>,
    answers: Vec<u16>,
}

#[test]
fn proofs_agree_with_a_walk() {
    let threads = 2;
    let part = |thread: u64| {
        move || {
            run(async move {
                let mut seen = Seen::default();
                for seed in (0..STACKS).filter(|seed| seed % threads == thread) {
                    check(seed, &mut seen).await;
                }
                seen
            })
        }
    };
    let parts: Vec<_> = (0..threads).map(|thread| thread::spawn(part(thread))).collect();
    let all: Vec<Seen> = parts.into_iter().map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect();
    println!("{all:#?}");
    let sum = |what: &str| all.iter().filter_map(|seen| seen.verdicts.get(what)).sum::<usize>();
    for verdict in ["reached", "perhaps reached", "unreached", "can reach", "perhaps can", "cannot"] {
        assert!(sum(verdict) > 10, "`{verdict}` was the verdict {} times: the networks are all alike", sum(verdict));
    }
    for way in [Way::Gateway, Way::Vpn, Way::Appliance, Way::Balancer] {
        let times: usize = all.iter().filter_map(|seen| seen.ways.get(&way)).sum();
        assert!(times > 5, "{way:?} was the way {times} times: the networks are all alike");
    }
}

/// Makes a stack, and then makes others of it: each time the plan before and the plan after are judged.
async fn check(seed: u64, seen: &mut Seen) {
    let world = World::with(Sim::builder().seed(7).delays(Delays::none()));
    for variation in 0..VARIATIONS {
        let program = move |s: &Scope| random::declare(s, seed, variation);
        let name = format!("network {seed}, variation {variation}");
        let stack = world.stack(program);
        let session = stack.open().await.unwrap_or_else(|error| panic!("{name}: {error}"));
        let graph = stack.declare().unwrap_or_else(|error| panic!("{name}: {error}"));
        let before = session.plan(graph).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        let report = session.apply(&before).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(report.is_complete(), "{name}: {:#?}", report.failed);
        session.close().await.unwrap_or_else(|error| panic!("{name}: {error}"));
        let after = stack.preview().await.unwrap_or_else(|error| panic!("{name}: {error}"));
        let cloud = Cloud::of(&world.sim);
        let state = world.state().await;
        let servers = state.records.values().filter(|record| record.urn.kind() == "aws:ec2/instance");
        let interfaces = servers.filter_map(|record| Some((record.urn.path().to_owned(), cloud.interface_of(&record.id)?.to_owned())));
        let case = Case::of(name, &cloud, interfaces.collect());
        let plans = [(before.plan(), false), (&after, true)];
        case.internet(plans, seen);
        for (plan, is_made) in plans {
            case.pairs(plan, is_made, seen);
        }
    }
}

/// Whether somebody on the internet may have an address.
fn is_global(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    let special = address.is_private() || address.is_loopback() || address.is_link_local() || first == 0 || first >= 224;
    !(special || first == 100 && (64..128).contains(&second))
}

impl<'a> Case<'a> {
    fn of(name: String, cloud: &'a Cloud, interfaces: BTreeMap<String, String>) -> Self {
        let (addresses, ports) = cloud.borders();
        let sources = addresses.into_iter().filter(|address| is_global(*address)).collect();
        let services = ports.iter().flat_map(|port| [(6, *port), (17, *port)]).chain([(1, 0), (50, 0)]).collect();
        let answers = ports.iter().copied().filter(|port| (32768..=60999).contains(port)).chain([32768, 60999]).collect();
        Self { name, cloud, interfaces, sources, services, answers }
    }

    /// Every packet from the internet that is worth a look.
    fn packets(&self, to: &str) -> impl Iterator<Item = Packet> + '_ {
        let destination = self.cloud.address(to);
        let packet = move |(source, (protocol, port)): (Ipv4Addr, (u8, u16))| Packet { source, destination, protocol, port };
        self.sources.iter().flat_map(|source| self.services.iter().map(|service| (*source, *service))).map(packet)
    }

    /// The interfaces that pass on what they get from the internet; not by way of the one that is asked about.
    fn appliances(&self, but: &str) -> Vec<&str> {
        let forwarding = self.interfaces.values().map(String::as_str).filter(|one| *one != but && self.cloud.forwards(one));
        let direct = |one: &&str| self.packets(one).any(|packet| self.cloud.from_internet(one, packet) != Fate::Lost);
        let (mut reached, mut left): (Vec<&str>, Vec<&str>) = forwarding.partition(direct);
        loop {
            let next =
                |one: &&str| reached.iter().any(|by| self.packets(one).any(|packet| self.cloud.passed_on(by, one, packet) != Fate::Lost));
            let (more, rest): (Vec<&str>, Vec<&str>) = left.into_iter().partition(next);
            if more.is_empty() {
                return reached;
            }
            reached.extend(more);
            left = rest;
        }
    }

    /// What becomes of every packet from the internet to an interface, by each way.
    fn walks(&self, to: &str) -> Vec<(Packet, [(Way, Fate); 3])> {
        let others = self.appliances(to);
        let fates = |packet| {
            let passed_on = others.iter().map(|by| self.cloud.passed_on(by, to, packet)).max().unwrap_or(Fate::Lost);
            let direct = self.cloud.from_internet(to, packet);
            [(Way::Gateway, direct), (Way::Vpn, self.cloud.from_vpn(to, packet)), (Way::Appliance, passed_on)]
        };
        self.packets(to).map(|packet| (packet, fates(packet))).collect()
    }

    fn internet(&self, plans: [(&Plan, bool); 2], seen: &mut Seen) {
        for (path, to) in &self.interfaces {
            let walks = self.walks(to);
            seen.packets += walks.len();
            let arriving = walks.iter().flat_map(|(_, fates)| fates).filter(|(_, fate)| *fate != Fate::Lost);
            let mut ways: BTreeSet<Way> = arriving.map(|(way, _)| *way).collect();
            ways.extend(self.balanced(to).then_some(Way::Balancer));
            for (plan, is_made) in plans {
                let verdict = from_internet(plan, path.as_str()).unwrap_or_else(|problem| panic!("{}: {problem}", self.name));
                let case = format!("{}, to `{path}`, made: {is_made}: {}", self.name, told(&verdict));
                for (packet, [(_, direct), ..]) in &walks {
                    compare(&case, &verdict, *packet, *direct);
                }
                let proven: BTreeSet<Way> = verdict.paths().iter().map(Path::way).filter(|way| *way != Way::Ipv6).collect();
                assert_eq!(proven, ways, "{case}");
                let is_sure = ways.contains(&Way::Gateway) || ways.contains(&Way::Balancer);
                assert_eq!(matches!(verdict, Verdict::Reached(_)), is_sure, "{case}");
                *seen.verdicts.entry(["reached", "perhaps reached", "unreached"][place(&verdict)]).or_default() += 1;
            }
            for way in ways {
                *seen.ways.entry(way).or_default() += 1;
            }
        }
    }

    /// Whether the internet gets to a target through a load balancer.
    fn balanced(&self, to: &str) -> bool {
        self.cloud.balancing(to).iter().any(|balancing| {
            let asks = |from: &str| {
                self.packets(from).any(|packet| {
                    packet.protocol == 6
                        && packet.port == balancing.listener_port
                        && self.cloud.from_internet(from, packet) == Fate::Arrives
                })
            };
            let passes = |from: &str| {
                let packet = Packet {
                    source: self.cloud.address(from),
                    destination: self.cloud.address(to),
                    protocol: 6,
                    port: balancing.target_port,
                };
                self.cloud.inside(from, to, packet) == Fate::Arrives
            };
            balancing.interfaces.iter().any(|from| asks(from)) && balancing.interfaces.iter().any(|from| passes(from))
        })
    }

    fn pairs(&self, plan: &Plan, is_made: bool, seen: &mut Seen) {
        for (from, sender) in &self.interfaces {
            for (to, receiver) in self.interfaces.iter().filter(|(to, _)| *to != from) {
                for (traffic, protocol, port) in [(Rule::tcp(22), 6, 22), (Rule::tcp(5432), 6, 5432), (Rule::udp(53), 17, 53)] {
                    let asked = Asked { from, to, sender, receiver, traffic, protocol, port };
                    self.pair(plan, is_made, &asked, seen);
                }
            }
        }
    }

    fn pair(&self, plan: &Plan, is_made: bool, asked: &Asked<'_>, seen: &mut Seen) {
        let Asked { from, to, sender, receiver, traffic, protocol, port } = *asked;
        let verdict = between(plan, from, to, traffic).unwrap_or_else(|problem| panic!("{}: {problem}", self.name));
        let (source, destination) = (self.cloud.address(sender), self.cloud.address(receiver));
        let packet = Packet { source, destination, protocol, port };
        let arrives = self.cloud.inside(sender, receiver, packet) == Fate::Arrives;
        let answer = |port: &u16| Packet { source: destination, destination: source, protocol, port: *port };
        let answered = self.answers.iter().all(|port| self.cloud.answered(sender, receiver, answer(port)) == Fate::Arrives);
        let otherwise = self.cloud.relayed(sender, receiver, packet) != Fate::Lost || self.meets_outside(asked);
        let case = format!("{}, from `{from}` to `{to}`, {traffic}, made: {is_made}: {}", self.name, told(&verdict));
        match &verdict {
            Verdict::Reached(_) => assert!(arrives && answered, "{case}"),
            Verdict::Unreached(_) => assert!(!arrives && !otherwise, "{case}"),
            Verdict::Perhaps(paths) if is_made => {
                assert!(!(arrives && answered), "{case}");
                assert_eq!(paths.iter().any(|path| path.way() == Way::Inside), arrives, "{case}");
            }
            Verdict::Perhaps(_) => {}
        }
        *seen.verdicts.entry(["can reach", "perhaps can", "cannot"][place(&verdict)]).or_default() += 1;
        seen.packets += 1 + self.answers.len();
    }

    /// Whether a packet gets out to the internet and in again.
    fn meets_outside(&self, asked: &Asked<'_>) -> bool {
        let Asked { sender, receiver, protocol, port, .. } = *asked;
        let Some(public) = self.cloud.public_address(receiver) else { return false };
        let out = Packet { source: self.cloud.address(sender), destination: public, protocol, port };
        let inward = |source| Packet { source, destination: self.cloud.address(receiver), protocol, port };
        let sources = self.cloud.public_address(sender).map_or_else(|| self.sources.clone(), |own| vec![own]);
        self.cloud.outward(sender, out) != Fate::Lost
            && sources.into_iter().any(|source| self.cloud.from_internet(receiver, inward(source)) == Fate::Arrives)
    }
}

fn told(verdict: &Verdict) -> String {
    let ways = verdict.paths().iter().map(|path| format!("\n  {:?}, certain: {}: {path}", path.way(), path.is_certain()));
    ways.collect()
}

/// One packet of the way through the gateway: what surely takes it arrives, and what arrives may take it.
fn compare(case: &str, verdict: &Verdict, packet: Packet, fate: Fate) {
    let (source, destination) = (IpAddr::V4(packet.source), IpAddr::V4(packet.destination));
    let asked = checks::Packet { source, destination, protocol: packet.protocol, port: packet.port };
    let ways = || verdict.paths().iter().filter(|path| path.way() == Way::Gateway);
    let (surely, may) = (ways().any(|path| path.surely_takes(asked)), ways().any(|path| path.may_take(asked)));
    let arrives = fate == Fate::Arrives;
    assert!((!surely || arrives) && (may || !arrives), "{case}: {packet:?} {fate:?}, surely {surely}, perhaps {may}");
}

fn place(verdict: &Verdict) -> usize {
    match verdict {
        Verdict::Reached(_) => 0,
        Verdict::Perhaps(_) => 1,
        Verdict::Unreached(_) => 2,
    }
}

/// A question about two servers.
struct Asked<'a> {
    from: &'a str,
    to: &'a str,
    sender: &'a str,
    receiver: &'a str,
    traffic: Traffic,
    protocol: u8,
    port: u16,
}
