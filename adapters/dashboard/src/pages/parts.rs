//! Parts that several pages have.

use chrono::{DateTime, Utc};
use hatch_mapping::OpportunityModel;
use maud::{Markup, html};
use serde_json::Value;

use super::frame::Frame;
use crate::health::{Health, HealthLevel};
use crate::host::FoundOpportunity;
use crate::tokens::FIELD;
use crate::words;

/// A form of one button that changes something.
pub(crate) struct Form<'a> {
    /// The address that takes the form.
    pub(crate) action: String,
    /// The button's words.
    pub(crate) button: &'a str,
    /// The button's words for those who do not see what stands around it.
    pub(crate) label: String,
    /// The hidden fields.
    pub(crate) fields: Vec<(&'a str, String)>,
    /// True if the button destroys something.
    pub(crate) is_grave: bool,
}

impl Form<'_> {
    pub(crate) fn draw(&self, frame: &Frame<'_>) -> Markup {
        html! {
            form.inline method="post" action=(self.action) {
                (token(frame))
                @for (name, value) in &self.fields { input type="hidden" name=(name) value=(value); }
                button class=[self.is_grave.then_some("grave")] type="submit" aria-label=(self.label) { (self.button) }
            }
        }
    }
}

/// The hidden field with the token.
pub(super) fn token(frame: &Frame<'_>) -> Markup {
    html! { input type="hidden" name=(FIELD) value=(frame.token()); }
}

/// The health as a badge.
pub(super) fn badge(health: &Health) -> Markup {
    let class = match health.level {
        HealthLevel::Trouble => "bad",
        HealthLevel::Attention => "warn",
        HealthLevel::Starting => "new",
        _ => "good",
    };
    html! { span class=(format!("badge {class}")) { (health.level.word()) } }
}

/// A time with its age.
pub(super) fn time(at: DateTime<Utc>, now: DateTime<Utc>) -> Markup {
    let age = if at > now {
        format!("in {}", words::duration(at - now))
    } else {
        format!("{} ago", words::duration(now - at))
    };
    html! { time datetime=(at.to_rfc3339()) title=(words::time(at)) { (age) } }
}

/// The name of a model for a heading.
pub(super) fn model(model: OpportunityModel) -> &'static str {
    match model {
        OpportunityModel::Job => "Job",
        OpportunityModel::Membership => "Membership",
    }
}

/// Links to the explanations of opportunities.
pub(super) fn opportunities(frame: &Frame<'_>, connection: &str, found: &[FoundOpportunity]) -> Markup {
    html! {
        @if found.is_empty() { p.muted { "No job or membership of this connection." } }
        ul.plain {
            @for it in found {
                li {
                    a href=(frame.shared.links.opportunity(connection, &it.integration, it.id)) {
                        (model(it.model)) " " (it.id)
                    }
                    span.muted { " in " (it.integration) }
                }
            }
        }
    }
}

/// A value of JSON for people: texts without quotation marks.
pub(super) fn value(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
