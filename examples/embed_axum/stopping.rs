//! Ctrl-C and SIGTERM: the service finishes open requests and stops.

use std::io;

use tokio_util::sync::CancellationToken;

/// Starts listening to signals. The first one cancels the returned token.
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
        tracing::info!("stopping after open requests");
        token.cancel();
    });
    Ok(stop)
}
