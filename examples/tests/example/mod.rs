//! Examples as programs that tests run.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Builds an example like the running test, with the same profile and target folder, and returns the path of its executable.
///
/// `cargo test --test …` does not build examples, and one that was built earlier may be out of date. The path comes from cargo's own
/// report, since it depends on the options that cargo was called with.
pub fn built(name: &str) -> PathBuf {
    // The folder for the files of integration tests is `<target>/tmp`.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a target folder");
    let target = target.canonicalize().expect("the target folder exists");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| env!("CARGO").into());
    let output = Command::new(cargo)
        .args(["build", "--quiet", "--offline", "--locked", "--message-format=json-render-diagnostics"])
        .args(["-p", "examples", "--example", name])
        .arg("--target-dir")
        .arg(&target)
        .args(options_of_this_build(&target))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    let advice = format!("build the example by itself to see why: cargo build -p examples --example {name}");
    assert!(output.status.success(), "cargo cannot build the example `{name}`: {advice}");
    let report = String::from_utf8_lossy(&output.stdout);
    let executable = report.lines().rev().find_map(executable);
    executable.unwrap_or_else(|| panic!("cargo built no program for the example `{name}`: {advice}"))
}

/// Returns the options that give another build the profile and the platform of the running test, which is in
/// `<target>/[<platform>/]<folder of the profile>/deps`.
fn options_of_this_build(target: &Path) -> Vec<OsString> {
    let test = std::env::current_exe().expect("a test has a path");
    let folders: Vec<_> = test.strip_prefix(target).map(|path| path.iter().collect()).unwrap_or_default();
    let (platform, profile) = match folders.as_slice() {
        [profile, _, _] => (None, *profile),
        [platform, profile, _, _] => (Some(*platform), *profile),
        _ => return Vec::new(),
    };
    let profile = if profile == "debug" { "dev".into() } else { profile.to_owned() };
    let mut options = vec!["--profile".into(), profile];
    options.extend(platform.into_iter().flat_map(|platform| ["--target".into(), platform.to_owned()]));
    options
}

/// Returns the path of an executable, if this line of cargo's report names one.
fn executable(line: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(line).ok()?;
    message["executable"].as_str().map(PathBuf::from)
}
