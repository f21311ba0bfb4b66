//! The mapping for a page of the guide: JSON in, JSON out, in the reader's own browser.
//!
//! JavaScript hands the bytes of the input over one by one ([`put`]), maps them ([`map`]), and fetches the bytes of the answer ([`get`]). So neither
//! side has to know where the other one keeps its memory.

// The input is that of the example program, so that both take the same JSON.
#[path = "../../../examples/map_jsonl/input.rs"]
mod input;
#[path = "../../../examples/map_jsonl/records.rs"]
mod records;

use std::cell::RefCell;

use hatch_mapping::{JoinedRecord, Mapper};
use serde_json::{Value, json};

use input::Input;

thread_local! {
    static INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static ANSWER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Takes the next byte of the input.
#[expect(unsafe_code, reason = "JavaScript calls it by this name")]
#[unsafe(no_mangle)]
pub extern "C" fn put(byte: u32) {
    INPUT.with_borrow_mut(|input| input.push((byte & 0xff) as u8));
}

/// Maps the input, forgets it, and returns the number of bytes of the answer.
#[expect(unsafe_code, reason = "JavaScript calls it by this name")]
#[unsafe(no_mangle)]
pub extern "C" fn map() -> u32 {
    let input = INPUT.take();
    let answer = answer(&input).to_string().into_bytes();
    let length = u32::try_from(answer.len()).unwrap_or(u32::MAX);
    ANSWER.set(answer);
    length
}

/// Returns a byte of the answer; 0 behind its end.
#[expect(unsafe_code, reason = "JavaScript calls it by this name")]
#[unsafe(no_mangle)]
pub extern "C" fn get(index: u32) -> u32 {
    ANSWER.with_borrow(|answer| answer.get(index as usize).copied().unwrap_or_default().into())
}

/// Maps a joined record as JSON: `body`, the standard `fields` with their origins, the `details` as pairs of path and value, and the `warnings`; or an
/// `error`.
pub fn answer(input: &[u8]) -> Value {
    let text = String::from_utf8_lossy(input);
    let mapped = Input::read(&text).and_then(|input| input.with_record("custom:servicetitan", explain));
    match mapped {
        Ok((mut answer, mut lost)) => {
            if let Some(warnings) = answer["warnings"].as_array() {
                lost.extend(warnings.iter().filter_map(Value::as_str).map(str::to_owned));
            }
            answer["warnings"] = json!(lost);
            answer
        }
        Err(error) => json!({ "error": error }),
    }
}

fn explain(mapper: &Mapper, record: &JoinedRecord<'_>) -> Value {
    let mapped = mapper.map(record);
    let explanation = mapper.explain(record);
    let field = |field: &hatch_mapping::FieldOrigin| {
        let passed_over: Vec<String> = field.passed_over.iter().map(ToString::to_string).collect();
        json!({
            "name": field.field, "value": field.value, "reason": field.reason, "record": field.record, "recordId": field.record_id,
            "path": field.path.as_ref().map(ToString::to_string), "passedOver": passed_over,
        })
    };
    let details = mapped.opportunity.details.flatten();
    json!({
        "body": mapped.opportunity,
        "fields": explanation.fields.iter().map(field).collect::<Vec<_>>(),
        "hasContactKey": !explanation.contact_key.is_missing(),
        "details": details.iter().map(|(path, value)| json!([path.to_string(), value])).collect::<Vec<_>>(),
        "warnings": mapped.warnings.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}
