//! A made-up resource for tests: rows with an ID and a time of creation.
#![allow(unreachable_pub, reason = "models are made public")]

use chrono::{DateTime, Utc};

use crate::Operation;
use crate::ids::JobId;

pub(crate) const LIST: Operation = Operation::get("rows.list", "x/v2/tenant/{tenant}/rows", "tn.x.rows:r");
pub(crate) const FEED: Operation =
    Operation::get("rows.export", "x/v2/tenant/{tenant}/export/rows", "tn.x.rows:r");

crate::model::model! {
    /// A row.
    pub struct Row {
        /// The ID.
        "id" => id: JobId,
        /// When it was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
    }
}

crate::model::record!(Row, JobId);
