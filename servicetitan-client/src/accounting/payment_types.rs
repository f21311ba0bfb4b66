//! Payment types.

use crate::declare::*;

model! {
    /// A payment type.
    pub struct PaymentType {
        /// The ID.
        "id" => id: PaymentTypeId,
        /// The name.
        "name" => name: Option<String>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
    }
}

record!(PaymentType, PaymentTypeId, modified: modified_on);

filter! {
    /// Which payment types a list gives.
    pub struct PaymentTypeFilter with created, active {}
}

resource! {
    /// Payment types.
    pub struct PaymentTypes as payment_types, scope "tn.acc.paymenttypes", under "accounting/v2/tenant/{tenant}/" {
        /// Reads one payment type.
        get "payment-types/{id}" => get(id: PaymentTypeId) -> PaymentType;
        /// Reads the list.
        list "payment-types" => list() -> PaymentType, by PaymentTypeFilter;
        /// Reads the payment types with these IDs, however many, those out of use too.
        ids "payment-types" => by_ids(ids: PaymentTypeId) -> PaymentType, active Any;
    }
}
