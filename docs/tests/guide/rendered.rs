//! Links of the book as `.ci/book` has built it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::book::{chapters, inside};

fn book() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("book")
}

/// The values of an attribute anywhere in a page.
fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    page.match_indices(&start).filter_map(|(at, _)| page[at + start.len()..].split('"').next()).collect()
}

/// The pages of the book by path, each with its text.
fn pages() -> BTreeMap<PathBuf, String> {
    let files =
        fs::read_dir(book()).expect("`.ci/book` has built the book").map(|entry| entry.unwrap().path());
    let pages = files.filter(|path| path.extension().is_some_and(|extension| extension == "html"));
    pages
        .map(|path| (path.strip_prefix(book()).unwrap().to_owned(), fs::read_to_string(&path).unwrap()))
        .collect()
}

#[test]
#[ignore = "needs the book, which .ci/book builds"]
fn every_link_script_and_picture_of_the_built_book_is_there() {
    let pages = pages();
    for chapter in chapters() {
        let page = PathBuf::from(chapter.replace(".md", ".html"));
        assert!(pages.contains_key(&page), "{} was not built", page.display());
    }
    let mut faults = BTreeSet::new();
    for (name, text) in &pages {
        // The page for addresses that are not there may be shown below any of them, and says so by its base.
        if name == Path::new("404.html") {
            continue;
        }
        let targets = attributes(text, "href").into_iter().chain(attributes(text, "src"));
        for target in targets.filter(|target| !target.contains("://") && !target.starts_with("data:")) {
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let path = if file.is_empty() { Some(name.clone()) } else { inside(Path::new(file)) };
            let is_there = path.as_ref().is_some_and(|path| book().join(path).is_file());
            let has_anchor = match path.and_then(|path| pages.get(&path)) {
                Some(page) if !anchor.is_empty() => attributes(page, "id").contains(&anchor),
                _ => true,
            };
            if !is_there || !has_anchor {
                faults.insert(format!("{}: {target}", name.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
