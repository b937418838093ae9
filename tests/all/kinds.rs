//! Every kind, alone: each field set, changed and cleared, lost, vanished, deleted twice, adopted.

mod acm_certificate;
mod autoscaling;
mod cloudwatch_metric_alarm;
mod customer_gateway;
mod dhcp_options;
mod dhcp_options_association;
mod dlm_lifecycle_policy;
mod eip;
mod eip_association;
mod elasticache;
mod elb;
mod elbv2;
mod flow_log;
mod iam_instance_profile;
mod iam_policy;
mod iam_role;
mod iam_role_policy;
mod iam_role_policy_attachment;
mod image_from_instance;
mod instance;
mod internet_gateway;
mod key_pair;
mod kms;
mod launch_template;
mod logs_log_group;
mod nat_gateway;
mod network_acl;
mod network_acl_association;
mod network_interface;
mod route;
mod route53_health_check;
mod route53_hosted_zone;
mod route53_record;
mod route_table;
mod route_table_association;
mod s3_bucket;
mod s3_object;
mod secretsmanager;
mod security_group;
mod security_group_rule;
mod snapshot;
mod ssm;
mod subnet;
mod volume;
mod volume_attachment;
mod vpc;
mod vpc_endpoint;
mod vpc_peering_connection;
mod vpc_peering_connection_accepter;
mod vpn_connection;
mod vpn_connection_route;
mod vpn_gateway;
mod vpn_gateway_attachment;
mod vpn_gateway_route_propagation;

use blogstack_tests::kinds::Kind;

/// The lives of all kinds, for whatever draws from all of them.
pub(super) fn all() -> Vec<Kind> {
    let alone = [
        acm_certificate::KIND,
        cloudwatch_metric_alarm::KIND,
        customer_gateway::KIND,
        dhcp_options::KIND,
        dhcp_options_association::KIND,
        dlm_lifecycle_policy::KIND,
        eip::KIND,
        eip_association::KIND,
        flow_log::KIND,
        iam_instance_profile::KIND,
        iam_policy::KIND,
        iam_role::KIND,
        iam_role_policy::KIND,
        iam_role_policy_attachment::KIND,
        image_from_instance::KIND,
        instance::KIND,
        internet_gateway::KIND,
        key_pair::KIND,
        launch_template::KIND,
        logs_log_group::KIND,
        nat_gateway::KIND,
        network_acl::KIND,
        network_acl_association::KIND,
        network_interface::KIND,
        route::KIND,
        route53_health_check::KIND,
        route53_hosted_zone::KIND,
        route53_record::KIND,
        route_table::KIND,
        route_table_association::KIND,
        s3_bucket::KIND,
        s3_object::KIND,
        security_group::KIND,
        security_group_rule::KIND,
        snapshot::KIND,
        subnet::KIND,
        volume::KIND,
        volume_attachment::KIND,
        vpc::KIND,
        vpc_endpoint::KIND,
        vpc_peering_connection::KIND,
        vpc_peering_connection_accepter::KIND,
        vpn_connection::KIND,
        vpn_connection_route::KIND,
        vpn_gateway::KIND,
        vpn_gateway_attachment::KIND,
        vpn_gateway_route_propagation::KIND,
    ];
    let services = [autoscaling::KINDS, elasticache::KINDS, elb::KINDS, elbv2::KINDS, kms::KINDS, secretsmanager::KINDS, ssm::KINDS];
    [&alone[..], &services.concat()].concat()
}
