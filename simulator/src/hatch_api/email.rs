//! The format `email` of Hatch's schema.

/// The longest name and domain of an address (RFC 5321).
const LONGEST_NAME: usize = 64;
const LONGEST_DOMAIN: usize = 255;

/// Characters of a name beside letters and digits (RFC 5321, `Dot-string`).
const NAME_SIGNS: &str = "!#$%&'*+-/=?^_`{|}~.";

/// Returns whether a text is one e-mail address: a name and a domain, and nothing around them. Names in quotes and domains in brackets, which
/// the standard knows too, are none here.
pub(super) fn is_email_address(text: &str) -> bool {
    let Some((name, domain)) = text.rsplit_once('@') else { return false };
    let is_name = name.len() <= LONGEST_NAME
        && name.split('.').all(|part| !part.is_empty())
        && name.chars().all(|it| it.is_ascii_alphanumeric() || NAME_SIGNS.contains(it));
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|it| it.is_ascii_alphanumeric() || it == '-')
    };
    is_name && domain.len() <= LONGEST_DOMAIN && domain.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_one() {
        for text in
            ["ann@x.example", "o'brien+home@mail.x.example", "a.b@localhost", "noreply@summit.example"]
        {
            assert!(is_email_address(text), "{text}");
        }
    }

    #[test]
    fn several_addresses_and_words_are_none() {
        for text in [
            "john@x.example; mary@x.example",
            "john@x.example,mary@x.example",
            "Ann <ann@x.example>",
            " ann@x.example",
            "ann@x.example ",
            "N/A",
            "none",
            "@",
            "ann@",
            "@x.example",
            "a..b@x.example",
            "ann@x..example",
            "ann@-x.example",
            "zoë@x.example",
            "",
        ] {
            assert!(!is_email_address(text), "{text:?}");
        }
    }
}
