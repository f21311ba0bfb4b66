//! The difference between two lists of a registry. Pure.

use std::collections::BTreeMap;

use crate::Registered;

/// A change of one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Difference {
    Added,
    Removed,
    Reconfigured,
    CredentialsRotated,
    Paused,
    Resumed,
}

/// The connections of a list by name. Of two with one name the last one counts.
pub(crate) fn by_name(list: Vec<Registered>) -> BTreeMap<String, Registered> {
    list.into_iter().map(|entry| (entry.name.clone(), entry)).collect()
}

/// The differences, by name. Of one connection, pausing comes first and resuming last.
pub(crate) fn differences(
    before: &BTreeMap<String, Registered>,
    after: &BTreeMap<String, Registered>,
) -> Vec<(String, Difference)> {
    let mut found = Vec::new();
    for (name, old) in before {
        let Some(new) = after.get(name) else {
            found.push((name.clone(), Difference::Removed));
            continue;
        };
        let of_one = [
            (Difference::Paused, new.paused && !old.paused),
            (Difference::Reconfigured, new.configuration != old.configuration),
            (Difference::CredentialsRotated, new.credentials != old.credentials),
            (Difference::Resumed, old.paused && !new.paused),
        ];
        found.extend(of_one.into_iter().filter(|(_, is)| *is).map(|(it, _)| (name.clone(), it)));
    }
    let added = after.keys().filter(|name| !before.contains_key(*name));
    found.extend(added.map(|name| (name.clone(), Difference::Added)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(entries: &[(&str, u64, u64, bool)]) -> BTreeMap<String, Registered> {
        let entry = |(name, configuration, credentials, paused): &(&str, u64, u64, bool)| Registered {
            name: (*name).to_owned(),
            configuration: *configuration,
            credentials: *credentials,
            paused: *paused,
        };
        by_name(entries.iter().map(entry).collect())
    }

    #[test]
    fn each_kind_of_change_is_found_by_itself() {
        let before = list(&[("a", 1, 1, false), ("b", 1, 1, false), ("c", 1, 1, false), ("d", 1, 1, false)]);
        let after = list(&[("a", 1, 1, false), ("b", 2, 1, false), ("c", 1, 2, false), ("e", 1, 1, true)]);
        let expected = [
            ("b".to_owned(), Difference::Reconfigured),
            ("c".to_owned(), Difference::CredentialsRotated),
            ("d".to_owned(), Difference::Removed),
            ("e".to_owned(), Difference::Added),
        ];
        assert_eq!(differences(&before, &after), expected);
        assert_eq!(differences(&after, &after), []);
    }

    #[test]
    fn a_connection_that_is_paused_and_reconfigured_is_paused_first_and_resumed_last() {
        let running = list(&[("a", 1, 1, false)]);
        let paused = list(&[("a", 2, 2, true)]);
        let kinds =
            |before, after| differences(before, after).into_iter().map(|(_, it)| it).collect::<Vec<_>>();
        use Difference::{CredentialsRotated, Paused, Reconfigured, Resumed};
        assert_eq!(kinds(&running, &paused), [Paused, Reconfigured, CredentialsRotated]);
        assert_eq!(kinds(&paused, &running), [Reconfigured, CredentialsRotated, Resumed]);
    }
}
