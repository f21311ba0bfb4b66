//! JSON literals of the generated records.

use serde_json::{Map, Value};

use crate::store::Object;

/// The members of an object literal; anything else has none.
pub(crate) fn object(value: Value) -> Object {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// An amount in cents as a JSON number.
pub(crate) fn amount(cents: i64) -> Value {
    // Below 2^53 cents this is exact to the cent when printed.
    #[allow(clippy::cast_precision_loss)]
    Value::from(cents as f64 / 100.0)
}

/// An amount in cents as accounting writes it.
pub(crate) fn money(cents: i64) -> String {
    format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100)
}
