//! Faults in the bytes of a body, which no JSON value can have.

use bytes::Bytes;
use serde_json::Value;

use super::FaultKind;

/// A byte that UTF-8 never has.
const NO_UTF8: u8 = 0xff;

/// Changes the bytes of a body as the fault says; other faults leave them as they are. `throw` decides where.
pub(crate) fn garble(kind: &FaultKind, throw: u64, body: &mut Bytes) {
    let garbled = match kind {
        FaultKind::ByteOrderMark => Some([b"\xef\xbb\xbf", body.as_ref()].concat()),
        FaultKind::RepeatedKey => repeat_key(body, throw),
        FaultKind::InvalidUtf8 => spoil_replacement(body),
        _ => None,
    };
    if let Some(garbled) = garbled {
        *body = garbled.into();
    }
}

/// Puts a key of the envelope before all others, once more.
fn repeat_key(body: &Bytes, throw: u64) -> Option<Vec<u8>> {
    let Ok(Value::Object(members)) = serde_json::from_slice(body) else { return None };
    let index = usize::try_from(throw % (members.len() as u64).max(1)).ok()?;
    let (key, value) = members.iter().nth(index)?;
    let rest = body.strip_prefix(b"{")?;
    Some([format!("{{{}:{value},", Value::from(key.as_str())).as_bytes(), rest].concat())
}

/// Writes a byte that is no UTF-8 in place of the replacement character that stands for it.
fn spoil_replacement(body: &Bytes) -> Option<Vec<u8>> {
    let mark = char::REPLACEMENT_CHARACTER.to_string();
    let at = body.windows(mark.len()).position(|window| window == mark.as_bytes())?;
    Some([body.get(..at)?, &[NO_UTF8], body.get(at + mark.len()..)?].concat())
}
