//! Operators' actions on the pages.

use axum::http::StatusCode;
use sync_core::{ConnectionStatus, Resource};

use crate::tenant::{HOME, NAME, Tenant};

async fn status(tenant: &Tenant) -> ConnectionStatus {
    ConnectionStatus::read(tenant.store.as_ref(), NAME).await.expect("a status")
}

#[tokio::test]
async fn an_integration_is_paused_and_resumed() {
    let tenant = Tenant::start(0).await;
    let mut browser = tenant.browser();
    let paused = browser.submit(HOME, &format!("{HOME}/pause"), &[("integration", "jobs")]).await;
    assert!(status(&tenant).await.integrations["jobs"].paused.is_some());
    for words in
        ["nothing is delivered until you resume", "Resume jobs", "Pause memberships", "jobs has been paused"]
    {
        assert!(paused.text.contains(words), "{words}: {}", paused.text);
    }
    let resumed = browser.submit(HOME, &format!("{HOME}/resume"), &[("integration", "jobs")]).await;
    assert_eq!(status(&tenant).await.integrations["jobs"].paused, None);
    assert!(resumed.text.contains("Pause jobs"), "{}", resumed.text);
    // An integration that is not there.
    let wrong = browser.post(HOME, &format!("{HOME}/pause"), &[("integration", "leads")]).await;
    assert_eq!(wrong.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(wrong.text.contains("leads"), "{}", wrong.text);
}

#[tokio::test]
async fn a_dead_letter_is_explained_retried_and_discarded() {
    let tenant = Tenant::start(3).await;
    let mut browser = tenant.browser();
    let page = format!("{HOME}/dead-letters");
    let letters = tenant.engine.dead_letters().await.expect("letters");
    assert_eq!(letters.len(), 3);
    let shown = browser.page(&page).await;
    for letter in &letters {
        let (kind, id) = letter.subject.split_once(':').expect("a kind");
        assert!(["job", "membership"].contains(&kind), "{kind}");
        assert!(
            shown.text.contains(&format!("/opportunities/{}/{id}\"", letter.integration)),
            "{}",
            shown.text
        );
        assert!(shown.text.contains(letter.reason.split('"').next().expect("a text")), "{}", shown.text);
    }

    let named = |index: usize| {
        [("integration", letters[index].integration.as_str()), ("subject", letters[index].subject.as_str())]
    };
    let retried = browser.submit(&page, &format!("{page}/retry"), &named(0)).await;
    assert!(retried.text.contains("it is tried again"), "{}", retried.text);
    let discarded = browser.submit(&page, &format!("{page}/discard"), &named(1)).await;
    assert!(discarded.text.contains("the dead letter is discarded"), "{}", discarded.text);
    assert_eq!(tenant.engine.dead_letters().await.expect("letters"), letters[2..]);
    assert_eq!(status(&tenant).await.integrations.values().map(|it| it.waiting).sum::<u64>(), 1);
    // Once more: it is gone.
    let gone = browser.submit(&page, &format!("{page}/retry"), &named(0)).await;
    assert!(gone.text.contains("no such dead letter any more"), "{}", gone.text);

    tenant.sync().await;
    assert_eq!(status(&tenant).await.integrations.values().map(|it| it.waiting).sum::<u64>(), 0);
}

#[tokio::test]
async fn all_dead_letters_are_retried_at_once() {
    let tenant = Tenant::start(4).await;
    let page = format!("{HOME}/dead-letters");
    let retried = tenant.browser().submit(&page, &format!("{page}/retry-all"), &[]).await;
    assert!(retried.text.contains("There are no dead letters."), "{}", retried.text);
    let before = tenant.simulator.hatch().total_upserts();
    tenant.sync().await;
    assert_eq!(tenant.simulator.hatch().total_upserts(), before + 4);
}

#[tokio::test]
async fn a_customer_is_erased_once_the_id_was_typed_twice() {
    let tenant = Tenant::start(0).await;
    let (job, customer) = tenant.delivered_job().await;
    let (page, id) = (format!("{HOME}/erase"), customer.to_string());
    let mut browser = tenant.browser();
    let is_kept = async || tenant.records(Resource::Customers).await.iter().any(|(it, _)| it.id == customer);

    for (wrong, words) in [("Ada", "is a whole number"), ("1", "no customer with this ID")] {
        let answer = browser.post(&page, &page, &[("customer", wrong)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text.contains(words), "{}", answer.text);
    }
    let asked = browser.post(&page, &page, &[("customer", &id)]).await;
    assert!(asked.text.contains(&format!("Type the ID {id} again")), "{}", asked.text);
    let other = browser.post(&page, &page, &[("customer", &id), ("again", "2")]).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(other.text.contains("Nothing was erased"), "{}", other.text);
    assert!(is_kept().await);

    let done = browser.post(&page, &page, &[("customer", &id), ("again", &id)]).await;
    assert_eq!(done.status, StatusCode::OK);
    assert!(done.text.contains("Erased: "), "{}", done.text);
    assert!(!is_kept().await);
    let explained = browser.page(&format!("{HOME}/opportunities/jobs/{job}")).await;
    assert!(explained.text.contains("not known here"), "{}", explained.text);
}
