//! Sales & Estimates.

mod estimate_writes;
mod estimates;

crate::declare::family! {
    resources {
        estimates,
    }
    beside {
        estimate_writes,
    }
}
