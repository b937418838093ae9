//! The tunnels of a VPN connection.
//! <https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNTunnels.html>

use aws_sdk_ec2::types::{
    IkeVersionsRequestListValue as Ike, ModifyVpnTunnelOptionsSpecification, Phase1DhGroupNumbersRequestListValue as Group1,
    Phase1EncryptionAlgorithmsRequestListValue as Encryption1, Phase1IntegrityAlgorithmsRequestListValue as Integrity1,
    Phase2DhGroupNumbersRequestListValue as Group2, Phase2EncryptionAlgorithmsRequestListValue as Encryption2,
    Phase2IntegrityAlgorithmsRequestListValue as Integrity2, TunnelOption, VpnTunnelOptionsSpecification,
};
use blogstack_core::{Block, Data, Secret, Set, Value, value};

use crate::{
    ec2::instance::{of_word, word},
    values::Cidr,
};

/// One of the two tunnels of a VPN connection. What is unset is left to AWS, and is not managed.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpnTunnelOptionsSpecification.html>
///
/// ```
/// use blogstack_aws::ec2::{IkeVersion, StartupAction, VpnTunnel};
///
/// let tunnel = VpnTunnel::new().ike_versions([IkeVersion::Ikev2]).startup_action(StartupAction::Start);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct VpnTunnel {
    /// The range of its addresses inside: a `/30` of 169.254.0.0/16.
    pub tunnel_inside_cidr: Option<Cidr>,
    /// The key by which both sides know each other: 8 to 64 letters, digits, points and underscores, not beginning with zero.
    pub pre_shared_key: Option<Secret<String>>,
    /// How long the first phase lasts, 900 to 28800 seconds.
    pub phase1_lifetime_seconds: Option<u32>,
    /// How long the second phase lasts, 900 to 3600 seconds.
    pub phase2_lifetime_seconds: Option<u32>,
    /// How many seconds before its end AWS begins to renew the keys of the second phase, 60 to half of how long that lasts.
    pub rekey_margin_time_seconds: Option<u32>,
    /// Within how many percent of this time, 0 to 100, it is left to chance when.
    pub rekey_fuzz_percentage: Option<u32>,
    /// How many packets a replay window has, 64 to 2048.
    pub replay_window_size: Option<u32>,
    /// After how many seconds without an answer the other side counts as dead, 30 at least.
    pub dpd_timeout_seconds: Option<u32>,
    /// What is done then.
    pub dpd_timeout_action: Option<DpdTimeoutAction>,
    /// How the first phase may be encrypted.
    pub phase1_encryption_algorithms: Option<Set<VpnEncryptionAlgorithm>>,
    /// How the second phase may be encrypted.
    pub phase2_encryption_algorithms: Option<Set<VpnEncryptionAlgorithm>>,
    /// How the first phase may be checked.
    pub phase1_integrity_algorithms: Option<Set<VpnIntegrityAlgorithm>>,
    /// How the second phase may be checked.
    pub phase2_integrity_algorithms: Option<Set<VpnIntegrityAlgorithm>>,
    /// The Diffie-Hellman groups that the first phase may use: 2, 14 to 24.
    pub phase1_dh_group_numbers: Option<Set<u8>>,
    /// The Diffie-Hellman groups that the second phase may use: 2, 5, 14 to 24.
    pub phase2_dh_group_numbers: Option<Set<u8>>,
    /// The versions of the key exchange that may be used.
    pub ike_versions: Option<Set<IkeVersion>>,
    /// Who begins.
    pub startup_action: Option<StartupAction>,
}

/// What is done when the other side counts as dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum DpdTimeoutAction {
    /// The session ends.
    Clear,
    /// Nothing.
    None,
    /// AWS begins anew.
    Restart,
}

/// Who begins the key exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum StartupAction {
    /// The customer's side.
    Add,
    /// AWS.
    Start,
}

/// A version of the key exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum IkeVersion {
    /// The first.
    Ikev1,
    /// The second.
    Ikev2,
}

/// How a phase is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum VpnEncryptionAlgorithm {
    /// AES with 128 bits.
    #[value(rename = "AES128")]
    Aes128,
    /// AES with 256 bits.
    #[value(rename = "AES256")]
    Aes256,
    /// AES with 128 bits, in Galois/counter mode.
    #[value(rename = "AES128-GCM-16")]
    Aes128Gcm16,
    /// AES with 256 bits, in Galois/counter mode.
    #[value(rename = "AES256-GCM-16")]
    Aes256Gcm16,
}

/// How a phase is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum VpnIntegrityAlgorithm {
    /// SHA-1, which is old.
    #[value(rename = "SHA1")]
    Sha1,
    /// SHA-2 with 256 bits.
    #[value(rename = "SHA2-256")]
    Sha2_256,
    /// SHA-2 with 384 bits.
    #[value(rename = "SHA2-384")]
    Sha2_384,
    /// SHA-2 with 512 bits.
    #[value(rename = "SHA2-512")]
    Sha2_512,
}

/// The two calls that take options have builders of the same form.
macro_rules! options {
    ($builder:expr, $tunnel:expr) => {{
        let (tunnel, number) = ($tunnel, |number: Option<u32>| number.and_then(|number| i32::try_from(number).ok()));
        $builder
            .set_tunnel_inside_cidr(tunnel.tunnel_inside_cidr.map(|range| range.to_string()))
            .set_pre_shared_key(tunnel.pre_shared_key.as_ref().map(|key| key.expose().clone()))
            .set_phase1_lifetime_seconds(number(tunnel.phase1_lifetime_seconds))
            .set_phase2_lifetime_seconds(number(tunnel.phase2_lifetime_seconds))
            .set_rekey_margin_time_seconds(number(tunnel.rekey_margin_time_seconds))
            .set_rekey_fuzz_percentage(number(tunnel.rekey_fuzz_percentage))
            .set_replay_window_size(number(tunnel.replay_window_size))
            .set_dpd_timeout_seconds(number(tunnel.dpd_timeout_seconds))
            .set_dpd_timeout_action(tunnel.dpd_timeout_action.as_ref().map(word))
            .set_phase1_encryption_algorithms(each(tunnel.phase1_encryption_algorithms.as_ref(), |one| {
                Encryption1::builder().value(word(one)).build()
            }))
            .set_phase2_encryption_algorithms(each(tunnel.phase2_encryption_algorithms.as_ref(), |one| {
                Encryption2::builder().value(word(one)).build()
            }))
            .set_phase1_integrity_algorithms(each(tunnel.phase1_integrity_algorithms.as_ref(), |one| {
                Integrity1::builder().value(word(one)).build()
            }))
            .set_phase2_integrity_algorithms(each(tunnel.phase2_integrity_algorithms.as_ref(), |one| {
                Integrity2::builder().value(word(one)).build()
            }))
            .set_phase1_dh_group_numbers(each(tunnel.phase1_dh_group_numbers.as_ref(), |one| {
                Group1::builder().value((*one).into()).build()
            }))
            .set_phase2_dh_group_numbers(each(tunnel.phase2_dh_group_numbers.as_ref(), |one| {
                Group2::builder().value((*one).into()).build()
            }))
            .set_ike_versions(each(tunnel.ike_versions.as_ref(), |one| Ike::builder().value(word(one)).build()))
            .set_startup_action(tunnel.startup_action.as_ref().map(word))
            .build()
    }};
}

fn each<T, S>(set: Option<&Set<T>>, to_sdk: impl Fn(&T) -> S) -> Option<Vec<S>> {
    set.map(|set| set.iter().map(to_sdk).collect())
}

/// A tunnel of which nothing is said keeps the place of the first, for the second.
pub(super) fn to_create(tunnel: Option<&VpnTunnel>) -> VpnTunnelOptionsSpecification {
    let builder = VpnTunnelOptionsSpecification::builder();
    match tunnel {
        Some(tunnel) => options!(builder, tunnel),
        None => builder.build(),
    }
}

pub(super) fn to_modify(tunnel: &VpnTunnel) -> ModifyVpnTunnelOptionsSpecification {
    options!(ModifyVpnTunnelOptionsSpecification::builder(), tunnel)
}

pub(super) fn of_sdk(option: TunnelOption) -> VpnTunnel {
    let number = |number: Option<i32>| number.and_then(|number| u32::try_from(number).ok());
    VpnTunnel {
        tunnel_inside_cidr: option.tunnel_inside_cidr.and_then(|range| range.parse().ok()),
        pre_shared_key: option.pre_shared_key.map(Secret::new),
        phase1_lifetime_seconds: number(option.phase1_lifetime_seconds),
        phase2_lifetime_seconds: number(option.phase2_lifetime_seconds),
        rekey_margin_time_seconds: number(option.rekey_margin_time_seconds),
        rekey_fuzz_percentage: number(option.rekey_fuzz_percentage),
        replay_window_size: number(option.replay_window_size),
        dpd_timeout_seconds: number(option.dpd_timeout_seconds),
        dpd_timeout_action: option.dpd_timeout_action.as_deref().and_then(of_word),
        phase1_encryption_algorithms: words(option.phase1_encryption_algorithms, |one| one.value),
        phase2_encryption_algorithms: words(option.phase2_encryption_algorithms, |one| one.value),
        phase1_integrity_algorithms: words(option.phase1_integrity_algorithms, |one| one.value),
        phase2_integrity_algorithms: words(option.phase2_integrity_algorithms, |one| one.value),
        phase1_dh_group_numbers: groups(option.phase1_dh_group_numbers, |one| one.value),
        phase2_dh_group_numbers: groups(option.phase2_dh_group_numbers, |one| one.value),
        ike_versions: words(option.ike_versions, |one| one.value),
        startup_action: option.startup_action.as_deref().and_then(of_word),
    }
}

/// A list of words; an empty one is none.
fn words<T: Data, L>(list: Option<Vec<L>>, value: impl Fn(L) -> Option<String>) -> Option<Set<T>> {
    let list = list.filter(|list| !list.is_empty())?;
    Some(list.into_iter().filter_map(|one| of_word(&value(one)?)).collect())
}

/// A list of numbers; an empty one is none.
fn groups<L>(list: Option<Vec<L>>, value: impl Fn(L) -> Option<i32>) -> Option<Set<u8>> {
    let list = list.filter(|list| !list.is_empty())?;
    Some(list.into_iter().filter_map(|one| u8::try_from(value(one)?).ok()).collect())
}

/// Whether a tunnel has all that is wanted of it.
pub(super) fn has(now: &VpnTunnel, wanted: &VpnTunnel) -> bool {
    let (value::Value::Map(now), value::Value::Map(wanted)) = (now.encode(), wanted.encode()) else { return false };
    wanted.iter().all(|(part, wanted)| *wanted == value::Value::Null || now.get(part) == Some(wanted))
}
