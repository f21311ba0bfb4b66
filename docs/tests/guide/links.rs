//! Links between the pages, and to pictures.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::book::{Page, chapters, inside, source};

/// Returns the faults of a page's links.
fn faults(name: &str, chapters: &BTreeSet<String>) -> Vec<String> {
    let page = Page::read(name);
    let folder = Path::new(name).parent().unwrap_or(Path::new(""));
    let fault = |link: &String| {
        let wrong = |why: &str| Some(format!("{name}: {link}: {why}"));
        if link.starts_with("https://") {
            return None;
        }
        let (file, anchor) =
            link.split_once('#').map_or((link.as_str(), None), |(file, it)| (file, Some(it)));
        let target = if file.is_empty() {
            name.to_owned()
        } else {
            match inside(&folder.join(file)) {
                Some(path) => path.to_string_lossy().into_owned(),
                None => return wrong("outside of the book"),
            }
        };
        if !source().join(&target).is_file() {
            return wrong("no such file");
        }
        if target.ends_with(".md") && !chapters.contains(&target) {
            return wrong("not in SUMMARY.md, so that the book has no such page");
        }
        match anchor {
            Some(anchor) if !Page::read(&target).anchors().contains(anchor) => wrong("no such heading"),
            _ => None,
        }
    };
    page.links().iter().filter_map(fault).collect()
}

#[test]
fn every_link_leads_to_a_page_a_heading_or_a_picture_of_the_book() {
    let chapters: BTreeSet<String> = chapters().into_iter().collect();
    let faults: Vec<String> = chapters.iter().flat_map(|name| faults(name, &chapters)).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn every_page_is_in_the_table_of_contents_once() {
    let listed = chapters();
    let chapters: BTreeSet<String> = listed.iter().cloned().collect();
    assert_eq!(listed.len(), chapters.len(), "{listed:?}");
    let files: BTreeSet<String> = fs::read_dir(source())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".md") && name != "SUMMARY.md")
        .collect();
    assert_eq!(files, chapters);
}
