//! Plans that are kept, and carried out later as they are.

use super::{Deployment, DeploymentError, Planned, Session};
use crate::{
    apply::Report,
    graph::Graph,
    plan::Plan,
    saved::{Basis, SavedPlan},
    state::LedgerError,
};

impl Deployment {
    /// As [`Deployment::preview`], with a form of the plan that can be kept.
    pub async fn preview_and_save(&self) -> Result<(Plan, SavedPlan), DeploymentError> {
        let graph = self.declare()?;
        let session = self.open().await?;
        let planned = session.plan(graph).await?;
        let saved = session.save(&planned)?;
        session.close().await?;
        Ok((planned.plan, saved))
    }

    /// Makes the cloud as declared, if that is what the saved plan says. It was asked for in one way, whatever
    /// [`Deployment::how`] says of selection and refreshing.
    ///
    /// # Errors
    /// [`DeploymentError::Saved`] when anything that the plan was made from has moved; nothing was changed then.
    pub async fn up_as_saved(&self, saved: &SavedPlan) -> Result<Report, DeploymentError> {
        let graph = self.declare()?;
        let session = self.open().await?;
        let planned = session.plan_as_saved(graph, saved).await?;
        session.finish(&planned).await
    }
}

impl Session<'_> {
    /// A form of the plan that can be kept, for [`Session::plan_as_saved`].
    ///
    /// # Errors
    /// When the state's key is missing: a plan is fenced with it.
    pub fn save(&self, planned: &Planned) -> Result<SavedPlan, DeploymentError> {
        Ok(SavedPlan::of(&Basis {
            fencer: &self.ledger.fencer().map_err(LedgerError::from)?,
            key: &self.ledger.key().map_err(LedgerError::from)?,
            provenance: &self.deployment.provenance,
            flags: &planned.flags,
            graph: &planned.graph,
            state: &self.ledger.state(),
            plan: &planned.plan,
        }))
    }

    /// As [`Session::plan`], but refuses when the plan is not the saved one.
    pub async fn plan_as_saved(&self, graph: Graph, saved: &SavedPlan) -> Result<Planned, DeploymentError> {
        let Self { deployment, ledger } = self;
        saved.check_place(&ledger.owner().project, &ledger.owner().stack, ledger.binding())?;
        let (fencer, key) = (ledger.fencer().map_err(LedgerError::from)?, ledger.key().map_err(LedgerError::from)?);
        saved.check(&fencer, &key, &deployment.provenance)?;
        let planned = self.plan_with(graph, saved.flags().clone()).await?;
        saved.compare(&self.save(&planned)?)?;
        Ok(planned)
    }
}
