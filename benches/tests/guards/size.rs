//! The size of the daemon's program.

use std::path::PathBuf;

#[test]
#[ignore = "needs SYNC_DAEMON, the path of a program that was built with --release"]
fn the_daemon_is_no_larger_than_accepted() {
    let path = PathBuf::from(std::env::var("SYNC_DAEMON").expect("SYNC_DAEMON names the program"));
    let bytes = path.metadata().unwrap_or_else(|error| panic!("{}: {error}", path.display())).len();
    guards::check([("size.sync_daemon", bytes as f64)]);
}
