//! Every kind, alone: each field set, changed and cleared, lost, vanished, deleted twice, adopted.

mod eip;
mod internet_gateway;
mod route_table;
mod security_group;
mod subnet;
mod vpc;
