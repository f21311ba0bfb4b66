//! Base records of the mirror, decoded.

use serde::de::DeserializeOwned;
use servicetitan_client::{Job, JobStatus, Membership, MembershipStatus};

use crate::{MirrorRecord, Resource};

/// A decoded base record.
pub(crate) enum Base {
    Job(Box<Job>),
    Membership(Box<Membership>),
}

impl Base {
    /// Decodes a base record of the mirror; `None` for other resources, absent records and bodies that cannot be read.
    pub(crate) fn read(record: &MirrorRecord) -> Option<Base> {
        match record.resource {
            Resource::Jobs => decode(record).map(Base::Job),
            Resource::Memberships => decode(record).map(Base::Membership),
            _ => None,
        }
    }

    pub(crate) fn is_inactive(&self) -> bool {
        match self {
            Base::Job(job) => job.active == Some(false),
            Base::Membership(membership) => membership.active == Some(false),
        }
    }

    /// Whether the record is done (completed, cancelled, expired, deleted) or inactive: no further change is expected.
    pub(crate) fn is_finished(&self) -> bool {
        let done = match self {
            Base::Job(job) => {
                matches!(job.job_status, Some(JobStatus::Completed | JobStatus::Canceled))
            }
            Base::Membership(membership) => matches!(
                membership.status,
                Some(MembershipStatus::Expired | MembershipStatus::Canceled | MembershipStatus::Deleted)
            ),
        };
        done || self.is_inactive()
    }

    pub(crate) fn job(&self) -> Option<&Job> {
        match self {
            Base::Job(job) => Some(job),
            Base::Membership(_) => None,
        }
    }

    pub(crate) fn membership(&self) -> Option<&Membership> {
        match self {
            Base::Membership(membership) => Some(membership),
            Base::Job(_) => None,
        }
    }

    pub(crate) fn customer_id(&self) -> Option<i64> {
        match self {
            Base::Job(job) => job.customer_id.map(i64::from),
            Base::Membership(membership) => membership.customer_id.map(i64::from),
        }
    }

    pub(crate) fn location_id(&self) -> Option<i64> {
        match self {
            Base::Job(job) => job.location_id.map(i64::from),
            Base::Membership(membership) => membership.location_id.map(i64::from),
        }
    }

    pub(crate) fn business_unit_id(&self) -> Option<i64> {
        match self {
            Base::Job(job) => job.business_unit_id.map(i64::from),
            Base::Membership(membership) => membership.business_unit_id.map(i64::from),
        }
    }
}

/// Decodes the body of a mirrored record. The body was written from the same type, so a failure means that the store was changed from
/// outside or that an older version wrote the record: the record then counts as missing.
pub(crate) fn decode<T: DeserializeOwned>(record: &MirrorRecord) -> Option<T> {
    let body = record.body.as_deref()?;
    match serde_json::from_str(body) {
        Ok(value) => Some(value),
        Err(_) => {
            tracing::warn!(resource = %record.resource, id = record.id, "a mirrored record cannot be read");
            None
        }
    }
}
