//! Every kind, alone: each field set, changed and cleared, lost, vanished, deleted twice, adopted.

mod customer_gateway;
mod eip;
mod eip_association;
mod image_from_instance;
mod instance;
mod internet_gateway;
mod key_pair;
mod launch_template;
mod nat_gateway;
mod route;
mod route_table;
mod route_table_association;
mod security_group;
mod snapshot;
mod subnet;
mod volume;
mod volume_attachment;
mod vpc;
mod vpn_connection;
mod vpn_connection_route;
mod vpn_gateway;
mod vpn_gateway_attachment;
mod vpn_gateway_route_propagation;
