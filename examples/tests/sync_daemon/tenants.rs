//! Tenants that come, go and change while the daemon runs, and the port of its operators.

use std::process::{Child, Command};

use secrecy::ExposeSecret;
use simulator::{Simulator, SimulatorConfig, TenantHandle};

use crate::program::{Host, said};
use crate::{simulator, until, with};

/// Asks a daemon to read its file again.
fn hang_up(daemon: &Child) {
    let sent = Command::new("kill").args(["-HUP", &daemon.id().to_string()]).status().expect("kill runs");
    assert!(sent.success());
}

/// Ends a daemon, and returns what it said.
fn ended(mut daemon: Child) -> String {
    daemon.kill().expect("it is killed");
    said(&daemon.wait_with_output().expect("it ends"))
}

/// Adds a connection for the second tenant to the text of a configuration file, and its secrets to the host.
fn add_south(host: &mut Host, tenant: &TenantHandle) -> String {
    let credentials = tenant.credentials();
    let [jobs, _] = tenant.hatch_departments();
    host.secret("SOUTH_SECRET", Some(credentials.client_secret.expose_secret()));
    host.secret("SOUTH_KEY", Some(jobs.api_key.expose_secret()));
    format!(
        r#"
[[connections]]
name = "south"
tenant = {}
client_id = "{}"
client_secret_variable = "SOUTH_SECRET"

[[connections.integrations]]
name = "jobs"
model = "job"
source = "{}"
api_key_variable = "SOUTH_KEY"
"#,
        credentials.tenant, credentials.client_id, jobs.source
    )
}

fn file_of(host: &Host) -> std::path::PathBuf {
    host.folder.path().join("north.toml")
}

fn upserts(tenant: &TenantHandle) -> u64 {
    tenant.hatch().total_upserts()
}

async fn two_tenants() -> (Simulator, TenantHandle, TenantHandle) {
    let simulator = with(SimulatorConfig { tenants: 2, ..SimulatorConfig::default() }).await;
    let mut tenants = simulator.tenants();
    let (north, south) = (tenants.next().expect("a tenant"), tenants.next().expect("a second one"));
    drop(tenants);
    (simulator, north, south)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_that_is_added_is_synced_after_sighup_and_a_removed_one_is_left_alone() {
    let (simulator, north, south) = two_tenants().await;
    let mut host = Host::new(&simulator, "");
    let section = add_south(&mut host, &south);
    let daemon = host.command(&[]).spawn().expect("sync_daemon starts");
    until(|| upserts(&north) > 0).await;
    assert_eq!(upserts(&south), 0);

    let text = std::fs::read_to_string(file_of(&host)).expect("a configuration");
    std::fs::write(file_of(&host), format!("{text}{section}")).expect("a configuration");
    hang_up(&daemon);
    until(|| upserts(&south) > 0).await;

    // South alone, under a configuration that delivers everything again.
    let south_alone = text[..text.find("[[connections]]").expect("a section")].to_owned()
        + &section.replace("model = \"job\"", "model = \"job\"\nexternal_id_prefix = \"s-\"");
    std::fs::write(file_of(&host), south_alone).expect("a configuration");
    let before = upserts(&south);
    hang_up(&daemon);
    until(|| upserts(&south) > before).await;
    let status = said(&host.run(&["status"]));
    assert!(status.contains("south") && !status.contains("north"), "{status}");
    let said = ended(daemon);
    assert!(said.contains("the configuration was read again"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_a_mistake_is_refused_with_the_reason_and_the_former_one_stays() {
    let (simulator, north, south) = two_tenants().await;
    let mut host = Host::new(&simulator, "");
    let section = add_south(&mut host, &south);
    let log = host.folder.path().join("log");
    let log_file = std::fs::File::create(&log).expect("a file");
    let mut daemon = host.command(&[]).stderr(log_file).spawn().expect("sync_daemon starts");
    until(|| upserts(&north) > 0).await;
    let logged = || std::fs::read_to_string(&log).expect("a log");
    let refusals =
        || logged().matches("the configuration is refused, and the former one stays in use").count();
    let text = std::fs::read_to_string(file_of(&host)).expect("a configuration");
    let mistakes = [
        (text.replace("deadline_seconds", "retry_seconds"), "unknown field `retry_seconds`"),
        (format!("{text}{}", section.replace("SOUTH_KEY", "NOBODY_SET_THIS")), "NOBODY_SET_THIS"),
        (text.replace("path = \"sync.db\"", "path = \"other.db\""), "[store] has changed"),
        (format!("{text}{}", section.replace("\"south\"", "\"north\"")), "two connections are called"),
        (text.replace("name = \"memberships\"", "name = \"jobs\""), "two integrations are called"),
    ];
    for (number, (mistake, reason)) in mistakes.iter().enumerate() {
        std::fs::write(file_of(&host), mistake).expect("a configuration");
        hang_up(&daemon);
        until(|| refusals() > number).await;
        assert!(logged().contains(reason), "{reason:?} in {}", logged());
    }
    assert_eq!(upserts(&south), 0);
    std::fs::write(file_of(&host), format!("{text}{section}")).expect("a configuration");
    hang_up(&daemon);
    until(|| upserts(&south) > 0).await;
    assert!(daemon.try_wait().expect("a child").is_none());
    daemon.kill().expect("it is killed");
    daemon.wait().expect("it ends");
    assert_eq!(logged().matches("the configuration was read again").count(), 1, "{}", logged());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_in_a_file_is_rotated_by_sighup_and_ends_the_wait_after_a_refusal() {
    let (simulator, north, south) = two_tenants().await;
    let mut host = Host::new(&simulator, "");
    let section = add_south(&mut host, &south);
    let file = host.folder.path().join("south.secret");
    std::fs::write(&file, "cs1.wrong\n").expect("a secret");
    host.secret("SOUTH_SECRET", None);
    host.secret("SOUTH_SECRET_FILE", Some(file.to_str().expect("a path")));
    let text = std::fs::read_to_string(file_of(&host)).expect("a configuration");
    std::fs::write(file_of(&host), format!("{text}{section}")).expect("a configuration");
    let daemon = host.command(&[]).spawn().expect("sync_daemon starts");
    until(|| upserts(&north) > 0).await;
    assert_eq!(upserts(&south), 0);
    let secret = south.credentials().client_secret;
    std::fs::write(&file, format!("{}\n", secret.expose_secret())).expect("a secret");
    hang_up(&daemon);
    until(|| upserts(&south) > 0).await;
    let said = ended(daemon);
    assert!(said.contains("a connection failed"), "{said}");
    assert!(!said.contains("cs1.wrong") && !said.contains(secret.expose_secret()), "{said}");
}

/// Sends the form of a connection's page that pauses its jobs.
async fn pause_on_the_page(address: &str) {
    let client =
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let page = client.get(address).send().await.expect("an answer");
    let cookie =
        page.headers()["set-cookie"].to_str().expect("text").split(';').next().expect("a cookie").to_owned();
    let text = page.text().await.expect("a text");
    let token =
        text.split("name=\"token\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a form");
    let form = client.post(format!("{address}/pause")).header("cookie", cookie);
    let paused = form.form(&[("integration", "jobs"), ("token", token)]).send().await.expect("an answer");
    assert_eq!(paused.status(), 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn health_metrics_and_the_operators_page_are_on_the_port_that_the_file_names_and_on_this_machines_address()
 {
    let simulator = simulator().await;
    let port = {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        free.local_addr().expect("an address").port()
    };
    let host = Host::new(&simulator, &format!("[serve]\nport = {port}\n"));
    let daemon = host.command(&[]).spawn().expect("sync_daemon starts");
    let source = simulator.hatch_departments()[0].source.clone();
    until(|| simulator.hatch().upserts(&source) > 0).await;
    let get = async |path: &str| {
        let answer = reqwest::get(format!("http://127.0.0.1:{port}{path}")).await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("a text"))
    };
    let (status, health) = get("/healthz").await;
    let health: serde_json::Value = serde_json::from_str(&health).expect("JSON");
    assert_eq!((status, health), (200, serde_json::json!({"status": "ok", "connections": 1, "failing": 0})));
    let metrics = loop {
        let (status, text) = get("/metrics").await;
        assert_eq!(status, 200);
        // The state of the connection is read after its cycle.
        if text.contains("hatch_sync_dead_letters{") {
            break text;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    for expected in [
        r#"hatch_sync_runs_total{connection="north",outcome="ok"} 1"#,
        "hatch_sync_connections_failing 0",
        r#"connection_failures{connection="north"} 0"#,
        r#"hatch_sync_opportunities_waiting{connection="north",integration="jobs"} 0"#,
        r#"hatch_sync_dead_letters{connection="north"} 0"#,
        r#"hatch_sync_feed_lag_seconds{connection="north",feed="jobs"} "#,
        r#"hatch_sync_feed_standstill_seconds{connection="north",feed="jobs"} 0"#,
        r#"hatch_sync_integration_paused{connection="north",integration="jobs"} 0"#,
    ] {
        assert!(metrics.contains(expected), "{expected} in {metrics}");
    }
    let (status, page) = get("/operate").await;
    assert!(status == 200 && page.contains("north") && page.contains("No authentication"), "{page}");
    pause_on_the_page(&format!("http://127.0.0.1:{port}/operate/connections/north")).await;
    let (_, json) = get("/operate/json/connections/north").await;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert!(json["status"]["integrations"]["jobs"]["paused"].is_string(), "{json}");
    assert_eq!(json["status"]["integrations"]["memberships"]["paused"], serde_json::Value::Null);
    assert!(json["runs"]["last"][0]["report"]["integrations"]["jobs"]["delivered"].is_u64(), "{json}");
    let bodies = simulator.hatch().last_bodies(&source);
    let job = bodies.keys().next().expect("a delivered job");
    let (status, explained) = get(&format!("/operate/connections/north/opportunities/jobs/{job}")).await;
    assert!(status == 200 && explained.contains("phoneNumber"), "{explained}");
    let taken = Host::new(&simulator, &format!("[serve]\nport = {port}\n"));
    let refused = taken.run(&[]);
    assert_eq!(refused.status.code(), Some(3), "{}", said(&refused));
    assert!(said(&refused).contains("cannot be listened on"), "{}", said(&refused));
    ended(daemon);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_port_in_the_file_nothing_listens_and_a_wrong_secret_of_one_tenant_leaves_the_other_running()
 {
    let (simulator, north, south) = two_tenants().await;
    let mut host = Host::new(&simulator, "");
    let section = add_south(&mut host, &south);
    host.secret("SOUTH_SECRET", Some("cs1.wrong"));
    let text = std::fs::read_to_string(file_of(&host)).expect("a configuration");
    std::fs::write(file_of(&host), format!("{text}{section}")).expect("a configuration");
    let mut daemon = host.command(&[]).spawn().expect("sync_daemon starts");
    until(|| upserts(&north) > 0).await;
    assert!(daemon.try_wait().expect("a child").is_none());
    let said = ended(daemon);
    assert!(said.contains("run finished") || said.contains("a connection failed"), "{said}");
    assert!(!said.contains("/healthz"), "{said}");
}
