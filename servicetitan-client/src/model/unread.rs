//! Fields whose values do not fit their types: what a host is told of them.

use std::fmt;

use serde_json::Value;

/// A field that reads as absent because the value that came does not fit its type. The value is kept, and written back as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnreadField {
    /// The field's place in the record, such as `customFields[2].value`; list elements are counted from 0, as they came.
    pub path: String,
    /// The type that was expected and the kind of value that came, without the value: `expected a timestamp, found a string`.
    pub reason: String,
}

impl UnreadField {
    /// The path without the places in lists, such as `customFields[].value`: a label for metrics, of which each resource has a bounded number.
    pub fn path_without_indexes(&self) -> String {
        without_indexes(&self.path)
    }
}

/// A problem with one record of a page or of a webhook: the record is missing, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordProblem {
    /// The resource, such as `jobs`.
    pub resource: &'static str,
    /// The record's ID, where it has a readable one.
    pub id: Option<i64>,
    /// The problem's place in the record, such as `customFields[2].value`; empty for the record as a whole.
    pub path: String,
    /// What was found and what was expected, without the value.
    pub reason: String,
    /// What the problem costs.
    pub kind: ProblemKind,
}

/// What a [`RecordProblem`] costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The record could not be read and is not among the records of its page.
    RecordLost,
    /// The record is there; one of its fields, or one element of a list, reads as absent and is kept as it came.
    FieldUnread,
    /// The record is there, and so is the field; a part that no JSON parser takes was replaced in the field's value, such as a byte that is no
    /// UTF-8 by U+FFFD. The replaced part is not kept.
    ValueRepaired,
}

impl ProblemKind {
    /// The kind as a label for metrics: `record_lost`, `field_unread` or `value_repaired`.
    pub fn as_str(self) -> &'static str {
        match self {
            ProblemKind::RecordLost => "record_lost",
            ProblemKind::FieldUnread => "field_unread",
            ProblemKind::ValueRepaired => "value_repaired",
        }
    }
}

impl RecordProblem {
    /// Returns whether the record is missing from its page. If not, the record is there, and the problem is about a part of it.
    pub fn is_record_lost(&self) -> bool {
        self.kind == ProblemKind::RecordLost
    }

    /// The path without the places in lists, such as `customFields[].value`: a label for metrics, of which each resource has a bounded number.
    pub fn path_without_indexes(&self) -> String {
        without_indexes(&self.path)
    }

    #[allow(dead_code, reason = "models alone make no pages")]
    pub(crate) fn of_field(resource: &'static str, id: Option<i64>, field: UnreadField) -> RecordProblem {
        RecordProblem { resource, id, path: field.path, reason: field.reason, kind: ProblemKind::FieldUnread }
    }
}

fn without_indexes(path: &str) -> String {
    let mut kept = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('[') {
        kept.push_str(before);
        let name = after.trim_start_matches(|c: char| c.is_ascii_digit());
        kept.push('[');
        rest = name;
    }
    kept.push_str(rest);
    kept
}

/// A field's name as it may be shown: letters, digits and the marks of a path. A name that holds anything else may be a customer's, and becomes
/// `…`.
#[allow(dead_code, reason = "models alone show no names that came")]
pub(crate) fn shown_name(name: &str) -> &str {
    const LONGEST: usize = 80;
    let fits =
        name.len() <= LONGEST && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.[]$".contains(c));
    if fits { name } else { "…" }
}

/// A place inside a record, as a chain of steps on the stack: nothing is allocated unless there is a problem to report.
#[derive(Clone, Copy)]
pub(crate) struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Field(&'a str),
    Item(u32),
}

impl<'a> Path<'a> {
    pub(crate) const ROOT: Path<'static> = Path { parent: None, step: Step::Root };

    pub(crate) fn field(&'a self, name: &'a str) -> Path<'a> {
        Path { parent: Some(self), step: Step::Field(name) }
    }

    pub(crate) fn item(&'a self, place: u32) -> Path<'a> {
        Path { parent: Some(self), step: Step::Item(place) }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(parent) = self.parent else { return Ok(()) };
        parent.fmt(formatter)?;
        match self.step {
            Step::Root => Ok(()),
            Step::Field(name) if parent.parent.is_none() => formatter.write_str(name),
            Step::Field(name) => write!(formatter, ".{name}"),
            Step::Item(place) => write!(formatter, "[{place}]"),
        }
    }
}

/// The types that a value can fail to fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    WholeNumber,
    Number,
    Decimal,
    Boolean,
    Text,
    Timestamp,
    Date,
    List,
    Object,
}

impl Expected {
    const ALL: [Expected; 9] = [
        Expected::WholeNumber,
        Expected::Number,
        Expected::Decimal,
        Expected::Boolean,
        Expected::Text,
        Expected::Timestamp,
        Expected::Date,
        Expected::List,
        Expected::Object,
    ];

    fn words(self) -> &'static str {
        match self {
            Expected::WholeNumber => "a whole number",
            Expected::Number => "a number",
            Expected::Decimal => "a decimal",
            Expected::Boolean => "a boolean",
            Expected::Text => "a string",
            Expected::Timestamp => "a timestamp",
            Expected::Date => "a date",
            Expected::List => "a list",
            Expected::Object => "an object",
        }
    }
}

/// The kinds of JSON, as a reason names them.
const KINDS: [&str; 6] = ["null", "a boolean", "a number", "a string", "a list", "an object"];

fn kind_of(value: &Value) -> &'static str {
    let [null, boolean, number, string, list, object] = KINDS;
    match value {
        Value::Null => null,
        Value::Bool(_) => boolean,
        Value::Number(_) => number,
        Value::String(_) => string,
        Value::Array(_) => list,
        Value::Object(_) => object,
    }
}

/// The reason why a value is no reading of a type: the type and the kind of value, in words of this library.
pub(crate) fn reason(expected: Expected, came: &Value) -> String {
    format!("expected {}, found {}", expected.words(), kind_of(came))
}

/// Returns whether an error's message is one that [`reason`] made, to the letter. Such a message holds nothing from outside and is shown whole;
/// any other may quote a value.
#[allow(dead_code, reason = "models alone show no errors")]
pub(crate) fn is_own_reason(message: &str) -> bool {
    let Some((expected, found)) =
        message.strip_prefix("expected ").and_then(|rest| rest.split_once(", found "))
    else {
        return false;
    };
    Expected::ALL.iter().any(|it| it.words() == expected) && KINDS.contains(&found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_as_people_write_it_and_as_a_label_without_its_indexes() {
        let fields = Path::ROOT.field("customFields");
        let item = fields.item(12);
        let path = item.field("value").to_string();
        assert_eq!(path, "customFields[12].value");
        assert_eq!(without_indexes(&path), "customFields[].value");
        assert_eq!(without_indexes("estimateIds[0]"), "estimateIds[]");
        assert_eq!(without_indexes("total"), "total");
        assert_eq!(without_indexes(""), "");
    }

    #[test]
    fn a_reason_is_known_as_ours_and_anything_else_is_not() {
        for expected in Expected::ALL {
            for came in [
                Value::Null,
                false.into(),
                1.into(),
                "Jane".into(),
                Value::Array(vec![]),
                Value::Object(Default::default()),
            ] {
                assert!(is_own_reason(&reason(expected, &came)));
            }
        }
        for other in [
            "",
            "expected a string",
            "expected a string, found Jane",
            "expected Jane, found a string",
            "a string",
        ] {
            assert!(!is_own_reason(other), "{other}");
        }
    }

    #[test]
    fn a_name_that_may_be_a_customers_is_not_shown() {
        assert_eq!(shown_name("customField.Fields"), "customField.Fields");
        assert_eq!(shown_name("contacts[0].value"), "contacts[0].value");
        assert_eq!(shown_name("Jane Doe"), "…");
        assert_eq!(shown_name(&"x".repeat(81)), "…");
    }
}
