//! Plans, beside the one before and beside what PostgreSQL would do by itself; and plans that are
//! shared.

use super::{Asker, MAX_SCRIPT_BYTES, Request, Service, ServiceError, explained};
use crate::help;
use crate::session::SessionId;
use sqlground_catalogue::Exercise;
use sqlground_model::{ComparedWith, Outcome, PlanSwitch};
use sqlground_sandbox::{Explained, Sandbox, Sandboxes, Space};

/// Where a plan is made.
pub(super) struct Desk<'a> {
    pub(super) sandboxes: &'a Sandboxes,
    pub(super) space: &'a Space,
    pub(super) sandbox: &'a Sandbox,
}

impl Service {
    /// Explains a script and compares its plan with the last one.
    pub(super) async fn plan(
        &self,
        asker: &Asker,
        exercise: &Exercise,
        desk: &Desk<'_>,
        request: &Request<'_>,
    ) -> Result<Outcome, ServiceError> {
        let sql = request.sql.unwrap_or_default();
        let outcome = self.explain(desk, sql, None).await?;
        let Outcome::Plan(mut plan) = outcome else {
            return Ok(outcome);
        };
        let Some(switch) = request.without else {
            let before = self.store.last_plan(&asker.session, &exercise.id).await?;
            self.store
                .keep_plan(&asker.session, &exercise.id, &plan)
                .await?;
            if let Some(before) = before {
                let comparison = sqlground_plan::compare(&plan, &before, ComparedWith::Earlier);
                plan.comparison = Some(Box::new(comparison));
            }
            return Ok(Outcome::Plan(plan));
        };
        let restricted = self.explain(desk, sql, Some(switch)).await?;
        let Outcome::Plan(mut restricted) = restricted else {
            return Ok(restricted);
        };
        let free = ComparedWith::Free(switch);
        let comparison = sqlground_plan::compare(&restricted, &plan, free);
        restricted.comparison = Some(Box::new(comparison));
        Ok(Outcome::Plan(restricted))
    }

    async fn explain(
        &self,
        desk: &Desk<'_>,
        sql: &str,
        without: Option<PlanSwitch>,
    ) -> Result<Outcome, ServiceError> {
        // Cancelling ends the statement in PostgreSQL, which then says so itself.
        let explaining = desk.sandbox.explain_without(sql, &self.limits, without);
        let mut found: Explained = explaining.await?;
        help::for_plan(desk.sandboxes, desk.space, sql, &mut found).await;
        Ok(explained(found))
    }

    /// Keeps a plan for whoever knows the id that is given back.
    pub async fn share_plan(
        &self,
        session: &SessionId,
        text: &str,
    ) -> Result<String, ServiceError> {
        if text.len() > MAX_SCRIPT_BYTES {
            return Err(ServiceError::TooLong(text.len()));
        }
        sqlground_plan::parse_all(text, None).map_err(ServiceError::NoPlan)?;
        let id = self.store.share_plan(session, text).await?;
        id.ok_or(ServiceError::TooManyShared)
    }
}
