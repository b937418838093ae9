//! Every kind, alone: each field set, changed and cleared, lost, vanished, deleted twice, adopted.

mod eip;
mod eip_association;
mod elasticache;
mod instance;
mod internet_gateway;
mod key_pair;
mod kms;
mod nat_gateway;
mod route;
mod route_table;
mod route_table_association;
mod secretsmanager;
mod security_group;
mod ssm;
mod subnet;
mod vpc;
