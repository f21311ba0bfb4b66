//! The frame around every page: head, navigation, messages, foot.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use crate::host::HostError;
use crate::page_state::Shared;
use crate::tokens::Visitor;

/// The frame of the pages that one request is answered with.
#[derive(Clone, Copy)]
pub(crate) struct Frame<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) visitor: &'a Visitor,
    /// The connection that the page is about.
    pub(crate) connection: Option<&'a str>,
}

/// The address of a page.
#[derive(Clone, Copy)]
pub(crate) enum Address<'a> {
    /// The page is an answer to a form, or tells of an error.
    None,
    /// The page's address.
    Page(&'a str),
    /// The address of a page with JSON beside it.
    WithJson(&'a str),
}

impl<'a> Address<'a> {
    fn page(self) -> Option<&'a str> {
        match self {
            Address::None => None,
            Address::Page(address) | Address::WithJson(address) => Some(address),
        }
    }
}

/// The outcome of an action, as the address of the page after it says it. Says nothing about a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    Retried,
    Discarded,
    Gone,
    Paused,
    Resumed,
}

impl Outcome {
    /// The outcome's name in an address.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Outcome::Retried => "retried",
            Outcome::Discarded => "discarded",
            Outcome::Gone => "gone",
            Outcome::Paused => "paused",
            Outcome::Resumed => "resumed",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Outcome::Retried => "Done: it is tried again, an opportunity with the next run, a note at once.",
            Outcome::Discarded => "Done: the dead letter is discarded.",
            Outcome::Gone => "There was no such dead letter any more: it was settled meanwhile.",
            Outcome::Paused => "Done: nothing is delivered until you resume. Changes are still read.",
            Outcome::Resumed => "Done: the next run delivers what changed.",
        }
    }
}

impl Frame<'_> {
    /// The token of this browser's forms.
    pub(crate) fn token(&self) -> String {
        self.visitor.token(&self.shared.token_key)
    }

    /// A page.
    pub(crate) fn page(
        &self,
        title: &str,
        here: Address<'_>,
        done: Option<Outcome>,
        body: &Markup,
    ) -> Response {
        let links = &self.shared.links;
        let markup = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (title) " · ServiceTitan to Hatch" }
                    link rel="stylesheet" href=(links.style());
                    script src=(links.script()) defer {}
                }
                body {
                    a.skip href="#main" { "Skip to the content" }
                    header {
                        p.brand { a href=(links.overview()) { "ServiceTitan to Hatch" } }
                        @if let Some(name) = self.connection { (self.navigation(name, here.page())) }
                    }
                    main #main tabindex="-1" {
                        @if let Some(done) = done { p.done role="status" { (done.words()) } }
                        h1 { (title) }
                        (body)
                    }
                    footer {
                        @if !self.shared.is_behind_authentication {
                            p { "No authentication is configured: this page answers this machine only." }
                        }
                        @if let Address::WithJson(here) = here {
                            p { a href=(links.json(here)) { "This page as JSON" } }
                        }
                    }
                }
            }
        };
        Html(markup.into_string()).into_response()
    }

    fn navigation(&self, name: &str, here: Option<&str>) -> Markup {
        let links = &self.shared.links;
        let pages = [
            (name.to_owned(), links.connection(name)),
            ("Dead letters".to_owned(), links.of_connection(name, "dead-letters")),
            ("Search".to_owned(), links.of_connection(name, "search")),
            ("Erase a customer".to_owned(), links.of_connection(name, "erase")),
        ];
        html! {
            nav aria-label="Connection" {
                ul {
                    @for (title, address) in &pages {
                        li { a href=(address) aria-current=[(here == Some(address)).then_some("page")] { (title) } }
                    }
                }
            }
        }
    }

    /// A page that tells of an error.
    pub(crate) fn error(&self, status: StatusCode, title: &str, text: &str) -> Response {
        (status, self.page(title, Address::None, None, &html! { p { (text) } })).into_response()
    }

    /// A page that tells of a call that failed.
    pub(crate) fn failed(&self, error: &HostError) -> Response {
        let text = format!("{error}. Nothing was half-done; repeat it when the cause is repaired.");
        self.error(StatusCode::SERVICE_UNAVAILABLE, "That did not work", &text)
    }

    /// The page for an address that leads nowhere.
    pub(crate) fn not_found(&self, text: &str) -> Response {
        self.error(StatusCode::NOT_FOUND, "Not found", text)
    }
}
