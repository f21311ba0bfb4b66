//! Request bodies of writes to jobs.

use crate::declare::*;

request! {
    /// A job to be booked.
    pub struct NewJob {
        must {
            /// ID of the customer who ordered the job.
            "customerId" => customer_id: CustomerId,
            /// ID of the location where the job is done.
            "locationId" => location_id: LocationId,
            /// ID of the business unit that does the job.
            "businessUnitId" => business_unit_id: BusinessUnitId,
            /// ID of the job's type.
            "jobTypeId" => job_type_id: JobTypeId,
            /// Priority of the job: low, normal, high or urgent.
            "priority" => priority: String,
            /// ID of the marketing campaign that brought the job. ServiceTitan refuses a booking without one.
            "campaignId" => campaign_id: CampaignId,
            /// First appointments of the job.
            "appointments" => appointments: Vec<NewJobAppointment>,
        }
        may {
            /// ID of the project that the job belongs to.
            "projectId" => project_id: ProjectId,
            /// Job and employee that generated the lead for this job.
            "jobGeneratedLeadSource" => job_generated_lead_source: NewLeadSource,
            /// Summary of the job, often HTML.
            "summary" => summary: String,
            /// Custom fields of the job: fields that the tenant defined, with their values.
            "customFields" => custom_fields: Vec<CustomFieldChange>,
            /// IDs of the tag types of the job's tags.
            "tagTypeIds" => tag_type_ids: Vec<TagTypeId>,
            /// External data that an app attaches to the job.
            "externalData" => external_data: NewExternalData,
            /// True if the invoice has to be signed; if not set, the location and the job type decide.
            "invoiceSignatureIsRequired" => invoice_signature_is_required: bool,
            /// Purchase order number that the customer gave for the job.
            "customerPo" => customer_po: String,
            /// ID of the technician who sold the job.
            "soldById" => sold_by_id: TechnicianId,
            /// ID of the call that led to the job, as set by a third-party call agent.
            "partnerLeadCallId" => partner_lead_call_id: CallId,
            /// ID of the lead that becomes the job.
            "leadId" => lead_id: LeadId,
            /// ID of the booking that becomes the job.
            "bookingId" => booking_id: BookingId,
        }
    }
}

request! {
    /// An appointment of a new job.
    pub struct NewJobAppointment {
        must {
            /// Start of the appointment (UTC).
            "start" => start: DateTime<Utc>,
            /// End of the appointment (UTC).
            "end" => end: DateTime<Utc>,
        }
        may {
            /// Start of the arrival window promised to the customer (UTC); absent if there is none.
            "arrivalWindowStart" => arrival_window_start: DateTime<Utc>,
            /// End of the arrival window promised to the customer (UTC); absent if there is none.
            "arrivalWindowEnd" => arrival_window_end: DateTime<Utc>,
            /// IDs of the technicians to assign.
            "technicianIds" => technician_ids: Vec<TechnicianId>,
        }
    }
}

request! {
    /// Job and employee that generated the lead for a job.
    pub struct NewLeadSource {
        may_clear {
            /// ID of the job that generated the lead.
            "jobId" => job_id: JobId,
            /// ID of the employee, office user or technician, who generated the lead.
            "employeeId" => employee_id: EmployeeId,
        }
    }
}

request! {
    /// Changes to a job. Fields that are not set keep their value.
    pub struct JobUpdate {
        may {
            /// ID of the customer who ordered the job.
            "customerId" => customer_id: CustomerId,
            /// ID of the location where the job is done.
            "locationId" => location_id: LocationId,
            /// ID of the business unit that does the job.
            "businessUnitId" => business_unit_id: BusinessUnitId,
            /// ID of the job's type.
            "jobTypeId" => job_type_id: JobTypeId,
            /// Priority of the job: low, normal, high or urgent.
            "priority" => priority: String,
            /// ID of the marketing campaign that brought the job.
            "campaignId" => campaign_id: CampaignId,
            /// Summary of the job, often HTML.
            "summary" => summary: String,
            /// True to set the job's business unit on the items of its invoice too.
            "shouldUpdateInvoiceItems" => should_update_invoice_items: bool,
            /// All custom fields of the job: values of fields that are not listed are removed.
            "customFields" => custom_fields: Vec<CustomFieldChange>,
            /// IDs of the tag types of all the job's tags: tags that are not listed are removed.
            "tagTypeIds" => tag_type_ids: Vec<TagTypeId>,
            /// Changes to the external data that an app attached to the job.
            "externalData" => external_data: ExternalDataUpdate,
            /// Purchase order number that the customer gave for the job.
            "customerPo" => customer_po: String,
        }
        may_clear {
            /// Job and employee that generated the lead for this job.
            "jobGeneratedLeadSource" => job_generated_lead_source: NewLeadSource,
            /// ID of the technician who sold the job.
            "soldById" => sold_by_id: TechnicianId,
        }
    }
}

request! {
    /// Reason for cancelling a job.
    pub struct JobCancellation {
        must {
            /// ID of the job cancel reason.
            "reasonId" => reason_id: JobCancelReasonId,
            /// Note on the cancellation.
            "memo" => memo: String,
        }
    }
}

request! {
    /// Completion of a job.
    pub struct JobCompletion {
        must {
            /// Time when the job was completed.
            "completedOn" => completed_on: DateTime<Utc>,
        }
    }
}

request! {
    /// A message to employees about a job or a project.
    pub struct NewMessage {
        must {
            /// Text of the message.
            "body" => body: String,
            /// ID of the employee who is shown as the author.
            "createdByEmployeeId" => created_by_employee_id: EmployeeId,
        }
        may {
            /// IDs of the users who receive the message.
            "recipientIds" => recipient_ids: Vec<UserId>,
            /// ID of the message that this one replies to.
            "parentMessageId" => parent_message_id: i64,
            /// True to send the reply to the author of the parent message too.
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
