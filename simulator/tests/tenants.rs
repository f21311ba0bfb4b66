//! Many tenants in one process.

#![allow(clippy::expect_used, reason = "a test that cannot ask has failed")]

mod caller;

use std::collections::BTreeSet;

use caller::{Caller, ask_token, config};
use chrono::Duration;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use simulator::{Simulator, SimulatorConfig, TenantHandle, WorldHandle};

async fn token(caller: &Caller, tenant: &TenantHandle) -> String {
    let credentials = tenant.credentials();
    let secret = credentials.client_secret.expose_secret();
    let answer = ask_token(&caller.simulator, &caller.http, &credentials.client_id, secret).await;
    answer.json::<Value>().await.expect("JSON")["access_token"].as_str().expect("a token").to_owned()
}

async fn get(caller: &Caller, token: &str, tenant: i64, path: &str) -> (u16, Value) {
    let url = format!("{}/jpm/v2/tenant/{tenant}/{path}", caller.simulator.servicetitan_url());
    let key = caller.simulator.credentials().app_key;
    let request = caller.http.get(url).bearer_auth(token).header("ST-App-Key", key.expose_secret());
    let answer = request.send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

fn three() -> SimulatorConfig {
    SimulatorConfig { tenants: 3, jobs: 30, memberships: 5, control_endpoints: true, ..config() }
}

#[tokio::test]
async fn each_tenant_has_records_and_credentials_of_its_own_under_one_app_key() {
    let caller = Caller::start(three()).await;
    let tenants: Vec<TenantHandle> = caller.simulator.tenants().collect();
    let credentials: Vec<_> = tenants.iter().map(TenantHandle::credentials).collect();
    let first = credentials[0].tenant;
    assert_eq!(credentials.iter().map(|it| it.tenant).collect::<Vec<_>>(), [first, first + 1, first + 2]);
    let distinct = |of: &dyn Fn(usize) -> String| (0..3).map(of).collect::<BTreeSet<_>>().len();
    assert_eq!(distinct(&|it| credentials[it].client_id.clone()), 3);
    assert_eq!(distinct(&|it| credentials[it].client_secret.expose_secret().to_owned()), 3);
    assert_eq!(distinct(&|it| credentials[it].app_key.expose_secret().to_owned()), 1);
    assert_eq!(distinct(&|it| json!(tenants[it].world().records("customers")).to_string()), 3);
    for tenant in &tenants {
        let (id, token) = (tenant.credentials().tenant, token(&caller, tenant).await);
        let (status, page) = get(&caller, &token, id, "export/jobs").await;
        assert_eq!((status, &page["data"]), (200, &json!(by_change(tenant))));
    }
}

/// A tenant's jobs as its export shows them.
fn by_change(tenant: &TenantHandle) -> Vec<Value> {
    let mut jobs = tenant.world().records("jobs");
    jobs.sort_by_key(|job| job["modifiedOn"].as_str().map(str::to_owned));
    jobs
}

#[tokio::test]
async fn a_token_opens_its_own_tenant_only() {
    let caller = Caller::start(three()).await;
    let tenants: Vec<TenantHandle> = caller.simulator.tenants().collect();
    let [first, second] = [&tenants[0], &tenants[1]].map(|it| it.credentials().tenant);
    let token = token(&caller, &tenants[1]).await;
    assert_eq!(get(&caller, &token, second, "jobs").await.0, 200);
    assert_eq!(get(&caller, &token, first, "jobs").await.0, 403);
    assert_eq!(get(&caller, &token, first + 9, "jobs").await.0, 403);
    tenants[0].world().revoke_tokens();
    assert_eq!(get(&caller, &token, second, "jobs").await.0, 200);
    tenants[1].world().revoke_tokens();
    assert_eq!(get(&caller, &token, second, "jobs").await.0, 401);
}

#[tokio::test]
async fn a_change_an_upsert_and_a_clock_are_of_one_tenant() {
    let caller = Caller::start(three()).await;
    let tenants: Vec<TenantHandle> = caller.simulator.tenants().collect();
    let before = tenants[0].world().records("jobs");
    let job = tenants[2].world().ids("jobs")[0];
    tenants[2].world().set("jobs", job, json!({ "summary": "new" })).expect("a change");
    assert!(
        tenants[0].world().records("jobs") == before && tenants[0].world().now() < tenants[2].world().now()
    );
    let [department, _] = tenants[2].hatch_departments();
    let url = format!("{}/v1/contacts", caller.simulator.hatch_url());
    let body = json!({ "source": department.source, "phoneNumber": "6145550100", "externalID": "1" });
    let upsert =
        caller.http.put(url).bearer_auth(department.api_key.expose_secret()).json(&body).send().await;
    assert_eq!(upsert.expect("an answer").status(), 200);
    let upserts: Vec<u64> = tenants.iter().map(|it| it.hatch().total_upserts()).collect();
    assert_eq!(upserts, [0, 0, 1]);
}

#[test]
fn time_passes_for_a_tenant_whose_world_nobody_has_asked_for_yet() {
    let simulator = Simulator::in_process(three());
    let worlds: Vec<WorldHandle> = simulator.tenants().map(|tenant| tenant.world()).collect();
    let began = worlds[0].now();
    assert_eq!(worlds[1].advance(Duration::hours(2)), began + Duration::hours(2));
    assert!(worlds[1].count("jobs") > 0);
    assert_eq!(worlds[1].now(), began + Duration::hours(2));
    assert_eq!(worlds[0].now(), began);
}

#[tokio::test]
async fn control_requests_name_a_tenant_or_mean_the_first() {
    let caller = Caller::start(three()).await;
    let tenants: Vec<TenantHandle> = caller.simulator.tenants().collect();
    let control = async |path: String| {
        let url = format!("{}/_sim/{path}", caller.simulator.servicetitan_url());
        let answer = caller.http.post(url).send().await.expect("an answer");
        (answer.status().as_u16(), answer.json::<Value>().await.expect("JSON"))
    };
    let now = || tenants.iter().map(|it| it.world().now()).collect::<Vec<_>>();
    let before = now();
    let second = tenants[1].credentials().tenant;
    assert_eq!(control(format!("mutate?count=5&seed=1&tenant={second}")).await.0, 200);
    let after = now();
    assert!(before[0] == after[0] && before[1] < after[1] && before[2] == after[2]);
    assert_eq!(control("mutate?count=5&seed=1".to_owned()).await.0, 200);
    assert!(before[0] < now()[0]);
    let refused = control("mutate?tenant=5".to_owned()).await;
    assert_eq!((refused.0, &refused.1["error"]), (400, &json!("`tenant` is not one of the tenants")));
}
