//! Changes an instance in place: first what can be changed while it runs, then what it must be stopped for.

use blogstack_core::provider::{Change, Changes, Cx, Result, State};

use super::{
    Instance, InstanceType, Provider,
    attributes::{self, blob, boolean, modify, text},
    interface, profile, root_volume,
    values::word,
};
use crate::{ec2::tagging, tags};

/// What an instance must be stopped for.
struct WhileStopped {
    instance_type: Option<InstanceType>,
    ebs_optimized: Option<bool>,
    user_data: Option<String>,
}

/// Whether it must be stopped for a change of any of these fields.
pub(super) fn stops_for(fields: &[&'static str]) -> bool {
    let cold = [Instance::instance_type.name(), Instance::ebs_optimized.name(), Instance::user_data.name()];
    fields.iter().any(|field| cold.contains(field))
}

impl WhileStopped {
    fn of(changes: &Changes<Instance>) -> Result<Self> {
        let user_data = match changes.of(Instance::user_data)? {
            Change::Keep => None,
            Change::Set(text) => Some(text),
            Change::Clear => Some(String::new()),
        };
        let instance_type = changes.of(Instance::instance_type)?.set();
        Ok(Self { instance_type, ebs_optimized: changes.of(Instance::ebs_optimized)?.set(), user_data })
    }

    fn is_empty(&self) -> bool {
        self.instance_type.is_none() && self.ebs_optimized.is_none() && self.user_data.is_none()
    }
}

impl Provider {
    /// Makes the changes. Afterwards it runs, unless somebody else had stopped it.
    pub(super) async fn change(&self, cx: &Cx<'_>, current: &State<Instance>, changes: &Changes<Instance>) -> Result<()> {
        let (client, id) = (self.0.ec2(cx.home), &current.id);
        let now = self.settled(cx, id).await?;
        let cold = WhileStopped::of(changes)?;
        let stop_protection = changes.of(Instance::disable_api_stop)?.set();
        if stop_protection == Some(false) {
            modify(&client, id, |request| request.disable_api_stop(boolean(false))).await?;
        }
        self.change_running(cx, current, changes).await?;
        if !cold.is_empty() {
            if now.runs {
                self.stop(cx, id).await?;
            }
            self.change_stopped(cx, current, &cold).await?;
        }
        if now.stopped_by_us || (now.runs && !cold.is_empty()) {
            self.start(cx, id).await?;
        }
        // Another type begins with credits of its own.
        let credits = match changes.of(Instance::cpu_credits)? {
            Change::Keep => current.fields.cpu_credits.filter(|_| cold.instance_type.is_some()),
            change => change.set(),
        };
        if let Some(credits) = credits {
            attributes::set_cpu_credits(&client, id, credits).await?;
        }
        if stop_protection == Some(true) {
            modify(&client, id, |request| request.disable_api_stop(boolean(true))).await?;
        }
        Ok(())
    }

    async fn change_running(&self, cx: &Cx<'_>, current: &State<Instance>, changes: &Changes<Instance>) -> Result<()> {
        let (client, State { id, fields }) = (self.0.ec2(cx.home), current);
        let groups = changes.of(Instance::security_groups)?;
        interface::set_groups(&client, &fields.primary_network_interface_id, &fields.vpc, groups).await?;
        if let Change::Set(on) = changes.of(Instance::source_dest_check)? {
            interface::set_source_dest_check(&client, fields, on).await?;
        }
        if let Change::Set(on) = changes.of(Instance::disable_api_termination)? {
            modify(&client, id, |request| request.disable_api_termination(boolean(on))).await?;
        }
        if let Change::Set(behavior) = changes.of(Instance::instance_initiated_shutdown_behavior)? {
            modify(&client, id, |request| request.instance_initiated_shutdown_behavior(text(word(&behavior)))).await?;
        }
        if let Change::Set(on) = changes.of(Instance::monitoring)? {
            attributes::set_monitoring(&client, id, on).await?;
        }
        if let Change::Set(options) = changes.of(Instance::metadata_options)? {
            attributes::set_metadata_options(&client, id, &options).await?;
        }
        if let Change::Set(volume) = changes.of(Instance::root_volume)? {
            root_volume::change(&client, cx, id, fields, &volume).await?;
        }
        profile::set(&client, cx, id, changes.of(Instance::iam_instance_profile)?).await?;
        let (set, removed) = tags::difference(&fields.tags, changes.of(Instance::tags)?);
        tagging::retag(&client, id.as_str(), set, removed).await
    }

    async fn change_stopped(&self, cx: &Cx<'_>, current: &State<Instance>, cold: &WhileStopped) -> Result<()> {
        let (client, id) = (self.0.ec2(cx.home), &current.id);
        if let Some(InstanceType(name)) = &cold.instance_type {
            modify(&client, id, |request| request.instance_type(text(name))).await?;
        }
        if let Some(on) = cold.ebs_optimized {
            modify(&client, id, |request| request.ebs_optimized(boolean(on))).await?;
        }
        if let Some(script) = &cold.user_data {
            modify(&client, id, |request| request.user_data(blob(script))).await?;
        }
        Ok(())
    }
}
