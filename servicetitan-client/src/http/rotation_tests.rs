//! Rules of replacing keys and secrets, on a paused clock.

use std::sync::Arc;
use std::time::Duration;

use ::http::Method;
use serde_json::Value;

use super::scripted::{Script, builder, client, token_for};
use crate::error::Error;
use crate::http::{RequestLimits, ServiceTitan};
use crate::ids::TenantId;

async fn read(client: &ServiceTitan) -> Result<Value, Error> {
    client.request(Method::GET, "jpm/v2/tenant/{tenant}/jobs").send_json().await
}

#[tokio::test(start_paused = true)]
async fn new_credentials_serve_all_clones_from_the_next_call_on() {
    let script = Arc::new(
        Script::new()
            .token(200, &token_for(7, 900, 1))
            .api(200, "1")
            .token(200, &token_for(7, 900, 2))
            .api(200, "2"),
    );
    let client = client(&script);
    let clone = client.clone();
    read(&clone).await.unwrap();
    client.rotate_credentials("cid.new", "cs1.new").await.unwrap();
    read(&clone).await.unwrap();
    script.assert_used_up();
    let sent = script.sent();
    assert!(sent[2].body.contains("client_id=cid.new&client_secret=cs1.new"));
    assert_ne!(sent[1].bearer, sent[3].bearer);
}

#[tokio::test(start_paused = true)]
async fn credentials_that_are_refused_or_of_another_tenant_leave_the_present_ones_in_use() {
    let script = Arc::new(
        Script::new()
            .token(200, &token_for(7, 900, 1))
            .api(200, "1")
            .token(400, r#"{"error":"invalid_client"}"#)
            .token(200, &token_for(8, 900, 2))
            .api(200, "2"),
    );
    let client = client(&script);
    read(&client).await.unwrap();
    for _ in 0..2 {
        let refused = client.rotate_credentials("cid.new", "cs1.new-secret").await.unwrap_err();
        assert!(matches!(refused, Error::Auth { .. }), "{refused}");
        assert!(!format!("{refused} {refused:?}").contains("new-secret"), "{refused}");
    }
    let pasted_badly = client.rotate_credentials("cid.new", "cs1.new ").await.unwrap_err();
    assert!(matches!(pasted_badly, Error::Configuration { .. }));
    read(&client).await.unwrap();
    script.assert_used_up();
    let sent = script.sent();
    assert_eq!(sent[1].bearer, sent[4].bearer);
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_waits_for_a_token_of_credentials_that_are_replaced_gets_one_of_the_new_ones() {
    let script = Arc::new(
        Script::new()
            .token(429, r#"{"title":"Try again in 20 seconds"}"#)
            .token(200, &token_for(7, 900, 2))
            .token(400, r#"{"error":"invalid_client"}"#),
    );
    let client = client(&script);
    let rotate = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        client.rotate_credentials("cid.new", "cs1.new").await
    };
    let (waiting, rotated) = tokio::join!(client.granted_scopes(), rotate);
    rotated.unwrap();
    waiting.unwrap();
    script.assert_used_up();
}

#[tokio::test(start_paused = true)]
async fn a_new_app_key_serves_all_clones_and_tenants() {
    let script = Script::new().token(200, &token_for(7, 900, 1)).token(200, &token_for(8, 900, 1));
    let script = Arc::new(script.api(200, "1").api(200, "2"));
    let client = client(&script);
    let other = client.for_tenant(TenantId(8), "cid.8", "cs1.8").unwrap();
    client.rotate_app_key("ak1.new").unwrap();
    read(&client).await.unwrap();
    read(&other).await.unwrap();
    let keys: Vec<_> = script.sent().iter().map(|request| request.app_key.clone()).collect();
    assert_eq!(keys, ["", "ak1.new", "", "ak1.new"]);
    assert!(client.rotate_app_key("ak1 new").is_err());
}

#[tokio::test(start_paused = true)]
async fn another_tenant_has_its_own_token_and_shares_the_budget_unless_each_has_its_own() {
    for (limits, seconds) in
        [(RequestLimits::per_second(1), 1), (RequestLimits::per_second(1).for_each_tenant(), 0)]
    {
        let script = Script::new().token(200, &token_for(7, 900, 1)).token(200, &token_for(8, 900, 2));
        let script = Arc::new(script.api(200, "1").api(200, "2"));
        let client = builder().limits(limits).transport(script.clone()).build().unwrap();
        let other = client.for_tenant(TenantId(8), "cid.8", "cs1.8").unwrap();
        read(&client).await.unwrap();
        read(&other).await.unwrap();
        let sent = script.sent();
        assert_eq!((sent[3].at - sent[1].at).as_secs(), seconds);
        assert!(sent[2].body.contains("client_id=cid.8"));
        assert!(sent[3].uri.contains("/tenant/8/"), "{}", sent[3].uri);
        assert_ne!(sent[1].bearer, sent[3].bearer);
        assert_eq!(other.request_counts().total(), 2);
    }
}
