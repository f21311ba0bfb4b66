//! Text from outside, made fit for a note.

/// What a text that was cut ends with.
pub(super) const CUT_MARK: &str = " […]";

/// Takes the power from HTML and control characters: ServiceTitan shows notes as HTML. Line ends stay.
pub(super) fn harmless(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '\n' | '\u{2028}' | '\u{2029}' => safe.push('\n'),
            '\t' => safe.push(' '),
            // Direction overrides would show the text in another order than it was written in.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            character if character.is_control() => {}
            character => safe.push(character),
        }
    }
    safe
}

/// A name on one line, so that nobody's name adds lines of its own to a note. `None` if it is blank.
pub(super) fn harmless_name(name: Option<&str>) -> Option<String> {
    let safe = harmless(name?);
    let words: Vec<&str> = safe.split_whitespace().collect();
    Some(words.join(" ")).filter(|name| !name.is_empty())
}

/// Cuts a text to so many characters, with a mark, and never within an entity that [`harmless`] wrote.
pub(super) fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut kept: String = text.chars().take(limit.saturating_sub(CUT_MARK.chars().count())).collect();
    if let Some(entity) = kept.rfind('&')
        && !kept[entity..].contains(';')
    {
        kept.truncate(entity);
    }
    kept + CUT_MARK
}
