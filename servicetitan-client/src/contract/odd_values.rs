//! The property that a bad field costs a field: whatever stands in the place of one value of a valid record, everything else is read as before,
//! and the record is written back as it came. It is tried on every model that an operation answers with or an event carries, at every place at any depth.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::against_schemas::probes;
use super::probe::Model;

/// A step into a value.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    Member(String),
    Item(usize),
}

/// A model, by the name of an operation that answers with it, and its sample.
struct Sampled {
    operation: &'static str,
    model: Model,
    sample: Value,
    places: Vec<Vec<Step>>,
}

/// Each model once. An answer that is no more than an ID has no places inside.
static MODELS: LazyLock<Vec<Sampled>> = LazyLock::new(|| {
    let mut models = BTreeMap::new();
    let probes = probes();
    let answers = probes.iter().filter_map(|probe| Some((probe.operation.name, probe.model?)));
    for (operation, model) in answers.chain(events()) {
        let sample = (model.sample)();
        let places = places(&sample);
        if !places.is_empty() {
            let sampled = Sampled { operation, model, sample: sample.clone(), places };
            models.entry(sample.to_string()).or_insert(sampled);
        }
    }
    models.into_values().collect()
});

/// The places inside of a value. Of a list's elements the first stands for the others.
fn places(value: &Value) -> Vec<Vec<Step>> {
    let inner: Vec<(Step, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, it)| (Step::Member(name.clone()), it)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(at, it)| (Step::Item(at), it)).collect(),
        _ => Vec::new(),
    };
    let mut all = Vec::new();
    for (step, value) in inner {
        all.push(vec![step.clone()]);
        if matches!(step, Step::Item(1..)) {
            continue;
        }
        all.extend(places(value).into_iter().map(|rest| [vec![step.clone()], rest].concat()));
    }
    all
}

/// The models of webhooks' data, which no operation answers with.
#[cfg(feature = "webhooks")]
fn events() -> Vec<(&'static str, Model)> {
    use super::probe::model;
    use crate::webhooks::{AppointmentEvent, InvoiceEvent, InvoiceTaskEvent, JobEvent, LeadEvent};
    vec![
        ("webhook of a job", model::<JobEvent>()),
        ("webhook of an appointment", model::<AppointmentEvent>()),
        ("webhook of an invoice", model::<InvoiceEvent>()),
        ("webhook of an invoice's task", model::<InvoiceTaskEvent>()),
        ("webhook of a lead", model::<LeadEvent>()),
    ]
}

#[cfg(not(feature = "webhooks"))]
fn events() -> Vec<(&'static str, Model)> {
    Vec::new()
}

/// Returns whether there is no record without the value at a place: it is the ID, or, in a webhook's data, the record or its ID. Of an answer that is
/// a bare list, no element can be missing.
fn must_be_there(operation: &str, place: &[Step]) -> bool {
    let is_record = |name: &str| ["job", "appointment", "invoice", "lead"].contains(&name);
    let is_webhook = operation.starts_with("webhook");
    match place {
        [Step::Item(_)] => true,
        [Step::Member(name)] => name == "id" || is_webhook && is_record(name),
        [Step::Member(record), Step::Member(name)] => is_webhook && is_record(record) && name == "id",
        _ => false,
    }
}

fn at_mut<'a>(value: &'a mut Value, place: &[Step]) -> Option<&'a mut Value> {
    place.iter().try_fold(value, |value, step| match step {
        Step::Member(name) => value.get_mut(name),
        Step::Item(at) => value.get_mut(at),
    })
}

fn path_of(place: &[Step]) -> String {
    let mut path = String::new();
    for step in place {
        match step {
            Step::Item(at) => path.push_str(&format!("[{at}]")),
            Step::Member(name) if path.is_empty() => path.push_str(name),
            Step::Member(name) => path.push_str(&format!(".{name}")),
        }
    }
    path
}

/// The value without what stands at a place. A list that lacks the element already, being shorter than before, is left as it is.
fn without(mut value: Value, place: &[Step], length_before: Option<usize>) -> Value {
    let (last, parent) = place.split_last().unwrap();
    match (at_mut(&mut value, parent), last) {
        (Some(Value::Object(members)), Step::Member(name)) => drop(members.remove(name)),
        (Some(Value::Array(items)), Step::Item(at)) if length_before.is_none_or(|it| it == items.len()) => {
            items.remove(*at);
        }
        _ => {}
    }
    value
}

/// Puts a value in the place of another one, and finds nothing else changed.
fn check(of: &Sampled, place: &[Step], odd: &Value) -> Result<(), String> {
    let Sampled { operation, model, sample, .. } = of;
    let mut came = sample.clone();
    *at_mut(&mut came, place).unwrap() = odd.clone();
    let read = match (model.read)(&came.to_string()) {
        Ok(read) => read,
        Err(_) if must_be_there(operation, place) => return Ok(()),
        Err(error) => return Err(error),
    };
    if read.written != came {
        return Err(format!("written back as {}", read.written));
    }
    let path = path_of(place);
    if let Some(other) = read.unread.iter().find(|unread| !unread.starts_with(&path)) {
        return Err(format!("{other} could not be read"));
    }
    let list = place.split_last().and_then(|(_, parent)| at_mut(&mut came, parent)?.as_array().map(Vec::len));
    if without(read.typed.clone(), place, list) != without(sample.clone(), place, None) {
        return Err(format!("read as {}", read.typed));
    }
    Ok(())
}

/// One of each kind, and some that come near to being right. The readings' own tests have the rest.
fn odd_values() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(7.0),
        json!(7.5),
        json!("42"),
        json!("1,234.50"),
        json!("soon"),
        json!("2026-01-01"),
        json!([null]),
        json!([1, "2", {"id": 3}, [], null, 4.0]),
        json!({}),
        json!({"id": "5", "name": 1, "value": null, "unheardOf": []}),
    ]
}

#[test]
fn a_sample_of_every_model_is_read_as_it_is() {
    assert!(MODELS.len() > 50, "only {} models", MODELS.len());
    for Sampled { operation, model, sample, .. } in MODELS.iter() {
        let read = (model.read)(&sample.to_string()).unwrap();
        assert_eq!(read.written, *sample, "{operation}");
        assert_eq!(read.typed, *sample, "{operation}");
        assert_eq!(read.unread, Vec::<String>::new(), "{operation}");
    }
}

#[test]
fn an_odd_value_in_any_place_of_any_model_costs_no_other() {
    let (mut tried, mut faults) = (0, Vec::new());
    let odd_values = odd_values();
    for of in MODELS.iter() {
        for place in &of.places {
            for odd in &odd_values {
                tried += 1;
                if let Err(fault) = check(of, place, odd) {
                    let operation = of.operation;
                    faults.push(format!("{operation}: {odd} at {}: {fault}", path_of(place)));
                }
            }
        }
    }
    assert!(tried > 10_000, "only {tried}");
    assert!(faults.is_empty(), "{} faults: {:#?}", faults.len(), faults.iter().take(20).collect::<Vec<_>>());
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[-+0-9.:TZ ]{0,12}".prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    let name = prop_oneof!["id", "name", "value", "type", "active", "modifiedOn", "total", "[a-z]{1,6}"];
    leaf.prop_recursive(4, 24, 5, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(name.clone(), inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_json_in_any_place_of_any_model_costs_no_other(
        model in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        odd in any_json(),
    ) {
        let of = model.get(&MODELS);
        let place = place.get(&of.places);
        if let Err(fault) = check(of, place, &odd) {
            prop_assert!(false, "{}: {} at {}: {}", of.operation, odd, path_of(place), fault);
        }
    }
}
