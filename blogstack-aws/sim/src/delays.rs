//! How long things take in the simulated AWS.

use std::time::Duration;

/// How long things take, in virtual time.
///
/// ```
/// use std::time::Duration;
/// use blogstack_sim::Delays;
///
/// let quick = Delays { nat_gateway_available: Duration::from_secs(5), ..Delays::none() };
/// assert_ne!(quick, Delays::realistic());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delays {
    /// A new VPC is `pending` for this long.
    pub vpc_available: Duration,
    /// A new subnet is `pending` for this long.
    pub subnet_available: Duration,
    /// A new NAT gateway is `pending` for this long.
    pub nat_gateway_available: Duration,
    /// A NAT gateway that cannot work is `pending` for this long before it is `failed`.
    pub nat_gateway_failed: Duration,
    /// A NAT gateway is `deleting` for this long.
    pub nat_gateway_deleted: Duration,
    /// A NAT gateway's further address is `associating`, `assigning` or on its way out for this long.
    pub nat_gateway_address: Duration,
    /// A started instance is `pending` for this long.
    pub instance_running: Duration,
    /// An instance is `stopping` for this long.
    pub instance_stopped: Duration,
    /// An instance is `shutting-down` for this long.
    pub instance_terminated: Duration,
    /// A volume is `modifying` for this long, and `optimizing` as long again.
    pub volume_modified: Duration,
    /// An instance profile is `associating` for this long.
    pub profile_associated: Duration,
    /// A certificate is issued this long after all its records are seen.
    pub certificate_issued: Duration,
    /// A change of Route 53 is `PENDING` for this long.
    pub dns_in_sync: Duration,
    /// What was terminated or deleted stays listed for this long, where AWS lists it at all.
    pub memory: Duration,
    /// How long a client token is remembered.
    pub token: Duration,
}

impl Delays {
    /// Nothing takes time; the next call sees the end of every change. What is gone stays listed for an hour all the same.
    pub fn none() -> Self {
        Self {
            vpc_available: Duration::ZERO,
            subnet_available: Duration::ZERO,
            nat_gateway_available: Duration::ZERO,
            nat_gateway_failed: Duration::ZERO,
            nat_gateway_deleted: Duration::ZERO,
            nat_gateway_address: Duration::ZERO,
            instance_running: Duration::ZERO,
            instance_stopped: Duration::ZERO,
            instance_terminated: Duration::ZERO,
            volume_modified: Duration::ZERO,
            profile_associated: Duration::ZERO,
            certificate_issued: Duration::ZERO,
            dns_in_sync: Duration::ZERO,
            memory: Duration::from_hours(1),
            token: Duration::from_hours(24),
        }
    }

    /// About what AWS takes.
    pub fn realistic() -> Self {
        Self {
            vpc_available: Duration::from_secs(1),
            subnet_available: Duration::from_secs(1),
            nat_gateway_available: Duration::from_secs(90),
            nat_gateway_failed: Duration::from_secs(10),
            nat_gateway_deleted: Duration::from_secs(50),
            nat_gateway_address: Duration::from_secs(5),
            instance_running: Duration::from_secs(15),
            instance_stopped: Duration::from_secs(20),
            instance_terminated: Duration::from_secs(40),
            volume_modified: Duration::from_secs(5),
            profile_associated: Duration::from_secs(5),
            certificate_issued: Duration::from_mins(2),
            dns_in_sync: Duration::from_secs(30),
            ..Self::none()
        }
    }
}

impl Default for Delays {
    fn default() -> Self {
        Self::realistic()
    }
}
