//! The split of a customer's name into a first and a last name.

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
/// A company's name is split like a person's: the product page makes no difference.
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
    NameParts { first: trim_part(first), last: trim_part(last) }
}

/// Drops surrounding white space; `None` if nothing is left.
fn trim_part(part: &str) -> Option<&str> {
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
            ("Mr. & Mrs. Smith", Some("Mr."), Some("& Mrs. Smith")),
            ("Smith, John & Mary", Some("John & Mary"), Some("Smith")),
            ("Acme Plumbing", Some("Acme"), Some("Plumbing")),
            ("Acme Plumbing, Inc.", Some("Inc."), Some("Acme Plumbing")),
            ("Smith, Jones, & Partners, LLC", Some("Jones, & Partners, LLC"), Some("Smith")),
            ("C/O Smith (do not call)", Some("C/O"), Some("Smith (do not call)")),
            ("O'Brien-García , José ", Some("José"), Some("O'Brien-García")),
            ("Anne-Marie Dupont-Leroy", Some("Anne-Marie"), Some("Dupont-Leroy")),
            ("  John   Smith  ", Some("John"), Some("Smith")),
            ("John  van   der Berg", Some("John"), Some("van   der Berg")),
            ("John\tSmith", Some("John"), Some("Smith")),
            ("John\u{a0}Smith", Some("John"), Some("Smith")),
            ("John\u{3000}Smith", Some("John"), Some("Smith")),
            ("\u{a0}Smith\u{a0},\u{a0}John\u{a0}", Some("John"), Some("Smith")),
            ("John\r\nSmith", Some("John"), Some("Smith")),
            // A zero-width space is no white space in Unicode.
            ("John\u{200b}Smith", Some("John\u{200b}Smith"), None),
            ("محمد علي", Some("محمد"), Some("علي")),
            ("כהן, דוד", Some("דוד"), Some("כהן")),
            // Only the comma of ASCII is one.
            ("علي، محمد", Some("علي،"), Some("محمد")),
            ("山田 太郎", Some("山田"), Some("太郎")),
            ("👨‍👩‍👧 Smith", Some("👨‍👩‍👧"), Some("Smith")),
            ("🙂 Smith", Some("🙂"), Some("Smith")),
            ("Prince", Some("Prince"), None),
            (", John", Some("John"), None),
            (",, John", Some(", John"), None),
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

    /// Names of any characters, many of them with white space and commas.
    fn names() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "[a-z, \t\u{a0}\u{3000}\u{85}']{0,16}",
            "\\PC{0,8}[, ]\\PC{0,8}[, ]\\PC{0,8}"
        ]
    }

    fn words(text: &str) -> Vec<&str> {
        text.split_whitespace().collect()
    }

    proptest! {
        #[test]
        fn a_comma_decides_which_words_are_the_first_name_and_no_part_is_blank(name in names()) {
            let parts = split_name(&name);
            let (first, last) = (words(parts.first.unwrap_or_default()), words(parts.last.unwrap_or_default()));
            match name.split_once(',') {
                Some((before, after)) => prop_assert_eq!((first, last), (words(after), words(before))),
                None => {
                    prop_assert!(first.len() <= 1, "the first name is one word");
                    prop_assert_eq!([first, last].concat(), words(&name));
                }
            }
            for part in [parts.first, parts.last].into_iter().flatten() {
                prop_assert!(!part.trim().is_empty());
                prop_assert_eq!(part.trim(), part);
                prop_assert!(name.contains(part), "runs of white space inside are kept");
            }
        }
    }
}
