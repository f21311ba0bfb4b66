//! The check before a sync: faults of the setup, each with the step that repairs it.

mod report;
mod scopes;

pub use report::{CheckReport, Finding, FindingStatus};

use scopes::Need;
use servicetitan_client::Scope;

use crate::integrations::Integrations;
use crate::mirror::Mirror;
use crate::{SinkError, Source, SourceError, SourceErrorKind};

/// The places where ServiceTitan shows the settings of a host, in the order in which they are looked at.
const CREDENTIALS: &str = "Compare with ServiceTitan: Settings > Integrations > API Application Access > your app shows the tenant ID and the \
     client ID, and makes a new client secret; the application key is in the developer portal under My Apps > Edit. Paste them without \
     spaces. Client ID and secret belong to one environment, production or integration.";
const UNREACHABLE: &str = "Check that this machine reaches ServiceTitan's API and its token endpoint over HTTPS, and that the URLs are those \
     of the environment that the client ID belongs to; then check again.";

/// Asks ServiceTitan and every sink whether they know this connection, and compares the app's scopes with those that the integrations need.
/// Changes nothing, neither there nor in the store.
pub(crate) async fn check(source: &dyn Source, integrations: &Integrations, mirror: &Mirror) -> CheckReport {
    let mut findings = Vec::new();
    match source.check().await {
        Ok(found) => {
            findings.push(Finding::ok("ServiceTitan", found.summary));
            if !found.key_confirmed {
                findings.push(Finding::warning(
                    "application key",
                    "it could not be tried, since the app may read none of the usual lists",
                    "Give the app its scopes first, then check again.",
                ));
            }
            findings.extend(scope_findings(integrations, &found.granted_scopes));
        }
        Err(error) => findings.push(source_finding(&error)),
    }
    for integration in integrations.iter() {
        let subject = format!("sink of integration {}", integration.name());
        findings.push(match integration.sink.check().await {
            Ok(()) => Finding::ok(subject, format!("{} takes opportunities", integration.sink.identity())),
            Err(error) => {
                Finding::error(subject, error.to_string(), sink_todo(&error)).temporary(error.is_temporary())
            }
        });
    }
    if let Err(error) = mirror.check_epoch().await {
        let todo = "Let one process serve a connection, and see that its store can be reached and has room.";
        findings.push(Finding::error("store", error.to_string(), todo).temporary(error.is_temporary()));
    }
    CheckReport::new(mirror.connection().to_owned(), findings)
}

/// The findings about the scopes that the integrations need.
fn scope_findings(integrations: &Integrations, granted: &[Scope]) -> Vec<Finding> {
    if granted.is_empty() {
        let what = "the access token does not tell which scopes the app has";
        return vec![Finding::warning(
            "scopes",
            what,
            "Sync once: what the app lacks is named in the report.",
        )];
    }
    let feeds = integrations.needed_feeds().into_iter().map(|(resource, needing)| {
        let need = if needing.is_empty() { Need::Optional } else { Need::Required };
        (resource, need)
    });
    let targets = integrations.iter().flat_map(|integration| integration.push.all_targets());
    let needed = scopes::needed(feeds, targets);
    let (present, missing): (Vec<_>, Vec<_>) = needed.iter().partition(|(scope, _)| granted.contains(scope));
    let summary = format!("the app has {} of the {} that the integrations need", present.len(), needed.len());
    let mut findings = vec![Finding::ok("scopes", summary)];
    findings.extend(missing.into_iter().map(|(scope, need)| match need {
        Need::Required => {
            Finding::missing(scope, true, "the app lacks it, and no opportunity can do without")
        }
        Need::Notes => Finding::missing(
            scope,
            true,
            "the app lacks it, and the notes that the integrations push need it",
        ),
        Need::Optional => {
            Finding::missing(scope, false, "the app lacks it: opportunities go without what it would show")
        }
    }));
    findings
}

fn source_finding(error: &SourceError) -> Finding {
    let todo = match error.kind {
        SourceErrorKind::Auth => CREDENTIALS,
        SourceErrorKind::Temporary => UNREACHABLE,
        _ => "Do what the message says, then check again.",
    };
    Finding::error("ServiceTitan", error.message.clone(), todo)
        .temporary(error.kind == SourceErrorKind::Temporary)
}

fn sink_todo(error: &SinkError) -> &'static str {
    match error {
        SinkError::Unauthorized(_) => {
            "Make an API key for this department in Hatch's settings, and give it to the integration."
        }
        SinkError::Rejected { .. } => {
            "Compare the integration's source with the sources that are set up in Hatch."
        }
        SinkError::RateLimited { .. } => "Wait a minute, then check again.",
        SinkError::Unavailable(_) | SinkError::Unclear(_) | SinkError::Shut => {
            "Check that this machine reaches the sink over HTTPS and that its URL is right; then check again."
        }
    }
}
