//! Dead letters, pausing, delivering again, erasing.

use crate::program::{Host, said};
use crate::simulator;

#[tokio::test(flavor = "multi_thread")]
async fn rejected_opportunities_are_listed_and_can_be_retried_or_discarded() {
    let simulator = simulator().await;
    let host = Host::new(&simulator, "");
    let source = format!("source = \"{}\"", simulator.hatch_departments()[0].source);
    host.replace(&source, "source = \"custom:nobody\"");
    let first = host.run(&["once"]);
    assert_eq!(first.status.code(), Some(0), "{}", said(&first));
    let jobs = |arguments: &[&str]| -> Vec<serde_json::Value> {
        let output = host.run(&[&["dead-letters"], arguments, &["--json"]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    };
    let letters = jobs(&["list"]);
    assert!(letters.len() > 10, "{letters:?}");
    assert_eq!(letters[0]["letter"]["integration"], "jobs");
    let subject = letters[0]["letter"]["subject"].as_str().expect("a subject").to_owned();
    assert_eq!(jobs(&["discard", "--subject", &subject]).len(), 1);
    assert_eq!(jobs(&["retry", "--integration", "jobs"]).len(), letters.len() - 1);
    assert!(jobs(&["list"]).is_empty());
    let again = host.run(&["once"]);
    assert_eq!(again.status.code(), Some(0), "{}", said(&again));
    assert_eq!(jobs(&["list"]).len(), letters.len() - 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_integration_is_paused_resumed_and_delivered_again_over_restarts() {
    let simulator = simulator().await;
    let host = Host::new(&simulator, "");
    let [jobs, memberships] = simulator.hatch_departments().clone();
    let done = |arguments: &[&str]| {
        let output = host.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert_eq!(done(&["pause", "jobs"]), "north: jobs is paused\n");
    done(&["once"]);
    assert!(simulator.hatch().last_bodies(&jobs.source).is_empty());
    let of_memberships = simulator.hatch().total_upserts();
    assert!(of_memberships > 0, "{} goes on", memberships.source);
    assert!(done(&["status"]).contains("paused since"));

    done(&["resume", "jobs"]);
    done(&["once"]);
    let delivered = simulator.hatch().last_bodies(&jobs.source);
    assert!(!delivered.is_empty());

    let before = simulator.hatch().total_upserts();
    let id = delivered.keys().next().expect("an opportunity");
    let one = done(&["redeliver", "jobs", "--id", id, "--json"]);
    assert!(one.contains(r#""opportunities":1"#), "{one}");
    done(&["once"]);
    assert_eq!(simulator.hatch().total_upserts(), before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_customer_is_not_in_the_store_any_more() {
    let simulator = simulator().await;
    let host = Host::new(&simulator, "");
    assert_eq!(host.run(&["once"]).status.code(), Some(0));
    let body = simulator.hatch().last_bodies(&simulator.hatch_departments()[0].source);
    let body = body.into_values().next().expect("an opportunity");
    let customer = body["externalContactID"].as_str().expect("a customer").to_owned();
    for gone in [false, true] {
        let output = host.run(&["erase", &customer, "--connection", "north", "--json"]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(told["done"]["erased"].to_string(), customer);
        assert_eq!(told["done"]["baseRecords"] == 0, gone, "{told}");
    }
    let output = host.run(&["erase", &customer]);
    assert!(said(&output).contains("the store had no job, membership or event"), "{}", said(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_or_ambiguous_request_of_an_operator_is_refused() {
    let simulator = simulator().await;
    let host = Host::new(&simulator, "");
    for (arguments, code, expected) in [
        (&["pause", "job"][..], 3, "no integration is called \"job\""),
        (&["pause", "jobs", "--connection", "south"], 3, "no connection is called \"south\""),
        (&["pause", "job", "--connection", "north"], 3, "\"job\" in connection \"north\""),
        (&["dead-letters", "list", "--integration", "job"], 3, "no integration is called \"job\""),
        (&["dead-letters", "retry", "--subject", "job:1"], 0, "no dead letters found"),
        (&["erase", "7", "--connection", "south"], 3, "no connection is called \"south\""),
        (&["pause", "jobs", "--resume", "jobs"], 2, "--resume is a command now"),
        (&["once", "check"], 2, "unexpected argument 'check'"),
        (&["erase", "7", "once"], 2, "unexpected argument 'once'"),
        (&["pause", "jobs", "--id", "7"], 2, "unexpected argument '--id'"),
        (&["once", "--connection", "north"], 2, "unexpected argument '--connection'"),
        (&["dead-letters"], 2, "sync_daemon dead-letters"),
    ] {
        let output = host.run(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains(expected), "{arguments:?}: {expected:?} in {}", said(&output));
    }
    let text = std::fs::read_to_string(host.folder.path().join("north.toml")).expect("a configuration");
    let section = text.find("[[connections]]").expect("a connection");
    let second = text[section..].replace("name = \"north\"", "name = \"south\"");
    std::fs::write(host.folder.path().join("north.toml"), text + &second).expect("a configuration");
    let output = host.run(&["erase", "7"]);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(said(&output).contains("--connection: north, south"), "{}", said(&output));
}
