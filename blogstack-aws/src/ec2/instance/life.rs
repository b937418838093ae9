//! Running, stopped, gone. <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html>

use aws_sdk_ec2::types::InstanceStateName as Name;
use blogstack_core::{
    Id,
    provider::{Cx, ErrorKind, ProviderError, Result},
};

use super::{Instance, PATIENCE, Provider};
use crate::{
    call,
    ec2::{
        described::{self, Described},
        filter,
    },
    wait,
};

impl Provider {
    /// Waits until the instance is neither on its way up nor down; tells whether it runs.
    pub(super) async fn settled(&self, cx: &Cx<'_>, id: &Id<Instance>) -> Result<bool> {
        described::visible(self, cx.home, id).await?;
        self.reaches(cx, id, "runs or is stopped", &[Name::Running, Name::Stopped]).await.map(|state| state == Name::Running)
    }

    async fn reaches(&self, cx: &Cx<'_>, id: &Id<Instance>, what: &str, states: &[Name]) -> Result<Name> {
        let client = self.0.ec2(cx.home);
        let client = &client;
        let asked = || async move {
            let Some(item) = self.describe(client, vec![filter(Self::ID_FILTER, [id.as_str()])]).await?.pop() else { return Ok(None) };
            match item.state().and_then(|state| state.name()) {
                Some(state) if states.contains(state) => Ok(Some(state.clone())),
                Some(Name::ShuttingDown | Name::Terminated) => Err(ended(id, &item)),
                _ => Ok(None),
            }
        };
        wait::until(Self::OPERATION, &format!("`{id}` {what}"), cx.timeout.unwrap_or(PATIENCE), asked).await
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html>
    pub(super) async fn stop(&self, cx: &Cx<'_>, id: &Id<Instance>) -> Result<()> {
        let request = self.0.ec2(cx.home).stop_instances().instance_ids(id.as_str());
        let stopped = call::change("ec2:StopInstances", || request.clone().send()).await;
        stopped.map_err(|error| protected(error, "disable_api_stop"))?;
        self.reaches(cx, id, "is stopped", &[Name::Stopped]).await.map(drop)
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StartInstances.html>
    pub(super) async fn start(&self, cx: &Cx<'_>, id: &Id<Instance>) -> Result<()> {
        let request = self.0.ec2(cx.home).start_instances().instance_ids(id.as_str());
        call::change("ec2:StartInstances", || request.clone().send()).await?;
        self.reaches(cx, id, "runs", &[Name::Running]).await.map(drop)
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html>, which may be repeated.
    pub(super) async fn terminate(&self, cx: &Cx<'_>, id: &Id<Instance>) -> Result<()> {
        let request = self.0.ec2(cx.home).terminate_instances().instance_ids(id.as_str());
        let terminated = call::read("ec2:TerminateInstances", || request.clone().send()).await;
        call::gone_is_fine(terminated.map_err(|error| protected(error, "disable_api_termination")))?;
        described::gone(self, cx, id, PATIENCE).await
    }
}

/// The protection is somebody's wish, so it is not lifted on the way.
fn protected(error: ProviderError, field: &'static str) -> ProviderError {
    if !error.is_code("OperationNotPermitted") {
        return error;
    }
    error.hint(format!("it is protected: apply `.{field}(false)` first"))
}

fn ended(id: &Id<Instance>, item: &aws_sdk_ec2::types::Instance) -> ProviderError {
    let why = item.state_reason().and_then(|reason| reason.message().or(reason.code())).or(item.state_transition_reason());
    let message = format!("`{id}` was terminated: {}", why.unwrap_or("no reason is given"));
    ProviderError::new(ErrorKind::Rejected, <Provider as Described>::OPERATION, message)
}
