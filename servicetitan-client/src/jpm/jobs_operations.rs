//! What can be done with jobs.

use chrono::{DateTime, Utc};

use crate::http::{Query, filter, resource};
use crate::{
    AppointmentStatus, BookingId, BusinessUnitId, CampaignId, CancelReason, CustomerId, Error, EstimateId,
    ExportFrom, ExportRequest, InvoiceId, Job, JobCanceledLog, JobId, JobStatus, JobTypeId, ListRequest,
    LocationId, NewNote, Note, Operation, ProjectId, TechnicianId,
};

filter! {
    /// Which jobs a list gives.
    pub struct JobFilter {
        /// With this number.
        "number" => number: String,
        /// With this project ID.
        "projectId" => project_id: ProjectId,
        /// With this booking ID.
        "bookingId" => booking_id: BookingId,
        /// With this job status.
        "jobStatus" => job_status: JobStatus,
        /// With this appointment status.
        "appointmentStatus" => appointment_status: AppointmentStatus,
        /// With this priority.
        "priority" => priority: String,
        /// With a time of `firstAppointmentStarts` at this time or later.
        "firstAppointmentStartsOnOrAfter" => first_appointment_starts_on_or_after: DateTime<Utc>,
        /// By time: first appointment starts before this.
        "firstAppointmentStartsBefore" => first_appointment_starts_before: DateTime<Utc>,
        /// With a time of `appointmentStarts` at this time or later.
        "appointmentStartsOnOrAfter" => appointment_starts_on_or_after: DateTime<Utc>,
        /// By time: appointment starts before this.
        "appointmentStartsBefore" => appointment_starts_before: DateTime<Utc>,
        /// With this technician ID.
        "technicianId" => technician_id: TechnicianId,
        /// Of this customer.
        "customerId" => customer_id: CustomerId,
        /// At this location.
        "locationId" => location_id: LocationId,
        /// With this sold by ID.
        "soldById" => sold_by_id: i64,
        /// With this job type ID.
        "jobTypeId" => job_type_id: JobTypeId,
        /// With this campaign ID.
        "campaignId" => campaign_id: CampaignId,
        /// With this business unit ID.
        "businessUnitId" => business_unit_id: BusinessUnitId,
        /// With this invoice ID.
        "invoiceId" => invoice_id: InvoiceId,
        /// With this created from estimate ID.
        "createdFromEstimateId" => created_from_estimate_id: EstimateId,
        /// With one of these estimate IDs, separated by commas.
        "estimateIds" => estimate_ids: String,
        /// Created before this time.
        "createdBefore" => created_before: DateTime<Utc>,
        /// Created at this time or later.
        "createdOnOrAfter" => created_on_or_after: DateTime<Utc>,
        /// Modified before this time.
        "modifiedBefore" => modified_before: DateTime<Utc>,
        /// Modified at this time or later.
        "modifiedOnOrAfter" => modified_on_or_after: DateTime<Utc>,
        /// With a time of `completed` at this time or later.
        "completedOnOrAfter" => completed_on_or_after: DateTime<Utc>,
        /// By time: completed before this.
        "completedBefore" => completed_before: DateTime<Utc>,
        /// With one of these tag type IDs, separated by commas.
        "tagTypeIds" => tag_type_ids: String,
        /// The order, such as `+ModifiedOn` or `-Id`; only fields that the schema names.
        "sort" => sort: String,
        /// With this external data application guid.
        "externalDataApplicationGuid" => external_data_application_guid: String,
        /// With this external data key.
        "externalDataKey" => external_data_key: String,
        /// With this external data values.
        "externalDataValues" => external_data_values: String,
        /// By `hasUnusedAppointments`.
        "hasUnusedAppointments" => has_unused_appointments: bool,
    }
}

resource! {
    /// Jobs.
    pub struct Jobs as jobs, scope "tn.jpm.jobs:r" {
        get Job, by JobId, at "jpm/v2/tenant/{tenant}/jobs/{id}";
        list Job, by JobFilter, at "jpm/v2/tenant/{tenant}/jobs";
        ids JobId => Job;
        export Job, at "jpm/v2/tenant/{tenant}/export/jobs";
        also
            Jobs::NOTES;
            Jobs::ADD_NOTE;
            Jobs::CANCEL_REASONS;
            Jobs::EXPORT_CANCELED_LOGS;
    }
}

impl Jobs {
    const NOTES: Operation =
        Operation::get("jobs.notes", "jpm/v2/tenant/{tenant}/jobs/{id}/notes", "tn.jpm.jobs:r");
    const ADD_NOTE: Operation =
        Operation::post("jobs.add_note", "jpm/v2/tenant/{tenant}/jobs/{id}/notes", "tn.jpm.jobs:w");

    /// Reads the notes of a job.
    pub fn notes(&self, id: JobId) -> ListRequest<Note> {
        self.client.list(&Self::NOTES, Some(id.get()), Query::default())
    }

    /// Writes a note on a job. ServiceTitan cannot tell a repeated note from a new one: a note that may have been written is not sent again.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] when there is no such job, and every failure of a call; `may_have_been_carried_out` tells whether to look for the note before
    /// writing it again.
    pub async fn add_note(&self, id: JobId, note: &NewNote) -> Result<Note, Error> {
        self.client.send(&Self::ADD_NOTE, Some(id.get()), note).await
    }

    const CANCEL_REASONS: Operation =
        Operation::get("jobs.cancel_reasons", "jpm/v2/tenant/{tenant}/jobs/cancel-reasons", "tn.jpm.jobs:r");
    const EXPORT_CANCELED_LOGS: Operation = Operation::get(
        "jobs.export_canceled_logs",
        "jpm/v2/tenant/{tenant}/export/job-canceled-logs",
        "tn.jpm.jobs:r",
    );

    /// Looks up why these jobs are cancelled, 50 jobs in a call; those that are not are left out.
    pub fn cancel_reasons(&self, jobs: &[JobId]) -> ListRequest<CancelReason> {
        self.client.list_by(&Self::CANCEL_REASONS, "ids", jobs, Query::default())
    }

    /// Reads the change feed of cancellations.
    pub fn export_canceled_logs(&self, from: ExportFrom) -> ExportRequest<JobCanceledLog> {
        self.client.export(&Self::EXPORT_CANCELED_LOGS, from)
    }
}
