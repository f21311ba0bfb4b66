//! The traits that a host implements for its operators: the connections, their state, and the calls that change them.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use futures::stream::BoxStream;
use hatch_mapping::OpportunityModel;
use serde::Serialize;
use sync_core::{
    ConnectionStatus, DeadLetter, EraseReport, EventExplanation, OpportunityExplanation, Progress,
    StoreError, SyncError, SyncReport,
};
use thiserror::Error;

/// The connections of a host. They may come and go while the page is served.
pub trait Host: Send + Sync {
    /// Returns the names of the connections in alphabetical order.
    fn names(&self) -> Vec<String>;

    /// Returns the connection with this name; `None` if there is none, or none any more.
    fn connection(&self, name: &str) -> Option<Arc<dyn Connection>>;
}

/// A connection, as its operators see it.
#[async_trait]
pub trait Connection: Send + Sync {
    /// Returns the connection's name.
    fn name(&self) -> String;

    /// Returns the integrations by name, each with the model of its opportunities.
    fn models(&self) -> BTreeMap<String, OpportunityModel>;

    /// Reads the state of the connection from its store.
    async fn status(&self) -> Result<ConnectionStatus, HostError>;

    /// Returns the last runs.
    fn runs(&self) -> Runs;

    /// Returns the number of requests sent to ServiceTitan since the process started.
    fn requests_sent(&self) -> u64;

    /// Returns the limits of requests that hold for the connection.
    fn budgets(&self) -> Budgets;

    /// Returns the steps of the runs from now on.
    fn progress(&self) -> BoxStream<'static, Progress>;

    /// Finds the opportunities, customers and events that a text may mean: the ID of a job, a membership, a customer or an event, a phone number, an
    /// e-mail address, or a part of a customer's name.
    async fn search(&self, text: &str) -> Result<Found, HostError>;

    /// Explains the opportunity of a base record, with its records as ServiceTitan has them now if `refresh` is set.
    async fn explain(
        &self,
        integration: &str,
        id: i64,
        refresh: bool,
    ) -> Result<OpportunityExplanation, HostError>;

    /// Retries a dead letter. Returns whether there was such a letter.
    async fn retry(&self, letter: &DeadLetter) -> Result<bool, HostError>;

    /// Discards a dead letter. Returns whether there was such a letter.
    async fn discard(&self, letter: &DeadLetter) -> Result<bool, HostError>;

    /// Stops the delivery of an integration until it is resumed.
    async fn pause(&self, integration: &str) -> Result<(), HostError>;

    /// Lets the delivery of a paused integration go on.
    async fn resume(&self, integration: &str) -> Result<(), HostError>;

    /// Returns the customer whom [`erase`](Self::erase) would erase; `None` if the store has no such customer.
    async fn customer(&self, id: i64) -> Result<Option<CustomerSummary>, HostError>;

    /// Erases a customer, those merged with it, and everything of their jobs and memberships from the store.
    async fn erase(&self, id: i64) -> Result<EraseReport, HostError>;
}

/// A failed call of a host, with the reason for operators and without customer data.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct HostError(pub String);

impl From<SyncError> for HostError {
    fn from(error: SyncError) -> Self {
        HostError(error.to_string())
    }
}

impl From<StoreError> for HostError {
    fn from(error: StoreError) -> Self {
        HostError(error.to_string())
    }
}

/// The last runs of a connection.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Runs {
    /// The runs, newest first.
    pub last: Vec<Run>,
    /// The error with which the engine stopped for good; `None` while it runs.
    pub stopped: Option<String>,
}

impl Runs {
    /// The number of runs that [`add`](Self::add) keeps.
    pub const KEPT: usize = 20;

    /// Adds a run that has just ended. Where there are more than [`KEPT`](Self::KEPT), the oldest one goes.
    pub fn add(&mut self, run: Run) {
        self.last.insert(0, run);
        self.last.truncate(Self::KEPT);
    }

    /// The time at which the last run ended.
    pub fn ended(&self) -> Option<DateTime<Utc>> {
        self.last.first().map(|run| run.ended)
    }
}

/// A run that ended.
#[derive(Debug, Clone, Serialize)]
pub struct Run {
    /// The time at which the run ended, by the host's clock.
    pub ended: DateTime<Utc>,
    /// The report; `None` if the run failed.
    pub report: Option<SyncReport>,
    /// The error of a run that failed.
    pub error: Option<String>,
}

/// The limits of requests, each in requests per second; `None` where the host does not know one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Budgets {
    /// The limit of the app at ServiceTitan, which other connections may share.
    pub servicetitan: Option<f64>,
    /// The limit at Hatch.
    pub hatch: Option<f64>,
}

/// The answer to a search. Holds customer data.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Opportunities whose base record has the ID.
    pub opportunities: Vec<FoundOpportunity>,
    /// Customers, each with the opportunities.
    pub customers: Vec<FoundCustomer>,
    /// The event of Hatch with the ID.
    pub event: Option<EventExplanation>,
    /// True if there are more customers than these.
    pub has_more: bool,
}

impl Found {
    /// Returns true if nothing was found.
    pub fn is_empty(&self) -> bool {
        self.opportunities.is_empty() && self.customers.is_empty() && self.event.is_none()
    }
}

/// An opportunity that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoundOpportunity {
    /// The integration's name.
    pub integration: String,
    /// The kind of the base record.
    pub model: OpportunityModel,
    /// The base record's ID.
    pub id: i64,
}

/// A customer who was found. Holds customer data.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct FoundCustomer {
    /// The customer's ID in ServiceTitan.
    pub id: i64,
    /// The customer's name.
    pub name: Option<String>,
    /// The part of the customer that matches the text.
    pub by: CustomerMatch,
    /// The customer's opportunities.
    pub opportunities: Vec<FoundOpportunity>,
}

/// The part of a customer that matches a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CustomerMatch {
    /// The ID.
    Id,
    /// A phone number of the customer.
    Phone,
    /// A phone number of a location of the customer.
    PhoneOfLocation,
    /// An e-mail address of the customer.
    Email,
    /// An e-mail address of a location of the customer.
    EmailOfLocation,
    /// The name.
    Name,
}

/// A customer, before it is erased. Holds customer data.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct CustomerSummary {
    /// The customer's ID in ServiceTitan.
    pub id: i64,
    /// The customer's name.
    pub name: Option<String>,
    /// Number of jobs in the store.
    pub jobs: u64,
    /// Number of memberships in the store.
    pub memberships: u64,
}

/// Leaves names out of `Debug`.
macro_rules! debug_without_names {
    ($($type:ident: $($field:ident),+;)+) => {$(
        impl std::fmt::Debug for $type {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut written = formatter.debug_struct(stringify!($type));
                $(written.field(stringify!($field), &self.$field);)+
                written.finish_non_exhaustive()
            }
        }
    )+};
}

debug_without_names! {
    Found: opportunities, has_more;
    FoundCustomer: id, by, opportunities;
    CustomerSummary: id, jobs, memberships;
}
