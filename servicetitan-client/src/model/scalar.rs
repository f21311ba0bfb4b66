//! Which JSON reads as a value of which type.
//!
//! The rule: a reading that leaves no doubt is taken, anything else reads as absent, is kept, and is reported. Either way the value is written back
//! as it came.
//!
//! | type | reads | reads without doubt | in doubt |
//! |---|---|---|---|
//! | integer, ID | an integer in range | a whole float (`7.0`), digits in a string (`"42"`) | `7.5`, `"7.0"`, `""`, `true`, beyond the range |
//! | double | a float | an integer, a decimal in a string (`"29.76"`) | `"29,76"`, `"NaN"`, `""` |
//! | decimal | a number, a decimal in a string (`"129.50"`) | the same with a plus, or with zeros in front | `"1,234.50"`, `"$5"`, `"1e3"`, `""`, more than 28 digits |
//! | boolean | `true`, `false` | the same in a string, in any case | `0`, `1`, `"yes"`, `""` |
//! | text, open enum | a string | a number, as JSON writes it | a boolean, a list, an object |
//! | timestamp | RFC 3339 | without a zone: UTC; a date: its midnight in UTC; without seconds | `"soon"`, `"7/4/2026 3:05 PM"`, `"0000-00-00"`, a number |
//! | date | `2026-03-01` | a timestamp at midnight in UTC | a timestamp at another time |
//! | list | a list | `{}`: an empty list; an object: a list of one, where the elements are objects | a string, a number; an element that does not fit costs that element |
//! | object | an object | | anything else |
//!
//! White space around a number, boolean or time in a string does not count. `null` is an absent field in all of them; as an element of a list it is
//! kept and reported.

use serde_json::{Number, Value};

use super::kept::Reading;
use super::unread::Expected;
use super::value::Json;

/// A type whose values are neither lists nor objects. Each method says what one kind of JSON is as a reading of the type.
pub(crate) trait Scalar: Sized + PartialEq {
    const EXPECTED: Expected;

    fn of_bool(_: bool) -> Reading<Self> {
        Reading::Misfit
    }

    fn of_integer(_: i64) -> Reading<Self> {
        Reading::Misfit
    }

    /// Of an integer beyond the range of `i64`.
    fn of_large_integer(_: u64) -> Reading<Self> {
        Reading::Misfit
    }

    fn of_float(_: f64) -> Reading<Self> {
        Reading::Misfit
    }

    fn of_text(_: &str) -> Reading<Self> {
        Reading::Misfit
    }

    /// The number, if the value is one that can be an ID.
    fn id(&self) -> Option<i64> {
        None
    }

    /// A value as ServiceTitan would send it.
    #[cfg(test)]
    fn sample() -> Value;

    fn of_value(value: &Value) -> Reading<Self> {
        match value {
            Value::Bool(value) => Self::of_bool(*value),
            Value::String(text) => Self::of_text(text),
            Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
                (Some(number), _, _) => Self::of_integer(number),
                (None, Some(number), _) => Self::of_large_integer(number),
                (None, None, Some(number)) => Self::of_float(number),
                (None, None, None) => Reading::Misfit,
            },
            Value::Null | Value::Array(_) | Value::Object(_) => Reading::Misfit,
        }
    }
}

/// A scalar's reading.
#[inline]
pub(crate) fn reading<T: Scalar>(json: Json<'_>) -> Reading<T> {
    match json {
        Json::Bool(value) => T::of_bool(value),
        Json::Integer(number) => T::of_integer(number),
        Json::LargeInteger(number) => T::of_large_integer(number),
        Json::Float(number) => T::of_float(number),
        Json::Text(text) => T::of_text(text),
    }
}

/// Above this a double no longer tells one integer from the next.
const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

impl Scalar for i64 {
    const EXPECTED: Expected = Expected::WholeNumber;

    #[inline]
    fn of_integer(number: i64) -> Reading<i64> {
        Reading::Plain(number)
    }

    fn of_float(number: f64) -> Reading<i64> {
        let is_whole = number.fract() == 0.0 && number.abs() <= LARGEST_EXACT;
        if is_whole { Reading::Odd(number as i64) } else { Reading::Misfit }
    }

    fn of_text(text: &str) -> Reading<i64> {
        let text = text.trim();
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.parse().map_or(Reading::Misfit, Reading::Odd);
        }
        Reading::Misfit
    }

    fn id(&self) -> Option<i64> {
        Some(*self)
    }

    #[cfg(test)]
    fn sample() -> Value {
        5.into()
    }
}

impl Scalar for i32 {
    const EXPECTED: Expected = Expected::WholeNumber;

    #[inline]
    fn of_integer(number: i64) -> Reading<i32> {
        i32::try_from(number).map_or(Reading::Misfit, Reading::Plain)
    }

    fn of_float(number: f64) -> Reading<i32> {
        odd_i32(i64::of_float(number))
    }

    fn of_text(text: &str) -> Reading<i32> {
        odd_i32(i64::of_text(text))
    }

    #[cfg(test)]
    fn sample() -> Value {
        5.into()
    }
}

fn odd_i32(reading: Reading<i64>) -> Reading<i32> {
    let number = reading.value().and_then(|number| i32::try_from(number).ok());
    number.map_or(Reading::Misfit, Reading::Odd)
}

impl Scalar for f64 {
    const EXPECTED: Expected = Expected::Number;

    // It would be written back with a fraction.
    fn of_integer(number: i64) -> Reading<f64> {
        Reading::Odd(number as f64)
    }

    fn of_large_integer(number: u64) -> Reading<f64> {
        Reading::Odd(number as f64)
    }

    #[inline]
    fn of_float(number: f64) -> Reading<f64> {
        Reading::Plain(number)
    }

    fn of_text(text: &str) -> Reading<f64> {
        let text = text.trim();
        if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-') {
            return text.parse().map_or(Reading::Misfit, Reading::Odd);
        }
        Reading::Misfit
    }

    #[cfg(test)]
    fn sample() -> Value {
        serde_json::json!(33.4484)
    }
}

impl Scalar for bool {
    const EXPECTED: Expected = Expected::Boolean;

    #[inline]
    fn of_bool(value: bool) -> Reading<bool> {
        Reading::Plain(value)
    }

    fn of_text(text: &str) -> Reading<bool> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("true") {
            return Reading::Odd(true);
        }
        if text.eq_ignore_ascii_case("false") { Reading::Odd(false) } else { Reading::Misfit }
    }

    #[cfg(test)]
    fn sample() -> Value {
        true.into()
    }
}

impl Scalar for String {
    const EXPECTED: Expected = Expected::Text;

    fn of_integer(number: i64) -> Reading<String> {
        Reading::Odd(number.to_string())
    }

    fn of_large_integer(number: u64) -> Reading<String> {
        Reading::Odd(number.to_string())
    }

    fn of_float(number: f64) -> Reading<String> {
        Number::from_f64(number).map_or(Reading::Misfit, |number| Reading::Odd(number.to_string()))
    }

    #[inline]
    fn of_text(text: &str) -> Reading<String> {
        Reading::Plain(text.to_owned())
    }

    #[cfg(test)]
    fn sample() -> Value {
        "text".into()
    }
}

super::value::scalar_value!(i32, i64, f64, bool, String);
super::value::written_by_serde!(i32, i64, f64, bool, String);
super::wire::required_field!(i64);
