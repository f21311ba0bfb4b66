//! The workers and the intake: programs that are started, killed, frozen, and gone when the test is.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock};

use serde_json::Value;

use crate::example;

/// Builds the program once, and returns the path of its executable.
fn built() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| example::built("restate_worker"))
}

/// A running program. Dropping it kills it, frozen or not.
pub struct Program {
    child: Child,
    /// The last line that it printed.
    said: Arc<Mutex<Option<Value>>>,
}

impl Program {
    /// Starts the program with these arguments. Its log goes to a file.
    pub fn start(arguments: &[&str], log: &Path) -> Self {
        let log = File::options().create(true).append(true).open(log).expect("a log");
        let mut child = Command::new(built())
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("restate_worker starts");
        let said: Arc<Mutex<Option<Value>>> = Arc::default();
        let (lines, last) = (child.stdout.take().expect("a pipe"), Arc::clone(&said));
        std::thread::spawn(move || {
            for line in BufReader::new(lines).lines().map_while(Result::ok) {
                *last.lock().expect("no panic") = serde_json::from_str(&line).ok();
            }
        });
        Program { child, said }
    }

    /// The last line that the program printed.
    pub fn said(&self) -> Option<Value> {
        self.said.lock().expect("no panic").clone()
    }

    /// Waits until the program has printed a line.
    pub async fn ready(&mut self) -> Value {
        loop {
            if let Some(said) = self.said() {
                return said;
            }
            if let Some(status) = self.child.try_wait().expect("a child") {
                panic!("the program ended: {status}");
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("a child").is_none()
    }

    pub fn kill(&mut self) {
        // SIGKILL, which ends a stopped process too.
        self.child.kill().expect("it is killed");
        self.child.wait().expect("it is gone");
    }

    pub fn freeze(&self) {
        self.signal("STOP");
    }

    pub fn thaw(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(sent.expect("kill runs").success(), "SIG{name} was not sent");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may be gone already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
