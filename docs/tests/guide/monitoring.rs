//! The metrics that the programs count, and the dashboard, the alert rules and the table over them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::book::Page;

/// The beginning of every metric's name.
const PREFIX: &str = "hatch_sync_";

/// The chapter with a section for each alert.
const CHAPTER: &str = "operating.md";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn text_of(file: &str) -> String {
    let path = root().join("docs/monitoring").join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the names with the metrics' prefix in a text.
fn names_in(text: &str) -> BTreeSet<String> {
    let name = |rest: &str| {
        let end = rest.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
        format!("{PREFIX}{}", &rest[..end.unwrap_or(rest.len())])
    };
    text.split(PREFIX).skip(1).map(name).collect()
}

/// Returns the Rust sources of the example programs.
fn sources() -> Vec<String> {
    let mut folders = vec![root().join("examples")];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("tests") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push(fs::read_to_string(path).unwrap());
            }
        }
    }
    sources
}

/// Returns the metrics that the programs declare, each with its kind.
fn declared() -> BTreeMap<String, &'static str> {
    let mut metrics = BTreeMap::new();
    for source in sources() {
        // The first argument may stand on the next line.
        for (call, kind) in [("counter!(", "counter"), ("gauge!(", "gauge"), ("histogram!(", "histogram")] {
            let arguments = source.split(call).skip(1).map(str::trim_start);
            let names = arguments.filter_map(|rest| rest.strip_prefix('"')?.split('"').next());
            metrics.extend(names.map(|name| (name.to_owned(), kind)));
        }
    }
    metrics
}

/// The alerts of the rules, each with its expression and its section in the guide.
fn alerts() -> Vec<(String, String, String)> {
    let text = text_of("alerts.yml");
    let values = |key: &str| -> Vec<String> {
        text.lines().filter_map(|line| Some(line.trim_start().strip_prefix(key)?.trim().to_owned())).collect()
    };
    let (names, expressions, sections) = (values("- alert:"), values("expr:"), values("runbook:"));
    assert!(!names.is_empty());
    assert_eq!((names.len(), names.len()), (expressions.len(), sections.len()), "each alert has both");
    let both = expressions.into_iter().zip(sections);
    names.into_iter().zip(both).map(|(name, (expression, section))| (name, expression, section)).collect()
}

/// Returns the names of metrics in the expressions of the dashboard's panels and variables.
fn charted() -> BTreeSet<String> {
    let dashboard: Value = serde_json::from_str(&text_of("grafana-dashboard.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    for panel in panels {
        assert!(!panel["targets"].as_array().unwrap().is_empty(), "{}", panel["title"]);
        for target in panel["targets"].as_array().unwrap() {
            assert!(!names_in(target["expr"].as_str().unwrap()).is_empty(), "{}", panel["title"]);
        }
    }
    names_in(&dashboard.to_string())
}

#[test]
fn metrics_have_one_prefix_base_units_and_total_at_the_end_of_counters() {
    let metrics = declared();
    assert!(metrics.len() > 10, "{metrics:?}");
    for (name, kind) in metrics {
        assert!(name.starts_with(PREFIX), "{name}");
        assert_eq!(name.ends_with("_total"), kind == "counter", "{name} is a {kind}");
        for unit in ["_milliseconds", "_ms", "_minutes", "_hours", "_kilobytes", "_percent"] {
            assert!(!name.contains(unit), "{name} is not in a base unit");
        }
    }
}

#[test]
fn the_guide_lists_every_metric_with_its_kind_and_no_other() {
    let rows = Page::read(CHAPTER).tables().into_iter().filter(|(heading, _)| heading == "Metrics");
    let listed: BTreeMap<String, String> = rows.map(|(_, row)| (row[0].clone(), row[1].clone())).collect();
    let declared: BTreeMap<String, String> =
        declared().into_iter().map(|(name, kind)| (name, kind.to_owned())).collect();
    assert_eq!(listed, declared);
}

#[test]
fn the_dashboard_and_the_alerts_name_only_metrics_that_exist() {
    let declared: BTreeSet<String> = declared().into_keys().collect();
    let unknown: Vec<_> = charted().difference(&declared).cloned().collect();
    assert!(unknown.is_empty(), "the dashboard names {unknown:?}");
    for (alert, expression, _) in alerts() {
        let named = names_in(&expression);
        assert!(!named.is_empty() && named.is_subset(&declared), "{alert}: {expression}");
    }
}

#[test]
fn every_metric_is_on_the_dashboard() {
    let missing: Vec<_> = declared().into_keys().filter(|name| !charted().contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_alert_has_its_section_in_the_guide_and_every_section_its_alert() {
    let anchors = Page::read(CHAPTER).anchors();
    let mut sections = BTreeSet::new();
    for (alert, _, runbook) in alerts() {
        let (file, anchor) = runbook.split_once('#').unwrap_or_else(|| panic!("{alert}: {runbook}"));
        assert_eq!(file, format!("docs/src/{CHAPTER}"), "{alert}");
        assert!(anchors.contains(anchor), "{alert}: the chapter has no section {anchor}");
        sections.insert(anchor.to_owned());
    }
    let text = fs::read_to_string(crate::book::source().join(CHAPTER)).unwrap();
    let below = text.split_once("## Alerts").unwrap().1.split("\n## ").next().unwrap();
    assert_eq!(below.matches("\n### ").count(), sections.len(), "{sections:?}");
}
