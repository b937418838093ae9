//! The tunnels of VPN connections and their options.
//!
//! Source: *`VpnTunnelOptionsSpecification`*, *`ModifyVpnTunnelOptionsSpecification`*: what is not said is left to AWS, and not told.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::vpn::connection::VpnConnection;
use crate::ec2::{echo, eip};
use crate::failure::Failure;
use crate::params::Params;
use crate::protocol::xml::Xml;
use crate::state::object::Object;

/// A tunnel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tunnel {
    /// The address of its end on AWS's side.
    pub(super) outside_address: Ipv4Addr,
    /// What is said of it, under the names that requests have; also its inside range, which AWS picks otherwise.
    options: BTreeMap<String, String>,
    /// The key that AWS made up for it.
    made_up_key: String,
}

/// What AWS keeps for itself: *`TunnelInsideCidr`*.
const RESERVED: [&str; 7] =
    ["169.254.0.0/30", "169.254.1.0/30", "169.254.2.0/30", "169.254.3.0/30", "169.254.4.0/30", "169.254.5.0/30", "169.254.169.252/30"];

/// Options that are numbers, and what they may be.
const NUMBERS: [(&str, std::ops::RangeInclusive<u32>); 6] = [
    ("Phase1LifetimeSeconds", 900..=28_800),
    ("Phase2LifetimeSeconds", 900..=3600),
    ("RekeyMarginTimeSeconds", 60..=1800),
    ("RekeyFuzzPercentage", 0..=100),
    ("ReplayWindowSize", 64..=2048),
    ("DPDTimeoutSeconds", 30..=u32::MAX),
];

const ENCRYPTION: &[&str] = &["AES128", "AES256", "AES128-GCM-16", "AES256-GCM-16"];
const INTEGRITY: &[&str] = &["SHA1", "SHA2-256", "SHA2-384", "SHA2-512"];

/// Options that are words, or lists of words, and what they may be.
const WORDS: [(&str, &[&str]); 9] = [
    ("DPDTimeoutAction", &["clear", "none", "restart"]),
    ("StartupAction", &["add", "start"]),
    ("IKEVersion", &["ikev1", "ikev2"]),
    ("Phase1EncryptionAlgorithm", ENCRYPTION),
    ("Phase2EncryptionAlgorithm", ENCRYPTION),
    ("Phase1IntegrityAlgorithm", INTEGRITY),
    ("Phase2IntegrityAlgorithm", INTEGRITY),
    ("Phase1DHGroupNumber", &["2", "14", "15", "16", "17", "18", "19", "20", "21", "22", "23", "24"]),
    ("Phase2DHGroupNumber", &["2", "5", "14", "15", "16", "17", "18", "19", "20", "21", "22", "23", "24"]),
];

/// The two tunnels of a new connection, as the request wants them: each by its number, for nothing may be said of the first.
pub(super) fn new_pair(context: &mut Context<'_>, gateway: &str) -> Result<Vec<Tunnel>, Failure> {
    let asked = |context: &Context<'_>, number: u8| context.params.group(&format!("Options.TunnelOptions.{number}"));
    if asked(context, 3).is_some() {
        return Err(Failure::value("A VPN connection has two tunnels."));
    }
    let mut used: Vec<Ipv4Net> = context.of::<VpnConnection>(gateway).filter(|other| other.is_live()).flat_map(inside).collect();
    let mut tunnels = Vec::new();
    for number in 1..=2 {
        let made_up_key = format!("k{:016x}{:015x}", context.chance("pre-shared-key"), context.chance("pre-shared-key") >> 4);
        let mut tunnel = Tunnel { outside_address: eip::new_public_address(context), options: BTreeMap::new(), made_up_key };
        if let Some(options) = asked(context, number) {
            tunnel.update(&options)?;
        }
        match tunnel.inside_cidr() {
            Some(range) if used.contains(&range) => {
                return Err(Failure::invalid(range, "tunnelInsideCidr", "It is used by another tunnel of the gateway."));
            }
            Some(_) => {}
            None => drop(tunnel.options.insert("TunnelInsideCidr".to_owned(), free_range(context, &used).to_string())),
        }
        used.extend(tunnel.inside_cidr());
        tunnels.push(tunnel);
    }
    Ok(tunnels)
}

fn inside(connection: &VpnConnection) -> impl Iterator<Item = Ipv4Net> {
    connection.tunnels().iter().filter_map(Tunnel::inside_cidr)
}

/// A range inside that no tunnel has.
fn free_range(context: &mut Context<'_>, used: &[Ipv4Net]) -> Ipv4Net {
    loop {
        let [third, fourth, ..] = context.chance("tunnel-inside").to_le_bytes();
        let range = Ipv4Net::new_assert(Ipv4Addr::new(169, 254, third, fourth & 0xfc), 30);
        if !used.contains(&range) && !is_reserved(range) {
            return range;
        }
    }
}

fn is_reserved(range: Ipv4Net) -> bool {
    RESERVED.contains(&range.to_string().as_str())
}

impl Tunnel {
    /// Takes over what a request says; a list takes the place of the one before.
    pub(super) fn update(&mut self, params: &Params) -> Result<(), Failure> {
        check(params)?;
        params.known_as_false("EnableTunnelLifecycleControl");
        let top = |key: &str| key.split('.').next().unwrap_or_default().to_owned();
        let given = params.values_here();
        let names: std::collections::BTreeSet<String> = given.keys().map(|key| top(key)).collect();
        self.options.retain(|key, _| !names.contains(&top(key)));
        self.options.extend(given);
        Ok(())
    }

    /// The range of its addresses inside.
    fn inside_cidr(&self) -> Option<Ipv4Net> {
        self.options.get("TunnelInsideCidr")?.parse().ok()
    }

    /// An address inside: 1 is AWS's, 2 the customer's.
    pub(super) fn inside_address(&self, host: u32) -> Option<Ipv4Addr> {
        Some(Ipv4Addr::from(u32::from(self.inside_cidr()?.network()) + host))
    }

    pub(super) fn pre_shared_key(&self) -> &str {
        self.options.get("PreSharedKey").unwrap_or(&self.made_up_key)
    }

    pub(super) fn write(&self, xml: &mut Xml) {
        xml.text("outsideIpAddress", self.outside_address);
        echo::write(xml, &self.options);
        if !self.options.contains_key("PreSharedKey") {
            xml.text("preSharedKey", &self.made_up_key);
        }
    }
}

fn check(params: &Params) -> Result<(), Failure> {
    if let Some(text) = params.text("TunnelInsideCidr") {
        let range: Option<Ipv4Net> = text.parse().ok().filter(|range: &Ipv4Net| range.prefix_len() == 30);
        let good = range.is_some_and(|range| range.network().octets()[..2] == [169, 254] && !is_reserved(range));
        if !good {
            return Err(Failure::invalid(text, "tunnelInsideCidr", "Expecting a /30 of 169.254.0.0/16 that is not reserved."));
        }
    }
    if let Some(key) = params.text("PreSharedKey") {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._".contains(&byte);
        if !(8..=64).contains(&key.len()) || key.starts_with('0') || !key.bytes().all(fits) {
            let why = "Expecting 8 to 64 alphanumeric characters, periods and underscores, not beginning with zero.";
            return Err(Failure::value(format!("Value for parameter preSharedKey is invalid. {why}")));
        }
    }
    for (name, range) in NUMBERS {
        match params.number::<u32>(name)? {
            Some(value) if !range.contains(&value) => {
                return Err(Failure::invalid(value, name, format!("Expecting {} to {}.", range.start(), range.end())));
            }
            _ => {}
        }
    }
    for (name, words) in WORDS {
        let listed = params.groups(name).into_iter().filter_map(|entry| entry.owned("Value"));
        let mut given = params.owned(name).into_iter().chain(listed);
        if let Some(other) = given.find(|word| !words.contains(&word.as_str())) {
            return Err(Failure::invalid(other, name, format!("Expecting {}.", words.join(", "))));
        }
    }
    Ok(())
}
