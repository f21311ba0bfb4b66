//! Explaining an opportunity, for implementations of [`Connection`](crate::Connection).

use sync_core::{Explainer, OpportunityExplanation};

use crate::host::HostError;

/// Explains the opportunity of a base record, as [`Connection::explain`](crate::Connection::explain) does: with its records as ServiceTitan has them now
/// if `refresh` is set, else from the store.
///
/// # Errors
///
/// As [`Explainer::explain_refreshed`] and [`Explainer::explain`].
pub async fn explain(
    explainer: &Explainer,
    integration: &str,
    id: i64,
    refresh: bool,
) -> Result<OpportunityExplanation, HostError> {
    Ok(if refresh {
        explainer.explain_refreshed(integration, id).await?
    } else {
        explainer.explain(integration, id).await?
    })
}
