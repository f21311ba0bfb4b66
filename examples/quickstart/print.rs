//! Output of the quickstart.

use std::collections::BTreeSet;
use std::error::Error;
use std::str::FromStr;

use examples::say;
use serde_json::Value;
use sync_core::SyncReport;

use crate::tenant::{Bodies, JOBS, MEMBERSHIPS};

/// Number of opportunities of each integration in the table.
const ROWS: usize = 5;

pub fn heading(text: &str) {
    say!("\n== {text}");
}

pub fn report(report: &SyncReport) {
    for (name, it) in &report.integrations {
        say!(
            "{name}: {} delivered, {} unchanged, {} without phone and e-mail, {} inactive, {} rejected, {} waiting",
            it.delivered,
            it.unchanged,
            it.no_contact_key,
            it.inactive,
            it.rejected,
            it.waiting
        );
        for (missing, count) in &it.missing {
            say!("  {count} opportunities: {missing}");
        }
        if let Some(error) = &it.error {
            say!("  delivery stopped early: {error}");
        }
    }
    let (pages, changed) =
        report.feeds.values().fold((0, 0), |sum, it| (sum.0 + it.pages, sum.1 + it.changed));
    say!("{} feeds returned {changed} new or changed records in {pages} pages.", report.feeds.len());
    for (resource, feed) in &report.feeds {
        if let Some(error) = &feed.error {
            say!("  {resource} could not be read: {error}");
        }
        for problem in &feed.problems {
            say!("  skipped a record: {problem}");
        }
    }
    say!("Requests to ServiceTitan: {}.", report.total_requests());
}

/// Prints the fields of opportunities that changed, before and after.
pub fn changes(before: &Bodies, after: &Bodies) {
    for (integration, bodies) in after {
        for (id, body) in bodies {
            let old = before.get(integration).and_then(|bodies| bodies.get(id));
            if old == Some(body) {
                continue;
            }
            say!("\n{integration} {id}{}", if old.is_none() { " is new" } else { "" });
            let Some(old) = old else { continue };
            for (path, was, is) in differences(old, body) {
                say!("  {path}: {was} -> {is}");
            }
        }
    }
}

fn differences(old: &Value, new: &Value) -> Vec<(String, String, String)> {
    let (old, new) = (leaves(old), leaves(new));
    let paths: BTreeSet<&String> = old.iter().chain(&new).map(|(path, _)| path).collect();
    let at = |leaves: &[(String, String)], path: &str| {
        leaves
            .iter()
            .find(|(other, _)| other == path)
            .map_or("nothing".to_owned(), |(_, value)| value.clone())
    };
    let both = paths.into_iter().map(|path| (path.clone(), at(&old, path), at(&new, path)));
    both.filter(|(_, was, is)| was != is).collect()
}

/// Returns the leaf values of a body with their paths. Paths of details begin below `details`.
fn leaves(body: &Value) -> Vec<(String, String)> {
    fn add(path: String, value: &Value, into: &mut Vec<(String, String)>) {
        let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}:{name}") };
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    let path = if path.is_empty() && name == "details" { String::new() } else { join(name) };
                    add(path, value, into);
                }
            }
            Value::Array(items) => {
                for (index, value) in items.iter().enumerate() {
                    add(join(&(index + 1).to_string()), value, into);
                }
            }
            leaf => into.push((path, leaf.to_string())),
        }
    }
    let mut all = Vec::new();
    add(String::new(), body, &mut all);
    all
}

pub fn table(bodies: &Bodies) {
    const FIELDS: [&str; 8] = [
        "externalID",
        "externalContactID",
        "firstName",
        "lastName",
        "phoneNumber",
        "email",
        "externalCreatedAt",
        "externalUpdatedAt",
    ];
    let rows = bodies.values().flat_map(|bodies| bodies.values().take(ROWS));
    let cell = |body: &Value, field: &str| match &body[field] {
        Value::String(text) => text.chars().take(26).collect(),
        _ => "-".to_owned(),
    };
    let mut lines = vec![FIELDS.map(str::to_owned)];
    lines.extend(rows.map(|body| FIELDS.map(|field| cell(body, field))));
    let width =
        |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..FIELDS.len()).map(width).collect();
    for line in &lines {
        let padded: Vec<String> =
            line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        say!("{}", padded.join("  ").trim_end());
    }
}

/// Prints the number of requests of each step, from the totals after each step.
pub fn costs(steps: &[(&str, u64)]) {
    say!("\nRequests to ServiceTitan by step:");
    let mut before = 0;
    for (step, count) in steps {
        say!("  {step:17} {:5}", count - before);
        before = *count;
    }
}

/// Opportunity whose details are printed.
#[derive(Debug, Clone)]
pub struct Show {
    integration: &'static str,
    id: String,
}

impl FromStr for Show {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = "write `job:<id>` or `membership:<id>`";
        let (model, id) = text.split_once(':').ok_or(wanted)?;
        let integration = match model {
            "job" => JOBS,
            "membership" => MEMBERSHIPS,
            _ => return Err(wanted.to_owned()),
        };
        id.parse::<i64>().map_err(|_| format!("{id:?} is not an ID: {wanted}"))?;
        Ok(Show { integration, id: id.to_owned() })
    }
}

pub fn tree(show: &Show, bodies: &Bodies) -> Result<(), Box<dyn Error>> {
    let Some(body) = bodies[show.integration].get(&show.id) else {
        let known: Vec<&str> = bodies[show.integration].keys().take(3).map(String::as_str).collect();
        return Err(format!(
            "{} {} was not delivered. Use one of {}",
            show.integration,
            show.id,
            known.join(", ")
        )
        .into());
    };
    heading(&format!("Details of {} {}, with their paths", show.integration, show.id));
    let Value::Object(details) = &body["details"] else { return Ok(()) };
    for (name, value) in details {
        branch(name, name, value, 0);
    }
    Ok(())
}

fn branch(name: &str, path: &str, value: &Value, depth: usize) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            say!("{indent}{name}");
            for (name, value) in fields {
                branch(name, &format!("{path}:{name}"), value, depth + 1);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            say!("{indent}{name}");
            for (index, value) in items.iter().enumerate() {
                let number = (index + 1).to_string();
                branch(&number, &format!("{path}:{number}"), value, depth + 1);
            }
        }
        leaf => say!("{indent}{name}: {leaf}    ({path})"),
    }
}
