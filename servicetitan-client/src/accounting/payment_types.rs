//! Payment types.

use crate::declare::*;

model! {
    /// Payment type, such as cash or check.
    pub struct PaymentType {
        /// ID of the payment type.
        "id" => id: PaymentTypeId,
        /// Name of the payment type.
        "name" => name: Option<String>,
        /// Time when the payment type was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// Time when the payment type was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
    }
}

record!(PaymentType, PaymentTypeId, modified: modified_on);

filter! {
    /// Filter for lists of payment types.
    pub struct PaymentTypeFilter with created, active {}
}

resource! {
    /// Payment types.
    pub struct PaymentTypes as payment_types, scope "tn.acc.paymenttypes", under "accounting/v2/tenant/{tenant}/" {
        /// Reads one payment type.
        get "payment-types/{id}" => get(id: PaymentTypeId) -> PaymentType;
        /// Lists the payment types that match the filter.
        list "payment-types" => list() -> PaymentType, by PaymentTypeFilter;
        /// Reads the payment types with these IDs (any number), including inactive ones.
        ids "payment-types" => by_ids(ids: PaymentTypeId) -> PaymentType, active Any;
    }
}
