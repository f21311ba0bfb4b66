//! From bytes to records, so that a bad field costs itself only, and a bad record no other.
//!
//! A page is decoded in one go. Only if that fails it is gone through again: what no parser takes is repaired (see [`repair`](crate::repair)), and if it
//! still does not fit, each record is decoded by itself. A field that does not fit is no failure: the model keeps it and tells of it.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::error::Category;
use serde_json::value::RawValue;
use serde_path_to_error::Segment;

use super::wording::parser_message;
use crate::model::scalar::Scalar;
use crate::model::unread::{is_own_reason, shown_name};
use crate::model::value::{WireValue, read_alone, read_or_fail};
use crate::model::{Fields, ProblemKind, RecordProblem};
use crate::repair::{Repair, repair, without_mark};

/// A body that does not decode.
#[derive(Debug)]
pub(crate) struct Undecodable {
    /// It is no JSON, as from a proxy or a connection that broke: the next attempt may do better.
    pub(crate) broken: bool,
    pub(crate) path: String,
    pub(crate) record_id: Option<i64>,
    pub(crate) reason: String,
}

/// The object that lists and exports put around their records.
pub(crate) struct Envelope<T> {
    pub(crate) page: Option<u32>,
    pub(crate) page_size: Option<u32>,
    pub(crate) total_count: Option<u64>,
    pub(crate) continue_from: Option<String>,
    // Must be there: a list whose end cannot be told must not be taken for complete.
    pub(crate) has_more: bool,
    pub(crate) data: Vec<T>,
}

/// The end of a page, and where the next one begins, as far as the page says so before its records.
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
        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a page")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            while let Some(name) = map.next_key::<Cow<'de, str>>()? {
                match &*name {
                    "hasMore" => self.0.has_more = map.next_value_seed(Lenient::new())?,
                    "continueFrom" => self.0.continue_from = map.next_value_seed(Lenient::new())?,
                    "data" => break,
                    _ => drop(map.next_value::<IgnoredAny>()?),
                }
            }
            Ok(())
        }
    }
    let mut head = Head::default();
    // Leaving in the middle of an object is an error to the parser.
    let _ =
        serde_json::Deserializer::from_slice(without_mark(body)).deserialize_map(UpToTheRecords(&mut head));
    head
}

/// Estimates the number of a page's records from the length of the first one, so that their list need not be moved as it grows. The list takes no
/// more memory than twice the page, whatever the page says.
fn expected_records<T>(body: &str) -> usize {
    /// Reads the length of a page's first record.
    struct FirstLength<'a>(&'a mut usize);
    impl<'de> Visitor<'de> for FirstLength<'_> {
        type Value = ();
        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a page")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            while let Some(name) = map.next_key::<Cow<'de, str>>()? {
                if name == "data" {
                    return map.next_value_seed(self);
                }
                map.next_value::<IgnoredAny>()?;
            }
            Ok(())
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
            *self.0 = items.next_element::<&RawValue>()?.map_or(0, |record| record.get().len());
            Ok(())
        }
    }
    impl<'de> DeserializeSeed<'de> for FirstLength<'_> {
        type Value = ();
        fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
            deserializer.deserialize_any(self)
        }
    }
    let mut first = 0;
    // Leaving in the middle of an object is an error to the parser.
    let _ = FirstLength(&mut first).deserialize(&mut serde_json::Deserializer::from_str(body));
    let (Some(records), Some(most)) =
        (body.len().checked_div(first), (2 * body.len()).checked_div(size_of::<T>()))
    else {
        return 0;
    };
    // The others may be somewhat shorter.
    (records + records / 8 + 1).min(most)
}

/// Decodes a body as one value.
pub(crate) fn whole<T: DeserializeOwned>(body: &[u8]) -> Result<T, Undecodable> {
    let body = without_mark(body);
    if let Ok(value) = text(body).and_then(|json| serde_json::from_str(json).map_err(drop)) {
        return Ok(value);
    }
    let Some(repaired) = repair(body) else { return located(body) };
    let value = located(repaired.json.as_bytes())?;
    for Repair { path, reason, .. } in repaired.repairs {
        tracing::warn!(path, "an answer was repaired: {reason}");
    }
    Ok(value)
}

/// Decodes a page: as a whole if it can be, else record by record.
pub(crate) fn page<T: DeserializeOwned + Fields>(
    resource: &'static str,
    body: &[u8],
) -> Result<(Envelope<T>, Vec<RecordProblem>), Undecodable> {
    let body = without_mark(body);
    if let Ok(envelope) = text(body).and_then(|json| at_once(json).map_err(drop)) {
        let problems = unread_fields(resource, &envelope.data).collect();
        return Ok((envelope, problems));
    }
    let Some(repaired) = repair(body) else { return one_by_one(resource, body, Vec::new()) };
    one_by_one(resource, repaired.json.as_bytes(), repaired.repairs)
}

/// Decodes a page as a whole.
fn at_once<T: DeserializeOwned>(json: &str) -> Result<Envelope<T>, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let page = PageOf { expected: expected_records::<T>(json), record: PhantomData };
    let envelope = deserializer.deserialize_map(page)?;
    deserializer.end()?;
    Ok(envelope)
}

/// The body as text: the parser then need not look at the bytes of each string.
fn text(body: &[u8]) -> Result<&str, ()> {
    std::str::from_utf8(body).map_err(drop)
}

fn unread_fields<T: Fields>(resource: &'static str, records: &[T]) -> impl Iterator<Item = RecordProblem> {
    records.iter().flat_map(move |record| {
        let id = record.numeric_id();
        record.unread_fields().into_iter().map(move |field| RecordProblem::of_field(resource, id, field))
    })
}

/// Decodes a page record by record.
fn one_by_one<T: DeserializeOwned + Fields>(
    resource: &'static str,
    body: &[u8],
    repairs: Vec<Repair>,
) -> Result<(Envelope<T>, Vec<RecordProblem>), Undecodable> {
    let Envelope { page, page_size, total_count, continue_from, has_more, data } =
        located::<Envelope<&RawValue>>(body)?;
    let mut records = Vec::with_capacity(data.len());
    let mut problems = Vec::new();
    // The ID of each element.
    let mut ids = Vec::with_capacity(data.len());
    for element in data {
        match located::<T>(element.get().as_bytes()) {
            Ok(record) => {
                ids.push(record.numeric_id());
                records.push(record);
            }
            Err(Undecodable { path, record_id: id, reason, .. }) => {
                ids.push(id);
                problems.push(RecordProblem { resource, id, path, reason, kind: ProblemKind::RecordLost });
            }
        }
    }
    problems.extend(unread_fields(resource, &records));
    problems.extend(repairs.into_iter().map(|Repair { record, path, reason }| RecordProblem {
        resource,
        id: record.and_then(|record| ids.get(record).copied().flatten()),
        path,
        reason: reason.to_owned(),
        kind: ProblemKind::ValueRepaired,
    }));
    Ok((Envelope { page, page_size, total_count, continue_from, has_more, data: records }, problems))
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Envelope<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PageOf { expected: 0, record: PhantomData })
    }
}

/// Reads a page of about so many records.
struct PageOf<T> {
    expected: usize,
    record: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for PageOf<T> {
    type Value = Envelope<T>;
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a page")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Envelope<T>, A::Error> {
        let (mut page, mut page_size, mut total_count) = (None, None, None);
        let (mut continue_from, mut has_more) = (None, None);
        let mut data: Option<Vec<T>> = None;
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            match &*name {
                // Nobody needs these: one that cannot be read counts as absent.
                "page" => page = map.next_value_seed(Lenient::new())?,
                "pageSize" => page_size = map.next_value_seed(Lenient::new())?,
                "totalCount" => total_count = map.next_value_seed(Lenient::new())?,
                // Of a key that comes twice the last one counts, as with other parsers; but a page never ends sooner by it, and no record
                // is lost.
                "continueFrom" => {
                    continue_from = map.next_value_seed(Lenient::new())?.or(continue_from);
                }
                "hasMore" => has_more = Some(map.next_value_seed(MustFit)? || has_more == Some(true)),
                "data" => {
                    let list = data.get_or_insert_default();
                    map.next_value_seed(RecordsOf { list, expected: self.expected })?;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Envelope {
            page: number(page),
            page_size: number(page_size),
            total_count: number(total_count),
            continue_from,
            has_more: has_more.ok_or_else(|| A::Error::missing_field("hasMore"))?,
            data: data.ok_or_else(|| A::Error::missing_field("data"))?,
        })
    }
}

/// Reads records into a list; `null` for none.
struct RecordsOf<'a, T> {
    list: &'a mut Vec<T>,
    expected: usize,
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for RecordsOf<'_, T> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for RecordsOf<'_, T> {
    type Value = ();
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a sequence")
    }
    fn visit_none<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.list.reserve(self.expected);
        while let Some(record) = items.next_element()? {
            self.list.push(record);
        }
        Ok(())
    }
}

/// A count of the envelope, if it is one.
fn number<T: TryFrom<i64>>(number: Option<i64>) -> Option<T> {
    T::try_from(number?).ok()
}

/// Reads a value as the models do. One that does not fit is absent.
struct Lenient<T>(PhantomData<T>);

impl<T> Lenient<T> {
    fn new() -> Self {
        Lenient(PhantomData)
    }
}

impl<'de, T: WireValue> DeserializeSeed<'de> for Lenient<T> {
    type Value = Option<T>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        read_alone(deserializer)
    }
}

/// Reads a boolean as the models do. One that does not fit is an error.
struct MustFit;

impl<'de> DeserializeSeed<'de> for MustFit {
    type Value = bool;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        read_or_fail(deserializer)
    }
}

/// Decodes and says where it failed.
fn located<'de, T: Deserialize<'de>>(body: &'de [u8]) -> Result<T, Undecodable> {
    #[derive(Deserialize)]
    struct Identified {
        id: Value,
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
    // JSON that is complete and that the parser does not take all the same is at fault itself, and not the connection.
    if !is_data && serde_json::from_slice::<IgnoredAny>(body).is_err() {
        return Err(broken(error.inner()));
    }
    let message = error.inner().to_string();
    let identified = serde_json::from_slice::<Identified>(body).ok();
    Err(Undecodable {
        broken: false,
        path: path_of(error.path()),
        record_id: identified.and_then(|record| i64::of_value(&record.id).value()),
        // What the parser says of JSON itself is its own words.
        reason: if is_data && !is_own_reason(without_position(&message)) {
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
            Segment::Map { key } => shown_name(key),
            Segment::Enum { variant } => shown_name(variant),
            Segment::Unknown => "?",
        };
        if !shown.is_empty() {
            shown.push('.');
        }
        shown.push_str(name);
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
#[allow(unreachable_pub, reason = "models are made public")]
mod tests {
    use super::*;

    crate::model::model! {
        /// A row.
        pub struct Row {
            "id" => id: i64,
            "count" => count: Option<i32>,
            "note" => note: Option<String>,
            "notes" => notes: Option<Vec<String>>,
        }
    }

    fn ids(envelope: &Envelope<Row>) -> Vec<i64> {
        envelope.data.iter().map(|row| row.id).collect()
    }

    /// What a host is told: the record, the path and the kind of each problem.
    fn told(problems: &[RecordProblem]) -> Vec<(Option<i64>, &str, ProblemKind)> {
        problems.iter().map(|problem| (problem.id, problem.path.as_str(), problem.kind)).collect()
    }

    #[test]
    fn a_bad_record_is_reported_and_the_others_are_kept() {
        let body = r#"{"hasMore":true,"page":2,"data":[{"id":1},{"id":2,"count":"Jane, expected Doe"},{"count":1},null,{"id":"five"},{"id":6,"count":6}]}"#;
        let (envelope, problems) = page::<Row>("rows", body.as_bytes()).unwrap();
        assert_eq!(ids(&envelope), [1, 2, 6]);
        assert!(envelope.has_more);
        assert_eq!(
            told(&problems),
            [
                (None, "", ProblemKind::RecordLost),
                (None, "", ProblemKind::RecordLost),
                (None, "id", ProblemKind::RecordLost),
                (Some(2), "count", ProblemKind::FieldUnread),
            ]
        );
        let reasons: Vec<_> = problems.iter().map(|problem| problem.reason.as_str()).collect();
        assert_eq!(
            reasons,
            [
                "missing field `id`",
                "invalid type: null, expected an object",
                "expected a whole number, found a string",
                "expected a whole number, found a string",
            ]
        );
        assert!(problems.iter().all(|problem| problem.resource == "rows"));
    }

    /// .NET cuts texts between the halves of an emoji.
    #[test]
    fn what_no_parser_takes_costs_no_record_and_is_reported() {
        let deep = "[".repeat(200) + &"]".repeat(200);
        for (note, read) in [
            (&b"\"cut \\ud83d\""[..], Some("cut \u{fffd}")),
            (b"\"\\ude00\"", Some("\u{fffd}")),
            (b"\"caf\xe9\"", Some("caf\u{fffd}")),
            (b"1e999", Some("1e999")),
            (deep.as_bytes(), Some(&*deep)),
        ] {
            let before: &[u8] = br#"{"hasMore":false,"data":[{"id":1,"note":"1"},{"id":2,"note":"#;
            let body = [before, note, br#"},{"id":3,"note":"3"}]}"#].concat();
            let (envelope, problems) = page::<Row>("rows", &body).unwrap();
            let shown = String::from_utf8_lossy(note);
            assert_eq!(ids(&envelope), [1, 2, 3], "{shown}");
            if deep.as_bytes() != note {
                assert_eq!(envelope.data[1].note.as_deref(), read, "{shown}");
            }
            let [problem] =
                problems.iter().filter(|it| it.kind == ProblemKind::ValueRepaired).collect::<Vec<_>>()[..]
            else {
                panic!("{shown}: {problems:?}")
            };
            assert_eq!((problem.id, problem.path.starts_with("note")), (Some(2), true), "{shown}");
        }
    }

    #[test]
    fn control_characters_in_a_string_are_read_as_they_are() {
        let body = b"{\"hasMore\":false,\"data\":[{\"id\":1,\"note\":\"a\nb\"}]}";
        let (envelope, problems) = page::<Row>("rows", body).unwrap();
        assert_eq!(envelope.data[0].note.as_deref(), Some("a\nb"));
        assert_eq!(problems, []);
    }

    #[test]
    fn a_page_is_read_whatever_its_envelope_has_beside_its_end_and_its_records() {
        let read = |body: &str| page::<Row>("rows", body.as_bytes()).unwrap().0;
        assert_eq!(ids(&read("\u{feff}{\"hasMore\":false,\"data\":[{\"id\":1}]}")), [1]);
        assert_eq!(ids(&read(r#"{"hasMore":false,"data":null}"#)), Vec::<i64>::new());
        let odd = read(
            r#"{"page":{},"pageSize":"many","totalCount":-1,"continueFrom":17,"hasMore":"true","data":[]}"#,
        );
        assert_eq!((odd.page, odd.page_size, odd.total_count), (None, None, None));
        assert_eq!((odd.continue_from.as_deref(), odd.has_more), (Some("17"), true));
        let odd = read(
            r#"{"page":"2","pageSize":50.0,"totalCount":7,"continueFrom":null,"hasMore":false,"data":[]}"#,
        );
        assert_eq!(
            (odd.page, odd.page_size, odd.total_count, odd.continue_from),
            (Some(2), Some(50), Some(7), None)
        );
        let twice = read(
            r#"{"continueFrom":"a","hasMore":true,"data":[{"id":1}],"continueFrom":"b","hasMore":false,"data":[{"id":2}],"x":1,"x":2}"#,
        );
        assert_eq!((twice.continue_from.as_deref(), twice.has_more), (Some("b"), true));
        assert_eq!(ids(&twice), [1, 2]);
        // The end of a list must be told.
        assert_eq!(
            page::<Row>("rows", br#"{"hasMore":"perhaps","data":[]}"#).err().unwrap().reason,
            "expected a boolean, found a string"
        );
    }

    #[test]
    fn the_list_of_a_pages_records_gets_its_room_at_once_and_no_more_than_twice_the_pages() {
        let note = "x".repeat(2 * size_of::<Row>());
        let rows: Vec<String> = (1..=100).map(|id| format!(r#"{{"id":{id},"note":"{note}"}}"#)).collect();
        let body = format!(r#"{{"hasMore":false,"data":[{}]}}"#, rows.join(","));
        let capacity = page::<Row>("rows", body.as_bytes()).unwrap().0.data.capacity();
        assert!((100..=120).contains(&capacity), "{capacity}");
        for (data, most) in [("[]", 0), (r#"[{"id":1}]"#, 10), (r#"[{"id":1},{"id":2}]"#, 10)] {
            let body = format!(r#"{{"data":{data},"x":"{note}","hasMore":false}}"#);
            let (envelope, _) = page::<Row>("rows", body.as_bytes()).unwrap();
            assert!(envelope.data.capacity() <= most, "{data}: {}", envelope.data.capacity());
        }
    }

    #[test]
    fn a_body_is_read_behind_a_byte_order_mark_and_with_bytes_that_are_no_utf_8() {
        let row = whole::<Row>(b"\xef\xbb\xbf{\"id\":1,\"note\":\"\xff\"}").unwrap();
        assert_eq!((row.id, row.note.as_deref()), (1, Some("\u{fffd}")));
        let head = head(b"\xef\xbb\xbf{\"hasMore\":true,\"continueFrom\":\"a\",\"data\":[]}");
        assert_eq!((head.has_more, head.continue_from.as_deref()), (Some(true), Some("a")));
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
        /// A host's own type.
        #[derive(Debug, Deserialize)]
        #[expect(dead_code, reason = "only read")]
        struct Strict {
            id: i64,
            count: Option<u8>,
        }
        for value in
            [r#""secret \" `x`""#, "\"a, expected secret\"", "77777", "[\"secret\"]", "{\"secret\":1}"]
        {
            let undecodable = whole::<Strict>(format!(r#"{{"id":{value},"count":true}}"#).as_bytes()).err();
            let Some(undecodable) = undecodable else { panic!("decoded") };
            assert!(!undecodable.reason.contains("secret"), "{}", undecodable.reason);
            assert!(!undecodable.reason.contains("7777"), "{}", undecodable.reason);
        }
    }
}
