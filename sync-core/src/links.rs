//! Which records a record belongs to, and how it goes into the mirror.

use servicetitan_client::{
    Appointment, AppointmentAssignment, BusinessUnit, Campaign, CampaignCategory, Customer, CustomerContact,
    Employee, Estimate, Invoice, Job, JobCancelReason, JobCanceledLog, JobType, Location, LocationContact,
    Membership, MembershipType, Record, RecurringService, RecurringServiceEvent, TagType, Technician, Zone,
};

use crate::{Link, MirrorRecord, Resource, SourceError, SourceErrorKind};

/// A record that tells which others it belongs to.
pub(crate) trait Linked: Record {
    fn links(&self) -> Vec<Link>;
}

/// The records as the mirror keeps them.
pub(crate) fn mirrored<T: Linked>(
    resource: Resource,
    records: &[T],
) -> Result<Vec<MirrorRecord>, SourceError> {
    let mirrored = records.iter().map(|record| {
        let body = serde_json::to_string(record).map_err(|_| SourceError {
            kind: SourceErrorKind::Refused,
            message: format!("{resource} {} cannot be written as JSON", record.id()),
        })?;
        let mirrored = MirrorRecord {
            created_on: record.created_on(),
            modified_on: record.modified_on(),
            body: Some(body),
            ..MirrorRecord::absent(resource, record.id().into())
        };
        Ok(mirrored.linked_with(record.links()))
    });
    mirrored.collect()
}

/// Links for the ID fields that are set; 0 stands for "none" in some of them.
macro_rules! links {
    ($($model:ty { $($resource:ident: $field:expr),* $(,)? })+) => {$(
        impl Linked for $model {
            fn links(&self) -> Vec<Link> {
                let links: &[(Resource, fn(&$model) -> Option<i64>)] = &[$((Resource::$resource, $field)),*];
                let set = links.iter().filter_map(|(resource, id)| Some((*resource, id(self)?)));
                set.filter(|(_, id)| *id != 0).map(|(resource, id)| Link { resource, id }).collect()
            }
        }
    )+};
}

links! {
    Job { Customers: |it| it.customer_id.map(Into::into), Locations: |it| it.location_id.map(Into::into) }
    Membership { Customers: |it| it.customer_id.map(Into::into), Locations: |it| it.location_id.map(Into::into) }
    // A merged customer belongs to the one that it was merged into.
    Customer { Customers: |it| it.merged_to_id.map(Into::into) }
    CustomerContact { Customers: |it| it.customer_id.map(Into::into) }
    Location { Customers: |it| it.customer_id.map(Into::into) }
    LocationContact { Locations: |it| it.location_id.map(Into::into) }
    Appointment { Jobs: |it| it.job_id.map(Into::into) }
    AppointmentAssignment { Appointments: |it| it.appointment_id.map(Into::into), Jobs: |it| it.job_id.map(Into::into) }
    Estimate { Jobs: |it| it.job_id.map(Into::into) }
    Invoice { Jobs: |it| it.job.as_ref().and_then(|job| job.id).map(Into::into) }
    JobCanceledLog { Jobs: |it| it.job_id.map(Into::into) }
    RecurringService { Memberships: |it| it.membership_id.map(Into::into) }
    RecurringServiceEvent { Memberships: |it| it.membership_id.map(Into::into) }
    BusinessUnit {}
    JobType {}
    MembershipType {}
    TagType {}
    Campaign {}
    CampaignCategory {}
    Zone {}
    Employee {}
    Technician {}
    JobCancelReason {}
}
