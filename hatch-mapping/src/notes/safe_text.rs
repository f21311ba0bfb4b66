//! Escaping and cutting of text from outside, for notes.

/// The end of a text that was cut.
pub(super) const CUT_MARK: &str = " […]";

/// Escapes HTML and drops control characters: ServiceTitan shows notes as HTML. Line ends stay.
pub(super) fn escape_text(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            // The line feed behind it ends the line.
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => safe.push('\n'),
            '\t' => safe.push(' '),
            // Direction overrides would show the text in another order than it was written in.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            character if character.is_control() => {}
            character => safe.push(character),
        }
    }
    safe
}

/// Escapes a name and puts it on one line, so that no name adds lines of its own to a note. `None` if it is blank.
pub(super) fn escape_name(name: Option<&str>) -> Option<String> {
    let safe = escape_text(name?);
    let words: Vec<&str> = safe.split_whitespace().collect();
    Some(words.join(" ")).filter(|name| !name.is_empty())
}

/// Cuts a text to so many characters, with a mark, and never within an entity that [`escape_text`] wrote. Nothing is left where there is no
/// room for the mark.
pub(super) fn cut_text(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let Some(room) = limit.checked_sub(CUT_MARK.chars().count()) else { return String::new() };
    let mut kept: String = text.chars().take(room).collect();
    if let Some(entity) = kept.rfind('&')
        && !kept[entity..].contains(';')
    {
        kept.truncate(entity);
    }
    kept + CUT_MARK
}
