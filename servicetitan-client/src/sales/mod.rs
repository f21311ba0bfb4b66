//! The Sales & Estimates family: estimates.

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
