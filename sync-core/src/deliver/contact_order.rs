//! The order of opportunities that share a contact.

use std::collections::HashMap;

use super::fingerprint::contact_keys;
use super::outgoing::Outgoing;

/// Groups opportunities that share a phone or an e-mail, each group in the given order.
pub(super) fn group_by_contact(outgoing: Vec<Outgoing>) -> Vec<Vec<Outgoing>> {
    let mut groups: Vec<Vec<Outgoing>> = Vec::new();
    let mut group_of: HashMap<String, usize> = HashMap::new();
    for item in outgoing {
        let keys = contact_keys(&item.opportunity);
        let mut joined: Vec<usize> = keys.iter().filter_map(|key| group_of.get(key).copied()).collect();
        joined.sort_unstable();
        joined.dedup();
        let index = joined.first().copied().unwrap_or_else(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        // An opportunity that shares its phone with one group and its e-mail with another joins the two.
        for other in joined.into_iter().skip(1) {
            let moved = std::mem::take(&mut groups[other]);
            groups[index].extend(moved);
            groups[index].sort_by_key(|item| item.dirty.mark);
            for group in group_of.values_mut().filter(|group| **group == other) {
                *group = index;
            }
        }
        group_of.extend(keys.into_iter().map(|key| (key, index)));
        groups[index].push(item);
    }
    groups.retain(|group| !group.is_empty());
    groups
}

#[cfg(test)]
mod tests {
    use hatch_mapping::{Details, Opportunity};

    use super::*;
    use crate::Dirty;

    fn outgoing(id: i64, phone: &str, email: &str) -> Outgoing {
        let opportunity = Opportunity {
            source: "custom:test".to_owned(),
            first_name: None,
            last_name: None,
            email: Some(email.to_owned()),
            phone_number: Some(phone.to_owned()),
            status: None,
            external_id: id.to_string(),
            external_contact_id: None,
            external_created_at: None,
            external_updated_at: None,
            details: Details::default(),
        };
        let dirty = Dirty { id, place: id.unsigned_abs(), mark: id.unsigned_abs() };
        Outgoing {
            dirty,
            opportunity,
            fingerprint: String::new(),
            left_out: Vec::new(),
            contact: String::new(),
            before: None,
        }
    }

    fn groups(outgoing: Vec<Outgoing>) -> Vec<Vec<i64>> {
        let groups = group_by_contact(outgoing);
        groups.iter().map(|group| group.iter().map(|it| it.dirty.id).collect()).collect()
    }

    #[test]
    fn opportunities_that_share_a_phone_in_whatever_notation_go_one_after_the_other() {
        let three = vec![
            outgoing(1, "614-555-0100", "a@example.org"),
            outgoing(2, "614-555-0199", "b@example.org"),
            outgoing(3, "+1 (614) 555-0100", "c@example.org"),
        ];
        assert_eq!(groups(three), [vec![1, 3], vec![2]]);
    }

    #[test]
    fn an_opportunity_that_shares_with_two_groups_makes_them_one_in_the_order_of_marks() {
        let three = vec![
            outgoing(1, "614-555-0100", "a@example.org"),
            outgoing(2, "614-555-0199", "b@example.org"),
            outgoing(3, "614-555-0100", "B@example.org"),
        ];
        assert_eq!(groups(three), [vec![1, 2, 3]]);
    }
}
