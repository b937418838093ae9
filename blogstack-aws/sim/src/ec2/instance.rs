//! Instances.
//!
//! Source: *Amazon EC2 instance state changes*; the operations are in the files of this folder.

mod attribute;
mod credits;
mod launch;
mod launch_request;
mod lifecycle;
mod listing;
mod metadata;
mod modify;
mod status;
mod type_listing;
mod type_name;
mod type_offering;

use serde::{Deserialize, Serialize};

use crate::ec2::Operation;
use crate::moment::Moment;
use crate::state::object::{Kind, Object, Tags};

/// An instance.
#[expect(clippy::struct_excessive_bools, clippy::struct_field_names, reason = "AWS's own attributes and names")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Instance {
    pub(crate) id: String,
    pub(crate) reservation: String,
    pub(crate) launch_index: usize,
    pub(crate) client_token: String,
    pub(crate) image: String,
    pub(crate) architecture: String,
    pub(crate) instance_type: String,
    pub(crate) key_name: Option<String>,
    pub(crate) vpc: String,
    pub(crate) subnet: String,
    pub(crate) zone: String,
    pub(crate) tenancy: String,
    pub(crate) placement_group: Option<String>,
    pub(crate) user_data: Option<String>,
    pub(crate) disable_api_termination: bool,
    pub(crate) disable_api_stop: bool,
    pub(crate) shutdown_behavior: String,
    pub(crate) ebs_optimized: bool,
    pub(crate) monitoring: bool,
    pub(crate) credits: Option<String>,
    pub(crate) metadata: Metadata,
    pub(crate) root_device: String,
    pub(crate) state: State,
    pub(crate) state_reason: Option<String>,
    /// What is wrong with one that runs; nothing is unless somebody says so out of band.
    #[serde(default)]
    pub(crate) impaired: Option<Impairment>,
    /// When a state that is on its way to another one gets there, or when a terminated instance is forgotten.
    pub(crate) next_at: Option<Moment>,
    pub(crate) launched_at: Moment,
    pub(crate) tags: Tags,
}

/// The options of the metadata service: *`InstanceMetadataOptionsResponse`*.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) http_tokens: String,
    pub(crate) http_endpoint: String,
    pub(crate) http_protocol_ipv6: String,
    pub(crate) hop_limit: u32,
    pub(crate) instance_tags: String,
}

/// The state of an instance: *`InstanceState`*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    Pending,
    Running,
    ShuttingDown,
    Terminated,
    Stopping,
    Stopped,
}

/// Which of the status checks fails: *Status checks for your instances*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Impairment {
    /// The instance's own, as when its system hangs: a reboot helps.
    Instance,
    /// That of the machine beneath it, and so both: it has to be stopped and started, which brings it to another machine.
    System,
}

impl Object for Instance {
    const KIND: Kind = Kind {
        name: "instance",
        prefix: "i",
        missing: "InvalidInstanceID.NotFound",
        malformed: Some("InvalidInstanceID.Malformed"),
        sentence: "The instance ID '{}' does not exist",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    fn due(&self) -> Option<Moment> {
        self.next_at
    }

    fn is_live(&self) -> bool {
        self.state != State::Terminated
    }
}

pub(crate) use launch::from_params as launch;
pub(crate) use launch_request::user_data as check_user_data;
pub(crate) use lifecycle::{end, mature};

pub(crate) fn operation(name: &str) -> Option<Operation> {
    let own: Operation = match name {
        "RunInstances" => launch::run,
        "DescribeInstances" => listing::describe,
        "DescribeInstanceTypes" => type_listing::describe,
        "DescribeInstanceTypeOfferings" => type_offering::describe,
        "DescribeInstanceStatus" => status::describe,
        "DescribeInstanceAttribute" => attribute::describe,
        "GetInstanceUefiData" => attribute::uefi_data,
        "ModifyInstanceAttribute" => modify::modify,
        "ModifyInstanceMetadataOptions" => metadata::modify,
        "RebootInstances" => lifecycle::reboot,
        "StartInstances" => lifecycle::start,
        "StopInstances" => lifecycle::stop,
        "TerminateInstances" => lifecycle::terminate,
        "MonitorInstances" => lifecycle::monitor,
        "UnmonitorInstances" => lifecycle::unmonitor,
        "ModifyInstanceCreditSpecification" => credits::modify,
        "DescribeInstanceCreditSpecifications" => credits::describe,
        _ => return None,
    };
    Some(own)
}

impl Instance {
    pub(crate) fn is_running(&self) -> bool {
        self.state == State::Running
    }

    pub(crate) fn state_name(&self) -> &'static str {
        self.state.name()
    }
}

impl State {
    pub(crate) fn name(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Running => "running",
            State::ShuttingDown => "shutting-down",
            State::Terminated => "terminated",
            State::Stopping => "stopping",
            State::Stopped => "stopped",
        }
    }

    pub(crate) fn code(self) -> u8 {
        match self {
            State::Pending => 0,
            State::Running => 16,
            State::ShuttingDown => 32,
            State::Terminated => 48,
            State::Stopping => 64,
            State::Stopped => 80,
        }
    }
}

#[cfg(test)]
mod tests;
