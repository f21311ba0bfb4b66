//! Exports: everything that changed after a position, oldest change first.

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use crate::faults::FaultKind;
use crate::problem::Problem;
use crate::resources::Resource;
use crate::servicetitan::query::Query;
use crate::store::{Entry, FeedPosition, Store};
use crate::time;

/// The terms of an export that its caller has no say in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExportTerms<'a> {
    pub(crate) page_size: usize,
    /// The age that a change has to have before the feed shows it to callers that do not ask for recent ones.
    pub(crate) hold_back: Duration,
    pub(crate) fault: Option<&'a FaultKind>,
}

/// `GET …/export/{resource}`
///
/// Changes younger than the hold-back are left out, unless `includeRecentChanges=true` asks for them. A caller that asks comes to the head
/// of the feed with a token that stands before them, so that they come again until they are old enough.
pub(crate) fn export(
    store: &Store,
    resource: &'static Resource,
    query: &mut Query,
    terms: ExportTerms<'_>,
) -> Result<Value, Problem> {
    let ExportTerms { page_size, hold_back, fault } = terms;
    let from = query.text("from");
    let start = match &from {
        None => BEGINNING,
        Some(from) => read_from(resource, from)?,
    };
    let include_recent = query.flag("includeRecentChanges")?;
    let is_wanted = read_active(resource, query)?;
    let settled_until = store.now() - hold_back;
    let collection = store.of(resource.name);
    let mut passed = Vec::new();
    let (mut records, mut has_more) = (0, false);
    for entry in collection.changed_after(start) {
        if !include_recent && entry.modified > settled_until {
            break;
        }
        if records >= page_size.max(1) {
            has_more = true;
            break;
        }
        records += usize::from(is_wanted(&entry));
        passed.push(entry);
    }
    if fault == Some(&FaultKind::Lag) {
        passed.truncate(passed.len() / 2);
        has_more = false;
    }
    let mut end = passed.last().map_or(start, FeedPosition::of);
    // A date that a caller starts from names no change, and stays where it is.
    if include_recent && !has_more && end.sequence > 0 && end.modified > settled_until {
        end = collection.last_change_until(settled_until).unwrap_or(BEGINNING);
    }
    let mut token = write_token(resource, end, "");
    if matches!(fault, Some(FaultKind::EmptyPage | FaultKind::DuplicatedPage | FaultKind::NullData)) {
        // Another token for the same place: a caller may take one that stands still for an error.
        let plain = write_token(resource, start, "");
        let is_plain = from.as_ref() == Some(&plain);
        token = if is_plain { write_token(resource, start, "|again") } else { plain };
        has_more = true;
    }
    if matches!(fault, Some(FaultKind::EmptyPage | FaultKind::NullData)) {
        passed.clear();
    }
    let data: Vec<Value> = passed
        .iter()
        .filter(|entry| is_wanted(entry))
        .filter_map(|entry| collection.get(entry.id))
        .map(|record| Value::Object(store.shown(resource, &record)))
        .collect();
    Ok(json!({ "hasMore": has_more, "continueFrom": token, "data": data }))
}

/// Before every change.
const BEGINNING: FeedPosition = FeedPosition { modified: DateTime::<Utc>::MIN_UTC, sequence: 0 };

/// Which of active and inactive records an export shows: all, unless it can be asked otherwise and is.
fn read_active(resource: &Resource, query: &mut Query) -> Result<impl Fn(&Entry) -> bool, Problem> {
    let active = if resource.export_active { query.text("active") } else { None };
    let wanted = match active.map(|text| text.to_ascii_lowercase()).as_deref() {
        None | Some("any") => None,
        Some("true") => Some(true),
        Some("false") => Some(false),
        Some(text) => return Err(Problem::field("active", format!("The value '{text}' is not valid."))),
    };
    Ok(move |entry: &Entry| wanted.is_none_or(|wanted| entry.active == wanted))
}

/// A token names its resource, so that one feed's token is refused by another.
fn write_token(resource: &Resource, position: FeedPosition, more: &str) -> String {
    let seconds = position.modified.timestamp();
    let nanoseconds = position.modified.timestamp_subsec_nanos();
    let plain = format!("{}|{seconds}|{nanoseconds}|{}{more}", resource.name, position.sequence);
    plain.bytes().map(|byte| format!("{:02x}", byte ^ MASK)).collect()
}

/// Keeps a token from being read at a glance: callers have to treat it as opaque.
const MASK: u8 = 0x5a;

fn read_from(resource: &Resource, from: &str) -> Result<FeedPosition, Problem> {
    if let Some(date) = time::parse(&from.replace(' ', "+")) {
        // Everything changed at or after the date: sequences begin at 1.
        return Ok(FeedPosition { modified: date, sequence: 0 });
    }
    read_token(resource, from).ok_or_else(|| Problem::field("from", "The continuation token is not valid."))
}

fn read_token(resource: &Resource, token: &str) -> Option<FeedPosition> {
    let bytes: Option<Vec<u8>> = (0..token.len())
        .step_by(2)
        .map(|start| u8::from_str_radix(token.get(start..start + 2)?, 16).ok().map(|byte| byte ^ MASK))
        .collect();
    let plain = String::from_utf8(bytes?).ok()?;
    let mut parts = plain.split('|');
    if parts.next()? != resource.name {
        return None;
    }
    let seconds = parts.next()?.parse().ok()?;
    let nanoseconds = parts.next()?.parse().ok()?;
    let sequence = parts.next()?.parse().ok()?;
    Some(FeedPosition { modified: DateTime::from_timestamp(seconds, nanoseconds)?, sequence })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::{CUSTOMERS, JOBS};

    #[test]
    fn a_token_leads_back_to_its_position() {
        let position =
            FeedPosition { modified: DateTime::from_timestamp(1_700_000_000, 700).unwrap(), sequence: 42 };
        assert_eq!(read_token(&JOBS, &write_token(&JOBS, position, "")), Some(position));
        let beginning = FeedPosition { modified: DateTime::<Utc>::MIN_UTC, sequence: 0 };
        assert_eq!(read_token(&JOBS, &write_token(&JOBS, beginning, "")), Some(beginning));
    }

    #[test]
    fn a_token_of_another_feed_is_refused() {
        let position =
            FeedPosition { modified: DateTime::from_timestamp(1_700_000_000, 0).unwrap(), sequence: 1 };
        assert_eq!(read_token(&CUSTOMERS, &write_token(&JOBS, position, "")), None);
    }

    #[test]
    fn what_is_no_token_is_refused_and_not_a_panic() {
        for text in ["", "zz", "5", "äöü", "0011223344"] {
            assert_eq!(read_token(&JOBS, text), None, "{text}");
        }
    }
}
