//! The web service that events and webhooks come to. Bodies stay on this side of Restate: an event is stored in the outbox, a webhook is verified
//! here, and Restate is handed their IDs.

use std::error::Error;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use hatch_mapping::HatchEvent;
use restate_adapter::{Host, WebhookNotice};
use servicetitan_client::webhooks::WebhookVerifier;
use sync_core::{PushError, webhook_subject};

use crate::arguments::IntakeOptions;
use crate::host::TenantsHost;
use crate::restate::Ingress;
use crate::shutdown::shutdown;

struct Intake {
    host: TenantsHost,
    restate: Ingress,
}

/// An answer without a body's content: a status, and a sentence for whoever reads the sender's log.
type Answer = (StatusCode, String);

/// Serves until the process is asked to stop. Prints the address once it answers.
pub async fn serve(options: &IntakeOptions) -> Result<(), Box<dyn Error>> {
    let host = TenantsHost::open(&options.host).await?;
    let intake = Arc::new(Intake { host, restate: Ingress::new(&options.restate) });
    let routes = Router::new()
        .route("/events/{connection}", post(take_event))
        .route("/webhooks/{connection}", post(take_webhook))
        .with_state(intake);
    let listener = tokio::net::TcpListener::bind(options.listen).await?;
    let stopping = shutdown()?;
    examples::say!("{}", serde_json::json!({"url": format!("http://{}", listener.local_addr()?)}));
    Ok(axum::serve(listener, routes).with_graceful_shutdown(stopping).await?)
}

/// Stores an event of Hatch, and has its notes written. A real host translates Hatch's webhook into the event and checks its signature, as
/// `embed_axum` shows.
async fn take_event(
    State(intake): State<Arc<Intake>>,
    Path(connection): Path<String>,
    Json(event): Json<HatchEvent>,
) -> Answer {
    let id = event.id.clone();
    let builder = match intake.host.engine(&connection).await {
        Ok(Some(builder)) => builder,
        Ok(None) => return (StatusCode::NOT_FOUND, "there is no such connection".to_owned()),
        Err(error) => return (StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
    };
    match builder.pusher().push(event).await {
        Ok(_) => {}
        Err(PushError::Store(error)) => return (StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
        Err(error) => return (StatusCode::UNPROCESSABLE_ENTITY, error.to_string()),
    }
    // The event is safe: if Restate cannot be reached, the connection's next cycle finds it.
    match intake.restate.send("Notes", &connection, "push", Some(&id), Some(&id)).await {
        Ok(()) => (StatusCode::ACCEPTED, "the event is stored".to_owned()),
        Err(error) => {
            tracing::warn!(connection, event = id, %error, "the notes of an event wait for the next cycle");
            (StatusCode::ACCEPTED, "the event is stored, and waits".to_owned())
        }
    }
}

/// Verifies a webhook of ServiceTitan, and has its record brought forward.
async fn take_webhook(
    State(intake): State<Arc<Intake>>,
    Path(connection): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let Some(tenant) = intake.host.tenant(&connection) else {
        return (StatusCode::NOT_FOUND, "there is no such connection".to_owned());
    };
    let received = WebhookVerifier::new(tenant.webhook_key.clone())
        .map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))
        .and_then(|verifier| {
            verifier.receive(&headers, &body).map_err(|error| {
                let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
                (status, error.to_string())
            })
        });
    let event = match received {
        Ok(event) => event,
        Err(answer) => return answer,
    };
    let of_another = event.tenant.is_some_and(|of| of.get() != tenant.tenant);
    let Some((resource, id)) = webhook_subject(&event).filter(|_| !of_another) else {
        return (StatusCode::OK, "there is nothing to do".to_owned());
    };
    let notice = WebhookNotice { event: event.id.clone(), resource, id, attempt: 0 };
    match intake.restate.send("Connection", &connection, "webhook", Some(&event.id), Some(&notice)).await {
        Ok(()) => (StatusCode::ACCEPTED, "the record is brought forward".to_owned()),
        // ServiceTitan sends it again.
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
    }
}
