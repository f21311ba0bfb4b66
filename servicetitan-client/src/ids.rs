//! IDs of ServiceTitan's records, each kind with a type of its own.

use crate::model::id;

id! {
    /// ID of a tenant: one company's account in ServiceTitan. Part of the path of every call.
    TenantId,
    /// ID of a job.
    JobId,
    /// ID of one cancellation of a job.
    JobCanceledLogId,
    /// ID of a job cancel reason.
    JobCancelReasonId,
    /// ID of a job hold reason.
    JobHoldReasonId,
    /// ID of a job type.
    JobTypeId,
    /// ID of an appointment.
    AppointmentId,
    /// ID of a technician's assignment to an appointment.
    AppointmentAssignmentId,
    /// ID of a customer.
    CustomerId,
    /// ID of a location.
    LocationId,
    /// ID of a contact of a customer or a location. Unique only together with its customer or location.
    ContactId,
    /// ID of a note on a customer or a location; notes on jobs have none.
    NoteId,
    /// ID of an estimate.
    EstimateId,
    /// ID of an item of an estimate.
    EstimateItemId,
    /// ID of an invoice.
    InvoiceId,
    /// ID of an item of an invoice.
    InvoiceItemId,
    /// ID of a price book entry (SKU).
    SkuId,
    /// ID of a customer's membership.
    MembershipId,
    /// ID of a membership type.
    MembershipTypeId,
    /// ID of a recurring service.
    RecurringServiceId,
    /// ID of a recurring service event: a visit that a recurring service plans.
    RecurringServiceEventId,
    /// ID of a recurring service type.
    RecurringServiceTypeId,
    /// ID of a marketing campaign.
    CampaignId,
    /// ID of a category of marketing campaigns.
    CampaignCategoryId,
    /// ID of a business unit.
    BusinessUnitId,
    /// ID of an employee.
    EmployeeId,
    /// ID of a technician.
    TechnicianId,
    /// ID of a user: an employee, a technician or an app that can log in.
    UserId,
    /// ID of a tag type.
    TagTypeId,
    /// ID of a dispatch zone.
    ZoneId,
    /// ID of a tax zone.
    TaxZoneId,
    /// ID of a payment type.
    PaymentTypeId,
    /// ID of a project.
    ProjectId,
    /// ID of a booking.
    BookingId,
    /// ID of a booking provider: an app that hands in bookings.
    BookingProviderId,
    /// ID of a booking provider tag.
    BookingProviderTagId,
    /// ID of a lead.
    LeadId,
    /// ID of a non-job appointment.
    NonJobAppointmentId,
    /// ID of a campaign's cost of one month.
    CampaignCostId,
    /// ID of a user role.
    UserRoleId,
    /// ID of a custom field type.
    CustomFieldTypeId,
    /// ID of a call.
    CallId,
}

/// ID of a task of an invoice: a GUID.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct InvoiceTaskId(pub String);

impl std::fmt::Display for InvoiceTaskId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl crate::model::scalar::Scalar for InvoiceTaskId {
    const EXPECTED: crate::model::unread::Expected = <String as crate::model::scalar::Scalar>::EXPECTED;
    fn of_integer(number: i64) -> crate::model::kept::Reading<Self> {
        <String as crate::model::scalar::Scalar>::of_integer(number).map(InvoiceTaskId)
    }
    fn of_large_integer(number: u64) -> crate::model::kept::Reading<Self> {
        <String as crate::model::scalar::Scalar>::of_large_integer(number).map(InvoiceTaskId)
    }
    fn of_float(number: f64) -> crate::model::kept::Reading<Self> {
        <String as crate::model::scalar::Scalar>::of_float(number).map(InvoiceTaskId)
    }
    fn of_text(text: &str) -> crate::model::kept::Reading<Self> {
        <String as crate::model::scalar::Scalar>::of_text(text).map(InvoiceTaskId)
    }
    #[cfg(test)]
    fn sample() -> serde_json::Value {
        "6f9619ff-8b86-4d01-b42d-00cf4fc964ff".into()
    }
}

crate::model::value::scalar_value!(InvoiceTaskId);
crate::model::value::written_by_serde!(InvoiceTaskId);
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
