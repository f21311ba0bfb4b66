//! Memberships of customers.

use crate::declare::*;

model! {
    /// Membership of a customer.
    pub struct Membership {
        /// ID of the membership.
        "id" => id: MembershipId,
        /// Time when the membership was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// ID of the user who created the membership.
        "createdById" => created_by_id: Option<UserId>,
        /// Time when the membership itself was last changed (UTC); a changed recurring service does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// Time at which to follow up on the membership with the customer (UTC).
        "followUpOn" => follow_up_on: Option<DateTime<Utc>>,
        /// Time when the membership was or will be cancelled (UTC); absent otherwise.
        "cancellationDate" => cancellation_date: Option<DateTime<Utc>>,
        /// Start of the membership (UTC).
        "from" => from: Option<DateTime<Utc>>,
        /// Time at which the membership is billed next (UTC).
        "nextScheduledBillDate" => next_scheduled_bill_date: Option<DateTime<Utc>>,
        /// End of the membership (UTC); absent if it is ongoing.
        "to" => to: Option<DateTime<Utc>>,
        /// Billing frequency of the membership.
        "billingFrequency" => billing_frequency: Option<MembershipRecurrenceType>,
        /// Billing frequency of the membership after a renewal.
        "renewalBillingFrequency" => renewal_billing_frequency: Option<MembershipRecurrenceType>,
        /// Status of the membership: active, suspended, expired, cancelled or deleted.
        "status" => status: Option<MembershipStatus>,
        /// Status of the follow-up with the customer, such as contacted or won.
        "followUpStatus" => follow_up_status: Option<FollowUpStatus>,
        /// Active flag of the record; it stays true for expired memberships, the status tells more.
        "active" => active: Option<bool>,
        /// Deferred revenue at the start of the membership, in the tenant's currency.
        "initialDeferredRevenue" => initial_deferred_revenue: Option<Decimal>,
        /// Length of the membership, in months; absent if it is ongoing.
        "duration" => duration: Option<i32>,
        /// Length of the membership after a renewal, in months.
        "renewalDuration" => renewal_duration: Option<i32>,
        /// ID of the membership's business unit.
        "businessUnitId" => business_unit_id: Option<BusinessUnitId>,
        /// ID of the customer who has the membership.
        "customerId" => customer_id: Option<CustomerId>,
        /// ID of the membership's type.
        "membershipTypeId" => membership_type_id: Option<MembershipTypeId>,
        /// ID of the user who activated the membership.
        "activatedById" => activated_by_id: Option<UserId>,
        /// ID of the invoice item that sold the membership.
        "activatedFromId" => activated_from_id: Option<InvoiceItemId>,
        /// ID of the invoice template used for billing the membership.
        "billingTemplateId" => billing_template_id: Option<i64>,
        /// ID of the invoice that clears the deferred revenue at cancellation; absent unless cancelled that way.
        "cancellationBalanceInvoiceId" => cancellation_balance_invoice_id: Option<InvoiceId>,
        /// ID of the invoice that charges or refunds the customer at cancellation; absent unless cancelled that way.
        "cancellationInvoiceId" => cancellation_invoice_id: Option<InvoiceId>,
        /// ID of the custom follow-up status that the tenant defined.
        "followUpCustomStatusId" => follow_up_custom_status_id: Option<i64>,
        /// ID of the location that the membership covers; absent if it covers all locations of the customer.
        "locationId" => location_id: Option<LocationId>,
        /// ID of the payment method (card or bank account) that the membership is billed to.
        "paymentMethodId" => payment_method_id: Option<i64>,
        /// ID of the payment type (such as cash or check) that the membership is paid by.
        "paymentTypeId" => payment_type_id: Option<PaymentTypeId>,
        /// ID of the location where recurring services are done; absent for all locations of the customer.
        "recurringLocationId" => recurring_location_id: Option<LocationId>,
        /// ID of the price book service that renews the membership.
        "renewalMembershipTaskId" => renewal_membership_task_id: Option<i64>,
        /// ID of the membership that renewed this one; absent unless it was renewed.
        "renewedById" => renewed_by_id: Option<MembershipId>,
        /// ID of the user who is credited with the sale of the membership.
        "soldById" => sold_by_id: Option<i64>,
        /// Purchase order number that the customer gave for the membership.
        "customerPo" => customer_po: Option<String>,
        /// Label under which the membership was imported into ServiceTitan.
        "importId" => import_id: Option<String>,
        /// Memo on the membership.
        "memo" => memo: Option<String>,
        /// Custom fields of the membership: fields that the tenant defined, with their values.
        "customFields" => custom_fields: Option<Vec<CustomField>>,
    }
}

record!(Membership, MembershipId, active: active, modified: modified_on);

open_enum! {
    /// Billing frequency of a membership.
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
    /// Status of a membership.
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
    /// Follow-up status of a membership or a recurring service event.
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
    /// One change of a membership's status.
    pub struct MembershipStatusChange {
        /// ID of the change.
        "id" => id: Option<i64>,
        /// Status before the change.
        "oldStatus" => old_status: Option<MembershipStatus>,
        /// Status after the change.
        "newStatus" => new_status: Option<MembershipStatus>,
        /// Note on the change.
        "note" => note: Option<String>,
        /// Time of the change (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// ID of the user who made the change.
        "createdById" => created_by_id: Option<UserId>,
        /// ID of the membership.
        "membershipId" => membership_id: Option<MembershipId>,
    }
}

model! {
    /// A membership that was sold, and its invoice.
    pub struct MembershipSale {
        /// ID of the sale's invoice.
        "invoiceId" => invoice_id: Option<InvoiceId>,
        /// ID of the membership that was sold.
        "customerMembershipId" => customer_membership_id: Option<MembershipId>,
    }
}

open_enum! {
    /// Locations that a membership's recurring services are added to. `None` deletes existing recurring services.
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
    /// Filter for lists of memberships.
    pub struct MembershipFilter with created, modified, active, sort {
        /// Only memberships of one of these customers.
        "customerIds" => customer_ids: Vec<CustomerId>,
        /// Only memberships in this status.
        "status" => status: MembershipStatus,
        /// Only memberships with a duration of this many months.
        "duration" => duration: i32,
        /// Only memberships with this billing frequency.
        "billingFrequency" => billing_frequency: MembershipRecurrenceType,
    }
}

request! {
    /// A membership to be sold.
    pub struct NewMembershipSale {
        must {
            /// ID of the customer who has the membership.
            "customerId" => customer_id: CustomerId,
            /// ID of the membership's business unit.
            "businessUnitId" => business_unit_id: BusinessUnitId,
            /// ID of the price book service (sale task) that sells the membership.
            "saleTaskId" => sale_task_id: i64,
            /// ID of the membership type's duration and billing option.
            "durationBillingId" => duration_billing_id: i64,
            /// Locations that the recurring services are added to: none, one or all; needed with `recurring_location_id`.
            "recurringServiceAction" => recurring_service_action: RecurringServiceAction,
        }
        may {
            /// ID of the location that the membership covers; `null` for all locations of the customer.
            "locationId" => location_id: LocationId,
            /// ID of the location where recurring services are done; `null` for all locations of the customer.
            "recurringLocationId" => recurring_location_id: LocationId,
        }
    }
}

request! {
    /// Changes to a membership. Fields that are not set keep their value.
    pub struct MembershipUpdate {
        may {
            /// ID of the membership's business unit.
            "businessUnitId" => business_unit_id: BusinessUnitId,
            /// Status of the membership: active, suspended, expired, cancelled or deleted.
            "status" => status: MembershipStatus,
            /// Memo on the membership.
            "memo" => memo: String,
            /// Start of the membership (UTC).
            "from" => from: DateTime<Utc>,
            /// Locations that the recurring services are added to: none, one or all; needed with `recurring_location_id`.
            "recurringServiceAction" => recurring_service_action: RecurringServiceAction,
            /// Deferred revenue at the start of the membership, in the tenant's currency.
            "initialDeferredRevenue" => initial_deferred_revenue: Decimal,
        }
        may_clear {
            /// Time at which the membership is billed next (UTC).
            "nextScheduledBillDate" => next_scheduled_bill_date: DateTime<Utc>,
            /// End of the membership (UTC); absent if it is ongoing.
            "to" => to: DateTime<Utc>,
            /// ID of the user who is credited with the sale of the membership.
            "soldById" => sold_by_id: i64,
            /// ID of the invoice template used for billing the membership.
            "billingTemplateId" => billing_template_id: i64,
            /// ID of the location that the membership covers; `null` for all locations of the customer.
            "locationId" => location_id: LocationId,
            /// ID of the location where recurring services are done; `null` for all locations of the customer.
            "recurringLocationId" => recurring_location_id: LocationId,
            /// ID of the payment method (card or bank account) that the membership is billed to.
            "paymentMethodId" => payment_method_id: i64,
            /// ID of the payment type (such as cash or check) that the membership is paid by.
            "paymentTypeId" => payment_type_id: PaymentTypeId,
            /// ID of the price book service that renews the membership.
            "renewalMembershipTaskId" => renewal_membership_task_id: i64,
            /// ID of the invoice that clears the deferred revenue at cancellation.
            "cancellationBalanceInvoiceId" => cancellation_balance_invoice_id: InvoiceId,
            /// ID of the invoice that charges or refunds the customer at cancellation.
            "cancellationInvoiceId" => cancellation_invoice_id: InvoiceId,
        }
    }
}

resource! {
    /// Customers' memberships.
    pub struct Memberships as memberships, scope "tn.mem.memberships", under "memberships/v2/tenant/{tenant}/" {
        /// Reads one membership.
        get "memberships/{id}" => get(id: MembershipId) -> Membership;
        /// Lists the memberships that match the filter.
        list "memberships" => list() -> Membership, by MembershipFilter;
        /// Reads the memberships with these IDs (any number), including inactive ones.
        ids "memberships" => by_ids(ids: MembershipId) -> Membership, active Any;
        /// Reads the change feed of memberships, including inactive and deleted ones.
        export "export/memberships" => export() -> Membership;
        /// Sells a membership: adds it and its invoice.
        post "memberships/sale" => sell() -> MembershipSale, sends NewMembershipSale;
        /// Changes a membership.
        patch "memberships/{id}" => update(id: MembershipId) -> Modified, sends MembershipUpdate;
        /// Reads the changes of a membership's status.
        get "memberships/{id}/status-changes" => status_changes(id: MembershipId) -> Vec<MembershipStatusChange>;
        /// Reads the change feed of membership status changes.
        export "export/membership-status-changes" => export_status_changes() -> MembershipStatusChange;
        /// Lists the custom field types of memberships.
        list "memberships/custom-fields" => custom_field_types() -> CustomFieldType, by CustomFieldTypeFilter;
    }
}
