//! Sessions of the pool: single statements that are tried again, and several that share one round trip.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use deadpool_postgres::{Object, Pool};
use futures::future::{BoxFuture, try_join_all};
use sync_core::{Resource, StoreError};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Row, Statement};

use crate::error::{Context, because, is_conflict, is_lost, no_session};
use crate::row::Resources;

/// How often a statement or a transaction is carried out before its error is reported.
///
/// Each further try is made at once. The second one makes up for sessions that a restart of the server or a proxy has cut while they lay
/// in the pool, and for the loser of a deadlock; the third for the two together. Longer waiting is the caller's.
pub(crate) const TRIES: usize = 3;

/// One parameter of a statement; for a set, a list with an element for each row.
pub(crate) type Parameter<'a> = Box<dyn ToSql + Sync + Send + 'a>;

/// A statement that writes one set.
pub(crate) struct Write<'a> {
    pub(crate) statement: &'a str,
    /// The parameters behind the first one, which is the connection's number.
    pub(crate) columns: Vec<Parameter<'a>>,
}

/// Boxes the parameters of a statement.
macro_rules! parameters {
    ($($parameter:expr),* $(,)?) => {
        vec![$(Box::new($parameter) as $crate::session::Parameter<'_>),*]
    };
}
pub(crate) use parameters;

/// Carries a call out in a task of its own, so that it goes on whether or not its caller asks for the answer.
///
/// A caller may start several calls and then wait for another one without polling those, as a stream of concurrent deliveries does whose
/// consumer commits in between. Calls that are not polled would keep their sessions, and a commit its lock, and the one that is waited for
/// would wait for them. A call whose future is dropped is carried out to its end for the same reason.
pub(crate) async fn in_task<T: Send + 'static>(
    context: &Context,
    what: &str,
    call: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    let ended = |_| StoreError::Unavailable(format!("{context} could not {what}: the program is ending"));
    tokio::spawn(call).await.map_err(ended)?
}

/// A pool of sessions and the store that they lead to.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) pool: Pool,
    pub(crate) context: Context,
    /// Read when the store is opened.
    pub(crate) resources: Resources,
}

/// Why a statement is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    /// The server undid it.
    Conflict,
    /// The session was lost: the statement may have been carried out.
    Lost,
}

impl Again {
    pub(crate) fn after(error: &Error) -> Option<Again> {
        if is_conflict(error) {
            Some(Again::Conflict)
        } else if is_lost(error) {
            Some(Again::Lost)
        } else {
            None
        }
    }
}

impl Database {
    /// The number of a resource in this schema.
    pub(crate) fn number(&self, resource: Resource) -> Result<i16, StoreError> {
        self.resources.number(resource, &self.context)
    }

    pub(crate) async fn session(&self, what: &str) -> Result<Object, StoreError> {
        self.pool.get().await.map_err(no_session(&self.context, what))
    }

    /// The rows of a statement that only reads, or does no harm when it is carried out twice.
    pub(crate) async fn read(
        self: &Arc<Self>,
        sql: &Arc<str>,
        parameters: Vec<Parameter<'static>>,
    ) -> Result<Vec<Row>, StoreError> {
        Ok(self.run(sql, parameters, "be read").await?.0)
    }

    /// As [`read`](Self::read), for a statement that also writes; says whether it may have been carried out before.
    pub(crate) async fn write(
        self: &Arc<Self>,
        sql: &Arc<str>,
        parameters: Vec<Parameter<'static>>,
    ) -> Result<(Vec<Row>, bool), StoreError> {
        self.run(sql, parameters, "be written").await
    }

    async fn run(
        self: &Arc<Self>,
        sql: &Arc<str>,
        parameters: Vec<Parameter<'static>>,
        what: &'static str,
    ) -> Result<(Vec<Row>, bool), StoreError> {
        let (database, sql) = (Arc::clone(self), Arc::clone(sql));
        let call = async move { database.run_until_done(&sql, &parameters, what).await };
        in_task(&self.context, what, call).await
    }

    async fn run_until_done(
        &self,
        sql: &str,
        parameters: &[Parameter<'static>],
        what: &str,
    ) -> Result<(Vec<Row>, bool), StoreError> {
        let mut repeated = false;
        let mut tries = 1;
        loop {
            let session = self.session(what).await?;
            let error = match run_once(&session, sql, parameters).await {
                Ok(rows) => return Ok((rows, repeated)),
                Err(error) => error,
            };
            match Again::after(&error) {
                Some(again) if tries < TRIES => {
                    repeated |= again == Again::Lost;
                    self.drop_lost(again);
                }
                _ => return Err(because(&self.context, what)(error)),
            }
            tries += 1;
        }
    }

    /// Clears the pool of what lies idle once a session was lost: the others were cut by the same restart, most likely.
    pub(crate) fn drop_lost(&self, again: Again) {
        if again == Again::Lost {
            self.pool.retain(|_, _| false);
        }
    }
}

async fn run_once(session: &Object, sql: &str, parameters: &[Parameter<'static>]) -> Result<Vec<Row>, Error> {
    let statement = session.prepare_cached(sql).await?;
    let parameters: Vec<_> = parameters.iter().map(|parameter| &**parameter as &(dyn ToSql + Sync)).collect();
    session.query(&statement, &parameters).await
}

/// Prepares those that the session has not seen yet, in one round trip.
pub(crate) async fn prepare_all(session: &Object, texts: &[&str]) -> Result<Vec<Statement>, Error> {
    try_join_all(texts.iter().map(|text| session.prepare_cached(text))).await
}

/// Sends prepared requests one behind the other without waiting for answers, and then waits for all of them: one round trip, whose requests
/// the server carries out in their order.
///
/// A request that fails before it is sent (one that is too large to encode) keeps the ones behind it from being sent. One that fails on
/// the server, within a transaction, makes the server refuse those behind it. The first error is answered.
pub(crate) async fn in_order<T>(requests: Vec<BoxFuture<'_, Result<T, Error>>>) -> Result<Vec<T>, Error> {
    let mut waiting: Vec<Request<'_, T>> = requests.into_iter().map(Request::Open).collect();
    poll_fn(|context| {
        let mut pending = false;
        for request in &mut waiting {
            let Request::Open(future) = request else { continue };
            match Pin::new(future).poll(context) {
                // The first poll sends: with the request in front unsent, this one's successors stay unsent too.
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Ready(Ok(answer)) => *request = Request::Answered(answer),
                Poll::Pending => pending = true,
            }
        }
        if pending { Poll::Pending } else { Poll::Ready(Ok(())) }
    })
    .await?;
    let answered = waiting.into_iter().filter_map(|request| match request {
        Request::Answered(answer) => Some(answer),
        Request::Open(_) => None,
    });
    Ok(answered.collect())
}

enum Request<'a, T> {
    Open(BoxFuture<'a, Result<T, Error>>),
    Answered(T),
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use futures::FutureExt;
    use futures::future::BoxFuture;
    use tokio_postgres::{Config, Error};

    use super::in_order;

    /// A request that is sent by its first poll and answered by its second.
    fn request(sent: &Mutex<Vec<u8>>, number: u8) -> BoxFuture<'_, Result<u8, Error>> {
        async move {
            sent.lock().unwrap().push(number);
            tokio::task::yield_now().await;
            Ok(number)
        }
        .boxed()
    }

    #[tokio::test]
    async fn requests_are_sent_in_their_order_and_answered_in_their_order() {
        let sent = Mutex::new(Vec::new());
        let answers = in_order((0..40).map(|number| request(&sent, number)).collect()).await.unwrap();
        assert_eq!(answers, (0..40).collect::<Vec<u8>>());
        assert_eq!(*sent.lock().unwrap(), answers);
    }

    #[tokio::test]
    async fn nothing_is_sent_behind_a_request_that_could_not_be_sent() {
        let sent = Mutex::new(Vec::new());
        let broken = async { Err("no configuration".parse::<Config>().unwrap_err()) }.boxed();
        let requests = vec![request(&sent, 1), broken, request(&sent, 2)];
        assert!(in_order(requests).await.is_err());
        assert_eq!(*sent.lock().unwrap(), [1]);
    }
}
