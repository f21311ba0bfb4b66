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
    /// A lead.
    LeadId,
    /// A booking.
    BookingId,
    /// A call.
    CallId,
}
