//! Runs: what they deliver, and how they stop.

use std::process::Command;

use crate::program::{Host, said};
use crate::{simulator, until};

#[tokio::test(flavor = "multi_thread")]
async fn once_delivers_everything_and_reports_it_and_a_second_run_sends_nothing() {
    let simulator = simulator().await;
    let host = Host::new(&simulator, "");
    let first = host.run(&["once"]);
    assert_eq!(first.status.code(), Some(0), "{}", said(&first));
    let delivered = simulator.hatch().total_upserts();
    assert!(delivered > 0);
    let second = host.run(&["once", "--json"]);
    assert_eq!(second.status.code(), Some(0), "{}", said(&second));
    let report: serde_json::Value = serde_json::from_slice(&second.stdout).expect("one line of JSON");
    assert_eq!(report["connection"], "north");
    assert_eq!(report["report"]["integrations"]["jobs"]["delivered"], 0);
    assert_eq!(simulator.hatch().total_upserts(), delivered);
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_stops_it_between_transactions_and_it_ends_well() {
    let simulator = simulator().await;
    let host = Host::new(&simulator, "");
    let mut daemon = host.command(&[]).spawn().expect("sync_daemon starts");
    until(|| simulator.hatch().total_upserts() > 0).await;
    let status = host.run(&["status", "--json"]);
    assert_eq!(status.status.code(), Some(0), "beside a running daemon: {}", said(&status));
    let second = host.run(&["once"]);
    assert_eq!(second.status.code(), Some(5), "{}", said(&second));
    assert!(said(&second).contains("open for writing elsewhere"), "{}", said(&second));
    let killed = Command::new("kill").args(["-TERM", &daemon.id().to_string()]).status().expect("kill runs");
    assert!(killed.success());
    assert_eq!(daemon.wait().expect("it ends").code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_answers_does_not_hold_up_a_stop() {
    let simulator = simulator().await;
    let asked_to_stop = |arguments: &[&str]| {
        let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", silent.local_addr().expect("an address"));
        let host = Host::new(&simulator, "stop_within_seconds = 1");
        host.replace(simulator.hatch_url(), &address);
        let daemon = host.command(arguments).spawn().expect("sync_daemon starts");
        let connection = silent.accept().expect("a connection");
        Command::new("kill").args(["-TERM", &daemon.id().to_string()]).status().expect("kill runs");
        let output = daemon.wait_with_output().expect("it ends");
        drop(connection);
        output
    };
    for arguments in [&["once"][..], &[]] {
        let output = asked_to_stop(arguments);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        assert!(said(&output).contains("stop_within_seconds"), "{}", said(&output));
    }
    // An interrupted check must not look like a successful one.
    let output = asked_to_stop(&["check"]);
    assert_eq!(output.status.code(), None, "{}", said(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_half_way_keeps_what_was_delivered_and_the_next_run_delivers_the_rest() {
    let simulator = simulator().await;
    let host = Host::new(&simulator, "");
    host.replace("requests_per_10_seconds = 100000", "requests_per_10_seconds = 20");
    let daemon = host.command(&["once"]).spawn().expect("sync_daemon starts");
    until(|| simulator.hatch().total_upserts() > 0).await;
    let interrupted = Command::new("kill").args(["-INT", &daemon.id().to_string()]).status();
    assert!(interrupted.expect("kill runs").success());
    let output = daemon.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("stopping after the current transactions"), "{}", said(&output));
    let half = simulator.hatch().total_upserts();
    host.replace("requests_per_10_seconds = 20", "requests_per_10_seconds = 100000");
    assert_eq!(host.run(&["once"]).status.code(), Some(0));
    let all = simulator.hatch().total_upserts();
    assert!(all > half, "the first run was to be interrupted: {half} of {all}");
    let opportunities: usize = simulator
        .hatch_departments()
        .iter()
        .map(|department| simulator.hatch().last_bodies(&department.source).len())
        .sum();
    assert_eq!(all, opportunities as u64, "nothing is sent twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hatch_that_is_gone_half_way_is_told_and_the_opportunities_wait() {
    let simulator = simulator().await;
    let host = Host::new(&simulator, "");
    host.replace("requests_per_10_seconds = 100000", "requests_per_10_seconds = 20");
    let daemon = host.command(&["once"]).spawn().expect("sync_daemon starts");
    until(|| simulator.hatch().total_upserts() > 0).await;
    simulator.shutdown().await;
    let output = daemon.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("integration \"jobs\": "), "{}", said(&output));
    let waiting = said(&host.run(&["status"]));
    assert!(!waiting.contains("jobs: 0 opportunities waiting"), "{waiting}");
}
