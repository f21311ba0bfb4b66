//! The workspace's benches: see `benches/`, run with `cargo bench -p benches`.
