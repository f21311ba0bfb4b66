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

#[cfg(all(test, feature = "http"))]
impl crate::contract::Sample for InvoiceTaskId {
    fn form() -> crate::contract::Form {
        <String as crate::contract::Sample>::form()
    }
    fn sample() -> Self {
        InvoiceTaskId(crate::contract::sample())
    }
}
