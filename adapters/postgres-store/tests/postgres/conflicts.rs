//! What other transactions and the server's limits do to a commit.

use std::sync::Arc;

use sync_core::{Resource, Role, Store, StoreError};

use crate::fencing::until_waiting;
use crate::server::{Schema, job, mark, session, value};

/// Lets the first `times` writes of a value fail with this code. A sequence counts, since it is not undone with its transaction.
async fn failing(schema: &Schema, code: &str, times: i64) {
    let trigger = format!(
        "CREATE SEQUENCE {{s}}.failures;
         CREATE FUNCTION {{s}}.fail() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN
             IF nextval('{{s}}.failures') <= {times} THEN
                 RAISE EXCEPTION 'made to fail' USING ERRCODE = '{code}', DETAIL = 'Smith, John';
             END IF;
             RETURN NEW;
         END $$;
         CREATE TRIGGER fail BEFORE INSERT OR UPDATE ON {{s}}.connection_values FOR EACH ROW EXECUTE FUNCTION {{s}}.fail()"
    );
    session().await.batch_execute(&schema.sql(&trigger)).await.unwrap();
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn a_serialization_failure_is_carried_out_again() {
    let schema = Schema::fresh();
    let store = schema.store().await;
    let epoch = store.open("acme", Role::Syncing).await.unwrap();
    failing(&schema, "40001", 2).await;
    store.commit("acme", epoch, vec![job(1, 10), value("cursor", "1")]).await.unwrap();
    assert_eq!(store.value("acme", "cursor").await.unwrap().as_deref(), Some("1"));
    assert_eq!(store.records("acme", Resource::Jobs, &[1]).await.unwrap().len(), 1);
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn what_fails_each_time_is_temporary_and_leaves_nothing() {
    for (code, advice) in [
        ("40001", "in its way"),
        ("40P01", "in its way"),
        ("53100", "disk is full; make room"),
        ("53400", "limit or a quota"),
        ("57014", "longer than its timeout"),
        ("58030", "look at the disk"),
    ] {
        let schema = Schema::fresh();
        let store = schema.store().await;
        let epoch = store.open("acme", Role::Syncing).await.unwrap();
        failing(&schema, code, 3).await;
        let changes = || vec![job(1, 10), mark(1), value("cursor", "1")];

        let error = store.commit("acme", epoch, changes()).await.unwrap_err();
        assert!(matches!(&error, StoreError::Unavailable(message) if message.contains(advice)), "{error}");
        assert!(error.is_temporary());
        assert!(!error.to_string().contains("Smith"), "a row was quoted: {error}");
        assert!(store.records("acme", Resource::Jobs, &[1]).await.unwrap().is_empty());
        assert_eq!(store.dirty_count("acme", "jobs").await.unwrap(), 0);

        // Once the cause is gone, the same session serves on.
        session()
            .await
            .batch_execute(&schema.sql("DROP TRIGGER fail ON {s}.connection_values"))
            .await
            .unwrap();
        store.commit("acme", epoch, changes()).await.unwrap();
        assert_eq!(store.dirty_count("acme", "jobs").await.unwrap(), 1);
    }
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn the_loser_of_a_deadlock_is_carried_out_again() {
    let schema = Schema::fresh();
    let store = Arc::new(schema.store().await);
    let epoch = store.open("acme", Role::Syncing).await.unwrap();
    store.commit("acme", epoch, vec![value("cursor", "1")]).await.unwrap();
    let (watcher, other) = (session().await, session().await);
    // The other one never looks for deadlocks, so that the store's session finds this one, and loses.
    let begin = "SET deadlock_timeout = '1h'; BEGIN; SELECT FROM {s}.connection_values FOR UPDATE";
    other.batch_execute(&schema.sql(begin)).await.unwrap();
    let committing = tokio::spawn({
        let store = Arc::clone(&store);
        async move { store.commit("acme", epoch, vec![value("cursor", "2"), job(1, 10)]).await }
    });
    until_waiting(&watcher, &schema, 1, &[&committing]).await;
    other.batch_execute(&schema.sql("SELECT FROM {s}.epochs FOR UPDATE; COMMIT")).await.unwrap();
    committing.await.unwrap().unwrap();

    assert_eq!(store.value("acme", "cursor").await.unwrap().as_deref(), Some("2"));
    assert_eq!(store.records("acme", Resource::Jobs, &[1]).await.unwrap().len(), 1);
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn a_statement_that_waits_too_long_is_temporary() {
    let schema = Schema::fresh();
    let timeout = std::time::Duration::from_millis(200);
    let store =
        postgres_store::PostgresStore::open(&schema.options().statement_timeout(timeout)).await.unwrap();
    let epoch = store.open("acme", Role::Syncing).await.unwrap();
    let blocker = session().await;
    blocker.batch_execute(&schema.sql("BEGIN; SELECT FROM {s}.epochs FOR UPDATE")).await.unwrap();
    let error = store.commit("acme", epoch, vec![value("cursor", "1")]).await.unwrap_err();
    assert!(error.is_temporary(), "{error}");
    blocker.batch_execute("COMMIT").await.unwrap();
    store.commit("acme", epoch, vec![value("cursor", "1")]).await.unwrap();
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn a_commit_whose_future_is_dropped_half_way_is_carried_out_to_its_end() {
    let schema = Schema::fresh();
    let store = Arc::new(schema.store().await);
    let epoch = store.open("acme", Role::Syncing).await.unwrap();
    store.commit("acme", epoch, vec![value("cursor", "1")]).await.unwrap();
    let (watcher, blocker) = (session().await, session().await);
    blocker.batch_execute(&schema.sql("BEGIN; SELECT FROM {s}.connection_values FOR UPDATE")).await.unwrap();
    let committing = tokio::spawn({
        let store = Arc::clone(&store);
        async move { store.commit("acme", epoch, vec![job(1, 10), value("cursor", "2")]).await }
    });
    until_waiting(&watcher, &schema, 1, &[&committing]).await;
    committing.abort();
    assert!(committing.await.unwrap_err().is_cancelled());
    blocker.batch_execute("COMMIT").await.unwrap();

    // An opening is answered once the commit has ended.
    let epoch = store.open("acme", Role::Syncing).await.unwrap();
    assert_eq!(store.value("acme", "cursor").await.unwrap().as_deref(), Some("2"));
    assert_eq!(store.records("acme", Resource::Jobs, &[1]).await.unwrap().len(), 1);
    store.commit("acme", epoch, vec![value("cursor", "3")]).await.unwrap();
    assert_eq!(store.value("acme", "cursor").await.unwrap().as_deref(), Some("3"));
}
