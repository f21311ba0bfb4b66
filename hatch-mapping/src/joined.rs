//! The mapper's input: a base record and the records that belong to it, borrowed.

use servicetitan_client::{
    Appointment, AppointmentAssignment, BusinessUnit, Campaign, CampaignCategory, Customer, CustomerContact,
    Employee, Estimate, Invoice, Job, JobCancelReason, JobCanceledLog, JobType, Location, LocationContact,
    Membership, MembershipType, RecurringService, RecurringServiceEvent, TagType, Technician, Zone,
};

/// A base record with the records that are joined to it.
#[derive(Debug, Clone)]
pub struct JoinedRecord<'a> {
    /// The job or the membership.
    pub base: BaseRecord<'a>,
    /// The records that belong to the base record.
    pub joins: Joins<'a>,
}

/// The record that an opportunity stands for.
#[derive(Debug, Clone, Copy)]
pub enum BaseRecord<'a> {
    /// A job.
    Job(&'a Job),
    /// A membership.
    Membership(&'a Membership),
}

/// The records that belong to a base record. Lists may be in any order. Tag types, employees and technicians may hold more records than the
/// opportunity names: the mapper picks by ID. Contacts of one ID may have several owners, within a list and across the two lists: a contact's
/// identity is its ID and its owner.
#[derive(Debug, Clone, Default)]
pub struct Joins<'a> {
    /// The customer, or the one that it was merged into.
    pub customer: Option<&'a Customer>,
    /// The customer's contacts.
    pub customer_contacts: Vec<&'a CustomerContact>,
    /// The location.
    pub location: Option<&'a Location>,
    /// The location's contacts.
    pub location_contacts: Vec<&'a LocationContact>,
    /// The business unit.
    pub business_unit: Option<&'a BusinessUnit>,
    /// The job's type.
    pub job_type: Option<&'a JobType>,
    /// The membership's type.
    pub membership_type: Option<&'a MembershipType>,
    /// The job's campaign.
    pub campaign: Option<&'a Campaign>,
    /// The campaign's category.
    pub campaign_category: Option<&'a CampaignCategory>,
    /// The tag types that base record, customer and location may name.
    pub tag_types: Vec<&'a TagType>,
    /// The location's zone.
    pub zone: Option<&'a Zone>,
    /// The job's last cancellation.
    pub canceled_log: Option<&'a JobCanceledLog>,
    /// The reason of the last cancellation.
    pub cancel_reason: Option<&'a JobCancelReason>,
    /// The job's appointments.
    pub appointments: Vec<&'a Appointment>,
    /// The technicians' assignments to the job's appointments.
    pub appointment_assignments: Vec<&'a AppointmentAssignment>,
    /// The job's estimates.
    pub estimates: Vec<&'a Estimate>,
    /// The job's invoices.
    pub invoices: Vec<&'a Invoice>,
    /// The employees who may have sold something.
    pub employees: Vec<&'a Employee>,
    /// The technicians who may be assigned or have sold something.
    pub technicians: Vec<&'a Technician>,
    /// The membership's recurring services.
    pub recurring_services: Vec<&'a RecurringService>,
    /// The visits that the recurring services plan.
    pub recurring_service_events: Vec<&'a RecurringServiceEvent>,
}
