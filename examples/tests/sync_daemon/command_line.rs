//! The command line: help, completions, fields, and the flags of earlier versions.

use crate::program::{Host, said};
use crate::simulator;

/// Every command, with words before its arguments.
const COMMANDS: [&[&str]; 19] = [
    &[],
    &["init"],
    &["check"],
    &["run"],
    &["once"],
    &["status"],
    &["explain"],
    &["explain-event"],
    &["fields"],
    &["dead-letters"],
    &["dead-letters", "list"],
    &["dead-letters", "retry"],
    &["dead-letters", "discard"],
    &["pause"],
    &["resume"],
    &["redeliver"],
    &["erase"],
    &["copy-store"],
    &["completions"],
];

#[tokio::test(flavor = "multi_thread")]
async fn each_help_fits_a_screen() {
    let host = Host::new(&simulator().await, "");
    for command in COMMANDS {
        let output = host.run(&[command, &["--help"]].concat());
        let help = said(&output);
        assert_eq!(output.status.code(), Some(0), "{help}");
        // One line is the prompt's.
        assert!(help.lines().count() < 24, "{help}");
        assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flag_of_an_earlier_version_names_the_command_in_its_place() {
    let host = Host::new(&simulator().await, "");
    for (arguments, expected) in [
        (&["--once"][..], "--once is a command now: use `sync_daemon once`"),
        (&["--json", "--check"], "use `sync_daemon check`"),
        (&["--status"], "use `sync_daemon status`"),
        (&["--dead-letters", "list"], "use `sync_daemon dead-letters list|retry|discard`"),
        (&["--pause=jobs"], "use `sync_daemon pause <INTEGRATION>`"),
        (&["--resume", "jobs"], "use `sync_daemon resume <INTEGRATION>`"),
        (&["--redeliver", "jobs", "--id", "7"], "use `sync_daemon redeliver <INTEGRATION>`"),
        (&["--erase", "7"], "use `sync_daemon erase <CUSTOMER>`"),
    ] {
        let output = host.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains(expected), "{expected:?} in {}", said(&output));
    }
    let output = host.run(&["--often"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("unexpected argument '--often'"), "{}", said(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_completions_of_a_shell_know_the_commands() {
    let host = Host::new(&simulator().await, "");
    for shell in ["bash", "zsh", "fish"] {
        let output = host.run(&["completions", shell]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        for command in ["explain-event", "dead-letters", "redeliver"] {
            assert!(said(&output).contains(command), "{shell} has no {command}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fields_of_a_model_or_of_one_object_are_listed_without_a_configuration() {
    let host = Host::new(&simulator().await, "");
    std::fs::remove_file(host.folder.path().join("north.toml")).expect("removed");
    let all = host.run(&["fields", "--model", "membership"]);
    assert_eq!(all.status.code(), Some(0), "{}", said(&all));
    for expected in ["Membership (always)\n", "Customer Contacts (always)\n", "  customer:contacts:#:value "]
    {
        assert!(said(&all).contains(expected), "{expected:?} in {}", said(&all));
    }
    let some = host.run(&["fields", "--model", "job", "--object", "appointment_assignments", "--json"]);
    let fields: Vec<serde_json::Value> =
        said(&some).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(fields.len() > 3, "{fields:?}");
    for field in fields {
        let needs = field["needs"].as_array().expect("a list");
        assert!(needs.contains(&"appointments".into()) && needs.contains(&"appointment_assignments".into()));
    }
    for (arguments, expected) in [
        (&["fields"][..], "--model"),
        (&["fields", "--model", "jobs"], "possible values: job, membership"),
        (&["fields", "--model", "membership", "--object", "invoices"], "a membership have no invoices"),
    ] {
        let output = host.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains(expected), "{expected:?} in {}", said(&output));
    }
}
