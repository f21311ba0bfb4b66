//! The table of readings in `scalar.rs`, row by row.
#![allow(unreachable_pub, reason = "models are made public")]

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

use super::value::WireValue as _;
use super::{Decimal, UnreadField};
use crate::ids::JobId;

super::model! {
    /// A field of each type.
    pub struct Each {
        "integer" => integer: Option<i64>,
        "small" => small: Option<i32>,
        "jobId" => job_id: Option<JobId>,
        "double" => double: Option<f64>,
        "decimal" => decimal: Option<Decimal>,
        "flag" => flag: Option<bool>,
        "text" => text: Option<String>,
        "choice" => choice: Option<Choice>,
        "time" => time: Option<DateTime<Utc>>,
        "day" => day: Option<NaiveDate>,
        "ids" => ids: Option<Vec<JobId>>,
        "texts" => texts: Option<Vec<String>>,
        "object" => object: Option<Inner>,
        "objects" => objects: Option<Vec<Inner>>,
    }

    /// An object inside.
    pub struct Inner {
        "id" => id: Option<JobId>,
        "time" => time: Option<DateTime<Utc>>,
    }
}

super::open_enum! {
    /// A choice.
    pub enum Choice {
        /// One.
        One,
    }
}

fn each(field: &str, came: &Value) -> Each {
    serde_json::from_value(json!({ field: came })).unwrap()
}

/// A field's value by its type alone, and the problems.
fn read(field: &str, came: &Value) -> (Value, Vec<UnreadField>) {
    let mut each = each(field, came);
    assert_eq!(serde_json::to_value(&each).unwrap(), json!({ field: came }), "written back");
    let unread = each.unread_fields();
    each.forget_kept();
    let typed = serde_json::to_value(&each).unwrap();
    (typed[field].clone(), unread)
}

#[test]
fn a_reading_that_leaves_no_doubt_is_taken() {
    for (field, came, reads) in [
        ("integer", json!(-7), json!(-7)),
        ("integer", json!(7.0), json!(7)),
        ("integer", json!("42"), json!(42)),
        ("integer", json!(" -42 "), json!(-42)),
        ("integer", json!("007"), json!(7)),
        ("small", json!(7.0), json!(7)),
        ("small", json!("42"), json!(42)),
        ("jobId", json!("42"), json!(42)),
        ("jobId", json!(7.0), json!(7)),
        ("double", json!(29.76), json!(29.76)),
        ("double", json!(-95), json!(-95.0)),
        ("double", json!("29.76"), json!(29.76)),
        ("decimal", json!(12), json!(12)),
        ("decimal", json!(129.5), json!(129.5)),
        ("decimal", json!(u64::MAX), json!(u64::MAX)),
        ("decimal", json!("129.50"), json!("129.50")),
        ("decimal", json!("-0.10"), json!("-0.10")),
        ("decimal", json!("0129.50"), json!("129.50")),
        ("decimal", json!("+5"), json!("5")),
        ("decimal", json!(" 5.00 "), json!("5.00")),
        ("flag", json!(true), json!(true)),
        ("flag", json!("true"), json!(true)),
        ("flag", json!("False"), json!(false)),
        ("text", json!("a"), json!("a")),
        ("text", json!(12345), json!("12345")),
        ("text", json!(-1.5), json!("-1.5")),
        ("text", json!(u64::MAX), json!("18446744073709551615")),
        ("choice", json!("One"), json!("One")),
        ("choice", json!("Two"), json!("Two")),
        ("choice", json!(3), json!("3")),
        ("time", json!("2021-07-19T20:35:38.2876004Z"), json!("2021-07-19T20:35:38.2876004Z")),
        ("time", json!("2021-07-19T20:35:38.2800000Z"), json!("2021-07-19T20:35:38.28Z")),
        ("time", json!("2021-07-19T20:35:38-07:00"), json!("2021-07-20T03:35:38Z")),
        ("time", json!("2021-07-19T20:35:38-0700"), json!("2021-07-20T03:35:38Z")),
        ("time", json!("2021-07-19T20:35:38.5"), json!("2021-07-19T20:35:38.5Z")),
        ("time", json!("2021-07-19 20:35:38Z"), json!("2021-07-19T20:35:38Z")),
        ("time", json!("2021-07-19T20:35"), json!("2021-07-19T20:35:00Z")),
        ("time", json!("2021-07-19T20:35Z"), json!("2021-07-19T20:35:00Z")),
        ("time", json!("2026-01-01"), json!("2026-01-01T00:00:00Z")),
        ("day", json!("2026-03-01"), json!("2026-03-01")),
        ("day", json!("2026-03-01T00:00:00Z"), json!("2026-03-01")),
        ("day", json!("2026-03-01T00:00:00"), json!("2026-03-01")),
        ("ids", json!([1, "2", 3.0]), json!([1, 2, 3])),
        ("ids", json!({}), json!([])),
        ("texts", json!(["a", 1]), json!(["a", "1"])),
        ("objects", json!({}), json!([])),
        ("objects", json!({"id": "1", "x": 2}), json!([{"id": 1, "x": 2}])),
        ("object", json!({}), json!({})),
    ] {
        assert_eq!(read(field, &came), (reads, vec![]), "{field}: {came}");
    }
}

#[test]
fn a_reading_in_doubt_is_absent_and_reported_without_the_value() {
    for (field, expected, values) in [
        (
            "integer",
            "a whole number",
            vec![
                json!(7.5),
                json!("7.0"),
                json!(""),
                json!("-"),
                json!("1e3"),
                json!(true),
                json!(u64::MAX),
                json!(1e30),
                json!([1]),
                json!({}),
            ],
        ),
        ("small", "a whole number", vec![json!(3_000_000_000_u32), json!("3000000000"), json!(3e9)]),
        ("jobId", "a whole number", vec![json!("seven"), json!("٤٢"), json!("9223372036854775808")]),
        ("double", "a number", vec![json!("29,76"), json!("NaN"), json!("inf"), json!(""), json!(false)]),
        (
            "decimal",
            "a decimal",
            vec![
                json!("1,234.50"),
                json!("$5"),
                json!("1e3"),
                json!("1_000"),
                json!(""),
                json!("."),
                json!(1e300),
                json!(true),
                json!("99999999999999999999999999999999"),
            ],
        ),
        ("flag", "a boolean", vec![json!(0), json!(1), json!("yes"), json!(""), json!([true])]),
        ("text", "a string", vec![json!(true), json!(["a"]), json!({"name": "Open", "value": 0})]),
        ("choice", "a string", vec![json!(false), json!({"name": "One"})]),
        (
            "time",
            "a timestamp",
            vec![
                json!("soon"),
                json!("7/4/2026 3:05 PM"),
                json!("0000-00-00"),
                json!("2026-13-01"),
                json!("2026-1-1"),
                json!("2026-01-01T25:00:00"),
                json!(""),
                json!(1_767_225_600),
                json!("+2026-01-01T10:00:00"),
            ],
        ),
        (
            "day",
            "a date",
            vec![json!("2026-03-01T15:00:00Z"), json!("03/01/2026"), json!("2026-02-30"), json!(20_260_301)],
        ),
        ("ids", "a list", vec![json!("1, 2"), json!(1), json!(false), json!({"id": 1})]),
        ("objects", "a list", vec![json!("a"), json!(1)]),
        ("object", "an object", vec![json!("a"), json!(1), json!([{"id": 1}])]),
    ] {
        for came in values {
            let (typed, unread) = read(field, &came);
            assert_eq!(typed, Value::Null, "{field}: {came}");
            let [unread] = unread.as_slice() else { panic!("{field}: {came}: {unread:?}") };
            assert_eq!(unread.path, field, "{came}");
            assert!(unread.reason.starts_with(&format!("expected {expected}, found a")), "{}", unread.reason);
        }
    }
}

#[test]
fn null_is_an_absent_field_and_no_problem() {
    for field in ["integer", "decimal", "text", "choice", "time", "ids", "object", "objects"] {
        assert_eq!(read(field, &Value::Null), (Value::Null, vec![]), "{field}");
    }
}

#[test]
fn the_good_elements_of_a_list_stay_and_the_bad_ones_keep_their_places() {
    let (typed, unread) = read("ids", &json!([null, 1, "two", "3", {}, 4]));
    assert_eq!(typed, json!([1, 3, 4]));
    let told: Vec<_> = unread.iter().map(|it| (it.path.as_str(), it.reason.as_str())).collect();
    assert_eq!(
        told,
        [
            ("ids[0]", "expected a whole number, found null"),
            ("ids[2]", "expected a whole number, found a string"),
            ("ids[4]", "expected a whole number, found an object"),
        ]
    );
    assert_eq!(unread[0].path_without_indexes(), "ids[]");
}

#[test]
fn a_field_of_an_object_inside_costs_that_field_alone_and_its_path_counts_all_elements() {
    let (typed, unread) = read("objects", &json!([{"id": 1}, null, "x", {"id": "2", "time": "soon"}]));
    assert_eq!(typed, json!([{"id": 1}, {"id": 2, "time": null}]));
    let paths: Vec<_> = unread.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(paths, ["objects[1]", "objects[2]", "objects[3].time"]);
    let (_, unread) = read("objects", &json!({"time": "soon"}));
    assert_eq!(unread[0].path, "objects[0].time");
}

#[test]
fn a_field_that_a_host_sets_is_written_as_it_was_set() {
    let written = |each: &Each| serde_json::to_value(each).unwrap();
    let mut odd = each("time", &json!("soon"));
    odd.time = Some(DateTime::UNIX_EPOCH);
    assert_eq!(written(&odd), json!({"time": "1970-01-01T00:00:00Z"}));
    assert_eq!(odd.unread_fields(), []);
    let mut odd = each("jobId", &json!("42"));
    odd.job_id = Some(JobId(43));
    assert_eq!(written(&odd), json!({"jobId": 43}));
    odd.job_id = Some(JobId(42));
    assert_eq!(written(&odd), json!({"jobId": "42"}));
    let mut odd = each("ids", &json!([null, "1", 2]));
    odd.ids = Some(vec![JobId(1), JobId(3), JobId(4)]);
    assert_eq!(written(&odd), json!({"ids": [null, "1", 3, 4]}));
    odd.ids = Some(vec![]);
    assert_eq!(written(&odd), json!({"ids": [null]}));
    odd.ids = None;
    assert_eq!(written(&odd), json!({}));
    let mut odd = each("objects", &json!({"id": 1}));
    let inner = odd.objects.clone().unwrap();
    odd.objects = Some([inner.clone(), inner].concat());
    assert_eq!(written(&odd), json!({"objects": [{"id": 1}, {"id": 1}]}));
}

#[test]
fn of_a_field_that_comes_twice_the_last_one_counts() {
    let each: Each = serde_json::from_str(r#"{"ids":[null,1],"time":"soon","ids":[2],"time":null}"#).unwrap();
    assert_eq!(each.unread_fields(), []);
    assert_eq!(serde_json::to_string(&each).unwrap(), r#"{"time":null,"ids":[2]}"#);
}

/// Hosts hold hundreds of thousands of records.
#[test]
fn a_record_without_oddities_holds_one_pointer_more_and_nothing_else() {
    assert_eq!(size_of::<super::kept::Kept>(), size_of::<usize>());
    let plain = each("ids", &json!([1, 2]));
    assert!(plain.kept.is_empty());
}

#[test]
fn a_list_that_is_longer_than_before_keeps_the_bad_elements_where_they_were() {
    let mut odd = each("ids", &json!([1, null]));
    odd.ids = Some(vec![JobId(1), JobId(2), JobId(3)]);
    assert_eq!(serde_json::to_value(&odd).unwrap(), json!({"ids": [1, null, 2, 3]}));
}
