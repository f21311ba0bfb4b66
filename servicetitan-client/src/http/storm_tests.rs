//! Many calls of many tenants at once, of which many are dropped in the middle, against a server that refuses and fails.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ::http::{Method, Request, Response};
use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt as _, TryStreamExt as _};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout};

use super::rows::{FEED, Row};
use super::scripted::{builder, token_for};
use super::{ExportFrom, Lane, RequestLimits, Transport, TransportFailure};
use crate::error::TransportKind;
use crate::ids::TenantId;

const LIMIT: u32 = 20;
/// How long bad times last; then the server is well.
const STORM: Duration = Duration::from_secs(300);

#[derive(Default)]
struct Seen {
    sent: Vec<Instant>,
    /// For each tenant, token requests at once.
    tokens_under_way: BTreeMap<String, u32>,
    under_way: i32,
}

struct Server {
    seen: Mutex<Seen>,
    random: Mutex<StdRng>,
    begun: Instant,
}

/// Counts a request out, however it ends.
struct Ended<'a>(&'a Server, Option<String>);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        let mut seen = self.0.seen.lock().unwrap();
        seen.under_way -= 1;
        if let Some(client) = &self.1 {
            *seen.tokens_under_way.get_mut(client).unwrap() -= 1;
        }
    }
}

fn answer(status: u16, body: &str, retry_after: Option<&str>) -> Response<Bytes> {
    let mut answer = Response::builder().status(status);
    if let Some(value) = retry_after {
        answer = answer.header("retry-after", value);
    }
    answer.body(body.to_owned().into()).unwrap()
}

impl Server {
    fn chance(&self, parts: u32) -> u32 {
        self.random.lock().unwrap().random_range(0..parts)
    }
}

#[async_trait]
impl Transport for Server {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportFailure> {
        let stormy = self.begun.elapsed() < STORM;
        let for_a_token = request.uri().path().ends_with("/connect/token");
        let client = for_a_token.then(|| String::from_utf8(request.body().to_vec()).unwrap());
        let _ended = {
            let mut seen = self.seen.lock().unwrap();
            seen.under_way += 1;
            match &client {
                Some(client) => {
                    let at_once = seen.tokens_under_way.entry(client.clone()).or_default();
                    *at_once += 1;
                    assert_eq!(*at_once, 1, "two token requests at once");
                }
                None => seen.sent.push(Instant::now()),
            }
            Ended(self, client.clone())
        };
        sleep(Duration::from_millis(u64::from(self.chance(2000)))).await;
        let luck = if stormy { self.chance(20) } else { 19 };
        Ok(match luck {
            0 => answer(429, "", Some(["0", "0.3", "2", "7", "soon"][self.chance(5) as usize])),
            1 => answer(429, r#"{"title":"Rate limit is exceeded. Try again in 3 seconds."}"#, None),
            2 => answer(503, "<html>", None),
            3 => return Err(TransportFailure::new(TransportKind::Connect, "nothing listens")),
            4 => {
                sleep(Duration::from_secs(110)).await;
                return Err(TransportFailure::new(TransportKind::Timeout, "no answer"));
            }
            5 => return Err(TransportFailure::new(TransportKind::Broken, "the connection broke")),
            6 => answer(200, r#"{"hasMore":tr"#, None),
            7 if !for_a_token => answer(401, "", None),
            _ if for_a_token => {
                let form = client.unwrap();
                let tenant = form.split("cid.").nth(1).and_then(|rest| rest.split('&').next()).unwrap();
                let lifetime = [1, 5, 30, 90, 900][self.chance(5) as usize];
                answer(200, &token_for(tenant.parse().unwrap(), lifetime, self.chance(u32::MAX)), None)
            }
            _ => {
                let page = request.uri().query().and_then(|query| query.rsplit('=').next()?.parse().ok());
                let page: u32 = page.unwrap_or(0) + 1;
                let body = json!({ "hasMore": page < 10, "continueFrom": page.to_string(), "data": [{}] });
                answer(200, &body.to_string(), None)
            }
        })
    }
}

async fn weather_a_storm(seed: u64) {
    let server = Arc::new(Server {
        seen: Mutex::default(),
        random: Mutex::new(StdRng::seed_from_u64(seed)),
        begun: Instant::now(),
    });
    let first = builder()
        .tenant(TenantId(1))
        .credentials("cid.1", "cs1.1")
        .limits(RequestLimits::per_second(LIMIT))
        .transport(server.clone())
        .jitter_seed(seed)
        .build()
        .unwrap();
    let mut clients = vec![first.clone()];
    for tenant in 2..=4 {
        clients.push(first.for_tenant(TenantId(tenant), format!("cid.{tenant}"), "cs1.x").unwrap());
    }
    let mut calls = Vec::new();
    for number in 0..400_u64 {
        let mut random = StdRng::seed_from_u64(seed * 1000 + number);
        let lane = [Lane::Interactive, Lane::Incremental, Lane::Backfill][random.random_range(0..3)];
        let client = clients[random.random_range(0..clients.len())].with_lane(lane);
        let begin = Duration::from_millis(random.random_range(0..200_000));
        let drop_after = Duration::from_millis(random.random_range(0..30_000));
        let dropped = random.random_range(0..3) > 0;
        let kind = random.random_range(0..3);
        calls.push(tokio::spawn(async move {
            sleep(begin).await;
            let call = async {
                match kind {
                    0 => {
                        drop(client.export::<Row>(&FEED, ExportFrom::beginning()).collect::<Vec<_>>().await);
                    }
                    1 => drop(client.request(Method::POST, "x").json(&1).send_json::<Value>().await),
                    _ => drop(client.request(Method::GET, "x").send_json::<Value>().await),
                }
            };
            if dropped { drop(timeout(drop_after, call).await) } else { call.await }
        }));
    }
    // Whatever happens, a call ends: the pauses, a hanging request and the deadline bound it.
    for call in calls {
        timeout(Duration::from_secs(3600), call).await.expect("a call hangs").unwrap();
    }
    let begun = Instant::now();
    sleep((server.begun + STORM + Duration::from_secs(200)) - begun).await;
    assert_eq!(server.seen.lock().unwrap().under_way, 0, "something is still under way");
    // Nobody left a place in the queue or the token behind.
    for client in &clients {
        let asked = Instant::now();
        let pages: Vec<_> = client.export::<Row>(&FEED, ExportFrom::beginning()).try_collect().await.unwrap();
        assert_eq!(pages.len(), 10);
        assert!(asked.elapsed() < Duration::from_secs(60), "{:?}", asked.elapsed());
    }
    let mut sent = std::mem::take(&mut server.seen.lock().unwrap().sent);
    sent.sort();
    assert!(sent.len() > 100, "{}", sent.len());
    for (first, after) in sent.iter().zip(&sent[LIMIT as usize..]) {
        assert!(*after - *first >= Duration::from_secs(1), "{:?}", *after - *first);
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_fails_or_is_dropped_no_second_is_overdrawn_each_call_ends_and_nothing_stays_behind() {
    for seed in 0..20 {
        weather_a_storm(seed).await;
    }
}
