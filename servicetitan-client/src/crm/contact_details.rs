//! What contacts are made of.

use crate::model::model;

model! {
    /// What may be done with a phone number.
    pub struct PhoneSettings {
        /// The number that the settings are for.
        "phoneNumber" => phone_number: Option<String>,
        /// Whether no text messages may be sent to the number.
        "doNotText" => do_not_text: Option<bool>,
    }
}

model! {
    /// What a contact wants to be told.
    pub struct ContactPreferences {
        /// Whether reminders of jobs are wanted.
        "jobRemindersEnabled" => job_reminders_enabled: Option<bool>,
        /// Whether marketing updates are wanted.
        "marketingUpdatesEnabled" => marketing_updates_enabled: Option<bool>,
        /// Whether to be notified of invoices and statements.
        "invoiceStatementNotification" => invoice_statement_notification: Option<bool>,
    }
}
