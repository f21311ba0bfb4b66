//! Signals. Ctrl-C and SIGTERM: the first one asks the engines to stop, the second one ends the process. SIGHUP has the configuration read again.

use std::io;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::failure::Failure;

/// Exit code by convention of a program that a signal ended.
const ENDED_BY_SIGNAL: i32 = 130;

/// Starts listening to signals. The first one cancels the returned token.
pub fn on_signals() -> Result<CancellationToken, Failure> {
    let stop = CancellationToken::new();
    let failed =
        |error: io::Error| Failure::Configuration(format!("the program cannot listen to signals: {error}"));
    let mut signals = Signals::listen().map_err(failed)?;
    let token = stop.clone();
    tokio::spawn(async move {
        signals.next().await;
        tracing::info!("stopping after the current transactions; a second signal ends at once");
        token.cancel();
        signals.next().await;
        tracing::warn!("ended at once; the next run repeats the unfinished work");
        std::process::exit(ENDED_BY_SIGNAL);
    });
    Ok(stop)
}

/// Waits for SIGHUP; for ever where there is no such signal.
#[cfg(unix)]
pub struct Hangups(tokio::signal::unix::Signal);

#[cfg(unix)]
impl Hangups {
    pub fn listen() -> io::Result<Self> {
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).map(Hangups)
    }

    pub async fn next(&mut self) {
        self.0.recv().await;
    }
}

#[cfg(not(unix))]
pub struct Hangups;

#[cfg(not(unix))]
impl Hangups {
    pub fn listen() -> io::Result<Self> {
        Ok(Hangups)
    }

    pub async fn next(&mut self) {
        std::future::pending::<()>().await;
    }
}

/// Awaits the work; after a request to stop, for `grace` at most.
pub async fn within(
    grace: Duration,
    stop: &CancellationToken,
    work: impl Future<Output = Result<(), Failure>>,
) -> Result<(), Failure> {
    let too_long = async {
        stop.cancelled().await;
        tokio::time::sleep(grace).await;
    };
    tokio::select! {
        ended = work => ended,
        () = too_long => {
            tracing::warn!("stopping took longer than `stop_within_seconds`; the next run repeats the unfinished work");
            Ok(())
        }
    }
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Signals)
    }

    async fn next(&mut self) {
        // Without signals, the program runs until it is killed.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
