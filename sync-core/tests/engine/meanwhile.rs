//! Changes while an answer is on its way, and between mapping and sending.

use serde_json::json;
use sync_core::{Change, Engine, Redelivery, ReferenceChanges, Resource, Store};

use crate::hatch::Fate;
use crate::host::{CONNECTION, CUSTOMER, Host, JOBS, jobs};
use crate::store_hooks::HoldOnce;
use crate::tenant::Way;

/// Returns an engine after a first run.
async fn engine_with_news(host: &Host, news: impl FnOnce(&Host)) -> Engine {
    let engine = host.engine().await;
    engine.sync_once().await.unwrap();
    news(host);
    for resource in engine.feeds() {
        while engine.ingest_page(resource).await.unwrap().has_more {}
    }
    engine
}

/// Adds a customer from long ago with a phone, who has to be looked up with the contacts.
fn old_customer(host: &Host, id: i64) {
    host.tenant.put_old(Resource::Customers, 400, json!({"id": id, "name": "Old Eight"}));
    host.tenant.put_old(Resource::CustomerContacts, 400, contact(id * 10, id, "614-555-0001"));
}

fn contact(id: i64, customer: i64, phone: &str) -> serde_json::Value {
    json!({"id": id, "customerId": customer, "type": "Phone", "value": phone, "active": true})
}

/// Holds the next lookup of contacts back, and returns the work that lets it go on once the feed has brought a second contact of customer 8.
fn contact_from_the_feed(host: &Host, engine: &Engine) -> impl Future<Output = ()> {
    let gate = host.tenant.hold(Resource::CustomerContacts, Way::Children);
    async move {
        gate.reached().await;
        host.tenant.put(Resource::CustomerContacts, contact(81, 8, "614-555-0002"));
        engine.ingest_page(Resource::CustomerContacts).await.unwrap();
        gate.open();
    }
}

#[tokio::test]
async fn a_contact_that_the_feed_brings_while_all_of_them_are_being_read_stays() {
    let host = Host::new();
    old_customer(&host, 8);
    let engine = engine_with_news(&host, |host| host.job_of(1, 8)).await;
    let meanwhile = contact_from_the_feed(&host, &engine);
    let (batch, ()) = tokio::join!(engine.deliver_batch(JOBS, 0), meanwhile);
    assert_eq!(batch.unwrap().report.delivered, 0, "it was marked again meanwhile");
    engine.sync_once().await.unwrap();
    assert_eq!(host.hatch.body(1)["details"]["customer"]["contacts"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_changes_while_it_is_brought_forward_is_delivered_at_once_as_it_is_then() {
    let host = Host::new();
    old_customer(&host, 8);
    let engine = engine_with_news(&host, |host| host.job_of(1, 8)).await;
    let meanwhile = contact_from_the_feed(&host, &engine);
    let (report, ()) = tokio::join!(engine.deliver_now(JOBS, &[1]), meanwhile);
    let report = report.unwrap();
    assert_eq!((report.delivered, report.waiting), (1, 0));
    assert_eq!(host.hatch.body(1)["details"]["customer"]["contacts"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_contact_that_went_before_all_of_them_were_read_does_not_stay() {
    let host = Host::new();
    old_customer(&host, 8);
    host.tenant.put_old(Resource::CustomerContacts, 50, contact(81, 8, "614-555-0002"));
    let engine = host.engine().await;
    engine.sync_once().await.unwrap();
    host.tenant.vanish(Resource::CustomerContacts, 81);
    host.job_of(1, 8);
    engine.sync_once().await.unwrap();
    assert_eq!(host.hatch.body(1)["phoneNumber"], "614-555-0001");
}

/// Lets two deliveries look up the same record, which changes in between. The delivery with the older answer finishes first.
async fn two_passes(host: &Host, engine: &Engine, asked: (Resource, Way), change: impl Fn(&Host)) {
    let (older, newer) = (host.tenant.hold(asked.0, asked.1), host.tenant.hold(asked.0, asked.1));
    let first = async {
        let batch = engine.deliver_batch(JOBS, 0).await.unwrap();
        newer.open();
        batch.report.delivered
    };
    let second = async {
        older.reached().await;
        change(host);
        engine.deliver_now(JOBS, &[1]).await.unwrap().delivered
    };
    let between = async {
        newer.reached().await;
        older.open();
    };
    assert_eq!(tokio::join!(first, second, between), (1, 0, ()));
}

#[tokio::test]
async fn of_two_answers_about_a_record_the_first_stays_until_its_feed_tells_more() {
    let host = Host::new();
    host.tenant.put_old(Resource::Locations, 400, json!({"id": 900, "name": "Barn"}));
    let job = json!({"id": 1, "customerId": CUSTOMER, "locationId": 900});
    let engine = engine_with_news(&host, |host| host.tenant.put(Resource::Jobs, job)).await;
    let rename = |host: &Host| host.tenant.put(Resource::Locations, json!({"id": 900, "name": "Barn Two"}));
    two_passes(&host, &engine, (Resource::Locations, Way::Ids), rename).await;
    assert_eq!(host.hatch.body(1)["details"]["location"]["name"], "Barn");
    assert_eq!(jobs(&engine.sync_once().await.unwrap()).delivered, 1);
    assert_eq!(host.hatch.body(1)["details"]["location"]["name"], "Barn Two");
}

#[tokio::test]
async fn of_two_answers_about_children_the_first_stays_until_their_feed_tells_more() {
    let host = Host::new();
    old_customer(&host, 8);
    // The feed has brought this record already.
    host.tenant.put_old(Resource::CustomerContacts, 50, contact(82, 8, "614-555-0003"));
    let engine = engine_with_news(&host, |host| host.job_of(1, 8)).await;
    let another = |host: &Host| host.tenant.put(Resource::CustomerContacts, contact(81, 8, "614-555-0002"));
    two_passes(&host, &engine, (Resource::CustomerContacts, Way::Children), another).await;
    let contacts = || host.hatch.body(1)["details"]["customer"]["contacts"].as_array().unwrap().len();
    assert_eq!(contacts(), 2);
    assert_eq!(jobs(&engine.sync_once().await.unwrap()).delivered, 1);
    assert_eq!(contacts(), 3);
}

/// Renames a job's type after a delivery has read it, while that delivery still looks up the appointments of an old job. Another delivery sends
/// the new name, and its answer is lost.
async fn renamed_meanwhile(host: &Host, engine: &Engine) -> u64 {
    let gate = host.tenant.hold(Resource::Appointments, Way::Children);
    host.hatch.script(1, [Fate::Lost]);
    let meanwhile = async {
        gate.reached().await;
        host.tenant.put(Resource::JobTypes, json!({"id": 30, "name": "Service"}));
        engine.ingest_page(Resource::JobTypes).await.unwrap();
        assert_eq!(engine.deliver_now(JOBS, &[1]).await.unwrap().waiting, 1);
        gate.open();
    };
    let (batch, ()) = tokio::join!(engine.deliver_batch(JOBS, 0), meanwhile);
    assert_eq!(host.hatch.body(1)["details"]["jobType"]["name"], "Service");
    batch.unwrap().report.delivered
}

fn job_of_type(host: &Host, id: i64) {
    host.tenant.put(Resource::JobTypes, json!({"id": 30, "name": "Repair", "active": true}));
    host.tenant
        .put(Resource::Jobs, json!({"id": id, "customerId": CUSTOMER, "jobTypeId": 30, "active": true}));
}

/// Adds a job whose appointments have to be looked up once it changes.
fn old_job(host: &Host, id: i64) {
    host.tenant.put_old(Resource::Jobs, 300, json!({"id": id, "customerId": 999, "active": true}));
}

fn change(host: &Host, job: i64) {
    host.tenant.put(Resource::Jobs, json!({"id": job, "summary": "changed"}));
}

#[tokio::test]
async fn what_another_pass_sent_since_it_was_mapped_is_not_sent_as_it_was() {
    let host = Host::new();
    old_job(&host, 2);
    let engine = engine_with_news(&host, |host| {
        job_of_type(host, 1);
        change(host, 2);
    })
    .await;
    assert_eq!(renamed_meanwhile(&host, &engine).await, 0);
    assert_eq!(jobs(&engine.sync_once().await.unwrap()).delivered, 1);
    assert_eq!(host.hatch.body(1)["details"]["jobType"]["name"], "Service");
}

#[tokio::test]
async fn what_another_pass_sent_still_waits_although_it_was_found_unchanged_before() {
    let host = Host::new();
    old_job(&host, 2);
    job_of_type(&host, 1);
    let engine = engine_with_news(&host, |host| {
        // An estimate is added and removed: the job is dirty, and its body is the same as before.
        for active in [true, false] {
            host.tenant.put(Resource::Estimates, json!({"id": 41, "jobId": 1, "active": active}));
        }
        change(host, 2);
    })
    .await;
    host.hatch.sent();
    assert_eq!(renamed_meanwhile(&host, &engine).await, 0);
    host.hatch.sent();
    assert_eq!(jobs(&engine.sync_once().await.unwrap()).delivered, 1);
    assert_eq!(host.hatch.sent(), [1]);
}

#[tokio::test]
async fn a_reference_that_changes_again_while_everything_is_being_marked_has_everything_marked_again() {
    let host = Host::new();
    let rename = |name: &str| {
        host.tenant.put(Resource::JobTypes, json!({"id": 30, "name": name}));
    };
    let hook = HoldOnce::after(|changes| matches!(changes, [Change::MarkDirty { .. }]));
    let engine = Engine::builder(CONNECTION, host.tenant.clone(), hook.on(&host.store))
        .clock(host.clock.clone())
        .reference_changes(ReferenceChanges::Reevaluate)
        .integration(host.jobs());
    let engine = engine.open().await.unwrap();
    job_of_type(&host, 1);
    engine.sync_once().await.unwrap();

    rename("Service");
    let gate = hook.arm();
    let meanwhile = async {
        gate.reached().await;
        assert_eq!(engine.deliver_batch(JOBS, 0).await.unwrap().report.delivered, 1);
        rename("Install");
        engine.ingest_page(Resource::JobTypes).await.unwrap();
        gate.open();
    };
    let (run, ()) = tokio::join!(engine.sync_with_references(), meanwhile);
    run.unwrap();
    engine.sync_once().await.unwrap();
    assert_eq!(host.hatch.body(1)["details"]["jobType"]["name"], "Install");
}

#[tokio::test]
async fn an_integration_that_is_paused_while_it_delivers_stops() {
    let host = Host::new();
    host.tenant.put_old(Resource::Jobs, 300, json!({"id": 1, "customerId": CUSTOMER, "active": true}));
    let engine = engine_with_news(&host, |host| change(host, 1)).await;
    let gate = host.tenant.hold(Resource::Estimates, Way::Children);
    let meanwhile = async {
        gate.reached().await;
        engine.pause(JOBS).await.unwrap();
        gate.open();
    };
    let (report, ()) = tokio::join!(engine.sync_once(), meanwhile);
    let report = report.unwrap();
    assert!(jobs(&report).paused);
    assert_eq!((jobs(&report).delivered, jobs(&report).waiting), (0, 1));
    assert!(host.hatch.sent().is_empty());
    engine.resume(JOBS).await.unwrap();
    assert_eq!(jobs(&engine.sync_once().await.unwrap()).delivered, 1);
}

#[tokio::test]
async fn what_is_being_sent_when_it_is_to_be_delivered_again_is_sent_once_more() {
    let host = Host::new();
    host.job(1);
    // Nothing is left to look up, so that the opportunity is being sent when it is marked.
    let engine = engine_with_news(&host, |host| change(host, 1)).await;
    let (again, all) = ([1], Redelivery::default());
    let (now, marked) = tokio::join!(engine.deliver_now(JOBS, &again), engine.redeliver(JOBS, &all));
    assert_eq!((now.unwrap().delivered, marked.unwrap()), (1, 1));
    assert_eq!(jobs(&engine.sync_once().await.unwrap()).delivered, 1);
}

/// Erases a customer while a read is on its way, and returns the number of the customer's records left in the mirror.
async fn left_after_erasing(under_way: (Resource, Way), work: impl AsyncFn(&Engine)) -> usize {
    let host = Host::new();
    old_customer(&host, 8);
    let engine = engine_with_news(&host, |host| host.job_of(1, 8)).await;
    if under_way.1 == Way::Feed {
        engine.sync_once().await.unwrap();
        host.tenant.put(Resource::CustomerContacts, contact(81, 8, "614-555-0002"));
    }
    let gate = host.tenant.hold(under_way.0, under_way.1);
    let meanwhile = async {
        gate.reached().await;
        engine.erase(8).await.unwrap();
        for contact in [80, 81] {
            host.tenant.erase(Resource::CustomerContacts, contact);
        }
        gate.open();
    };
    tokio::join!(work(&engine), meanwhile);
    host.hatch.sent();
    engine.sync_once().await.unwrap();
    assert!(host.hatch.sent().is_empty());
    host.store.linked(CONNECTION, Resource::CustomerContacts, Resource::Customers, &[8]).await.unwrap().len()
}

#[tokio::test]
async fn a_customer_who_is_erased_while_their_contacts_are_read_stays_erased() {
    let lookup = left_after_erasing((Resource::CustomerContacts, Way::Children), async |engine| {
        let _ = engine.deliver_batch(JOBS, 0).await;
    });
    assert_eq!(lookup.await, 0);
    let page = left_after_erasing((Resource::CustomerContacts, Way::Feed), async |engine| {
        engine.ingest_page(Resource::CustomerContacts).await.unwrap();
    });
    assert_eq!(page.await, 0);
}
