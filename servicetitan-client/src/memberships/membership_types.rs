//! Membership types.

use super::MembershipRecurrenceType;
use crate::declare::*;

model! {
    /// A membership type: what members get and pay.
    pub struct MembershipType {
        /// The ID.
        "id" => id: MembershipTypeId,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// The user who created it.
        "createdById" => created_by_id: Option<UserId>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// The ID in the system it was imported from.
        "importId" => import_id: Option<String>,
        /// The invoice template used for billing.
        "billingTemplateId" => billing_template_id: Option<i64>,
        /// The discount, in percent.
        "discount" => discount: Option<Decimal>,
        /// Prices by duration; only where asked for.
        "durationBilling" => duration_billing: Option<Vec<MembershipTypeDurationBilling>>,
        /// The discounts by target; only where asked for.
        "discounts" => discounts: Option<Vec<MembershipTypeDiscount>>,
        /// The recurring services it includes; only where asked for.
        "recurringServices" => recurring_services: Option<Vec<MembershipTypeRecurringService>>,
        /// The tags.
        "tagTypeIds" => tag_type_ids: Option<Vec<TagTypeId>>,
        /// The name.
        "name" => name: Option<String>,
        /// The name shown to customers.
        "displayName" => display_name: Option<String>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
        /// What discounts are given on.
        "discountMode" => discount_mode: Option<DiscountMode>,
        /// Whether it covers one location or all.
        "locationTarget" => location_target: Option<MembershipLocationTarget>,
        /// When revenue is recognized.
        "revenueRecognitionMode" => revenue_recognition_mode: Option<RevenueRecognitionMode>,
        /// Whether invoice templates are priced automatically.
        "autoCalculateInvoiceTemplates" => auto_calculate_invoice_templates: Option<bool>,
        /// Whether the membership pricing table is used.
        "useMembershipPricingTable" => use_membership_pricing_table: Option<bool>,
        /// Whether the savings are shown.
        "showMembershipSavings" => show_membership_savings: Option<bool>,
    }
}

record!(MembershipType, MembershipTypeId, active: active, modified: modified_on);

model! {
    /// A membership type's prices for one duration.
    pub struct MembershipTypeDurationBilling {
        /// How long it lasts.
        "duration" => duration: Option<i32>,
        /// How often the membership is billed.
        "billingFrequency" => billing_frequency: Option<MembershipRecurrenceType>,
        /// The price at the sale, in the tenant's currency.
        "salePrice" => sale_price: Option<Decimal>,
        /// The price of one billing, in the tenant's currency.
        "billingPrice" => billing_price: Option<Decimal>,
        /// The price of a renewal, in the tenant's currency.
        "renewalPrice" => renewal_price: Option<Decimal>,
    }
}

model! {
    /// A discount that members get.
    pub struct MembershipTypeDiscount {
        /// What the discount is given on.
        "targetId" => target_id: Option<i64>,
        /// The discount, in percent.
        "discount" => discount: Option<Decimal>,
    }
}

model! {
    /// A recurring service that a membership type includes.
    pub struct MembershipTypeRecurringService {
        /// The membership type.
        "membershipTypeId" => membership_type_id: Option<MembershipTypeId>,
        /// The recurring service type.
        "recurringServiceTypeId" => recurring_service_type_id: Option<RecurringServiceTypeId>,
        /// How far it is shifted.
        "offset" => offset: Option<i32>,
        /// What the offset counts.
        "offsetType" => offset_type: Option<OffsetType>,
        /// The share of the membership's revenue.
        "allocation" => allocation: Option<Decimal>,
    }
}

open_enum! {
    /// The discount mode, with room for values to come.
    pub enum DiscountMode {
        /// `Basic`.
        Basic,
        /// `Units`.
        Units,
        /// `Categories`.
        Categories,
    }
}

open_enum! {
    /// The membership location target, with room for values to come.
    pub enum MembershipLocationTarget {
        /// `AllLocations`.
        AllLocations,
        /// `SingleLocation`.
        SingleLocation,
    }
}

open_enum! {
    /// The revenue recognition mode, with room for values to come.
    pub enum RevenueRecognitionMode {
        /// `PointOfSale`.
        PointOfSale,
        /// `Deferred`.
        Deferred,
    }
}

open_enum! {
    /// The offset type, with room for values to come.
    pub enum OffsetType {
        /// `Weeks`.
        Weeks,
        /// `Months`.
        Months,
    }
}

model! {
    /// A recurring service that comes with a membership type.
    pub struct MembershipTypeRecurringServiceItem {
        /// The ID.
        "id" => id: Option<i64>,
        /// The membership type.
        "membershipTypeId" => membership_type_id: Option<MembershipTypeId>,
        /// The recurring service type.
        "recurringServiceTypeId" => recurring_service_type_id: Option<RecurringServiceTypeId>,
        /// How far it is shifted.
        "offset" => offset: Option<i32>,
        /// What the offset counts.
        "offsetType" => offset_type: Option<OffsetType>,
        /// The share of the membership's revenue.
        "allocation" => allocation: Option<Decimal>,
        /// The ID in the system it was imported from.
        "importId" => import_id: Option<String>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// The user who created it.
        "createdById" => created_by_id: Option<UserId>,
    }
}

model! {
    /// A discount that a membership type gives.
    pub struct MembershipTypeDiscountItem {
        /// The ID.
        "id" => id: Option<i64>,
        /// What the discount is given on.
        "targetId" => target_id: Option<i64>,
        /// The discount, in percent.
        "discount" => discount: Option<Decimal>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// The user who created it.
        "createdById" => created_by_id: Option<UserId>,
    }
}

model! {
    /// A duration for which a membership type is sold, and how it is billed.
    pub struct MembershipTypeDurationBillingItem {
        /// The ID.
        "id" => id: Option<i64>,
        /// How long it lasts, in months.
        "duration" => duration: Option<i32>,
        /// How often the membership is billed.
        "billingFrequency" => billing_frequency: Option<MembershipRecurrenceType>,
        /// The price at the sale, in the tenant's currency.
        "salePrice" => sale_price: Option<Decimal>,
        /// The price of one billing, in the tenant's currency.
        "billingPrice" => billing_price: Option<Decimal>,
        /// The price of a renewal, in the tenant's currency.
        "renewalPrice" => renewal_price: Option<Decimal>,
        /// The ID in the system it was imported from.
        "importId" => import_id: Option<String>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// The user who created it.
        "createdById" => created_by_id: Option<UserId>,
    }
}

filter! {
    /// Which membership types a list gives.
    pub struct MembershipTypeFilter with created, modified, active, sort {
        /// Lasting this many months.
        "duration" => duration: i32,
        /// Billed this often.
        "billingFrequency" => billing_frequency: MembershipRecurrenceType,
        /// Whether the durations come along.
        "includeDurationBilling" => include_duration_billing: bool,
        /// Whether the discounts come along.
        "includeDiscounts" => include_discounts: bool,
        /// Whether the recurring services come along.
        "includeRecurringServices" => include_recurring_services: bool,
        /// Whether the tags come along.
        "includeTags" => include_tags: bool,
    }
}

filter! {
    /// Which durations an answer gives.
    pub struct DurationBillingFilter with active {}
}

resource! {
    /// Membership types.
    pub struct MembershipTypes as membership_types, scope "tn.mem.membershiptypes", under "memberships/v2/tenant/{tenant}/" {
        /// Reads one membership type.
        get "membership-types/{id}" => get(id: MembershipTypeId) -> MembershipType;
        /// Reads the list.
        list "membership-types" => list() -> MembershipType, by MembershipTypeFilter;
        /// Reads the membership types with these IDs, however many, those out of use too.
        ids "membership-types" => by_ids(ids: MembershipTypeId) -> MembershipType, active Any;
        /// Reads the change feed. Inactive and deleted membership types come too.
        export "export/membership-types" => export() -> MembershipType;
        /// Reads the recurring services that come with a membership type.
        get "membership-types/{id}/recurring-service-items" => recurring_service_items(id: MembershipTypeId) -> Vec<MembershipTypeRecurringServiceItem>;
        /// Reads the discounts that a membership type gives.
        get "membership-types/{id}/discounts" => discounts(id: MembershipTypeId) -> Vec<MembershipTypeDiscountItem>;
        /// Reads the durations for which a membership type is sold, and how each is billed.
        get "membership-types/{id}/duration-billing-items" => duration_billing_items(id: MembershipTypeId) -> Vec<MembershipTypeDurationBillingItem>, by DurationBillingFilter;
    }
}
