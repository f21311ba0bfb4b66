//! Ctrl-C and SIGTERM stop the service once what is open is finished.

use std::io;

use tokio_util::sync::CancellationToken;

/// Listens from now on; the token is cancelled by the first signal.
pub fn on_signals() -> io::Result<CancellationToken> {
    let stop = CancellationToken::new();
    let token = stop.clone();
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::spawn(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
        tracing::info!("stopping");
        token.cancel();
    });
    Ok(stop)
}
