//! What can be done with customers.

use chrono::{DateTime, Utc};

use crate::http::{Query, filter, resource};
use crate::{
    ActiveFilter, Customer, CustomerContact, CustomerId, Error, ExportFrom, ExportRequest, ListRequest,
    NewNote, Note, Operation,
};

filter! {
    /// Which customers a list gives.
    pub struct CustomerFilter {
        /// The order, such as `+ModifiedOn` or `-Id`; only fields that the schema names.
        "sort" => sort: String,
        /// Created before this time.
        "createdBefore" => created_before: DateTime<Utc>,
        /// Created at this time or later.
        "createdOnOrAfter" => created_on_or_after: DateTime<Utc>,
        /// Modified before this time.
        "modifiedBefore" => modified_before: DateTime<Utc>,
        /// Modified at this time or later.
        "modifiedOnOrAfter" => modified_on_or_after: DateTime<Utc>,
        /// By `excludeAccountingChangesFromModifiedDateRange`.
        "excludeAccountingChangesFromModifiedDateRange" => exclude_accounting_changes_from_modified_date_range: bool,
        /// With this name.
        "name" => name: String,
        /// With this street.
        "street" => street: String,
        /// With this unit.
        "unit" => unit: String,
        /// With this city.
        "city" => city: String,
        /// With this state.
        "state" => state: String,
        /// With this zip.
        "zip" => zip: String,
        /// With this country.
        "country" => country: String,
        /// With this latitude.
        "latitude" => latitude: f64,
        /// With this longitude.
        "longitude" => longitude: f64,
        /// With this phone.
        "phone" => phone: String,
        /// Whether they are in use; only those in use by default.
        "active" => active: ActiveFilter,
        /// With this external data application guid.
        "externalDataApplicationGuid" => external_data_application_guid: String,
        /// With this external data key.
        "externalDataKey" => external_data_key: String,
        /// With this external data values.
        "externalDataValues" => external_data_values: String,
    }
}

resource! {
    /// Customers.
    pub struct Customers as customers, scope "tn.crm.customers:r" {
        get Customer, by CustomerId, at "crm/v2/tenant/{tenant}/customers/{id}";
        list Customer, by CustomerFilter, at "crm/v2/tenant/{tenant}/customers";
        ids CustomerId => Customer, active Any;
        export Customer, at "crm/v2/tenant/{tenant}/export/customers";
        also
            Customers::NOTES;
            Customers::ADD_NOTE;
            Customers::CONTACTS;
            Customers::EXPORT_CONTACTS;
    }
}

impl Customers {
    const NOTES: Operation = Operation::get(
        "customers.notes",
        "crm/v2/tenant/{tenant}/customers/{id}/notes",
        "tn.crm.customers:r",
    );
    const ADD_NOTE: Operation = Operation::post(
        "customers.add_note",
        "crm/v2/tenant/{tenant}/customers/{id}/notes",
        "tn.crm.customers:w",
    );

    /// Reads the notes of a customer.
    pub fn notes(&self, id: CustomerId) -> ListRequest<Note> {
        self.client.list(&Self::NOTES, Some(id.get()), Query::default())
    }

    /// Writes a note on a customer. ServiceTitan cannot tell a repeated note from a new one: a note that may have been written is not sent again.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] when there is no such customer, and every failure of a call; `may_have_been_carried_out` tells whether to look for the note before
    /// writing it again.
    pub async fn add_note(&self, id: CustomerId, note: &NewNote) -> Result<Note, Error> {
        self.client.send(&Self::ADD_NOTE, Some(id.get()), note).await
    }

    const CONTACTS: Operation = Operation::get(
        "customers.contacts_of",
        "crm/v2/tenant/{tenant}/customers/contacts",
        "tn.crm.customers:r",
    );
    const EXPORT_CONTACTS: Operation = Operation::get(
        "customers.export_contacts",
        "crm/v2/tenant/{tenant}/export/customers/contacts",
        "tn.crm.customers:r",
    );

    /// Reads the contacts of these customers, 50 customers in a call. Inactive contacts are left out.
    pub fn contacts_of(&self, customers: &[CustomerId]) -> ListRequest<CustomerContact> {
        self.client.list_by(&Self::CONTACTS, "customerIds", customers, Query::default())
    }

    /// Reads the change feed of contacts. Inactive ones come too.
    pub fn export_contacts(&self, from: ExportFrom) -> ExportRequest<CustomerContact> {
        self.client.export(&Self::EXPORT_CONTACTS, from)
    }
}
