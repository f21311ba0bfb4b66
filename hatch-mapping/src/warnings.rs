//! What an opportunity lacks.

use thiserror::Error;

/// Something that a record names and that was not given to the mapper. The opportunity is mapped without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Error)]
#[non_exhaustive]
pub enum MappingWarning {
    /// The customer is not there: the opportunity has no name, phone and e-mail.
    #[error("the customer is missing")]
    Customer,
    /// The location is not there.
    #[error("the location is missing")]
    Location,
    /// The business unit is not there.
    #[error("the business unit is missing")]
    BusinessUnit,
    /// The job type is not there.
    #[error("the job type is missing")]
    JobType,
    /// The membership type is not there.
    #[error("the membership type is missing")]
    MembershipType,
    /// The campaign is not there.
    #[error("the campaign is missing")]
    Campaign,
    /// The category of the campaign is not there.
    #[error("the campaign's category is missing")]
    CampaignCategory,
    /// The zone of the location is not there.
    #[error("the zone is missing")]
    Zone,
    /// The reason of a cancellation is not there.
    #[error("the cancel reason is missing")]
    CancelReason,
    /// A tag type is not there.
    #[error("a tag type is missing")]
    TagType,
    /// An assignment's technician is not there.
    #[error("a technician is missing")]
    Technician,
    /// Whoever sold something is neither among the employees nor among the technicians.
    #[error("who sold it is missing")]
    SoldBy,
}
