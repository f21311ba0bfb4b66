//! `--check`: whether ServiceTitan and Hatch know us, and what is missing.

use serde_json::json;

use crate::failure::Failure;
use crate::host::Connection;

/// Checks each connection and says what was found. Neither the store nor anything at ServiceTitan or Hatch is changed.
pub async fn check(connections: &[Connection], json: bool) -> Result<(), Failure> {
    let mut outcome = Ok(());
    for Connection { name, engine } in connections {
        match engine.check().await {
            Ok(found) if json => {
                println!(
                    "{}",
                    json!({ "connection": name, "ok": found.missing_scopes.is_empty(), "summary": found.summary,
                        "missing_scopes": found.missing_scopes })
                );
            }
            Ok(found) => {
                println!("{name}: {}", found.summary);
                for scope in &found.missing_scopes {
                    println!("{name}: missing scope: {scope}");
                }
            }
            Err(error) => {
                let failure = Failure::from(error);
                if json {
                    println!("{}", json!({ "connection": name, "ok": false, "error": failure.to_string() }));
                }
                outcome = outcome.and(Err(failure.of(name)));
            }
        }
    }
    outcome
}
