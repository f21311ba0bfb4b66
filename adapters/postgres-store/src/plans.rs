//! The indexes hold as tables grow: how the server carries out every statement of this crate, with a million rows and more.

use tokio_postgres::types::Type;
use tokio_postgres::{Client, NoTls};

use crate::{PostgresOptions, PostgresStore};

const CONNECTIONS: i64 = 1_000;

/// So many records go into each connection; `POSTGRES_FULL_SIZE` asks for 5,000,000 in all.
fn records_of_each() -> i64 {
    if std::env::var_os("POSTGRES_FULL_SIZE").is_some() { 5_000 } else { 500 }
}

/// Rows in every table as a fleet has them: records of eight resources with a link each, a fifth of them jobs, which were delivered and
/// some of which wait.
async fn fill(client: &Client, schema: &str) {
    let each = records_of_each();
    let fill = format!(
        "INSERT INTO {{s}}.connections (name) SELECT 'connection ' || c FROM generate_series(1, {CONNECTIONS}) AS c;
         INSERT INTO {{s}}.epochs SELECT id, 'syncing', 1 FROM {{s}}.connections;
         INSERT INTO {{s}}.epochs SELECT id, 'pushing', 1 FROM {{s}}.connections;
         INSERT INTO {{s}}.outboxes SELECT id, 100 FROM {{s}}.connections;
         INSERT INTO {{s}}.connection_values (connection, key, value)
             SELECT id, 'key ' || n, 'value' FROM {{s}}.connections, generate_series(1, 50) AS n;
         INSERT INTO {{s}}.records (connection, resource, id, owner, modified_seconds, modified_nanoseconds, links, body)
             SELECT c, n % 8 + 1, n, 0, 0, 0, '1:' || n / 8, '{{\"id\":' || n || '}}'
             FROM generate_series(1, {CONNECTIONS}) AS c, generate_series(1, {each}) AS n;
         INSERT INTO {{s}}.links (connection, resource, parent, parent_id, id, owner)
             SELECT c, n % 8 + 1, 1, n / 8, n, 0
             FROM generate_series(1, {CONNECTIONS}) AS c, generate_series(1, {each}) AS n;
         INSERT INTO {{s}}.completeness (connection, children, parent_id, complete)
             SELECT c, 2, n, true FROM generate_series(1, {CONNECTIONS}) AS c, generate_series(1, {each} / 5) AS n;
         INSERT INTO {{s}}.delivered (connection, integration, id, contact, at_seconds, at_nanoseconds)
             SELECT c, 'jobs', n, 'contact', 0, 0
             FROM generate_series(1, {CONNECTIONS}) AS c, generate_series(1, {each} / 5) AS n;
         INSERT INTO {{s}}.dirty (connection, integration, id, place, mark)
             SELECT c, 'jobs', n, n, n FROM generate_series(1, {CONNECTIONS}) AS c, generate_series(1, 100) AS n;
         INSERT INTO {{s}}.dead_letters (connection, place, integration, subject, reason, at_seconds, at_nanoseconds)
             SELECT c, n, 'jobs', 'job:' || n, 'refused', 0, 0
             FROM generate_series(1, {CONNECTIONS}) AS c, generate_series(1, 20) AS n;
         INSERT INTO {{s}}.events (connection, position, id, event, state, status, at_seconds, at_nanoseconds)
             SELECT c, n, 'event ' || n, '', '', CASE WHEN n % 20 = 0 THEN 0 ELSE 1 END, 0, 0
             FROM generate_series(1, {CONNECTIONS}) AS c, generate_series(1, 100) AS n;
         ANALYZE {{s}}.connections, {{s}}.epochs, {{s}}.outboxes, {{s}}.connection_values, {{s}}.records, {{s}}.links,
                 {{s}}.completeness, {{s}}.delivered, {{s}}.dirty, {{s}}.dead_letters, {{s}}.events"
    );
    client.batch_execute(&fill.replace("{s}", schema)).await.unwrap();
}

/// A value of the type, as a statement of SQL writes it; lists are as long as a page.
fn literal(parameter: &Type) -> String {
    let list = |element: fn(i64) -> String, name: &str| {
        let elements: Vec<String> = (1..=500).map(element).collect();
        format!("ARRAY[{}]::{name}[]", elements.join(","))
    };
    match *parameter {
        Type::INT2 => "1::smallint".to_owned(),
        Type::INT4 => "7".to_owned(),
        Type::INT8 => "5".to_owned(),
        Type::TEXT => "'connection 7'".to_owned(),
        Type::BOOL_ARRAY => list(|_| "true".to_owned(), "boolean"),
        Type::INT2_ARRAY => list(|n| (n % 8 + 1).to_string(), "smallint"),
        Type::INT4_ARRAY => list(|n| n.to_string(), "integer"),
        Type::INT8_ARRAY => list(|n| n.to_string(), "bigint"),
        Type::TEXT_ARRAY => list(|_| "'jobs'".to_owned(), "text"),
        ref other => panic!("a parameter of a type that no statement had before: {other}"),
    }
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn no_statement_scans_a_table_of_a_thousand_connections() {
    let url = std::env::var("POSTGRES_URL").expect("POSTGRES_URL names a server");
    let name = format!("test plans {}", std::process::id());
    let schema = format!("\"{name}\"");
    let options = PostgresOptions::from_url(&url).unwrap().schema(&name);
    let store = PostgresStore::open(&options).await.unwrap();
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(connection);
    fill(&client, &schema).await;

    let statements = store.parts.statements();
    let mut scans = Vec::new();
    for (statement, text) in &statements {
        let parameters: Vec<String> =
            client.prepare(text).await.unwrap().params().iter().map(literal).collect();
        client.batch_execute(&format!("PREPARE explained AS {text}")).await.unwrap();
        // For any list, and for one as long as a page: the server uses either plan.
        for mode in ["force_generic_plan", "force_custom_plan"] {
            client.batch_execute(&format!("SET plan_cache_mode = {mode}")).await.unwrap();
            let explain = format!("EXPLAIN EXECUTE explained ({})", parameters.join(", "));
            let rows = client.query(&explain, &[]).await.unwrap();
            let plan: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
            if plan.iter().any(|line| line.contains("Seq Scan on")) {
                scans.push(format!("{statement} ({mode}):\n{}\n", plan.join("\n")));
            }
        }
        client.batch_execute("DEALLOCATE explained").await.unwrap();
    }
    client.batch_execute(&format!("DROP SCHEMA {schema} CASCADE")).await.unwrap();
    assert!(statements.len() > 25);
    assert!(scans.is_empty(), "{}", scans.join("\n"));
}
