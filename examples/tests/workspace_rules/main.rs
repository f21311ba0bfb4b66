//! Rules of the workspace that no compiler checks: the dependencies between crates and between folders, and the minimum Rust version.

mod folders;
mod imports;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn metadata(more: &[&str]) -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(more)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .expect("cargo metadata runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo metadata writes JSON")
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// A crate of the workspace.
struct Package {
    name: String,
    folder: PathBuf,
    /// Names of the dependencies outside tests.
    dependencies: BTreeSet<String>,
}

/// Returns the crates of the workspace.
fn packages() -> Vec<Package> {
    let metadata = metadata(&["--no-deps"]);
    let packages = metadata["packages"].as_array().expect("packages");
    let members: BTreeSet<&str> =
        metadata["workspace_members"].as_array().expect("members").iter().filter_map(Value::as_str).collect();
    let own = packages.iter().filter(|package| members.contains(text(package, "id")));
    own.map(|package| {
        let all = package["dependencies"].as_array().expect("dependencies").iter();
        let shipped = all.filter(|dependency| dependency["kind"].is_null());
        let manifest = Path::new(text(package, "manifest_path"));
        Package {
            name: text(package, "name").to_owned(),
            folder: manifest.parent().expect("a folder").to_owned(),
            dependencies: shipped.map(|it| text(it, "name").to_owned()).collect(),
        }
    })
    .collect()
}

/// Returns the crates of the workspace, each with the names of its dependencies outside tests.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    packages().into_iter().map(|package| (package.name, package.dependencies)).collect()
}

#[test]
fn a_crate_depends_only_on_the_crates_below_it() {
    let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("servicetitan-client", &[][..]),
        ("hatch-mapping", &["servicetitan-client"]),
        ("sync-core", &["hatch-mapping", "servicetitan-client"]),
        ("dashboard", &["hatch-mapping", "sync-core"]),
        ("fleet", &["hatch-mapping", "sync-core"]),
        ("hatch-client", &["hatch-mapping", "sync-core"]),
        ("postgres-store", &["sync-core"]),
        ("restate-adapter", &["sync-core"]),
        ("sqlite-store", &["sync-core"]),
        ("simulator", &["hatch-mapping"]),
        ("try-mapping", &["hatch-mapping", "servicetitan-client"]),
    ]);
    let dependencies = dependencies();
    let own: BTreeSet<&String> = dependencies.keys().collect();
    for (name, below) in allowed {
        let used = dependencies.get(name).unwrap_or_else(|| panic!("{name} is gone from the workspace"));
        let wrong: Vec<_> =
            used.iter().filter(|it| own.contains(it) && !below.contains(&it.as_str())).collect();
        assert!(wrong.is_empty(), "{name} must not depend on {wrong:?}");
    }
}

#[test]
fn the_mapper_has_no_network_no_async_and_no_clock() {
    let dependencies = dependencies();
    for forbidden in ["tokio", "reqwest", "futures", "async-trait", "rusqlite"] {
        assert!(!dependencies["hatch-mapping"].contains(forbidden), "hatch-mapping depends on {forbidden}");
    }
}

#[test]
fn no_dependency_needs_a_newer_rust_than_the_workspace_says() {
    let version = |text: &str| -> Vec<u32> { text.split('.').filter_map(|part| part.parse().ok()).collect() };
    // Only for this machine's platform: crates for other platforms may not have been downloaded.
    let rustc = Command::new("rustc").arg("-vV").output().expect("rustc runs");
    let rustc = String::from_utf8_lossy(&rustc.stdout).into_owned();
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc names its host");
    let metadata = metadata(&["--filter-platform", host]);
    let packages = metadata["packages"].as_array().expect("packages");
    let ours = packages.iter().find(|package| text(package, "name") == "sync-core").expect("sync-core");
    let ours = version(text(ours, "rust_version"));
    assert!(!ours.is_empty(), "the workspace states no rust-version");
    for package in packages {
        let needed = version(text(package, "rust_version"));
        assert!(
            needed <= ours || needed[..2] <= ours[..2],
            "{} needs Rust {needed:?}",
            text(package, "name")
        );
    }
}
