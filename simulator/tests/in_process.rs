//! Both systems without sockets.

mod direct;

use direct::{Direct, tiny};
use serde_json::json;
use simulator::{Fault, FaultKind, NoteParent, Server};

#[tokio::test(start_paused = true)]
async fn both_systems_answer_without_a_socket_and_count_their_requests() {
    let caller = Direct::start(tiny()).await;
    let jobs = caller.get("jpm:jobs?pageSize=3").await;
    assert_eq!((jobs.status, jobs.json["data"].as_array().map(Vec::len)), (200, Some(3)));
    let body = json!({ "phoneNumber": "6145550100", "externalID": "1" });
    assert_eq!(caller.upsert(0, body).await.unwrap().status, 200);
    let source = caller.simulator.hatch_departments()[0].source.clone();
    assert_eq!(caller.simulator.hatch().last_bodies(&source).len(), 1);
    let stats = caller.simulator.stats();
    assert_eq!((stats.token_requests, stats.servicetitan_requests(), stats.hatch_requests()), (1, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_broken_connection_tells_the_test_what_its_caller_cannot_know() {
    let caller = Direct::start(tiny()).await;
    let job = caller.simulator.world().ids("jobs")[0];
    for (kind, carried_out) in [(FaultKind::BrokenBefore, false), (FaultKind::BrokenAfter, true)] {
        caller.simulator.inject(Fault::once(Server::ServiceTitan, kind).on_path("/notes"));
        let broken = caller.api("POST", &format!("jpm:jobs/{job}/notes"), &json!({ "text": "Hi" })).await;
        let broken = broken.err().unwrap();
        assert_eq!((broken.answer_began, broken.carried_out), (carried_out, carried_out));
        assert_eq!(caller.simulator.world().notes(NoteParent::Job, job).len(), usize::from(carried_out));
    }
}
