//! Failures outside of the program, and their messages.

use std::process::Command;

use simulator::SimulatorConfig;

use crate::program::{Host, said};
use crate::{simulator, with};

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_told_without_showing_it() {
    let simulator = simulator().await;
    let mut host = Host::new(&simulator, "");
    host.secret("SERVICETITAN_CLIENT_SECRET", Some("cs1.nobody-knows-this"));
    for task in ["check", "once"] {
        let output = host.run(&[task]);
        assert_eq!(output.status.code(), Some(4), "{}", said(&output));
        assert!(said(&output).contains("this secret"), "{}", said(&output));
        assert!(!said(&output).contains("nobody-knows-this"), "{}", said(&output));
    }
    // With a wrong secret, running without a task ends too.
    assert_eq!(host.run(&[]).status.code(), Some(4));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_missing_variable_is_named_with_what_it_is_for() {
    let simulator = simulator().await;
    let mut host = Host::new(&simulator, "");
    host.secret("SERVICETITAN_APP_KEY", None);
    host.secret("HATCH_JOBS_API_KEY", Some(""));
    let output = host.run(&["once"]);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    for expected in ["SERVICETITAN_APP_KEY (the app key of connection \"north\")", "HATCH_JOBS_API_KEY"] {
        assert!(said(&output).contains(expected), "{}", said(&output));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_that_is_missing_is_named_and_the_rest_is_synced() {
    let withheld_scopes = vec!["tn.acc.invoices:r".to_owned()];
    let simulator = with(SimulatorConfig { withheld_scopes, ..SimulatorConfig::default() }).await;
    let host = Host::new(&simulator, "");
    let output = host.run(&["once"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("Accounting > Invoices, read"), "{}", said(&output));
    assert!(simulator.hatch().total_upserts() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_port_is_told_by_its_address() {
    let simulator = simulator().await;
    let (host, known) = (Host::new(&simulator, ""), Host::new(&simulator, ""));
    assert_eq!(known.run(&["once"]).status.code(), Some(0));
    let address = simulator.servicetitan_url().trim_start_matches("http://").to_owned();
    simulator.shutdown().await;
    for task in ["check", "once"] {
        let output = host.run(&[task]);
        assert_eq!(output.status.code(), Some(6), "{}", said(&output));
        assert!(said(&output).contains(&format!("nothing listens at {address}")), "{}", said(&output));
    }
    // A connection that has worked before reports the same, and once instead of once for each feed.
    assert_eq!(known.run(&["once"]).status.code(), Some(6));
    let last = known.run(&["once"]);
    let last = said(&last).lines().last().map(ToOwned::to_owned).unwrap_or_default();
    assert!(last.contains("customers, "), "{last}");
    assert_eq!(last.matches("nothing listens at").count(), 1, "{last}");
}

#[tokio::test(flavor = "multi_thread")]
async fn output_that_cannot_be_written_stops_nothing() {
    let simulator = simulator().await;
    let host = Host::new(&simulator, "");
    let full = || std::fs::File::options().write(true).open("/dev/full").expect("a file that takes nothing");
    let output = host.command(&["once"]).stderr(full()).output().expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(simulator.hatch().total_upserts() > 0);
    let output = host.command(&["pause", "nobody"]).stderr(full()).output().expect("it runs");
    assert_eq!(output.status.code(), Some(3));
    // A lost result is a failure: a script may keep it.
    let output = host.command(&["status"]).stdout(full()).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert_eq!(said(&output).lines().count(), 1, "{}", said(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_stops_the_run_and_it_goes_on_when_there_is_room() {
    let simulator = simulator().await;
    let host = Host::new(&simulator, "");
    // A shell's limit on the size of files simulates a full disk.
    let mut limited = Command::new("sh");
    let daemon = host.command(&["once"]);
    limited.args(["-c", "ulimit -f 200; trap '' XFSZ; exec \"$0\" \"$@\""]).arg(daemon.get_program());
    limited.args(daemon.get_args()).env_clear();
    limited.envs(daemon.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = limited.output().expect("sh runs");
    assert_eq!(output.status.code(), Some(5), "{}", said(&output));
    assert!(said(&output).contains("disk"), "{}", said(&output));
    let output = host.run(&["once"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(simulator.hatch().total_upserts() > 0);
}
