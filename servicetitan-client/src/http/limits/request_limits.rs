//! The number of requests per second, and the clients that share it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::Instant;

use super::budget::Budget;
use crate::ids::TenantId;

/// A limit on requests per second. All clients that were given clones of one value share one budget, whatever their tenant: give clones of one
/// value to all clients of an app.
///
/// ServiceTitan once allowed 60 requests per second to an app, and now allows them to each pair of app and tenant. The default keeps to the
/// former; [`for_each_tenant`](Self::for_each_tenant) makes use of the latter.
///
/// Clients that share a budget take turns in each lane, so that one with many requests does not hold up one with few.
///
/// Requests are spread evenly, and no second, wherever it begins, holds more requests than the limit. A `429` pauses all lanes of a budget for
/// as long as ServiceTitan asks.
///
/// A budget is shared within a process. Where several processes run one app, give each process a part of the limit, or lend it parts that follow
/// the demand ([`lent`](Self::lent)).
///
/// ```
/// use servicetitan_client::{Environment, Error, RequestLimits, SecretString, ServiceTitan, TenantId};
///
/// # fn main() -> Result<(), Error> {
/// // Two processes of one app, with half of its 60 requests per second each, for all of their tenants together.
/// let limits = RequestLimits::per_second(30);
/// let first = ServiceTitan::builder(Environment::Integration)
///     .app_key(SecretString::from("ak1.key"))
///     .credentials("cid.first", SecretString::from("cs1.first"))
///     .tenant(TenantId(1))
///     .limits(limits.clone())
///     .build()?;
/// let second = first.for_tenant(TenantId(2), "cid.second", SecretString::from("cs1.second"))?;
/// // A client with a builder of its own shares the budget all the same.
/// let third = ServiceTitan::builder(Environment::Integration)
///     .app_key(SecretString::from("ak1.key"))
///     .credentials("cid.third", SecretString::from("cs1.third"))
///     .tenant(TenantId(3))
///     .limits(limits)
///     .build()?;
/// # let _ = (second, third);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RequestLimits {
    per_second: u32,
    budgets: Budgets,
}

#[derive(Clone)]
enum Budgets {
    One(Arc<Budget>),
    OfTenants(Arc<Mutex<BTreeMap<TenantId, Arc<Budget>>>>),
}

impl RequestLimits {
    /// A limit of this many requests per second; 0 counts as 1.
    pub fn per_second(requests: u32) -> RequestLimits {
        let per_second = requests.max(1);
        RequestLimits { per_second, budgets: Budgets::One(Arc::new(Budget::new(per_second))) }
    }

    /// A limit that is lent in parts, such as by a service that divides an app's limit among processes: no request is sent until a part is
    /// [lent](Self::lend).
    pub fn lent() -> RequestLimits {
        let limits = RequestLimits::per_second(1);
        limits.lend(0, Instant::now());
        limits
    }

    /// Sets the limit to this many requests per second, 0 for none, until this moment, from which on no request is sent. Requests that wait go on
    /// waiting, within their deadlines. Of a limit for each tenant it changes nothing: lend each tenant's limit by itself.
    pub fn lend(&self, per_second: u32, until: Instant) {
        if let Budgets::One(budget) = &self.budgets {
            budget.lend(per_second, until);
        }
    }

    /// Returns the number of requests that wait for the limit or were sent within the last second: how much of a limit would be of use.
    pub fn demand(&self) -> usize {
        match &self.budgets {
            Budgets::One(budget) => budget.demand(),
            Budgets::OfTenants(budgets) => {
                let budgets = budgets.lock().unwrap_or_else(PoisonError::into_inner);
                budgets.values().map(|budget| budget.demand()).sum()
            }
        }
    }

    /// Lets `wake` be called whenever a request begins to wait, for a service that lends the limit while there is [demand](Self::demand). It is called
    /// within the request, so it must be quick. A limit has one such function: the first one stays. Of a limit for each tenant it changes nothing:
    /// lend each tenant's limit by itself.
    pub fn on_demand(&self, wake: impl Fn() + Send + Sync + 'static) {
        if let Budgets::One(budget) = &self.budgets {
            budget.on_demand(Box::new(wake));
        }
    }

    /// Gives each tenant a budget of its own, each with this limit.
    #[must_use]
    pub fn for_each_tenant(self) -> RequestLimits {
        RequestLimits { per_second: self.per_second, budgets: Budgets::OfTenants(Arc::default()) }
    }

    /// Returns the budget of this tenant's requests.
    pub(crate) fn budget(&self, tenant: TenantId) -> Arc<Budget> {
        match &self.budgets {
            Budgets::One(budget) => budget.clone(),
            Budgets::OfTenants(budgets) => {
                let mut budgets = budgets.lock().unwrap_or_else(PoisonError::into_inner);
                budgets.entry(tenant).or_insert_with(|| Arc::new(Budget::new(self.per_second))).clone()
            }
        }
    }
}

impl Default for RequestLimits {
    /// ServiceTitan's own limit: 60 per second, for all tenants together.
    fn default() -> Self {
        RequestLimits::per_second(60)
    }
}

impl fmt::Debug for RequestLimits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let for_each_tenant = matches!(self.budgets, Budgets::OfTenants(_));
        formatter
            .debug_struct("RequestLimits")
            .field("per_second", &self.per_second)
            .field("for_each_tenant", &for_each_tenant)
            .finish()
    }
}
