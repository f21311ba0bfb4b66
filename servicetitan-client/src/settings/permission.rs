//! Permissions of employees and technicians.

use crate::model::model;

model! {
    /// A permission of an employee's or a technician's user.
    pub struct Permission {
        /// ID of the permission.
        "id" => id: Option<i64>,
        /// Value of the permission.
        "value" => value: Option<String>,
    }
}
