//! Every kind, alone: each field set, changed and cleared, lost, vanished, deleted twice, adopted.

mod acm_certificate;
mod eip;
mod eip_association;
mod instance;
mod internet_gateway;
mod key_pair;
mod nat_gateway;
mod route;
mod route53_health_check;
mod route53_hosted_zone;
mod route53_record;
mod route_table;
mod route_table_association;
mod s3_bucket;
mod s3_object;
mod security_group;
mod subnet;
mod vpc;
