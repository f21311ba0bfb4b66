//! `check`: tests of credentials, tenant, scopes and Hatch's API keys.

use examples::say;
use serde_json::to_string;
use sync_core::FindingStatus;

use crate::failure::Failure;
use crate::host::Connection;

/// Checks each connection and prints its report; as JSON, one report on each line. Changes nothing in the store, ServiceTitan or Hatch.
pub async fn check(connections: &[Connection], json: bool) -> Result<(), Failure> {
    let mut outcome = Ok(());
    for Connection { name, engine } in connections {
        let report = engine.check().await;
        if json {
            say!("{}", to_string(&report).unwrap_or_default());
        } else {
            say!("{report}");
        }
        let mut errors: Vec<_> = report.with_status(FindingStatus::Error).collect();
        // Permanent errors, which somebody has to repair, come before temporary ones.
        errors.sort_by_key(|finding| finding.temporary);
        if let Some(first) = errors.first() {
            let message = format!("{}: {}", first.subject, first.what);
            let failure =
                if first.temporary { Failure::Unreachable(message) } else { Failure::Refused(message) };
            outcome = outcome.and(Err(failure.of(name)));
        }
    }
    outcome
}
