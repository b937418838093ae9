//! Attributes: settings of a load balancer that one call sets, those it names.
//! <https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_ModifyLoadBalancerAttributes.html>

use aws_sdk_elasticloadbalancing::{
    Client,
    types::{
        self, AccessLog, AdditionalAttribute, ConnectionDraining, ConnectionSettings, CrossZoneLoadBalancing,
        LoadBalancerAttributes as Attributes,
    },
};
use blogstack_core::provider::{Change, Changes, Result};

use super::{AccessLogs, DesyncMitigationMode, LoadBalancer, LoadBalancerInputs};
use crate::{
    call::{self, built},
    values::{of_word, word},
};

const OPERATION: &str = "elb:ModifyLoadBalancerAttributes";

/// The further attribute that has a field.
const DESYNC: &str = "elb.http.desyncmitigationmode";

/// What is to become of each.
pub(super) struct Wanted {
    cross_zone: Change<bool>,
    access_logs: Change<AccessLogs>,
    draining: Change<u32>,
    idle: Change<u32>,
    desync: Change<DesyncMitigationMode>,
}

fn set<T>(value: Option<T>) -> Change<T> {
    value.map_or(Change::Keep, Change::Set)
}

impl Wanted {
    /// What a program sets of a new load balancer.
    pub(super) fn of_inputs(inputs: &LoadBalancerInputs) -> Self {
        Self {
            cross_zone: set(inputs.cross_zone_load_balancing),
            access_logs: set(inputs.access_logs.clone()),
            draining: set(inputs.connection_draining_timeout),
            idle: set(inputs.idle_timeout),
            desync: set(inputs.desync_mitigation_mode),
        }
    }

    /// What differs.
    pub(super) fn of_changes(changes: &Changes<LoadBalancer>) -> Result<Self> {
        Ok(Self {
            cross_zone: changes.of(LoadBalancer::cross_zone_load_balancing)?,
            access_logs: changes.of(LoadBalancer::access_logs)?,
            draining: changes.of(LoadBalancer::connection_draining_timeout)?,
            idle: changes.of(LoadBalancer::idle_timeout)?,
            desync: changes.of(LoadBalancer::desync_mitigation_mode)?,
        })
    }

    /// For the call; nothing, when nothing is to be set.
    fn to_sdk(&self) -> Result<Option<Attributes>> {
        let cross_zone = |on: &bool| CrossZoneLoadBalancing::builder().enabled(*on).build();
        let settings = |seconds: &u32| built(OPERATION, ConnectionSettings::builder().idle_timeout(number(*seconds)).build());
        let desync = |mode: &DesyncMitigationMode| AdditionalAttribute::builder().key(DESYNC).value(word(mode)).build();
        let attributes = Attributes::builder()
            .set_cross_zone_load_balancing(said(&self.cross_zone).map(cross_zone))
            .set_access_log(access_log(&self.access_logs))
            .set_connection_draining(draining(&self.draining))
            .set_connection_settings(said(&self.idle).map(settings).transpose()?)
            .set_additional_attributes(said(&self.desync).map(|mode| vec![desync(mode)]))
            .build();
        Ok(Some(attributes).filter(|attributes| *attributes != Attributes::builder().build()))
    }

    /// Sets them.
    pub(super) async fn send(&self, client: &Client, balancer: &str) -> Result<()> {
        let Some(attributes) = self.to_sdk()? else { return Ok(()) };
        let request = client.modify_load_balancer_attributes().load_balancer_name(balancer).load_balancer_attributes(attributes);
        call::change("elb:ModifyLoadBalancerAttributes", || request.clone().send()).await.map(drop)
    }
}

fn number(seconds: u32) -> i32 {
    i32::try_from(seconds).unwrap_or(i32::MAX)
}

fn said<T>(change: &Change<T>) -> Option<&T> {
    match change {
        Change::Set(value) => Some(value),
        Change::Keep | Change::Clear => None,
    }
}

fn access_log(change: &Change<AccessLogs>) -> Option<AccessLog> {
    Some(match change {
        Change::Keep => return None,
        Change::Clear => AccessLog::builder().enabled(false).build(),
        Change::Set(logs) => AccessLog::builder()
            .enabled(true)
            .s3_bucket_name(&logs.s3_bucket_name)
            .set_s3_bucket_prefix(logs.s3_bucket_prefix.clone())
            .emit_interval(number(logs.emit_interval))
            .build(),
    })
}

fn draining(change: &Change<u32>) -> Option<ConnectionDraining> {
    Some(match change {
        Change::Keep => return None,
        Change::Clear => ConnectionDraining::builder().enabled(false).build(),
        Change::Set(seconds) => ConnectionDraining::builder().enabled(true).timeout(number(*seconds)).build(),
    })
}

/// Reads them into the fields.
/// <https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DescribeLoadBalancerAttributes.html>
pub(super) async fn read(client: &Client, balancer: &mut LoadBalancer) -> Result<()> {
    let request = client.describe_load_balancer_attributes().load_balancer_name(balancer.load_balancer_name.as_str());
    let told = call::read("elb:DescribeLoadBalancerAttributes", || request.clone().send()).await?;
    if let Some(attributes) = told.load_balancer_attributes {
        fill(balancer, attributes);
    }
    Ok(())
}

fn fill(balancer: &mut LoadBalancer, told: types::LoadBalancerAttributes) {
    let count = |number: i32| u32::try_from(number).ok();
    let desync = told.additional_attributes().iter().find(|one| one.key() == Some(DESYNC)).and_then(|one| of_word(one.value()?));
    balancer.desync_mitigation_mode = desync;
    balancer.cross_zone_load_balancing = told.cross_zone_load_balancing.map(|cross_zone| cross_zone.enabled);
    balancer.idle_timeout = told.connection_settings.and_then(|settings| count(settings.idle_timeout));
    let draining = told.connection_draining.filter(|draining| draining.enabled);
    balancer.connection_draining_timeout = draining.and_then(|draining| count(draining.timeout.unwrap_or(300)));
    balancer.access_logs = told.access_log.filter(|log| log.enabled).map(|log| AccessLogs {
        s3_bucket_name: log.s3_bucket_name.unwrap_or_default(),
        s3_bucket_prefix: log.s3_bucket_prefix.filter(|prefix| !prefix.is_empty()),
        emit_interval: log.emit_interval.and_then(count).unwrap_or(60),
    });
}
