//! The report of a check, for people and for programs.

use std::fmt;

use serde::{Deserialize, Serialize};
use servicetitan_client::Scope;

/// The steps that give an app scopes that it lacks: they are ticked in one place and taken over in another.
const SCOPE_STEPS: [&str; 6] = [
    "Open My Apps in ServiceTitan's developer portal (https://developer.servicetitan.io/custom/my-apps/).",
    "Click Edit at your app, then Change API Scopes.",
    "Tick what is missing and save. The app has a new version of its scopes now.",
    "Open the app once more and see that the newest version is selected.",
    "In ServiceTitan itself, open Settings > Integrations > API Application Access (https://go.servicetitan.com/#/Settings/Api-Apps).",
    "At your app, click Upgrade Version and confirm; then check again.",
];

/// The report of [`Engine::check`](crate::Engine::check). Holds no secret and no customer data.
///
/// `Display` is for a person at a terminal, serde's form for programs:
/// `{"connection": …, "ok": …, "findings": [{"status": "ok" | "warning" | "error", "subject": …, "what": …, "temporary": true, "todo": …}], "steps": […]}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CheckReport {
    /// The connection's name.
    pub connection: String,
    /// Whether the connection works. There may be warnings.
    pub ok: bool,
    /// The findings, in the order in which to repair them.
    pub findings: Vec<Finding>,
    /// The steps that add missing scopes; empty if none is missing.
    pub steps: Vec<String>,
}

/// One finding of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Finding {
    /// The status of the subject.
    pub status: FindingStatus,
    /// The subject of the finding, such as `scope CRM > Customers, read`.
    pub subject: String,
    /// The finding in words.
    pub what: String,
    /// Whether the fault may go away by itself: a later check may find the subject in order.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub temporary: bool,
    /// The step that repairs the fault; `None` if there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub todo: Option<String>,
}

/// The status of the subject of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FindingStatus {
    /// In order.
    Ok,
    /// The connection works, with less than was asked for.
    Warning,
    /// The connection does not work.
    Error,
}

impl CheckReport {
    pub(super) fn new(connection: String, findings: Vec<Finding>) -> Self {
        let ok = findings.iter().all(|finding| finding.status < FindingStatus::Error);
        let missing_scope = |finding: &Finding| {
            finding.status > FindingStatus::Ok && finding.subject.starts_with(Finding::SCOPE)
        };
        let steps = if findings.iter().any(missing_scope) { &SCOPE_STEPS[..] } else { &[] };
        CheckReport { connection, ok, findings, steps: steps.iter().copied().map(str::to_owned).collect() }
    }

    /// The findings of one status.
    pub fn with_status(&self, status: FindingStatus) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.status == status)
    }
}

impl Finding {
    /// The prefix of the subject of a finding about one scope.
    const SCOPE: &'static str = "scope ";

    pub(super) fn ok(subject: impl Into<String>, what: impl Into<String>) -> Self {
        let (subject, what) = (subject.into(), what.into());
        Finding { status: FindingStatus::Ok, subject, what, temporary: false, todo: None }
    }

    pub(super) fn warning(
        subject: impl Into<String>,
        what: impl Into<String>,
        todo: impl Into<String>,
    ) -> Self {
        Finding { status: FindingStatus::Warning, todo: Some(todo.into()), ..Finding::ok(subject, what) }
    }

    pub(super) fn error(
        subject: impl Into<String>,
        what: impl Into<String>,
        todo: impl Into<String>,
    ) -> Self {
        Finding { status: FindingStatus::Error, ..Finding::warning(subject, what, todo) }
    }

    pub(super) fn temporary(self, temporary: bool) -> Self {
        Finding { temporary, ..self }
    }

    /// The finding about a scope that the app lacks, with the box to tick for it.
    pub(super) fn missing(scope: &Scope, required: bool, reason: &str) -> Self {
        let words = scope.to_string();
        let todo =
            match words.split_once(" > ").and_then(|(section, rest)| Some((section, rest.split_once(", ")?)))
            {
                Some((section, (name, direction))) => {
                    format!("Under API Scopes, in the section {section}, tick {name} for {direction}.")
                }
                None => format!("Under API Scopes, tick what gives {words}."),
            };
        let finding = Finding::warning(format!("{}{words}", Self::SCOPE), reason, todo);
        if required { Finding { status: FindingStatus::Error, ..finding } } else { finding }
    }
}

impl fmt::Display for CheckReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "Connection {}", self.connection)?;
        for finding in &self.findings {
            write!(formatter, "{finding}")?;
        }
        if !self.steps.is_empty() {
            writeln!(formatter, "To give the app more scopes:")?;
            for (index, step) in self.steps.iter().enumerate() {
                writeln!(formatter, "  {}. {step}", index + 1)?;
            }
        }
        let warnings = self.with_status(FindingStatus::Warning).count();
        let errors = self.with_status(FindingStatus::Error).count();
        match (errors, warnings) {
            (0, 0) => write!(formatter, "Everything is in order."),
            (0, _) => write!(formatter, "Ready, with {warnings} warnings."),
            _ => write!(formatter, "Not ready: {errors} errors, {warnings} warnings."),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = match self.status {
            FindingStatus::Ok => "ok     ",
            FindingStatus::Warning => "warning",
            FindingStatus::Error => "error  ",
        };
        writeln!(
            formatter,
            "{status}  {}: {}",
            self.subject,
            self.what.trim_end().replace('\n', "\n         ")
        )?;
        match &self.todo {
            Some(todo) => writeln!(formatter, "         {todo}"),
            None => Ok(()),
        }
    }
}
