//! The IDs of ServiceTitan's records, a type each.

use crate::model::id;

id! {
    /// A tenant: one company's account in ServiceTitan. Stands in the path of every call.
    TenantId,
    /// A job.
    JobId,
    /// One cancellation of a job.
    JobCanceledLogId,
    /// A job cancel reason.
    JobCancelReasonId,
    /// A job hold reason.
    JobHoldReasonId,
    /// A job type.
    JobTypeId,
    /// An appointment.
    AppointmentId,
    /// A technician's assignment to an appointment.
    AppointmentAssignmentId,
    /// A customer.
    CustomerId,
    /// A location.
    LocationId,
    /// A contact of a customer or of a location.
    ContactId,
    /// A note on a customer or a location; notes on jobs have no ID.
    NoteId,
    /// An estimate.
    EstimateId,
    /// An item of an estimate.
    EstimateItemId,
    /// An invoice.
    InvoiceId,
    /// An item of an invoice.
    InvoiceItemId,
    /// A SKU of the price book.
    SkuId,
    /// A customer's membership.
    MembershipId,
    /// A membership type.
    MembershipTypeId,
    /// A recurring service.
    RecurringServiceId,
    /// A visit that a recurring service plans.
    RecurringServiceEventId,
    /// A recurring service type.
    RecurringServiceTypeId,
    /// A marketing campaign.
    CampaignId,
    /// A category of marketing campaigns.
    CampaignCategoryId,
    /// A business unit.
    BusinessUnitId,
    /// An employee.
    EmployeeId,
    /// A technician.
    TechnicianId,
    /// A user: whoever can log in, employee, technician or app.
    UserId,
    /// A tag type.
    TagTypeId,
    /// A dispatch zone.
    ZoneId,
    /// A tax zone.
    TaxZoneId,
    /// A payment type.
    PaymentTypeId,
    /// A project.
    ProjectId,
    /// A booking.
    BookingId,
    /// A booking provider: an app that hands in bookings.
    BookingProviderId,
    /// A booking provider tag.
    BookingProviderTagId,
    /// A lead.
    LeadId,
    /// A non-job appointment.
    NonJobAppointmentId,
    /// What a campaign costs in a month.
    CampaignCostId,
    /// A role that users have.
    UserRoleId,
    /// A kind of custom field.
    CustomFieldTypeId,
    /// A call.
    CallId,
}

/// A task of an invoice: a GUID.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct InvoiceTaskId(pub String);

impl std::fmt::Display for InvoiceTaskId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

crate::model::wire::wire_by_serde!(InvoiceTaskId);
crate::model::wire::required_field!(InvoiceTaskId);
crate::model::value_type!(InvoiceTaskId => Text);

#[cfg(all(test, feature = "http"))]
impl crate::contract::Sample for InvoiceTaskId {
    fn form() -> crate::contract::Form {
        <String as crate::contract::Sample>::form()
    }
    fn sample() -> Self {
        InvoiceTaskId(crate::contract::sample())
    }
}
