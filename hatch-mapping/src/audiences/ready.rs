//! The two audiences that the product page recommends.

use serde_json::Value;

use super::rule::{AudienceRule, Condition};
use crate::DetailPath;

/// Returns the audience that leaves a speed-to-lead campaign: opportunities with a scheduled appointment.
///
/// An appointment counts if it has a start and was not cancelled, whether it is still to come or done. Needs appointments to be selected.
pub fn speed_to_lead_removal() -> AudienceRule {
    let scheduled = AudienceRule::All(vec![
        detail("start", Condition::Present),
        AudienceRule::Not(Box::new(detail("status", Condition::Equals(Value::from("Canceled"))))),
    ]);
    AudienceRule::Some { list: DetailPath::root().name("appointments"), item: Box::new(scheduled) }
}

/// Returns the audience of a sales follow-up: opportunities with at least one estimate that was created within the last days and was neither sold
/// nor dismissed.
///
/// Each estimate counts by itself: an open one stays open beside one that was sold. Needs estimates to be selected.
pub fn rehash(days: u32) -> AudienceRule {
    let settled = ["Sold", "Dismissed"].into_iter().map(Value::from).collect();
    let status = DetailPath::root().name("status").name("name");
    let open = AudienceRule::All(vec![
        detail("createdOn", Condition::WithinLastDays(days)),
        AudienceRule::Not(Box::new(detail("soldOn", Condition::Present))),
        AudienceRule::Not(Box::new(AudienceRule::detail(status, Condition::OneOf(settled)))),
    ]);
    AudienceRule::Some { list: DetailPath::root().name("estimates"), item: Box::new(open) }
}

fn detail(name: &str, is: Condition) -> AudienceRule {
    AudienceRule::detail(DetailPath::root().name(name), is)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Details;

    fn holds(rule: &AudienceRule, details: Value) -> bool {
        let Value::Object(details) = details else { panic!("details are an object") };
        rule.matches(&Details::from(details), "2026-02-01T00:00:00Z".parse().unwrap())
    }

    #[test]
    fn speed_to_lead_ends_when_an_appointment_has_been_scheduled() {
        let rule = speed_to_lead_removal();
        let appointment =
            |status, start: Value| json!({"appointments": [{"status": status, "start": start}]});
        assert!(holds(&rule, appointment("Scheduled", json!("2026-03-01T00:00:00Z"))));
        assert!(holds(&rule, appointment("Done", json!("2026-01-01T00:00:00Z"))));
        assert!(!holds(&rule, appointment("Canceled", json!("2026-03-01T00:00:00Z"))));
        assert!(!holds(&rule, appointment("Scheduled", json!("0001-01-01T00:00:00Z"))));
        assert!(!holds(&rule, json!({"appointments": []})));
        assert!(!holds(&rule, json!({})));
    }

    #[test]
    fn rehash_wants_a_recent_estimate_that_is_neither_sold_nor_dismissed() {
        let rule = rehash(30);
        let estimate = |status, created, sold: Value| json!({"createdOn": created, "soldOn": sold, "status": {"name": status}});
        let open = estimate("Open", "2026-01-20T00:00:00Z", json!(null));
        let old = estimate("Open", "2025-12-20T00:00:00Z", json!(null));
        let sold = estimate("Sold", "2026-01-20T00:00:00Z", json!("2026-01-21T00:00:00Z"));
        let dismissed = estimate("Dismissed", "2026-01-20T00:00:00Z", json!(null));
        assert!(holds(&rule, json!({"estimates": [sold, open, old]})));
        assert!(
            !holds(&rule, json!({"estimates": [sold, dismissed, old]})),
            "no one estimate meets all of it"
        );
        assert!(!holds(&rule, json!({})));
    }

    #[test]
    fn an_estimate_is_recent_for_as_many_days_as_the_host_says() {
        let created =
            |created: &str| json!({"estimates": [{"createdOn": created, "status": {"name": "Open"}}]});
        assert!(holds(&rehash(2), created("2026-01-30T00:00:00Z")));
        assert!(!holds(&rehash(2), created("2026-01-29T23:59:59Z")));
    }

    #[test]
    fn a_ready_rule_survives_being_written_and_read() {
        for rule in [rehash(30), speed_to_lead_removal()] {
            let written = serde_json::to_string(&rule).unwrap();
            assert_eq!(serde_json::from_str::<AudienceRule>(&written).unwrap(), rule);
        }
    }
}
