//! Projects: jobs that belong together.

#[cfg(feature = "http")]
use super::NewMessage;
use crate::declare::*;

model! {
    /// Project: a group of jobs that belong together.
    pub struct Project {
        /// ID of the project.
        "id" => id: ProjectId,
        /// Number of the project, as shown in ServiceTitan.
        "number" => number: Option<String>,
        /// Name of the project.
        "name" => name: Option<String>,
        /// Summary of the project, often HTML.
        "summary" => summary: Option<String>,
        /// Status of the project, by name.
        "status" => status: Option<String>,
        /// ID of the project's status.
        "statusId" => status_id: Option<i64>,
        /// Sub-status of the project, by name.
        "subStatus" => sub_status: Option<String>,
        /// ID of the project's sub-status.
        "subStatusId" => sub_status_id: Option<i64>,
        /// ID of the customer that the project is for.
        "customerId" => customer_id: Option<CustomerId>,
        /// ID of the location where the project is done.
        "locationId" => location_id: Option<LocationId>,
        /// ID of the project's type.
        "projectTypeId" => project_type_id: Option<i64>,
        /// IDs of the project managers.
        "projectManagerIds" => project_manager_ids: Option<Vec<EmployeeId>>,
        /// IDs of the business units that work on the project.
        "businessUnitIds" => business_unit_ids: Option<Vec<BusinessUnitId>>,
        /// Start of the project (UTC).
        "startDate" => start_date: Option<DateTime<Utc>>,
        /// Planned completion of the project (UTC).
        "targetCompletionDate" => target_completion_date: Option<DateTime<Utc>>,
        /// Completion of the project (UTC); absent until then.
        "actualCompletionDate" => actual_completion_date: Option<DateTime<Utc>>,
        /// Time when the project itself was last changed (UTC); a changed job does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// Time when the project was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Custom fields of the project: fields that the tenant defined, with their values.
        "customFields" => custom_fields: Option<Vec<CustomField>>,
        /// External data of the project: keys and values that an app attached to it.
        "externalData" => external_data: Option<Vec<ExternalData>>,
        /// IDs of the project's jobs.
        "jobIds" => job_ids: Option<Vec<JobId>>,
        /// True while the project is in use; false once it is deactivated or deleted.
        "active" => active: Option<bool>,
    }
}

record!(Project, ProjectId, active: active, modified: modified_on);

model! {
    /// A note on a project, as the change feed of notes returns it.
    pub struct ProjectNote {
        /// ID of the note.
        "id" => id: Option<NoteId>,
        /// True while the note is in use; false once it is deactivated or deleted.
        "active" => active: Option<bool>,
        /// Text of the note.
        "text" => text: Option<String>,
        /// True if the note is pinned to the top.
        "isPinned" => is_pinned: Option<bool>,
        /// ID of the user or app that wrote the note.
        "createdById" => created_by_id: Option<UserId>,
        /// Time when the note was written (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Time when the note was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// ID of the project that the note is on.
        "projectId" => project_id: Option<ProjectId>,
    }
}

filter! {
    /// Filter for lists of projects.
    pub struct ProjectFilter with created, modified, sort {
        /// Only projects of this customer.
        "customerId" => customer_id: CustomerId,
        /// Only projects at this location.
        "locationId" => location_id: LocationId,
        /// Only projects of this project type.
        "projectTypeId" => project_type_id: i64,
        /// Only projects with this invoice.
        "invoiceId" => invoice_id: InvoiceId,
        /// Only projects with an appointment that this technician is assigned to.
        "technicianId" => technician_id: TechnicianId,
        /// Only the project that contains this job.
        "jobId" => job_id: JobId,
        /// Only the project that contains this appointment.
        "appointmentId" => appointment_id: AppointmentId,
        /// Only projects with one of these project managers.
        "projectManagerIds" => project_manager_ids: Vec<EmployeeId>,
        /// Only projects of one of these business units.
        "businessUnitIds" => business_unit_ids: Vec<BusinessUnitId>,
        /// Only projects that start before this time.
        "startsBefore" => starts_before: DateTime<Utc>,
        /// Only projects that start at this time or later.
        "startsOnOrAfter" => starts_on_or_after: DateTime<Utc>,
        /// Only projects that were completed before this time.
        "completedBefore" => completed_before: DateTime<Utc>,
        /// Only projects that were completed at this time or later.
        "completedOnOrAfter" => completed_on_or_after: DateTime<Utc>,
        /// Only projects to be completed before this time.
        "targetCompletionDateBefore" => target_completion_date_before: DateTime<Utc>,
        /// Only projects to be completed at this time or later.
        "targetCompletionDateOnOrAfter" => target_completion_date_on_or_after: DateTime<Utc>,
        /// Only projects in this status; `None` stands for those without a status.
        "status" => status: String,
        /// GUID of the app whose external data is returned.
        "externalDataApplicationGuid" => external_data_application_guid: String,
        /// Only projects with this key in the external data of that app; needs `external_data_values`.
        "externalDataKey" => external_data_key: String,
        /// Only projects with one of these values under that key.
        "externalDataValues" => external_data_values: Vec<String>,
    }
}

request! {
    /// A project to be added.
    pub struct NewProject {
        must {
            /// ID of the location where the project is done.
            "locationId" => location_id: LocationId,
        }
        may {
            /// ID of the customer that the project is for.
            "customerId" => customer_id: CustomerId,
            /// ID of the project's type.
            "projectTypeId" => project_type_id: i64,
            /// IDs of the project managers.
            "projectManagerIds" => project_manager_ids: Vec<EmployeeId>,
            /// Name of the project.
            "name" => name: String,
            /// Summary of the project, often HTML.
            "summary" => summary: String,
            /// ID of the project's status.
            "statusId" => status_id: i64,
            /// ID of the project's sub-status.
            "subStatusId" => sub_status_id: i64,
            /// Start of the project (UTC).
            "startDate" => start_date: DateTime<Utc>,
            /// Planned completion of the project (UTC).
            "targetCompletionDate" => target_completion_date: DateTime<Utc>,
            /// Completion of the project (UTC).
            "actualCompletionDate" => actual_completion_date: DateTime<Utc>,
            /// Custom fields of the project: fields that the tenant defined, with their values.
            "customFields" => custom_fields: Vec<CustomFieldValue>,
            /// External data that an app attaches to the project.
            "externalData" => external_data: NewExternalData,
            /// IDs of the business units that work on the project.
            "businessUnitIds" => business_unit_ids: Vec<BusinessUnitId>,
        }
    }
}

request! {
    /// Changes to a project. Fields that are not set keep their value.
    pub struct ProjectUpdate {
        may {
            /// IDs of the project managers.
            "projectManagerIds" => project_manager_ids: Vec<EmployeeId>,
            /// IDs of the project's jobs.
            "jobIds" => job_ids: Vec<JobId>,
            /// IDs of the business units that work on the project.
            "businessUnitIds" => business_unit_ids: Vec<BusinessUnitId>,
            /// Name of the project.
            "name" => name: String,
            /// Summary of the project, often HTML.
            "summary" => summary: String,
            /// ID of the project's status.
            "statusId" => status_id: i64,
            /// ID of the project's sub-status.
            "subStatusId" => sub_status_id: i64,
            /// Start of the project (UTC).
            "startDate" => start_date: DateTime<Utc>,
            /// Planned completion of the project (UTC).
            "targetCompletionDate" => target_completion_date: DateTime<Utc>,
            /// Completion of the project (UTC).
            "actualCompletionDate" => actual_completion_date: DateTime<Utc>,
            /// Custom fields of the project: fields that the tenant defined, with their values.
            "customFields" => custom_fields: Vec<CustomFieldValue>,
            /// Changes to the external data that an app attached to the project.
            "externalData" => external_data: ExternalDataUpdate,
        }
        may_clear {
            /// ID of the project's type.
            "projectTypeId" => project_type_id: i64,
        }
    }
}

resource! {
    /// Projects: jobs that belong together.
    pub struct Projects as projects, scope "tn.jpm.projects", under "jpm/v2/tenant/{tenant}/" {
        /// Reads one project.
        get "projects/{id}" => get(id: ProjectId) -> Project;
        /// Reads one project with the external data of an app.
        get "projects/{id}" => get_with_external_data(id: ProjectId) -> Project, by ExternalDataFilter;
        /// Lists the projects that match the filter.
        list "projects" => list() -> Project, by ProjectFilter;
        /// Reads the projects with these IDs (any number).
        ids "projects" => by_ids(ids: ProjectId) -> Project;
        /// Reads the change feed of projects, including inactive ones.
        export "export/projects" => export() -> Project;
        /// Adds a project.
        post "projects" => create() -> Project, sends NewProject;
        /// Changes a project.
        patch "projects/{id}" => update(id: ProjectId) -> Project, sends ProjectUpdate;
        /// Puts a job into a project.
        post "projects/{id}/attach-job/{jobId}" => attach_job(id: ProjectId, job: JobId);
        /// Takes a job out of its project.
        post "projects/detach-job/{jobId}" => detach_job(job: JobId);
        /// Lists the notes of a project.
        list "projects/{id}/notes" => notes(id: ProjectId) -> Note;
        /// Adds a note to a project. ServiceTitan does not detect a repeated call: it adds the note again.
        post "projects/{id}/notes" => add_note(id: ProjectId) -> Note, sends NewNote;
        /// Reads the change feed of notes on projects, including inactive and deleted ones.
        export "export/project-notes" => export_notes() -> ProjectNote;
        /// Sends a message to employees about a project.
        post "projects/{id}/messages" => create_message(id: ProjectId) -> Modified, sends NewMessage;
        /// Lists the custom field types of projects.
        list "projects/custom-fields" => custom_field_types() -> CustomFieldType, by CustomFieldTypeFilter;
    }
}
