//! The wish to stop.

/// Listens for Ctrl-C and SIGTERM from now on, and answers when one of them has come.
#[cfg(unix)]
pub fn shutdown() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Answers when Ctrl-C has come.
#[cfg(not(unix))]
pub fn shutdown() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a way to listen it runs until it is ended from outside.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
