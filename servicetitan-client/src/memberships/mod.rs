//! Memberships.

mod membership_types;
mod memberships;
mod recurring_service_events;
mod recurring_services;

pub use membership_types::{
    DiscountMode, MembershipLocationTarget, MembershipType, MembershipTypeDiscount,
    MembershipTypeDurationBilling, MembershipTypeRecurringService, OffsetType, RevenueRecognitionMode,
};
pub use memberships::{FollowUpStatus, Membership, MembershipRecurrenceType, MembershipStatus};
pub use recurring_service_events::RecurringServiceEvent;
pub use recurring_services::{
    Month, RecurringService, RecurringServicePriority, ServiceRecurrenceDuration, ServiceRecurrenceType,
    WeekDay, WeekOfMonth,
};
