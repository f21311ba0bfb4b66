//! Jobs, and why they were cancelled.

#[cfg(feature = "http")]
use super::{
    AppointmentStatus, Hold, JobBookedLog, JobCancellation, JobCompletion, JobHistory, JobNote, JobUpdate,
    NewJob, NewMessage,
};
use crate::declare::*;

model! {
    /// A job: work that a customer ordered at a location.
    pub struct Job {
        /// The ID.
        "id" => id: JobId,
        /// The summary, often HTML.
        "summary" => summary: Option<String>,
        /// The tenant's own fields.
        "customFields" => custom_fields: Option<Vec<CustomField>>,
        /// What apps have attached to the record.
        "externalData" => external_data: Option<Vec<ExternalData>>,
        /// The number that people see.
        "jobNumber" => job_number: Option<String>,
        /// The project.
        "projectId" => project_id: Option<ProjectId>,
        /// The customer.
        "customerId" => customer_id: Option<CustomerId>,
        /// The location.
        "locationId" => location_id: Option<LocationId>,
        /// How far the job is.
        "jobStatus" => job_status: Option<JobStatus>,
        /// When the job was completed.
        "completedOn" => completed_on: Option<DateTime<Utc>>,
        /// The business unit.
        "businessUnitId" => business_unit_id: Option<BusinessUnitId>,
        /// The job type.
        "jobTypeId" => job_type_id: Option<JobTypeId>,
        /// The priority.
        "priority" => priority: Option<String>,
        /// The marketing campaign that brought it.
        "campaignId" => campaign_id: Option<CampaignId>,
        /// How many appointments the job has; a hint, which need not move with the job.
        "appointmentCount" => appointment_count: Option<i64>,
        /// The first appointment.
        "firstAppointmentId" => first_appointment_id: Option<AppointmentId>,
        /// The last appointment.
        "lastAppointmentId" => last_appointment_id: Option<AppointmentId>,
        /// The job that this one is a recall for; often left out by the export.
        "recallForId" => recall_for_id: Option<JobId>,
        /// The job that this one is a warranty for; often left out by the export.
        "warrantyId" => warranty_id: Option<JobId>,
        /// The job and the employee that generated the lead.
        "jobGeneratedLeadSource" => job_generated_lead_source: Option<JobGeneratedLeadSource>,
        /// Whether nothing is charged.
        "noCharge" => no_charge: Option<bool>,
        /// Whether the customer is notified.
        "notificationsEnabled" => notifications_enabled: Option<bool>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// The user who created it.
        "createdById" => created_by_id: Option<UserId>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// The tags.
        "tagTypeIds" => tag_type_ids: Option<Vec<TagTypeId>>,
        /// The call that led to the job.
        "leadCallId" => lead_call_id: Option<CallId>,
        /// The partner's call that led to the job.
        "partnerLeadCallId" => partner_lead_call_id: Option<CallId>,
        /// The booking that it came from.
        "bookingId" => booking_id: Option<BookingId>,
        /// Who sold it.
        "soldById" => sold_by_id: Option<i64>,
        /// The customer's purchase order number.
        "customerPo" => customer_po: Option<String>,
        /// The invoice; 0 stands for none.
        "invoiceId" => invoice_id: Option<InvoiceId>,
        /// The membership.
        "membershipId" => membership_id: Option<MembershipId>,
        /// The total, in the tenant's currency.
        "total" => total: Option<Decimal>,
        /// The estimate from which the job was made.
        "createdFromEstimateId" => created_from_estimate_id: Option<EstimateId>,
        /// The estimates of the job; a hint: an estimate belongs where its own job ID says.
        "estimateIds" => estimate_ids: Option<Vec<EstimateId>>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
    }
}

record!(Job, JobId, active: active, modified: modified_on);

model! {
    /// One cancellation of a job.
    pub struct JobCanceledLog {
        /// The ID.
        "id" => id: JobCanceledLogId,
        /// The job.
        "jobId" => job_id: Option<JobId>,
        /// The cancel reason.
        "reasonId" => reason_id: Option<JobCancelReasonId>,
        /// A remark.
        "memo" => memo: Option<String>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// The user who created it.
        "createdById" => created_by_id: Option<UserId>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
    }
}

record!(JobCanceledLog, JobCanceledLogId, active: active);

model! {
    /// Why a job is cancelled, as the lookup by job tells it.
    pub struct CancelReason {
        /// The job.
        "jobId" => job_id: Option<JobId>,
        /// The cancel reason.
        "reasonId" => reason_id: Option<JobCancelReasonId>,
        /// The name.
        "name" => name: Option<String>,
        /// The text.
        "text" => text: Option<String>,
    }
}

model! {
    /// The job and the employee that generated a lead.
    pub struct JobGeneratedLeadSource {
        /// The job.
        "jobId" => job_id: Option<JobId>,
        /// The employee.
        "employeeId" => employee_id: Option<EmployeeId>,
    }
}

open_enum! {
    /// The job status, with room for values to come.
    pub enum JobStatus {
        /// `Scheduled`.
        Scheduled,
        /// `Dispatched`.
        Dispatched,
        /// `InProgress`.
        InProgress,
        /// `Hold`.
        Hold,
        /// `Completed`.
        Completed,
        /// `Canceled`.
        Canceled,
    }
}

filter! {
    /// Which jobs a list gives.
    pub struct JobFilter with created, modified, sort {
        /// With this number.
        "number" => number: String,
        /// Of this project.
        "projectId" => project_id: ProjectId,
        /// Made from this booking.
        "bookingId" => booking_id: BookingId,
        /// In this status.
        "jobStatus" => job_status: JobStatus,
        /// With an appointment in this status.
        "appointmentStatus" => appointment_status: AppointmentStatus,
        /// With this priority.
        "priority" => priority: String,
        /// Whose first appointment starts at this time or later.
        "firstAppointmentStartsOnOrAfter" => first_appointment_starts_on_or_after: DateTime<Utc>,
        /// Whose first appointment starts before this time.
        "firstAppointmentStartsBefore" => first_appointment_starts_before: DateTime<Utc>,
        /// With an appointment that starts at this time or later.
        "appointmentStartsOnOrAfter" => appointment_starts_on_or_after: DateTime<Utc>,
        /// With an appointment that starts before this time.
        "appointmentStartsBefore" => appointment_starts_before: DateTime<Utc>,
        /// Of this technician.
        "technicianId" => technician_id: TechnicianId,
        /// Of this customer.
        "customerId" => customer_id: CustomerId,
        /// At this location.
        "locationId" => location_id: LocationId,
        /// Sold by this technician.
        "soldById" => sold_by_id: TechnicianId,
        /// Of this job type.
        "jobTypeId" => job_type_id: JobTypeId,
        /// Of this campaign.
        "campaignId" => campaign_id: CampaignId,
        /// Of this business unit.
        "businessUnitId" => business_unit_id: BusinessUnitId,
        /// With this invoice.
        "invoiceId" => invoice_id: InvoiceId,
        /// Made from this estimate.
        "createdFromEstimateId" => created_from_estimate_id: EstimateId,
        /// With one of these estimates.
        "estimateIds" => estimate_ids: Vec<EstimateId>,
        /// Completed at this time or later.
        "completedOnOrAfter" => completed_on_or_after: DateTime<Utc>,
        /// Completed before this time.
        "completedBefore" => completed_before: DateTime<Utc>,
        /// With one of these tags.
        "tagTypeIds" => tag_type_ids: Vec<TagTypeId>,
        /// The app whose external data comes along, by its GUID.
        "externalDataApplicationGuid" => external_data_application_guid: String,
        /// With this key in the external data of that app.
        "externalDataKey" => external_data_key: String,
        /// With one of these values under that key.
        "externalDataValues" => external_data_values: Vec<String>,
        /// Whether they have appointments that nobody went to.
        "hasUnusedAppointments" => has_unused_appointments: bool,
    }
}

resource! {
    /// Jobs.
    pub struct Jobs as jobs, scope "tn.jpm.jobs", under "jpm/v2/tenant/{tenant}/" {
        /// Reads one job.
        get "jobs/{id}" => get(id: JobId) -> Job;
        /// Reads one job with what an app attached to it.
        get "jobs/{id}" => get_with_external_data(id: JobId) -> Job, by ExternalDataFilter;
        /// Reads the list.
        list "jobs" => list() -> Job, by JobFilter;
        /// Reads the jobs with these IDs, however many.
        ids "jobs" => by_ids(ids: JobId) -> Job;
        /// Reads the change feed. Inactive and deleted jobs come too.
        export "export/jobs" => export() -> Job;
        /// Books a job. ServiceTitan refuses a booking without a campaign.
        post "jobs" => create() -> Job, sends NewJob;
        /// Changes a job.
        patch "jobs/{id}" => update(id: JobId) -> Job, sends JobUpdate;
        /// Cancels a job.
        put "jobs/{id}/cancel" => cancel(id: JobId), sends JobCancellation;
        /// Takes a job's cancellation back.
        put "jobs/{id}/remove-cancellation" => remove_cancellation(id: JobId);
        /// Puts a job on hold.
        put "jobs/{id}/hold" => hold(id: JobId), sends Hold;
        /// Completes a job.
        put "jobs/{id}/complete" => complete(id: JobId), sends JobCompletion;
        /// Reads the notes of a job.
        list "jobs/{id}/notes" => notes(id: JobId) -> Note;
        /// Writes a note on a job. ServiceTitan cannot tell a repeated note from a new one.
        post "jobs/{id}/notes" => add_note(id: JobId) -> Note, sends NewNote;
        /// Reads the change feed of notes on jobs. Inactive and deleted ones come too.
        export "export/job-notes" => export_notes() -> JobNote;
        /// Reads what happened to a job.
        get "jobs/{id}/history" => history(id: JobId) -> JobHistory;
        /// Reads the change feed of what happened to jobs.
        export "export/job-history" => export_history() -> JobHistory;
        /// Sends a message to employees about a job.
        post "jobs/{id}/messages" => create_message(id: JobId) -> Modified, sends NewMessage;
        /// Looks up why these jobs are cancelled; those that are not are left out.
        of "jobs/cancel-reasons" => cancel_reasons(ids: JobId) -> CancelReason, matching job_id;
        /// Reads each cancellation of a job.
        list "jobs/{id}/canceled-log" => canceled_logs(id: JobId) -> JobCanceledLog;
        /// Reads the change feed of cancellations.
        export "export/job-canceled-logs" => export_canceled_logs() -> JobCanceledLog;
        /// Reads how a job was booked.
        get "jobs/{id}/booked-log" => booked_log(id: JobId) -> JobBookedLog;
        /// Reads the kinds of custom fields that jobs can have.
        list "jobs/custom-fields" => custom_field_types() -> CustomFieldType, by CustomFieldTypeFilter;
    }
}
