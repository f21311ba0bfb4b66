//! The memory, CPU time and writes of this process, by Linux' own counts.

use std::time::Duration;

/// The present and the largest resident memory, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Resident {
    /// The present resident memory.
    pub now: u64,
    /// The largest resident memory so far.
    pub peak: u64,
}

/// Returns the resident memory of this process; 0 where it is not counted.
pub fn resident() -> Resident {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = |name: &str| -> u64 {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
    };
    Resident { now: kilobytes("VmRSS:") * 1024, peak: kilobytes("VmHWM:") * 1024 }
}

/// Returns the bytes that this process caused to be sent to the disk: pages of files, each time that one was made dirty after it had been
/// written. 0 where it is not counted.
pub fn bytes_written() -> u64 {
    let io = std::fs::read_to_string("/proc/self/io").unwrap_or_default();
    let line = io.lines().find_map(|line| line.strip_prefix("write_bytes: "));
    line.and_then(|bytes| bytes.trim().parse().ok()).unwrap_or(0)
}

/// Returns the CPU time of this process' running threads of a name. A thread that has ended is not counted.
pub fn cpu_of_threads(name: &str) -> Duration {
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else { return Duration::ZERO };
    let read = |thread: std::io::Result<std::fs::DirEntry>| {
        let path = thread.ok()?.path();
        let is_meant = std::fs::read_to_string(path.join("comm")).ok()?.trim() == name;
        let statistics = std::fs::read_to_string(path.join("schedstat")).ok()?;
        let running = statistics.split(' ').next()?.parse().ok()?;
        is_meant.then_some(Duration::from_nanos(running))
    };
    threads.filter_map(read).sum()
}
