//! The front pages of the crates, which name the chapters about them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::book::chapters;
use crate::errors::LIBRARIES;

/// The folder of the built book, seen from the documentation of a crate.
const BOOK: &str = "](../../../docs/book/";

#[test]
fn the_front_page_of_every_crate_links_its_chapters() {
    let chapters: BTreeSet<String> = chapters().into_iter().collect();
    for (folder, name) in LIBRARIES {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder).join("src/lib.rs");
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let front: Vec<&str> = text.lines().filter(|line| line.starts_with("//!")).collect();
        let front = front.join("\n");
        let linked: Vec<&str> =
            front.split(BOOK).skip(1).filter_map(|rest| rest.split([')', '#']).next()).collect();
        assert!(!linked.is_empty(), "{name} links no chapter");
        for page in linked {
            let chapter = page.replace(".html", ".md");
            assert!(chapters.contains(&chapter), "{name} links {page}, which is no chapter");
        }
    }
}
