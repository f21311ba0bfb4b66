//! A store on PostgreSQL.

use std::process::Stdio;
use std::time::Duration;

use postgres_store::PostgresStore;
use sync_core::{Epoch, Role, Store};

use crate::postgres_schema::{self, Schema};
use crate::program::{Host, said};
use crate::simulator;

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
        for task in ["once", "status"] {
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
    for task in ["once", "status"] {
        let output = host.run(&[task]);
        assert_eq!(output.status.code(), Some(3), "{}", said(&output));
        assert!(said(&output).contains("STORE_PASSWORD (the password of the store)"), "{}", said(&output));
    }
    host.replace(url, "path = \"sync.db\"\npassword_variable = \"STORE_PASSWORD\"");
    let output = host.run(&["once"]);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs POSTGRES_URL"]
async fn the_store_may_be_a_schema_on_postgresql_with_its_status_beside_a_daemon() {
    let simulator = simulator().await;
    let schema = Schema::fresh();
    let mut host = Host::new(&simulator, "");
    host.use_postgres(&postgres_schema::url(), &schema.name);
    let output = host.run(&["status"]);
    assert_eq!(output.status.code(), Some(5), "there is no store yet: {}", said(&output));

    let output = host.run(&["once"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let delivered = simulator.hatch().total_upserts();
    assert!(delivered > 0);
    let mut daemon = host.command(&[]).stderr(Stdio::null()).spawn().expect("it starts");
    let output = host.run(&["status"]);
    assert!(output.status.success() && said(&output).contains("syncs changes since"), "{}", said(&output));
    let output = host.run(&["dead-letters", "list"]);
    assert!(output.status.success(), "{}", said(&output));
    daemon.kill().expect("it is killed");
    daemon.wait().expect("it is gone");

    // A wrong password is told without it.
    host.secret("STORE_PASSWORD", Some("wrong-secret-word"));
    let output = host.run(&["once"]);
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
#[ignore = "needs POSTGRES_URL"]
async fn of_two_daemons_that_start_in_the_same_moment_one_goes_on() {
    for _ in 0..3 {
        let simulator = simulator().await;
        let schema = Schema::fresh();
        let mut host = Host::new(&simulator, "");
        host.use_postgres(&postgres_schema::url(), &schema.name);
        let silent =
            || host.command(&[]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        let mut daemons = [silent(), silent()];
        let source = simulator.hatch_departments()[0].source.clone();
        let mut ended = 0;
        while ended == 0 || simulator.hatch().last_bodies(&source).is_empty() {
            let states = daemons.each_mut().map(|daemon| daemon.try_wait().expect("a child"));
            assert!(states.iter().flatten().all(|state| state.code() == Some(5)), "{states:?}");
            ended = states.iter().flatten().count();
            assert!(ended < 2, "both have stopped");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        for mut daemon in daemons {
            daemon.kill().ok();
            daemon.wait().expect("it is gone");
        }
    }
}
