//! What is written to jobs.

use crate::declare::*;

request! {
    /// A job to be booked.
    pub struct NewJob {
        must {
            /// The customer.
            "customerId" => customer_id: CustomerId,
            /// The location.
            "locationId" => location_id: LocationId,
            /// The business unit.
            "businessUnitId" => business_unit_id: BusinessUnitId,
            /// The job type.
            "jobTypeId" => job_type_id: JobTypeId,
            /// The priority.
            "priority" => priority: String,
            /// The marketing campaign that brought the job. ServiceTitan refuses a booking without one.
            "campaignId" => campaign_id: CampaignId,
            /// The first appointments.
            "appointments" => appointments: Vec<NewJobAppointment>,
        }
        may {
            /// The project.
            "projectId" => project_id: ProjectId,
            /// The job and the employee that generated the lead.
            "jobGeneratedLeadSource" => job_generated_lead_source: NewLeadSource,
            /// The summary, often HTML.
            "summary" => summary: String,
            /// The tenant's own fields.
            "customFields" => custom_fields: Vec<CustomFieldChange>,
            /// The tags.
            "tagTypeIds" => tag_type_ids: Vec<TagTypeId>,
            /// What an app attaches to the record.
            "externalData" => external_data: NewExternalData,
            /// Whether the invoice has to be signed.
            "invoiceSignatureIsRequired" => invoice_signature_is_required: bool,
            /// The customer's purchase order number.
            "customerPo" => customer_po: String,
            /// Who sold it.
            "soldById" => sold_by_id: TechnicianId,
            /// The partner's call that led to the job.
            "partnerLeadCallId" => partner_lead_call_id: CallId,
            /// The lead.
            "leadId" => lead_id: LeadId,
            /// The booking that it came from.
            "bookingId" => booking_id: BookingId,
        }
    }
}

request! {
    /// An appointment of a new job.
    pub struct NewJobAppointment {
        must {
            /// When it starts.
            "start" => start: DateTime<Utc>,
            /// When it ends.
            "end" => end: DateTime<Utc>,
        }
        may {
            /// The start of the arrival window promised to the customer.
            "arrivalWindowStart" => arrival_window_start: DateTime<Utc>,
            /// The end of the arrival window promised to the customer.
            "arrivalWindowEnd" => arrival_window_end: DateTime<Utc>,
            /// The technicians.
            "technicianIds" => technician_ids: Vec<TechnicianId>,
        }
    }
}

request! {
    /// The job and the employee that led to a job.
    pub struct NewLeadSource {
        may_clear {
            /// The job.
            "jobId" => job_id: JobId,
            /// The employee.
            "employeeId" => employee_id: EmployeeId,
        }
    }
}

request! {
    /// What changes of a job.
    pub struct JobUpdate {
        may {
            /// The customer.
            "customerId" => customer_id: CustomerId,
            /// The location.
            "locationId" => location_id: LocationId,
            /// The business unit.
            "businessUnitId" => business_unit_id: BusinessUnitId,
            /// The job type.
            "jobTypeId" => job_type_id: JobTypeId,
            /// The priority.
            "priority" => priority: String,
            /// The marketing campaign that brought it.
            "campaignId" => campaign_id: CampaignId,
            /// The summary, often HTML.
            "summary" => summary: String,
            /// Whether the items of the invoice follow.
            "shouldUpdateInvoiceItems" => should_update_invoice_items: bool,
            /// The tenant's own fields.
            "customFields" => custom_fields: Vec<CustomFieldChange>,
            /// The tags.
            "tagTypeIds" => tag_type_ids: Vec<TagTypeId>,
            /// What changes of what an app attached to the record.
            "externalData" => external_data: ExternalDataUpdate,
            /// The customer's purchase order number.
            "customerPo" => customer_po: String,
        }
        may_clear {
            /// The job and the employee that generated the lead.
            "jobGeneratedLeadSource" => job_generated_lead_source: NewLeadSource,
            /// Who sold it.
            "soldById" => sold_by_id: TechnicianId,
        }
    }
}

request! {
    /// Why a job is cancelled.
    pub struct JobCancellation {
        must {
            /// The reason.
            "reasonId" => reason_id: JobCancelReasonId,
            /// A remark.
            "memo" => memo: String,
        }
    }
}

request! {
    /// When a job was completed.
    pub struct JobCompletion {
        must {
            /// When the job was completed.
            "completedOn" => completed_on: DateTime<Utc>,
        }
    }
}

request! {
    /// A message to employees about a job or a project.
    pub struct NewMessage {
        must {
            /// The text.
            "body" => body: String,
            /// The employee in whose name it is written.
            "createdByEmployeeId" => created_by_employee_id: EmployeeId,
        }
        may {
            /// The employees who get it.
            "recipientIds" => recipient_ids: Vec<EmployeeId>,
            /// The message that it answers.
            "parentMessageId" => parent_message_id: i64,
            /// Whether whoever wrote the message that this one answers gets it too.
            "addParentMessageSenderToRecipients" => add_parent_message_sender_to_recipients: bool,
        }
    }
}

#[cfg(all(test, feature = "http"))]
mod tests {
    use serde_json::json;

    use super::NewJob;
    use crate::contract::written;

    #[test]
    fn a_booking_names_its_campaign() {
        let mut body = json!({
            "customerId": 1, "locationId": 2, "businessUnitId": 3, "jobTypeId": 4, "priority": "Normal", "campaignId": 5,
            "appointments": [],
        });
        assert_eq!(written::<NewJob>(body.clone()), Ok(body.clone()));
        body.as_object_mut().unwrap().remove("campaignId");
        assert!(written::<NewJob>(body).unwrap_err().contains("campaignId"));
    }
}
