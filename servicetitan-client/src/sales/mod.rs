//! Sales & Estimates.

mod estimates;

crate::declare::family! {
    estimates,
}
