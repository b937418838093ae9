//! Every kind, alone: each field set, changed and cleared, lost, vanished, deleted twice, adopted.

mod eip;
mod eip_association;
mod elbv2;
mod instance;
mod internet_gateway;
mod key_pair;
mod logs_log_group;
mod nat_gateway;
mod route;
mod route_table;
mod route_table_association;
mod security_group;
mod subnet;
mod vpc;
