//! Both systems without sockets.

use bytes::Bytes;
use http::Request;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use simulator::{CallBroken, Fault, FaultKind, NoteParent, Server, Simulator, SimulatorConfig};

fn tiny() -> Simulator {
    Simulator::in_process(SimulatorConfig { jobs: 20, memberships: 4, ..SimulatorConfig::default() })
}

fn request(method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Request<Bytes> {
    let headers = headers.iter().fold(Request::builder(), |it, (name, value)| it.header(*name, *value));
    headers.method(method).uri(path).body(body.into()).expect("a request")
}

async fn call(
    simulator: &Simulator,
    server: Server,
    request: Request<Bytes>,
) -> Result<(u16, Value), CallBroken> {
    let answer = simulator.call(server, &request).await?;
    Ok((answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap_or_default()))
}

/// A call of ServiceTitan's API with a fresh token.
async fn api(
    simulator: &Simulator,
    method: &str,
    path: &str,
    body: &'static str,
) -> Result<(u16, Value), CallBroken> {
    let credentials = simulator.credentials();
    let secret = credentials.client_secret.expose_secret();
    let form =
        format!("grant_type=client_credentials&client_id={}&client_secret={secret}", credentials.client_id);
    let (_, token) =
        call(simulator, Server::ServiceTitan, request("POST", "/connect/token", &[], form)).await?;
    let bearer = format!("Bearer {}", token["access_token"].as_str().expect("a token"));
    let headers = [("Authorization", bearer.as_str()), ("ST-App-Key", credentials.app_key.expose_secret())];
    let path = path.replace("{tenant}", &credentials.tenant.to_string());
    call(simulator, Server::ServiceTitan, request(method, &path, &headers, body)).await
}

#[tokio::test(start_paused = true)]
async fn both_systems_answer_without_a_socket_and_count_their_requests() {
    let simulator = tiny();
    let (status, jobs) =
        api(&simulator, "GET", "/jpm/v2/tenant/{tenant}/jobs?pageSize=3", "").await.expect("an answer");
    assert_eq!((status, jobs["data"].as_array().map(Vec::len)), (200, Some(3)));

    let [department, _] = simulator.hatch_departments();
    let bearer = format!("Bearer {}", department.api_key.expose_secret());
    let body = json!({ "source": department.source, "phoneNumber": "6145550100", "externalID": "1" });
    let upsert = request("POST", "/v1/contacts", &[("Authorization", &bearer)], body.to_string());
    assert_eq!(call(&simulator, Server::Hatch, upsert).await.expect("an answer").0, 200);
    assert_eq!(simulator.hatch().last_body(&department.source, "1"), Some(body));
    assert_eq!((simulator.stats().servicetitan_requests(), simulator.stats().hatch_requests()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_broken_connection_tells_the_test_what_its_caller_cannot_know() {
    let simulator = tiny();
    let job = simulator.world().ids("jobs")[0];
    let path = format!("/jpm/v2/tenant/{{tenant}}/jobs/{job}/notes");
    for (kind, carried_out) in [(FaultKind::BrokenBefore, false), (FaultKind::BrokenAfter, true)] {
        simulator.inject(Fault::once(Server::ServiceTitan, kind).on_path("/notes"));
        let broken = api(&simulator, "POST", &path, r#"{"text":"Hi"}"#).await.expect_err("broken");
        assert_eq!((broken.answer_began, broken.carried_out), (carried_out, carried_out));
        assert_eq!(simulator.world().notes(NoteParent::Job, job).len(), usize::from(carried_out));
    }
}
