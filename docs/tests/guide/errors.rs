//! The chapter on errors names every public error of the libraries, and every variant.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use syn::punctuated::Punctuated;
use syn::{Attribute, Item, Token, Visibility};

use crate::book::Page;

/// The libraries: the folder of each, and its name in code.
pub(crate) const LIBRARIES: [(&str, &str); 10] = [
    ("servicetitan-client", "servicetitan_client"),
    ("hatch-mapping", "hatch_mapping"),
    ("sync-core", "sync_core"),
    ("adapters/hatch-client", "hatch_client"),
    ("adapters/sqlite-store", "sqlite_store"),
    ("adapters/postgres-store", "postgres_store"),
    ("adapters/restate", "restate_adapter"),
    ("adapters/dashboard", "dashboard"),
    ("fleet", "fleet"),
    ("simulator", "simulator"),
];

/// The heading of the errors that are structs.
const STRUCTS: &str = "Errors of one kind";

/// Errors by heading, each with its variants, or with itself if it is a struct.
type Errors = BTreeMap<String, BTreeSet<String>>;

/// Returns the errors that the sources of the libraries declare.
fn declared() -> Errors {
    let mut errors = Errors::new();
    for (folder, name) in LIBRARIES {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder).join("src");
        read_folder(&src, name, &mut errors);
    }
    errors
}

fn read_folder(folder: &Path, library: &str, errors: &mut Errors) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_folder(&path, library, errors);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let file = syn::parse_file(&fs::read_to_string(&path).unwrap())
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            for item in file.items {
                read_item(item, library, errors);
            }
        }
    }
}

fn read_item(item: Item, library: &str, errors: &mut Errors) {
    match item {
        Item::Enum(it) if is_public(&it.vis) => {
            let name = it.ident.to_string();
            // A kind is what a struct's callers match on in place of variants.
            if derives_error(&it.attrs) || name.ends_with("ErrorKind") {
                let variants = it.variants.iter().map(|variant| variant.ident.to_string()).collect();
                errors.insert(format!("{library}::{name}"), variants);
            }
        }
        Item::Struct(it) if is_public(&it.vis) && derives_error(&it.attrs) => {
            errors.entry(STRUCTS.to_owned()).or_default().insert(format!("{library}::{}", it.ident));
        }
        _ => {}
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn derives_error(attributes: &[Attribute]) -> bool {
    attributes.iter().filter(|attribute| attribute.path().is_ident("derive")).any(|attribute| {
        let derived =
            attribute.parse_args_with(Punctuated::<syn::Path, Token![,]>::parse_terminated).unwrap();
        derived.iter().any(|path| path.segments.last().is_some_and(|last| last.ident == "Error"))
    })
}

/// Returns the errors that the chapter explains: the first cell of each row, below the heading of the error.
fn explained() -> Errors {
    let mut errors = Errors::new();
    for (heading, row) in Page::read("troubleshooting.md").tables() {
        if is_error(&heading) {
            errors.entry(heading).or_default().insert(row[0].clone());
        }
    }
    errors
}

fn is_error(heading: &str) -> bool {
    heading == STRUCTS || heading.contains("::")
}

#[test]
fn the_chapter_on_errors_explains_each_of_them_and_no_other() {
    let (declared, explained) = (declared(), explained());
    assert!(declared.len() > 10, "{declared:?}");
    assert_eq!(explained, declared);
}
