//! How many requests may be sent, and who shares that.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::budget::Budget;
use crate::ids::TenantId;

/// Who goes first when the budget is short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum Lane {
    /// Somebody waits for it, such as a note that is pushed now. Goes before everything else.
    Interactive,
    /// The regular run.
    #[default]
    Incremental,
    /// What may take hours. Uses what the others leave.
    Backfill,
}

/// How many requests per second may be sent. All clients that were given clones of this value share it, whatever their tenant: give one
/// value to all clients of an app.
///
/// ServiceTitan once counted 60 per second for an app, and now counts them for an app and a tenant: the first is safe, and
/// [`for_each_tenant`](Self::for_each_tenant) makes use of the second.
///
/// Requests are spread evenly, and no second, wherever it begins, holds more than the limit. A `429` pauses all lanes of a budget for as
/// long as ServiceTitan asks.
///
/// A budget is shared within a process. Where several processes are of one app, give each a part of the limit.
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
/// // Built from nothing, it shares the budget all the same.
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
    /// This many requests per second; 0 counts as 1.
    pub fn per_second(requests: u32) -> RequestLimits {
        let per_second = requests.max(1);
        RequestLimits { per_second, budgets: Budgets::One(Arc::new(Budget::new(per_second))) }
    }

    /// As many for each tenant by itself.
    #[must_use]
    pub fn for_each_tenant(self) -> RequestLimits {
        RequestLimits { per_second: self.per_second, budgets: Budgets::OfTenants(Arc::default()) }
    }

    /// The budget that this tenant's requests go by.
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
