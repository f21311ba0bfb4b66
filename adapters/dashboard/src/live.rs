//! Live updates by server-sent events: a part of a page, rendered again whenever it changed.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::future::BoxFuture;
use tokio::sync::OwnedSemaphorePermit;

use crate::json::Behind;
use crate::page_state::Shared;
use crate::pages;

/// Number of streams at a time. A browser beyond them shows its page as it was loaded.
pub(crate) const STREAMS: usize = 64;

/// The time between two looks at one connection.
const EVERY: Duration = Duration::from_secs(1);

/// The time between two looks at the overview, which reads the status of many.
const OVERVIEW_EVERY: Duration = Duration::from_secs(5);

/// The live part of the overview.
pub(crate) async fn overview(State(shared): State<Arc<Shared>>, Query(behind): Query<Behind>) -> Response {
    let render = async |shared: Arc<Shared>, after: Option<String>| {
        let (lines, _) = pages::connections::read(&shared, after.as_deref()).await;
        pages::connections::table(&shared, &lines).into_string()
    };
    stream(shared, OVERVIEW_EVERY, move |shared| Box::pin(render(shared, behind.after.clone())))
}

/// The live part of a connection's page. Ends when the connection goes.
pub(crate) async fn connection(State(shared): State<Arc<Shared>>, Path(name): Path<String>) -> Response {
    if shared.connection(&name).is_none() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let render = async |shared: Arc<Shared>, name: String| match shared.connection(&name) {
        Some(connection) => match pages::connection::read(&shared, connection.as_ref()).await {
            Ok(overview) => pages::connection::live(&overview).into_string(),
            Err(error) => {
                tracing::debug!(%error, "a live update is left out: the status cannot be read");
                String::new()
            }
        },
        None => String::new(),
    };
    stream(shared, EVERY, move |shared| Box::pin(render(shared, name.clone())))
}

/// The updates of one browser.
struct Updates<R> {
    shared: Arc<Shared>,
    every: Duration,
    render: R,
    last: Option<String>,
    /// One of the [`STREAMS`].
    _permit: OwnedSemaphorePermit,
}

/// Streams what `render` gives, whenever it differs from the last time, until the page is stopped: a stream that went on would hold up the
/// graceful stop of its server. An empty text is left out.
fn stream<R>(shared: Arc<Shared>, every: Duration, render: R) -> Response
where
    R: Fn(Arc<Shared>) -> BoxFuture<'static, String> + Send + 'static,
{
    let Ok(permit) = Arc::clone(&shared.streams).try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "too many live pages").into_response();
    };
    let updates = Updates { shared, every, render, last: None, _permit: permit };
    let events = futures::stream::unfold(updates, |mut updates| async move {
        loop {
            if updates.last.is_some() {
                let pause = updates.shared.clock.sleep(updates.every);
                updates.shared.stop.run_until_cancelled(pause).await?;
            }
            let rendering = (updates.render)(Arc::clone(&updates.shared));
            let text = rendering.await;
            let is_new = !text.is_empty() && updates.last.as_ref() != Some(&text);
            updates.last = Some(text.clone());
            if is_new {
                return Some((Ok::<_, Infallible>(Event::default().data(text)), updates));
            }
        }
    });
    Sse::new(events).keep_alive(KeepAlive::default()).into_response()
}
