//! The page on which the mapping is tried: its examples, and the objects that it offers.

use std::fs;

use hatch_mapping::{ObjectSelection, OpportunityModel};
use serde_json::{Value, json};

use crate::book::source;

/// Returns the value of a constant of `samples.js`, which is written as JavaScript writes objects: names without quotation marks, commas at the end.
fn constant(name: &str) -> Value {
    let text = fs::read_to_string(source().join("try/samples.js")).unwrap();
    let begin = text.split_once(&format!("const {name} = ")).unwrap().1;
    let body = begin.split_once("\n};").unwrap().0.to_owned() + "\n}";
    let mut json = String::new();
    let mut word = String::new();
    let mut in_text = false;
    for letter in body.chars() {
        if letter == '"' {
            in_text = !in_text;
        }
        if !in_text && (letter.is_alphanumeric() || letter == '_') {
            word.push(letter);
            continue;
        }
        let is_name = letter == ':' && word.chars().any(char::is_alphabetic);
        json.push_str(&if is_name { format!("\"{word}\"") } else { word.clone() });
        word.clear();
        // A comma at the end of a list or an object.
        if !in_text && matches!(letter, '}' | ']') {
            let kept = json.trim_end().trim_end_matches(',').len();
            json.truncate(kept);
        }
        json.push(letter);
    }
    serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error}: {json}"))
}

#[test]
fn each_example_is_mapped_without_a_loss_and_shows_what_its_name_says() {
    let samples = constant("SAMPLES");
    for (name, sample) in samples.as_object().unwrap() {
        let mut sample = sample.clone();
        sample["placeholder_emails"] = json!(["noemail@noemail.com", "none"]);
        let answer = try_mapping::answer(sample.to_string().as_bytes());
        assert_eq!(answer["error"], Value::Null, "{name}");
        let lost: Vec<_> = answer["warnings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|it| it.as_str().unwrap().contains(": "))
            .collect();
        assert!(lost.is_empty(), "{name}: {lost:?}");
        assert_eq!(answer["hasContactKey"], !name.contains("without a phone"), "{name}");
        assert!(answer["details"].as_array().unwrap().len() > 5, "{name}");
    }
    let job = &samples["A job with an open estimate"];
    let answer = try_mapping::answer(job.to_string().as_bytes());
    let field = |name: &str| {
        let fields = answer["fields"].as_array().unwrap();
        fields.iter().find(|field| field["name"] == name).unwrap()["value"].clone()
    };
    assert_eq!((field("firstName"), field("phoneNumber")), (json!("John"), json!("614-555-0100")));
    assert!(answer["details"].as_array().unwrap().contains(&json!(["estimates:1:status:name", "Open"])));
}

#[test]
fn a_wrong_input_is_answered_with_its_fault() {
    for (input, words) in [("", "not a JSON object"), ("{", "not JSON"), (r#"{"model": "lead"}"#, "model")] {
        let answer = try_mapping::answer(input.as_bytes());
        assert!(answer["error"].as_str().unwrap().contains(words), "{input}: {answer}");
    }
}

#[test]
fn the_page_offers_the_objects_of_each_model_with_the_defaults_ticked() {
    let objects = constant("OBJECTS");
    for model in [OpportunityModel::Job, OpportunityModel::Membership] {
        let offered = &objects[model.to_string()];
        let list = |key: &str| offered[key].as_array().unwrap().clone();
        let sorted = |mut list: Vec<Value>| {
            list.sort_by_key(ToString::to_string);
            list
        };
        let written = |selection: ObjectSelection| {
            let written = serde_json::to_value(selection).unwrap();
            sorted(written.as_array().unwrap().clone())
        };
        assert_eq!(sorted(list("chosen")), written(ObjectSelection::default_for(model)), "{model}");
        assert_eq!(
            sorted([list("chosen"), list("others")].concat()),
            written(ObjectSelection::all(model)),
            "{model}"
        );
    }
}
