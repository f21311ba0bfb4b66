//! Permissions of employees and technicians.

use crate::model::model;

model! {
    /// A permission of an employee or a technician.
    pub struct Permission {
        /// The ID.
        "id" => id: Option<i64>,
        /// The value.
        "value" => value: Option<String>,
    }
}
