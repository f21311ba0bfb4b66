//! Text from outside, made safe to be shown and logged.
//!
//! Text from outside is a type of its own, [`OutsideText`], and can only be had in its filtered form; a message of this library is a `String` or
//! `&str`, and is never filtered. The parser's messages are a mixture of both, which [`parser_message`] takes apart.
//!
//! # Why a list of words?
//!
//! A refusal may quote a value of the request: `Customer Jane Doe already exists`. A pattern that looks for values in such a text misses some of
//! them. So the filter works the other way round: words that name a fault are kept, and everything else becomes `…`. The names of the fields that
//! a refusal is about come apart from the text, and trace IDs lead ServiceTitan's support to the rest.

/// Words that refusals are made of. None of them is of use without the words that are left out.
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

/// The digits of a number that is kept. A longer one may be a phone number, a code or an ID.
const LONGEST_NUMBER: usize = 3;
const LONGEST_TEXT: usize = 300;
const LONGEST_NAME: usize = 80;
const LONGEST_POSITION: usize = 160;
const LEFT_OUT: &str = "…";

/// Text that came from outside. It has no `Display` and no `Debug`: what is shown of it went through [`filtered`](Self::filtered).
pub(crate) struct OutsideText<'a>(&'a str);

impl<'a> OutsideText<'a> {
    pub(crate) fn new(text: &'a str) -> OutsideText<'a> {
        OutsideText(text)
    }

    /// Whether a phrase occurs in the text.
    pub(crate) fn contains(&self, phrase: &str) -> bool {
        self.0.contains(phrase)
    }

    /// Reads a value out of the text, such as a number of seconds.
    pub(crate) fn find<T>(&self, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        parse(self.0)
    }

    /// Returns the words of the text that name a fault, with `…` in place of everything else.
    pub(crate) fn filtered(&self) -> String {
        let mut kept = String::new();
        for word in self.0.split_whitespace() {
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
}

/// Returns a message of serde or of its JSON parser without the values that it quotes.
///
/// The message's frame and the expectation at its end were written here, by a model or by serde, and stay whole. The value between them came from
/// outside and is left out. A message of another form may be a host's own and quote anything, so all of it is taken for text from outside.
pub(crate) fn parser_message(message: &str) -> String {
    for own in ["missing field `", "duplicate field `", "invalid length "] {
        if message.starts_with(own) {
            return message.to_owned();
        }
    }
    for frame in ["invalid type: ", "invalid value: "] {
        let Some(rest) = message.strip_prefix(frame) else { continue };
        let (found, expectation) = split_expectation(rest);
        // `string "Jane"`, `integer `7``, `map`: the kind comes first, in letters.
        let kind: String = found.chars().take_while(|c| c.is_ascii_alphabetic() || *c == ' ').collect();
        return format!("{frame}{}{expectation}", kind.trim_end());
    }
    for frame in ["unknown variant ", "unknown field "] {
        let Some(rest) = message.strip_prefix(frame) else { continue };
        let (_, expectation) = split_expectation(rest);
        return format!("{frame}{LEFT_OUT}{expectation}");
    }
    OutsideText::new(message).filtered()
}

/// Splits a message in front of its last `, expected …`: the value before it may contain anything, the expectation is the library's own.
fn split_expectation(message: &str) -> (&str, &str) {
    message.split_at(message.rfind(", expected ").unwrap_or(message.len()))
}

/// Returns an identifier for humans to quote: short, and of plain characters, whatever the server put there.
pub(crate) fn identifier(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.:|".contains(*c)).take(LONGEST_NAME).collect()
}

/// Returns the token of a feed's position, to be repeated by hand: plain characters, and an ellipsis in place of the rest of a long one.
pub(crate) fn position(token: &str) -> String {
    let plain = |c: &char| c.is_ascii_alphanumeric() || "-_.:|+/=%".contains(*c);
    let mut shown: String = token.chars().filter(plain).take(LONGEST_POSITION).collect();
    if shown.len() < token.len() {
        shown.push_str(LEFT_OUT);
    }
    shown
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
            assert_eq!(OutsideText::new(text).filtered(), kept);
        }
        assert!(OutsideText::new(&"value ".repeat(1000)).filtered().len() < 400);
    }

    /// A reader that refuses whatever comes, in words of its own.
    struct Refusing;

    impl<'de> serde::Deserialize<'de> for Refusing {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Refusing, D::Error> {
            struct Expectation;
            impl serde::de::Visitor<'_> for Expectation {
                type Value = Refusing;
                fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    formatter
                        .write_str("a timestamp in RFC 3339 of year 2026, or gobbledygook with 12345 parts")
                }
            }
            deserializer.deserialize_any(Expectation)
        }
    }

    #[test]
    fn an_expectation_that_is_written_here_stays_whole_and_the_value_does_not() {
        for (value, kind) in [
            (r#""Jane, expected Doe""#, "string"),
            ("5550100", "integer"),
            ("1.5", "floating point"),
            ("true", "boolean"),
            (r#"["Jane"]"#, "sequence"),
            (r#"{"Jane":1}"#, "map"),
        ] {
            let error = serde_json::from_str::<Refusing>(value).err().unwrap().to_string();
            let told = parser_message(error.split(" at line ").next().unwrap());
            assert_eq!(
                told,
                format!(
                    "invalid type: {kind}, expected a timestamp in RFC 3339 of year 2026, or gobbledygook with 12345 parts"
                )
            );
        }
    }

    #[test]
    fn serdes_own_words_stay_whole_and_what_they_quote_does_not() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        #[expect(dead_code, reason = "only read")]
        struct Reading {
            wavelength: Colour,
            pair: (i64, i64),
        }
        #[derive(Debug, serde::Deserialize)]
        enum Colour {
            Vermilion,
            Chartreuse,
        }
        assert_ne!(format!("{:?}", Colour::Vermilion), format!("{:?}", Colour::Chartreuse));
        for (json, told) in [
            ("{}", "missing field `wavelength`"),
            (r#"{"wavelength":"Jane"}"#, "unknown variant …, expected `Vermilion` or `Chartreuse`"),
            (r#"{"Jane":1}"#, "unknown field …, expected `wavelength` or `pair`"),
            (r#"{"pair":[5550100]}"#, "invalid length 1, expected a tuple of size 2"),
            (r#"{"pair":7}"#, "invalid type: integer, expected a tuple of size 2"),
        ] {
            let error = serde_json::from_str::<Reading>(json).unwrap_err().to_string();
            assert_eq!(parser_message(error.split(" at line ").next().unwrap()), told);
        }
    }

    #[test]
    fn a_message_of_another_form_is_text_from_outside() {
        assert_eq!(parser_message("customer Jane Doe, expected nobody"), "customer … expected …");
        assert_eq!(parser_message("unknown variant Jane"), "unknown variant …");
    }

    #[test]
    fn a_position_can_be_repeated_by_hand_and_is_no_text() {
        assert_eq!(position("eyJhIjoxfQ=="), "eyJhIjoxfQ==");
        assert_eq!(position("Jane Doe\n"), "JaneDoe…");
        assert_eq!(position(&"x".repeat(1000)).chars().count(), LONGEST_POSITION + 1);
    }
}
