//! Request bodies of writes to invoices, and their answers.

#[cfg(feature = "http")]
use super::InvoiceReviewStatus;
use crate::declare::*;

model! {
    /// Result of marking one invoice as exported.
    pub struct InvoiceExportOutcome {
        /// ID of the invoice.
        "invoiceId" => invoice_id: Option<InvoiceId>,
        /// True if the invoice was marked.
        "success" => success: Option<bool>,
        /// Error message from ServiceTitan; absent on success.
        "errorMessage" => error_message: Option<String>,
    }
}

open_enum! {
    /// Status of a royalty.
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
    /// Settlement status of a payment.
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
            /// ID of the invoice that this one adjusts.
            "adjustmentToId" => adjustment_to_id: InvoiceId,
        }
        may {
            /// Number of the invoice.
            "number" => number: String,
            /// ID of the invoice's type.
            "typeId" => type_id: i64,
            /// Date of the invoice (UTC).
            "invoicedOn" => invoiced_on: DateTime<Utc>,
            /// Total of the invoice before tax, in the tenant's currency.
            "subtotal" => subtotal: Decimal,
            /// Tax on the invoice, in the tenant's currency.
            "tax" => tax: Decimal,
            /// ID of the tax zone that applies to the invoice.
            "taxZoneId" => tax_zone_id: TaxZoneId,
            /// Summary of the invoice, often HTML.
            "summary" => summary: String,
            /// Status of the royalty.
            "royaltyStatus" => royalty_status: RoyaltyStatus,
            /// Date of the royalty (UTC).
            "royaltyDate" => royalty_date: DateTime<Utc>,
            /// Time when the royalty was sent (UTC).
            "royaltySentOn" => royalty_sent_on: DateTime<Utc>,
            /// Note on the royalty.
            "royaltyMemo" => royalty_memo: String,
            /// ID of the invoice in the accounting system that it was exported to.
            "exportId" => export_id: String,
            /// Review status of the invoice.
            "reviewStatus" => review_status: InvoiceReviewStatus,
            /// ID of the employee who is to review the invoice.
            "assignedToId" => assigned_to_id: EmployeeId,
            /// ID of the invoice's budget code.
            "budgetCodeId" => budget_code_id: i64,
            /// Items of the invoice.
            "items" => items: Vec<InvoiceItemUpdate>,
        }
    }
}

request! {
    /// Changes to an invoice. Fields that are not set keep their value.
    pub struct InvoiceUpdate {
        may_clear {
            /// Number of the invoice.
            "number" => number: String,
            /// ID of the invoice's type.
            "typeId" => type_id: i64,
            /// Date of the invoice (UTC).
            "invoicedOn" => invoiced_on: DateTime<Utc>,
            /// Total of the invoice before tax, in the tenant's currency.
            "subtotal" => subtotal: Decimal,
            /// Tax on the invoice, in the tenant's currency.
            "tax" => tax: Decimal,
            /// ID of the tax zone that applies to the invoice.
            "taxZoneId" => tax_zone_id: TaxZoneId,
            /// Summary of the invoice, often HTML.
            "summary" => summary: String,
            /// Status of the royalty.
            "royaltyStatus" => royalty_status: RoyaltyStatus,
            /// Date of the royalty (UTC).
            "royaltyDate" => royalty_date: DateTime<Utc>,
            /// Time when the royalty was sent (UTC).
            "royaltySentOn" => royalty_sent_on: DateTime<Utc>,
            /// Note on the royalty.
            "royaltyMemo" => royalty_memo: String,
            /// ID of the invoice in the accounting system that it was exported to.
            "exportId" => export_id: String,
            /// Review status of the invoice.
            "reviewStatus" => review_status: InvoiceReviewStatus,
            /// ID of the employee who is to review the invoice.
            "assignedToId" => assigned_to_id: EmployeeId,
            /// ID of the invoice's budget code.
            "budgetCodeId" => budget_code_id: i64,
            /// Items of the invoice.
            "items" => items: Vec<InvoiceItemUpdate>,
            /// Date on which the invoice is due.
            "dueDate" => due_date: NaiveDate,
            /// Settlements of the invoice's payments.
            "payments" => payments: Vec<PaymentSettlement>,
        }
    }
}

request! {
    /// An item to be added to an invoice, or to be changed if it has an ID.
    pub struct InvoiceItemUpdate {
        must {
            /// Description of the item, often HTML.
            "description" => description: String,
            /// Quantity of the item.
            "quantity" => quantity: Decimal,
        }
        may_clear {
            /// ID of the price book entry (SKU) that the item bills.
            "skuId" => sku_id: SkuId,
            /// Name of the price book entry (SKU) that the item bills.
            "skuName" => sku_name: String,
            /// ID of the technician.
            "technicianId" => technician_id: TechnicianId,
            /// Price of one unit of the item, in the tenant's currency.
            "unitPrice" => unit_price: Decimal,
            /// Cost of one unit of the item, in the tenant's currency.
            "cost" => cost: Decimal,
            /// True if the item is sold as an add-on.
            "isAddOn" => is_add_on: bool,
            /// Signature of the customer.
            "signature" => signature: String,
            /// Signature of the technician.
            "technicianAcknowledgementSignature" => technician_acknowledgement_signature: String,
            /// Time when the item was installed (UTC).
            "installedOn" => installed_on: DateTime<Utc>,
            /// Name of the warehouse that the item comes from.
            "inventoryWarehouseName" => inventory_warehouse_name: String,
            /// True to leave the prices for members as they are.
            "skipUpdatingMembershipPrices" => skip_updating_membership_prices: bool,
            /// Name of the group that the item belongs to.
            "itemGroupName" => item_group_name: String,
            /// ID of the root item of the item's group.
            "itemGroupRootId" => item_group_root_id: i64,
            /// ID of the inventory location that the item comes from.
            "inventoryLocationId" => inventory_location_id: i64,
            /// ID of the membership type's duration and billing option.
            "durationBillingId" => duration_billing_id: i64,
            /// ID of the item's budget code.
            "budgetCodeId" => budget_code_id: i64,
            /// ID of the item to change; without an ID, a new item is added.
            "id" => id: InvoiceItemId,
        }
    }
}

request! {
    /// Settlement of one payment of an invoice.
    pub struct PaymentSettlement {
        must {
            /// ID of the payment.
            "id" => id: i64,
        }
        may_clear {
            /// Settlement status of the payment.
            "settlementStatus" => settlement_status: SettlementStatus,
            /// Time when the payment was settled (UTC).
            "settlementDate" => settlement_date: DateTime<Utc>,
        }
    }
}

request! {
    /// An invoice that another system has taken over.
    pub struct ExportedInvoice {
        must {
            /// ID of the invoice.
            "invoiceId" => invoice_id: InvoiceId,
        }
        may {
            /// ID of the invoice in the other system.
            "externalId" => external_id: String,
            /// Message from the other system.
            "externalMessage" => external_message: String,
        }
    }
}

request! {
    /// New custom field values of several invoices.
    pub struct InvoiceCustomFieldsUpdate {
        must {
            /// Invoices, each with its new values.
            "operations" => operations: Vec<InvoiceCustomFields>,
        }
    }
}

request! {
    /// New custom field values of one invoice.
    pub struct InvoiceCustomFields {
        must {
            /// ID of the invoice.
            "objectId" => object_id: InvoiceId,
            /// Custom fields, by name, with their new values.
            "customFields" => custom_fields: Vec<NamedFieldValue>,
        }
    }
}

request! {
    /// A custom field, by its name, and its new value.
    pub struct NamedFieldValue {
        must {
            /// Name of the custom field.
            "name" => name: String,
        }
        may_clear {
            /// New value of the custom field.
            "value" => value: String,
        }
    }
}
