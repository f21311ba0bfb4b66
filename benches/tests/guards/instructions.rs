//! Instructions of the hot paths, as the bench `instructions` counted them under Valgrind.

use std::collections::BTreeMap;

use serde_json::{Deserializer, Value};

/// Returns the number of instructions of each function from the bench's output: one line of JSON for each.
fn instructions(output: &str) -> BTreeMap<String, u64> {
    let function = |summary: Value| {
        let name = summary["function_name"].as_str().unwrap_or_default().to_owned();
        let counts = &summary["profiles"][0]["data"]["total"]["metrics"]["Callgrind"]["Ir"]["metrics"];
        // With counts of an earlier run beside them, those of this run come first.
        let count = counts["Left"]["Int"].as_u64().or_else(|| counts["Both"][0]["Int"].as_u64());
        let count = count.unwrap_or_else(|| panic!("no instructions of {name}: {summary}"));
        (name, count)
    };
    let summaries = Deserializer::from_str(output).into_iter::<Value>();
    summaries.map(|summary| function(summary.unwrap())).collect()
}

/// Valgrind shows programs a processor of its own, with AVX2 where the machine has it. Programs choose their loops by that, so that counts compare
/// only among such machines.
#[test]
#[ignore = "needs INSTRUCTIONS, a file with the output of the bench of this name"]
fn a_hot_path_takes_no_more_instructions_than_accepted() {
    let path = std::env::var("INSTRUCTIONS").expect("INSTRUCTIONS names the file");
    let counts = instructions(&std::fs::read_to_string(&path).unwrap());
    let guards = counts.iter().map(|(name, count)| (format!("instructions.{name}"), *count as f64));
    let guards: Vec<(String, f64)> = guards.collect();
    assert!(guards.len() >= 5, "{path} has the counts of {} functions", guards.len());
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        return guards::check(guards.iter().map(|(name, count)| (name.as_str(), *count)));
    }
    println!("not compared, since the accepted figures are those of x86-64 with AVX2: {guards:?}");
}
