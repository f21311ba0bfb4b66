//! The pages as HTML.

pub(crate) mod connection;
pub(crate) mod connections;
pub(crate) mod dead_letters;
pub(crate) mod erase;
pub(crate) mod event;
pub(crate) mod explanation;
mod frame;
mod parts;
pub(crate) mod search;

pub(crate) use frame::{Frame, Outcome};
