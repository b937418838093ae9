//! The read-only domain controller.

use blogstack_aws::ec2::{DhcpOptions, DhcpOptionsAssociation, Image, Rule, SecurityGroup};
use blogstack_core::Scope;

use super::{network::Network, server::server, settings::DomainControllerSettings};

/// The number of its address in its subnet.
const ADDRESS: u8 = 10;

/// A domain controller from an image that has joined the domain, in a subnet of its own, which is a site of its own. Every machine of the network
/// asks it first for names; AWS's server answers while it is away.
pub(super) fn domain_controller(s: &Scope, settings: &DomainControllerSettings, network: &Network) {
    let group = SecurityGroup::new(&network.vpc, "the domain controller").ingress([
        Rule::all().from(network.office),
        Rule::tcp(53).from(network.inside),
        Rule::udp(53).from(network.inside),
    ]);
    let group = s.add("controller", group);
    let image = s.look_up(Image::named(&*settings.image));
    let address = network.directory_address(ADDRESS);
    let controller = server("domain-controller", &image, &settings.instance_type, &network.directory, &group);
    s.add("controller", controller.private_ip(address));

    let servers = [address.to_string(), "AmazonProvidedDNS".into()];
    let options = s.add("names", DhcpOptions::new().domain_name(&settings.domain).domain_name_servers(servers));
    s.add("names", DhcpOptionsAssociation::new(&network.vpc, &options));
}
