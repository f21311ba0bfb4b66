//! The pages of erasing a customer: asking for the ID, confirming, and the outcome.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use sync_core::EraseReport;

use super::frame::{Address, Frame};
use super::parts::token;
use crate::host::CustomerSummary;
use crate::words::things;

/// The step that the page shows.
pub(crate) enum Step<'a> {
    /// Asks for the customer, with a remark if the last answer was of no use.
    Ask { remark: Option<&'a str> },
    /// Shows whom it is about, and asks for the ID again.
    Confirm { customer: &'a CustomerSummary, remark: Option<&'a str> },
    /// Tells what was erased.
    Done { report: &'a EraseReport },
}

pub(crate) fn page(frame: &Frame<'_>, connection: &str, step: &Step<'_>) -> Response {
    let here = frame.shared.links.of_connection(connection, "erase");
    let (status, body) = match step {
        Step::Ask { remark } => (status(remark.is_some()), ask(frame, &here, *remark)),
        Step::Confirm { customer, remark } => {
            (status(remark.is_some()), confirm(frame, &here, customer, *remark))
        }
        Step::Done { report } => (StatusCode::OK, done(report)),
    };
    (status, frame.page("Erase a customer", Address::Page(&here), None, &body)).into_response()
}

fn status(is_wrong: bool) -> StatusCode {
    if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
}

fn remark(text: Option<&str>) -> Markup {
    html! { @if let Some(text) = text { p.reason role="alert" { (text) } } }
}

fn ask(frame: &Frame<'_>, here: &str, text: Option<&str>) -> Markup {
    html! {
        p {
            "Erasing removes a customer from the store here: records, contacts, jobs and memberships with everything around them, dead letters, and the \
             messages of events. It cannot be undone."
        }
        ol {
            li { "Delete the customer in ServiceTitan first. Otherwise the next change brings the data back." }
            li { "Erase the customer here." }
            li { "Delete the contact in Hatch: nothing here does." }
        }
        (remark(text))
        form.search method="post" action=(here) {
            (token(frame))
            label for="customer" { "ID of the customer in ServiceTitan" }
            div.row {
                input #customer name="customer" required inputmode="numeric" pattern="[0-9]+" maxlength="19" autocomplete="off";
                button type="submit" { "Continue" }
            }
        }
    }
}

fn confirm(frame: &Frame<'_>, here: &str, customer: &CustomerSummary, text: Option<&str>) -> Markup {
    html! {
        p { "This erases, together with customers that were merged with it:" }
        p.subject {
            strong { (customer.name.as_deref().unwrap_or("A customer without a name")) }
            br;
            "customer " (customer.id) ", " (things(customer.jobs, "job", "jobs")) ", "
            (things(customer.memberships, "membership", "memberships"))
        }
        (remark(text))
        form.search method="post" action=(here) {
            (token(frame))
            input type="hidden" name="customer" value=(customer.id);
            label for="again" { "Type the ID " (customer.id) " again to confirm" }
            div.row {
                input #again name="again" required inputmode="numeric" maxlength="19" autocomplete="off";
                button.grave type="submit" { "Erase for good" }
            }
        }
        p { a href=(here) { "Cancel" } }
    }
}

fn done(report: &EraseReport) -> Markup {
    html! {
        p.done role="status" {
            "Erased: " (things(report.customers, "customer", "customers")) ", "
            (things(report.base_records, "job or membership", "jobs and memberships")) ", "
            (things(report.events, "event", "events")) "."
        }
        ul {
            li { "Delete the contact in Hatch now, if that is not done yet." }
            li { "Backups of the store still have the data." }
        }
    }
}
