//! Events of Hatch that arrive as files.

use std::time::Duration;

use hatch_mapping::{HatchEvent, HatchEventKind};
use simulator::{Fault, FaultKind, NoteParent, Server};

use crate::program::Host;
use crate::{simulator, until};

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_put_into_the_folder_becomes_notes_once() {
    let simulator = simulator().await;
    let host = Host::new(&simulator, "[events]\nfolder = \"events\"");
    host.replace("client_id", "time_zone = \"Asia/Kolkata\"\nclient_id");
    let mut daemon = host.command(&[]).spawn().expect("sync_daemon starts");
    let source = simulator.hatch_departments()[0].source.clone();
    until(|| !simulator.hatch().last_bodies(&source).is_empty()).await;
    let id = simulator.hatch().last_bodies(&source).into_keys().next().expect("an opportunity");
    let mut event =
        HatchEvent::new("e1", "jobs", &id, simulator.world().now(), HatchEventKind::CampaignMessage);
    event.content = Some("Are you at home on Friday?".to_owned());
    let folder = host.folder.path().join("events/north");
    until(|| folder.is_dir()).await;
    for name in ["first", "again"] {
        let file = folder.join(format!("{name}.json"));
        std::fs::write(&file, serde_json::to_vec(&event).expect("JSON")).expect("an event");
        until(|| !file.exists()).await;
    }
    std::fs::write(folder.join("broken.json"), "{").expect("a file");
    until(|| folder.join("broken.refused").exists()).await;
    // A file that cannot be read at all stops neither the other files nor the syncs.
    std::fs::create_dir(folder.join("folder.json")).expect("a folder");
    until(|| folder.join("folder.refused").exists()).await;
    until(|| simulator.world().note_count() >= 2).await;
    let notes = simulator.world().notes(NoteParent::Job, id.parse().expect("an ID"));
    let about_friday: Vec<_> = notes.iter().filter(|note| note.text.contains("on Friday?")).collect();
    assert_eq!(about_friday.len(), 1);
    assert!(about_friday[0].text.contains("(UTC+05:30)"), "told by the tenant's clocks");
    assert_eq!(simulator.world().note_count(), 2);
    daemon.kill().expect("it ends");
    daemon.wait().expect("it ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_whose_note_takes_long_holds_up_no_event_behind_it() {
    let simulator = simulator().await;
    let host = Host::new(&simulator, "[events]\nfolder = \"events\"");
    let mut daemon = host.command(&[]).spawn().expect("sync_daemon starts");
    let source = simulator.hatch_departments()[0].source.clone();
    until(|| simulator.hatch().last_bodies(&source).len() >= 2).await;
    let slow = FaultKind::Slow { by: Duration::from_secs(90) };
    simulator.inject(Fault::once(Server::ServiceTitan, slow).on_method("POST").on_path("/notes"));
    let folder = host.folder.path().join("events/north");
    until(|| folder.is_dir()).await;
    let ids: Vec<String> = simulator.hatch().last_bodies(&source).into_keys().take(2).collect();
    let began = std::time::Instant::now();
    for id in &ids {
        let event = HatchEvent::new(id, "jobs", id, simulator.world().now(), HatchEventKind::CampaignMessage);
        let file = folder.join(format!("{id}.new"));
        std::fs::write(&file, serde_json::to_vec(&event).expect("JSON")).expect("an event");
        std::fs::rename(&file, file.with_extension("json")).expect("an event");
    }
    let has_note = |id: &String| {
        let job = id.parse().expect("an ID");
        simulator.world().notes(NoteParent::Job, job).iter().any(|note| note.text.contains("[ref "))
    };
    until(|| ids.iter().all(has_note)).await;
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
    daemon.kill().expect("it ends");
    daemon.wait().expect("it ends");
}
