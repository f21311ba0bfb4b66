//! E-mail addresses that stand for "none".

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Addresses, domains and patterns that office staff type where a customer has no e-mail address. Many customers share such an address, and
/// Hatch would merge them into one contact.
///
/// A pattern is an exact address (`none@example.com`), a whole domain (`example.com` or `@example.com`), or either with `*` for any number of
/// characters. Case does not matter.
///
/// ```
/// use hatch_mapping::PlaceholderEmails;
///
/// let placeholders = PlaceholderEmails::new(["noemail.com", "no*@example.com"]);
/// assert!(placeholders.contains("Anything@NoEmail.com"));
/// assert!(placeholders.contains("nobody@example.com"));
/// assert!(!placeholders.contains("somebody@example.com"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<String>", into = "Vec<String>")]
pub struct PlaceholderEmails {
    /// In lower case, without surrounding white space.
    patterns: Vec<String>,
}

impl From<Vec<String>> for PlaceholderEmails {
    fn from(patterns: Vec<String>) -> Self {
        Self::new(patterns)
    }
}

impl From<PlaceholderEmails> for Vec<String> {
    fn from(placeholders: PlaceholderEmails) -> Self {
        placeholders.patterns
    }
}

impl PlaceholderEmails {
    /// Returns a list of these patterns. A blank one fits nothing.
    pub fn new(patterns: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let patterns = patterns.into_iter().map(|pattern| pattern.as_ref().trim().to_lowercase());
        PlaceholderEmails { patterns: patterns.filter(|pattern| !pattern.is_empty()).collect() }
    }

    /// Returns a ready list of the most common placeholders.
    pub fn common() -> Self {
        Self::new([
            "noemail.com",
            "noemail@*",
            "no-email@*",
            "none@*",
            "noreply@*",
            "no@email.com",
            "na@na.com",
            "test@test.com",
            "x@x.com",
            "example.com",
        ])
    }

    /// Adds these patterns.
    #[must_use]
    pub fn and(mut self, patterns: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.patterns.extend(Self::new(patterns).patterns);
        self
    }

    /// Whether an address is a placeholder.
    pub fn contains(&self, address: &str) -> bool {
        if self.patterns.is_empty() {
            return false;
        }
        let address = lower_case(address.trim());
        let domain = address.rsplit_once('@').map(|(_, domain)| domain);
        self.patterns.iter().any(|pattern| {
            let of_domain =
                pattern.strip_prefix('@').or((!pattern.contains('@')).then_some(pattern.as_str()));
            match of_domain {
                Some(pattern) => domain.is_some_and(|domain| matches(pattern, domain)),
                None => matches(pattern, &address),
            }
        })
    }
}

/// Returns the text in lower case, which most addresses are in already.
fn lower_case(text: &str) -> Cow<'_, str> {
    let is_lower = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    if text.bytes().all(is_lower) { Cow::Borrowed(text) } else { Cow::Owned(text.to_lowercase()) }
}

/// Whether a text fits a pattern in which `*` stands for any number of characters.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The meaning of a pattern, letter by letter: plain, and slow where there are many stars.
    fn fits(pattern: &str, text: &str) -> bool {
        match pattern.chars().next() {
            None => text.is_empty(),
            Some('*') => {
                let rest_fits = |at: usize| text.is_char_boundary(at) && fits(&pattern[1..], &text[at..]);
                (0..=text.len()).any(rest_fits)
            }
            Some(letter) => {
                text.strip_prefix(letter).is_some_and(|text| fits(&pattern[letter.len_utf8()..], text))
            }
        }
    }

    proptest! {
        #[test]
        fn a_pattern_fits_what_it_means(pattern in "[ab*ß]{0,8}", text in "[abß]{0,10}") {
            prop_assert_eq!(matches(&pattern, &text), fits(&pattern, &text));
        }

        #[test]
        fn case_and_surrounding_white_space_do_not_matter(address in "[a-zäé]{1,6}@[a-z]{1,6}\\.example") {
            let loud = format!(" {} ", address.to_uppercase());
            prop_assert!(PlaceholderEmails::new([&loud]).contains(&address));
            prop_assert!(PlaceholderEmails::new([&address]).contains(&loud));
        }

        #[test]
        fn no_list_and_a_list_of_blanks_take_no_address_for_a_placeholder(address in any::<String>()) {
            prop_assert!(!PlaceholderEmails::default().contains(&address));
            prop_assert!(!PlaceholderEmails::new(["", " \t"]).contains(&address));
        }
    }

    #[test]
    fn a_star_stands_for_any_number_of_characters_and_a_pattern_must_fit_whole() {
        for (pattern, text, fits) in [
            ("a*b", "ab", true),
            ("a*b", "axxb", true),
            ("a*b", "abx", false),
            ("a*b", "a", false),
            ("*", "", true),
            ("a*a", "a", false),
            ("*b*c*", "abcd", true),
            ("abc", "abcd", false),
            ("abc", "abc", true),
        ] {
            assert_eq!(matches(pattern, text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn a_domain_does_not_cover_its_subdomains_or_other_domains_that_end_alike() {
        let placeholders = PlaceholderEmails::new(["none.com"]);
        assert!(placeholders.contains("a@none.com"));
        assert!(!placeholders.contains("a@mail.none.com"));
        assert!(!placeholders.contains("a@anone.com"));
    }
}
