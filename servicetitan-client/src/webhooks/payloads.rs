//! The data of the events of jobs, appointments, invoices and leads.

use chrono::{DateTime, Utc};

use crate::accounting::Invoice;
use crate::crm::Address;
use crate::ids::{
    AppointmentId, BusinessUnitId, CampaignId, CustomerId, EstimateId, InvoiceId, JobTypeId, LeadId,
    LocationId, ProjectId, TagTypeId, TenantId, UserId,
};
use crate::jpm::{Appointment, Job};
use crate::model::model;

model! {
    /// A job was updated, scheduled, rescheduled or completed.
    pub struct JobEvent {
        /// The job as it is now.
        "job" => job: Job,
        /// Whether the employees' e-mail is managed.
        "manageEmployeeEmail" => manage_employee_email: Option<bool>,
        /// Whether the follow-up e-mail is managed.
        "manageFollowUpEmail" => manage_follow_up_email: Option<bool>,
        /// The appointment, where the job was rescheduled.
        "appointmentId" => appointment_id: Option<AppointmentId>,
        /// The appointment's number, where the job was rescheduled.
        "appointmentNumber" => appointment_number: Option<String>,
        /// The tenant.
        "tenantId" => tenant_id: Option<TenantId>,
        /// The tenant's name.
        "tenantName" => tenant_name: Option<String>,
    }

    /// An appointment was updated.
    pub struct AppointmentEvent {
        /// The appointment as it is now.
        "appointment" => appointment: Appointment,
        /// The tenant.
        "tenantId" => tenant_id: Option<TenantId>,
        /// The tenant's name.
        "tenantName" => tenant_name: Option<String>,
    }

    /// An invoice was updated, batched, posted or exported. Its items do not come along.
    pub struct InvoiceEvent {
        /// The invoice as it is now.
        "invoice" => invoice: Invoice,
        /// The tenant.
        "tenantId" => tenant_id: Option<TenantId>,
        /// The tenant's name.
        "tenantName" => tenant_name: Option<String>,
    }

    /// A task of an invoice was created or updated.
    pub struct InvoiceTaskEvent {
        /// The invoice.
        "invoice" => invoice: InvoiceReference,
        /// The task.
        "task" => task: Option<InvoiceTask>,
        /// The tenant.
        "tenantId" => tenant_id: Option<TenantId>,
        /// The tenant's name.
        "tenantName" => tenant_name: Option<String>,
    }

    /// The invoice that a task belongs to.
    pub struct InvoiceReference {
        /// The ID.
        "id" => id: InvoiceId,
    }

    /// A task of an invoice.
    pub struct InvoiceTask {
        /// The ID, a GUID.
        "id" => id: Option<String>,
    }

    /// A lead was created or updated.
    pub struct LeadEvent {
        /// The lead as it is now.
        "lead" => lead: WebhookLead,
        /// The tenant.
        "tenantId" => tenant_id: Option<TenantId>,
        /// The tenant's name.
        "tenantName" => tenant_name: Option<String>,
    }

    /// A lead as webhooks show it, with the person's name, phone and e-mail, which lists and exports name otherwise.
    pub struct WebhookLead {
        /// The ID.
        "id" => id: LeadId,
        /// `Open`, `Dismissed` or `Converted`.
        "status" => status: Option<String>,
        /// `Low`, `Normal`, `High` or `Urgent`.
        "priority" => priority: Option<String>,
        /// The customer, where there is one already.
        "customerId" => customer_id: Option<CustomerId>,
        /// The location.
        "locationId" => location_id: Option<LocationId>,
        /// The business unit.
        "businessUnitId" => business_unit_id: Option<BusinessUnitId>,
        /// The job type.
        "jobTypeId" => job_type_id: Option<JobTypeId>,
        /// The marketing campaign that brought it.
        "campaignId" => campaign_id: Option<CampaignId>,
        /// When to follow up.
        "followUpDate" => follow_up_date: Option<DateTime<Utc>>,
        /// The user who created it.
        "createdById" => created_by_id: Option<UserId>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// When the record was changed last.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// The tags.
        "tagTypeIds" => tag_type_ids: Option<Vec<TagTypeId>>,
        /// Why it was dismissed.
        "dismissingReasonId" => dismissing_reason_id: Option<i64>,
        /// The project.
        "projectId" => project_id: Option<ProjectId>,
        /// The estimate.
        "estimateId" => estimate_id: Option<EstimateId>,
        /// The name of who asked.
        "customerName" => customer_name: Option<String>,
        /// Their phone number.
        "phone" => phone: Option<String>,
        /// Their e-mail address.
        "email" => email: Option<String>,
        /// Where the work would be.
        "address" => address: Option<Address>,
    }
}
