//! A proxy between store and server that counts what is asked, and cuts sessions where a test wants it.

use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use url::Url;

use crate::server;

/// Where a session is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// In place of the message with this number, counted from now on; nothing gets through afterwards.
    Message(usize),
    /// Nothing is cut, and nothing more of the session that sends the message with this number gets through: as if its
    /// client were frozen.
    Frozen(usize),
    /// Once the server has carried out a `COMMIT`, in place of its answer; afterwards all gets through.
    AnswerToCommit,
    /// At once, until it is lifted.
    Everything,
}

/// What becomes of a message.
enum Fate {
    PassedOn,
    Cut,
    Frozen,
}

#[derive(Debug, Default)]
struct State {
    cut: Option<Cut>,
    messages: usize,
    statements: usize,
    preparations: usize,
    round_trips: usize,
    answered: bool,
}

/// What went through since the last [`Proxy::reset`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Statements carried out, `BEGIN` and `COMMIT` included.
    pub(crate) statements: usize,
    /// Statements prepared.
    pub(crate) preparations: usize,
    /// How often something was asked after an answer.
    pub(crate) round_trips: usize,
    /// Messages of the client.
    pub(crate) messages: usize,
}

#[derive(Debug, Clone)]
pub(crate) struct Proxy {
    port: u16,
    state: Arc<Mutex<State>>,
    cutting: Arc<Notify>,
}

impl Proxy {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let proxy = Proxy {
            port: listener.local_addr().unwrap().port(),
            state: Arc::default(),
            cutting: Arc::new(Notify::new()),
        };
        let accepting = proxy.clone();
        let url = server::url();
        let server = (url.host_str().unwrap().to_owned(), url.port().unwrap_or(5432));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(&server).await else { continue };
                server.set_nodelay(true).ok();
                client.set_nodelay(true).ok();
                tokio::spawn(accepting.clone().relay(client, server));
            }
        });
        proxy
    }

    /// The server by way of the proxy.
    pub(crate) fn url(&self) -> Url {
        let mut url = server::url();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(self.port)).unwrap();
        url
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Counts anew and cuts there.
    pub(crate) fn reset(&self, cut: Option<Cut>) {
        *self.state() = State { cut, ..State::default() };
        if cut == Some(Cut::Everything) {
            self.cutting.notify_waiters();
        }
    }

    pub(crate) fn counts(&self) -> Counts {
        let state = self.state();
        Counts {
            statements: state.statements,
            preparations: state.preparations,
            round_trips: state.round_trips,
            messages: state.messages,
        }
    }

    async fn relay(self, client: TcpStream, server: TcpStream) {
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        // Whichever ends takes the other with it, as both sockets close.
        tokio::select! {
            _ = self.requests(from_client, to_server) => {}
            _ = self.answers(from_server, to_client) => {}
            () = self.cutting.notified() => {}
        }
    }

    async fn requests(&self, mut client: OwnedReadHalf, mut server: OwnedWriteHalf) -> io::Result<()> {
        let mut first = true;
        loop {
            // The first message of a session has no type.
            let kind = if first { 0 } else { client.read_u8().await? };
            let length = client.read_u32().await?;
            let mut rest = vec![0; length as usize - 4];
            client.read_exact(&mut rest).await?;
            let mut message = Vec::with_capacity(rest.len() + 5);
            if !first {
                message.push(kind);
            }
            message.extend(length.to_be_bytes());
            message.extend(&rest);
            first = false;
            match self.fate(kind) {
                Fate::Cut => return Ok(()),
                Fate::Frozen => std::future::pending().await,
                Fate::PassedOn => {}
            }
            server.write_all(&message).await?;
        }
    }

    /// Counts a message of the client.
    fn fate(&self, kind: u8) -> Fate {
        let mut state = self.state();
        let number = state.messages;
        state.messages += 1;
        state.statements += usize::from(kind == b'E' || kind == b'Q');
        state.preparations += usize::from(kind == b'P');
        state.round_trips += usize::from(std::mem::take(&mut state.answered));
        match state.cut {
            Some(Cut::Everything) => Fate::Cut,
            Some(Cut::Frozen(from)) if from <= number => {
                // A session that replaces the frozen one gets through at once, before a test could lift the cut.
                state.cut = None;
                Fate::Frozen
            }
            Some(Cut::Message(cut)) if cut <= number => {
                state.cut = Some(Cut::Everything);
                drop(state);
                self.cutting.notify_waiters();
                Fate::Cut
            }
            _ => Fate::PassedOn,
        }
    }

    async fn answers(&self, mut server: OwnedReadHalf, mut client: OwnedWriteHalf) -> io::Result<()> {
        let mut bytes = vec![0; 65_536];
        loop {
            let read = server.read(&mut bytes).await?;
            if read == 0 {
                return Ok(());
            }
            {
                let mut state = self.state();
                state.answered = true;
                // The tag of a transaction that was carried out.
                let committed = bytes[..read].windows(7).any(|tag| tag == b"COMMIT\0");
                if committed && state.cut == Some(Cut::AnswerToCommit) {
                    state.cut = None;
                    return Ok(());
                }
            }
            client.write_all(&bytes[..read]).await?;
        }
    }
}
