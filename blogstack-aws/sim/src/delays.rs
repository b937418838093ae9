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
    /// A new VPC endpoint with interfaces is `pending` for this long.
    pub endpoint_available: Duration,
    /// A VPC endpoint is `deleting` for this long.
    pub endpoint_deleted: Duration,
    /// A new network interface that stands alone is `pending` for this long.
    pub interface_available: Duration,
    /// A peering connection is asked for, set up and taken down for this long.
    pub peering_changed: Duration,
    /// A started instance is `pending` for this long.
    pub instance_running: Duration,
    /// An instance is `stopping` for this long.
    pub instance_stopped: Duration,
    /// An instance is `shutting-down` for this long.
    pub instance_terminated: Duration,
    /// A new volume is `creating` for this long.
    pub volume_available: Duration,
    /// A volume is `attaching` or `detaching` for this long.
    pub volume_attached: Duration,
    /// A volume is `deleting` for this long.
    pub volume_deleted: Duration,
    /// A volume is `modifying` for this long, and `optimizing` as long again.
    pub volume_modified: Duration,
    /// A new snapshot is `pending` for this long.
    pub snapshot_completed: Duration,
    /// For this long after one snapshot of a volume was begun no other one is.
    pub snapshot_interval: Duration,
    /// A new image is `pending` for this long.
    pub image_available: Duration,
    /// A new customer or VPN gateway is `pending`, and a VPN gateway is `attaching` or `detaching`, for this long.
    pub vpn_gateway: Duration,
    /// A new VPN connection is `pending` for this long.
    pub vpn_connection_available: Duration,
    /// A VPN connection is `modifying` for this long.
    pub vpn_connection_modified: Duration,
    /// A VPN connection is `deleting` for this long.
    pub vpn_connection_deleted: Duration,
    /// A static route of a VPN connection is `pending` or `deleting` for this long.
    pub vpn_route: Duration,
    /// An instance profile is `associating` for this long.
    pub profile_associated: Duration,
    /// A new load balancer is `provisioning` for this long.
    pub load_balancer_active: Duration,
    /// The network interfaces of a load balancer that is gone stay for this long.
    pub load_balancer_interfaces: Duration,
    /// A target that a load balancer begins to check is `initial` for this long.
    pub target_healthy: Duration,
    /// An Auto Scaling group notices this long afterwards that one of its instances has failed.
    pub failure_noticed: Duration,
    /// A new cache cluster is `creating` for this long.
    pub cache_cluster_available: Duration,
    /// A cache cluster is `modifying` for this long.
    pub cache_cluster_modified: Duration,
    /// A cache cluster is `deleting` for this long.
    pub cache_cluster_deleted: Duration,
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
            endpoint_available: Duration::ZERO,
            endpoint_deleted: Duration::ZERO,
            interface_available: Duration::ZERO,
            peering_changed: Duration::ZERO,
            instance_running: Duration::ZERO,
            instance_stopped: Duration::ZERO,
            instance_terminated: Duration::ZERO,
            volume_available: Duration::ZERO,
            volume_attached: Duration::ZERO,
            volume_deleted: Duration::ZERO,
            volume_modified: Duration::ZERO,
            snapshot_completed: Duration::ZERO,
            snapshot_interval: Duration::ZERO,
            image_available: Duration::ZERO,
            vpn_gateway: Duration::ZERO,
            vpn_connection_available: Duration::ZERO,
            vpn_connection_modified: Duration::ZERO,
            vpn_connection_deleted: Duration::ZERO,
            vpn_route: Duration::ZERO,
            profile_associated: Duration::ZERO,
            load_balancer_active: Duration::ZERO,
            load_balancer_interfaces: Duration::ZERO,
            target_healthy: Duration::ZERO,
            failure_noticed: Duration::ZERO,
            cache_cluster_available: Duration::ZERO,
            cache_cluster_modified: Duration::ZERO,
            cache_cluster_deleted: Duration::ZERO,
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
            endpoint_available: Duration::from_mins(1),
            endpoint_deleted: Duration::from_secs(40),
            interface_available: Duration::from_secs(2),
            peering_changed: Duration::from_secs(3),
            instance_running: Duration::from_secs(15),
            instance_stopped: Duration::from_secs(20),
            instance_terminated: Duration::from_secs(40),
            volume_available: Duration::from_secs(3),
            volume_attached: Duration::from_secs(3),
            volume_deleted: Duration::from_secs(3),
            volume_modified: Duration::from_secs(5),
            snapshot_completed: Duration::from_secs(20),
            snapshot_interval: Duration::from_secs(15),
            image_available: Duration::from_mins(1),
            vpn_gateway: Duration::from_secs(5),
            vpn_connection_available: Duration::from_mins(4),
            vpn_connection_modified: Duration::from_mins(2),
            vpn_connection_deleted: Duration::from_mins(1),
            vpn_route: Duration::from_secs(5),
            profile_associated: Duration::from_secs(5),
            load_balancer_active: Duration::from_mins(2),
            load_balancer_interfaces: Duration::from_secs(90),
            target_healthy: Duration::from_secs(30),
            failure_noticed: Duration::from_secs(30),
            cache_cluster_available: Duration::from_mins(5),
            cache_cluster_modified: Duration::from_mins(3),
            cache_cluster_deleted: Duration::from_mins(4),
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
