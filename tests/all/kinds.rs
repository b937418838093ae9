//! Every kind, alone: each field set, changed and cleared, lost, vanished, deleted twice, adopted.

mod dhcp_options;
mod dhcp_options_association;
mod eip;
mod eip_association;
mod instance;
mod internet_gateway;
mod key_pair;
mod nat_gateway;
mod network_acl;
mod network_acl_association;
mod network_interface;
mod route;
mod route_table;
mod route_table_association;
mod security_group;
mod security_group_rule;
mod subnet;
mod vpc;
