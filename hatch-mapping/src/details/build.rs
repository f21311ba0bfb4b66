//! Joining the records of an opportunity's details.

use servicetitan_client::{
    Appointment, AppointmentAssignment, CustomerContact, Estimate, Invoice, RecurringService,
    RecurringServiceEvent, TagTypeId,
};

use super::node::Node;
use crate::contacts::contacts_in_list_order;
use crate::joined::{BaseRecord, JoinedRecord, Joins};
use crate::order::{List, in_list_order};
use crate::selection::ObjectSelection;
use crate::shape::{self, Join};
use crate::warnings::MappingWarning;

/// Returns the details of a joined record as a tree, with a warning for each record that is missing.
pub(super) fn build_tree<'a>(
    record: &JoinedRecord<'a>,
    selection: &ObjectSelection,
) -> (Node<'a>, Vec<MappingWarning>) {
    let lists = Lists::of(&record.joins);
    let mut builder = Builder { record, lists: &lists, selection, warnings: Vec::new() };
    let tree = builder.build();
    (tree, builder.warnings)
}

/// The lists of a joined record in list order, without inactive records.
struct Lists<'a> {
    customer_contacts: List<'a, CustomerContact>,
    appointments: List<'a, Appointment>,
    assignments: List<'a, AppointmentAssignment>,
    estimates: List<'a, Estimate>,
    invoices: List<'a, Invoice>,
    recurring_services: List<'a, RecurringService>,
    recurring_service_events: List<'a, RecurringServiceEvent>,
}

impl<'a> Lists<'a> {
    fn of(joins: &Joins<'a>) -> Self {
        Lists {
            customer_contacts: contacts_in_list_order(joins.customer_contacts.iter().copied()),
            appointments: in_list_order(joins.appointments.iter().copied()),
            assignments: in_list_order(joins.appointment_assignments.iter().copied()),
            estimates: in_list_order(joins.estimates.iter().copied()),
            invoices: in_list_order(joins.invoices.iter().copied()),
            recurring_services: in_list_order(joins.recurring_services.iter().copied()),
            recurring_service_events: in_list_order(joins.recurring_service_events.iter().copied()),
        }
    }
}

struct Builder<'a, 'b> {
    record: &'b JoinedRecord<'a>,
    lists: &'b Lists<'a>,
    selection: &'b ObjectSelection,
    warnings: Vec<MappingWarning>,
}

impl<'a> Builder<'a, '_> {
    fn build(&mut self) -> Node<'a> {
        let joins = &self.record.joins;
        let (mut details, business_unit, sold_by) = match self.record.base {
            BaseRecord::Job(job) => (Node::from(job), named(job.business_unit_id), named(job.sold_by_id)),
            BaseRecord::Membership(it) => (Node::from(it), named(it.business_unit_id), named(it.sold_by_id)),
        };
        details.put(&shape::CUSTOMER, self.customer());
        details.put(&shape::LOCATION, self.location());
        let unit = self.joined(joins.business_unit, business_unit, MappingWarning::BusinessUnit);
        details.put(&shape::BUSINESS_UNIT, unit);
        match self.record.base {
            BaseRecord::Job(job) => {
                let job_type = self.joined(joins.job_type, named(job.job_type_id), MappingWarning::JobType);
                details.put(&shape::JOB_TYPE, job_type);
                if self.has(&shape::CAMPAIGN) {
                    details.put(&shape::CAMPAIGN, self.campaign(named(job.campaign_id)));
                }
                if self.has(&shape::CANCEL_REASON) {
                    details.put(&shape::CANCEL_REASON, self.cancel_reason());
                }
                self.put_tags(&mut details, job.tag_type_ids.as_deref());
            }
            BaseRecord::Membership(membership) => {
                let named = named(membership.membership_type_id);
                let membership_type =
                    self.joined(joins.membership_type, named, MappingWarning::MembershipType);
                details.put(&shape::MEMBERSHIP_TYPE, membership_type);
            }
        }
        if self.has(&shape::SOLD_BY) && sold_by.is_some() {
            let seller = self.seller(sold_by);
            details.put(&shape::SOLD_BY, seller.map(|(_, person)| person));
        }
        self.put_lists(&mut details);
        details
    }

    fn put_lists(&mut self, details: &mut Node<'a>) {
        let lists = self.lists;
        if self.has(&shape::APPOINTMENTS) {
            let appointments = lists.appointments.iter().map(|it| {
                let mut appointment = Node::from(*it);
                if self.has(&shape::ASSIGNMENTS) {
                    appointment.put_list(&shape::ASSIGNMENTS, self.assignments(it.id.get()));
                }
                appointment
            });
            let appointments = appointments.collect();
            details.put_list(&shape::APPOINTMENTS, appointments);
        }
        if self.has(&shape::ESTIMATES) {
            let estimates = lists.estimates.iter().map(|it| self.estimate(it)).collect();
            details.put_list(&shape::ESTIMATES, estimates);
        }
        if self.has(&shape::INVOICES) {
            details.put_list(&shape::INVOICES, nodes(&lists.invoices));
        }
        if self.has(&shape::RECURRING_SERVICES) {
            details.put_list(&shape::RECURRING_SERVICES, nodes(&lists.recurring_services));
        }
        if self.has(&shape::RECURRING_SERVICE_EVENTS) {
            details.put_list(&shape::RECURRING_SERVICE_EVENTS, nodes(&lists.recurring_service_events));
        }
    }

    fn customer(&mut self) -> Option<Node<'a>> {
        let named = match self.record.base {
            BaseRecord::Job(job) => named(job.customer_id),
            BaseRecord::Membership(membership) => named(membership.customer_id),
        };
        let Some(it) = self.record.joins.customer else {
            return self.missing(named, MappingWarning::Customer);
        };
        let mut customer = Node::from(it);
        let lists = self.lists;
        customer.put_list(&shape::CUSTOMER_CONTACTS, nodes(&lists.customer_contacts));
        self.put_tags(&mut customer, it.tag_type_ids.as_deref());
        Some(customer)
    }

    fn location(&mut self) -> Option<Node<'a>> {
        let location_id = match self.record.base {
            BaseRecord::Job(job) => named(job.location_id),
            BaseRecord::Membership(membership) => named(membership.location_id),
        };
        let joins = &self.record.joins;
        let Some(it) = joins.location else {
            return self.missing(location_id, MappingWarning::Location);
        };
        let mut location = Node::from(it);
        let contacts = contacts_in_list_order(joins.location_contacts.iter().copied());
        location.put_list(&shape::LOCATION_CONTACTS, nodes(&contacts));
        if self.has(&shape::ZONE) {
            let zone = self.joined(joins.zone, named(it.zone_id), MappingWarning::Zone);
            location.put(&shape::ZONE, zone);
        }
        self.put_tags(&mut location, it.tag_type_ids.as_deref());
        Some(location)
    }

    fn campaign(&mut self, campaign_id: Option<i64>) -> Option<Node<'a>> {
        let joins = &self.record.joins;
        let Some(it) = joins.campaign else {
            return self.missing(campaign_id, MappingWarning::Campaign);
        };
        let mut campaign = Node::from(it);
        if let Some(category) = joins.campaign_category {
            // The whole category in place of the short one that campaigns carry.
            campaign.put(&shape::CAMPAIGN_CATEGORY, Some(Node::from(category)));
        } else if it.category.is_some() {
            self.warnings.push(MappingWarning::CampaignCategory);
        }
        Some(campaign)
    }

    /// Returns the reason of the last cancellation, with the remark that was made at it.
    fn cancel_reason(&mut self) -> Option<Node<'a>> {
        let joins = &self.record.joins;
        let reason_id = joins.canceled_log.and_then(|log| named(log.reason_id));
        let mut reason = match joins.cancel_reason {
            Some(reason) => Node::from(reason),
            None => {
                if reason_id.is_some() {
                    self.warnings.push(MappingWarning::CancelReason);
                }
                return None;
            }
        };
        if let Some(memo) = joins.canceled_log.and_then(|log| log.memo.as_ref()) {
            reason.put_text(&shape::CANCEL_MEMO, memo);
        }
        Some(reason)
    }

    fn assignments(&mut self, appointment: i64) -> Vec<Node<'a>> {
        let of_appointment =
            |it: &&&AppointmentAssignment| it.appointment_id.is_some_and(|id| id.get() == appointment);
        let lists = self.lists;
        let assignments = lists.assignments.iter().filter(of_appointment).map(|it| {
            let mut assignment = Node::from(*it);
            if self.has(&shape::TECHNICIAN) {
                let wanted = named(it.technician_id);
                let found =
                    self.record.joins.technicians.iter().find(|it| Some(it.id.get()) == wanted).copied();
                let technician = self.joined(found, wanted, MappingWarning::Technician);
                assignment.put(&shape::TECHNICIAN, technician);
            }
            assignment
        });
        assignments.collect()
    }

    fn estimate(&mut self, it: &'a Estimate) -> Node<'a> {
        let mut estimate = Node::from(it);
        let sold_by = named(it.sold_by);
        if self.has(&shape::SOLD_BY_TECHNICIAN)
            && sold_by.is_some()
            && let Some((join, person)) = self.seller(sold_by)
        {
            estimate.put(join, Some(person));
        }
        estimate
    }

    /// Returns the seller with an ID, and the join for a seller of that kind: one ID field stands for technicians and employees.
    fn seller(&mut self, id: Option<i64>) -> Option<(&'static Join, Node<'a>)> {
        let joins = &self.record.joins;
        if let Some(technician) = joins.technicians.iter().find(|it| Some(it.id.get()) == id) {
            return Some((&shape::SOLD_BY_TECHNICIAN, Node::from(*technician)));
        }
        // A membership may name its seller by user ID. The employee with the ID itself comes first, then the lowest ID among those with the
        // user ID, so that the order in which employees are given decides nothing.
        let employees = &joins.employees;
        let by_user = || employees.iter().filter(|it| it.user_id.map(i64::from) == id).min_by_key(|it| it.id);
        let employee = employees.iter().find(|it| Some(it.id.get()) == id).or_else(by_user);
        if let Some(employee) = employee {
            return Some((&shape::SOLD_BY_EMPLOYEE, Node::from(*employee)));
        }
        self.warnings.push(MappingWarning::SoldBy);
        None
    }

    fn put_tags(&mut self, node: &mut Node<'a>, ids: Option<&[TagTypeId]>) {
        if !self.has(&shape::TAGS) {
            return;
        }
        let mut tags = Vec::new();
        for id in ids.unwrap_or_default() {
            match self.record.joins.tag_types.iter().find(|tag| tag.id == *id) {
                Some(tag) => tags.push(*tag),
                None => self.warnings.push(MappingWarning::TagType),
            }
        }
        node.put_list(&shape::TAGS, nodes(&in_list_order(tags)));
    }

    /// Returns a joined record; adds the warning if a record is named and was not given.
    fn joined<T>(
        &mut self,
        record: Option<&'a T>,
        named: Option<i64>,
        warning: MappingWarning,
    ) -> Option<Node<'a>>
    where
        Node<'a>: From<&'a T>,
    {
        record.map(Node::from).or_else(|| self.missing(named, warning))
    }

    /// Returns nothing; adds the warning if a record is named.
    fn missing(&mut self, named: Option<i64>, warning: MappingWarning) -> Option<Node<'a>> {
        self.warnings.extend(named.map(|_| warning));
        None
    }

    /// Whether the selection brings a join.
    fn has(&self, join: &Join) -> bool {
        join.object.is_none_or(|object| self.selection.contains(object))
    }
}

fn nodes<'a, T>(records: &[&'a T]) -> Vec<Node<'a>>
where
    Node<'a>: From<&'a T>,
{
    records.iter().map(|record| Node::from(*record)).collect()
}

/// Returns an ID that names a record: 0 stands for "none" in some of ServiceTitan's fields.
fn named<I: Into<i64>>(id: Option<I>) -> Option<i64> {
    id.map(Into::into).filter(|id| *id != 0)
}
