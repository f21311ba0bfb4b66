//! The ways in which a random history changes the world.

/// A way in which the world can change by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ChangeKind {
    /// A customer books a job.
    JobAdded,
    /// A job's summary, priority or tags change.
    JobChanged,
    /// A job is cancelled: a log with its reason is written, and the job's status changes.
    JobCanceled,
    /// A job becomes inactive.
    JobDeactivated,
    /// A job gets a further appointment.
    AppointmentAdded,
    /// An appointment moves to another day.
    AppointmentRescheduled,
    /// An appointment is deleted.
    AppointmentDeleted,
    /// A technician is assigned to an appointment.
    TechnicianAssigned,
    /// An assignment is taken back.
    TechnicianUnassigned,
    /// A job gets a further estimate.
    EstimateAdded,
    /// An open estimate is sold.
    EstimateSold,
    /// An estimate moves to another job.
    EstimateMoved,
    /// An estimate becomes inactive.
    EstimateDeactivated,
    /// An invoice's balance changes.
    InvoiceChanged,
    /// A customer gets a further contact.
    ContactAdded,
    /// A customer's contact becomes another customer's too.
    ContactShared,
    /// A customer's phone number changes.
    PhoneCorrected,
    /// Two contacts of a customer swap their values.
    ContactsSwapped,
    /// A customer's contact becomes inactive.
    ContactDeactivated,
    /// A location's contact changes.
    LocationContactChanged,
    /// A customer gets another name.
    CustomerRenamed,
    /// A customer is merged into another and becomes inactive.
    CustomersMerged,
    /// A location's address or zone changes.
    LocationChanged,
    /// A customer buys a membership.
    MembershipAdded,
    /// A membership's status changes.
    MembershipChanged,
    /// A recurring service or one of its visits changes.
    RecurringServiceChanged,
    /// A record of a reference table gets another name.
    ReferenceChanged,
}

impl ChangeKind {
    /// Every kind there is.
    pub const ALL: [ChangeKind; 27] = [
        Self::JobAdded,
        Self::JobChanged,
        Self::JobCanceled,
        Self::JobDeactivated,
        Self::AppointmentAdded,
        Self::AppointmentRescheduled,
        Self::AppointmentDeleted,
        Self::TechnicianAssigned,
        Self::TechnicianUnassigned,
        Self::EstimateAdded,
        Self::EstimateSold,
        Self::EstimateMoved,
        Self::EstimateDeactivated,
        Self::InvoiceChanged,
        Self::ContactAdded,
        Self::ContactShared,
        Self::PhoneCorrected,
        Self::ContactsSwapped,
        Self::ContactDeactivated,
        Self::LocationContactChanged,
        Self::CustomerRenamed,
        Self::CustomersMerged,
        Self::LocationChanged,
        Self::MembershipAdded,
        Self::MembershipChanged,
        Self::RecurringServiceChanged,
        Self::ReferenceChanged,
    ];
}
