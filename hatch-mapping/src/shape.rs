//! The shape of details: the objects and lists that are joined to each record, their names, and the selection that brings them. The fields within
//! a record are the models' own.
//!
//! Both the details and the catalogue of their fields are made by these tables, so that neither can have a name that the other lacks.

use servicetitan_client::model::{Described, Field};
use servicetitan_client::{
    Appointment, AppointmentAssignment, BusinessUnit, Campaign, CampaignCategory, Customer, CustomerContact,
    Employee, Estimate, Invoice, Job, JobCancelReason, JobType, Location, LocationContact, Membership,
    MembershipType, RecurringService, RecurringServiceEvent, TagType, Technician, Zone,
};

use crate::selection::{OpportunityModel, SelectableObject};

/// A record, a list or a text that is joined to another record, under its name among that record's fields.
#[derive(Debug)]
pub(crate) struct Join {
    pub(crate) name: &'static str,
    pub(crate) kind: JoinKind,
    /// The object that has to be selected, beside those around it. `None` for what is always there.
    pub(crate) object: Option<SelectableObject>,
    /// The resource's name on the product page, or in its style.
    pub(crate) resource: &'static str,
    /// The noun for one record of it.
    pub(crate) record: &'static str,
    pub(crate) about: &'static str,
    /// The fields of the record, and of each kind of record where several can stand here.
    pub(crate) fields: &'static [&'static [Field]],
    pub(crate) joins: &'static [&'static Join],
}

/// The kind of value under the name of a join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JoinKind {
    /// A record.
    One,
    /// A list of records.
    List,
    /// A text of another record.
    Text,
}

/// Returns the shape of a model's details: its base record, as if it were joined to nothing.
pub(crate) fn shape(model: OpportunityModel) -> &'static Join {
    match model {
        OpportunityModel::Job => &JOB,
        OpportunityModel::Membership => &MEMBERSHIP,
    }
}

/// The properties that most joins have in common.
const JOIN: Join = Join {
    name: "",
    kind: JoinKind::One,
    object: None,
    resource: "",
    record: "",
    about: "",
    fields: &[],
    joins: &[],
};

static JOB: Join = Join {
    resource: "Job",
    record: "job",
    fields: &[Job::FIELDS],
    joins: &[
        &CUSTOMER,
        &LOCATION,
        &BUSINESS_UNIT,
        &JOB_TYPE,
        &CAMPAIGN,
        &CANCEL_REASON,
        &TAGS,
        &SOLD_BY,
        &APPOINTMENTS,
        &ESTIMATES,
        &INVOICES,
    ],
    ..JOIN
};

static MEMBERSHIP: Join = Join {
    resource: "Membership",
    record: "membership",
    fields: &[Membership::FIELDS],
    joins: &[
        &CUSTOMER,
        &LOCATION,
        &BUSINESS_UNIT,
        &MEMBERSHIP_TYPE,
        &SOLD_BY,
        &RECURRING_SERVICES,
        &RECURRING_SERVICE_EVENTS,
    ],
    ..JOIN
};

pub(crate) static CUSTOMER: Join = Join {
    name: "customer",
    resource: "Customer",
    record: "customer",
    about: "The customer, or the one that it was merged into.",
    fields: &[Customer::FIELDS],
    joins: &[&CUSTOMER_CONTACTS, &TAGS],
    ..JOIN
};

pub(crate) static CUSTOMER_CONTACTS: Join = Join {
    name: "contacts",
    kind: JoinKind::List,
    resource: "Customer Contacts",
    record: "contact",
    about: "The customer's phone numbers and e-mail addresses, the newest first.",
    fields: &[CustomerContact::FIELDS],
    ..JOIN
};

pub(crate) static LOCATION: Join = Join {
    name: "location",
    resource: "Location",
    record: "location",
    about: "The location where the work is done.",
    fields: &[Location::FIELDS],
    joins: &[&LOCATION_CONTACTS, &ZONE, &TAGS],
    ..JOIN
};

pub(crate) static LOCATION_CONTACTS: Join = Join {
    name: "contacts",
    kind: JoinKind::List,
    resource: "Location Contacts",
    record: "contact",
    about: "The location's phone numbers and e-mail addresses, the newest first.",
    fields: &[LocationContact::FIELDS],
    ..JOIN
};

pub(crate) static ZONE: Join = Join {
    name: "zone",
    object: Some(SelectableObject::Zones),
    resource: "Zones",
    record: "zone",
    about: "The dispatch zone of the location.",
    fields: &[Zone::FIELDS],
    ..JOIN
};

/// The tags of base record, customer or location.
pub(crate) static TAGS: Join = Join {
    name: "tags",
    kind: JoinKind::List,
    object: Some(SelectableObject::TagTypes),
    resource: "Tag Types",
    record: "tag type",
    about: "The tags of the record, the newest tag type first.",
    fields: &[TagType::FIELDS],
    ..JOIN
};

pub(crate) static BUSINESS_UNIT: Join = Join {
    name: "businessUnit",
    resource: "Business Unit",
    record: "business unit",
    about: "The business unit.",
    fields: &[BusinessUnit::FIELDS],
    ..JOIN
};

pub(crate) static JOB_TYPE: Join = Join {
    name: "jobType",
    resource: "Job Type",
    record: "job type",
    about: "The type of the job.",
    fields: &[JobType::FIELDS],
    ..JOIN
};

pub(crate) static MEMBERSHIP_TYPE: Join = Join {
    name: "membershipType",
    resource: "Membership Type",
    record: "membership type",
    about: "The type of the membership.",
    fields: &[MembershipType::FIELDS],
    ..JOIN
};

pub(crate) static CAMPAIGN: Join = Join {
    name: "campaign",
    object: Some(SelectableObject::Campaigns),
    resource: "Campaigns",
    record: "campaign",
    about: "The marketing campaign that brought the job.",
    fields: &[Campaign::FIELDS],
    joins: &[&CAMPAIGN_CATEGORY],
    ..JOIN
};

pub(crate) static CAMPAIGN_CATEGORY: Join = Join {
    name: "category",
    object: Some(SelectableObject::Campaigns),
    resource: "Campaign Categories",
    record: "campaign category",
    about: "The category of the campaign.",
    fields: &[CampaignCategory::FIELDS],
    ..JOIN
};

pub(crate) static CANCEL_REASON: Join = Join {
    name: "cancelReason",
    object: Some(SelectableObject::CancelReasons),
    resource: "Cancel Reasons",
    record: "cancel reason",
    about: "The reason of the job's last cancellation.",
    fields: &[JobCancelReason::FIELDS],
    joins: &[&CANCEL_MEMO],
    ..JOIN
};

pub(crate) static CANCEL_MEMO: Join = Join {
    name: "memo",
    kind: JoinKind::Text,
    object: Some(SelectableObject::CancelReasons),
    resource: "Cancel Reasons",
    record: "cancellation",
    about: "The remark that was made at the cancellation.",
    ..JOIN
};

/// Who sold the job or the membership: one ID field stands for technicians and employees.
pub(crate) static SOLD_BY: Join = Join {
    name: "soldBy",
    object: Some(SelectableObject::EmployeesAndTechnicians),
    resource: "Employees & Technicians",
    record: "seller",
    about: "The technician or employee who sold it.",
    fields: &[Technician::FIELDS, Employee::FIELDS],
    ..JOIN
};

pub(crate) static APPOINTMENTS: Join = Join {
    name: "appointments",
    kind: JoinKind::List,
    object: Some(SelectableObject::Appointments),
    resource: "Appointments",
    record: "appointment",
    about: "The appointments of the job, the newest first.",
    fields: &[Appointment::FIELDS],
    joins: &[&ASSIGNMENTS],
};

pub(crate) static ASSIGNMENTS: Join = Join {
    name: "assignments",
    kind: JoinKind::List,
    object: Some(SelectableObject::AppointmentAssignments),
    resource: "Appointment Assignments",
    record: "appointment assignment",
    about: "The technicians' assignments to the appointment, the newest first.",
    fields: &[AppointmentAssignment::FIELDS],
    joins: &[&TECHNICIAN],
};

pub(crate) static TECHNICIAN: Join = Join {
    name: "technician",
    object: Some(SelectableObject::EmployeesAndTechnicians),
    resource: "Employees & Technicians",
    record: "technician",
    about: "The technician who is assigned.",
    fields: &[Technician::FIELDS],
    ..JOIN
};

pub(crate) static ESTIMATES: Join = Join {
    name: "estimates",
    kind: JoinKind::List,
    object: Some(SelectableObject::Estimates),
    resource: "Estimates",
    record: "estimate",
    about: "The estimates of the job, the newest first.",
    fields: &[Estimate::FIELDS],
    joins: &[&SOLD_BY_TECHNICIAN, &SOLD_BY_EMPLOYEE],
};

pub(crate) static SOLD_BY_TECHNICIAN: Join = Join {
    name: "soldByTechnician",
    object: Some(SelectableObject::EmployeesAndTechnicians),
    resource: "Employees & Technicians",
    record: "technician",
    about: "The technician who sold the estimate.",
    fields: &[Technician::FIELDS],
    ..JOIN
};

pub(crate) static SOLD_BY_EMPLOYEE: Join = Join {
    name: "soldByEmployee",
    object: Some(SelectableObject::EmployeesAndTechnicians),
    resource: "Employees & Technicians",
    record: "employee",
    about: "The employee who sold the estimate, where it was not a technician.",
    fields: &[Employee::FIELDS],
    ..JOIN
};

pub(crate) static INVOICES: Join = Join {
    name: "invoices",
    kind: JoinKind::List,
    object: Some(SelectableObject::Invoices),
    resource: "Invoices",
    record: "invoice",
    about: "The invoices of the job, the newest first.",
    fields: &[Invoice::FIELDS],
    ..JOIN
};

pub(crate) static RECURRING_SERVICES: Join = Join {
    name: "recurringServices",
    kind: JoinKind::List,
    object: Some(SelectableObject::RecurringServices),
    resource: "Recurring Services",
    record: "recurring service",
    about: "The recurring services of the membership, the newest first.",
    fields: &[RecurringService::FIELDS],
    ..JOIN
};

pub(crate) static RECURRING_SERVICE_EVENTS: Join = Join {
    name: "recurringServiceEvents",
    kind: JoinKind::List,
    object: Some(SelectableObject::RecurringServiceEvents),
    resource: "Recurring Service Events",
    record: "recurring service event",
    about: "The visits that the membership's recurring services plan, the newest first.",
    fields: &[RecurringServiceEvent::FIELDS],
    ..JOIN
};
