//! The simulator as a program: its output, each endpoint under `/_sim/`, and its end.

mod example;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use reqwest::{Client, Method};
use serde_json::{Value, json};

/// The running program, which is killed if the test ends without stopping it.
struct Program {
    child: Child,
    ready: Value,
    http: Client,
}

impl Program {
    fn start(arguments: &[&str]) -> Program {
        let mut child = Command::new(example::built("simulator"))
            .args(["--jobs", "40", "--memberships", "8"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the simulator runs");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("a standard output");
        BufReader::new(stdout).read_line(&mut line).expect("a line when it is ready");
        Program { child, ready: serde_json::from_str(&line).expect("the line is JSON"), http: Client::new() }
    }

    fn text(&self, pointer: &str) -> &str {
        self.ready.pointer(pointer).and_then(Value::as_str).expect("the line says it")
    }

    async fn control(&self, method: Method, path: &str) -> Value {
        let url = format!("{}/{path}", self.text("/controlUrl"));
        let answer = self.http.request(method, url).send().await.expect("an answer");
        answer.json().await.expect("JSON")
    }

    /// Calls ServiceTitan's API, after a request for a token.
    async fn servicetitan(&self, method: Method, path: &str, body: &Value) -> (u16, Value) {
        let url = self.text("/servicetitanUrl");
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", self.text("/clientId")),
            ("client_secret", self.text("/clientSecret")),
        ];
        let token = self.http.post(format!("{url}/connect/token")).form(&form).send().await;
        let token: Value = token.expect("an answer").json().await.expect("JSON");
        let path = path.replace("{tenant}", &self.ready["tenant"].to_string());
        let request = self.http.request(method, format!("{url}{path}")).json(body);
        let request = request.bearer_auth(token["access_token"].as_str().expect("a token"));
        let answer = request.header("ST-App-Key", self.text("/appKey")).send().await.expect("an answer");
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.child.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Killing fails if the program has ended by itself, which is fine.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn requests_are_counted_by_endpoint_and_status_and_control_is_not() {
    let program = Program::start(&[]);
    let (status, jobs) =
        program.servicetitan(Method::GET, "/jpm/v2/tenant/{tenant}/jobs?pageSize=5", &json!(null)).await;
    assert_eq!((status, jobs["data"].as_array().map(Vec::len)), (200, Some(5)));
    let stats = program.control(Method::GET, "stats").await;
    let jobs = json!({ "endpoint": "GET /jpm/v2/tenant/{tenant}/jobs", "status": 200, "count": 1 });
    let token = json!({ "endpoint": "POST /connect/token", "status": 200, "count": 1 });
    assert_eq!(stats["servicetitan"], json!([jobs, token]));
    assert_eq!((&stats["tokenRequests"], &stats["unknownParameters"]), (&json!(1), &json!({})));
}

#[tokio::test]
async fn contacts_in_hatch_are_shown_by_source_with_opportunities() {
    let program = Program::start(&[]);
    let source = program.text("/hatch/0/source");
    let body =
        json!({ "source": source, "phoneNumber": "6145550100", "externalID": "1", "firstName": "Ann" });
    let url = format!("{}/v1/contacts", program.text("/hatchUrl"));
    let upsert = program.http.post(url).bearer_auth(program.text("/hatch/0/apiKey")).json(&body).send().await;
    assert_eq!(upsert.expect("an answer").status(), 200);
    let held = program.control(Method::GET, "hatch/contacts").await;
    assert_eq!(held[source][0]["firstName"], "Ann");
    assert_eq!(held[source][0]["opportunities"], json!([{ "externalID": "1", "upserts": 1, "body": body }]));
    assert_eq!(held[program.text("/hatch/1/source")], json!([]));
}

#[tokio::test]
async fn the_tenant_changes_when_told_and_the_same_seed_makes_the_same_changes() {
    let (first, second) = (Program::start(&[]), Program::start(&[]));
    let changes = first.control(Method::POST, "mutate?count=7&seed=3").await;
    assert_eq!(changes["changes"].as_array().map(Vec::len), Some(7));
    assert_eq!(changes, second.control(Method::POST, "mutate?count=7&seed=3").await);
    let refused = first.control(Method::POST, "mutate?count=many").await;
    assert_eq!(refused["error"], "`count` is a whole number");
}

#[tokio::test]
async fn notes_are_shown_with_what_they_hang_on() {
    let program = Program::start(&[]);
    let (_, jobs) = program.servicetitan(Method::GET, "/jpm/v2/tenant/{tenant}/jobs", &json!(null)).await;
    let job = &jobs["data"][0]["id"];
    let path = format!("/jpm/v2/tenant/{{tenant}}/jobs/{job}/notes");
    let (status, _) = program.servicetitan(Method::POST, &path, &json!({ "text": "Replied" })).await;
    let notes = program.control(Method::GET, "notes").await;
    assert_eq!((status, &notes[0]["parent"], &notes[0]["parentId"]), (200, &json!("job"), job));
    assert_eq!((&notes[0]["text"], notes.as_array().map(Vec::len)), (&json!("Replied"), Some(1)));
}

#[tokio::test]
async fn the_floor_is_published_beside_what_one_request_for_each_object_costs() {
    let program = Program::start(&[]);
    let floor = program.control(Method::GET, "floor").await;
    let total = floor["total"].as_u64().expect("a number");
    assert!(total > 23 && floor["oneRequestPerObject"].as_u64().expect("a number") > total, "{floor}");
}

#[tokio::test]
async fn the_level_of_trouble_changes_while_it_runs() {
    let program = Program::start(&["--faults", "heavy"]);
    for _ in 0..40 {
        let url = format!("{}/connect/token", program.text("/servicetitanUrl"));
        // The outcome does not matter: the request only has to meet a fault.
        let _ = program.http.post(url).send().await;
    }
    let struck = program.control(Method::GET, "stats").await["faults"].clone();
    assert_ne!(struck, json!({}));
    assert_eq!(program.control(Method::POST, "faults?level=none").await["level"], "none");
    for _ in 0..40 {
        let (status, _) =
            program.servicetitan(Method::GET, "/dispatch/v2/tenant/{tenant}/zones", &json!(null)).await;
        assert_eq!(status, 200);
    }
    assert_eq!(program.control(Method::GET, "stats").await["faults"], struck);
    let refused = program.control(Method::POST, "faults?level=mild").await;
    assert_eq!(refused["error"], "`level` is one of none, light, heavy");
}

#[tokio::test]
async fn the_configuration_that_it_writes_is_all_that_sync_daemon_needs() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_str().expect("a path");
    let program = Program::start(&["--write-config", path]);
    sync_once(folder.path());
    let held = program.control(Method::GET, "hatch/contacts").await;
    let held_for = |department| held[program.text(department)].as_array().map_or(0, Vec::len);
    assert!(held_for("/hatch/0/source") > 5 && held_for("/hatch/1/source") > 0, "{held}");
    assert_eq!(program.control(Method::GET, "stats").await["unknownParameters"], json!({}));
}

#[tokio::test]
async fn each_tenant_has_credentials_of_its_own_and_is_a_connection_of_sync_daemon() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_str().expect("a path");
    let program = Program::start(&["--tenants", "3", "--write-config", path]);
    let tenants = program.ready["tenants"].as_array().expect("a list");
    let first = program.ready["tenant"].as_i64().expect("an ID");
    let ids: Vec<i64> = tenants.iter().filter_map(|it| it["tenant"].as_i64()).collect();
    assert_eq!(ids, [first, first + 1, first + 2]);
    assert!(
        tenants[0]["clientSecret"] != tenants[1]["clientSecret"]
            && tenants[0]["hatch"] != tenants[1]["hatch"]
    );
    sync_once(folder.path());
    for tenant in ids {
        let held = program.control(Method::GET, &format!("hatch/contacts?tenant={tenant}")).await;
        assert!(held[program.text("/hatch/0/source")].as_array().map_or(0, Vec::len) > 5, "{held}");
    }
}

/// Runs `sync_daemon` once with a configuration that the simulator has written.
fn sync_once(folder: &Path) {
    let mut daemon = Command::new(example::built("sync_daemon"));
    let secrets = std::fs::read_to_string(folder.join("secrets.sh")).expect("secrets");
    for line in secrets.lines() {
        let (name, value) = line.trim_start_matches("export ").split_once('=').expect("a variable");
        daemon.env(name, value.trim_matches('\''));
    }
    let output = daemon.args(["once", "--config"]).arg(folder.join("sync_daemon.toml")).output();
    let output = output.expect("sync_daemon runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_and_sigterm_stop_it_with_success() {
    for signal in ["-INT", "-TERM"] {
        let mut program = Program::start(&[]);
        program.signal(signal);
        assert!(program.child.wait().expect("an end").success(), "{signal}");
    }
}

#[test]
fn a_port_that_is_taken_is_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let output = Command::new(example::built("simulator"))
        .args(["--jobs", "1", "--hatch-port", &port])
        .output()
        .expect("the simulator runs");
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && error.contains(&port) && error.contains("Hatch"), "{error}");
}
