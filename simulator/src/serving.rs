//! Both servers on loopback ports, over HTTP/1.1.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::stream;
use http::{Request, Response};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::exchange::{Trickle, exchange};
use crate::faults::Server;
use crate::tenants::Tenants;

type Body = BoxBody<Bytes, io::Error>;

/// Serves until told to stop, and then until the requests that are running are answered. Dropping it cuts all connections.
pub(crate) async fn serve(
    listener: TcpListener,
    server: Server,
    tenants: Arc<Tenants>,
    mut stopped: watch::Receiver<bool>,
) {
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    loop {
        let stream = tokio::select! {
            // An error means that the simulator is gone, which stops the server too.
            _ = stopped.wait_for(|stopped| *stopped) => break,
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                // A connection that failed while it was taken is its caller's affair.
                Err(_) => continue,
            },
        };
        connections.spawn(graceful.watch(connection(stream, server, Arc::clone(&tenants))));
    }
    drop(listener);
    graceful.shutdown().await;
}

fn connection(
    stream: TcpStream,
    server: Server,
    tenants: Arc<Tenants>,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send {
    // Small answers go out at once; a connection where that cannot be set is only slower.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(Arc::clone(&tenants), server, request));
    http1::Builder::new().serve_connection(TokioIo::new(stream), service)
}

/// The answer to a request; an error makes hyper cut the connection.
async fn answer(
    tenants: Arc<Tenants>,
    server: Server,
    request: Request<Incoming>,
) -> io::Result<Response<Body>> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    match exchange(&tenants, server, &Request::from_parts(head, body)).await {
        Ok(mut answer) => Ok(match answer.extensions_mut().remove() {
            Some(Trickle(every)) => answer.map(|body| trickling(body, every)),
            None => answer.map(whole),
        }),
        Err(broken) if broken.answer_began => Ok(Response::new(cut_short())),
        Err(broken) => Err(io::Error::other(broken)),
    }
}

fn whole(body: Bytes) -> Body {
    Full::new(body).map_err(|never: Infallible| match never {}).boxed()
}

/// A body that comes byte by byte, with a pause before each.
fn trickling(body: Bytes, every: Duration) -> Body {
    let pieces = stream::unfold(body, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(every).await;
        let byte = rest.split_to(1);
        Some((Ok(Frame::data(byte)), rest))
    });
    BodyExt::boxed(StreamBody::new(pieces))
}

/// A body that ends in an error, so that the connection is cut within it.
fn cut_short() -> Body {
    let reset = io::Error::new(io::ErrorKind::ConnectionReset, "the simulated connection broke");
    let pieces = stream::iter([Ok(Frame::data(Bytes::from_static(b"{\"da"))), Err(reset)]);
    BodyExt::boxed(StreamBody::new(pieces))
}
