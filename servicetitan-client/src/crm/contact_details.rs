//! What contacts are made of.

use super::ContactType;
use crate::declare::*;

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

model! {
    /// A contact as ServiceTitan answers when its customer or location was added.
    pub struct CreatedContact {
        /// The ID.
        "id" => id: Option<ContactId>,
        /// The kind of contact.
        "type" => r#type: Option<ContactType>,
        /// The number or the address.
        "value" => value: Option<String>,
        /// A remark.
        "memo" => memo: Option<String>,
    }
}

request! {
    /// A phone number or an e-mail address to be added to a customer or a location.
    pub struct NewContact {
        must {
            /// The kind of contact.
            "type" => r#type: ContactType,
            /// The number or the address.
            "value" => value: String,
        }
        may {
            /// A remark.
            "memo" => memo: String,
        }
    }
}

request! {
    /// What changes of a contact.
    pub struct ContactUpdate {
        may {
            /// The kind of contact.
            "type" => r#type: ContactType,
            /// The number or the address.
            "value" => value: String,
            /// A remark.
            "memo" => memo: String,
            /// What the contact wants to be told.
            "preferences" => preferences: ContactPreferencesUpdate,
        }
    }
}

request! {
    /// What a contact wants to be told from now on: all three are said, whatever changes.
    pub struct ContactPreferencesUpdate {
        named {
            /// Whether reminders of jobs are wanted.
            "jobRemindersEnabled" => job_reminders_enabled: bool,
            /// Whether marketing updates are wanted.
            "marketingUpdatesEnabled" => marketing_updates_enabled: bool,
            /// Whether to be notified of invoices and statements.
            "invoiceStatementNotification" => invoice_statement_notification: bool,
        }
    }
}
