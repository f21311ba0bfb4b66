//! Leads.

#[cfg(feature = "http")]
use super::NewAddress;
use super::Priority;
use crate::declare::*;

model! {
    /// A lead: a customer, or somebody who may become one, who wants something.
    pub struct Lead {
        /// The ID.
        "id" => id: LeadId,
        /// The status.
        "status" => status: Option<LeadStatus>,
        /// The priority.
        "priority" => priority: Option<Priority>,
        /// The customer.
        "customerId" => customer_id: Option<CustomerId>,
        /// The location.
        "locationId" => location_id: Option<LocationId>,
        /// The business unit.
        "businessUnitId" => business_unit_id: Option<BusinessUnitId>,
        /// The type of the job that it may become.
        "jobTypeId" => job_type_id: Option<JobTypeId>,
        /// The marketing campaign that brought it.
        "campaignId" => campaign_id: Option<CampaignId>,
        /// When to follow up.
        "followUpDate" => follow_up_date: Option<DateTime<Utc>>,
        /// The user who created it.
        "createdById" => created_by_id: Option<UserId>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
        /// The tags.
        "tagTypeIds" => tag_type_ids: Option<Vec<TagTypeId>>,
        /// The reason why it was dismissed.
        "dismissingReasonId" => dismissing_reason_id: Option<i64>,
        /// The summary, often HTML.
        "summary" => summary: Option<String>,
        /// The call reason.
        "callReasonId" => call_reason_id: Option<i64>,
        /// The call that it came from.
        "callId" => call_id: Option<CallId>,
        /// The booking that it came from.
        "bookingId" => booking_id: Option<BookingId>,
        /// The call that was noted by hand.
        "manualCallId" => manual_call_id: Option<CallId>,
        /// Where the lead is seen in ServiceTitan.
        "leadUrl" => lead_url: Option<String>,
        /// The name of somebody who is no customer yet.
        "leadCustomerName" => lead_customer_name: Option<String>,
        /// The phone number of somebody who is no customer yet.
        "leadPhone" => lead_phone: Option<String>,
        /// The e-mail address of somebody who is no customer yet.
        "leadEmail" => lead_email: Option<String>,
        /// The street of somebody who is no customer yet.
        "leadStreet" => lead_street: Option<String>,
        /// The unit of somebody who is no customer yet.
        "leadUnit" => lead_unit: Option<String>,
        /// The city of somebody who is no customer yet.
        "leadCity" => lead_city: Option<String>,
        /// The state of somebody who is no customer yet.
        "leadState" => lead_state: Option<String>,
        /// The postal code of somebody who is no customer yet.
        "leadZip" => lead_zip: Option<String>,
        /// The country of somebody who is no customer yet.
        "leadCountry" => lead_country: Option<String>,
        /// The form or page that it came from.
        "captureSource" => capture_source: Option<String>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
    }
}

record!(Lead, LeadId, active: active, modified: modified_on);

model! {
    /// When a lead is followed up.
    pub struct LeadFollowUp {
        /// The lead.
        "leadId" => lead_id: Option<LeadId>,
        /// When to follow up.
        "followUpDate" => follow_up_date: Option<DateTime<Utc>>,
        /// The text of a note about it.
        "text" => text: Option<String>,
        /// Whether the note is pinned to the top; left to ServiceTitan when absent.
        "pinToTop" => pin_to_top: Option<bool>,
    }
}

model! {
    /// The lead that a web form made.
    pub struct SubmittedLead {
        /// The lead.
        "leadId" => lead_id: Option<LeadId>,
    }
}

open_enum! {
    /// What became of a lead, with room for values to come.
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
    /// Which leads a list gives.
    pub struct LeadFilter with created, modified, sort {
        /// Of this customer.
        "customerId" => customer_id: CustomerId,
        /// Whether they have no customer yet who was served.
        "isProspect" => is_prospect: bool,
        /// Whether they have no customer.
        "withoutCustomer" => without_customer: bool,
        /// In this status.
        "status" => status: LeadStatus,
        /// Whose customer lives in this city.
        "customerCity" => customer_city: String,
        /// Whose customer lives in this state.
        "customerState" => customer_state: String,
        /// Whose customer has this postal code.
        "customerZip" => customer_zip: String,
        /// Whose customer was created at this time or later.
        "customerCreatedOnOrAfter" => customer_created_on_or_after: DateTime<Utc>,
        /// Whose customer was created before this time.
        "customerCreatedBefore" => customer_created_before: DateTime<Utc>,
        /// Whose customer was modified at this time or later.
        "customerModifiedOnOrAfter" => customer_modified_on_or_after: DateTime<Utc>,
        /// Whether each comes with a link to it that stays good.
        "genPermUrl" => gen_perm_url: bool,
        /// With this name.
        "leadCustomerName" => lead_customer_name: String,
        /// With this phone number.
        "leadPhone" => lead_phone: String,
        /// Whether they come from a form.
        "isCaptureSourceForm" => is_capture_source_form: bool,
    }
}

filter! {
    /// Which web form is handed in.
    pub struct LeadFormFilter {
        /// The form.
        "id" => id: i64,
    }
}

request! {
    /// A lead to be added.
    pub struct NewLead {
        must {
            /// The marketing campaign that brought it.
            "campaignId" => campaign_id: CampaignId,
            /// The summary, often HTML.
            "summary" => summary: String,
        }
        may {
            /// The customer.
            "customerId" => customer_id: CustomerId,
            /// The location.
            "locationId" => location_id: LocationId,
            /// The business unit.
            "businessUnitId" => business_unit_id: BusinessUnitId,
            /// The type of the job that it may become.
            "jobTypeId" => job_type_id: JobTypeId,
            /// The tags.
            "tagTypeIds" => tag_type_ids: Vec<TagTypeId>,
            /// The priority.
            "priority" => priority: Priority,
            /// The call reason.
            "callReasonId" => call_reason_id: i64,
            /// When to follow up.
            "followUpDate" => follow_up_date: DateTime<Utc>,
            /// The booking that it came from.
            "bookingId" => booking_id: BookingId,
            /// The name of somebody who is no customer yet.
            "leadCustomerName" => lead_customer_name: String,
            /// The phone number of somebody who is no customer yet.
            "leadPhone" => lead_phone: String,
            /// The e-mail address of somebody who is no customer yet.
            "leadEmail" => lead_email: String,
            /// The street of somebody who is no customer yet.
            "leadStreet" => lead_street: String,
            /// The unit of somebody who is no customer yet.
            "leadUnit" => lead_unit: String,
            /// The city of somebody who is no customer yet.
            "leadCity" => lead_city: String,
            /// The state of somebody who is no customer yet.
            "leadState" => lead_state: String,
            /// The postal code of somebody who is no customer yet.
            "leadZip" => lead_zip: String,
            /// The country of somebody who is no customer yet.
            "leadCountry" => lead_country: String,
        }
    }
}

request! {
    /// What changes of a lead.
    pub struct LeadUpdate {
        may {
            /// The marketing campaign that brought it.
            "campaignId" => campaign_id: CampaignId,
            /// The priority.
            "priority" => priority: Priority,
            /// The business unit.
            "businessUnitId" => business_unit_id: BusinessUnitId,
            /// The type of the job that it may become.
            "jobTypeId" => job_type_id: JobTypeId,
            /// The summary, often HTML.
            "summary" => summary: String,
            /// The name of somebody who is no customer yet.
            "leadCustomerName" => lead_customer_name: String,
            /// The phone number of somebody who is no customer yet.
            "leadPhone" => lead_phone: String,
            /// The e-mail address of somebody who is no customer yet.
            "leadEmail" => lead_email: String,
            /// The street of somebody who is no customer yet.
            "leadStreet" => lead_street: String,
            /// The unit of somebody who is no customer yet.
            "leadUnit" => lead_unit: String,
            /// The city of somebody who is no customer yet.
            "leadCity" => lead_city: String,
            /// The state of somebody who is no customer yet.
            "leadState" => lead_state: String,
            /// The postal code of somebody who is no customer yet.
            "leadZip" => lead_zip: String,
            /// The country of somebody who is no customer yet.
            "leadCountry" => lead_country: String,
        }
    }
}

request! {
    /// When a lead is to be followed up.
    pub struct NewLeadFollowUp {
        must {
            /// When to follow up.
            "followUpDate" => follow_up_date: DateTime<Utc>,
        }
        may {
            /// The text of a note about it.
            "text" => text: String,
            /// Whether the note is pinned to the top; left to ServiceTitan when absent.
            "pinToTop" => pin_to_top: bool,
        }
    }
}

request! {
    /// Why a lead is dismissed.
    pub struct LeadDismissal {
        must {
            /// The reason.
            "dismissingReasonId" => dismissing_reason_id: i64,
        }
    }
}

request! {
    /// What somebody wrote into a web form.
    pub struct LeadForm {
        must {
            /// The name.
            "name" => name: String,
        }
        may {
            /// The e-mail address.
            "email" => email: String,
            /// The phone number.
            "phoneNumber" => phone_number: String,
            /// The postal address.
            "address" => address: NewAddress,
            /// What the person wants.
            "summary" => summary: String,
        }
    }
}

resource! {
    /// Leads.
    pub struct Leads as leads, scope "tn.crm.leads", under "crm/v2/tenant/{tenant}/" {
        /// Reads one lead.
        get "leads/{id}" => get(id: LeadId) -> Lead;
        /// Reads the list.
        list "leads" => list() -> Lead, by LeadFilter;
        /// Reads the leads with these IDs, however many.
        ids "leads" => by_ids(ids: LeadId) -> Lead;
        /// Reads the change feed. Inactive leads come too.
        export "export/leads" => export() -> Lead;
        /// Adds a lead.
        post "leads" => create() -> Lead, sends NewLead;
        /// Changes a lead.
        patch "leads/{id}" => update(id: LeadId) -> Lead, sends LeadUpdate;
        /// Sets when a lead is followed up.
        post "leads/{id}/follow-up" => create_follow_up(id: LeadId) -> LeadFollowUp, sends NewLeadFollowUp;
        /// Dismisses a lead.
        post "leads/{id}/dismiss" => dismiss(id: LeadId), sends LeadDismissal;
        /// Hands in a web form, which makes a lead.
        post "leads/form" => submit_form() -> SubmittedLead, by LeadFormFilter, sends LeadForm;
        /// Reads the notes of a lead.
        list "leads/{id}/notes" => notes(id: LeadId) -> Note;
        /// Reads the notes of a lead that were written or changed at certain times.
        list "leads/{id}/notes" => notes_between(id: LeadId) -> Note, by TimeFilter;
        /// Writes a note on a lead. ServiceTitan cannot tell a repeated note from a new one.
        post "leads/{id}/notes" => add_note(id: LeadId) -> Note, sends NewNote;
    }
}
