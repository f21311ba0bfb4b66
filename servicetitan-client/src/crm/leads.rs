//! Leads.

#[cfg(feature = "http")]
use super::NewAddress;
use super::Priority;
use crate::declare::*;

model! {
    /// Lead: a request for work, from a customer or from somebody who may become one.
    pub struct Lead {
        /// ID of the lead.
        "id" => id: LeadId,
        /// Status of the lead: open, converted or dismissed.
        "status" => status: Option<LeadStatus>,
        /// Urgency of the lead.
        "priority" => priority: Option<Priority>,
        /// ID of the lead's customer; absent if the lead came from somebody who is not a customer yet.
        "customerId" => customer_id: Option<CustomerId>,
        /// ID of the lead's location.
        "locationId" => location_id: Option<LocationId>,
        /// ID of the business unit that the lead is for.
        "businessUnitId" => business_unit_id: Option<BusinessUnitId>,
        /// ID of the job type that the lead asks for.
        "jobTypeId" => job_type_id: Option<JobTypeId>,
        /// ID of the marketing campaign that brought the lead.
        "campaignId" => campaign_id: Option<CampaignId>,
        /// Time at which the lead is to be followed up (UTC).
        "followUpDate" => follow_up_date: Option<DateTime<Utc>>,
        /// ID of the user who created the lead.
        "createdById" => created_by_id: Option<UserId>,
        /// Time when the lead was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Time when the lead was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// IDs of the tag types of the lead's tags.
        "tagTypeIds" => tag_type_ids: Option<Vec<TagTypeId>>,
        /// ID of the reason for which the lead was dismissed; absent unless it was.
        "dismissingReasonId" => dismissing_reason_id: Option<i64>,
        /// Summary of the lead, often HTML.
        "summary" => summary: Option<String>,
        /// ID of the call reason.
        "callReasonId" => call_reason_id: Option<i64>,
        /// ID of the call that the lead came from.
        "callId" => call_id: Option<CallId>,
        /// ID of the booking that the lead came from.
        "bookingId" => booking_id: Option<BookingId>,
        /// ID of the manually recorded call that the lead came from.
        "manualCallId" => manual_call_id: Option<CallId>,
        /// Link to the lead in ServiceTitan.
        "leadUrl" => lead_url: Option<String>,
        /// Name of the prospect, if the lead has no customer record.
        "leadCustomerName" => lead_customer_name: Option<String>,
        /// Phone number of the prospect, if the lead has no customer record.
        "leadPhone" => lead_phone: Option<String>,
        /// E-mail address of the prospect, if the lead has no customer record.
        "leadEmail" => lead_email: Option<String>,
        /// Street of the prospect, if the lead has no customer record.
        "leadStreet" => lead_street: Option<String>,
        /// Unit within the building of the prospect, if the lead has no customer record.
        "leadUnit" => lead_unit: Option<String>,
        /// City of the prospect, if the lead has no customer record.
        "leadCity" => lead_city: Option<String>,
        /// State or province of the prospect, if the lead has no customer record.
        "leadState" => lead_state: Option<String>,
        /// Postal code of the prospect, if the lead has no customer record.
        "leadZip" => lead_zip: Option<String>,
        /// Country of the prospect, if the lead has no customer record.
        "leadCountry" => lead_country: Option<String>,
        /// Form or page that captured the lead.
        "captureSource" => capture_source: Option<String>,
        /// True while the lead is in use; false once it is deactivated or deleted.
        "active" => active: Option<bool>,
    }
}

record!(Lead, LeadId, active: active, modified: modified_on);

model! {
    /// A follow-up that was set for a lead.
    pub struct LeadFollowUp {
        /// ID of the lead.
        "leadId" => lead_id: Option<LeadId>,
        /// Time at which the lead is to be followed up (UTC).
        "followUpDate" => follow_up_date: Option<DateTime<Utc>>,
        /// Text of the note on the follow-up.
        "text" => text: Option<String>,
        /// True if the note is pinned to the top; ServiceTitan decides if it is absent.
        "pinToTop" => pin_to_top: Option<bool>,
    }
}

model! {
    /// The lead that a submitted web form created.
    pub struct SubmittedLead {
        /// ID of the lead.
        "leadId" => lead_id: Option<LeadId>,
    }
}

open_enum! {
    /// Status of a lead.
    pub enum LeadStatus {
        /// `Open`.
        Open,
        /// `Dismissed`.
        Dismissed,
        /// `Converted`.
        Converted,
    }
}

filter! {
    /// Filter for lists of leads.
    pub struct LeadFilter with created, modified, sort {
        /// Only leads of this customer.
        "customerId" => customer_id: CustomerId,
        /// True: only leads without a customer or whose customer has no job. False: only the others.
        "isProspect" => is_prospect: bool,
        /// True: only leads without a customer or location record. False: only the others.
        "withoutCustomer" => without_customer: bool,
        /// Only leads in this status.
        "status" => status: LeadStatus,
        /// Only leads whose customer lives in this city.
        "customerCity" => customer_city: String,
        /// Only leads whose customer lives in this state.
        "customerState" => customer_state: String,
        /// Only leads whose customer has this postal code.
        "customerZip" => customer_zip: String,
        /// Only leads whose customer was created at this time or later.
        "customerCreatedOnOrAfter" => customer_created_on_or_after: DateTime<Utc>,
        /// Only leads whose customer was created before this time.
        "customerCreatedBefore" => customer_created_before: DateTime<Utc>,
        /// Only leads whose customer was modified at this time or later.
        "customerModifiedOnOrAfter" => customer_modified_on_or_after: DateTime<Utc>,
        /// If true, each lead comes with a permanent link to it.
        "genPermUrl" => gen_perm_url: bool,
        /// Only leads with this prospect's name.
        "leadCustomerName" => lead_customer_name: String,
        /// Only leads with this phone number.
        "leadPhone" => lead_phone: String,
        /// If true, only leads that come from a form.
        "isCaptureSourceForm" => is_capture_source_form: bool,
    }
}

filter! {
    /// Query of a web form's submission.
    pub struct LeadFormFilter {
        /// ID of the form.
        "id" => id: i64,
    }
}

request! {
    /// A lead to be added.
    pub struct NewLead {
        must {
            /// ID of the marketing campaign that brought the lead.
            "campaignId" => campaign_id: CampaignId,
            /// Summary of the lead, often HTML.
            "summary" => summary: String,
        }
        may {
            /// ID of the lead's customer; absent if the lead came from somebody who is not a customer yet.
            "customerId" => customer_id: CustomerId,
            /// ID of the lead's location.
            "locationId" => location_id: LocationId,
            /// ID of the business unit that the lead is for.
            "businessUnitId" => business_unit_id: BusinessUnitId,
            /// ID of the job type that the lead asks for.
            "jobTypeId" => job_type_id: JobTypeId,
            /// IDs of the tag types of the lead's tags.
            "tagTypeIds" => tag_type_ids: Vec<TagTypeId>,
            /// Urgency of the lead.
            "priority" => priority: Priority,
            /// ID of the call reason.
            "callReasonId" => call_reason_id: i64,
            /// Time at which the lead is to be followed up (UTC).
            "followUpDate" => follow_up_date: DateTime<Utc>,
            /// ID of the booking that the lead came from.
            "bookingId" => booking_id: BookingId,
            /// Name of the prospect, if the lead has no customer record.
            "leadCustomerName" => lead_customer_name: String,
            /// Phone number of the prospect, if the lead has no customer record.
            "leadPhone" => lead_phone: String,
            /// E-mail address of the prospect, if the lead has no customer record.
            "leadEmail" => lead_email: String,
            /// Street of the prospect, if the lead has no customer record.
            "leadStreet" => lead_street: String,
            /// Unit within the building of the prospect, if the lead has no customer record.
            "leadUnit" => lead_unit: String,
            /// City of the prospect, if the lead has no customer record.
            "leadCity" => lead_city: String,
            /// State or province of the prospect, if the lead has no customer record.
            "leadState" => lead_state: String,
            /// Postal code of the prospect, if the lead has no customer record.
            "leadZip" => lead_zip: String,
            /// Country of the prospect, if the lead has no customer record.
            "leadCountry" => lead_country: String,
        }
    }
}

request! {
    /// Changes to a lead. Fields that are not set keep their value.
    pub struct LeadUpdate {
        may {
            /// ID of the marketing campaign that brought the lead.
            "campaignId" => campaign_id: CampaignId,
            /// Urgency of the lead.
            "priority" => priority: Priority,
            /// ID of the business unit that the lead is for.
            "businessUnitId" => business_unit_id: BusinessUnitId,
            /// ID of the job type that the lead asks for.
            "jobTypeId" => job_type_id: JobTypeId,
            /// Summary of the lead, often HTML.
            "summary" => summary: String,
            /// Name of the prospect, if the lead has no customer record.
            "leadCustomerName" => lead_customer_name: String,
            /// Phone number of the prospect, if the lead has no customer record.
            "leadPhone" => lead_phone: String,
            /// E-mail address of the prospect, if the lead has no customer record.
            "leadEmail" => lead_email: String,
            /// Street of the prospect, if the lead has no customer record.
            "leadStreet" => lead_street: String,
            /// Unit within the building of the prospect, if the lead has no customer record.
            "leadUnit" => lead_unit: String,
            /// City of the prospect, if the lead has no customer record.
            "leadCity" => lead_city: String,
            /// State or province of the prospect, if the lead has no customer record.
            "leadState" => lead_state: String,
            /// Postal code of the prospect, if the lead has no customer record.
            "leadZip" => lead_zip: String,
            /// Country of the prospect, if the lead has no customer record.
            "leadCountry" => lead_country: String,
        }
    }
}

request! {
    /// A follow-up to be set for a lead.
    pub struct NewLeadFollowUp {
        must {
            /// Time at which the lead is to be followed up (UTC).
            "followUpDate" => follow_up_date: DateTime<Utc>,
        }
        may {
            /// Text of the note on the follow-up.
            "text" => text: String,
            /// True to pin the note to the top; ServiceTitan decides if it is not set.
            "pinToTop" => pin_to_top: bool,
        }
    }
}

request! {
    /// Reason for dismissing a lead.
    pub struct LeadDismissal {
        must {
            /// ID of the reason.
            "dismissingReasonId" => dismissing_reason_id: i64,
        }
    }
}

request! {
    /// Content of a web form that somebody filled in.
    pub struct LeadForm {
        must {
            /// Name of the person.
            "name" => name: String,
        }
        may {
            /// E-mail address of the person.
            "email" => email: String,
            /// Phone number of the person.
            "phoneNumber" => phone_number: String,
            /// Postal address of the person.
            "address" => address: NewAddress,
            /// Work that the person asks for.
            "summary" => summary: String,
        }
    }
}

resource! {
    /// Leads.
    pub struct Leads as leads, scope "tn.crm.leads", under "crm/v2/tenant/{tenant}/" {
        /// Reads one lead.
        get "leads/{id}" => get(id: LeadId) -> Lead;
        /// Lists the leads that match the filter.
        list "leads" => list() -> Lead, by LeadFilter;
        /// Reads the leads with these IDs (any number).
        ids "leads" => by_ids(ids: LeadId) -> Lead;
        /// Reads the change feed of leads, including inactive ones.
        export "export/leads" => export() -> Lead;
        /// Adds a lead.
        post "leads" => create() -> Lead, sends NewLead;
        /// Changes a lead.
        patch "leads/{id}" => update(id: LeadId) -> Lead, sends LeadUpdate;
        /// Sets a follow-up for a lead.
        post "leads/{id}/follow-up" => create_follow_up(id: LeadId) -> LeadFollowUp, sends NewLeadFollowUp;
        /// Dismisses a lead.
        post "leads/{id}/dismiss" => dismiss(id: LeadId), sends LeadDismissal;
        /// Submits a web form, which creates a lead.
        post "leads/form" => submit_form() -> SubmittedLead, by LeadFormFilter, sends LeadForm;
        /// Lists the notes of a lead.
        list "leads/{id}/notes" => notes(id: LeadId) -> Note;
        /// Lists the notes of a lead that were written or changed in a time range.
        list "leads/{id}/notes" => notes_between(id: LeadId) -> Note, by TimeFilter;
        /// Adds a note to a lead. ServiceTitan does not detect a repeated call: it adds the note again.
        post "leads/{id}/notes" => add_note(id: LeadId) -> Note, sends NewNote;
    }
}
