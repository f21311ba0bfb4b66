//! Jobs and their cancellations.

#[cfg(feature = "http")]
use super::{
    AppointmentStatus, Hold, JobBookedLog, JobCancellation, JobCompletion, JobHistory, JobNote, JobUpdate,
    NewJob, NewMessage,
};
use crate::declare::*;

model! {
    /// Job: work ordered by a customer at one of its locations.
    pub struct Job {
        /// ID of the job.
        "id" => id: JobId,
        /// Summary of the job, often HTML.
        "summary" => summary: Option<String>,
        /// Custom fields of the job: fields that the tenant defined, with their values.
        "customFields" => custom_fields: Option<Vec<CustomField>>,
        /// External data of the job: keys and values that an app attached to it.
        "externalData" => external_data: Option<Vec<ExternalData>>,
        /// Number of the job, as shown in ServiceTitan.
        "jobNumber" => job_number: Option<String>,
        /// ID of the project that the job belongs to; absent if it belongs to none.
        "projectId" => project_id: Option<ProjectId>,
        /// ID of the customer who ordered the job.
        "customerId" => customer_id: Option<CustomerId>,
        /// ID of the location where the job is done.
        "locationId" => location_id: Option<LocationId>,
        /// Status of the job, such as scheduled, in progress, completed or cancelled.
        "jobStatus" => job_status: Option<JobStatus>,
        /// Time when the job was completed (UTC); absent until then.
        "completedOn" => completed_on: Option<DateTime<Utc>>,
        /// ID of the business unit that does the job.
        "businessUnitId" => business_unit_id: Option<BusinessUnitId>,
        /// ID of the job's type.
        "jobTypeId" => job_type_id: Option<JobTypeId>,
        /// Priority of the job: low, normal, high or urgent.
        "priority" => priority: Option<String>,
        /// ID of the marketing campaign that brought the job.
        "campaignId" => campaign_id: Option<CampaignId>,
        /// Number of appointments of the job; may lag behind the appointments themselves.
        "appointmentCount" => appointment_count: Option<i64>,
        /// ID of the job's first appointment.
        "firstAppointmentId" => first_appointment_id: Option<AppointmentId>,
        /// ID of the job's last appointment.
        "lastAppointmentId" => last_appointment_id: Option<AppointmentId>,
        /// ID of the earlier job that this job is a recall for; often missing from the change feed.
        "recallForId" => recall_for_id: Option<JobId>,
        /// ID of the earlier job that this job is warranty work for; often missing from the change feed.
        "warrantyId" => warranty_id: Option<JobId>,
        /// Job and employee that generated the lead for this job; absent if there was none.
        "jobGeneratedLeadSource" => job_generated_lead_source: Option<JobGeneratedLeadSource>,
        /// True if the job is free of charge.
        "noCharge" => no_charge: Option<bool>,
        /// True if the customer is notified about the job.
        "notificationsEnabled" => notifications_enabled: Option<bool>,
        /// Time when the job was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// ID of the user who created the job.
        "createdById" => created_by_id: Option<UserId>,
        /// Time when the job itself was last changed (UTC); a changed appointment or estimate does not always move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// IDs of the tag types of the job's tags.
        "tagTypeIds" => tag_type_ids: Option<Vec<TagTypeId>>,
        /// ID of the call that led to the job.
        "leadCallId" => lead_call_id: Option<CallId>,
        /// ID of the call that led to the job, as set by a third-party call agent.
        "partnerLeadCallId" => partner_lead_call_id: Option<CallId>,
        /// ID of the booking that became the job; absent if it was not booked that way.
        "bookingId" => booking_id: Option<BookingId>,
        /// ID of the technician who sold the job.
        "soldById" => sold_by_id: Option<i64>,
        /// Purchase order number that the customer gave for the job.
        "customerPo" => customer_po: Option<String>,
        /// ID of the job's invoice; 0 or absent if there is none.
        "invoiceId" => invoice_id: Option<InvoiceId>,
        /// ID of the membership that the job belongs to; absent if it belongs to none.
        "membershipId" => membership_id: Option<MembershipId>,
        /// Total amount of the job, in the tenant's currency.
        "total" => total: Option<Decimal>,
        /// ID of the sold estimate from which the job was created; absent if there was none.
        "createdFromEstimateId" => created_from_estimate_id: Option<EstimateId>,
        /// IDs of the job's estimates; may be out of date, an estimate's own job ID decides.
        "estimateIds" => estimate_ids: Option<Vec<EstimateId>>,
        /// False if the job was deactivated or deleted; ServiceTitan sends it in the change feed only.
        "active" => active: Option<bool>,
    }
}

record!(Job, JobId, active: active, modified: modified_on);

model! {
    /// One cancellation of a job.
    pub struct JobCanceledLog {
        /// ID of the cancellation.
        "id" => id: JobCanceledLogId,
        /// ID of the job that was cancelled.
        "jobId" => job_id: Option<JobId>,
        /// ID of the job cancel reason.
        "reasonId" => reason_id: Option<JobCancelReasonId>,
        /// Note that was written when the job was cancelled.
        "memo" => memo: Option<String>,
        /// Time when the job was cancelled (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// ID of the user who cancelled the job.
        "createdById" => created_by_id: Option<UserId>,
        /// True while the record is in use; false once it is deactivated.
        "active" => active: Option<bool>,
    }
}

record!(JobCanceledLog, JobCanceledLogId, active: active);

model! {
    /// Reason for which a job is cancelled, as the lookup by job returns it.
    pub struct CancelReason {
        /// ID of the cancelled job.
        "jobId" => job_id: Option<JobId>,
        /// ID of the job cancel reason.
        "reasonId" => reason_id: Option<JobCancelReasonId>,
        /// Name of the job cancel reason.
        "name" => name: Option<String>,
        /// Text of the reason.
        "text" => text: Option<String>,
    }
}

model! {
    /// Job and employee that generated the lead for another job.
    pub struct JobGeneratedLeadSource {
        /// ID of the job that generated the lead.
        "jobId" => job_id: Option<JobId>,
        /// ID of the employee, office user or technician, who generated the lead.
        "employeeId" => employee_id: Option<EmployeeId>,
    }
}

open_enum! {
    /// Status of a job.
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
    /// Filter for lists of jobs.
    pub struct JobFilter with created, modified, sort {
        /// Only jobs with this number.
        "number" => number: String,
        /// Only jobs of this project.
        "projectId" => project_id: ProjectId,
        /// Only jobs that came from this booking.
        "bookingId" => booking_id: BookingId,
        /// Only jobs in this status.
        "jobStatus" => job_status: JobStatus,
        /// Only jobs with an appointment in this status.
        "appointmentStatus" => appointment_status: AppointmentStatus,
        /// Only jobs with this priority: `Low`, `Normal`, `High` or `Urgent`.
        "priority" => priority: String,
        /// Only jobs whose first appointment starts at this time or later.
        "firstAppointmentStartsOnOrAfter" => first_appointment_starts_on_or_after: DateTime<Utc>,
        /// Only jobs whose first appointment starts before this time.
        "firstAppointmentStartsBefore" => first_appointment_starts_before: DateTime<Utc>,
        /// Only jobs with an appointment that starts at this time or later.
        "appointmentStartsOnOrAfter" => appointment_starts_on_or_after: DateTime<Utc>,
        /// Only jobs with an appointment that starts before this time.
        "appointmentStartsBefore" => appointment_starts_before: DateTime<Utc>,
        /// Only jobs with an appointment that this technician is assigned to.
        "technicianId" => technician_id: TechnicianId,
        /// Only jobs of this customer.
        "customerId" => customer_id: CustomerId,
        /// Only jobs at this location.
        "locationId" => location_id: LocationId,
        /// Only jobs that this technician sold.
        "soldById" => sold_by_id: TechnicianId,
        /// Only jobs of this type.
        "jobTypeId" => job_type_id: JobTypeId,
        /// Only jobs that this marketing campaign brought.
        "campaignId" => campaign_id: CampaignId,
        /// Only jobs of this business unit.
        "businessUnitId" => business_unit_id: BusinessUnitId,
        /// Only the job with this invoice.
        "invoiceId" => invoice_id: InvoiceId,
        /// Only jobs that were created from this estimate.
        "createdFromEstimateId" => created_from_estimate_id: EstimateId,
        /// Only jobs with one of these estimates.
        "estimateIds" => estimate_ids: Vec<EstimateId>,
        /// Only jobs completed at this time or later.
        "completedOnOrAfter" => completed_on_or_after: DateTime<Utc>,
        /// Only jobs completed before this time.
        "completedBefore" => completed_before: DateTime<Utc>,
        /// Only jobs with one of these tags.
        "tagTypeIds" => tag_type_ids: Vec<TagTypeId>,
        /// GUID of the app whose external data is returned.
        "externalDataApplicationGuid" => external_data_application_guid: String,
        /// Only jobs with this key in the external data of that app; needs `external_data_values`.
        "externalDataKey" => external_data_key: String,
        /// Only jobs with one of these values under that key.
        "externalDataValues" => external_data_values: Vec<String>,
        /// If true, only jobs with unused appointments.
        "hasUnusedAppointments" => has_unused_appointments: bool,
    }
}

resource! {
    /// Jobs.
    pub struct Jobs as jobs, scope "tn.jpm.jobs", under "jpm/v2/tenant/{tenant}/" {
        /// Reads one job.
        get "jobs/{id}" => get(id: JobId) -> Job;
        /// Reads one job with the external data of an app.
        get "jobs/{id}" => get_with_external_data(id: JobId) -> Job, by ExternalDataFilter;
        /// Lists the jobs that match the filter.
        list "jobs" => list() -> Job, by JobFilter;
        /// Reads the jobs with these IDs (any number).
        ids "jobs" => by_ids(ids: JobId) -> Job;
        /// Reads the change feed of jobs, including inactive and deleted ones.
        export "export/jobs" => export() -> Job;
        /// Books a job. ServiceTitan refuses a booking without a campaign.
        post "jobs" => create() -> Job, sends NewJob;
        /// Changes a job.
        patch "jobs/{id}" => update(id: JobId) -> Job, sends JobUpdate;
        /// Cancels a job.
        put "jobs/{id}/cancel" => cancel(id: JobId), sends JobCancellation;
        /// Removes the cancellation of a job.
        put "jobs/{id}/remove-cancellation" => remove_cancellation(id: JobId);
        /// Puts a job on hold.
        put "jobs/{id}/hold" => hold(id: JobId), sends Hold;
        /// Completes a job.
        put "jobs/{id}/complete" => complete(id: JobId), sends JobCompletion;
        /// Lists the notes of a job.
        list "jobs/{id}/notes" => notes(id: JobId) -> Note;
        /// Adds a note to a job. ServiceTitan does not detect a repeated call: it adds the note again.
        post "jobs/{id}/notes" => add_note(id: JobId) -> Note, sends NewNote;
        /// Reads the change feed of notes on jobs, including inactive and deleted ones.
        export "export/job-notes" => export_notes() -> JobNote;
        /// Reads the history of a job.
        get "jobs/{id}/history" => history(id: JobId) -> JobHistory;
        /// Reads the change feed of job histories.
        export "export/job-history" => export_history() -> JobHistory;
        /// Sends a message to employees about a job.
        post "jobs/{id}/messages" => create_message(id: JobId) -> Modified, sends NewMessage;
        /// Looks up the cancel reasons of these jobs. Jobs that are not cancelled are left out.
        of "jobs/cancel-reasons" => cancel_reasons(ids: JobId) -> CancelReason, matching job_id;
        /// Lists the cancellations of a job.
        list "jobs/{id}/canceled-log" => canceled_logs(id: JobId) -> JobCanceledLog;
        /// Reads the change feed of job cancellations.
        export "export/job-canceled-logs" => export_canceled_logs() -> JobCanceledLog;
        /// Reads the record of a job's booking.
        get "jobs/{id}/booked-log" => booked_log(id: JobId) -> JobBookedLog;
        /// Lists the custom field types of jobs.
        list "jobs/custom-fields" => custom_field_types() -> CustomFieldType, by CustomFieldTypeFilter;
    }
}
