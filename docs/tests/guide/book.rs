//! The pages of the book, as mdBook reads them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

const INCLUDE: &str = "{{#include ";

/// The folder of the pages.
pub(crate) fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// A page of the book.
pub(crate) struct Page {
    text: String,
}

impl Page {
    /// Reads a page by its file name, with the files that it includes.
    pub(crate) fn read(name: &str) -> Page {
        let file = source().join(name);
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let lines = text.lines().map(|line| match line.strip_prefix(INCLUDE) {
            Some(rest) => {
                let included = source().join(rest.trim_end_matches("}}"));
                fs::read_to_string(&included)
                    .unwrap_or_else(|error| panic!("{}: {error}", included.display()))
            }
            None => line.to_owned(),
        });
        Page { text: lines.collect::<Vec<_>>().join("\n") }
    }

    pub(crate) fn events(&self) -> impl Iterator<Item = Event<'_>> {
        Parser::new_ext(&self.text, Options::ENABLE_TABLES)
    }

    /// The targets of links and pictures.
    pub(crate) fn links(&self) -> Vec<String> {
        let target = |event| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                Some(dest_url.into_string())
            }
            _ => None,
        };
        self.events().filter_map(target).collect()
    }

    /// The rows of all tables, each with the heading above it.
    pub(crate) fn tables(&self) -> Vec<(String, Vec<String>)> {
        let (mut heading, mut text) = (String::new(), String::new());
        let (mut row, mut rows) = (Vec::new(), Vec::new());
        for event in self.events() {
            match event {
                Event::Start(Tag::Heading { .. } | Tag::TableCell) => text.clear(),
                Event::Start(Tag::TableRow) => row.clear(),
                Event::Text(words) | Event::Code(words) => text.push_str(&words),
                Event::End(TagEnd::Heading(_)) => heading.clone_from(&text),
                Event::End(TagEnd::TableCell) => row.push(text.clone()),
                Event::End(TagEnd::TableRow) => rows.push((heading.clone(), row.clone())),
                _ => {}
            }
        }
        rows
    }

    /// The anchors of the headings.
    pub(crate) fn anchors(&self) -> BTreeSet<String> {
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        let mut anchors = BTreeSet::new();
        let mut heading: Option<String> = None;
        for event in self.events() {
            match event {
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::Text(text) | Event::Code(text) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&text);
                    }
                }
                Event::End(TagEnd::Heading(_)) => {
                    let anchor = anchor(&heading.take().unwrap_or_default());
                    let before = times.entry(anchor.clone()).or_default();
                    anchors.insert(if *before == 0 { anchor } else { format!("{anchor}-{before}") });
                    *before += 1;
                }
                _ => {}
            }
        }
        anchors
    }
}

/// Returns the anchor that mdBook gives a heading.
fn anchor(heading: &str) -> String {
    let letter = |letter: char| match letter {
        '_' | '-' => Some(letter),
        _ if letter.is_alphanumeric() => Some(letter.to_ascii_lowercase()),
        _ if letter.is_whitespace() => Some('-'),
        _ => None,
    };
    heading.trim().chars().filter_map(letter).collect()
}

/// The pages that the table of contents names, by file name.
pub(crate) fn chapters() -> Vec<String> {
    Page::read("SUMMARY.md").links()
}

/// Returns a path without `.` and `..`; `None` if it leaves the folder of the pages.
pub(crate) fn inside(path: &Path) -> Option<PathBuf> {
    let mut inside = PathBuf::new();
    for component in path.components() {
        match component {
            Component::Normal(name) => inside.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                if !inside.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(inside)
}

#[test]
fn anchors_are_made_as_mdbook_makes_them() {
    assert_eq!(anchor("`sync_core::StoreError`, or: why?"), "sync_corestoreerror-or-why");
}
