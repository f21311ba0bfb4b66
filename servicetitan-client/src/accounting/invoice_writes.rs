//! What is written to invoices.

#[cfg(feature = "http")]
use super::InvoiceReviewStatus;
use crate::declare::*;

model! {
    /// Whether an invoice was marked as exported.
    pub struct InvoiceExportOutcome {
        /// The invoice.
        "invoiceId" => invoice_id: Option<InvoiceId>,
        /// Whether it succeeded.
        "success" => success: Option<bool>,
        /// What went wrong, if it did.
        "errorMessage" => error_message: Option<String>,
    }
}

open_enum! {
    /// The status of a royalty, with room for values to come.
    pub enum RoyaltyStatus {
        /// `Pending`.
        Pending,
        /// `Sent`.
        Sent,
        /// `Failed`.
        Failed,
    }
}

open_enum! {
    /// Whether a payment was settled, with room for values to come.
    pub enum SettlementStatus {
        /// `NotSettled`.
        NotSettled,
        /// `Settled`.
        Settled,
    }
}

request! {
    /// An invoice to be added that adjusts another one.
    pub struct NewAdjustmentInvoice {
        must {
            /// The invoice that this one adjusts.
            "adjustmentToId" => adjustment_to_id: InvoiceId,
        }
        may {
            /// The number.
            "number" => number: String,
            /// The invoice type.
            "typeId" => type_id: i64,
            /// When it was invoiced.
            "invoicedOn" => invoiced_on: DateTime<Utc>,
            /// The total before tax, in the tenant's currency.
            "subtotal" => subtotal: Decimal,
            /// The tax, in the tenant's currency.
            "tax" => tax: Decimal,
            /// The tax zone.
            "taxZoneId" => tax_zone_id: TaxZoneId,
            /// The summary, often HTML.
            "summary" => summary: String,
            /// The status of the royalty.
            "royaltyStatus" => royalty_status: RoyaltyStatus,
            /// The date of the royalty.
            "royaltyDate" => royalty_date: DateTime<Utc>,
            /// When the royalty was sent.
            "royaltySentOn" => royalty_sent_on: DateTime<Utc>,
            /// A remark on the royalty.
            "royaltyMemo" => royalty_memo: String,
            /// The ID in the accounting system it was exported to.
            "exportId" => export_id: String,
            /// How far the review is.
            "reviewStatus" => review_status: InvoiceReviewStatus,
            /// The employee who is to review it.
            "assignedToId" => assigned_to_id: EmployeeId,
            /// The budget code.
            "budgetCodeId" => budget_code_id: i64,
            /// The items.
            "items" => items: Vec<InvoiceItemUpdate>,
        }
    }
}

request! {
    /// What changes of an invoice.
    pub struct InvoiceUpdate {
        may_clear {
            /// The number.
            "number" => number: String,
            /// The invoice type.
            "typeId" => type_id: i64,
            /// When it was invoiced.
            "invoicedOn" => invoiced_on: DateTime<Utc>,
            /// The total before tax, in the tenant's currency.
            "subtotal" => subtotal: Decimal,
            /// The tax, in the tenant's currency.
            "tax" => tax: Decimal,
            /// The tax zone.
            "taxZoneId" => tax_zone_id: TaxZoneId,
            /// The summary, often HTML.
            "summary" => summary: String,
            /// The status of the royalty.
            "royaltyStatus" => royalty_status: RoyaltyStatus,
            /// The date of the royalty.
            "royaltyDate" => royalty_date: DateTime<Utc>,
            /// When the royalty was sent.
            "royaltySentOn" => royalty_sent_on: DateTime<Utc>,
            /// A remark on the royalty.
            "royaltyMemo" => royalty_memo: String,
            /// The ID in the accounting system it was exported to.
            "exportId" => export_id: String,
            /// How far the review is.
            "reviewStatus" => review_status: InvoiceReviewStatus,
            /// The employee who is to review it.
            "assignedToId" => assigned_to_id: EmployeeId,
            /// The budget code.
            "budgetCodeId" => budget_code_id: i64,
            /// The items.
            "items" => items: Vec<InvoiceItemUpdate>,
            /// When the invoice is due.
            "dueDate" => due_date: NaiveDate,
            /// The payments that were settled.
            "payments" => payments: Vec<PaymentSettlement>,
        }
    }
}

request! {
    /// An item to be added to an invoice, or to be changed where it has an ID.
    pub struct InvoiceItemUpdate {
        must {
            /// The description, often HTML.
            "description" => description: String,
            /// The quantity.
            "quantity" => quantity: Decimal,
        }
        may_clear {
            /// The SKU.
            "skuId" => sku_id: SkuId,
            /// The name of the SKU.
            "skuName" => sku_name: String,
            /// The technician.
            "technicianId" => technician_id: TechnicianId,
            /// The price of one, in the tenant's currency.
            "unitPrice" => unit_price: Decimal,
            /// The cost of one unit, in the tenant's currency.
            "cost" => cost: Decimal,
            /// Whether it is sold as an add-on.
            "isAddOn" => is_add_on: bool,
            /// The signature.
            "signature" => signature: String,
            /// The technician's signature.
            "technicianAcknowledgementSignature" => technician_acknowledgement_signature: String,
            /// When it was installed.
            "installedOn" => installed_on: DateTime<Utc>,
            /// The warehouse that it comes from.
            "inventoryWarehouseName" => inventory_warehouse_name: String,
            /// Whether prices for members are left as they are.
            "skipUpdatingMembershipPrices" => skip_updating_membership_prices: bool,
            /// The name of the group that the item belongs to.
            "itemGroupName" => item_group_name: String,
            /// The root of the group that the item belongs to.
            "itemGroupRootId" => item_group_root_id: i64,
            /// The inventory location.
            "inventoryLocationId" => inventory_location_id: i64,
            /// The duration, with its billing.
            "durationBillingId" => duration_billing_id: i64,
            /// The budget code.
            "budgetCodeId" => budget_code_id: i64,
            /// The item to be changed; a new one is added without.
            "id" => id: InvoiceItemId,
        }
    }
}

request! {
    /// Whether and when a payment of an invoice was settled.
    pub struct PaymentSettlement {
        must {
            /// The payment.
            "id" => id: i64,
        }
        may_clear {
            /// Whether it was settled.
            "settlementStatus" => settlement_status: SettlementStatus,
            /// When it was settled.
            "settlementDate" => settlement_date: DateTime<Utc>,
        }
    }
}

request! {
    /// An invoice that another system took over.
    pub struct ExportedInvoice {
        must {
            /// The invoice.
            "invoiceId" => invoice_id: InvoiceId,
        }
        may {
            /// The ID that the other system gave it.
            "externalId" => external_id: String,
            /// A remark of the system that took it over.
            "externalMessage" => external_message: String,
        }
    }
}

request! {
    /// Custom fields of invoices to be set.
    pub struct InvoiceCustomFieldsUpdate {
        must {
            /// The invoices and their fields.
            "operations" => operations: Vec<InvoiceCustomFields>,
        }
    }
}

request! {
    /// Custom fields of one invoice to be set.
    pub struct InvoiceCustomFields {
        must {
            /// The invoice.
            "objectId" => object_id: InvoiceId,
            /// The tenant's own fields.
            "customFields" => custom_fields: Vec<NamedFieldValue>,
        }
    }
}

request! {
    /// A custom field, by its name, and its value.
    pub struct NamedFieldValue {
        must {
            /// The name.
            "name" => name: String,
        }
        may_clear {
            /// The value.
            "value" => value: String,
        }
    }
}
