//! Where the server is, and how it is used.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sync_core::StoreError;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use url::form_urlencoded;

use crate::schema::Migrate;

/// The schema that the tables are in unless another one is named.
const SCHEMA: &str = "servicetitan_hatch";

/// Where the server is, and how it is used.
///
/// # TLS
///
/// `sslmode=disable` in the URL switches it off, `require`, `verify-ca` and `verify-full` switch it on. Without a word about it TLS is off
/// to this machine (`localhost`, a loopback address, a socket) and on to any other. Where it is on, the server's certificate and name are
/// always verified, also under `require`: against the authorities of the machine, or those in the file that `sslrootcert` names or
/// in [`trusted_certificates`](Self::trusted_certificates). There is no `prefer`: whoever is in between could choose for both.
#[derive(Clone)]
pub struct PostgresOptions {
    pub(crate) config: Config,
    pub(crate) schema: String,
    pub(crate) pool_size: usize,
    pub(crate) connect_timeout: Duration,
    pub(crate) statement_timeout: Duration,
    pub(crate) tls: bool,
    pub(crate) trusted: Trusted,
    pub(crate) migrate: Migrate,
}

/// Where the certificates come from that a server is trusted by.
#[derive(Clone)]
pub(crate) enum Trusted {
    Machine,
    File(PathBuf),
    Pem(Vec<u8>),
}

impl PostgresOptions {
    /// Reads a URL as PostgreSQL's own programs do: `postgres://user:password@host:5432/database?sslmode=require`.
    ///
    /// Several hosts, separated by commas, are tried in turn; with `target_session_attrs=read-write` the one that may be written is
    /// taken, which is how a failover is followed.
    ///
    /// # Errors
    ///
    /// [`StoreError::Refused`] for what is no such URL. The message never shows the URL, for the sake of its password.
    pub fn from_url(url: &str) -> Result<Self, StoreError> {
        let unusable = |why: String| {
            StoreError::Refused(format!("the URL of the PostgreSQL store cannot be used: {why}"))
        };
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(unusable("it does not begin with postgres:// or postgresql://".to_owned()));
        }
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let mut mode = None;
        let mut trusted = Trusted::Machine;
        // What tokio-postgres has no words for is taken out; the rest stays as it was written.
        let mut rest = Vec::new();
        for piece in query.split('&').filter(|piece| !piece.is_empty()) {
            for (key, value) in form_urlencoded::parse(piece.as_bytes()) {
                match &*key {
                    "sslmode" => mode = Some(value.into_owned()),
                    "sslrootcert" => trusted = Trusted::File(PathBuf::from(value.into_owned())),
                    _ => rest.push(piece),
                }
            }
        }
        let mut config = Config::from_str(&format!("{base}?{}", rest.join("&"))).map_err(|error| {
            let why =
                std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            unusable(why)
        })?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(unusable("it names no host".to_owned()));
        }
        let tls = match mode.as_deref() {
            Some("disable") => false,
            Some("require" | "verify-ca" | "verify-full") => true,
            None => !is_this_machine(&config),
            Some("prefer" | "allow") => {
                return Err(unusable(
                    "TLS is either used or not; say sslmode=require or sslmode=disable".to_owned(),
                ));
            }
            Some(_) => return Err(unusable("sslmode has a value that PostgreSQL does not know".to_owned())),
        };
        config.ssl_mode(if tls { SslMode::Require } else { SslMode::Disable });
        if config.get_application_name().is_none() {
            config.application_name("postgres-store");
        }
        Ok(PostgresOptions {
            config,
            schema: SCHEMA.to_owned(),
            pool_size: 8,
            connect_timeout: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(30),
            tls,
            trusted,
            migrate: Migrate::Allowed,
        })
    }

    /// The user's password, in place of one in the URL.
    #[must_use]
    pub fn password(mut self, password: &SecretString) -> Self {
        self.config.password(password.expose_secret());
        self
    }

    /// The schema that the tables are in: `servicetitan_hatch` unless another one is named. It is made where it is missing. Several stores
    /// may share a database, each in a schema of its own.
    #[must_use]
    pub fn schema(mut self, schema: impl Into<String>) -> Self {
        self.schema = schema.into();
        self
    }

    /// How many sessions are open at most: 8 unless it is set, and never below 1. One serves an engine that waits for ServiceTitan most of
    /// the time; an engine in full flow uses two or three.
    #[must_use]
    pub fn pool_size(mut self, sessions: usize) -> Self {
        self.pool_size = sessions.max(1);
        self
    }

    /// How long opening a session may take: 10 seconds unless it is set.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long a statement may take, and how long a call waits for a session of the pool: 30 seconds unless it is set. A statement that
    /// takes longer is undone with its commit, and reported as temporary.
    #[must_use]
    pub fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.statement_timeout = timeout;
        self
    }

    /// The certificates (PEM) of the authorities that the server is trusted by, in place of the machine's.
    #[must_use]
    pub fn trusted_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.trusted = Trusted::Pem(pem.into());
        self
    }

    /// The name under which the server lists the sessions, in `pg_stat_activity` and in its log.
    #[must_use]
    pub fn application_name(mut self, name: impl Into<String>) -> Self {
        self.config.application_name(name);
        self
    }

    /// Refuses an older schema instead of bringing it up to date, for a host that lets another user do that.
    #[must_use]
    pub fn without_migrations(mut self) -> Self {
        self.migrate = Migrate::Refused;
        self
    }

    /// Database, server and user as messages name them.
    pub(crate) fn place(&self) -> String {
        let ports = self.config.get_ports();
        let port = |index: usize| ports.get(index).or(ports.first()).copied().unwrap_or(5432);
        let hosts: Vec<String> = self
            .config
            .get_hosts()
            .iter()
            .enumerate()
            .map(|(index, host)| match host {
                Host::Tcp(name) => format!("{name}:{}", port(index)),
                #[cfg(unix)]
                Host::Unix(path) => path.display().to_string(),
            })
            .collect();
        let user = self.config.get_user().unwrap_or("of this process");
        let database = self.config.get_dbname().unwrap_or(user);
        format!("database {database} on {} (user {user})", hosts.join(", "))
    }

    /// The configuration with what every session is begun with.
    pub(crate) fn session_config(&self) -> Config {
        let mut config = self.config.clone();
        let statement = self.statement_timeout.as_millis();
        let settings = format!(
            "{} -c statement_timeout={statement} -c lock_timeout={statement}",
            self.config.get_options().unwrap_or_default()
        );
        config.options(settings.trim_start()).connect_timeout(self.connect_timeout);
        // A server that went away without a word is noticed within a minute.
        config.keepalives_idle(Duration::from_secs(20));
        config.keepalives_interval(Duration::from_secs(10)).keepalives_retries(3);
        config.tcp_user_timeout(Duration::from_secs(50));
        config
    }
}

/// The password stays out, and the server's address is enough.
impl fmt::Debug for PostgresOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PostgresOptions")
            .field("place", &self.place())
            .field("schema", &self.schema)
            .field("tls", &self.tls)
            .field("pool_size", &self.pool_size)
            .finish_non_exhaustive()
    }
}

fn is_this_machine(config: &Config) -> bool {
    let by_name = config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    });
    by_name && config.get_hostaddrs().iter().all(std::net::IpAddr::is_loopback)
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::{PostgresOptions, Trusted};

    fn options(url: &str) -> PostgresOptions {
        PostgresOptions::from_url(url).unwrap()
    }

    #[test]
    fn tls_is_used_to_every_machine_but_this_one_unless_the_url_says_otherwise() {
        for (url, tls) in [
            ("postgres://sync@db.example/sync", true),
            ("postgresql://sync@10.0.0.7:6432/sync", true),
            ("postgres://sync@localhost,db.example/sync", true),
            ("postgres://sync@localhost/sync", false),
            ("postgres://sync@127.0.0.1:5433/sync", false),
            ("postgres://sync@%2Fvar%2Frun%2Fpostgresql/sync", false),
            ("postgres://sync@localhost/sync?sslmode=verify-full", true),
            ("postgres://sync@localhost/sync?sslmode=require&application_name=x", true),
            ("postgres://sync@db.example/sync?sslmode=disable", false),
        ] {
            assert_eq!(options(url).tls, tls, "{url}");
        }
    }

    #[test]
    fn the_file_of_trusted_certificates_is_read_from_the_url() {
        let options = options("postgres://sync@db/sync?sslrootcert=%2Fetc%2Fca.pem&sslmode=verify-full");
        assert!(matches!(options.trusted, Trusted::File(path) if path.to_str() == Some("/etc/ca.pem")));
    }

    #[test]
    fn what_is_no_url_of_a_server_is_refused_without_showing_it() {
        for url in [
            "mysql://sync:secret-word@db/sync",
            "host=db user=sync password=secret-word",
            "postgres://sync:secret-word@/sync",
            "postgres://sync:secret-word@db:port/sync",
            "postgres://sync:secret-word@db/sync?sslmode=prefer",
            "postgres://sync:secret-word@db/sync?sslmode=secret-word",
            "postgres://sync:secret-word@db/sync?unknown=secret-word",
        ] {
            let error = PostgresOptions::from_url(url).unwrap_err().to_string();
            assert!(!error.contains("secret-word"), "{error}");
            assert!(error.contains("cannot be used"), "{error}");
        }
    }

    #[test]
    fn a_password_is_shown_neither_in_debug_nor_in_the_place() {
        let options = options("postgres://sync:secret-word@db,standby:5433/main")
            .password(&SecretString::from("another-secret"));
        let shown = format!("{options:?} {}", options.place());
        assert!(!shown.contains("secret"), "{shown}");
        assert!(shown.contains("database main on db:5432, standby:5433 (user sync)"), "{shown}");
        assert_eq!(options.config.get_password(), Some(&b"another-secret"[..]));
    }
}
