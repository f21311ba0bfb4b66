//! The objects that an opportunity has beside those that every opportunity has.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The kind of ServiceTitan record that an opportunity is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpportunityModel {
    /// An opportunity for each job.
    Job,
    /// An opportunity for each membership.
    Membership,
}

impl OpportunityModel {
    /// Returns the name that configurations use.
    pub fn name(self) -> &'static str {
        match self {
            OpportunityModel::Job => "job",
            OpportunityModel::Membership => "membership",
        }
    }
}

impl fmt::Display for OpportunityModel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// An object that can be selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SelectableObject {
    /// Estimates of the job.
    Estimates,
    /// Appointments of the job.
    Appointments,
    /// The technicians' assignments to the appointments; only with appointments.
    AppointmentAssignments,
    /// The reason of the job's last cancellation.
    CancelReasons,
    /// The tags of base record, customer and location.
    TagTypes,
    /// The marketing campaign of the job, with its category.
    Campaigns,
    /// The zone of the location.
    Zones,
    /// The technician or employee who sold the record, and the technicians who are assigned.
    EmployeesAndTechnicians,
    /// Invoices of the job, with their items.
    Invoices,
    /// Recurring services of the membership.
    RecurringServices,
    /// Visits that the membership's recurring services plan.
    RecurringServiceEvents,
}

impl SelectableObject {
    /// Every object.
    pub const ALL: [SelectableObject; 11] = [
        SelectableObject::Estimates,
        SelectableObject::Appointments,
        SelectableObject::AppointmentAssignments,
        SelectableObject::CancelReasons,
        SelectableObject::TagTypes,
        SelectableObject::Campaigns,
        SelectableObject::Zones,
        SelectableObject::EmployeesAndTechnicians,
        SelectableObject::Invoices,
        SelectableObject::RecurringServices,
        SelectableObject::RecurringServiceEvents,
    ];

    /// Whether opportunities of a model can have the object.
    pub fn belongs_to(self, model: OpportunityModel) -> bool {
        match self {
            SelectableObject::TagTypes
            | SelectableObject::Zones
            | SelectableObject::EmployeesAndTechnicians => true,
            SelectableObject::RecurringServices | SelectableObject::RecurringServiceEvents => {
                model == OpportunityModel::Membership
            }
            _ => model == OpportunityModel::Job,
        }
    }

    /// Returns the name that configurations use.
    pub fn name(self) -> &'static str {
        match self {
            SelectableObject::Estimates => "estimates",
            SelectableObject::Appointments => "appointments",
            SelectableObject::AppointmentAssignments => "appointment_assignments",
            SelectableObject::CancelReasons => "cancel_reasons",
            SelectableObject::TagTypes => "tag_types",
            SelectableObject::Campaigns => "campaigns",
            SelectableObject::Zones => "zones",
            SelectableObject::EmployeesAndTechnicians => "employees_and_technicians",
            SelectableObject::Invoices => "invoices",
            SelectableObject::RecurringServices => "recurring_services",
            SelectableObject::RecurringServiceEvents => "recurring_service_events",
        }
    }
}

impl fmt::Display for SelectableObject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// The selected objects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ObjectSelection(BTreeSet<SelectableObject>);

impl ObjectSelection {
    /// Selects no object: opportunities have what every opportunity has.
    pub fn none() -> Self {
        Self::default()
    }

    /// Selects every object that a model's opportunities can have.
    pub fn all(model: OpportunityModel) -> Self {
        SelectableObject::ALL.into_iter().filter(|object| object.belongs_to(model)).collect()
    }

    /// Selects estimates, appointments, cancel reasons, tag types and campaigns, as far as the model has them. The product page says that there
    /// is a default, and not which.
    pub fn default_for(model: OpportunityModel) -> Self {
        let common = [
            SelectableObject::Estimates,
            SelectableObject::Appointments,
            SelectableObject::CancelReasons,
            SelectableObject::TagTypes,
            SelectableObject::Campaigns,
        ];
        common.into_iter().filter(|object| object.belongs_to(model)).collect()
    }

    /// Whether an object is selected.
    pub fn contains(&self, object: SelectableObject) -> bool {
        self.0.contains(&object)
    }

    /// Returns the selected objects.
    pub fn iter(&self) -> impl Iterator<Item = SelectableObject> {
        self.0.iter().copied()
    }
}

impl FromIterator<SelectableObject> for ObjectSelection {
    fn from_iter<I: IntoIterator<Item = SelectableObject>>(objects: I) -> Self {
        ObjectSelection(objects.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_call_models_and_objects_as_configurations_do() {
        for object in SelectableObject::ALL {
            assert_eq!(serde_json::to_value(object).unwrap(), object.to_string());
        }
        for model in [OpportunityModel::Job, OpportunityModel::Membership] {
            assert_eq!(serde_json::to_value(model).unwrap(), model.to_string());
        }
    }
}
