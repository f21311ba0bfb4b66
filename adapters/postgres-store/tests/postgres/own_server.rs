//! A server that a test may stop: started by `.ci/postgres` for this test alone.

use std::process::Stdio;

use sync_core::{Resource, Role, Store};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use url::Url;

use crate::server::{Schema, job, value};

struct OwnServer {
    url: Url,
    control: String,
    /// Ends, and the server with it, when its standard input is closed.
    process: Child,
}

impl OwnServer {
    async fn start() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.ci/postgres");
        let mut process = Command::new(script)
            .args(["sh", "-c", r#"echo "$POSTGRES_URL"; echo "$POSTGRES_CONTROL"; cat >/dev/null"#])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut line = async || lines.next_line().await.unwrap().expect("the server starts");
        let url = Url::parse(&line().await).unwrap();
        let control = line().await;
        OwnServer { url, control, process }
    }

    async fn control(&self, order: &str) {
        let done = Command::new(&self.control).arg(order).status().await.unwrap();
        assert!(done.success(), "{order}");
    }

    async fn end(mut self) {
        drop(self.process.stdin.take());
        self.process.wait().await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs POSTGRES_URL"]
async fn a_restarted_server_is_found_again_and_has_what_was_answered() {
    let server = OwnServer::start().await;
    let schema = Schema::fresh_at(&server.url);
    let store = schema.store().await;
    let epoch = store.open("acme", Role::Syncing).await.unwrap();
    store.commit("acme", epoch, vec![value("cursor", "1"), job(1, 10)]).await.unwrap();

    server.control("crash").await;
    assert_eq!(store.value("acme", "cursor").await.unwrap().as_deref(), Some("1"));
    server.control("crash").await;
    store.commit("acme", epoch, vec![value("cursor", "2"), job(2, 10)]).await.unwrap();
    server.control("crash").await;
    assert_eq!(store.records("acme", Resource::Jobs, &[1, 2]).await.unwrap().len(), 2);

    server.control("stop").await;
    for error in [
        store.value("acme", "cursor").await.unwrap_err(),
        store.commit("acme", epoch, vec![value("cursor", "3")]).await.unwrap_err(),
    ] {
        assert!(error.is_temporary(), "{error}");
        assert!(error.to_string().contains("nothing listens there; start the server"), "{error}");
    }
    server.control("start").await;
    assert_eq!(store.value("acme", "cursor").await.unwrap().as_deref(), Some("2"));
    store.commit("acme", epoch, vec![value("cursor", "3")]).await.unwrap();
    drop(schema);
    server.end().await;
}
