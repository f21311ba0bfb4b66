//! The text of the configuration file that `init` writes.

use std::fmt::Write;

use hatch_mapping::OpportunityModel;

use super::plan::{Plan, PlannedIntegration};

/// Returns the text of a configuration file with comments.
pub fn text(plan: &Plan) -> String {
    let Plan { connection, tenant, client_id, integrations } = plan;
    let (connection, client_id) = (quoted(connection), quoted(client_id));
    let mut text = format!(
        r##"# Configuration of sync_daemon, written by `sync_daemon init`. Secrets do not belong in this file: they are read from the environment
# variables that the options ending with `_variable` name. examples/sync_daemon/sync_daemon.toml explains every option; one that is
# commented out shows its default.

[store]
# SQLite file with the daemon's state, in the folder of this file. Only one process at a time can open it for writing.
url = "sqlite:sync_daemon.db"

[servicetitan]
# "production" or "integration" (the sandbox).
environment = "production"

[sync]
# Number of days without a change after which a finished job or membership is removed from the store. Its opportunity stays in Hatch.
#retention_days = 365

# Folder for events of Hatch, which become notes in ServiceTitan.
#[events]
#folder = "events"

[[connections]]
# Name of the connection in the store and the logs. With another name, the sync starts from the beginning.
name = {connection}
tenant = {tenant}
client_id = {client_id}
app_key_variable = "SERVICETITAN_APP_KEY"
client_secret_variable = "SERVICETITAN_CLIENT_SECRET"
# Time zone of the times in notes, by its IANA name.
#time_zone = "UTC"
"##
    );
    for integration in integrations {
        text.push_str(&section(integration));
    }
    text
}

fn section(integration: &PlannedIntegration) -> String {
    let PlannedIntegration { model, department, objects } = integration;
    let (name, variable) = match model {
        OpportunityModel::Job => ("jobs", "HATCH_JOBS_API_KEY"),
        OpportunityModel::Membership => ("memberships", "HATCH_MEMBERSHIPS_API_KEY"),
    };
    let objects: Vec<String> = objects.iter().map(|object| quoted(object.name())).collect();
    let mut section = format!(
        r##"
[[connections.integrations]]
# Name of the integration in the store and the logs. With another name, everything is delivered again.
name = "{name}"
model = "{model}"
# Source of the opportunities: one of those configured in Hatch.
source = "custom:servicetitan-{name}"
# Department in Hatch, for messages. With another name, everything is delivered again.
department = {department}
api_key_variable = "{variable}"
# Objects in the details; `sync_daemon fields --model {model}` lists the fields that each brings.
select = [{objects}]
# E-mail addresses that stand for "no e-mail": the built-in list, and your own (an address, a domain, or a pattern with *).
common_placeholder_emails = true
#placeholder_emails = ["none@example.com"]
# Path of the detail that becomes the opportunity's status in Hatch.
#status_path = "{status_path}"
"##,
        department = quoted(department),
        objects = objects.join(", "),
        status_path = if *model == OpportunityModel::Job { "jobStatus" } else { "status" },
    );
    let target = if *model == OpportunityModel::Job { "job" } else { "customer" };
    // Writing into a text cannot fail.
    let _ = write!(
        section,
        r##"
# Kinds of events of Hatch that become notes: the records that get the note (any of "job", "customer", "location"), and whether it has
# the text of the message. Kinds that are commented out are not pushed.
[connections.integrations.push]
#campaign_messages = {{ targets = ["{target}"], content = true }}
#incoming = {{ targets = ["{target}"], content = true }}
#user_messages = {{ targets = ["{target}"], content = true }}
#campaign_events = {{ targets = ["{target}"] }}
"##
    );
    section
}

/// Returns a text as a TOML string. JSON's quoting is TOML's, except for the delete character.
fn quoted(text: &str) -> String {
    serde_json::json!(text).to_string().replace('\u{7f}', "\\u007F")
}
