//! `sync_daemon`, run as a program: its tasks, and its messages for misuse and failures.

#[path = "../sync_daemon/config/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the program uses the rest")]
mod config;
#[path = "../sync_daemon/failure.rs"]
#[allow(dead_code, reason = "the program uses the rest")]
mod failure;
mod postgres_schema;
mod program;

use std::process::{Command, Stdio};
use std::time::Duration;

use hatch_mapping::{HatchEvent, HatchEventKind};
use postgres_schema::Schema;
use postgres_store::PostgresStore;
use program::{Host, said};
use simulator::{Fault, FaultKind, NoteParent, Server, Simulator, SimulatorConfig};
use sync_core::{Epoch, Role, Store};

async fn simulator() -> Simulator {
    with(SimulatorConfig::default()).await
}

async fn with(config: SimulatorConfig) -> Simulator {
    let config = SimulatorConfig { seed: 3, jobs: 40, memberships: 10, ..config };
    Simulator::start(config).await.expect("the simulator starts")
}

/// Waits until a daemon has opened the connection for the given time.
async fn until_opened(schema: &Schema, number: u64) {
    // The schema may not be there yet.
    let newest = Epoch { role: Role::Syncing, number };
    loop {
        if let Ok(store) = PostgresStore::open(&schema.options().without_migrations()).await
            && store.check_epoch("north", newest).await.is_ok()
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until the condition holds, without a limit of its own: the test runner limits the test's time.
async fn until(mut holds: impl FnMut() -> bool) {
    while !holds() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn once_delivers_everything_and_reports_it_and_a_second_run_sends_nothing() {
    let simulator = simulator().await;
    let host = Host::new(&simulator, "");
    let first = host.run(&["--once"]);
    assert_eq!(first.status.code(), Some(0), "{}", said(&first));
    let delivered = simulator.hatch().total_upserts();
    assert!(delivered > 0);
    let second = host.run(&["--once", "--json"]);
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
    let status = host.run(&["--status", "--json"]);
    assert_eq!(status.status.code(), Some(0), "beside a running daemon: {}", said(&status));
    let second = host.run(&["--once"]);
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
    for arguments in [&["--once"][..], &[]] {
        let output = asked_to_stop(arguments);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        assert!(said(&output).contains("stop_within_seconds"), "{}", said(&output));
    }
    // An interrupted check must not look like a successful one.
    let output = asked_to_stop(&["--check"]);
    assert_eq!(output.status.code(), None, "{}", said(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_put_into_the_folder_becomes_notes_once() {
    let simulator = simulator().await;
    let host = Host::new(&simulator, "[events]\nfolder = \"events\"");
    host.replace("client_id", "time_zone = \"Asia/Kolkata\"\nclient_id");
    let mut daemon = host.command(&[]).spawn().expect("sync_daemon starts");
    let source = simulator.hatch_departments()[0].source.clone();
    until(|| !simulator.hatch().last_bodies(&source).is_empty()).await;
    let id = simulator.hatch().last_bodies(&source).into_keys().next().expect("an opportunity");
    let mut event =
        HatchEvent::new("e1", "jobs", &id, simulator.world().now(), HatchEventKind::CampaignMessage);
    event.content = Some("Are you at home on Friday?".to_owned());
    let folder = host.folder.path().join("events/north");
    until(|| folder.is_dir()).await;
    for name in ["first", "again"] {
        let file = folder.join(format!("{name}.json"));
        std::fs::write(&file, serde_json::to_vec(&event).expect("JSON")).expect("an event");
        until(|| !file.exists()).await;
    }
    std::fs::write(folder.join("broken.json"), "{").expect("a file");
    until(|| folder.join("broken.refused").exists()).await;
    // A file that cannot be read at all stops neither the other files nor the syncs.
    std::fs::create_dir(folder.join("folder.json")).expect("a folder");
    until(|| folder.join("folder.refused").exists()).await;
    until(|| simulator.world().note_count() >= 2).await;
    let notes = simulator.world().notes(NoteParent::Job, id.parse().expect("an ID"));
    let about_friday: Vec<_> = notes.iter().filter(|note| note.text.contains("on Friday?")).collect();
    assert_eq!(about_friday.len(), 1);
    assert!(about_friday[0].text.contains("(UTC+05:30)"), "told by the tenant's clocks");
    assert_eq!(simulator.world().note_count(), 2);
    daemon.kill().expect("it ends");
    daemon.wait().expect("it ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_whose_note_takes_long_holds_up_no_event_behind_it() {
    let simulator = simulator().await;
    let host = Host::new(&simulator, "[events]\nfolder = \"events\"");
    let mut daemon = host.command(&[]).spawn().expect("sync_daemon starts");
    let source = simulator.hatch_departments()[0].source.clone();
    until(|| simulator.hatch().last_bodies(&source).len() >= 2).await;
    let slow = FaultKind::Slow { by: Duration::from_secs(90) };
    simulator.inject(Fault::once(Server::ServiceTitan, slow).on_method("POST").on_path("/notes"));
    let folder = host.folder.path().join("events/north");
    until(|| folder.is_dir()).await;
    let ids: Vec<String> = simulator.hatch().last_bodies(&source).into_keys().take(2).collect();
    let began = std::time::Instant::now();
    for id in &ids {
        let event = HatchEvent::new(id, "jobs", id, simulator.world().now(), HatchEventKind::CampaignMessage);
        let file = folder.join(format!("{id}.new"));
        std::fs::write(&file, serde_json::to_vec(&event).expect("JSON")).expect("an event");
        std::fs::rename(&file, file.with_extension("json")).expect("an event");
    }
    let has_note = |id: &String| {
        let job = id.parse().expect("an ID");
        simulator.world().notes(NoteParent::Job, job).iter().any(|note| note.text.contains("[ref "))
    };
    until(|| ids.iter().all(has_note)).await;
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
    daemon.kill().expect("it ends");
    daemon.wait().expect("it ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn rejected_opportunities_are_listed_and_can_be_retried_or_discarded() {
    let simulator = simulator().await;
    let host = Host::new(&simulator, "");
    let source = format!("source = \"{}\"", simulator.hatch_departments()[0].source);
    host.replace(&source, "source = \"custom:nobody\"");
    let first = host.run(&["--once"]);
    assert_eq!(first.status.code(), Some(0), "{}", said(&first));
    let jobs = |arguments: &[&str]| -> Vec<serde_json::Value> {
        let output = host.run(&[&["--json", "--dead-letters"], arguments].concat());
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
    let again = host.run(&["--once"]);
    assert_eq!(again.status.code(), Some(0), "{}", said(&again));
    assert_eq!(jobs(&["list"]).len(), letters.len() - 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_told_without_showing_it() {
    let simulator = simulator().await;
    let mut host = Host::new(&simulator, "");
    host.secret("SERVICETITAN_CLIENT_SECRET", Some("cs1.nobody-knows-this"));
    for task in ["--check", "--once"] {
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
    let output = host.run(&["--once"]);
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
    let output = host.run(&["--once"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("Accounting > Invoices, read"), "{}", said(&output));
    assert!(simulator.hatch().total_upserts() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_port_is_told_by_its_address() {
    let simulator = simulator().await;
    let (host, known) = (Host::new(&simulator, ""), Host::new(&simulator, ""));
    assert_eq!(known.run(&["--once"]).status.code(), Some(0));
    let address = simulator.servicetitan_url().trim_start_matches("http://").to_owned();
    simulator.shutdown().await;
    for task in ["--check", "--once"] {
        let output = host.run(&[task]);
        assert_eq!(output.status.code(), Some(6), "{}", said(&output));
        assert!(said(&output).contains(&format!("nothing listens at {address}")), "{}", said(&output));
    }
    // A connection that has worked before reports the same, and once instead of once for each feed.
    assert_eq!(known.run(&["--once"]).status.code(), Some(6));
    let last = known.run(&["--once"]);
    let last = said(&last).lines().last().map(ToOwned::to_owned).unwrap_or_default();
    assert!(last.contains("customers, "), "{last}");
    assert_eq!(last.matches("nothing listens at").count(), 1, "{last}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_in_the_file_is_told_with_its_line_and_what_exists() {
    let simulator = simulator().await;
    for (old, new, expected) in [
        (
            "retry_for_seconds",
            "retry_seconds",
            "north.toml:10: unknown field `retry_seconds`, expected one of",
        ),
        ("tenant =", "client_secret = \"cs1.secret\"\ntenant =", "secrets do not belong in the file"),
        (
            "tenant =",
            "app_key_variable = \"ak1.secret\"\ntenant =",
            "not the name of an environment variable",
        ),
        ("= \"HATCH_JOBS_API_KEY\"", "= \"cs1.secret\"", "the secret itself does not belong in the file"),
        ("requests_per_10_seconds = 100000", "requests_per_10_seconds = 0", "requests_per_10_seconds is 0"),
        ("[sync]", "[sync]\nretention_days = 0", "leave it out to keep"),
        ("model = \"job\"", "model = \"jobs\"", "unknown variant `jobs`, expected `job` or `membership`"),
        ("[store]", "[store", "north.toml:4:"),
        ("path = \"sync.db\"", "url = \"postgres://me:1.secret@db/sync\"", "must begin with `sqlite:`"),
        ("path = \"sync.db\"", "url = \"sqlite:sync.db?mode=ro\"", "must begin with `sqlite:`"),
        ("path = \"sync.db\"", "url = \"sqlite:a.db\"\npath = \"b.db\"", "both a `url` and a `path`"),
        ("path = \"sync.db\"", "", "neither a `url` nor a `path`"),
        ("client_id", "time_zone = \"Mars/Olympus\"\nclient_id", "no time zone \"Mars/Olympus\""),
        ("\"appointments\", ", "", "only together with `appointments`"),
        ("api_url = \"", "environment = \"production\"\napi_url = \"", "both `environment` and a URL"),
        ("name = \"memberships\"", "name = \"jobs\"", "two integrations are called \"jobs\""),
    ] {
        let host = Host::new(&simulator, "");
        host.replace(old, new);
        let output = host.run(&["--once"]);
        assert_eq!(output.status.code(), Some(3), "{}", said(&output));
        assert!(said(&output).contains(expected), "{expected:?} in {}", said(&output));
        assert!(!said(&output).contains("1.secret"), "{}", said(&output));
    }
    let nowhere = Host::new(&simulator, "");
    std::fs::remove_file(nowhere.folder.path().join("north.toml")).expect("removed");
    let output = nowhere.run(&["--once"]);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(said(&output).contains("north.toml cannot be read"), "{}", said(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_cannot_be_used_is_told_with_what_to_do() {
    let simulator = simulator().await;
    for (path, expected) in [("nowhere/sync.db", "see that the folder exists"), ("north.toml", "damaged")] {
        let host = Host::new(&simulator, "");
        host.replace("path = \"sync.db\"", &format!("path = \"{path}\""));
        let output = host.run(&["--once"]);
        assert_eq!(output.status.code(), Some(5), "{}", said(&output));
        assert!(said(&output).contains(expected), "{expected:?} in {}", said(&output));
    }
    let host = Host::new(&simulator, "");
    let output = host.run(&["--status"]);
    assert_eq!(output.status.code(), Some(5), "there is no store yet");
    assert!(said(&output).contains("it is made when"), "{}", said(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_store_may_be_named_by_a_url() {
    let simulator = simulator().await;
    for slashes in ["sqlite:", "sqlite://"] {
        let host = Host::new(&simulator, "");
        host.replace("path = \"sync.db\"", &format!("url = \"{slashes}by-url.db\""));
        let output = host.run(&["--once"]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        assert!(host.folder.path().join("by-url.db").exists());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_in_the_url_of_the_store_is_refused_with_advice_and_not_shown() {
    let simulator = simulator().await;
    for url in [
        "postgres://sync:secret-word@localhost/sync",
        "postgres://sync:secret/word@localhost/sync",
        "postgresql://localhost/sync?user=sync&password=secret-word",
    ] {
        let host = Host::new(&simulator, "");
        host.replace("path = \"sync.db\"", &format!("url = \"{url}\""));
        for task in ["--once", "--status"] {
            let output = host.run(&[task]);
            assert_eq!(output.status.code(), Some(3), "{}", said(&output));
            assert!(said(&output).contains("password_variable"), "{}", said(&output));
            assert!(!said(&output).contains("secret"), "{}", said(&output));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_of_the_store_that_is_not_set_is_named_and_a_file_has_none() {
    let simulator = simulator().await;
    let host = Host::new(&simulator, "");
    let url = "url = \"postgres://sync@localhost:1/sync\"\npassword_variable = \"STORE_PASSWORD\"";
    host.replace("path = \"sync.db\"", url);
    for task in ["--once", "--status"] {
        let output = host.run(&[task]);
        assert_eq!(output.status.code(), Some(3), "{}", said(&output));
        assert!(said(&output).contains("STORE_PASSWORD (the password of the store)"), "{}", said(&output));
    }
    host.replace(url, "path = \"sync.db\"\npassword_variable = \"STORE_PASSWORD\"");
    let output = host.run(&["--once"]);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs POSTGRES_URL"]
async fn the_store_may_be_a_schema_on_postgresql_with_its_status_beside_a_daemon() {
    let simulator = simulator().await;
    let schema = Schema::fresh();
    let mut host = Host::new(&simulator, "");
    host.use_postgres(&postgres_schema::url(), &schema.name);
    let output = host.run(&["--status"]);
    assert_eq!(output.status.code(), Some(5), "there is no store yet: {}", said(&output));

    let output = host.run(&["--once"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let delivered = simulator.hatch().total_upserts();
    assert!(delivered > 0);
    let mut daemon = host.command(&[]).stderr(Stdio::null()).spawn().expect("it starts");
    let output = host.run(&["--status"]);
    assert!(output.status.success() && said(&output).contains("syncs changes since"), "{}", said(&output));
    let output = host.run(&["--dead-letters", "list"]);
    assert!(output.status.success(), "{}", said(&output));
    daemon.kill().expect("it is killed");
    daemon.wait().expect("it is gone");

    // A wrong password is told without it.
    host.secret("STORE_PASSWORD", Some("wrong-secret-word"));
    let output = host.run(&["--once"]);
    assert_eq!(output.status.code(), Some(5), "{}", said(&output));
    assert!(
        said(&output).contains("password") && !said(&output).contains("secret-word"),
        "{}",
        said(&output)
    );
    assert_eq!(simulator.hatch().total_upserts(), delivered);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs POSTGRES_URL"]
async fn of_two_daemons_on_one_connection_the_older_one_stops_and_says_why() {
    let simulator = simulator().await;
    let schema = Schema::fresh();
    let mut host = Host::new(&simulator, "");
    host.use_postgres(&postgres_schema::url(), &schema.name);
    let older = host.command(&[]).spawn().expect("it starts");
    until_opened(&schema, 1).await;
    let mut newer = host.command(&[]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    until_opened(&schema, 2).await;

    let output =
        tokio::task::spawn_blocking(|| older.wait_with_output()).await.expect("a thread").expect("it ends");
    assert_eq!(output.status.code(), Some(5), "{}", said(&output));
    assert!(said(&output).contains("was opened again elsewhere for"), "{}", said(&output));
    assert!(newer.try_wait().expect("a child").is_none(), "the newer one goes on");
    newer.kill().expect("it is killed");
    newer.wait().expect("it is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_the_file_alone_is_a_copy_of_the_store_once_the_program_has_ended() {
    let simulator = simulator().await;
    let host = Host::new(&simulator, "");
    assert_eq!(host.run(&["--once"]).status.code(), Some(0));
    let delivered = simulator.hatch().total_upserts();
    let folder = host.folder.path();
    std::fs::copy(folder.join("sync.db"), folder.join("copy.db")).expect("a copy");
    host.replace("path = \"sync.db\"", "path = \"copy.db\"");
    assert_eq!(host.run(&["--once"]).status.code(), Some(0));
    assert_eq!(simulator.hatch().total_upserts(), delivered);
}

#[tokio::test(flavor = "multi_thread")]
async fn output_that_cannot_be_written_stops_nothing() {
    let simulator = simulator().await;
    let host = Host::new(&simulator, "");
    let full = || std::fs::File::options().write(true).open("/dev/full").expect("a file that takes nothing");
    let output = host.command(&["--once"]).stderr(full()).output().expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(simulator.hatch().total_upserts() > 0);
    let output = host.command(&["--pause", "nobody"]).stderr(full()).output().expect("it runs");
    assert_eq!(output.status.code(), Some(3));
    // A lost result is a failure: a script may keep it.
    let output = host.command(&["--status"]).stdout(full()).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert_eq!(said(&output).lines().count(), 1, "{}", said(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_stops_the_run_and_it_goes_on_when_there_is_room() {
    let simulator = simulator().await;
    let host = Host::new(&simulator, "");
    // A shell's limit on the size of files simulates a full disk.
    let mut limited = Command::new("sh");
    let daemon = host.command(&["--once"]);
    limited.args(["-c", "ulimit -f 200; trap '' XFSZ; exec \"$0\" \"$@\""]).arg(daemon.get_program());
    limited.args(daemon.get_args()).env_clear();
    limited.envs(daemon.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = limited.output().expect("sh runs");
    assert_eq!(output.status.code(), Some(5), "{}", said(&output));
    assert!(said(&output).contains("disk"), "{}", said(&output));
    let output = host.run(&["--once"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(simulator.hatch().total_upserts() > 0);
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
    assert_eq!(done(&["--pause", "jobs"]), "north: jobs is paused\n");
    done(&["--once"]);
    assert!(simulator.hatch().last_bodies(&jobs.source).is_empty());
    let of_memberships = simulator.hatch().total_upserts();
    assert!(of_memberships > 0, "{} goes on", memberships.source);
    assert!(done(&["--status"]).contains("paused since"));

    done(&["--resume", "jobs"]);
    done(&["--once"]);
    let delivered = simulator.hatch().last_bodies(&jobs.source);
    assert!(!delivered.is_empty());

    let before = simulator.hatch().total_upserts();
    let id = delivered.keys().next().expect("an opportunity");
    let one = done(&["--redeliver", "jobs", "--id", id, "--json"]);
    assert!(one.contains(r#""opportunities":1"#), "{one}");
    done(&["--once"]);
    assert_eq!(simulator.hatch().total_upserts(), before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_customer_is_not_in_the_store_any_more() {
    let simulator = simulator().await;
    let host = Host::new(&simulator, "");
    assert_eq!(host.run(&["--once"]).status.code(), Some(0));
    let body = simulator.hatch().last_bodies(&simulator.hatch_departments()[0].source);
    let body = body.into_values().next().expect("an opportunity");
    let customer = body["externalContactID"].as_str().expect("a customer").to_owned();
    for gone in [false, true] {
        let output = host.run(&["--erase", &customer, "--connection", "north", "--json"]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(told["done"]["erased"].to_string(), customer);
        assert_eq!(told["done"]["baseRecords"] == 0, gone, "{told}");
    }
    let output = host.run(&["--erase", &customer]);
    assert!(said(&output).contains("the store had no job, membership or event"), "{}", said(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_or_ambiguous_request_of_an_operator_is_refused() {
    let simulator = simulator().await;
    let host = Host::new(&simulator, "");
    for (arguments, code, expected) in [
        (&["--pause", "job"][..], 3, "no integration is called \"job\""),
        (&["--pause", "jobs", "--connection", "south"], 3, "in connection \"south\""),
        (&["--dead-letters", "list", "--integration", "job"], 3, "no integration is called \"job\""),
        (&["--dead-letters", "retry", "--subject", "job:1"], 0, "no dead letters found"),
        (&["--erase", "7", "--connection", "south"], 3, "no connection is called \"south\""),
        (&["--pause", "jobs", "--resume", "jobs"], 2, "cannot be used with"),
        (&["--once", "--check"], 2, "cannot be used with"),
        (&["--erase", "7", "--once"], 2, "cannot be used with"),
        (&["--id", "7"], 2, "--redeliver"),
        (&["--once", "--connection", "north"], 2, "--erase"),
    ] {
        let output = host.run(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains(expected), "{arguments:?}: {expected:?} in {}", said(&output));
    }
    let text = std::fs::read_to_string(host.folder.path().join("north.toml")).expect("a configuration");
    let section = text.find("[[connections]]").expect("a connection");
    let second = text[section..].replace("name = \"north\"", "name = \"south\"");
    std::fs::write(host.folder.path().join("north.toml"), text + &second).expect("a configuration");
    let output = host.run(&["--erase", "7"]);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(said(&output).contains("--connection: north, south"), "{}", said(&output));
}

#[test]
fn the_shipped_file_is_read_and_its_comments_show_the_defaults() {
    let text = include_str!("../sync_daemon/sync_daemon.toml");
    let shipped = config::Config::parse(text).expect("the shipped file");
    for connection in &shipped.connections {
        for integration in &connection.integrations {
            hatch_mapping::Mapper::new(integration.mapper()).expect("a mapper");
        }
    }
    // `#name = value`, without a space, is an option with its default. The URLs are left out, since they exclude the environment.
    let options = text
        .lines()
        .filter(|line| !line.starts_with("#api_url") && !line.starts_with("#auth_url"))
        .map(|line| match line.strip_prefix('#') {
            Some(option) if option.starts_with(|first: char| first.is_ascii_lowercase() || first == '[') => {
                option
            }
            _ => line,
        });
    let shown = config::Config::parse(&options.collect::<Vec<_>>().join("\n")).expect("every option");
    assert_eq!(shown.stop_within_seconds, shipped.stop_within_seconds);
    assert_eq!(shown.logs.filter, shipped.logs.filter);
    assert_eq!(shown.servicetitan.requests_per_second, shipped.servicetitan.requests_per_second);
    assert_eq!(shown.servicetitan.retry_for_seconds, shipped.servicetitan.retry_for_seconds);
    assert_eq!(shown.hatch.url, shipped.hatch.url);
    assert_eq!(shown.sync.reconcile_every_hours, shipped.sync.reconcile_every_hours);
    assert_eq!(shown.sync.dead_letter_notes_after_hours, shipped.sync.dead_letter_notes_after_hours);
    assert_eq!(shown.sync.start_children_earlier_days, shipped.sync.start_children_earlier_days);
    assert_eq!(shown.sync.include_recent_changes, shipped.sync.include_recent_changes);
    let mapper = |config: &config::Config| config.connections[0].integrations[0].mapper();
    assert_eq!(mapper(&shown).email_values, mapper(&shipped).email_values);
    assert_eq!(mapper(&shown).skip_do_not_text, mapper(&shipped).skip_do_not_text);
    assert_eq!(mapper(&shown).contact_fallback, mapper(&shipped).contact_fallback);
    assert_eq!(shown.connections[0].time_zone, shipped.connections[0].time_zone);
    assert_eq!(shown.connections[0].note_limit, shipped.connections[0].note_limit);
    for kind in [
        HatchEventKind::CampaignLaunched,
        HatchEventKind::CampaignFirstMessage,
        HatchEventKind::CampaignRemoved,
        HatchEventKind::CampaignCompleted,
    ] {
        let event = HatchEvent::new("e", "jobs", "1", chrono::DateTime::UNIX_EPOCH, kind);
        let targets = |config: &config::Config| config.connections[0].integrations[0].push().targets(&event);
        assert_eq!(targets(&shown), targets(&shipped));
    }
    assert_eq!(shown.hatch.requests_per_10_seconds, shipped.hatch.requests_per_10_seconds);
    assert_eq!(shown.connections[0].client_secret_variable, shipped.connections[0].client_secret_variable);
    assert_eq!(shown.connections[0].app_key_variable, shipped.connections[0].app_key_variable);
    let job = |config: &config::Config| config.connections[0].integrations[0].mapper().selection;
    assert_eq!(job(&shown), job(&shipped));
}
