//! The e-mail addresses in a contact's value: office staff type lists, names and remarks with them.

use email_address::EmailAddress;

/// Returns the addresses in a text, in their order: the text as a whole if it is an address, or else each address of a list separated by white
/// space, commas, semicolons or colons, with or without angle brackets (`Ann Lee <ann@lee.example>`).
///
/// The syntax is that of RFC 5321 and RFC 6531, by which a domain needs no dot.
pub(super) fn addresses(text: &str) -> impl Iterator<Item = &str> {
    let text = text.trim();
    // Only a local part in quotes may have white space.
    let is_one = is_address(text) && (text.starts_with('"') || !text.contains(char::is_whitespace));
    let (whole, list) = if is_one { (Some(text), "") } else { (None, text) };
    whole.into_iter().chain(list.split(is_separator).filter_map(address_of_word))
}

fn is_separator(character: char) -> bool {
    character.is_whitespace() || character.is_control() || ",;:<>()[]\"".contains(character)
}

/// Returns the address that a word begins with. Text behind a domain is dropped: `john@x.example/mary@x.example` gives the first address.
fn address_of_word(word: &str) -> Option<&str> {
    let word = word.trim_start_matches('\'');
    let domain_at = word.find('@')? + 1;
    let in_domain = |character: char| character.is_alphanumeric() || "-.".contains(character);
    let domain = &word[domain_at..];
    let end = domain.find(|character| !in_domain(character)).unwrap_or(domain.len());
    // Between two addresses without a separator, the end of the first one is unknown.
    if domain[end..].starts_with('@') {
        return None;
    }
    let domain = domain[..end].trim_end_matches(['.', '-']);
    Some(&word[..domain_at + domain.len()]).filter(|address| is_address(address))
}

/// Whether a text is one address. Unlike `EmailAddress::is_valid`, this allocates nothing.
fn is_address(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(local, domain)| {
        EmailAddress::is_valid_local_part(local) && EmailAddress::is_valid_domain(domain)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(text: &str) -> Vec<&str> {
        addresses(text).collect()
    }

    #[test]
    fn what_office_staff_type_gives_the_addresses_in_it() {
        for (text, expected) in [
            ("john@x.example", &["john@x.example"][..]),
            (" john@x.example\t", &["john@x.example"]),
            ("John.O'Hara+hvac@mail.x.example", &["John.O'Hara+hvac@mail.x.example"]),
            ("a@b", &["a@b"]),
            ("jim/sales@x.example", &["jim/sales@x.example"]),
            ("\"john smith\"@x.example", &["\"john smith\"@x.example"]),
            ("josé@exámple.example", &["josé@exámple.example"]),
            ("john@x.example; mary@x.example", &["john@x.example", "mary@x.example"]),
            ("john@x.example;mary@x.example", &["john@x.example", "mary@x.example"]),
            ("john@x.example,mary@x.example", &["john@x.example", "mary@x.example"]),
            ("john@x.example mary@x.example", &["john@x.example", "mary@x.example"]),
            ("john@x.example\r\nmary@x.example", &["john@x.example", "mary@x.example"]),
            ("john@x.example/mary@x.example", &["john@x.example"]),
            ("Name <a@b>", &["a@b"]),
            (
                "\"Lee, Ann\" <ann@lee.example>, Bob <bob@lee.example>",
                &["ann@lee.example", "bob@lee.example"],
            ),
            ("mailto:john@x.example", &["john@x.example"]),
            ("john@x.example (work)", &["john@x.example"]),
            ("'john@x.example'", &["john@x.example"]),
            ("Write to john@x.example.", &["john@x.example"]),
            ("john@x.example\u{a0}or none", &["john@x.example"]),
            ("N/A", &[]),
            ("none", &[]),
            ("@", &[]),
            ("@x.example", &[]),
            ("john@", &[]),
            ("john@@x.example", &[]),
            ("john @ x.example", &[]),
            ("john..smith@x.example", &[]),
            ("john@x..example", &[]),
            ("john@-x.example", &[]),
            ("john@x.examplemary@x.example", &[]),
            ("555-0100", &[]),
            ("", &[]),
        ] {
            assert_eq!(all(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_part_that_is_longer_than_the_standard_allows_makes_no_address() {
        assert_eq!(all(&format!("{}@x.example", "a".repeat(64))).len(), 1);
        assert!(all(&format!("{}@x.example", "a".repeat(65))).is_empty());
        assert!(all(&format!("a@{}.example", "x".repeat(64))).is_empty());
        assert!(all(&"a@b@".repeat(100_000)).is_empty());
    }

    proptest! {
        #[test]
        fn whatever_is_found_stands_in_the_text_and_is_an_address_by_itself(
            text in prop_oneof![any::<String>(), "[a-z@.,;<> \"'/\u{a0}-]{0,30}"]
        ) {
            for address in addresses(&text) {
                prop_assert!(text.contains(address));
                prop_assert!(EmailAddress::is_valid(address), "{:?}", address);
                prop_assert_eq!(all(address), [address]);
            }
        }

        #[test]
        fn an_address_is_found_whatever_separates_it_from_others(
            first in "[a-z]{1,5}(\\.[a-z]{1,5})?@[a-z]{1,5}\\.example", second in "[a-z]{1,5}@[a-z]{1,5}\\.example",
            separator in "[,; \t\u{a0}]{1,3}", name in "([A-Z][a-z]{0,5} ){0,2}"
        ) {
            let text = format!("{name}<{first}>{separator}{second}");
            prop_assert_eq!(all(&text), [first.as_str(), second.as_str()]);
            let text = format!("{first}{separator}{second}");
            prop_assert_eq!(all(&text), [first.as_str(), second.as_str()]);
        }
    }
}
