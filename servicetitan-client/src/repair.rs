//! JSON that no parser takes, made into JSON that parsers take, with what it cost.
//!
//! ServiceTitan's texts are cut between the halves of an emoji, come through systems that know nothing of UTF-8, and hold what people pasted. None of
//! that is worth a page. The text is gone through once more after a parser has refused it, and what JSON cannot have is replaced in its place:
//!
//! | what came | what is read |
//! |---|---|
//! | a byte order mark in front | nothing |
//! | bytes in a string that are no UTF-8, half a surrogate pair | U+FFFD |
//! | a control character in a string | its escape; nothing is lost, and nothing reported |
//! | a number beyond all bounds (`1e999`) | the same digits as a string |
//! | lists and objects more than 100 deep | their JSON as a string |
//!
//! What breaks off is not completed, and what is no JSON stays none.

use crate::model::unread::shown_name;

/// Parsers stop at 128 levels, and a record stands in a page.
const DEEPEST: usize = 100;

/// JSON that was repaired.
pub(crate) struct Repaired {
    pub(crate) json: String,
    pub(crate) repairs: Vec<Repair>,
}

/// A value that was replaced, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Repair {
    /// The element of the outermost object's `data`, if the value stands in one.
    pub(crate) record: Option<usize>,
    /// The value's place, in the record if there is one.
    pub(crate) path: String,
    pub(crate) reason: &'static str,
}

/// A prefix that .NET's serialisers write when they are told to.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Returns a body without the byte order mark in front of it, if it has one.
pub(crate) fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body)
}

/// Goes through JSON and replaces what no parser takes. `None` if that is nothing, or what is outside of strings is no text.
pub(crate) fn repair(json: &[u8]) -> Option<Repaired> {
    let mut scanner =
        Scanner { json, at: 0, copied: 0, written: Vec::new(), frames: Vec::new(), repairs: Vec::new() };
    scanner.run();
    if scanner.copied == 0 {
        return None;
    }
    scanner.written.extend_from_slice(json.get(scanner.copied..).unwrap_or_default());
    Some(Repaired { json: String::from_utf8(scanner.written).ok()?, repairs: scanner.repairs })
}

/// A list or object that is open.
enum Frame {
    List { index: usize },
    Object { key: String, at_key: bool },
}

struct Scanner<'a> {
    json: &'a [u8],
    at: usize,
    /// Up to here the JSON has been written, as it came or replaced.
    copied: usize,
    written: Vec<u8>,
    frames: Vec<Frame>,
    repairs: Vec<Repair>,
}

impl Scanner<'_> {
    fn run(&mut self) {
        while let Some(byte) = self.json.get(self.at) {
            match byte {
                b'"' => self.string(),
                b'[' | b'{' if self.frames.len() >= DEEPEST => self.too_deep(),
                b'[' => self.open(Frame::List { index: 0 }),
                b'{' => self.open(Frame::Object { key: String::new(), at_key: true }),
                b']' | b'}' => {
                    self.frames.pop();
                    self.at += 1;
                }
                b',' => {
                    match self.frames.last_mut() {
                        Some(Frame::List { index }) => *index += 1,
                        Some(Frame::Object { at_key, .. }) => *at_key = true,
                        None => {}
                    }
                    self.at += 1;
                }
                b'-' | b'0'..=b'9' => self.number(),
                _ => self.at += 1,
            }
        }
    }

    fn open(&mut self, frame: Frame) {
        self.frames.push(frame);
        self.at += 1;
    }

    fn string(&mut self) {
        let start = self.at;
        let Some(end) = end_of_string(self.json, start) else {
            self.at = self.json.len();
            return;
        };
        let content = self.json.get(start + 1..end - 1).unwrap_or_default();
        self.at = end;
        let (text, damage) = readable(content);
        if let Some(text) = &text {
            self.replace(start, end, &[b"\"", text.as_bytes(), b"\""].concat());
        }
        if let Some(Frame::Object { key, at_key: at_key @ true }) = self.frames.last_mut() {
            *at_key = false;
            *key = text.unwrap_or_else(|| String::from_utf8_lossy(content).into_owned());
        }
        if let Some(reason) = damage {
            self.report(reason);
        }
    }

    fn number(&mut self) {
        let start = self.at;
        let is_part = |byte: &&u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
        let length = self.json.iter().skip(start).take_while(is_part).count();
        self.at = start + length;
        let digits = self.json.get(start..self.at).unwrap_or_default();
        let number = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<f64>().ok());
        if number.is_some_and(f64::is_infinite) {
            self.replace(start, self.at, &[b"\"", digits, b"\""].concat());
            self.report("a number beyond all bounds was taken for a string of its digits");
        }
    }

    fn too_deep(&mut self) {
        let start = self.at;
        let mut open = 0_usize;
        while let Some(byte) = self.json.get(self.at) {
            match byte {
                b'"' => self.at = end_of_string(self.json, self.at).unwrap_or(self.json.len()),
                byte => {
                    open += usize::from(matches!(byte, b'[' | b'{'));
                    open -= usize::from(matches!(byte, b']' | b'}')).min(open);
                    self.at += 1;
                }
            }
            if open == 0 {
                let text =
                    String::from_utf8_lossy(self.json.get(start..self.at).unwrap_or_default()).into_owned();
                self.replace(start, self.at, serde_json::Value::from(text).to_string().as_bytes());
                self.report("a value more than 100 levels deep was taken for a string of its JSON");
                return;
            }
        }
    }

    fn replace(&mut self, start: usize, end: usize, by: &[u8]) {
        self.written.extend_from_slice(self.json.get(self.copied..start).unwrap_or_default());
        self.written.extend_from_slice(by);
        self.copied = end;
    }

    fn report(&mut self, reason: &'static str) {
        let (record, inside) = match self.frames.as_slice() {
            [Frame::Object { key, .. }, Frame::List { index }, inside @ ..] if key == "data" => {
                (Some(*index), inside)
            }
            all => (None, all),
        };
        let mut path = String::new();
        for frame in inside {
            match frame {
                Frame::List { index } => path.push_str(&format!("[{index}]")),
                Frame::Object { key, .. } => {
                    let dot = if path.is_empty() { "" } else { "." };
                    path.push_str(&format!("{dot}{}", shown_name(key)));
                }
            }
        }
        // Of several in one value, one says it.
        let repair = Repair { record, path, reason };
        if self.repairs.last() != Some(&repair) {
            self.repairs.push(repair);
        }
    }
}

/// The place behind the closing quote.
fn end_of_string(json: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match json.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// The content of a string as parsers take it, if it has to be another one, and what was lost.
fn readable(content: &[u8]) -> (Option<String>, Option<&'static str>) {
    let text = String::from_utf8_lossy(content);
    let mut damage = matches!(text, std::borrow::Cow::Owned(_))
        .then_some("bytes that are no UTF-8 were replaced by U+FFFD");
    let mut readable = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(at) = rest.find(|c: char| c == '\\' || c.is_ascii_control()) {
        let (before, special) = rest.split_at(at);
        readable.push_str(before);
        let length = match unit(special) {
            Some(high @ 0xd800..=0xdfff) => {
                let low = unit(special.get(6..).unwrap_or_default());
                if high < 0xdc00 && low.is_some_and(|low| (0xdc00..=0xdfff).contains(&low)) {
                    readable.push_str(special.get(..12).unwrap_or_default());
                    12
                } else {
                    readable.push('\u{fffd}');
                    damage = damage.or(Some("half a surrogate pair was replaced by U+FFFD"));
                    6
                }
            }
            _ => match special.chars().next() {
                Some('\\') => {
                    let length = 1 + special.chars().nth(1).map_or(0, char::len_utf8);
                    readable.push_str(special.get(..length).unwrap_or_default());
                    length
                }
                control => {
                    // JSON allows no control character as it is, but for the one that it does not count as such.
                    match control {
                        Some(control) if control < ' ' => {
                            readable.push_str(&format!("\\u{:04x}", u32::from(control)));
                        }
                        other => readable.extend(other),
                    }
                    1
                }
            },
        };
        rest = special.get(length..).unwrap_or_default();
    }
    readable.push_str(rest);
    ((readable.as_bytes() != content).then_some(readable), damage)
}

/// The UTF-16 unit of an escape such as `\ud83d`.
fn unit(escape: &str) -> Option<u32> {
    let digits = escape.strip_prefix("\\u")?.get(..4)?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(json: &[u8]) -> (String, Vec<(Option<usize>, String)>) {
        let repaired = repair(json).unwrap();
        serde_json::from_str::<serde_json::Value>(&repaired.json).unwrap();
        (repaired.json, repaired.repairs.into_iter().map(|it| (it.record, it.path)).collect())
    }

    #[test]
    fn a_page_is_repaired_where_no_parser_takes_it_and_nowhere_else() {
        let page = b"{\"data\":[{\"id\":1,\"note\":\"a\xffb\\\"\\ud83d\"},{\"id\":2,\"items\":[{},{\"name\":\"\\ude00x\\ud83d\\ude00\",\"n\":1e999}]}],\"x\":\"\\ud83d\"}";
        let (json, repairs) = repaired(page);
        assert_eq!(
            json,
            "{\"data\":[{\"id\":1,\"note\":\"a\u{fffd}b\\\"\u{fffd}\"},{\"id\":2,\"items\":[{},{\"name\":\"\u{fffd}x\\ud83d\\ude00\",\"n\":\"1e999\"}]}],\"x\":\"\u{fffd}\"}"
        );
        let at = |record: Option<usize>, path: &str| (record, path.to_owned());
        assert_eq!(
            repairs,
            [at(Some(0), "note"), at(Some(1), "items[1].name"), at(Some(1), "items[1].n"), at(None, "x")]
        );
    }

    #[test]
    fn control_characters_are_escaped_and_not_reported() {
        let (json, repairs) = repaired(b"[\"a\nb\tc\x7f\"]");
        assert_eq!(json, "[\"a\\u000ab\\u0009c\x7f\"]");
        assert_eq!(repairs, []);
    }

    #[test]
    fn what_is_too_deep_becomes_a_string() {
        let deep = "[".repeat(300) + "\"]\"" + &"]".repeat(300);
        let (json, repairs) = repaired(format!("{{\"data\":[{{\"id\":1,\"note\":{deep}}}]}}").as_bytes());
        assert!(json.contains("\\\"]\\\""), "{json}");
        assert_eq!(repairs.len(), 1);
        assert!(repairs[0].1.starts_with("note[0][0]"), "{}", repairs[0].1);
    }

    #[test]
    fn what_needs_no_repair_gets_none() {
        for json in
            ["", "{}", "<html>", r#"{"a":"\ud83d\ude00 \\ud83d","b":[1e10,-5],"c":"#, "\"never closed"]
        {
            assert!(repair(json.as_bytes()).is_none(), "{json}");
        }
        assert!(repair(b"\xff{\"a\":1e999}").is_none());
    }

    #[test]
    fn a_name_that_came_is_not_shown_unless_it_is_one() {
        let (_, repairs) = repaired(b"{\"Jane Doe\":{\"a\xff\":\"\xff\"}}");
        assert_eq!(repairs, [(None, "….…".to_owned())]);
    }
}
