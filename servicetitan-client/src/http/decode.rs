//! From bytes to records, so that one bad record costs itself only.

use std::borrow::Cow;

use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer as _};
use serde_json::error::Category;
use serde_json::value::RawValue;
use serde_path_to_error::Segment;

use super::answer::wording::{field_name, parser_message};

/// A record that came in a page and does not fit its model. The rest of the page is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordProblem {
    /// The resource, such as `jobs`.
    pub resource: &'static str,
    /// The record's ID, where it has a readable one.
    pub id: Option<i64>,
    /// Where in the record, such as `customFields[2].value`; empty for the record as a whole.
    pub path: String,
    /// What was found and what was expected, without the value.
    pub reason: String,
}

/// A body that does not decode.
#[derive(Debug)]
pub(crate) struct Undecodable {
    /// It is no JSON, as from a proxy or a connection that broke: the next attempt may do better.
    pub(crate) broken: bool,
    pub(crate) path: String,
    pub(crate) record_id: Option<i64>,
    pub(crate) reason: String,
}

/// What lists and exports put around their records.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Envelope<D> {
    #[serde(default)]
    pub(crate) page: Option<u32>,
    #[serde(default)]
    pub(crate) page_size: Option<u32>,
    #[serde(default)]
    pub(crate) total_count: Option<u64>,
    #[serde(default)]
    pub(crate) continue_from: Option<String>,
    // Required: a list whose end cannot be told must not be taken for complete.
    pub(crate) has_more: bool,
    pub(crate) data: D,
}

/// What an export's page says about the next one, if it does so before its records.
#[derive(Default)]
pub(crate) struct Head {
    pub(crate) has_more: Option<bool>,
    pub(crate) continue_from: Option<String>,
}

/// Reads the beginning of a page, up to its records. It is a hint: what counts is what [`page`] reads.
pub(crate) fn head(body: &[u8]) -> Head {
    struct UpToTheRecords<'a>(&'a mut Head);
    impl<'de> Visitor<'de> for UpToTheRecords<'_> {
        type Value = ();
        fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str("a page")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            while let Some(name) = map.next_key::<Cow<'de, str>>()? {
                match &*name {
                    "hasMore" => self.0.has_more = map.next_value()?,
                    "continueFrom" => self.0.continue_from = map.next_value()?,
                    "data" => break,
                    _ => drop(map.next_value::<IgnoredAny>()?),
                }
            }
            Ok(())
        }
    }
    let mut head = Head::default();
    // Leaving in the middle of an object is an error to the parser.
    let _ = serde_json::Deserializer::from_slice(body).deserialize_map(UpToTheRecords(&mut head));
    head
}

/// Decodes a body as one value.
pub(crate) fn whole<T: DeserializeOwned>(body: &[u8]) -> Result<T, Undecodable> {
    serde_json::from_slice(body).or_else(|_| located(body))
}

/// Decodes a page: as a whole if it can be, else record by record.
pub(crate) fn page<T: DeserializeOwned>(
    resource: &'static str,
    body: &[u8],
) -> Result<(Envelope<Vec<T>>, Vec<RecordProblem>), Undecodable> {
    if let Ok(envelope) = serde_json::from_slice::<Envelope<Vec<T>>>(body) {
        return Ok((envelope, Vec::new()));
    }
    let Envelope { page, page_size, total_count, continue_from, has_more, data } =
        located::<Envelope<Vec<&RawValue>>>(body)?;
    let mut records = Vec::with_capacity(data.len());
    let mut problems = Vec::new();
    for element in data {
        match located::<T>(element.get().as_bytes()) {
            Ok(record) => records.push(record),
            Err(Undecodable { path, record_id: id, reason, .. }) => {
                problems.push(RecordProblem { resource, id, path, reason });
            }
        }
    }
    Ok((Envelope { page, page_size, total_count, continue_from, has_more, data: records }, problems))
}

/// Decodes and says where it failed.
fn located<'de, T: Deserialize<'de>>(body: &'de [u8]) -> Result<T, Undecodable> {
    #[derive(Deserialize)]
    struct Identified {
        id: i64,
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let error = match serde_path_to_error::deserialize(&mut deserializer) {
        Ok(value) => match deserializer.end() {
            Ok(()) => return Ok(value),
            Err(error) => return Err(broken(&error)),
        },
        Err(error) => error,
    };
    let is_data = error.inner().classify() == Category::Data;
    // Half a surrogate pair or a number beyond all bounds is complete JSON all the same: the record is at fault, and not the connection.
    if !is_data && serde_json::from_slice::<IgnoredAny>(body).is_err() {
        return Err(broken(error.inner()));
    }
    let message = error.inner().to_string();
    Err(Undecodable {
        broken: false,
        path: path_of(error.path()),
        record_id: serde_json::from_slice::<Identified>(body).ok().map(|record| record.id),
        // What the parser says of JSON itself is its own words.
        reason: if is_data {
            parser_message(without_position(&message))
        } else {
            without_position(&message).to_owned()
        },
    })
}

/// The path as it may be shown: the keys of a host's own maps may be a customer's.
fn path_of(path: &serde_path_to_error::Path) -> String {
    let mut shown = String::new();
    for segment in path {
        let name = match segment {
            Segment::Seq { index } => {
                shown.push_str(&format!("[{index}]"));
                continue;
            }
            Segment::Map { key } => field_name(key),
            Segment::Enum { variant } => field_name(variant),
            Segment::Unknown => "?".to_owned(),
        };
        if !shown.is_empty() {
            shown.push('.');
        }
        shown.push_str(&name);
    }
    shown
}

fn broken(error: &serde_json::Error) -> Undecodable {
    Undecodable {
        broken: true,
        path: String::new(),
        record_id: None,
        reason: format!(
            "the answer is no complete JSON (it breaks in line {}, column {})",
            error.line(),
            error.column()
        ),
    }
}

fn without_position(message: &str) -> &str {
    message.rfind(" at line ").map_or(message, |end| &message[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Row {
        id: i64,
        #[serde(default)]
        count: Option<u8>,
    }

    #[test]
    fn a_bad_record_is_reported_and_the_others_are_kept() {
        let body = r#"{"hasMore":true,"page":2,"data":[{"id":1},{"id":2,"count":"Jane, expected Doe"},{"count":1},null,{"id":5,"count":5}]}"#;
        let (envelope, problems) = page::<Row>("rows", body.as_bytes()).unwrap();
        assert_eq!(envelope.data, [Row { id: 1, count: None }, Row { id: 5, count: Some(5) }]);
        assert!(envelope.has_more);
        assert_eq!(problems.len(), 3);
        assert_eq!(
            (problems[0].id, problems[0].path.as_str(), problems[0].resource),
            (Some(2), "count", "rows")
        );
        assert_eq!(problems[0].reason, "invalid type: string, expected u8");
        assert_eq!(problems[1].reason, "missing field `id`");
    }

    /// .NET cuts texts between the halves of an emoji.
    #[test]
    fn a_record_with_half_a_surrogate_pair_or_a_number_beyond_all_bounds_costs_itself_only() {
        #[derive(Deserialize)]
        #[expect(dead_code, reason = "only read")]
        struct Noted {
            id: i64,
            note: serde_json::Value,
        }
        let deep = "[".repeat(200) + &"]".repeat(200);
        for note in [r#""cut \ud83d""#, r#""\ude00""#, "1e999", &deep] {
            let body = format!(
                r#"{{"hasMore":false,"data":[{{"id":1,"note":1}},{{"id":2,"note":{note}}},{{"id":3,"note":3}}]}}"#
            );
            let (envelope, problems) = page::<Noted>("rows", body.as_bytes()).unwrap();
            assert_eq!(envelope.data.len(), 2, "{note}");
            assert_eq!((problems[0].id, problems[0].path.starts_with("note")), (Some(2), true), "{note}");
            let told = ["surrogate", "hex escape", "out of range", "recursion"];
            assert!(told.iter().any(|word| problems[0].reason.contains(word)), "{}", problems[0].reason);
        }
    }

    #[test]
    fn the_head_of_a_page_is_what_stands_before_its_records() {
        let parts = |body: &str| {
            let head = head(body.as_bytes());
            (head.has_more, head.continue_from)
        };
        let both = (Some(true), Some("a\"b".to_owned()));
        assert_eq!(parts(r#"{"x":[{}],"hasMore":true,"continueFrom":"a\"b","data":[{"hasMore":false"#), both);
        assert_eq!(parts(r#"{"hasMore":true,"data":[],"continueFrom":"b"}"#), (Some(true), None));
        assert_eq!(parts(r#"{"hasMore":"yes"}"#), (None, None));
        assert_eq!(parts("<html>"), (None, None));
    }

    #[test]
    fn what_is_no_json_is_broken_and_what_is_other_json_is_not() {
        for body in ["", "<html>", r#"{"hasMore":true,"data":["#, r#"{"hasMore":false,"data":[]} trailing"#] {
            assert!(page::<Row>("rows", body.as_bytes()).err().unwrap().broken, "{body}");
        }
        for body in ["[]", r#"{"data":[]}"#, r#"{"hasMore":true}"#, r#"{"hasMore":true,"data":{}}"#] {
            assert!(!page::<Row>("rows", body.as_bytes()).err().unwrap().broken, "{body}");
        }
    }

    #[test]
    fn a_page_that_breaks_off_anywhere_is_broken_and_no_shorter_page() {
        let records =
            r#"[{"id":1,"name":"Zoë 🙂"},{"id":"two","note":"\ud83d"},null,{"id":4,"count":1e999}]"#;
        for body in [
            format!(r#"{{"hasMore":true,"continueFrom":"a","data":{records},"page":1}}"#),
            format!(r#"{{"data":{records},"totalCount":null,"hasMore":false}}"#),
        ] {
            assert!(page::<Row>("rows", body.as_bytes()).is_ok());
            for end in 0..body.len() {
                let part = &body.as_bytes()[..end];
                assert!(page::<Row>("rows", part).err().unwrap().broken, "{}", String::from_utf8_lossy(part));
            }
        }
    }

    #[test]
    fn a_reason_never_contains_the_value() {
        for value in
            [r#""secret \" `x`""#, "\"a, expected secret\"", "77777", "[\"secret\"]", "{\"secret\":1}"]
        {
            let undecodable = whole::<Row>(format!(r#"{{"id":{value},"count":true}}"#).as_bytes()).err();
            let Some(undecodable) = undecodable else { panic!("decoded") };
            assert!(!undecodable.reason.contains("secret"), "{}", undecodable.reason);
            assert!(!undecodable.reason.contains("7777"), "{}", undecodable.reason);
        }
    }
}
