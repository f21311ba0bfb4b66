//! A preview: the opportunity as it would be delivered now, for explanations. Nothing is sent or changed.

use std::collections::{BTreeMap, BTreeSet};

use hatch_mapping::{Explanation, MappingWarning, Opportunity};

use super::fingerprint::{contact_fingerprint, fingerprint};
use super::left_out::is_of;
use super::prepare::{DELETED, delivers_deletion};
use crate::base::Base;
use crate::hydrate::Inspector;
use crate::mirror::Reads;
use crate::reader::Reader;
use crate::{Delivered, Integration, MirrorRecord, MissingRecord, SyncError};

/// Maps single opportunities for explanations.
#[derive(Clone)]
pub(crate) struct Previewer {
    reads: Reads,
    inspector: Inspector,
}

/// An opportunity as it would be delivered now, compared with the last delivery.
pub(crate) struct Preview {
    /// The base record; `None` if it was never read.
    pub(crate) record: Option<MirrorRecord>,
    /// The opportunity, with the origins of its standard fields; `None` without a base record.
    pub(crate) mapped: Option<MappedPreview>,
    pub(crate) delivered: Option<Delivered>,
    /// Records that are not at hand.
    pub(crate) missing: BTreeSet<MissingRecord>,
    /// Reads that were refused, without customer data.
    pub(crate) warnings: Vec<String>,
}

/// The mapped half of a preview.
pub(crate) struct MappedPreview {
    pub(crate) opportunity: Opportunity,
    pub(crate) explanation: Explanation,
    pub(crate) warnings: Vec<MappingWarning>,
    /// Whether the opportunity stays in the sink as it is, since its base record is inactive.
    pub(crate) is_left_alone: bool,
    /// Whether the base record is inactive.
    pub(crate) is_inactive: bool,
    /// Whether the opportunity is the last delivered one; `None` if it is not known what the sink has.
    pub(crate) is_as_delivered: Option<bool>,
    /// Whether phone or e-mail, as Hatch matches them, are others than at the last delivery.
    pub(crate) has_moved: bool,
}

impl Previewer {
    pub(crate) fn new(reads: Reads, reader: Reader) -> Self {
        Previewer { reads: reads.clone(), inspector: Inspector::new(reads, reader) }
    }

    /// Maps the opportunity of a base record. With `refresh`, its records are read from ServiceTitan first.
    pub(crate) async fn preview(
        &self,
        integration: &Integration,
        id: i64,
        refresh: bool,
    ) -> Result<Preview, SyncError> {
        let record = self.inspector.find_base(integration, id, refresh).await?;
        let delivered = self.reads.delivered(&integration.name, &[id]).await?.into_iter().next();
        let bases: BTreeMap<i64, Base> =
            record.iter().filter_map(|record| Some((id, Base::read(record)?))).collect();
        let inspected = self.inspector.inspect(integration, &bases, refresh).await?;
        let mapped = bases.get(&id).map(|base| {
            let joined = inspected.batch.join(id, base, &integration.mapper.config().selection);
            let mapped = integration.mapper.map(&joined);
            let mut opportunity = mapped.opportunity;
            let mut explanation = integration.mapper.explain(&joined);
            let is_inactive = base.is_inactive();
            let is_deleted = is_inactive && delivers_deletion(integration, delivered.as_ref());
            if is_deleted {
                opportunity.status = Some(DELETED.to_owned());
                explanation = explanation.with_status(DELETED);
            }
            let now = fingerprint(&opportunity, &integration.sink.identity());
            let before = delivered.as_ref();
            MappedPreview {
                is_left_alone: is_inactive && !is_deleted,
                is_inactive,
                is_as_delivered: before.filter(|it| it.fingerprint.is_some()).map(|it| is_of(it, &now)),
                has_moved: before.is_some_and(|it| has_moved(it, &opportunity)),
                warnings: mapped.warnings,
                opportunity,
                explanation,
            }
        });
        let (missing, warnings) = (inspected.missing, inspected.warnings);
        Ok(Preview { record, mapped, delivered, missing, warnings })
    }
}

/// Whether an opportunity goes to another contact than at the last delivery. A contact key that the sink refused then says nothing.
fn has_moved(delivered: &Delivered, opportunity: &Opportunity) -> bool {
    let mut sent = opportunity.clone();
    for field in delivered.fields_left_out() {
        match field {
            "email" => sent.email = None,
            "phoneNumber" => sent.phone_number = None,
            _ => {}
        }
    }
    delivered.contact != contact_fingerprint(&sent)
}
