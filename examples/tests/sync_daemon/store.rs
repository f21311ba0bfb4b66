//! The store's file.

use crate::program::{Host, said};
use crate::simulator;

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_cannot_be_used_is_told_with_what_to_do() {
    let simulator = simulator().await;
    for (path, expected) in [("nowhere/sync.db", "see that the folder exists"), ("north.toml", "damaged")] {
        let host = Host::new(&simulator, "");
        host.replace("path = \"sync.db\"", &format!("path = \"{path}\""));
        let output = host.run(&["once"]);
        assert_eq!(output.status.code(), Some(5), "{}", said(&output));
        assert!(said(&output).contains(expected), "{expected:?} in {}", said(&output));
    }
    let host = Host::new(&simulator, "");
    let output = host.run(&["status"]);
    assert_eq!(output.status.code(), Some(5), "there is no store yet");
    assert!(said(&output).contains("it is made when"), "{}", said(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_store_may_be_named_by_a_url() {
    let simulator = simulator().await;
    for slashes in ["sqlite:", "sqlite://"] {
        let host = Host::new(&simulator, "");
        host.replace("path = \"sync.db\"", &format!("url = \"{slashes}by-url.db\""));
        let output = host.run(&["once"]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        assert!(host.folder.path().join("by-url.db").exists());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_the_file_alone_is_a_copy_of_the_store_once_the_program_has_ended() {
    let simulator = simulator().await;
    let host = Host::new(&simulator, "");
    assert_eq!(host.run(&["once"]).status.code(), Some(0));
    let delivered = simulator.hatch().total_upserts();
    let folder = host.folder.path();
    std::fs::copy(folder.join("sync.db"), folder.join("copy.db")).expect("a copy");
    host.replace("path = \"sync.db\"", "path = \"copy.db\"");
    assert_eq!(host.run(&["once"]).status.code(), Some(0));
    assert_eq!(simulator.hatch().total_upserts(), delivered);
}
