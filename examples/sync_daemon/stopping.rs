//! Ctrl-C and SIGTERM: the first asks the engines to stop, the second ends the process.

use std::io;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::failure::Failure;

/// What a shell expects of a program that a signal ended.
const ENDED_BY_SIGNAL: i32 = 130;

/// Listens from now on; the token is cancelled by the first signal.
pub fn on_signals() -> Result<CancellationToken, Failure> {
    let stop = CancellationToken::new();
    let failed = |error: io::Error| Failure::Configuration(format!("signals cannot be listened to: {error}"));
    let mut signals = Signals::listen().map_err(failed)?;
    let token = stop.clone();
    tokio::spawn(async move {
        signals.next().await;
        tracing::info!("stopping; a second signal ends at once");
        token.cancel();
        signals.next().await;
        tracing::warn!("ended at once: what was under way is done again by the next run");
        std::process::exit(ENDED_BY_SIGNAL);
    });
    Ok(stop)
}

/// Does the work to its end; once it was asked to stop, for no longer than `grace`.
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
            tracing::warn!("something took longer than `stop_within_seconds`: the next run does it again");
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
        // Without a way to listen there is nothing to wait for but the end.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
