//! The rules that audiences consist of.

use std::cmp::Ordering;

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::catalogue::PathChecker;
use crate::config::MapperConfig;
use crate::config_error::ConfigError;
use crate::details::Details;
use crate::path::DetailPath;

/// A rule over an opportunity's details. Rules are plain data, so that a host can keep, show and combine them.
///
/// ```
/// use hatch_mapping::{AudienceRule, Details};
///
/// let rule: AudienceRule = serde_json::from_value(serde_json::json!({
///     "all": [
///         {"detail": {"path": "jobStatus", "is": {"equals": "Completed"}}},
///         {"not": {"some": {"list": "invoices", "item": {"detail": {"path": "balance", "is": {"at_least": 0.01}}}}}},
///     ]
/// })).unwrap();
/// let details = |json: serde_json::Value| Details::from(json.as_object().cloned().unwrap_or_default());
/// let now = "2026-01-01T00:00:00Z".parse().unwrap();
/// assert!(rule.matches(&details(serde_json::json!({"jobStatus": "Completed", "invoices": [{"balance": "0.00"}]})), now));
/// assert!(!rule.matches(&details(serde_json::json!({"jobStatus": "Completed", "invoices": [{"balance": "9.50"}]})), now));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AudienceRule {
    /// All of the rules hold. An empty list holds.
    All(Vec<AudienceRule>),
    /// At least one of the rules holds. An empty list does not hold.
    Any(Vec<AudienceRule>),
    /// The rule does not hold.
    Not(Box<AudienceRule>),
    /// The rule holds for at least one item of a list. The rule's paths begin at the item.
    Some {
        /// The path of the list.
        list: DetailPath,
        /// The rule that must hold for one and the same item.
        item: Box<AudienceRule>,
    },
    /// The detail at a path meets a condition.
    Detail {
        /// The path of the detail.
        path: DetailPath,
        /// The condition that the detail must meet.
        is: Condition,
    },
}

/// A condition on a detail. A missing detail meets no condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Condition {
    /// The detail is anything but null, a blank text and a time of year 1.
    Present,
    /// The detail is this value. Texts are compared without case.
    Equals(Value),
    /// The detail is one of these values. Texts are compared without case.
    OneOf(Vec<Value>),
    /// The detail is this number or more, or this time or later. A decimal in a text counts as a number.
    AtLeast(Value),
    /// The detail is this number or less, or this time or earlier. A decimal in a text counts as a number.
    AtMost(Value),
    /// The detail is a time at most this many days ago, and not in the future.
    WithinLastDays(u32),
}

impl AudienceRule {
    /// Returns the rule that the detail at a path meets a condition.
    pub fn detail(path: DetailPath, is: Condition) -> Self {
        AudienceRule::Detail { path, is }
    }

    /// Checks that the opportunities of a configuration can have the details that the rule asks for. A rule about a detail that they never have
    /// holds for none of them, or for all, without a word.
    ///
    /// ```
    /// use hatch_mapping::{MapperConfig, OpportunityModel, SelectableObject, rehash};
    ///
    /// let mut config = MapperConfig::new(OpportunityModel::Job, "custom:servicetitan");
    /// assert_eq!(rehash(30).check(&config), Ok(()));
    /// config.selection = [SelectableObject::Appointments].into_iter().collect();
    /// let error = rehash(30).check(&config).unwrap_err();
    /// assert_eq!(error.to_string(), "the detail `estimates` needs `estimates` to be selected");
    /// ```
    ///
    /// # Errors
    ///
    /// [`ConfigError::UnknownDetail`], [`ConfigError::DetailNotSelected`] or [`ConfigError::NotAList`] for the first path that cannot lead
    /// anywhere. The path is told from the base record on, with 1 for the place in a list.
    pub fn check(&self, config: &MapperConfig) -> Result<(), ConfigError> {
        self.check_within(&DetailPath::root(), config.path_checker())
    }

    fn check_within(&self, scope: &DetailPath, paths: PathChecker<'_>) -> Result<(), ConfigError> {
        match self {
            AudienceRule::All(rules) | AudienceRule::Any(rules) => {
                rules.iter().try_for_each(|rule| rule.check_within(scope, paths))
            }
            AudienceRule::Not(rule) => rule.check_within(scope, paths),
            AudienceRule::Some { list, item } => {
                let list = scope.join(list);
                paths.check_list(&list)?;
                item.check_within(&list.item(1), paths)
            }
            AudienceRule::Detail { path, .. } => paths.check(&scope.join(path)).map(drop),
        }
    }

    /// Whether the rule holds for an opportunity's details at a time.
    pub fn matches(&self, details: &Details, now: DateTime<Utc>) -> bool {
        self.holds(details.as_map(), now)
    }

    fn holds(&self, scope: &Map<String, Value>, now: DateTime<Utc>) -> bool {
        match self {
            AudienceRule::All(rules) => rules.iter().all(|rule| rule.holds(scope, now)),
            AudienceRule::Any(rules) => rules.iter().any(|rule| rule.holds(scope, now)),
            AudienceRule::Not(rule) => !rule.holds(scope, now),
            AudienceRule::Some { list, item } => {
                let items = list.read(scope).ok().and_then(Value::as_array).into_iter().flatten();
                items.filter_map(Value::as_object).any(|scope| item.holds(scope, now))
            }
            AudienceRule::Detail { path, is } => path.read(scope).is_ok_and(|value| is.met_by(value, now)),
        }
    }
}

impl Condition {
    fn met_by(&self, value: &Value, now: DateTime<Utc>) -> bool {
        match self {
            Condition::Present => match value {
                Value::Null => false,
                Value::String(text) => {
                    !text.trim().is_empty() && time(value).is_none_or(|time| time.year() > 1)
                }
                _ => true,
            },
            Condition::Equals(wanted) => equal(value, wanted),
            Condition::OneOf(wanted) => wanted.iter().any(|wanted| equal(value, wanted)),
            Condition::AtLeast(bound) => compare(value, bound).is_some_and(Ordering::is_ge),
            Condition::AtMost(bound) => compare(value, bound).is_some_and(Ordering::is_le),
            Condition::WithinLastDays(days) => time(value).is_some_and(|time| {
                let age = now.signed_duration_since(time);
                age >= TimeDelta::zero() && age <= TimeDelta::days(i64::from(*days))
            }),
        }
    }
}

fn equal(value: &Value, wanted: &Value) -> bool {
    match (value, wanted) {
        (Value::String(value), Value::String(wanted)) => value.to_lowercase() == wanted.to_lowercase(),
        _ => value == wanted || (wanted.is_number() && compare(value, wanted) == Some(Ordering::Equal)),
    }
}

/// Compares times by time, and everything else by number; `None` where values cannot be compared.
fn compare(value: &Value, bound: &Value) -> Option<Ordering> {
    match (time(value), time(bound)) {
        (Some(value), Some(bound)) => Some(value.cmp(&bound)),
        // IDs use all their 64 bits, more than a double has.
        (None, None) => match (integer(value), integer(bound)) {
            (Some(value), Some(bound)) => Some(value.cmp(&bound)),
            _ => number(value)?.partial_cmp(&number(bound)?),
        },
        _ => None,
    }
}

fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

fn time(value: &Value) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(value.as_str()?).ok().map(|time| time.to_utc())
}

fn number(value: &Value) -> Option<f64> {
    match value {
        // Accounting sends decimals as texts.
        Value::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => value.as_f64(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn met(is: Condition, value: Value) -> bool {
        let rule = AudienceRule::detail("field".parse().unwrap(), is);
        let details = Details::from(Map::from_iter([("field".to_owned(), value)]));
        rule.matches(&details, "2026-02-01T00:00:00Z".parse().unwrap())
    }

    #[test]
    fn present_is_neither_null_nor_blank_nor_a_time_of_year_one() {
        for value in [json!(null), json!(" "), json!("0001-01-01T00:00:00Z")] {
            assert!(!met(Condition::Present, value.clone()), "{value}");
        }
        for value in [json!("x"), json!(0), json!(false), json!("2026-01-01T00:00:00Z")] {
            assert!(met(Condition::Present, value.clone()), "{value}");
        }
    }

    #[test]
    fn texts_are_equal_without_case_and_numbers_by_value() {
        assert!(met(Condition::Equals(json!("open")), json!("Open")));
        assert!(met(Condition::Equals(json!(1)), json!(1.0)));
        assert!(met(Condition::Equals(json!(0)), json!("0.00")));
        assert!(!met(Condition::Equals(json!(i64::MAX)), json!(i64::MAX - 1)));
        assert!(!met(Condition::Equals(json!(i64::MAX)), json!((i64::MAX - 1).to_string())));
        assert!(met(Condition::OneOf(vec![json!("a"), json!("b")]), json!("B")));
        assert!(!met(Condition::OneOf(vec![]), json!("B")));
    }

    #[test]
    fn bounds_compare_numbers_with_numbers_and_times_with_times() {
        assert!(met(Condition::AtLeast(json!(9.5)), json!("9.50")));
        assert!(!met(Condition::AtLeast(json!(9.5)), json!(9)));
        assert!(met(Condition::AtMost(json!("2026-01-01T00:00:00Z")), json!("2026-01-01T01:00:00+02:00")));
        assert!(!met(Condition::AtMost(json!("2026-01-01T00:00:00Z")), json!(1)));
        assert!(!met(Condition::AtLeast(json!(1)), json!("NaN")));
    }

    #[test]
    fn within_the_last_days_excludes_the_future_and_includes_the_last_moment() {
        for (value, expected) in [
            ("2026-01-31T00:00:00Z", true),
            ("2026-01-30T23:59:59Z", false),
            ("2026-02-01T00:00:00Z", true),
            ("2026-02-01T00:00:01Z", false),
        ] {
            assert_eq!(met(Condition::WithinLastDays(1), json!(value)), expected, "{value}");
        }
    }

    #[test]
    fn a_missing_detail_meets_no_condition_and_so_its_negation_holds() {
        let rule = AudienceRule::detail("missing".parse().unwrap(), Condition::Present);
        let now = "2026-02-01T00:00:00Z".parse().unwrap();
        assert!(!rule.matches(&Details::default(), now));
        assert!(AudienceRule::Not(Box::new(rule)).matches(&Details::default(), now));
    }

    #[test]
    fn all_of_none_holds_and_any_of_none_does_not() {
        let now = "2026-02-01T00:00:00Z".parse().unwrap();
        assert!(AudienceRule::All(vec![]).matches(&Details::default(), now));
        assert!(!AudienceRule::Any(vec![]).matches(&Details::default(), now));
    }

    use proptest::prelude::*;

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            prop::sample::select(
                &["", "Open", "open", "1", "1.50", "2026-01-31T00:00:00Z", "0001-01-01T00:00:00Z"][..]
            )
            .prop_map(Value::from),
        ];
        leaf.prop_recursive(2, 6, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::hash_map("[ab]", inner, 0..3).prop_map(|fields| json!(fields)),
            ]
        })
    }

    fn any_rule() -> impl Strategy<Value = AudienceRule> {
        let condition = prop_oneof![
            Just(Condition::Present),
            any_value().prop_map(Condition::Equals),
            prop::collection::vec(any_value(), 0..3).prop_map(Condition::OneOf),
            any_value().prop_map(Condition::AtLeast),
            any_value().prop_map(Condition::AtMost),
            any::<u32>().prop_map(Condition::WithinLastDays),
        ];
        let path = || "[ab](:[ab1])?".prop_map(|path| path.parse::<DetailPath>().unwrap());
        let detail = (path(), condition).prop_map(|(path, is)| AudienceRule::detail(path, is));
        detail.prop_recursive(3, 8, 3, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(AudienceRule::All),
                prop::collection::vec(inner.clone(), 0..3).prop_map(AudienceRule::Any),
                inner.clone().prop_map(|rule| AudienceRule::Not(Box::new(rule))),
                (path(), inner).prop_map(|(list, item)| AudienceRule::Some { list, item: Box::new(item) }),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_rule_over_any_details_holds_or_not_and_means_the_same_when_it_is_written_and_read(
            rule in any_rule(), a in any_value(), b in any_value(), seconds in any::<i32>()
        ) {
            let details = Details::from(Map::from_iter([("a".to_owned(), a), ("b".to_owned(), b)]));
            let now = DateTime::from_timestamp(i64::from(seconds), 0).unwrap();
            let holds = rule.matches(&details, now);
            let written = serde_json::to_string(&rule).unwrap();
            let read: AudienceRule = serde_json::from_str(&written).unwrap();
            prop_assert_eq!(read.matches(&details, now), holds);
            prop_assert_eq!(AudienceRule::Not(Box::new(read)).matches(&details, now), !holds);
        }
    }
}
