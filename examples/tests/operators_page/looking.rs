//! The content of the pages and of their JSON.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use futures::StreamExt;
use serde_json::{Value, json};
use sync_core::Resource;
use tower::ServiceExt;

use crate::tenant::{HOME, NAME, Tenant};

#[tokio::test]
async fn the_overview_and_a_connection_show_health_lag_waiting_runs_and_requests() {
    let tenant = Tenant::start(3).await;
    let mut browser = tenant.browser();
    let overview = browser.page("/operate").await;
    for words in ["north &amp; south", "Attention", "3 dead letters wait for a decision"] {
        assert!(overview.text.contains(words), "{words}: {}", overview.text);
    }
    // With a slash at the end, too.
    assert_eq!(browser.get("/operate/").await.status, StatusCode::PERMANENT_REDIRECT);

    let page = browser.page(HOME).await;
    for words in [
        "Last runs",
        "Feeds",
        "customer-contacts",
        "Pause jobs",
        "Pause memberships",
        "Requests of the last run",
    ] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    let upserts = tenant.simulator.hatch().total_upserts().to_string();
    assert!(page.text.contains(&format!("<td data-label=\"Delivered\">{upserts}</td>")), "{}", page.text);
}

#[tokio::test]
async fn json_is_beside_each_page_with_the_same_facts() {
    let tenant = Tenant::start(2).await;
    let mut browser = tenant.browser();
    let overview = browser.page("/operate/json").await.json();
    assert_eq!(overview["has_more"], false);
    let line = &overview["connections"][0];
    assert_eq!(
        (&line["connection"], &line["dead_letters"], &line["waiting"]),
        (&json!(NAME), &json!(2), &json!(0))
    );
    assert_eq!(line["health"]["level"], "attention");
    assert!(line["lag_seconds"].is_u64() && line["last_run"].is_string(), "{line}");

    let home = HOME.replace("/operate", "/operate/json");
    let connection = browser.page(&home).await.json();
    assert_eq!(connection["models"], json!({ "jobs": "job", "memberships": "membership" }));
    assert_eq!(connection["budgets"], json!({ "servicetitan": 60.0, "hatch": null }));
    assert_eq!(connection["runs"]["last"].as_array().map(Vec::len), Some(1));
    let delivered = &connection["runs"]["last"][0]["report"]["integrations"]["jobs"]["delivered"];
    assert!(delivered.as_u64() > Some(10), "{delivered}");
    assert!(connection["status"]["feeds"]["jobs"]["read"].is_string(), "{connection}");

    let letters = browser.page(&format!("{home}/dead-letters")).await.json();
    let expected = tenant.engine.dead_letters().await.expect("letters");
    assert_eq!(letters, json!({ "dead_letters": expected }));

    let (job, customer) = tenant.delivered_job().await;
    let explained = browser.page(&format!("{home}/opportunities/jobs/{job}")).await.json();
    assert_eq!((&explained["id"], &explained["model"]), (&json!(job), &json!("job")));
    assert_eq!(explained["nextDelivery"]["kind"], "up_to_date");

    let found =
        browser.post_json(&format!("{home}/search"), &json!({ "text": customer.to_string() })).await.json();
    assert_eq!(found["customers"][0]["id"], customer);
    assert_eq!(found["customers"][0]["by"], "id");

    for missing in ["/operate/json/connections/east", "/operate/connections/east"] {
        assert_eq!(browser.get(missing).await.status, StatusCode::NOT_FOUND, "{missing}");
    }
    for missing in [format!("{home}/opportunities/leads/1"), format!("{HOME}/opportunities/leads/1")] {
        assert_eq!(browser.get(&missing).await.status, StatusCode::NOT_FOUND, "{missing}");
    }
}

/// Returns the answer to the search for a text.
async fn found(tenant: &Tenant, text: &str) -> Value {
    let home = HOME.replace("/operate", "/operate/json");
    tenant.browser().post_json(&format!("{home}/search"), &json!({ "text": text })).await.json()
}

/// The IDs of the customers in an answer.
fn customers(found: &Value) -> Vec<i64> {
    found["customers"].as_array().expect("a list").iter().filter_map(|it| it["id"].as_i64()).collect()
}

#[tokio::test]
async fn a_search_finds_jobs_memberships_customers_phones_emails_names_and_events() {
    let tenant = Tenant::start(0).await;
    let (job, customer) = tenant.delivered_job().await;
    let opportunity = json!({ "integration": "jobs", "model": "job", "id": job });
    assert_eq!(found(&tenant, &job.to_string()).await["opportunities"], json!([opportunity]));
    let membership = tenant.records(Resource::Memberships).await[0].0.id;
    let by_membership = found(&tenant, &format!(" {membership} ")).await;
    assert_eq!(by_membership["opportunities"][0]["integration"], "memberships");

    let by_id = found(&tenant, &customer.to_string()).await;
    assert_eq!(customers(&by_id), [customer]);
    let its = by_id["customers"][0]["opportunities"].as_array().expect("a list");
    assert!(its.contains(&opportunity), "{its:?}");

    let name = tenant.records(Resource::Customers).await;
    let name = name.iter().find(|(record, _)| record.id == customer).expect("the customer").1["name"].clone();
    let name = name.as_str().expect("a name").to_uppercase();
    assert!(customers(&found(&tenant, &name).await).contains(&customer), "{name}");

    let contacts = tenant.records(Resource::CustomerContacts).await;
    let of_kind = |is_email: bool| {
        let fits = |value: &str| value.contains('@') == is_email && (is_email || value.len() >= 10);
        let value = |body: &Value| body["value"].as_str().filter(|value| fits(value)).map(str::to_owned);
        contacts.iter().find_map(|(record, body)| Some((record.owner, value(body)?))).expect("a contact")
    };
    let (owner, phone) = of_kind(false);
    // However it is written.
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    for written in [phone.clone(), digits.clone(), format!("+1 ({}", &digits[digits.len() - 10..])] {
        let by_phone = found(&tenant, &written).await;
        assert!(customers(&by_phone).contains(&owner), "{written}: {by_phone}");
    }
    let (owner, email) = of_kind(true);
    assert!(customers(&found(&tenant, &email.to_uppercase()).await).contains(&owner), "{email}");

    tenant.engine.push(tenant.message("message-7", job)).await.expect("a note");
    let event = found(&tenant, "message-7").await;
    assert_eq!(event["event"]["notes"][0]["progress"], "written", "{event}");
    let nothing = found(&tenant, "no such thing").await;
    assert_eq!((&nothing["customers"], &nothing["event"]), (&json!([]), &Value::Null));
}

#[tokio::test]
async fn an_explanation_shows_values_with_their_origin_and_can_read_them_again() {
    let tenant = Tenant::start(0).await;
    let (job, _) = tenant.delivered_job().await;
    let address = format!("{HOME}/opportunities/jobs/{job}");
    let mut browser = tenant.browser();
    let page = browser.page(&address).await;
    let explained = tenant.engine.explain("jobs", job).await.expect("an explanation");
    let fields = explained.explanation.expect("the record").fields;
    for field in &fields {
        assert!(page.text.contains(&format!("<th scope=\"row\">{}</th>", field.field)), "{}", field.field);
    }
    let phone = fields.iter().find(|field| field.field == "phoneNumber").and_then(|it| it.value.clone());
    assert!(page.text.contains(phone.as_deref().expect("a phone number")), "{}", page.text);
    assert!(page.text.contains("Hatch is up to date"), "{}", page.text);

    let before = tenant.engine.request_counts().values().sum::<u64>();
    let again = browser.post(&address, &format!("{address}/refresh"), &[]).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.text);
    assert!(again.text.contains("Read from ServiceTitan just now"), "{}", again.text);
    assert!(tenant.engine.request_counts().values().sum::<u64>() > before);

    let unknown = browser.page(&format!("{HOME}/opportunities/jobs/1")).await;
    assert!(unknown.text.contains("not known here"), "{}", unknown.text);
}

#[tokio::test]
async fn live_updates_come_when_something_changed_and_end_with_the_service() {
    let tenant = Tenant::start(0).await;
    let router = tenant.builder().behind_authentication().build().router();
    let request = Request::get(format!("{HOME}/live")).body(Body::empty()).expect("a request");
    let response = router.oneshot(request).await.expect("an answer");
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut updates = response.into_body().into_data_stream();
    // One update may come in several pieces, and keep-alives between.
    let mut next = async |words: &str| {
        let mut text = String::new();
        while !text.contains(words) {
            let piece = updates.next().await.expect("an update").expect("bytes");
            text.push_str(&String::from_utf8_lossy(&piece));
        }
        text
    };
    let first = next("Last run").await;
    assert!(first.starts_with("data: ") && !first.contains("Paused"), "{first}");
    tenant.engine.pause("jobs").await.expect("paused");
    next("Paused").await;
    tenant.stop.cancel();
    while let Some(piece) = updates.next().await {
        piece.expect("an orderly end");
    }
}
