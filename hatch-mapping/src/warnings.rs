//! Warnings about what an opportunity lacks.

use servicetitan_client::model::Fields;
use thiserror::Error;

use crate::contacts::PassedOver;
use crate::joined::BaseRecord;
use crate::one_field::OneField;

/// A warning about something that an opportunity lacks: a record that another one names and that was not given to the mapper, a contact that
/// could not be used, or a field that could not be read. The opportunity is mapped without it.
///
/// Its text names no record, so that warnings can be counted by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Error)]
#[non_exhaustive]
pub enum MappingWarning {
    /// The customer was not given: the opportunity has no name.
    #[error("the customer is missing")]
    Customer,
    /// The location was not given.
    #[error("the location is missing")]
    Location,
    /// The business unit was not given.
    #[error("the business unit is missing")]
    BusinessUnit,
    /// The job type was not given.
    #[error("the job type is missing")]
    JobType,
    /// The membership type was not given.
    #[error("the membership type is missing")]
    MembershipType,
    /// The campaign was not given.
    #[error("the campaign is missing")]
    Campaign,
    /// The category of the campaign was not given.
    #[error("the campaign's category is missing")]
    CampaignCategory,
    /// The zone of the location was not given.
    #[error("the zone is missing")]
    Zone,
    /// The reason of a cancellation was not given.
    #[error("the cancel reason is missing")]
    CancelReason,
    /// A tag type was not given.
    #[error("a tag type is missing")]
    TagType,
    /// An assignment's technician was not given.
    #[error("a technician is missing")]
    Technician,
    /// The seller is neither among the employees nor among the technicians.
    #[error("the seller is missing")]
    SoldBy,
    /// An e-mail contact was passed over, since there is no e-mail address in its value.
    #[error("an e-mail contact is not an e-mail address")]
    NotAnEmailAddress,
    /// A phone number was passed over, since ServiceTitan says that it must not be texted.
    #[error("a phone number is marked \"do not text\"")]
    DoNotText,
    /// The job or membership has a `customerId` that is no ID: the opportunity's customer is unknown.
    #[error("the customer ID cannot be read")]
    UnreadableCustomerId,
    /// The job or membership has a `createdOn` that is no time.
    #[error("the time of creation cannot be read")]
    UnreadableCreatedOn,
    /// The job or membership has a `modifiedOn` that is no time.
    #[error("the time of the last change cannot be read")]
    UnreadableModifiedOn,
}

/// The warnings that the contacts of an opportunity cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ContactWarnings {
    not_an_address: bool,
    do_not_text: bool,
}

impl ContactWarnings {
    /// Adds the warning for a contact that was passed over. Placeholders, blanks and inactive contacts are no news to the office, and cause
    /// none.
    pub(crate) fn add(&mut self, reason: PassedOver) {
        match reason {
            PassedOver::NotAnAddress => self.not_an_address = true,
            PassedOver::DoNotText => self.do_not_text = true,
            _ => {}
        }
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = MappingWarning> {
        let address = self.not_an_address.then_some(MappingWarning::NotAnEmailAddress);
        address.into_iter().chain(self.do_not_text.then_some(MappingWarning::DoNotText))
    }
}

/// Returns a warning for each field of the base record that standard fields are filled from and that came in a form that cannot be read.
pub(crate) fn unreadable_fields(base: BaseRecord<'_>) -> impl Iterator<Item = MappingWarning> {
    let fields = match base {
        BaseRecord::Job(job) => [
            unreadable(job, "customerId", job.customer_id.as_ref(), MappingWarning::UnreadableCustomerId),
            unreadable(job, "createdOn", job.created_on.as_ref(), MappingWarning::UnreadableCreatedOn),
            unreadable(job, "modifiedOn", job.modified_on.as_ref(), MappingWarning::UnreadableModifiedOn),
        ],
        BaseRecord::Membership(it) => [
            unreadable(it, "customerId", it.customer_id.as_ref(), MappingWarning::UnreadableCustomerId),
            unreadable(it, "createdOn", it.created_on.as_ref(), MappingWarning::UnreadableCreatedOn),
            unreadable(it, "modifiedOn", it.modified_on.as_ref(), MappingWarning::UnreadableModifiedOn),
        ],
    };
    fields.into_iter().flatten()
}

/// Returns the warning if the model reads a field as absent, and yet writes it as something else than null: as it came.
fn unreadable<T>(
    record: &impl Fields,
    name: &str,
    value: Option<&T>,
    warning: MappingWarning,
) -> Option<MappingWarning> {
    if value.is_some() {
        return None;
    }
    let written = serde_json::to_value(OneField { record, name }).ok()?;
    written.get(name).is_some_and(|value| !value.is_null()).then_some(warning)
}
