//! Imports between files: the map of `sync-core/src`, as in `ARCHITECTURE.md`, and the absence of circles in every crate and program.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::imports::{Module, Sources};
use crate::packages;

/// Each folder with the folders that it may import, in the order of a record's way. Every folder may import the files beside the folders
/// (records, traits, settings), and those import no folder.
const MAP: [(&str, &[&str]); 11] = [
    ("mirror", &[]),
    ("ingest", &["mirror"]),
    ("hydrate", &["mirror", "ingest"]),
    ("deliver", &["mirror", "hydrate"]),
    ("push", &["mirror"]),
    ("webhook", &["mirror", "ingest", "deliver"]),
    ("upkeep", &["mirror", "ingest", "deliver", "push"]),
    ("operate", &["mirror", "deliver", "push"]),
    ("engine", &["mirror", "ingest", "hydrate", "deliver", "push", "webhook", "upkeep", "operate"]),
    ("servicetitan", &[]),
    ("testing", &[]),
];

fn engine() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../sync-core/src")
}

/// Returns the folders of sources of the workspace by name: the `src` of each crate, and the folder of each example program.
fn source_folders() -> Vec<(String, PathBuf)> {
    let mut folders: Vec<_> =
        packages().into_iter().map(|package| (package.name, package.folder.join("src"))).collect();
    let examples = std::fs::read_dir(env!("CARGO_MANIFEST_DIR")).expect("the example programs");
    for entry in examples {
        let path = entry.expect("an entry").path();
        if path.join("main.rs").is_file() {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            folders.push((name, path));
        }
    }
    folders
}

/// Returns the folder of a module; `None` for a file beside the folders.
fn folder(module: &Module) -> Option<&'static str> {
    let first = module.first()?;
    MAP.iter().map(|(name, _)| *name).find(|name| name == first)
}

#[test]
fn a_folder_of_the_engine_imports_only_what_the_map_allows() {
    let mut taken = BTreeSet::new();
    for (from, to) in Sources::read(&engine()).imports() {
        let (importing, imported) = (folder(&from), folder(&to));
        let Some(imported) = imported.filter(|imported| importing != Some(imported)) else { continue };
        let allowed = MAP.iter().any(|(name, may)| Some(*name) == importing && may.contains(&imported));
        assert!(allowed, "{} imports {}, which the map does not allow", from.join("/"), to.join("/"));
        taken.extend(importing.map(|importing| (importing, imported)));
    }
    for (importing, may) in MAP {
        for imported in may {
            let arrow = (importing, *imported);
            assert!(taken.contains(&arrow), "the map allows {arrow:?}, and no file takes it: remove it");
        }
    }
}

#[test]
fn every_folder_of_the_engine_is_on_the_map() {
    let folders: BTreeSet<String> = std::fs::read_dir(engine())
        .expect("the sources of sync-core")
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let mapped: BTreeSet<String> = MAP.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(folders, mapped);
}

#[test]
fn no_files_import_each_other_in_a_loop() {
    let folders = source_folders();
    assert!(folders.len() > 10, "{folders:?}");
    for (name, folder) in folders {
        let circles = Sources::read(&folder).circles();
        assert!(circles.is_empty(), "in {name} these files import each other: {circles:?}");
    }
}
