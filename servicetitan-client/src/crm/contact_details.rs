//! Settings and preferences of contacts, and the request bodies that write contacts.

use super::ContactType;
use crate::declare::*;

model! {
    /// Settings of a phone number.
    pub struct PhoneSettings {
        /// Phone number that the settings belong to.
        "phoneNumber" => phone_number: Option<String>,
        /// True if the number has opted out of text messages.
        "doNotText" => do_not_text: Option<bool>,
    }
}

model! {
    /// Notifications that a contact wants or does not want.
    pub struct ContactPreferences {
        /// True if the contact wants reminders of jobs.
        "jobRemindersEnabled" => job_reminders_enabled: Option<bool>,
        /// True if the contact wants marketing messages.
        "marketingUpdatesEnabled" => marketing_updates_enabled: Option<bool>,
        /// True if the contact wants notifications about invoices and statements.
        "invoiceStatementNotification" => invoice_statement_notification: Option<bool>,
    }
}

model! {
    /// A contact as ServiceTitan returns it when its customer or location is created.
    pub struct CreatedContact {
        /// ID of the contact.
        "id" => id: Option<ContactId>,
        /// Kind of contact: phone, mobile phone, fax or e-mail.
        "type" => r#type: Option<ContactType>,
        /// Phone number, fax number or e-mail address.
        "value" => value: Option<String>,
        /// Note on the contact, such as whose number it is.
        "memo" => memo: Option<String>,
    }
}

request! {
    /// A phone number or an e-mail address to be added to a customer or a location.
    pub struct NewContact {
        must {
            /// Kind of contact: phone, mobile phone, fax or e-mail.
            "type" => r#type: ContactType,
            /// Phone number, fax number or e-mail address.
            "value" => value: String,
        }
        may {
            /// Note on the contact, such as whose number it is.
            "memo" => memo: String,
        }
    }
}

request! {
    /// Changes to a contact. Fields that are not set keep their value.
    pub struct ContactUpdate {
        may {
            /// Kind of contact: phone, mobile phone, fax or e-mail.
            "type" => r#type: ContactType,
            /// Phone number, fax number or e-mail address.
            "value" => value: String,
            /// Note on the contact, such as whose number it is.
            "memo" => memo: String,
            /// Notifications that the contact has agreed to receive.
            "preferences" => preferences: ContactPreferencesUpdate,
        }
    }
}

request! {
    /// New notification preferences of a contact. All three values are written, also those that do not change.
    pub struct ContactPreferencesUpdate {
        named {
            /// True if the contact wants reminders of jobs.
            "jobRemindersEnabled" => job_reminders_enabled: bool,
            /// True if the contact wants marketing messages.
            "marketingUpdatesEnabled" => marketing_updates_enabled: bool,
            /// True if the contact wants notifications about invoices and statements.
            "invoiceStatementNotification" => invoice_statement_notification: bool,
        }
    }
}
