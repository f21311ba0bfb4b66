//! The code in the pages.

use std::fs;
use std::path::Path;

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use crate::book::{Page, chapters};

/// Returns the languages of a page's code blocks. Rustdoc takes a block without one for Rust.
fn languages(name: &str) -> Vec<String> {
    let language = |event| match event {
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => Some(language.into_string()),
        Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => Some(String::new()),
        _ => None,
    };
    Page::read(name).events().filter_map(language).collect()
}

#[test]
fn every_block_of_code_names_its_language() {
    for name in chapters() {
        assert!(languages(&name).iter().all(|language| !language.is_empty()), "{name}");
    }
}

#[test]
fn the_rust_code_of_every_page_is_compiled() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let modules = fs::read_to_string(root.join("chapters.rs")).unwrap();
    for name in chapters() {
        let has_rust = languages(&name).iter().any(|language| language.starts_with("rust"));
        let is_compiled = modules.contains(&format!("{name:?});"));
        assert_eq!(has_rust, is_compiled, "{name}");
        assert!(languages(&name).iter().all(|language| !language.contains("ignore")), "{name}");
    }
}
