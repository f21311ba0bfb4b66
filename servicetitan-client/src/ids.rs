//! The IDs of ServiceTitan's records, a type each.

use crate::model::id;

id! {
    /// A tenant: one company's account in ServiceTitan. Stands in the path of every call.
    TenantId,
    /// A job.
    JobId,
    /// A customer.
    CustomerId,
}
