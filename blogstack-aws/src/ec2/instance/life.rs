//! Running, stopped, gone. <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html>

use aws_sdk_ec2::{
    Client,
    types::{self, InstanceStateName as Name},
};
use blogstack_core::{
    Home, Id, Tags,
    provider::{Cx, ErrorKind, ProviderError, Result},
};

use super::{Instance, PATIENCE, Provider};
use crate::{
    call,
    ec2::{
        described::{self, Described},
        filter, tagging,
    },
    wait,
};

/// The tag on an instance that we stopped, and that is ours to start again: also when the run that stopped it was killed.
const STOPPED: &str = "blogstack:stopped-for-change";

/// What an instance does when it does nothing new.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settled {
    /// It runs; otherwise it is stopped.
    pub(super) runs: bool,
    /// We stopped it.
    pub(super) stopped_by_us: bool,
}

async fn mark(client: &Client, id: &Id<Instance>) -> Result<()> {
    tagging::retag(client, id.as_str(), [(STOPPED.to_owned(), "true".to_owned())].into(), Vec::new()).await
}

async fn unmark(client: &Client, id: &Id<Instance>) -> Result<()> {
    tagging::retag(client, id.as_str(), Tags::new(), vec![STOPPED.to_owned()]).await
}

impl Provider {
    /// Waits until the instance is neither on its way up nor down.
    pub(super) async fn settled(&self, cx: &Cx<'_>, id: &Id<Instance>) -> Result<Settled> {
        let item = self.rests(cx, id).await?;
        let runs = item.state().and_then(|state| state.name()) == Some(&Name::Running);
        Ok(Settled { runs, stopped_by_us: item.tags().iter().any(|tag| tag.key() == Some(STOPPED)) })
    }

    /// Waits until the instance is neither on its way up nor down, and tells how it looks then.
    pub(super) async fn rests(&self, cx: &Cx<'_>, id: &Id<Instance>) -> Result<types::Instance> {
        self.reaches(cx, id, "runs or is stopped", &[Name::Running, Name::Stopped]).await
    }

    async fn reaches(&self, cx: &Cx<'_>, id: &Id<Instance>, what: &str, states: &[Name]) -> Result<types::Instance> {
        let asked = || async move {
            let Some(item) = self.listed(cx.home, id).await? else { return Ok(None) };
            match item.state().and_then(|state| state.name()) {
                Some(state) if states.contains(state) => Ok(Some(item)),
                Some(Name::ShuttingDown | Name::Terminated) => Err(ended(id, &item)),
                _ => Ok(None),
            }
        };
        wait::until(Self::OPERATION, &format!("`{id}` {what}"), cx.timeout.unwrap_or(PATIENCE), asked).await
    }

    /// As AWS lists it. Whoever waits for other instances at the same time shares the call.
    async fn listed(&self, home: &Home, id: &Id<Instance>) -> Result<Option<types::Instance>> {
        let (own, client) = (self.clone(), self.0.ec2(home));
        let many = |ids: Vec<String>| async move {
            let mut items = Vec::new();
            for batch in ids.chunks(described::BATCH) {
                items.extend(own.describe(&client, vec![filter(Self::ID_FILTER, batch)]).await?);
            }
            Ok(items.into_iter().filter_map(|item| Some((item.instance_id.clone()?, item))).collect())
        };
        self.0.gathering().one::<types::Instance, _, _>(home, id.as_str(), many).await
    }

    /// Stops it for a change, marked so that it is started again whatever happens.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html>
    pub(super) async fn stop(&self, cx: &Cx<'_>, id: &Id<Instance>) -> Result<()> {
        let client = self.0.ec2(cx.home);
        mark(&client, id).await?;
        let request = client.stop_instances().instance_ids(id.as_str());
        if let Err(error) = call::change("ec2:StopInstances", || request.clone().send()).await {
            if error.is_code("OperationNotPermitted") {
                unmark(&client, id).await?;
                return Err(error.hint("it is protected: apply `.disable_api_stop(false)` first"));
            }
            return Err(error);
        }
        self.reaches(cx, id, "is stopped", &[Name::Stopped]).await.map(drop)
    }

    /// Starts what was stopped for a change.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StartInstances.html>
    pub(super) async fn start(&self, cx: &Cx<'_>, id: &Id<Instance>) -> Result<()> {
        let client = self.0.ec2(cx.home);
        let request = client.start_instances().instance_ids(id.as_str());
        call::change("ec2:StartInstances", || request.clone().send()).await?;
        self.reaches(cx, id, "runs", &[Name::Running]).await?;
        unmark(&client, id).await
    }

    /// The protection is somebody's wish, so it is not lifted on the way.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html>, which may be repeated.
    pub(super) async fn terminate(&self, cx: &Cx<'_>, id: &Id<Instance>) -> Result<()> {
        let request = self.0.ec2(cx.home).terminate_instances().instance_ids(id.as_str());
        let terminated = call::read("ec2:TerminateInstances", || request.clone().send()).await;
        call::gone_is_fine(terminated.map_err(|error| protected(error, id)))?;
        described::gone(self, cx, id, PATIENCE).await
    }
}

fn protected(error: ProviderError, id: &Id<Instance>) -> ProviderError {
    if !error.is_code("OperationNotPermitted") {
        return error;
    }
    let declared = "it is protected: apply `.disable_api_termination(false)` first";
    let command = format!("aws ec2 modify-instance-attribute --instance-id {id} --no-disable-api-termination");
    error.hint(format!("{declared}, or, if it is not declared any more, `{command}`; then run again"))
}

fn ended(id: &Id<Instance>, item: &types::Instance) -> ProviderError {
    let why = item.state_reason().and_then(|reason| reason.message().or(reason.code())).or(item.state_transition_reason());
    let message = format!("`{id}` was terminated: {}", why.unwrap_or("no reason is given"));
    ProviderError::new(ErrorKind::Rejected, <Provider as Described>::OPERATION, message)
}
