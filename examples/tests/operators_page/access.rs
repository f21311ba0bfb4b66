//! Access to the page and its forms, and the limits that a page sets to a browser.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::http::{StatusCode, header};
use sync_core::{DeadLetter, Resource};

use crate::browser::{Answer, Browser};
use crate::tenant::{HOME, NAME, Tenant};

/// The names, phone numbers and e-mail addresses of all customers.
async fn customer_data(tenant: &Tenant) -> BTreeSet<String> {
    let mut data = BTreeSet::new();
    for (resource, field) in [
        (Resource::Customers, "name"),
        (Resource::CustomerContacts, "value"),
        (Resource::LocationContacts, "value"),
    ] {
        for (_, body) in tenant.records(resource).await {
            data.extend(body[field].as_str().filter(|value| value.len() > 6).map(str::to_owned));
        }
    }
    assert!(data.len() > 50, "{}", data.len());
    data
}

fn assert_guarded(address: &str, answer: &Answer) {
    let policy = answer.header(header::CONTENT_SECURITY_POLICY);
    assert!(
        policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self';"),
        "{address}: {policy}"
    );
    assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"), "{address}: {policy}");
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store", "{address}");
    assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{address}");
    // The policy would not let these work.
    for forbidden in [" style=\"", " onclick", "<style", "javascript:", "http://", "https://"] {
        assert!(!answer.text.contains(forbidden), "{address} has {forbidden}");
    }
    for script in answer.text.split("<script").skip(1) {
        assert!(script.starts_with(" src=\"/operate/live.js\" defer></script>"), "{address}: {script}");
    }
}

#[tokio::test]
async fn every_page_that_a_link_leads_to_is_guarded_and_no_address_names_a_customer() {
    let tenant = Tenant::start(2).await;
    let data = customer_data(&tenant).await;
    let (job, customer) = tenant.delivered_job().await;
    tenant.engine.push(tenant.message("e-1", job)).await.expect("a note");
    let mut browser = tenant.browser();

    let mut open = vec!["/operate".to_owned()];
    // Pages that a form leads to are looked at for their links, too.
    let search = format!("{HOME}/search");
    for text in
        [job.to_string(), customer.to_string(), "e-1".to_owned(), data.iter().next().expect("one").clone()]
    {
        let answer = browser.post(&search, &search, &[("text", &text)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        assert_guarded("search", &answer);
        open.extend(answer.attributes("href"));
    }
    let mut seen = BTreeSet::new();
    while let Some(address) = open.pop() {
        if address.starts_with('#') || address.ends_with(".css") || !seen.insert(address.clone()) {
            continue;
        }
        assert!(address.starts_with("/operate"), "{address} leads out of the page");
        let answer = browser.page(&address).await;
        assert_guarded(&address, &answer);
        for attribute in ["href", "action", "data-live"] {
            for link in answer.attributes(attribute) {
                assert!(data.iter().all(|it| !link.contains(it.as_str())), "{address} links to {link}");
                if attribute == "href" {
                    open.push(link);
                }
            }
        }
        let shows_customers = ["/search", "/opportunities/", "/erase"].iter().any(|it| address.contains(it));
        if !shows_customers {
            let shown = data.iter().find(|it| answer.text.contains(it.as_str()));
            assert_eq!(shown, None, "{address} shows a customer");
        }
    }
    for page in ["", "/dead-letters", "/search", "/erase"] {
        assert!(seen.contains(&format!("{HOME}{page}")), "{page} is not linked: {seen:?}");
    }
    assert!(seen.contains(&format!("{HOME}/opportunities/jobs/{job}")), "{seen:?}");
    assert!(seen.iter().any(|address| address.starts_with("/operate/json/")), "{seen:?}");
}

#[tokio::test]
async fn a_form_without_the_token_of_this_browser_changes_nothing() {
    let tenant = Tenant::start(1).await;
    let mut browser = tenant.browser();
    let token = browser.page(HOME).await.token();
    let mut other = tenant.browser();
    let others = other.page(HOME).await.token();
    assert_ne!(token, others);

    let letter: DeadLetter = tenant.engine.dead_letters().await.expect("letters").remove(0);
    let (_, customer) = tenant.delivered_job().await;
    let customer = customer.to_string();
    let named = [("integration", letter.integration.as_str()), ("subject", letter.subject.as_str())];
    let erasing = [("customer", customer.as_str()), ("again", customer.as_str())];
    let forms: [(&str, &[(&str, &str)]); 8] = [
        ("pause", &[("integration", "jobs")]),
        ("resume", &[("integration", "jobs")]),
        ("dead-letters/retry", &named),
        ("dead-letters/retry-all", &[]),
        ("dead-letters/discard", &named),
        ("erase", &erasing),
        ("search", &[("text", "1")]),
        ("events", &[("event", "e-1")]),
    ];
    for (page, fields) in forms {
        let address = format!("{HOME}/{page}");
        let wrong = [None, Some(""), Some("00"), Some(others.as_str()), Some(&token[1..])];
        for token in wrong {
            let token: Vec<(&str, &str)> = token.into_iter().map(|token| ("token", token)).collect();
            let answer = browser.post_bare(&address, &[fields, &token].concat()).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{page} {token:?}");
        }
        // The right token without the cookie, as of a browser that never was here.
        let mut stranger = tenant.browser();
        let answer = stranger.post_bare(&address, &[fields, &[("token", token.as_str())]].concat()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{page}");
        // The right token and the cookie, in a request that the browser says another site caused.
        let mut tricked = browser.clone();
        for site in ["cross-site", "same-site"] {
            tricked.headers.insert("sec-fetch-site", site.parse().expect("a header"));
            let answer = tricked.post_bare(&address, &[fields, &[("token", token.as_str())]].concat()).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{page} {site}");
        }
    }
    // The search for programs takes JSON only, which no form of another site can send.
    let search = format!("{}/search", HOME.replace("/operate", "/operate/json"));
    let answer = tenant.browser().post_bare(&search, &[("text", "1")]).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);

    assert_eq!(tenant.engine.dead_letters().await.expect("letters"), [letter]);
    let status = sync_core::ConnectionStatus::read(tenant.store.as_ref(), NAME).await.expect("a status");
    assert_eq!(status.integrations["jobs"].paused, None);
    assert_eq!(status.integrations["jobs"].waiting, 0);
    assert!(tenant.records(Resource::Customers).await.iter().any(|(it, _)| it.id.to_string() == customer));
}

#[tokio::test]
async fn without_an_authentication_the_page_answers_this_machine_only_and_says_so() {
    let tenant = Tenant::start(0).await;
    let router = tenant.builder().build().router();
    let browser = |peer: Option<&str>, host: &str| {
        let mut browser = Browser::of(router.clone());
        browser.peer = peer.map(|peer| peer.parse().expect("an address"));
        browser.headers.insert(header::HOST, host.parse().expect("a header"));
        browser
    };
    for peer in ["127.0.0.1:5000", "[::1]:5000", "[::ffff:127.0.0.1]:5000"] {
        let answer = browser(Some(peer), "localhost:8080").page("/operate").await;
        assert!(answer.text.contains("No authentication is configured"), "{}", answer.text);
    }
    // From elsewhere, by way of a site that resolves to this machine, and where nobody tells the address.
    for (peer, host) in [
        (Some("192.0.2.7:5000"), "localhost:8080"),
        (Some("127.0.0.1:5000"), "example.com"),
        (None, "localhost:8080"),
    ] {
        for address in ["/operate", "/operate/json", "/operate/style.css", HOME] {
            let answer = browser(peer, host).get(address).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{peer:?} {host} {address}");
            assert!(answer.text.contains("answers this machine only"), "{}", answer.text);
        }
    }
    // Over HTTPS the cookie stays there.
    let mut over_https = tenant.browser();
    over_https.headers.insert("x-forwarded-proto", "https".parse().expect("a header"));
    let answer = over_https.page("/operate").await;
    assert!(answer.header(header::SET_COOKIE).ends_with("; Secure"), "{:?}", answer.headers);
    // Behind an authentication, everybody whom it lets through is answered.
    let answer = tenant.browser().page("/operate").await;
    assert!(!answer.text.contains("No authentication"), "{}", answer.text);
}

/// A log in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("a lock").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn forms_are_logged_by_their_address_and_nothing_of_a_customer_is() {
    let tenant = Tenant::start(1).await;
    let data = customer_data(&tenant).await;
    let (job, customer) = tenant.delivered_job().await;
    let (log, id) = (Log::default(), customer.to_string());
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter("info,dashboard=trace")
        .with_writer(move || writer.clone())
        .finish();
    {
        let _guard = tracing::subscriber::set_default(subscriber);
        let mut browser = tenant.browser();
        let search = format!("{HOME}/search");
        for text in data.iter().take(20) {
            browser.post(&search, &search, &[("text", text)]).await;
        }
        browser.page(&format!("{HOME}/opportunities/jobs/{job}")).await;
        let letters = format!("{HOME}/dead-letters");
        browser.post(&letters, &format!("{letters}/retry-all"), &[]).await;
        let erase = format!("{HOME}/erase");
        browser.post(&erase, &erase, &[("customer", &id), ("again", &id)]).await;
    }
    let log = String::from_utf8(log.0.lock().expect("a lock").clone()).expect("text");
    for action in ["/search", "/dead-letters/retry-all", "/erase"] {
        assert!(log.contains(action), "{action}: {log}");
    }
    let told: Vec<_> = data.iter().filter(|it| log.contains(it.as_str())).collect();
    assert!(told.is_empty(), "{told:?}");
}
