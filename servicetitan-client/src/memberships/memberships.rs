//! Memberships of customers.

use crate::declare::*;

model! {
    /// A customer's membership.
    pub struct Membership {
        /// The ID.
        "id" => id: MembershipId,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// The user who created it.
        "createdById" => created_by_id: Option<UserId>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// When to follow up.
        "followUpOn" => follow_up_on: Option<DateTime<Utc>>,
        /// When the membership is or was cancelled.
        "cancellationDate" => cancellation_date: Option<DateTime<Utc>>,
        /// When it begins.
        "from" => from: Option<DateTime<Utc>>,
        /// When it is billed next.
        "nextScheduledBillDate" => next_scheduled_bill_date: Option<DateTime<Utc>>,
        /// When it ends.
        "to" => to: Option<DateTime<Utc>>,
        /// How often the membership is billed.
        "billingFrequency" => billing_frequency: Option<MembershipRecurrenceType>,
        /// How often it is billed after a renewal.
        "renewalBillingFrequency" => renewal_billing_frequency: Option<MembershipRecurrenceType>,
        /// The status.
        "status" => status: Option<MembershipStatus>,
        /// How far the follow-up is.
        "followUpStatus" => follow_up_status: Option<FollowUpStatus>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
        /// The deferred revenue at the start, in the tenant's currency.
        "initialDeferredRevenue" => initial_deferred_revenue: Option<Decimal>,
        /// How long it lasts.
        "duration" => duration: Option<i32>,
        /// How long a renewal lasts, in months.
        "renewalDuration" => renewal_duration: Option<i32>,
        /// The business unit.
        "businessUnitId" => business_unit_id: Option<BusinessUnitId>,
        /// The customer.
        "customerId" => customer_id: Option<CustomerId>,
        /// The membership type.
        "membershipTypeId" => membership_type_id: Option<MembershipTypeId>,
        /// The user who activated it.
        "activatedById" => activated_by_id: Option<UserId>,
        /// The invoice that activated it.
        "activatedFromId" => activated_from_id: Option<InvoiceId>,
        /// The invoice template used for billing.
        "billingTemplateId" => billing_template_id: Option<i64>,
        /// The invoice of the balance at cancellation.
        "cancellationBalanceInvoiceId" => cancellation_balance_invoice_id: Option<InvoiceId>,
        /// The invoice of the cancellation.
        "cancellationInvoiceId" => cancellation_invoice_id: Option<InvoiceId>,
        /// The tenant's own follow-up status.
        "followUpCustomStatusId" => follow_up_custom_status_id: Option<i64>,
        /// The location.
        "locationId" => location_id: Option<LocationId>,
        /// The payment method.
        "paymentMethodId" => payment_method_id: Option<i64>,
        /// The payment type.
        "paymentTypeId" => payment_type_id: Option<PaymentTypeId>,
        /// The location of recurring services.
        "recurringLocationId" => recurring_location_id: Option<LocationId>,
        /// The task of the renewal.
        "renewalMembershipTaskId" => renewal_membership_task_id: Option<i64>,
        /// The user who renewed it.
        "renewedById" => renewed_by_id: Option<UserId>,
        /// Who sold it.
        "soldById" => sold_by_id: Option<i64>,
        /// The customer's purchase order number.
        "customerPo" => customer_po: Option<String>,
        /// The ID in the system it was imported from.
        "importId" => import_id: Option<String>,
        /// A remark.
        "memo" => memo: Option<String>,
        /// The tenant's own fields.
        "customFields" => custom_fields: Option<Vec<CustomField>>,
    }
}

record!(Membership, MembershipId, active: active, modified: modified_on);

open_enum! {
    /// The membership recurrence type, with room for values to come.
    pub enum MembershipRecurrenceType {
        /// `OneTime`.
        OneTime,
        /// `Monthly`.
        Monthly,
        /// `EveryOtherMonth`.
        EveryOtherMonth,
        /// `Quarterly`.
        Quarterly,
        /// `BiAnnual`.
        BiAnnual,
        /// `Annual`.
        Annual,
    }
}

open_enum! {
    /// The membership status, with room for values to come.
    pub enum MembershipStatus {
        /// `Active`.
        Active,
        /// `Suspended`.
        Suspended,
        /// `Expired`.
        Expired,
        /// `Canceled`.
        Canceled,
        /// `Deleted`.
        Deleted,
    }
}

open_enum! {
    /// The follow up status, with room for values to come.
    pub enum FollowUpStatus {
        /// `NotAttempted`.
        NotAttempted,
        /// `Unreachable`.
        Unreachable,
        /// `Contacted`.
        Contacted,
        /// `Won`.
        Won,
        /// `Dismissed`.
        Dismissed,
    }
}

model! {
    /// A change of a membership's status.
    pub struct MembershipStatusChange {
        /// The ID.
        "id" => id: Option<i64>,
        /// The status before it.
        "oldStatus" => old_status: Option<MembershipStatus>,
        /// The status after it.
        "newStatus" => new_status: Option<MembershipStatus>,
        /// A remark.
        "note" => note: Option<String>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// The user who created it.
        "createdById" => created_by_id: Option<UserId>,
        /// The membership.
        "membershipId" => membership_id: Option<MembershipId>,
    }
}

model! {
    /// The membership that was sold, and its invoice.
    pub struct MembershipSale {
        /// The invoice.
        "invoiceId" => invoice_id: Option<InvoiceId>,
        /// The membership.
        "customerMembershipId" => customer_membership_id: Option<MembershipId>,
    }
}

open_enum! {
    /// What becomes of the recurring services that come with a membership, with room for values to come.
    pub enum RecurringServiceAction {
        /// `None`.
        None,
        /// `Single`.
        Single,
        /// `All`.
        All,
    }
}

filter! {
    /// Which memberships a list gives.
    pub struct MembershipFilter with created, modified, active, sort {
        /// Of one of these customers.
        "customerIds" => customer_ids: Vec<CustomerId>,
        /// In this status.
        "status" => status: MembershipStatus,
        /// Lasting this many months.
        "duration" => duration: i32,
        /// Billed this often.
        "billingFrequency" => billing_frequency: MembershipRecurrenceType,
    }
}

request! {
    /// A membership to be sold.
    pub struct NewMembershipSale {
        must {
            /// The customer.
            "customerId" => customer_id: CustomerId,
            /// The business unit.
            "businessUnitId" => business_unit_id: BusinessUnitId,
            /// The task of the price book that sells it.
            "saleTaskId" => sale_task_id: i64,
            /// The duration, with its billing.
            "durationBillingId" => duration_billing_id: i64,
            /// What becomes of the recurring services that come with it.
            "recurringServiceAction" => recurring_service_action: RecurringServiceAction,
        }
        may {
            /// The location that it is for, where it is for one.
            "locationId" => location_id: LocationId,
            /// The location of recurring services.
            "recurringLocationId" => recurring_location_id: LocationId,
        }
    }
}

request! {
    /// What changes of a membership.
    pub struct MembershipUpdate {
        may {
            /// The business unit.
            "businessUnitId" => business_unit_id: BusinessUnitId,
            /// The status.
            "status" => status: MembershipStatus,
            /// A remark.
            "memo" => memo: String,
            /// When it begins.
            "from" => from: DateTime<Utc>,
            /// What becomes of the recurring services that come with it.
            "recurringServiceAction" => recurring_service_action: RecurringServiceAction,
            /// The deferred revenue at the start, in the tenant's currency.
            "initialDeferredRevenue" => initial_deferred_revenue: Decimal,
        }
        may_clear {
            /// When it is billed next.
            "nextScheduledBillDate" => next_scheduled_bill_date: DateTime<Utc>,
            /// When it ends.
            "to" => to: DateTime<Utc>,
            /// Who sold it.
            "soldById" => sold_by_id: i64,
            /// The invoice template used for billing.
            "billingTemplateId" => billing_template_id: i64,
            /// The location.
            "locationId" => location_id: LocationId,
            /// The location of recurring services.
            "recurringLocationId" => recurring_location_id: LocationId,
            /// The payment method.
            "paymentMethodId" => payment_method_id: i64,
            /// The payment type.
            "paymentTypeId" => payment_type_id: PaymentTypeId,
            /// The task of the renewal.
            "renewalMembershipTaskId" => renewal_membership_task_id: i64,
            /// The invoice of the balance at cancellation.
            "cancellationBalanceInvoiceId" => cancellation_balance_invoice_id: InvoiceId,
            /// The invoice of the cancellation.
            "cancellationInvoiceId" => cancellation_invoice_id: InvoiceId,
        }
    }
}

resource! {
    /// Customers' memberships.
    pub struct Memberships as memberships, scope "tn.mem.memberships", under "memberships/v2/tenant/{tenant}/" {
        /// Reads one membership.
        get "memberships/{id}" => get(id: MembershipId) -> Membership;
        /// Reads the list.
        list "memberships" => list() -> Membership, by MembershipFilter;
        /// Reads the memberships with these IDs, however many, those out of use too.
        ids "memberships" => by_ids(ids: MembershipId) -> Membership, active Any;
        /// Reads the change feed. Inactive and deleted memberships come too.
        export "export/memberships" => export() -> Membership;
        /// Sells a membership: adds it and its invoice.
        post "memberships/sale" => sell() -> MembershipSale, sends NewMembershipSale;
        /// Changes a membership.
        patch "memberships/{id}" => update(id: MembershipId) -> Modified, sends MembershipUpdate;
        /// Reads how a membership's status changed.
        get "memberships/{id}/status-changes" => status_changes(id: MembershipId) -> Vec<MembershipStatusChange>;
        /// Reads the change feed of how memberships' status changed.
        export "export/membership-status-changes" => export_status_changes() -> MembershipStatusChange;
        /// Reads the kinds of custom fields that memberships can have.
        list "memberships/custom-fields" => custom_field_types() -> CustomFieldType, by CustomFieldTypeFilter;
    }
}
