//! `explain` and `explain-event`: for support people, also while a daemon is running.

use std::sync::Arc;

use examples::say;
use serde_json::json;
use sync_core::{Explainer, Store};
use tokio_util::sync::CancellationToken;

use crate::choosing;
use crate::command;
use crate::config::Config;
use crate::failure::Failure;
use crate::host;
use crate::secrets::Secrets;
use crate::storage;

/// Explains an opportunity. Needs secrets only to read from ServiceTitan, and changes nothing.
pub async fn explain(config: &Config, wanted: &command::Explain) -> Result<(), Failure> {
    let command::Explain { integration, id, refresh, details, on } = wanted;
    let name = &choosing::one_connection(config, on.connection.as_deref(), Some(integration))?.name;
    let secrets = if *refresh { Secrets::from_environment(config)? } else { Secrets::unused(config) };
    for (connection, explainer) in explainers(config, &secrets).await? {
        if connection != *name {
            continue;
        }
        let explanation = if *refresh {
            explainer.explain_refreshed(integration, *id).await
        } else {
            explainer.explain(integration, *id).await
        };
        let explanation = explanation.map_err(|error| Failure::from(error).of(name))?;
        if on.output.json {
            say!("{}", json!({ "connection": name, "explanation": explanation }));
            continue;
        }
        say!("{explanation}");
        if let (true, Some(opportunity)) = (details, &explanation.opportunity) {
            say!("\nAll details");
            for (path, value) in opportunity.details.flatten() {
                say!("  {path}: {value}");
            }
        }
    }
    Ok(())
}

/// Explains an event of Hatch, in each connection that has one of this ID. Needs no secrets, and changes nothing.
pub async fn explain_event(config: &Config, wanted: &command::ExplainEvent) -> Result<(), Failure> {
    let command::ExplainEvent { event, on } = wanted;
    let connections = choosing::connections(config, on.connection.as_deref())?;
    let mut known = false;
    for (connection, explainer) in explainers(config, &Secrets::unused(config)).await? {
        if connections.iter().all(|section| section.name != connection) {
            continue;
        }
        let Some(explanation) = explainer.explain_event(event).await? else { continue };
        known = true;
        if on.output.json {
            say!("{}", json!({ "connection": connection, "explanation": explanation }));
        } else {
            say!("{connection}: {explanation}");
        }
    }
    if known {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "no event {event:?} was stored: it did not arrive here, or its kind becomes no note by the configuration"
    )))
}

async fn explainers(config: &Config, secrets: &Secrets) -> Result<Vec<(String, Explainer)>, Failure> {
    let store: Arc<dyn Store> =
        storage::open_read_only(&config.store, &Secrets::of_store(&config.store)?).await?.into();
    let builders = host::builders(config, secrets, &store, &CancellationToken::new())?;
    Ok(builders.into_iter().map(|(name, builder)| (name, builder.explainer())).collect())
}
