//! Examples as programs that tests run.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds an example in the profile of the running test: running one test file by its name alone would not.
pub fn built(name: &str) -> PathBuf {
    // Examples stand beside the folder of the tests (`deps`), in the same profile.
    let test = std::env::current_exe().expect("a test has a path");
    let profile = test.parent().and_then(Path::parent).expect("a folder of the profile");
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "-q", "--offline", "--locked", "-p", "examples", "--example", name]);
    if profile.ends_with("release") {
        build.arg("--release");
    }
    let built = build.status().expect("cargo runs");
    assert!(built.success(), "{name} does not build");
    profile.join("examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
