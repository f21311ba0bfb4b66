//! Membership types.

use super::MembershipRecurrenceType;
use crate::declare::*;

model! {
    /// Membership type: the terms, prices and services that its members get.
    pub struct MembershipType {
        /// ID of the membership type.
        "id" => id: MembershipTypeId,
        /// Time when the membership type was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// ID of the user who created the membership type.
        "createdById" => created_by_id: Option<UserId>,
        /// Time when the membership type was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// Label under which the membership type was imported into ServiceTitan.
        "importId" => import_id: Option<String>,
        /// ID of the invoice template used for billing memberships of this type.
        "billingTemplateId" => billing_template_id: Option<i64>,
        /// Discount for members, in percent (0 to 100); used if the discount mode is `Basic`.
        "discount" => discount: Option<Decimal>,
        /// Durations that the membership type is sold for, with prices; absent unless the request asked for them.
        "durationBilling" => duration_billing: Option<Vec<MembershipTypeDurationBilling>>,
        /// Discounts by business unit or price book category; absent unless the request asked for them.
        "discounts" => discounts: Option<Vec<MembershipTypeDiscount>>,
        /// Recurring services that the membership includes; absent unless the request asked for them.
        "recurringServices" => recurring_services: Option<Vec<MembershipTypeRecurringService>>,
        /// IDs of the tag types of the membership type's tags; absent unless the request asked for them.
        "tagTypeIds" => tag_type_ids: Option<Vec<TagTypeId>>,
        /// Name of the membership type.
        "name" => name: Option<String>,
        /// Name of the membership type that customers see in the customer portal; absent if none was set.
        "displayName" => display_name: Option<String>,
        /// True while the membership type is in use; false once it is deactivated or deleted.
        "active" => active: Option<bool>,
        /// Discount mode: one discount for all, by business unit, or by price book category.
        "discountMode" => discount_mode: Option<DiscountMode>,
        /// Scope of a membership: one location, or all locations of the customer.
        "locationTarget" => location_target: Option<MembershipLocationTarget>,
        /// Time at which revenue is recognized: at the sale, or deferred.
        "revenueRecognitionMode" => revenue_recognition_mode: Option<RevenueRecognitionMode>,
        /// True if the invoice templates are calculated automatically.
        "autoCalculateInvoiceTemplates" => auto_calculate_invoice_templates: Option<bool>,
        /// True if the membership pricing table is used.
        "useMembershipPricingTable" => use_membership_pricing_table: Option<bool>,
        /// True if the savings of members are displayed.
        "showMembershipSavings" => show_membership_savings: Option<bool>,
    }
}

record!(MembershipType, MembershipTypeId, active: active, modified: modified_on);

model! {
    /// One duration that a membership type is sold for, with its prices.
    pub struct MembershipTypeDurationBilling {
        /// Length of the membership, in months; absent if it is ongoing.
        "duration" => duration: Option<i32>,
        /// Billing frequency of the membership.
        "billingFrequency" => billing_frequency: Option<MembershipRecurrenceType>,
        /// Price of the membership at the sale, in the tenant's currency.
        "salePrice" => sale_price: Option<Decimal>,
        /// Price of each billing of the membership, in the tenant's currency.
        "billingPrice" => billing_price: Option<Decimal>,
        /// Price of renewing the membership, in the tenant's currency.
        "renewalPrice" => renewal_price: Option<Decimal>,
    }
}

model! {
    /// A discount for members.
    pub struct MembershipTypeDiscount {
        /// ID of the business unit or price book category that members get the discount on.
        "targetId" => target_id: Option<i64>,
        /// Discount for members, in percent (0 to 100).
        "discount" => discount: Option<Decimal>,
    }
}

model! {
    /// A recurring service that a membership type includes.
    pub struct MembershipTypeRecurringService {
        /// ID of the membership type that includes the service.
        "membershipTypeId" => membership_type_id: Option<MembershipTypeId>,
        /// ID of the recurring service's type.
        "recurringServiceTypeId" => recurring_service_type_id: Option<RecurringServiceTypeId>,
        /// Number of weeks or months from the start of the membership to the start of the service.
        "offset" => offset: Option<i32>,
        /// Unit of the service's offset: weeks or months.
        "offsetType" => offset_type: Option<OffsetType>,
        /// Share of the membership's deferred revenue that is allocated to the service, in percent.
        "allocation" => allocation: Option<Decimal>,
    }
}

open_enum! {
    /// Basis of a membership type's discounts.
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
    /// Locations that a membership covers.
    pub enum MembershipLocationTarget {
        /// `AllLocations`.
        AllLocations,
        /// `SingleLocation`.
        SingleLocation,
    }
}

open_enum! {
    /// Time at which the revenue of a membership is recognized.
    pub enum RevenueRecognitionMode {
        /// `PointOfSale`.
        PointOfSale,
        /// `Deferred`.
        Deferred,
    }
}

open_enum! {
    /// Unit of an offset.
    pub enum OffsetType {
        /// `Weeks`.
        Weeks,
        /// `Months`.
        Months,
    }
}

model! {
    /// A recurring service that a membership type includes, as a record of its own.
    pub struct MembershipTypeRecurringServiceItem {
        /// ID of the recurring service item.
        "id" => id: Option<i64>,
        /// ID of the membership type that includes the service.
        "membershipTypeId" => membership_type_id: Option<MembershipTypeId>,
        /// ID of the recurring service's type.
        "recurringServiceTypeId" => recurring_service_type_id: Option<RecurringServiceTypeId>,
        /// Number of weeks or months from the start of the membership to the start of the service.
        "offset" => offset: Option<i32>,
        /// Unit of the service's offset: weeks or months.
        "offsetType" => offset_type: Option<OffsetType>,
        /// Share of the membership's deferred revenue that is allocated to the service, in percent.
        "allocation" => allocation: Option<Decimal>,
        /// Label under which the recurring service item was imported into ServiceTitan.
        "importId" => import_id: Option<String>,
        /// Time when the recurring service item was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// ID of the user who created the recurring service item.
        "createdById" => created_by_id: Option<UserId>,
    }
}

model! {
    /// A discount for members, as a record of its own.
    pub struct MembershipTypeDiscountItem {
        /// ID of the discount.
        "id" => id: Option<i64>,
        /// ID of the business unit or price book category that members get the discount on.
        "targetId" => target_id: Option<i64>,
        /// Discount for members, in percent (0 to 100).
        "discount" => discount: Option<Decimal>,
        /// Time when the discount was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// ID of the user who created the discount.
        "createdById" => created_by_id: Option<UserId>,
    }
}

model! {
    /// One duration that a membership type is sold for, with its prices, as a record of its own.
    pub struct MembershipTypeDurationBillingItem {
        /// ID of the duration and billing option.
        "id" => id: Option<i64>,
        /// Length of the membership, in months; absent if it is ongoing.
        "duration" => duration: Option<i32>,
        /// Billing frequency of the membership.
        "billingFrequency" => billing_frequency: Option<MembershipRecurrenceType>,
        /// Price of the membership at the sale, in the tenant's currency.
        "salePrice" => sale_price: Option<Decimal>,
        /// Price of each billing of the membership, in the tenant's currency.
        "billingPrice" => billing_price: Option<Decimal>,
        /// Price of renewing the membership, in the tenant's currency.
        "renewalPrice" => renewal_price: Option<Decimal>,
        /// Label under which the option was imported into ServiceTitan.
        "importId" => import_id: Option<String>,
        /// True while the option is on offer; false once it is deactivated.
        "active" => active: Option<bool>,
        /// Time when the option was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// ID of the user who created the option.
        "createdById" => created_by_id: Option<UserId>,
    }
}

filter! {
    /// Filter for lists of membership types.
    pub struct MembershipTypeFilter with created, modified, active, sort {
        /// Only membership types with a duration of this many months.
        "duration" => duration: i32,
        /// Only membership types with this billing frequency.
        "billingFrequency" => billing_frequency: MembershipRecurrenceType,
        /// If true, the durations and prices are returned too.
        "includeDurationBilling" => include_duration_billing: bool,
        /// If true, the discounts are returned too.
        "includeDiscounts" => include_discounts: bool,
        /// If true, the recurring services are returned too.
        "includeRecurringServices" => include_recurring_services: bool,
        /// If true, the IDs of the tags are returned too.
        "includeTags" => include_tags: bool,
    }
}

filter! {
    /// Filter for the durations of a membership type.
    pub struct DurationBillingFilter with active {}
}

resource! {
    /// Membership types.
    pub struct MembershipTypes as membership_types, scope "tn.mem.membershiptypes", under "memberships/v2/tenant/{tenant}/" {
        /// Reads one membership type.
        get "membership-types/{id}" => get(id: MembershipTypeId) -> MembershipType;
        /// Lists the membership types that match the filter.
        list "membership-types" => list() -> MembershipType, by MembershipTypeFilter;
        /// Reads the membership types with these IDs (any number), including inactive ones.
        ids "membership-types" => by_ids(ids: MembershipTypeId) -> MembershipType, active Any;
        /// Reads the change feed of membership types, including inactive and deleted ones.
        export "export/membership-types" => export() -> MembershipType;
        /// Lists the recurring services that a membership type includes.
        get "membership-types/{id}/recurring-service-items" => recurring_service_items(id: MembershipTypeId) -> Vec<MembershipTypeRecurringServiceItem>;
        /// Lists the discounts that a membership type gives.
        get "membership-types/{id}/discounts" => discounts(id: MembershipTypeId) -> Vec<MembershipTypeDiscountItem>;
        /// Lists the durations that a membership type is sold for, with their prices.
        get "membership-types/{id}/duration-billing-items" => duration_billing_items(id: MembershipTypeId) -> Vec<MembershipTypeDurationBillingItem>, by DurationBillingFilter;
    }
}
