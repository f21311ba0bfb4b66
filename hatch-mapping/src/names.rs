//! From a customer's name to a first and a last name.

/// A first and a last name; a blank part is absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NameParts<'a> {
    /// The first name.
    pub first: Option<&'a str>,
    /// The last name.
    pub last: Option<&'a str>,
}

/// Splits a customer's name as the product page says: without a comma, the first word and everything after it; with one, all after
/// the first comma, and all before it. Surrounding white space is dropped, runs inside are kept.
///
/// No cleverness: a company's name is split like a person's.
///
/// ```
/// use hatch_mapping::split_name;
///
/// let parts = split_name("Smith, Jr., John");
/// assert_eq!((parts.first, parts.last), (Some("Jr., John"), Some("Smith")));
/// let parts = split_name("John & Mary Smith");
/// assert_eq!((parts.first, parts.last), (Some("John"), Some("& Mary Smith")));
/// ```
pub fn split_name(name: &str) -> NameParts<'_> {
    let name = name.trim();
    let (first, last) = match name.split_once(',') {
        Some((before, after)) => (after, before),
        None => name.split_once(char::is_whitespace).unwrap_or((name, "")),
    };
    NameParts { first: unless_blank(first), last: unless_blank(last) }
}

fn unless_blank(part: &str) -> Option<&str> {
    Some(part.trim()).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn real_names_are_split_by_the_rule_and_by_nothing_else() {
        let table = [
            ("John Smith", Some("John"), Some("Smith")),
            ("Smith, John", Some("John"), Some("Smith")),
            ("John & Mary Smith", Some("John"), Some("& Mary Smith")),
            ("Smith, Jr., John", Some("Jr., John"), Some("Smith")),
            ("Dr. Ann Lee", Some("Dr."), Some("Ann Lee")),
            ("Acme Plumbing, Inc.", Some("Inc."), Some("Acme Plumbing")),
            ("Anne-Marie Dupont-Leroy", Some("Anne-Marie"), Some("Dupont-Leroy")),
            ("  John   Smith  ", Some("John"), Some("Smith")),
            ("John  van   der Berg", Some("John"), Some("van   der Berg")),
            ("John\tSmith", Some("John"), Some("Smith")),
            ("John\u{a0}Smith", Some("John"), Some("Smith")),
            ("محمد علي", Some("محمد"), Some("علي")),
            ("🙂 Smith", Some("🙂"), Some("Smith")),
            ("Prince", Some("Prince"), None),
            (", John", Some("John"), None),
            ("Smith,", None, Some("Smith")),
            (",", None, None),
            ("", None, None),
            (" \t ", None, None),
        ];
        for (name, first, last) in table {
            assert_eq!(split_name(name), NameParts { first, last }, "{name:?}");
        }
    }

    #[test]
    fn a_name_of_ten_thousand_characters_is_split_like_any_other() {
        let name = format!("A {}", "b".repeat(9_998));
        assert_eq!(split_name(&name).last.map(str::len), Some(9_998));
    }

    proptest! {
        #[test]
        fn the_words_of_the_parts_are_the_words_of_the_whole(name in "\\PC*") {
            let parts = split_name(&name);
            let words_of = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            let of_parts = |part: Option<&str>| part.map(words_of).unwrap_or_default();
            let (first, last) = (of_parts(parts.first), of_parts(parts.last));
            match name.split_once(',') {
                Some((before, after)) => {
                    prop_assert_eq!(last, words_of(before));
                    prop_assert_eq!(first, words_of(after));
                }
                None => {
                    let joined: Vec<String> = first.into_iter().chain(last).collect();
                    prop_assert_eq!(joined, words_of(&name));
                }
            }
            for part in [parts.first, parts.last].into_iter().flatten() {
                prop_assert!(!part.trim().is_empty());
                prop_assert_eq!(part.trim(), part);
            }
        }
    }
}
