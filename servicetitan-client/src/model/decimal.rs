//! Exact decimals: money, quantities, rates.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use super::kept::Reading;
use super::scalar::Scalar;
use super::unread::Expected;

/// An exact decimal, as ServiceTitan uses them for money (in the tenant's currency), quantities, hours and rates.
///
/// Accounting sends decimals as strings (`"129.50"`), the other families as numbers (`129.5`). Both read into this type,
/// and each is written back in the form in which it came. Two decimals are equal when their values are.
///
/// A JSON number passes through a double on its way, as in most JSON software: up to 15 significant digits are exact.
#[derive(Clone, Copy)]
pub struct Decimal {
    value: rust_decimal::Decimal,
    form: Form,
}

/// The form of the decimal in the JSON.
#[derive(Clone, Copy)]
enum Form {
    Integer,
    Float,
    Text,
}

impl Decimal {
    /// Returns the value for calculations.
    pub fn value(self) -> rust_decimal::Decimal {
        self.value
    }
}

impl From<rust_decimal::Decimal> for Decimal {
    fn from(value: rust_decimal::Decimal) -> Self {
        let form = if value.is_integer() { Form::Integer } else { Form::Float };
        Decimal { value, form }
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.value.cmp(&other.value)
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.value, formatter)
    }
}

impl Scalar for Decimal {
    const EXPECTED: Expected = Expected::Decimal;

    #[inline]
    fn of_integer(number: i64) -> Reading<Decimal> {
        Reading::Plain(Decimal { value: number.into(), form: Form::Integer })
    }

    fn of_large_integer(number: u64) -> Reading<Decimal> {
        Reading::Plain(Decimal { value: number.into(), form: Form::Integer })
    }

    fn of_float(number: f64) -> Reading<Decimal> {
        if let Some(value) = short_decimal(number) {
            return Reading::Plain(Decimal { value, form: Form::Float });
        }
        // The shortest text that reads as this double is what stood in the JSON, up to 15 digits.
        let Ok(value) = rust_decimal::Decimal::from_str(&number.to_string()) else { return Reading::Misfit };
        let decimal = Decimal { value, form: Form::Float };
        let comes_back = nearest_double(value).is_some_and(|double| double.to_bits() == number.to_bits());
        if comes_back { Reading::Plain(decimal) } else { Reading::Odd(decimal) }
    }

    fn of_text(text: &str) -> Reading<Decimal> {
        if let Some(value) = plain_decimal(text) {
            return Reading::Plain(Decimal { value, form: Form::Text });
        }
        let trimmed = text.trim();
        let fits = trimmed.bytes().all(|byte| byte.is_ascii_digit() || b".-+".contains(&byte));
        match rust_decimal::Decimal::from_str_exact(trimmed) {
            Ok(value) if fits => Reading::Odd(Decimal { value, form: Form::Text }),
            _ => Reading::Misfit,
        }
    }

    #[cfg(test)]
    fn sample() -> serde_json::Value {
        serde_json::json!(129.5)
    }
}

/// A double with few digits, as money has, exactly as it stood in the JSON.
fn short_decimal(number: f64) -> Option<rust_decimal::Decimal> {
    /// A double tells decimals of so many digits apart.
    const LARGEST: f64 = 1e15;
    // JSON has a negative zero, and decimals have none.
    if number == 0.0 && number.is_sign_negative() {
        return None;
    }
    (0_u32..=6).zip(TENS).find_map(|(scale, ten)| {
        let digits = (number * ten).round();
        let is_exact = digits.abs() <= LARGEST && digits / ten == number;
        is_exact.then(|| rust_decimal::Decimal::new(digits as i64, scale))
    })
}

/// A decimal in a string just as it would be written: digits, perhaps a minus, perhaps a fraction, and no zeros in front.
fn plain_decimal(text: &str) -> Option<rust_decimal::Decimal> {
    /// The digits of which every number fits an `i64`.
    const LONGEST: usize = 18;
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let scale = if whole.len() == digits.len() { 0 } else { fraction.len() };
    let is_plain = !whole.is_empty()
        && !fraction.is_empty()
        && whole.len() + scale <= LONGEST
        && (whole == "0" || !whole.starts_with('0'));
    if !is_plain {
        return None;
    }
    let written = whole.bytes().chain(fraction.bytes().take(scale));
    let number = written.clone().try_fold(0_i64, |number, digit| {
        digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0'))
    })?;
    match (digits.len() < text.len(), number) {
        (false, number) => Some(rust_decimal::Decimal::new(number, scale as u32)),
        // Of a negative zero the sign would get lost.
        (true, 0) => None,
        (true, number) => Some(rust_decimal::Decimal::new(-number, scale as u32)),
    }
}

/// A decimal that stands by itself, outside of a model: what it reads is the same.
impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::value::read_or_fail(deserializer)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use rust_decimal::prelude::ToPrimitive;
        match self.form {
            Form::Text => match ShortText::of(self.value) {
                Some(text) => serializer.serialize_str(text.as_str()),
                None => serializer.collect_str(&self.value),
            },
            Form::Integer => match (self.value.to_i64(), self.value.to_u64()) {
                (Some(number), _) => serializer.serialize_i64(number),
                (None, Some(number)) => serializer.serialize_u64(number),
                (None, None) => serializer.collect_str(&self.value),
            },
            Form::Float => match nearest_double(self.value) {
                Some(number) => serializer.serialize_f64(number),
                None => serializer.collect_str(&self.value),
            },
        }
    }
}

/// The text of a decimal of at most 18 digits. Invoices are full of them, and formatting costs several times the writing of such a text.
struct ShortText {
    /// ASCII, at the end of the array.
    text: [u8; 24],
    start: usize,
}

impl ShortText {
    const LARGEST: i128 = 999_999_999_999_999_999;
    const LONGEST_FRACTION: u32 = 18;

    fn of(value: rust_decimal::Decimal) -> Option<Self> {
        let (number, scale) = (value.mantissa(), value.scale());
        let fits = number.abs() <= Self::LARGEST && scale <= Self::LONGEST_FRACTION;
        // A negative zero has a sign that its number does not have.
        let (true, false) = (fits, number == 0 && value.is_sign_negative()) else { return None };
        let mut rest = u64::try_from(number.unsigned_abs()).ok()?;
        let (mut text, mut start) = ([0; 24], 24);
        let mut put = |byte: u8| {
            start -= 1;
            text[start] = byte;
        };
        for place in 0_u32.. {
            // At least one digit stands in front of the point.
            if place > scale && rest == 0 {
                break;
            }
            if place == scale && scale > 0 {
                put(b'.');
            }
            put(b'0' + (rest % 10) as u8);
            rest /= 10;
        }
        if number < 0 {
            put(b'-');
        }
        Some(ShortText { text, start })
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.text[self.start..]).unwrap_or_default()
    }
}

/// The powers of ten that a double holds exactly.
const TENS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

/// The double that is nearest to a decimal.
fn nearest_double(value: rust_decimal::Decimal) -> Option<f64> {
    const EXACT: i128 = 1 << 53;
    let digits = value.mantissa();
    match usize::try_from(value.scale()).ok().and_then(|scale| TENS.get(scale)) {
        // Both are exact, and so one division rounds once, to the nearest. Money never comes near the other way, which is slow.
        Some(power) if (-EXACT..=EXACT).contains(&digits) => Some(digits as f64 / power),
        _ => value.to_string().parse().ok(),
    }
}

super::value::scalar_value!(Decimal);
super::value::written_by_serde!(Decimal);
super::wire::required_field!(Decimal);

#[cfg(test)]
mod tests {
    use super::Decimal;

    fn written_back(json: &str) -> String {
        serde_json::to_string(&serde_json::from_str::<Decimal>(json).unwrap()).unwrap()
    }

    #[test]
    fn a_decimal_is_written_back_in_the_form_in_which_it_came() {
        for json in [
            "12",
            "12.5",
            "12.0",
            "-0.01",
            "\"0.00\"",
            "\"129.50\"",
            "9223372036854775807",
            "1234567890.12345",
        ] {
            assert_eq!(written_back(json), json);
        }
    }

    #[test]
    fn a_number_and_a_string_of_the_same_value_are_equal() {
        let number: Decimal = serde_json::from_str("1.5").unwrap();
        let text: Decimal = serde_json::from_str("\"1.50\"").unwrap();
        assert_eq!(number, text);
    }

    #[test]
    fn a_string_that_is_no_decimal_is_refused_without_being_quoted() {
        let error = serde_json::from_str::<Decimal>("\"secret\"").unwrap_err().to_string();
        assert!(!error.contains("secret"), "{error}");
    }

    #[test]
    fn the_text_of_a_short_decimal_is_the_text_that_formatting_gives() {
        let mut state = 1_u64;
        let mut short = 0;
        for scale in 0..=28 {
            for shift in 0..64 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let number = (state >> shift) as i64;
                for value in [number, -number].map(|number| rust_decimal::Decimal::new(number, scale)) {
                    let Some(text) = super::ShortText::of(value) else { continue };
                    short += 1;
                    assert_eq!(text.as_str(), value.to_string());
                }
            }
        }
        assert!(short > 1_000, "only {short}");
        let mut negative_zero = rust_decimal::Decimal::new(0, 2);
        negative_zero.set_sign_negative(true);
        assert!(super::ShortText::of(negative_zero).is_none());
    }

    #[test]
    fn a_decimal_is_written_as_the_double_that_its_text_reads_as() {
        let mut state = 1_u64;
        for scale in 0..=28 {
            for shift in 0..63 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let value = rust_decimal::Decimal::new((state >> shift) as i64, scale);
                assert_eq!(super::nearest_double(value), value.to_string().parse().ok(), "{value}");
            }
        }
    }
}
