//! Putting the details together.

use serde::Serialize;
use serde_json::{Map, Value};
use servicetitan_client::model::Record;
use servicetitan_client::{AppointmentAssignment, Estimate, TagTypeId};

use crate::joined::{BaseRecord, JoinedRecord};
use crate::mapper::Lists;
use crate::order::in_list_order;
use crate::warnings::MappingWarning;
use crate::{ObjectSelection, SelectableObject};

type Object = Map<String, Value>;

/// Builds the details of one opportunity.
pub(crate) struct DetailsBuilder<'a, 'b> {
    pub(crate) record: &'b JoinedRecord<'a>,
    pub(crate) lists: &'b Lists<'a>,
    pub(crate) selection: &'b ObjectSelection,
    pub(crate) warnings: Vec<MappingWarning>,
}

impl DetailsBuilder<'_, '_> {
    pub(crate) fn build(&mut self) -> Object {
        let joins = &self.record.joins;
        let mut details = match self.record.base {
            BaseRecord::Job(job) => self.object(job),
            BaseRecord::Membership(membership) => self.object(membership),
        };
        let customer = self.customer();
        put(&mut details, "customer", customer);
        let location = self.location();
        put(&mut details, "location", location);
        let (business_unit, tags, sold_by) = match self.record.base {
            BaseRecord::Job(job) => (named(job.business_unit_id), &job.tag_type_ids, named(job.sold_by_id)),
            BaseRecord::Membership(it) => (named(it.business_unit_id), &None, named(it.sold_by_id)),
        };
        let unit = self.joined(joins.business_unit, business_unit, MappingWarning::BusinessUnit);
        put(&mut details, "businessUnit", unit);
        if let BaseRecord::Job(job) = self.record.base {
            let job_type = self.joined(joins.job_type, named(job.job_type_id), MappingWarning::JobType);
            put(&mut details, "jobType", job_type);
            if self.selected(SelectableObject::Campaigns) {
                let campaign = self.campaign(named(job.campaign_id));
                put(&mut details, "campaign", campaign);
            }
            if self.selected(SelectableObject::CancelReasons) {
                let reason = self.cancel_reason();
                put(&mut details, "cancelReason", reason);
            }
            self.put_tags(&mut details, tags.as_deref());
        }
        if let BaseRecord::Membership(membership) = self.record.base {
            let named = named(membership.membership_type_id);
            let membership_type = self.joined(joins.membership_type, named, MappingWarning::MembershipType);
            put(&mut details, "membershipType", membership_type);
        }
        if self.selected(SelectableObject::EmployeesAndTechnicians) && sold_by.is_some() {
            let seller = self.seller(sold_by);
            put(&mut details, "soldBy", seller.map(|(_, person)| person));
        }
        self.put_lists(&mut details);
        details
    }

    fn put_lists(&mut self, details: &mut Object) {
        let lists = self.lists;
        if self.selected(SelectableObject::Appointments) {
            let appointments = lists.appointments.iter().map(|it| {
                let mut appointment = self.object(*it);
                if self.selected(SelectableObject::AppointmentAssignments) {
                    let assignments = self.assignments(it.id.get());
                    appointment.insert("assignments".to_owned(), assignments);
                }
                Value::Object(appointment)
            });
            let appointments: Vec<Value> = appointments.collect();
            details.insert("appointments".to_owned(), Value::Array(appointments));
        }
        if self.selected(SelectableObject::Estimates) {
            let estimates: Vec<Value> = lists.estimates.iter().map(|it| self.estimate(it)).collect();
            details.insert("estimates".to_owned(), Value::Array(estimates));
        }
        if self.selected(SelectableObject::Invoices) {
            self.put_list(details, "invoices", &lists.invoices);
        }
        if self.selected(SelectableObject::RecurringServices) {
            self.put_list(details, "recurringServices", &lists.recurring_services);
        }
        if self.selected(SelectableObject::RecurringServiceEvents) {
            self.put_list(details, "recurringServiceEvents", &lists.recurring_service_events);
        }
    }

    fn customer(&mut self) -> Option<Value> {
        let named = match self.record.base {
            BaseRecord::Job(job) => named(job.customer_id),
            BaseRecord::Membership(membership) => named(membership.customer_id),
        };
        let Some(it) = self.record.joins.customer else {
            return self.joined::<Value>(None, named, MappingWarning::Customer);
        };
        let mut customer = self.object(it);
        let lists = self.lists;
        self.put_list(&mut customer, "contacts", &lists.customer_contacts);
        self.put_tags(&mut customer, it.tag_type_ids.as_deref());
        Some(Value::Object(customer))
    }

    fn location(&mut self) -> Option<Value> {
        let location_id = match self.record.base {
            BaseRecord::Job(job) => named(job.location_id),
            BaseRecord::Membership(membership) => named(membership.location_id),
        };
        let joins = &self.record.joins;
        let Some(it) = joins.location else {
            return self.joined::<Value>(None, location_id, MappingWarning::Location);
        };
        let mut location = self.object(it);
        let contacts = in_list_order(joins.location_contacts.iter().copied());
        self.put_list(&mut location, "contacts", &contacts);
        if self.selected(SelectableObject::Zones) {
            let zone = self.joined(joins.zone, named(it.zone_id), MappingWarning::Zone);
            put(&mut location, "zone", zone);
        }
        self.put_tags(&mut location, it.tag_type_ids.as_deref());
        Some(Value::Object(location))
    }

    fn campaign(&mut self, campaign_id: Option<i64>) -> Option<Value> {
        let joins = &self.record.joins;
        let Some(it) = joins.campaign else {
            return self.joined::<Value>(None, campaign_id, MappingWarning::Campaign);
        };
        let mut campaign = self.object(it);
        if let Some(category) = joins.campaign_category {
            // The whole category in place of the short one that campaigns carry.
            campaign.insert("category".to_owned(), Value::Object(self.object(category)));
        } else if it.category.is_some() {
            self.warnings.push(MappingWarning::CampaignCategory);
        }
        Some(Value::Object(campaign))
    }

    /// The reason with what was noted at the last cancellation.
    fn cancel_reason(&mut self) -> Option<Value> {
        let joins = &self.record.joins;
        let reason_id = joins.canceled_log.and_then(|log| named(log.reason_id));
        let mut reason = match joins.cancel_reason {
            Some(reason) => self.object(reason),
            None => {
                if reason_id.is_some() {
                    self.warnings.push(MappingWarning::CancelReason);
                }
                return None;
            }
        };
        if let Some(memo) = joins.canceled_log.and_then(|log| log.memo.as_ref()) {
            reason.insert("memo".to_owned(), Value::from(memo.as_str()));
        }
        Some(Value::Object(reason))
    }

    fn assignments(&mut self, appointment: i64) -> Value {
        let of_appointment =
            |it: &&&AppointmentAssignment| it.appointment_id.is_some_and(|id| id.get() == appointment);
        let lists = self.lists;
        let assignments = lists.assignments.iter().filter(of_appointment).map(|it| {
            let mut assignment = self.object(*it);
            if self.selected(SelectableObject::EmployeesAndTechnicians) {
                let wanted = named(it.technician_id);
                let found =
                    self.record.joins.technicians.iter().find(|it| Some(it.id.get()) == wanted).copied();
                let technician = self.joined(found, wanted, MappingWarning::Technician);
                put(&mut assignment, "technician", technician);
            }
            Value::Object(assignment)
        });
        Value::Array(assignments.collect())
    }

    fn estimate(&mut self, it: &Estimate) -> Value {
        let mut estimate = self.object(it);
        let sold_by = named(it.sold_by);
        if self.selected(SelectableObject::EmployeesAndTechnicians)
            && sold_by.is_some()
            && let Some((name, person)) = self.seller(sold_by)
        {
            estimate.insert(name.to_owned(), person);
        }
        Value::Object(estimate)
    }

    /// Who sold it, under the name for an employee or a technician: one ID field stands for both.
    fn seller(&mut self, id: Option<i64>) -> Option<(&'static str, Value)> {
        let joins = &self.record.joins;
        if let Some(technician) = joins.technicians.iter().find(|it| Some(it.id.get()) == id) {
            return Some(("soldByTechnician", Value::Object(self.object(*technician))));
        }
        // A membership's seller may be told by user ID. Whoever has the ID itself comes first, and the lowest ID among the others, so
        // that the order in which employees are given decides nothing.
        let employees = &joins.employees;
        let by_user = || employees.iter().filter(|it| it.user_id.map(i64::from) == id).min_by_key(|it| it.id);
        let employee = employees.iter().find(|it| Some(it.id.get()) == id).or_else(by_user);
        if let Some(employee) = employee {
            return Some(("soldByEmployee", Value::Object(self.object(*employee))));
        }
        self.warnings.push(MappingWarning::SoldBy);
        None
    }

    fn put_tags(&mut self, object: &mut Object, ids: Option<&[TagTypeId]>) {
        if !self.selected(SelectableObject::TagTypes) {
            return;
        }
        let mut tags = Vec::new();
        for id in ids.unwrap_or_default() {
            match self.record.joins.tag_types.iter().find(|tag| tag.id == *id) {
                Some(tag) => tags.push(*tag),
                None => self.warnings.push(MappingWarning::TagType),
            }
        }
        self.put_list(object, "tags", &in_list_order(tags));
    }

    fn put_list<T: Record>(&mut self, object: &mut Object, name: &str, records: &[&T]) {
        let list = records.iter().map(|record| Value::Object(self.object(*record))).collect();
        object.insert(name.to_owned(), Value::Array(list));
    }

    /// A joined record; a warning if it is named and not there.
    fn joined<T: Serialize>(
        &mut self,
        record: Option<&T>,
        named: Option<i64>,
        warning: MappingWarning,
    ) -> Option<Value> {
        match record {
            Some(record) => Some(Value::Object(self.object(record))),
            None => {
                if named.is_some() {
                    self.warnings.push(warning);
                }
                None
            }
        }
    }

    fn object<T: Serialize>(&mut self, record: &T) -> Object {
        match serde_json::to_value(record) {
            Ok(Value::Object(object)) => object,
            _ => {
                self.warnings.push(MappingWarning::Unwritable);
                Object::new()
            }
        }
    }

    fn selected(&self, object: SelectableObject) -> bool {
        self.selection.contains(object)
    }
}

fn put(object: &mut Object, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        object.insert(name.to_owned(), value);
    }
}

/// An ID that names a record: 0 stands for "none" in some of ServiceTitan's fields.
fn named<I: Into<i64>>(id: Option<I>) -> Option<i64> {
    id.map(Into::into).filter(|id| *id != 0)
}
