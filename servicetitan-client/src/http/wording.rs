//! ServiceTitan's own words, made safe to be shown and logged.
//!
//! # Why a list of words?
//!
//! A refusal may quote what was sent: `Customer Jane Doe already exists`. Whatever pattern looks for values in such a text misses some of
//! them. So it goes the other way round: words that say what is wrong are kept, and everything else becomes `…`. The names of the fields that a
//! refusal is about come apart from the text, and trace IDs lead ServiceTitan's support to the rest.

/// Words that refusals are made of. None of them is of use without the ones that are left out.
const KEPT: &str = "\
    a above absent accepted access active after again all allowed already an and another any api app \
    appointment are array as assigned at bad be because been before belong below between body boolean \
    both business but by call campaign can cancel canceled cancelled cannot changed character characters \
    completed conflict contact contacts contain contains convert converted correct could create created \
    customer customers data date deactivated decimal delete deleted denied deserialize did different \
    digits disabled do does doesn't don't duplicate duplicated each either email employee empty end \
    entity equal error errors estimate exceed exceeded exceeds exist existing exists expected expired \
    failed failure false field fields for forbidden format found from future greater guid had has have \
    header hold id ids if in inactive incorrect input instead integer internal into invalid invoice is \
    isn't it item items its job json large later lead least length less limit list location locked long \
    longer match maximum may membership merged message minimum missing modified more most must name \
    negative neither no non none nor not note null number object occurred of on one only open operation \
    or other out page parameter parent past path payload permission phone positive priority problem \
    processed project property provided query range rate read reason record recurring referenced related \
    request required resource same scope second seconds server service set should size some sort \
    specified start state status string summary supported syntax tag tags technician tenant text than \
    that the their there this time to too true try type unable unauthorized unexpected unit unknown \
    unsupported until update updated url use used user valid validation value values version was were \
    when which while with within without write wrong zone";

/// Longer numbers may be phone numbers, codes or IDs.
const LONGEST_NUMBER: usize = 3;
const LONGEST_TEXT: usize = 300;
const LONGEST_NAME: usize = 80;
const LEFT_OUT: &str = "…";

/// A text of which only the words that say what is wrong are kept.
pub(crate) fn without_values(text: &str) -> String {
    let mut kept = String::new();
    for word in text.split_whitespace() {
        let core = word.trim_matches(|c: char| c.is_ascii_punctuation());
        let known = KEPT.split(' ').any(|kept| kept.eq_ignore_ascii_case(core));
        let number = !core.is_empty()
            && core.len() <= LONGEST_NUMBER
            && core.bytes().all(|byte| byte.is_ascii_digit());
        let word = if known || number { word } else { LEFT_OUT };
        if word == LEFT_OUT && kept.ends_with(LEFT_OUT) {
            continue;
        }
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(word);
        if kept.len() > LONGEST_TEXT {
            break;
        }
    }
    kept
}

/// A field's name: letters, digits and the marks of a path.
pub(crate) fn field_name(text: &str) -> String {
    let fits =
        text.len() <= LONGEST_NAME && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-.[]$".contains(c));
    if fits { text.to_owned() } else { LEFT_OUT.to_owned() }
}

/// An identifier for humans to quote: short, and of plain characters, whatever the server put there.
pub(crate) fn identifier(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.:|".contains(*c)).take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_kept_and_what_was_sent_is_not() {
        for (text, kept) in [
            ("The value 'john@example.com' isn't valid.", "The value … isn't valid."),
            ("Customer Jane Doe already exists", "Customer … already exists"),
            (
                "jane doe, of 12 Main Street, has no phone number 555-123-4567",
                "… of 12 … has no phone number …",
            ),
            (
                "The field PhoneNumber must be a string with a maximum length of 500.",
                "The field … must be a string with a maximum length of 500.",
            ),
            ("Gate code 4711", "…"),
            ("", ""),
        ] {
            assert_eq!(without_values(text), kept);
        }
        assert!(without_values(&"value ".repeat(1000)).len() < 400);
    }

    #[test]
    fn a_field_name_that_is_none_is_not_shown() {
        assert_eq!(field_name("contacts[0].value"), "contacts[0].value");
        assert_eq!(field_name("Jane Doe"), "…");
        assert_eq!(field_name(&"x".repeat(81)), "…");
    }
}
