//! The links of ServiceTitan's records to their parents.

use servicetitan_client::{
    Appointment, AppointmentAssignment, BusinessUnit, Campaign, CampaignCategory, Customer, CustomerContact,
    Employee, Estimate, Invoice, Job, JobCancelReason, JobCanceledLog, JobType, Location, LocationContact,
    Membership, MembershipType, Record, RecurringService, RecurringServiceEvent, TagType, Technician, Zone,
};

use crate::{Link, MirrorRecord, Resource, SourceError, SourceErrorKind};

/// A record of ServiceTitan with its parents.
pub(crate) trait Linked: Record {
    fn links(&self) -> Vec<Link>;

    /// Fills in the `active` field of a record that came by a list, where only the export carries it. Lists show active records only.
    fn fill_in_active(&mut self) {}
}

/// Records that came by a list, as the mirror keeps them: with the content that their export would have, so that an opportunity's body does not
/// depend on the way by which its records came.
pub(crate) fn mirrored_from_list<T: Linked>(
    resource: Resource,
    records: &mut [T],
) -> Result<Vec<MirrorRecord>, SourceError> {
    records.iter_mut().for_each(T::fill_in_active);
    mirrored(resource, records)
}

/// Converts records into those of the mirror.
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

/// Returns links for the ID fields that are set. ServiceTitan writes 0 for "none" in some of them.
///
/// `#[lists_omit_active]` marks the models whose lists lack the `active` field that their exports carry.
macro_rules! links {
    (@fill lists_omit_active) => {
        fn fill_in_active(&mut self) {
            self.active.get_or_insert(true);
        }
    };
    ($($(#[$mark:ident])? $model:ident { $($resource:ident: $field:expr),* $(,)? })+) => {$(
        impl Linked for $model {
            $(links!(@fill $mark);)?

            fn links(&self) -> Vec<Link> {
                let links: &[(Resource, fn(&$model) -> Option<i64>)] = &[$((Resource::$resource, $field)),*];
                let set = links.iter().filter_map(|(resource, id)| Some((*resource, id(self)?)));
                set.filter(|(_, id)| *id != 0).map(|(resource, id)| Link { resource, id }).collect()
            }
        }
    )+};
}

links! {
    #[lists_omit_active]
    Job { Customers: |it| it.customer_id.map(Into::into), Locations: |it| it.location_id.map(Into::into) }
    Membership { Customers: |it| it.customer_id.map(Into::into), Locations: |it| it.location_id.map(Into::into) }
    // A merged customer is a child of the customer that it was merged into.
    Customer { Customers: |it| it.merged_to_id.map(Into::into) }
    #[lists_omit_active]
    CustomerContact { Customers: |it| it.customer_id.map(Into::into) }
    Location { Customers: |it| it.customer_id.map(Into::into) }
    #[lists_omit_active]
    LocationContact { Locations: |it| it.location_id.map(Into::into) }
    Appointment { Jobs: |it| it.job_id.map(Into::into) }
    AppointmentAssignment { Appointments: |it| it.appointment_id.map(Into::into), Jobs: |it| it.job_id.map(Into::into) }
    Estimate { Jobs: |it| it.job_id.map(Into::into) }
    Invoice { Jobs: |it| it.job.as_ref().and_then(|job| job.id).map(Into::into) }
    JobCanceledLog { Jobs: |it| it.job_id.map(Into::into) }
    RecurringService { Memberships: |it| it.membership_id.map(Into::into) }
    #[lists_omit_active]
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

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;

    use super::*;

    fn bodies<T: Linked + DeserializeOwned>(resource: Resource, body: &str) -> (String, String) {
        let record: T = serde_json::from_str(body).unwrap();
        let exported = mirrored(resource, std::slice::from_ref(&record)).unwrap();
        let listed = mirrored_from_list(resource, &mut [record]).unwrap();
        (exported[0].body.clone().unwrap(), listed[0].body.clone().unwrap())
    }

    #[test]
    fn a_record_that_came_by_a_list_is_the_one_that_its_export_carries() {
        let exported = r#"{"id":1,"customerId":7,"active":true,"value":"614-555-0100"}"#;
        let listed = r#"{"id":1,"customerId":7,"value":"614-555-0100"}"#;
        let by_export = bodies::<CustomerContact>(Resource::CustomerContacts, exported).0;
        assert_eq!(bodies::<CustomerContact>(Resource::CustomerContacts, listed).1, by_export);
        for resource in [Resource::Jobs, Resource::LocationContacts, Resource::RecurringServiceEvents] {
            let listed = match resource {
                Resource::Jobs => bodies::<Job>(resource, r#"{"id":1}"#).1,
                Resource::LocationContacts => bodies::<LocationContact>(resource, r#"{"id":1}"#).1,
                _ => bodies::<RecurringServiceEvent>(resource, r#"{"id":1}"#).1,
            };
            assert!(listed.contains(r#""active":true"#), "{listed}");
        }
    }

    #[test]
    fn a_field_that_a_list_carries_itself_stays_and_nothing_is_made_up() {
        let inactive = r#"{"id":1,"active":false}"#;
        assert!(bodies::<Job>(Resource::Jobs, inactive).1.contains(r#""active":false"#));
        assert!(!bodies::<Appointment>(Resource::Appointments, r#"{"id":1}"#).1.contains("active"));
    }
}
