//! The routes of the page.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Extension, FromRequestParts, Path, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use sync_core::DeadLetter;

use crate::csrf::{Confirmed, know_visitor};
use crate::host::{Connection, HostError};
use crate::json::Behind;
use crate::page_state::Shared;
use crate::pages::{self, Frame, Outcome, erase::Step};
use crate::tokens::Visitor;
use crate::{access, json, live};

const STYLE: &str = include_str!("assets/style.css");
const SCRIPT: &str = include_str!("assets/live.js");

/// Longest text that is searched for.
const LONGEST_TEXT: usize = 200;

/// The routes below the path that the page is mounted at.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    let base = shared.links.base().to_owned();
    let routes = Router::new()
        .route("/", get(overview))
        .route("/live", get(live::overview))
        .route("/style.css", get(async || asset("text/css; charset=utf-8", STYLE)))
        .route("/live.js", get(async || asset("text/javascript; charset=utf-8", SCRIPT)))
        .route("/connections/{name}", get(connection))
        .route("/connections/{name}/live", get(live::connection))
        .route("/connections/{name}/pause", post(pause))
        .route("/connections/{name}/resume", post(resume))
        .route("/connections/{name}/dead-letters", get(dead_letters))
        .route("/connections/{name}/dead-letters/retry", post(retry))
        .route("/connections/{name}/dead-letters/retry-all", post(retry_all))
        .route("/connections/{name}/dead-letters/discard", post(discard))
        .route("/connections/{name}/search", get(ask).post(search))
        .route("/connections/{name}/events", post(event))
        .route("/connections/{name}/opportunities/{integration}/{id}", get(opportunity))
        .route("/connections/{name}/opportunities/{integration}/{id}/refresh", post(refresh))
        .route("/connections/{name}/erase", get(ask_whom_to_erase).post(erase))
        .route("/json", get(json::overview))
        .route("/json/connections/{name}", get(json::connection))
        .route("/json/connections/{name}/dead-letters", get(json::dead_letters))
        .route("/json/connections/{name}/search", post(json::search))
        .route("/json/connections/{name}/opportunities/{integration}/{id}", get(json::opportunity))
        .layer(from_fn(log_action))
        .layer(from_fn_with_state(Arc::clone(&shared), know_visitor))
        .layer(from_fn_with_state(Arc::clone(&shared), access::guard))
        .with_state(shared);
    if base.is_empty() {
        return routes;
    }
    // People type a slash at the end, too.
    let slash = format!("{base}/");
    Router::new().nest(&base, routes).route(&slash, get(async move || Redirect::permanent(&base)))
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

/// Logs each form by its address, which names no customer.
async fn log_action(request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = next.run(request).await;
    if method == Method::POST {
        tracing::info!(%path, status = response.status().as_u16(), "an operator sent a form");
    }
    response
}

/// The connection that the address names, for whoever asks.
struct Here {
    shared: Arc<Shared>,
    visitor: Visitor,
    connection: Arc<dyn Connection>,
    name: String,
}

impl FromRequestParts<Arc<Shared>> for Here {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Response> {
        let path = Path::<BTreeMap<String, String>>::from_request_parts(parts, shared).await;
        let Path(path) = path.map_err(IntoResponse::into_response)?;
        let visitor = Extension::<Visitor>::from_request_parts(parts, shared).await;
        let Extension(visitor) = visitor.map_err(IntoResponse::into_response)?;
        let name = path.get("name").cloned().unwrap_or_default();
        let Some(connection) = shared.connection(&name) else {
            let frame = Frame { shared, visitor: &visitor, connection: None };
            return Err(frame.not_found("There is no such connection, or not any more."));
        };
        Ok(Here { shared: Arc::clone(shared), visitor, connection, name })
    }
}

impl Here {
    fn frame(&self) -> Frame<'_> {
        Frame { shared: &self.shared, visitor: &self.visitor, connection: Some(&self.name) }
    }

    /// Answers with a page, or with one that tells why there is none.
    fn answer(&self, page: Result<Response, HostError>) -> Response {
        page.unwrap_or_else(|error| self.frame().failed(&error))
    }

    /// Sends the browser to a page of the connection, which tells the outcome of what was done.
    fn go_on(&self, page: &str, outcome: Outcome) -> Response {
        let links = &self.shared.links;
        let address = if page.is_empty() {
            links.connection(&self.name)
        } else {
            links.of_connection(&self.name, page)
        };
        Redirect::to(&format!("{address}?done={}", outcome.name())).into_response()
    }
}

/// The query of a page after something was done.
#[derive(Deserialize)]
struct After {
    done: Option<Outcome>,
}

async fn overview(
    State(shared): State<Arc<Shared>>,
    Extension(visitor): Extension<Visitor>,
    Query(behind): Query<Behind>,
) -> Response {
    let frame = Frame { shared: &shared, visitor: &visitor, connection: None };
    let after = behind.after.as_deref();
    let (lines, has_more) = pages::connections::read(&shared, after).await;
    pages::connections::page(&frame, after, &lines, has_more)
}

async fn connection(here: Here, Query(after): Query<After>) -> Response {
    let overview = pages::connection::read(&here.shared, here.connection.as_ref()).await;
    here.answer(overview.map(|overview| pages::connection::page(&here.frame(), &overview, after.done)))
}

async fn pause(here: Here, form: Confirmed) -> Response {
    let done = here.connection.pause(form.field("integration")).await;
    here.answer(done.map(|()| here.go_on("", Outcome::Paused)))
}

async fn resume(here: Here, form: Confirmed) -> Response {
    let done = here.connection.resume(form.field("integration")).await;
    here.answer(done.map(|()| here.go_on("", Outcome::Resumed)))
}

async fn dead_letters(here: Here, Query(after): Query<After>) -> Response {
    let now = here.shared.clock.now();
    let status = here.connection.status().await;
    here.answer(status.map(|status| {
        pages::dead_letters::page(&here.frame(), &here.name, &status.dead_letters, now, after.done)
    }))
}

/// The dead letter that a form names; `None` if there is no such letter any more.
async fn letter(here: &Here, form: &Confirmed) -> Result<Option<DeadLetter>, HostError> {
    let letters = here.connection.status().await?.dead_letters;
    let is_named = |letter: &DeadLetter| {
        letter.integration == form.field("integration") && letter.subject == form.field("subject")
    };
    Ok(letters.into_iter().find(is_named))
}

async fn retry(here: Here, form: Confirmed) -> Response {
    decide(&here, &form, Outcome::Retried).await
}

async fn discard(here: Here, form: Confirmed) -> Response {
    decide(&here, &form, Outcome::Discarded).await
}

/// Settles the dead letter that a form names, if it is there.
async fn decide(here: &Here, form: &Confirmed, decision: Outcome) -> Response {
    let settled = async {
        Ok(match letter(here, form).await? {
            Some(letter) if decision == Outcome::Discarded => here.connection.discard(&letter).await?,
            Some(letter) => here.connection.retry(&letter).await?,
            None => false,
        })
    };
    let outcome = settled.await.map(|was_there| if was_there { decision } else { Outcome::Gone });
    here.answer(outcome.map(|outcome| here.go_on("dead-letters", outcome)))
}

/// Retries the letters that the page showed: the oldest ones.
async fn retry_all(here: Here, _form: Confirmed) -> Response {
    let retried = async {
        let letters = here.connection.status().await?.dead_letters;
        for letter in letters.iter().take(pages::dead_letters::PAGE) {
            here.connection.retry(letter).await?;
        }
        Ok(())
    };
    let retried = retried.await;
    here.answer(retried.map(|()| here.go_on("dead-letters", Outcome::Retried)))
}

async fn ask(here: Here) -> Response {
    pages::search::page(&here.frame(), &here.name, None)
}

async fn search(here: Here, form: Confirmed) -> Response {
    let text: String = form.field("text").trim().chars().take(LONGEST_TEXT).collect();
    if text.is_empty() {
        return pages::search::page(&here.frame(), &here.name, None);
    }
    let found = here.connection.search(&text).await;
    here.answer(found.map(|found| pages::search::page(&here.frame(), &here.name, Some((&text, &found)))))
}

async fn event(here: Here, form: Confirmed) -> Response {
    let found = here.connection.search(form.field("event")).await;
    here.answer(found.map(|found| pages::event::page(&here.frame(), &here.name, found.event.as_ref())))
}

/// An opportunity's address below a connection.
type OpportunityPath = Path<(String, String, i64)>;

async fn opportunity(
    here: Here,
    Path((_, integration, id)): OpportunityPath,
    Query(after): Query<After>,
) -> Response {
    explain(&here, &integration, id, false, after.done).await
}

/// Explains with the records as ServiceTitan has them now. Changes nothing, but costs requests, so that it is a form.
async fn refresh(here: Here, Path((_, integration, id)): OpportunityPath, _form: Confirmed) -> Response {
    explain(&here, &integration, id, true, None).await
}

async fn explain(here: &Here, integration: &str, id: i64, refresh: bool, done: Option<Outcome>) -> Response {
    if !here.connection.models().contains_key(integration) {
        return here.frame().not_found("This connection has no such integration.");
    }
    let explained = here.connection.explain(integration, id, refresh).await;
    here.answer(
        explained.map(|explained| pages::explanation::page(&here.frame(), &here.name, &explained, done)),
    )
}

async fn ask_whom_to_erase(here: Here) -> Response {
    pages::erase::page(&here.frame(), &here.name, &Step::Ask { remark: None })
}

/// Asks for a confirmation, and erases once the ID was typed a second time.
async fn erase(here: Here, form: Confirmed) -> Response {
    let page = |step: &Step<'_>| pages::erase::page(&here.frame(), &here.name, step);
    let Ok(id) = form.field("customer").trim().parse::<i64>() else {
        return page(&Step::Ask { remark: Some("The ID of a customer is a whole number.") });
    };
    let erased = async {
        let Some(customer) = here.connection.customer(id).await? else {
            let remark = "The store has no customer with this ID: there is nothing to erase.";
            return Ok(page(&Step::Ask { remark: Some(remark) }));
        };
        let again = form.field("again").trim();
        Ok(if again.is_empty() {
            page(&Step::Confirm { customer: &customer, remark: None })
        } else if again == id.to_string() {
            let report = here.connection.erase(id).await?;
            page(&Step::Done { report: &report })
        } else {
            let remark = Some("That is another ID. Nothing was erased.");
            page(&Step::Confirm { customer: &customer, remark })
        })
    };
    let erased = erased.await;
    here.answer(erased)
}
