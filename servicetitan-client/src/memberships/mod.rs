//! Memberships.

mod membership_types;
#[allow(clippy::module_inception, reason = "the family and its main resource share a name")]
mod memberships;
mod recurring_service_events;
mod recurring_service_types;
mod recurring_services;

pub use membership_types::{
    DiscountMode, MembershipLocationTarget, MembershipType, MembershipTypeDiscount,
    MembershipTypeDurationBilling, MembershipTypeRecurringService, OffsetType, RevenueRecognitionMode,
};
pub use memberships::{FollowUpStatus, Membership, MembershipRecurrenceType, MembershipStatus};
pub use recurring_service_events::RecurringServiceEvent;
pub use recurring_service_types::RecurringServiceType;
pub use recurring_services::{
    Month, RecurringService, RecurringServicePriority, ServiceRecurrenceDuration, ServiceRecurrenceType,
    WeekDay, WeekOfMonth,
};
#[cfg(feature = "http")]
pub(crate) mod memberships_operations;
#[cfg(feature = "http")]
pub use memberships_operations::{MembershipFilter, Memberships};
#[cfg(feature = "http")]
pub(crate) mod membership_types_operations;
#[cfg(feature = "http")]
pub use membership_types_operations::{MembershipTypeFilter, MembershipTypes};
#[cfg(feature = "http")]
pub(crate) mod recurring_services_operations;
#[cfg(feature = "http")]
pub use recurring_services_operations::{RecurringServiceFilter, RecurringServices};
#[cfg(feature = "http")]
pub(crate) mod recurring_service_events_operations;
#[cfg(feature = "http")]
pub use recurring_service_events_operations::{RecurringServiceEventFilter, RecurringServiceEvents};
#[cfg(feature = "http")]
pub(crate) mod recurring_service_types_operations;
#[cfg(feature = "http")]
pub use recurring_service_types_operations::{RecurringServiceTypeFilter, RecurringServiceTypes};
