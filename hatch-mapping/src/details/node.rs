//! A record with the records joined to it, as a tree of references that is written as JSON once.
//!
//! # Why is it not `serde_json::Value`?
//!
//! A `Value` allocates each field's name and writes each time and decimal as text, only for all of it to be written again a moment later.
//! References cost nothing of that.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;
use servicetitan_client::model::{Fields, UnreadField};
use servicetitan_client::{
    Appointment, AppointmentAssignment, BusinessUnit, Campaign, CampaignCategory, Customer, CustomerContact,
    Employee, Estimate, Invoice, Job, JobCancelReason, JobType, Location, LocationContact, Membership,
    MembershipType, RecurringService, RecurringServiceEvent, TagType, Technician, Zone,
};

use crate::one_field::OneField;
use crate::path::Step;
use crate::shape::Join;

/// A record, and the joined objects that stand among its fields.
pub(crate) struct Node<'a> {
    record: AnyRecord<'a>,
    /// In the order in which they were joined. One takes the place of the record's own field of that name.
    joined: Vec<(&'static str, Joined<'a>)>,
}

/// The value under the name of a join.
enum Joined<'a> {
    One(Node<'a>),
    List(Vec<Node<'a>>),
    Text(&'a str),
}

macro_rules! any_record {
    ($($model:ident),+ $(,)?) => {
        /// A record of any kind that details can have.
        enum AnyRecord<'a> { $( $model(&'a $model), )+ }

        $( impl<'a> From<&'a $model> for Node<'a> {
            fn from(record: &'a $model) -> Self {
                Node { record: AnyRecord::$model(record), joined: Vec::new() }
            }
        } )+

        impl Serialize for AnyRecord<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self { $( AnyRecord::$model(record) => record.serialize(serializer), )+ }
            }
        }

        impl Fields for AnyRecord<'_> {
            fn write_fields<M: SerializeMap>(&self, map: &mut M, wanted: impl Fn(&str) -> bool) -> Result<(), M::Error> {
                match self { $( AnyRecord::$model(record) => record.write_fields(map, wanted), )+ }
            }

            fn unread_fields(&self) -> Vec<UnreadField> {
                match self { $( AnyRecord::$model(record) => Fields::unread_fields(*record), )+ }
            }

            fn numeric_id(&self) -> Option<i64> {
                match self { $( AnyRecord::$model(record) => record.numeric_id(), )+ }
            }
        }
    };
}

any_record!(
    Appointment,
    AppointmentAssignment,
    BusinessUnit,
    Campaign,
    CampaignCategory,
    Customer,
    CustomerContact,
    Employee,
    Estimate,
    Invoice,
    Job,
    JobCancelReason,
    JobType,
    Location,
    LocationContact,
    Membership,
    MembershipType,
    RecurringService,
    RecurringServiceEvent,
    TagType,
    Technician,
    Zone,
);

impl<'a> Node<'a> {
    /// Puts a joined record under its name; nothing if it is missing.
    pub(crate) fn put(&mut self, join: &Join, node: Option<Node<'a>>) {
        self.joined.extend(node.map(|node| (join.name, Joined::One(node))));
    }

    /// Puts a list of joined records under its name.
    pub(crate) fn put_list(&mut self, join: &Join, nodes: Vec<Node<'a>>) {
        self.joined.push((join.name, Joined::List(nodes)));
    }

    /// Puts a text of another record under its name.
    pub(crate) fn put_text(&mut self, join: &Join, text: &'a str) {
        self.joined.push((join.name, Joined::Text(text)));
    }

    /// Returns the value at the end of some steps, unless that is a joined object or list as a whole. Writes only the field that has it.
    pub(crate) fn value_at(&self, steps: &[Step]) -> Option<Value> {
        let (Step::Name(name), rest) = steps.split_first()? else { return None };
        match self.joined(name) {
            None => {
                let record = serde_json::to_value(OneField { record: &self.record, name }).ok()?;
                steps.iter().try_fold(&record, |value, step| step.read(value)).cloned()
            }
            Some(Joined::One(node)) => node.value_at(rest),
            Some(Joined::List(nodes)) => {
                let (Step::Item(number), rest) = rest.split_first()? else { return None };
                nodes.get(number.checked_sub(1)?)?.value_at(rest)
            }
            Some(Joined::Text(text)) => rest.is_empty().then(|| Value::from(*text)),
        }
    }

    fn joined(&self, name: &str) -> Option<&Joined<'a>> {
        self.joined.iter().find(|(it, _)| *it == name).map(|(_, joined)| joined)
    }
}

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.record.write_fields(&mut map, |name| self.joined(name).is_none())?;
        for (name, joined) in &self.joined {
            match joined {
                Joined::One(node) => map.serialize_entry(name, node)?,
                Joined::List(nodes) => map.serialize_entry(name, nodes)?,
                Joined::Text(text) => map.serialize_entry(name, text)?,
            }
        }
        map.end()
    }
}
