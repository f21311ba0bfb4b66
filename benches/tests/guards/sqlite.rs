//! Bytes that SQLite writes. `adapters/sqlite-store/src/statements.rs` counts its statements.

use std::path::Path;

use sqlite_store::SqliteStore;

use crate::recording::Recording;
use crate::tenant::runtime;

/// The size of the log at which SQLite begins it anew: a longer log does not show everything that was written to it.
const LOG: u64 = 64 << 20;

fn bytes(path: &Path) -> u64 {
    path.metadata().unwrap().len()
}

#[test]
fn a_record_takes_no_more_bytes_of_sqlites_log_and_file_than_accepted() {
    let recording = Recording::of_a_backfill();
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = folder.path().join("sync.db");
    let runtime = runtime();
    let store = runtime.block_on(SqliteStore::open(&path)).unwrap();
    runtime.block_on(recording.replay(&store));
    let log = bytes(&folder.path().join("sync.db-wal"));
    assert!(log > 0 && log < LOG, "the log has {log} bytes");
    runtime.block_on(store.close());
    let of_each = |bytes: u64| bytes as f64 / recording.records() as f64;
    // Closing copies each page of the log into the file, once.
    let file = bytes(&path);
    guards::check([
        ("sqlite.bytes_logged_per_record", of_each(log)),
        ("sqlite.bytes_of_the_file_per_record", of_each(file)),
    ]);
}
