//! The map of `sync-core/src`: which folder may import which, as in `ARCHITECTURE.md`.

use std::collections::BTreeSet;
use std::path::Path;

use crate::imports::{Module, Sources};

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

/// Crates whose files do not import each other in a loop.
const CRATES: [&str; 2] = ["hatch-mapping", "sync-core"];

fn sources(of: &str) -> Sources {
    Sources::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(of).join("src"))
}

/// The folder that a module stands in; `None` for a file beside the folders.
fn folder(module: &Module) -> Option<&'static str> {
    let first = module.first()?;
    MAP.iter().map(|(name, _)| *name).find(|name| name == first)
}

#[test]
fn a_folder_of_the_engine_imports_only_what_the_map_allows() {
    let mut taken = BTreeSet::new();
    for (from, to) in sources("sync-core").imports() {
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
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sync-core/src");
    let folders: BTreeSet<String> = std::fs::read_dir(src)
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
    for name in CRATES {
        let circles = sources(name).circles();
        assert!(circles.is_empty(), "in {name} these files import each other: {circles:?}");
    }
}
