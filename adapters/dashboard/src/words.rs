//! Times, durations and numbers in words.

use chrono::{DateTime, TimeDelta, Utc};

/// A duration in its largest unit, or its two largest ones from an hour on: "40 seconds", "12 minutes", "3 hours 5 minutes".
pub(crate) fn duration(duration: TimeDelta) -> String {
    let seconds = duration.num_seconds().max(0);
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match (days, hours, minutes) {
        (0, 0, 0) => count(seconds, "second"),
        (0, 0, _) => count(minutes, "minute"),
        (0, _, _) => two(count(hours, "hour"), minutes % 60, "minute"),
        _ => two(count(days, "day"), hours % 24, "hour"),
    }
}

fn two(first: String, rest: i64, unit: &str) -> String {
    if rest == 0 { first } else { format!("{first} {}", count(rest, unit)) }
}

fn count(number: i64, unit: &str) -> String {
    if number == 1 { format!("1 {unit}") } else { format!("{number} {unit}s") }
}

/// A number of things: "1 job", "2,000 jobs".
pub(crate) fn things(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// A number with its thousands apart: "1,234,567".
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut written = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

/// A time to the second.
pub(crate) fn time(time: DateTime<Utc>) -> String {
    time.format("%F %T UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_numbers_read_as_people_say_them() {
        let said = |seconds| duration(TimeDelta::seconds(seconds));
        assert_eq!(said(-5), "0 seconds");
        assert_eq!(said(1), "1 second");
        assert_eq!(said(60), "1 minute");
        assert_eq!(said(3_600), "1 hour");
        assert_eq!(said(11_100), "3 hours 5 minutes");
        assert_eq!(said(90_000), "1 day 1 hour");
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(things(1, "job", "jobs"), "1 job");
        assert_eq!(things(2_000, "job", "jobs"), "2,000 jobs");
    }
}
