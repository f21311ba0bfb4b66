//! Timestamps on the wire.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};
use serde::ser::Serializer;

use super::date::day;
use super::kept::Reading;
use super::scalar::Scalar;
use super::unread::Expected;
use super::value::{WireWrite, scalar_value};
use super::wire::required_field;

/// ServiceTitan's timestamps are UTC in RFC 3339, often with seven fractional digits.
impl Scalar for DateTime<Utc> {
    const EXPECTED: Expected = Expected::Timestamp;

    #[inline]
    fn of_text(text: &str) -> Reading<DateTime<Utc>> {
        match as_written(text.as_bytes()) {
            Some(time) => Reading::Plain(time),
            None => otherwise_written(text.trim()).map_or(Reading::Misfit, Reading::Odd),
        }
    }

    #[cfg(test)]
    fn sample() -> serde_json::Value {
        "2026-03-01T10:00:00.1234567Z".into()
    }
}

/// Reads the form that [`WireWrite`] gives back: `2021-07-19T20:35:38.2876004Z`, the fraction without trailing zeros or left out. Nearly every
/// timestamp has it, and reading it digit by digit costs a tenth of chrono's reading of RFC 3339.
fn as_written(text: &[u8]) -> Option<DateTime<Utc>> {
    let (whole, rest) = text.split_at_checked(19)?;
    let fraction = rest.strip_suffix(b"Z")?;
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if marks.iter().any(|(at, mark)| whole.get(*at) != Some(mark)) {
        return None;
    }
    let nanosecond = match fraction {
        [] => 0,
        [b'.', .., b'0'] | [b'.'] => return None,
        [b'.', digits @ ..] if digits.len() <= 9 => number(digits)? * TENS.get(9 - digits.len())?,
        _ => return None,
    };
    let part = |range: std::ops::Range<usize>| whole.get(range).and_then(number);
    let date = NaiveDate::from_ymd_opt(i32::try_from(part(0..4)?).ok()?, part(5..7)?, part(8..10)?)?;
    Some(date.and_hms_nano_opt(part(11..13)?, part(14..16)?, part(17..19)?, nanosecond)?.and_utc())
}

const TENS: [u32; 9] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/// Reads at most nine digits.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number: u32, digit| {
        digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0'))
    })
}

/// Reads the other forms that leave no doubt: any RFC 3339, a time without a zone as UTC, with or without seconds, and a date as its midnight in UTC.
fn otherwise_written(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.to_utc());
    }
    if let Some(day) = day(text) {
        return Some(day.and_time(NaiveTime::MIN).and_utc());
    }
    // chrono takes white space between the parts of a format, and signs and fewer digits in its numbers.
    let is_time =
        text.len() >= 16 && text.bytes().all(|byte| byte.is_ascii_digit() || b"-:.+TZ".contains(&byte));
    day(text.get(..10)?).filter(|_| is_time)?;
    let zoned = DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z").ok();
    zoned.map(|time| time.to_utc()).or_else(|| {
        let forms = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%MZ"];
        forms
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
            .map(|time| time.and_utc())
    })
}

impl WireWrite for DateTime<Utc> {
    /// Writes the fraction without trailing zeros, as ServiceTitan does, so that most timestamps keep their very text.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let time = self.naive_utc();
        match u32::try_from(time.year()) {
            Ok(year @ 0..=9999) => serializer.serialize_str(WireTimestamp::of(year, time).as_str()),
            _ => serializer.collect_str(&self.format("%Y-%m-%dT%H:%M:%S%.fZ")),
        }
    }
}

/// The text of a timestamp with a year of four digits. Records are full of them, and chrono's formatting costs as much as all their other fields together.
struct WireTimestamp {
    /// ASCII.
    text: [u8; 30],
    length: usize,
}

impl WireTimestamp {
    fn of(year: u32, time: NaiveDateTime) -> Self {
        let mut text = *b"0000-00-00T00:00:00.000000000Z";
        let seconds = time.num_seconds_from_midnight();
        text[0..4].copy_from_slice(&digits::<4>(year));
        text[5..7].copy_from_slice(&digits::<2>(time.month()));
        text[8..10].copy_from_slice(&digits::<2>(time.day()));
        text[11..13].copy_from_slice(&digits::<2>(seconds / 3600));
        text[14..16].copy_from_slice(&digits::<2>(seconds / 60 % 60));
        text[17..19].copy_from_slice(&digits::<2>(seconds % 60));
        text[20..29].copy_from_slice(&digits::<9>(time.nanosecond() % 1_000_000_000));
        let zeros = text[20..29].iter().rev().take_while(|digit| **digit == b'0').count();
        // The point goes with the last digit behind it.
        let end = if zeros == 9 { 19 } else { 29 - zeros };
        text[end] = b'Z';
        WireTimestamp { text, length: end + 1 }
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.text[..self.length]).unwrap_or_default()
    }
}

#[inline]
fn digits<const COUNT: usize>(mut number: u32) -> [u8; COUNT] {
    let mut digits = [b'0'; COUNT];
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
    digits
}

scalar_value!(DateTime<Utc>);
required_field!(DateTime<Utc>);

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<DateTime<Utc>> {
        <DateTime<Utc> as Scalar>::of_text(text).value()
    }

    fn written_back(text: &str) -> String {
        let time = read(text).unwrap();
        time.write(serde_json::value::Serializer).unwrap().as_str().unwrap().to_owned()
    }

    #[test]
    fn a_timestamp_keeps_all_its_fractional_digits() {
        for text in [
            "2021-07-19T20:35:38.2876004Z",
            "2021-07-19T00:00:00Z",
            "0001-01-01T00:00:00Z",
            "2021-07-19T20:35:38.05Z",
            "2021-07-19T20:35:38.000000001Z",
            "9999-12-31T23:59:59.999999999Z",
            "0000-01-01T00:00:00Z",
        ] {
            assert_eq!(written_back(text), text);
        }
    }

    #[test]
    fn a_timestamp_without_an_offset_is_utc_and_one_with_an_offset_is_converted() {
        assert_eq!(written_back("2021-07-19T20:35:38"), "2021-07-19T20:35:38Z");
        assert_eq!(written_back("2021-07-19T20:35:38+02:00"), "2021-07-19T18:35:38Z");
    }

    /// What is read as it is written comes back letter by letter, and agrees with chrono's reading; everything else leaves it to chrono.
    #[test]
    fn the_usual_form_is_read_as_chrono_reads_it_and_written_as_it_came() {
        let mut state = 1_u64;
        let mut plain = 0;
        for _ in 0..20_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let mut below = |end: u64| {
                state ^= state >> 29;
                state = state.wrapping_mul(0xbf58_476d_1ce4_e5b9);
                (state >> 33) % end
            };
            let fraction = match below(4) {
                0 => String::new(),
                1 => format!(".{}", below(1_000)),
                2 => format!(".{:07}", below(10_000_000)),
                _ => format!(".{:010}", below(10_000_000_000)),
            };
            let (year, month, day) = (below(10_000), below(14), below(33));
            let (hour, minute, second) = (below(25), below(61), below(62));
            let zone = ["Z", "+00:00", "-07:00", "z"][below(4) as usize];
            let text =
                format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{zone}");
            let Some(time) = as_written(text.as_bytes()) else { continue };
            plain += 1;
            assert_eq!(DateTime::parse_from_rfc3339(&text).unwrap(), time, "{text}");
            assert_eq!(written_back(&text), text);
        }
        assert!(plain > 2_000, "only {plain}");
    }
}
