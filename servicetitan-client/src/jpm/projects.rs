//! Projects: jobs that belong together.

#[cfg(feature = "http")]
use super::NewMessage;
use crate::declare::*;

model! {
    /// A project: jobs that belong together.
    pub struct Project {
        /// The ID.
        "id" => id: ProjectId,
        /// The number.
        "number" => number: Option<String>,
        /// The name.
        "name" => name: Option<String>,
        /// The summary, often HTML.
        "summary" => summary: Option<String>,
        /// The status.
        "status" => status: Option<String>,
        /// The status, by its ID.
        "statusId" => status_id: Option<i64>,
        /// The sub-status.
        "subStatus" => sub_status: Option<String>,
        /// The sub-status, by its ID.
        "subStatusId" => sub_status_id: Option<i64>,
        /// The customer.
        "customerId" => customer_id: Option<CustomerId>,
        /// The location.
        "locationId" => location_id: Option<LocationId>,
        /// The project type.
        "projectTypeId" => project_type_id: Option<i64>,
        /// The project managers.
        "projectManagerIds" => project_manager_ids: Option<Vec<EmployeeId>>,
        /// The business units.
        "businessUnitIds" => business_unit_ids: Option<Vec<BusinessUnitId>>,
        /// When the project starts.
        "startDate" => start_date: Option<DateTime<Utc>>,
        /// When the project is to be completed.
        "targetCompletionDate" => target_completion_date: Option<DateTime<Utc>>,
        /// When the project was completed.
        "actualCompletionDate" => actual_completion_date: Option<DateTime<Utc>>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// The tenant's own fields.
        "customFields" => custom_fields: Option<Vec<CustomField>>,
        /// What apps have attached to the record.
        "externalData" => external_data: Option<Vec<ExternalData>>,
        /// The jobs.
        "jobIds" => job_ids: Option<Vec<JobId>>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
    }
}

record!(Project, ProjectId, active: active, modified: modified_on);

model! {
    /// A note on a project, as the change feed of notes shows it.
    pub struct ProjectNote {
        /// The ID.
        "id" => id: Option<NoteId>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
        /// The text.
        "text" => text: Option<String>,
        /// Whether the note is pinned to the top.
        "isPinned" => is_pinned: Option<bool>,
        /// The user who created it.
        "createdById" => created_by_id: Option<UserId>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// The project.
        "projectId" => project_id: Option<ProjectId>,
    }
}

filter! {
    /// Which projects a list gives.
    pub struct ProjectFilter with created, modified, sort {
        /// Of this customer.
        "customerId" => customer_id: CustomerId,
        /// At this location.
        "locationId" => location_id: LocationId,
        /// Of this project type.
        "projectTypeId" => project_type_id: i64,
        /// With this invoice.
        "invoiceId" => invoice_id: InvoiceId,
        /// Of this technician.
        "technicianId" => technician_id: TechnicianId,
        /// With this job.
        "jobId" => job_id: JobId,
        /// With this appointment.
        "appointmentId" => appointment_id: AppointmentId,
        /// With one of these project managers.
        "projectManagerIds" => project_manager_ids: Vec<EmployeeId>,
        /// Of one of these business units.
        "businessUnitIds" => business_unit_ids: Vec<BusinessUnitId>,
        /// Starting before this time.
        "startsBefore" => starts_before: DateTime<Utc>,
        /// Starting at this time or later.
        "startsOnOrAfter" => starts_on_or_after: DateTime<Utc>,
        /// Completed before this time.
        "completedBefore" => completed_before: DateTime<Utc>,
        /// Completed at this time or later.
        "completedOnOrAfter" => completed_on_or_after: DateTime<Utc>,
        /// To be completed before this time.
        "targetCompletionDateBefore" => target_completion_date_before: DateTime<Utc>,
        /// To be completed at this time or later.
        "targetCompletionDateOnOrAfter" => target_completion_date_on_or_after: DateTime<Utc>,
        /// In this status.
        "status" => status: String,
        /// The app whose external data comes along, by its GUID.
        "externalDataApplicationGuid" => external_data_application_guid: String,
        /// With this key in the external data of that app.
        "externalDataKey" => external_data_key: String,
        /// With one of these values under that key.
        "externalDataValues" => external_data_values: Vec<String>,
    }
}

request! {
    /// A project to be added.
    pub struct NewProject {
        must {
            /// The location.
            "locationId" => location_id: LocationId,
        }
        may {
            /// The customer.
            "customerId" => customer_id: CustomerId,
            /// The project type.
            "projectTypeId" => project_type_id: i64,
            /// The project managers.
            "projectManagerIds" => project_manager_ids: Vec<EmployeeId>,
            /// The name.
            "name" => name: String,
            /// The summary, often HTML.
            "summary" => summary: String,
            /// The status.
            "statusId" => status_id: i64,
            /// The sub-status.
            "subStatusId" => sub_status_id: i64,
            /// When the project starts.
            "startDate" => start_date: DateTime<Utc>,
            /// When the project is to be completed.
            "targetCompletionDate" => target_completion_date: DateTime<Utc>,
            /// When the project was completed.
            "actualCompletionDate" => actual_completion_date: DateTime<Utc>,
            /// The tenant's own fields.
            "customFields" => custom_fields: Vec<CustomFieldValue>,
            /// What an app attaches to the record.
            "externalData" => external_data: NewExternalData,
            /// The business units.
            "businessUnitIds" => business_unit_ids: Vec<BusinessUnitId>,
        }
    }
}

request! {
    /// What changes of a project.
    pub struct ProjectUpdate {
        may {
            /// The project managers.
            "projectManagerIds" => project_manager_ids: Vec<EmployeeId>,
            /// The jobs.
            "jobIds" => job_ids: Vec<JobId>,
            /// The business units.
            "businessUnitIds" => business_unit_ids: Vec<BusinessUnitId>,
            /// The name.
            "name" => name: String,
            /// The summary, often HTML.
            "summary" => summary: String,
            /// The status.
            "statusId" => status_id: i64,
            /// The sub-status.
            "subStatusId" => sub_status_id: i64,
            /// When the project starts.
            "startDate" => start_date: DateTime<Utc>,
            /// When the project is to be completed.
            "targetCompletionDate" => target_completion_date: DateTime<Utc>,
            /// When the project was completed.
            "actualCompletionDate" => actual_completion_date: DateTime<Utc>,
            /// The tenant's own fields.
            "customFields" => custom_fields: Vec<CustomFieldValue>,
            /// What changes of what an app attached to the record.
            "externalData" => external_data: ExternalDataUpdate,
        }
        may_clear {
            /// The project type.
            "projectTypeId" => project_type_id: i64,
        }
    }
}

resource! {
    /// Projects: jobs that belong together.
    pub struct Projects as projects, scope "tn.jpm.projects", under "jpm/v2/tenant/{tenant}/" {
        /// Reads one project.
        get "projects/{id}" => get(id: ProjectId) -> Project;
        /// Reads one project with what an app attached to it.
        get "projects/{id}" => get_with_external_data(id: ProjectId) -> Project, by ExternalDataFilter;
        /// Reads the list.
        list "projects" => list() -> Project, by ProjectFilter;
        /// Reads the projects with these IDs, however many.
        ids "projects" => by_ids(ids: ProjectId) -> Project;
        /// Reads the change feed. Inactive projects come too.
        export "export/projects" => export() -> Project;
        /// Adds a project.
        post "projects" => create() -> Project, sends NewProject;
        /// Changes a project.
        patch "projects/{id}" => update(id: ProjectId) -> Project, sends ProjectUpdate;
        /// Puts a job into a project.
        post "projects/{id}/attach-job/{jobId}" => attach_job(id: ProjectId, job: JobId);
        /// Takes a job out of its project.
        post "projects/detach-job/{jobId}" => detach_job(job: JobId);
        /// Reads the notes of a project.
        list "projects/{id}/notes" => notes(id: ProjectId) -> Note;
        /// Writes a note on a project. ServiceTitan cannot tell a repeated note from a new one.
        post "projects/{id}/notes" => add_note(id: ProjectId) -> Note, sends NewNote;
        /// Reads the change feed of notes on projects. Inactive and deleted ones come too.
        export "export/project-notes" => export_notes() -> ProjectNote;
        /// Sends a message to employees about a project.
        post "projects/{id}/messages" => create_message(id: ProjectId) -> Modified, sends NewMessage;
        /// Reads the kinds of custom fields that projects can have.
        list "projects/custom-fields" => custom_field_types() -> CustomFieldType, by CustomFieldTypeFilter;
    }
}
