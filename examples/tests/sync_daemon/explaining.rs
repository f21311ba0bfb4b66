//! `explain` and `explain-event`.

use hatch_mapping::{HatchEvent, HatchEventKind};

use crate::program::{Host, said};
use crate::{simulator, until};

#[tokio::test(flavor = "multi_thread")]
async fn an_opportunity_is_explained_without_secrets_and_refreshed_with_them() {
    let simulator = simulator().await;
    let mut host = Host::new(&simulator, "");
    assert_eq!(host.run(&["once"]).status.code(), Some(0));
    let delivered = simulator.hatch().last_bodies(&simulator.hatch_departments()[0].source);
    let (id, body) = delivered.into_iter().next().expect("an opportunity");
    let job: i64 = id.parse().expect("an ID");
    simulator.world().set("jobs", job, serde_json::json!({ "summary": "Read just now" })).expect("a change");

    let refreshed = host.run(&["explain", "jobs", &id, "--refresh", "--details"]);
    assert_eq!(refreshed.status.code(), Some(0), "{}", said(&refreshed));
    assert!(said(&refreshed).contains("summary: \"Read just now\""), "{}", said(&refreshed));
    assert!(said(&refreshed).contains("UTC, differs from now"), "{}", said(&refreshed));

    let requests = simulator.stats().servicetitan_requests();
    for variable in ["SERVICETITAN_APP_KEY", "SERVICETITAN_CLIENT_SECRET", "HATCH_JOBS_API_KEY"] {
        host.secret(variable, None);
    }
    let kept = host.run(&["explain", "jobs", &id]);
    assert_eq!(kept.status.code(), Some(0), "{}", said(&kept));
    for expected in [
        format!("job {id} in jobs: active in ServiceTitan"),
        "UTC, the same as now".to_owned(),
        "Next delivery to Hatch: when something changes; Hatch is up to date".to_owned(),
        format!("externalID: {id}"),
    ] {
        assert!(said(&kept).contains(&expected), "{expected:?} in {}", said(&kept));
    }
    let json = host.run(&["explain", "jobs", &id, "--json"]);
    let told: serde_json::Value = serde_json::from_slice(&json.stdout).expect("one line of JSON");
    assert_eq!(told["connection"], "north");
    assert_eq!(told["explanation"]["opportunity"], body);
    assert_eq!(simulator.stats().servicetitan_requests(), requests);

    let unset = host.run(&["explain", "jobs", &id, "--refresh"]);
    assert_eq!(unset.status.code(), Some(3), "{}", said(&unset));
    assert!(said(&unset).contains("SERVICETITAN_APP_KEY"), "{}", said(&unset));
    let unknown = host.run(&["explain", "job", &id]);
    assert_eq!(unknown.status.code(), Some(3), "{}", said(&unknown));
    assert!(said(&unknown).contains("no integration is called \"job\""), "{}", said(&unknown));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_that_cannot_be_made_says_why() {
    let simulator = simulator().await;
    let mut host = Host::new(&simulator, "");
    assert_eq!(host.run(&["once"]).status.code(), Some(0));
    host.secret("SERVICETITAN_CLIENT_SECRET", Some("cs1.wrong"));
    let refused = host.run(&["explain", "jobs", "1", "--refresh"]);
    assert_eq!(refused.status.code(), Some(4), "{}", said(&refused));
    assert!(said(&refused).contains("this secret"), "{}", said(&refused));
    simulator.shutdown().await;
    let unreachable = host.run(&["explain", "jobs", "1", "--refresh"]);
    assert_eq!(unreachable.status.code(), Some(6), "{}", said(&unreachable));
    assert!(said(&unreachable).contains("nothing listens at"), "{}", said(&unreachable));
    let kept = host.run(&["explain", "jobs", "1"]);
    assert_eq!(kept.status.code(), Some(0), "{}", said(&kept));
    assert!(said(&kept).starts_with("job 1 in jobs: not known here."), "{}", said(&kept));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_explained_beside_a_running_daemon() {
    let simulator = simulator().await;
    let host = Host::new(&simulator, "[events]\nfolder = \"events\"");
    let mut daemon = host.command(&["run"]).spawn().expect("sync_daemon starts");
    let source = simulator.hatch_departments()[0].source.clone();
    until(|| !simulator.hatch().last_bodies(&source).is_empty()).await;
    let id = simulator.hatch().last_bodies(&source).into_keys().next().expect("an opportunity");
    let at = simulator.world().now();
    let event = HatchEvent::new("e1", "jobs", &id, at, HatchEventKind::CampaignMessage);
    let folder = host.folder.path().join("events/north");
    until(|| folder.is_dir()).await;
    let file = folder.join("e1.new");
    std::fs::write(&file, serde_json::to_vec(&event).expect("JSON")).expect("an event");
    std::fs::rename(&file, file.with_extension("json")).expect("an event");
    until(|| simulator.world().note_count() >= 2).await;
    let told = || said(&host.run(&["explain-event", "e1"]));
    until(|| told().contains("finished")).await;
    for expected in
        ["north: event e1 of ", "  note on the job: written [ref ", "  note on the customer: written [ref "]
    {
        assert!(told().contains(expected), "{expected:?} in {}", told());
    }
    assert!(said(&host.run(&["explain", "jobs", &id])).contains("  event e1 of "));
    let unknown = host.run(&["explain-event", "e2"]);
    assert_eq!(unknown.status.code(), Some(2), "{}", said(&unknown));
    assert!(said(&unknown).contains("no event \"e2\" was stored"), "{}", said(&unknown));
    daemon.kill().expect("it ends");
    daemon.wait().expect("it ends");
}
