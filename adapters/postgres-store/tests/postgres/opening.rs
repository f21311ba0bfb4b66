//! Opening a store: schema, rights, TLS, and what is said when it cannot be opened.

use postgres_store::{PostgresOptions, PostgresStore};
use secrecy::SecretString;
use sync_core::{Role, Store, StoreError};
use url::Url;

use crate::server::{Schema, session, url, value};

/// The message of an opening that is refused until somebody changes something.
async fn refusal(options: &PostgresOptions) -> String {
    told(options, |error| matches!(error, StoreError::Refused(_)) && !error.is_temporary()).await
}

/// The message of an opening that may succeed later.
async fn failure(options: &PostgresOptions) -> String {
    told(options, StoreError::is_temporary).await
}

async fn told(options: &PostgresOptions, is_expected: impl Fn(&StoreError) -> bool) -> String {
    let error = PostgresStore::open(options).await.expect_err("it opens");
    assert!(is_expected(&error), "{error:?}");
    let message = error.to_string();
    if let Some(password) = url().password() {
        assert!(!message.contains(password), "the password is shown");
    }
    message
}

/// A user with no rights but those that are granted here; the database is the test's.
async fn user(schema: &Schema, grants: &str) -> Url {
    let name = schema.name.replace(' ', "_");
    let admin = session().await;
    let sql = format!("CREATE USER {name} PASSWORD 'user-secret'; {}", grants.replace("{u}", &name));
    admin.batch_execute(&schema.sql(&sql)).await.unwrap();
    let mut url = url();
    url.set_username(&name).unwrap();
    url.set_password(Some("user-secret")).unwrap();
    url
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs POSTGRES_URL"]
async fn ten_that_start_at_once_on_an_empty_database_all_open_and_one_makes_the_tables() {
    let schema = Schema::fresh();
    let openings: Vec<_> = (0..10)
        .map(|_| {
            let options = schema.options();
            tokio::spawn(async move { PostgresStore::open(&options).await })
        })
        .collect();
    let mut epochs = Vec::new();
    for opening in openings {
        let store = opening.await.unwrap().unwrap();
        epochs.push(store.open("acme", Role::Syncing).await.unwrap().number);
    }
    epochs.sort_unstable();
    assert_eq!(epochs, (1..=10).collect::<Vec<_>>());
    let versions =
        session().await.query(&schema.sql("SELECT version FROM {s}.schema_version"), &[]).await.unwrap();
    assert_eq!(versions.len(), 1);
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn a_schema_of_a_newer_release_is_refused_and_left_as_it_is() {
    let schema = Schema::fresh();
    schema.store().await;
    session().await.batch_execute(&schema.sql("UPDATE {s}.schema_version SET version = 99")).await.unwrap();
    let error = PostgresStore::open(&schema.options()).await.unwrap_err();
    assert!(matches!(&error, StoreError::NewerSchema(message) if message.contains("99")), "{error}");
    let version =
        session().await.query_one(&schema.sql("SELECT version FROM {s}.schema_version"), &[]).await.unwrap();
    assert_eq!(version.get::<_, i32>(0), 99);
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn the_tables_of_another_program_are_refused_and_left_alone() {
    let schema = Schema::fresh();
    session()
        .await
        .batch_execute(&schema.sql("CREATE SCHEMA {s}; CREATE TABLE {s}.invoices (id int)"))
        .await
        .unwrap();
    let error = PostgresStore::open(&schema.options()).await.unwrap_err();
    assert!(matches!(&error, StoreError::Damaged(message) if message.contains("another program")), "{error}");
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn two_schemas_of_a_database_share_nothing() {
    let (one, other) = (Schema::fresh(), Schema::fresh());
    let (first, second) = (one.store().await, other.store().await);
    let epoch = first.open("acme", Role::Syncing).await.unwrap();
    first.commit("acme", epoch, vec![value("cursor", "1")]).await.unwrap();
    assert_eq!(second.value("acme", "cursor").await.unwrap(), None);
    assert_eq!(second.open("acme", Role::Syncing).await.unwrap().number, 1);
    assert_eq!(first.schema(), one.name);
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn a_wrong_password_is_told_as_such() {
    let schema = Schema::fresh();
    let options = schema.options().password(&SecretString::from("a wrong one"));
    let message = refusal(&options).await;
    assert!(message.contains("refused the user or the password; check both"), "{message}");
    assert!(message.contains("(user postgres)") && !message.contains("a wrong one"), "{message}");
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn a_password_that_is_changed_under_an_open_store_is_refused_and_not_waited_for() {
    let schema = Schema::fresh();
    let url = user(&schema, "GRANT CREATE ON DATABASE postgres TO {u}").await;
    let store = PostgresStore::open(&schema.options_at(&url)).await.unwrap();
    let epoch = store.open("acme", Role::Syncing).await.unwrap();
    let name = schema.name.replace(' ', "_");
    let change = format!(
        "ALTER USER {name} PASSWORD 'another';
         SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{name}'"
    );
    session().await.batch_execute(&change).await.unwrap();
    for error in [
        store.value("acme", "cursor").await.unwrap_err(),
        store.commit("acme", epoch, vec![value("cursor", "1")]).await.unwrap_err(),
    ] {
        assert!(matches!(&error, StoreError::Refused(_)) && !error.is_temporary(), "{error}");
        assert!(error.to_string().contains("refused the user or the password"), "{error}");
    }
    drop(store);
    drop_user(&schema).await;
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn a_database_that_is_not_there_is_named() {
    let mut url = url();
    url.set_path("/no_such_database");
    let message = refusal(&Schema::fresh().options_at(&url)).await;
    assert!(
        message.contains("database no_such_database on") && message.contains("create it, or name another"),
        "{message}"
    );
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn a_port_where_nothing_listens_is_told_as_such() {
    let mut url = url();
    // The port of a listener that is gone.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    url.set_port(Some(port)).unwrap();
    let message = failure(&Schema::fresh().options_at(&url)).await;
    assert!(message.contains("nothing listens there; start the server"), "{message}");
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn a_user_without_the_right_to_create_a_schema_is_told_so() {
    let schema = Schema::fresh();
    let url = user(&schema, "").await;
    let message = refusal(&schema.options_at(&url)).await;
    assert!(message.contains("lacks a right that is needed; grant it"), "{message}");
    assert!(!message.contains("user-secret"), "{message}");
    drop_user(&schema).await;
}

async fn drop_user(schema: &Schema) {
    let name = schema.name.replace(' ', "_");
    session().await.batch_execute(&format!("DROP OWNED BY {name}; DROP USER {name}")).await.unwrap();
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn a_user_who_may_only_read_and_write_rows_can_use_a_store_that_another_one_made() {
    let schema = Schema::fresh();
    schema.store().await;
    let grants = "GRANT USAGE ON SCHEMA {s} TO {u}; \
                  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {s} TO {u}";
    let url = user(&schema, grants).await;
    let store = PostgresStore::open(&schema.options_at(&url).without_migrations()).await.unwrap();
    let epoch = store.open("acme", Role::Syncing).await.unwrap();
    store.commit("acme", epoch, vec![value("cursor", "1"), crate::server::mark(1)]).await.unwrap();
    assert_eq!(store.value("acme", "cursor").await.unwrap().as_deref(), Some("1"));
    drop(store);
    drop_user(&schema).await;
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn without_migrations_an_empty_schema_is_refused_and_stays_empty() {
    let schema = Schema::fresh();
    let message = refusal(&schema.options().without_migrations()).await;
    assert!(message.contains("open it once with migrations allowed"), "{message}");
    let made = "SELECT FROM pg_namespace WHERE nspname = $1";
    assert!(session().await.query(made, &[&schema.name]).await.unwrap().is_empty());
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn a_server_that_may_only_be_read_is_told_as_such() {
    let schema = Schema::fresh();
    let url = user(
        &schema,
        "GRANT CREATE ON DATABASE postgres TO {u}; ALTER USER {u} SET default_transaction_read_only = on",
    )
    .await;
    let message = failure(&schema.options_at(&url)).await;
    assert!(message.contains("connect to the primary"), "{message}");
    drop_user(&schema).await;
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn tls_is_used_with_a_certificate_that_is_trusted_and_refused_with_another() {
    let certificate =
        std::env::var("POSTGRES_ROOT_CERT").expect("POSTGRES_ROOT_CERT names the server's certificate");
    let schema = Schema::fresh();
    let mut required = url();
    required.set_query(Some("sslmode=require"));

    let pem = std::fs::read(&certificate).unwrap();
    let store = PostgresStore::open(&schema.options_at(&required).trusted_certificates(pem)).await.unwrap();
    store.open("acme", Role::Syncing).await.unwrap();
    let encrypted =
        "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = $1";
    let row = session().await.query_one(encrypted, &[&schema.name]).await.unwrap();
    assert!(row.get::<_, bool>(0));

    let mut named = required.clone();
    named.query_pairs_mut().append_pair("sslrootcert", &certificate);
    PostgresStore::open(&schema.options_at(&named)).await.unwrap();

    let message = refusal(&schema.options_at(&required)).await;
    assert!(message.contains("not trusted"), "{message}");

    // The right authority, and a name that the certificate does not have.
    let mut other_name = named.clone();
    other_name.set_host(Some("127.0.0.2")).unwrap();
    let reached = tokio::net::TcpStream::connect(("127.0.0.2", url().port().unwrap())).await.is_ok();
    let options = schema.options_at(&other_name);
    let (message, wanted) = if reached {
        (refusal(&options).await, "not trusted")
    } else {
        (failure(&options).await, "nothing listens")
    };
    assert!(message.contains(wanted), "{message}");
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn a_database_whose_default_is_serializable_is_written_all_the_same() {
    let schema = Schema::fresh();
    let grants = "GRANT CREATE ON DATABASE postgres TO {u}; ALTER USER {u} SET default_transaction_isolation = serializable";
    let url = user(&schema, grants).await;
    let store = std::sync::Arc::new(PostgresStore::open(&schema.options_at(&url)).await.unwrap());
    let epoch = store.open("acme", Role::Syncing).await.unwrap();
    let commits: Vec<_> = (0..10)
        .map(|id| {
            let store = std::sync::Arc::clone(&store);
            tokio::spawn(async move { store.commit("acme", epoch, vec![crate::server::mark(id)]).await })
        })
        .collect();
    for commit in commits {
        commit.await.unwrap().unwrap();
    }
    assert_eq!(store.dirty_count("acme", "jobs").await.unwrap(), 10);
    drop(store);
    drop_user(&schema).await;
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn a_closed_store_says_so() {
    let schema = Schema::fresh();
    let store = schema.store().await;
    store.close();
    let error = store.value("acme", "cursor").await.unwrap_err();
    assert!(error.to_string().contains("it was closed"), "{error}");
}

#[cfg(feature = "deadpool")]
#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn a_pool_of_the_hosts_own_is_used_and_left_as_it_was() {
    let schema = Schema::fresh();
    let config: tokio_postgres::Config = url().as_str().parse().unwrap();
    let manager = deadpool_postgres::Manager::new(config, tokio_postgres::NoTls);
    let pool = deadpool_postgres::Pool::builder(manager).max_size(1).build().unwrap();
    let store = PostgresStore::open_with_pool(pool.clone(), &schema.name).await.unwrap();
    let epoch = store.open("acme", Role::Syncing).await.unwrap();
    store.commit("acme", epoch, vec![value("cursor", "1")]).await.unwrap();
    assert_eq!(store.value("acme", "cursor").await.unwrap().as_deref(), Some("1"));

    // The one session of the pool has been the store's, and shows nothing of it.
    let shown = pool.get().await.unwrap();
    for (setting, value) in
        [("search_path", "\"$user\", public"), ("idle_in_transaction_session_timeout", "0")]
    {
        let row = shown.query_one(&format!("SHOW {setting}"), &[]).await.unwrap();
        assert_eq!(row.get::<_, String>(0), value);
    }
}
