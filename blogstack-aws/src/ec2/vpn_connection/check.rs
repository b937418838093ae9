//! What can be said of a VPN connection before any call. Keys are not repeated in what is said.

use blogstack_core::{
    Set,
    provider::{FieldProblem, Planned},
};

use super::{VpnConnection, VpnTunnel};
use crate::values::Cidr;

/// Everything that AWS would refuse.
pub(super) fn problems(planned: &Planned<'_, VpnConnection>) -> Vec<FieldProblem> {
    let (first, second) = (planned.get(VpnConnection::tunnel1), planned.get(VpnConnection::tunnel2));
    let inside = |tunnel: &Option<VpnTunnel>| tunnel.as_ref().and_then(|tunnel| tunnel.tunnel_inside_cidr);
    let same = inside(&first).zip(inside(&second)).filter(|(one, other)| one == other);
    FieldProblem::among([
        ("tunnel1", first.as_ref().and_then(bad_tunnel)),
        ("tunnel2", second.as_ref().and_then(bad_tunnel)),
        ("tunnel2", same.map(|(range, _)| format!("both tunnels have {range} inside"))),
    ])
}

fn bad_tunnel(tunnel: &VpnTunnel) -> Option<String> {
    let number = |value: Option<u32>, least: u32, most: u32, what: &str| {
        let value = value.filter(|value| !(least..=most).contains(value))?;
        Some(format!("{what} of {value} is not between {least} and {most}"))
    };
    let margin = tunnel.phase2_lifetime_seconds.unwrap_or(3600) / 2;
    let longer = tunnel.phase2_lifetime_seconds.zip(tunnel.phase1_lifetime_seconds).filter(|(second, first)| second >= first);
    tunnel
        .tunnel_inside_cidr
        .and_then(bad_range)
        .or_else(|| tunnel.pre_shared_key.as_ref().and_then(|key| bad_key(key.expose())))
        .or_else(|| number(tunnel.phase1_lifetime_seconds, 900, 28_800, "a `phase1_lifetime_seconds`"))
        .or_else(|| number(tunnel.phase2_lifetime_seconds, 900, 3600, "a `phase2_lifetime_seconds`"))
        .or_else(|| longer.map(|_| "the second phase has to be shorter than the first".to_owned()))
        .or_else(|| number(tunnel.rekey_margin_time_seconds, 60, margin, "a `rekey_margin_time_seconds`"))
        .or_else(|| number(tunnel.rekey_fuzz_percentage, 0, 100, "a `rekey_fuzz_percentage`"))
        .or_else(|| number(tunnel.replay_window_size, 64, 2048, "a `replay_window_size`"))
        .or_else(|| number(tunnel.dpd_timeout_seconds, 30, u32::MAX, "a `dpd_timeout_seconds`"))
        .or_else(|| bad_groups(tunnel.phase1_dh_group_numbers.as_ref(), &[2]))
        .or_else(|| bad_groups(tunnel.phase2_dh_group_numbers.as_ref(), &[2, 5]))
}

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpnTunnelOptionsSpecification.html>, `TunnelInsideCidr`
fn bad_range(range: Cidr) -> Option<String> {
    let [first, second, third, fourth] = range.first().octets();
    let reserved = (third <= 5 && fourth == 0) || (third == 169 && fourth == 252);
    let good = range.prefix() == 30 && [first, second] == [169, 254] && !reserved;
    (!good).then(|| format!("{range} is no /30 of 169.254.0.0/16 that AWS does not keep for itself"))
}

fn bad_key(key: &str) -> Option<String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._".contains(&byte);
    let good = (8..=64).contains(&key.len()) && !key.starts_with('0') && key.bytes().all(fits);
    (!good).then(|| "the key must have 8 to 64 letters, digits, points and underscores, and not begin with zero".to_owned())
}

fn bad_groups(groups: Option<&Set<u8>>, small: &[u8]) -> Option<String> {
    let other = groups?.iter().find(|group| !small.contains(group) && !(14..=24).contains(*group))?;
    Some(format!("there is no Diffie-Hellman group {other} for it"))
}
