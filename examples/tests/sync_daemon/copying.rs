//! `copy-store`: the daemon goes on from a copy of its store, and sends nothing twice.

use std::process::Output;

use hatch_mapping::{HatchEvent, HatchEventKind};
use simulator::Simulator;

use crate::postgres_schema::{self, Schema};
use crate::program::{Host, said};
use crate::{simulator, until};

const FILE: &str = "path = \"sync.db\"";

/// Returns a host whose store has deliveries, dead letters, an event with a note, and one that waits; and a job and the event to be explained.
async fn with_everything(simulator: &Simulator) -> (Host, String) {
    let host = Host::new(simulator, "[events]\nfolder = \"events\"");
    let [jobs, memberships] = simulator.hatch_departments();
    // Memberships become dead letters.
    host.replace(&format!("source = \"{}\"", memberships.source), "source = \"custom:nobody\"");
    let mut daemon = host.command(&[]).spawn().expect("it starts");
    until(|| !simulator.hatch().last_bodies(&jobs.source).is_empty()).await;
    let id = simulator.hatch().last_bodies(&jobs.source).into_keys().next().expect("an opportunity");
    let folder = host.folder.path().join("events/north");
    until(|| folder.is_dir()).await;
    let mut event =
        HatchEvent::new("e1", "jobs", &id, simulator.world().now(), HatchEventKind::CampaignMessage);
    event.content = Some("Are you at home on Friday?".to_owned());
    let file = folder.join("e1.json");
    std::fs::write(&file, serde_json::to_vec(&event).expect("JSON")).expect("an event");
    until(|| simulator.world().note_count() == 2).await;
    daemon.kill().expect("it ends");
    daemon.wait().expect("it ends");
    let output = host.run(&["once"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    (host, id)
}

/// The state of a store as an operator reads it.
fn shown(host: &Host, job: &str) -> Vec<String> {
    let commands: [&[&str]; 4] = [
        &["dead-letters", "list", "--json"],
        &["explain", "jobs", job, "--details"],
        &["explain-event", "e1"],
        &["status"],
    ];
    commands
        .iter()
        .map(|command| {
            let output = host.run(command);
            assert_eq!(output.status.code(), Some(0), "{}", said(&output));
            String::from_utf8_lossy(&output.stdout).into_owned()
        })
        .collect()
}

fn copy(host: &Host, arguments: &[&str]) -> Output {
    host.run(&[&["copy-store"], arguments].concat())
}

fn copied(host: &Host, arguments: &[&str]) {
    let output = copy(host, arguments);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("north: copied "), "{}", said(&output));
}

/// Syncs once, and holds that nothing was sent but the requests of an idle cycle.
fn goes_on(host: &Host, simulator: &Simulator, idle: u64) {
    let before = (simulator.stats().servicetitan_requests(), simulator.hatch().total_upserts());
    let output = host.run(&["once"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(simulator.hatch().total_upserts(), before.1, "sent again");
    assert_eq!(simulator.stats().servicetitan_requests() - before.0, idle, "read again");
    assert_eq!(simulator.world().note_count(), 2, "written again");
}

/// Requests of a cycle in which nothing happens.
fn idle(host: &Host, simulator: &Simulator) -> u64 {
    let before = simulator.stats().servicetitan_requests();
    let output = host.run(&["once"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    simulator.stats().servicetitan_requests() - before
}

#[tokio::test(flavor = "multi_thread")]
async fn the_daemon_goes_on_from_a_copy_in_another_file() {
    let simulator = simulator().await;
    let (host, job) = with_everything(&simulator).await;
    let idle = idle(&host, &simulator);
    let before = shown(&host, &job);
    assert!(before[0].lines().count() > 3 && before[2].contains("e1"), "{before:?}");

    let other = host.folder.path().join("other.db");
    let url = format!("sqlite:{}", other.display());
    copied(&host, &["--to", &url, "--connection", "north"]);
    host.replace(FILE, "path = \"other.db\"");
    assert_eq!(shown(&host, &job), before);
    goes_on(&host, &simulator, idle);
    let after = shown(&host, &job);
    assert_eq!([&after[0], &after[2]], [&before[0], &before[2]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_cannot_be_made_says_why_and_changes_nothing() {
    let simulator = simulator().await;
    let host = Host::new(&simulator, "");
    let other = format!("sqlite:{}", host.folder.path().join("other.db").display());
    let output = copy(&host, &["--to", &other]);
    assert!(said(&output).contains("north: nothing to copy"), "{}", said(&output));
    let output = copy(&host, &["--to", &other, "--connection", "north"]);
    assert_eq!(output.status.code(), Some(5), "{}", said(&output));
    assert!(said(&output).contains("has no connection \"north\""), "{}", said(&output));

    assert_eq!(host.run(&["once"]).status.code(), Some(0));
    copied(&host, &["--to", &other]);
    for (arguments, code, expected) in [
        (&["--to", other.as_str()][..], 5, "has a connection \"north\" already"),
        (&["--to", &other, "--connection", "south"], 3, "no connection is called \"south\""),
        (&["--to", "other.db"], 2, "must begin with `postgres://`"),
        (&["--to", "postgres://sync:secret-word@localhost/sync"], 2, "holds a password"),
        (&["--to", "postgres://sync@localhost:1/sync", "--password-variable", "OTHER"], 3, "OTHER"),
        (&["--to", "sqlite:nowhere/other.db"], 5, "see that the folder exists"),
        (&[], 2, "--to"),
    ] {
        let output = copy(&host, arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains(expected), "{expected:?} in {}", said(&output));
        assert!(!said(&output).contains("secret-word"), "{}", said(&output));
    }

    // A daemon that runs keeps its file.
    let mut daemon = host.command(&[]).spawn().expect("it starts");
    let lock = || std::fs::File::open(host.folder.path().join("sync.db.lock"));
    until(|| lock().is_ok_and(|file| matches!(file.try_lock(), Err(std::fs::TryLockError::WouldBlock))))
        .await;
    let third = format!("sqlite:{}", host.folder.path().join("third.db").display());
    let output = copy(&host, &["--to", &third]);
    assert_eq!(output.status.code(), Some(5), "{}", said(&output));
    assert!(said(&output).contains("is open for writing elsewhere"), "{}", said(&output));
    daemon.kill().expect("it ends");
    daemon.wait().expect("it ends");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs POSTGRES_URL"]
async fn the_daemon_moves_to_postgresql_and_back() {
    let simulator = simulator().await;
    let (mut host, job) = with_everything(&simulator).await;
    let idle = idle(&host, &simulator);
    let before = shown(&host, &job);

    // The password becomes a secret of the program, under the name that the configuration gives it later.
    let schema = Schema::fresh();
    let mut url = reqwest::Url::parse(&postgres_schema::url()).expect("a URL");
    let password = url.password().expect("a password").to_owned();
    url.set_password(None).expect("a URL of a server");
    host.secret("STORE_PASSWORD", Some(&password));
    let named =
        ["--to", url.as_str(), "--password-variable", "STORE_PASSWORD", "--schema", schema.name.as_str()];
    copied(&host, &named);
    host.use_postgres(&postgres_schema::url(), &schema.name);
    assert_eq!(shown(&host, &job), before);
    goes_on(&host, &simulator, idle);

    let back = format!("sqlite:{}", host.folder.path().join("back.db").display());
    copied(&host, &["--to", &back]);
    let section =
        format!("url = \"{url}\"\npassword_variable = \"STORE_PASSWORD\"\nschema = \"{}\"", schema.name);
    host.replace(&section, "path = \"back.db\"");
    let after = shown(&host, &job);
    assert_eq!([&after[0], &after[2]], [&before[0], &before[2]]);
    goes_on(&host, &simulator, idle);
}
