//! The making of an explanation.

use serde_json::Value;

use super::explanation::{Explanation, FieldOrigin, PassedOverContact};
use crate::catalogue::Scope;
use crate::config::MapperConfig;
use crate::contacts::{Channel, ChosenContact, ContactOwner, PassedContact};
use crate::joined::JoinedRecord;
use crate::mapper::Mapper;
use crate::opportunity::{Opportunity, written_time};
use crate::path::DetailPath;
use crate::shape::JoinKind;
use crate::standard_fields::modification_times;

impl Mapper {
    /// Explains the opportunity of a joined record: each standard field with its value, the record and path that it came from, and the contacts
    /// that were passed over for it.
    ///
    /// ```
    /// # use hatch_mapping::{BaseRecord, JoinedRecord, Joins, Mapper, MapperConfig, OpportunityModel};
    /// # use servicetitan_client::{Customer, CustomerContact, Job};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let job: Job = serde_json::from_str(r#"{"id": 42}"#)?;
    /// # let customer: Customer = serde_json::from_str(r#"{"id": 7, "name": "Smith, John"}"#)?;
    /// let odd: CustomerContact = serde_json::from_str(r#"{"id": 5, "type": "Email", "value": "N/A"}"#)?;
    /// let real: CustomerContact = serde_json::from_str(r#"{"id": 4, "type": "Email", "value": "john@x.example"}"#)?;
    /// let mapper = Mapper::new(MapperConfig::new(OpportunityModel::Job, "custom:servicetitan"))?;
    /// let joins = Joins { customer: Some(&customer), customer_contacts: vec![&odd, &real], ..Joins::default() };
    /// let explanation = mapper.explain(&JoinedRecord { base: BaseRecord::Job(&job), joins });
    /// let email = explanation.field("email").ok_or("every standard field is explained")?;
    /// assert_eq!(
    ///     email.to_string(),
    ///     "email: john@x.example\n  \
    ///        the first e-mail address of the customer, from contact 4 (customer:contacts:2:value)\n  \
    ///        passed over: contact 5 of the customer (customer:contacts:1:value): not an e-mail address"
    /// );
    /// # Ok(())
    /// # }
    /// ```
    pub fn explain(&self, record: &JoinedRecord<'_>) -> Explanation {
        let mapped = self.map(record);
        let explainer = Explainer { config: self.config(), record, opportunity: &mapped.opportunity };
        let [email, phone_number] = explainer.contacts();
        let [first_name, last_name] = explainer.names();
        let fields = vec![
            FieldOrigin::new("source", Some(mapped.opportunity.source.clone()), "configured"),
            first_name,
            last_name,
            email,
            phone_number,
            explainer.status(),
            explainer.external_id(),
            explainer.contact_id(),
            explainer.created_at(),
            explainer.updated_at(),
        ];
        Explanation { fields, contact_key: mapped.contact_key }
    }
}

struct Explainer<'a> {
    config: &'a MapperConfig,
    record: &'a JoinedRecord<'a>,
    opportunity: &'a Opportunity,
}

impl Explainer<'_> {
    /// Returns the origin of a field that has the value at a path.
    fn taken(
        &self,
        field: &'static str,
        value: Option<String>,
        path: DetailPath,
        reason: &'static str,
    ) -> FieldOrigin {
        let (record, record_id) = self.record_of(&path);
        let path = Some(path);
        FieldOrigin { record: Some(record), record_id, path, ..FieldOrigin::new(field, value, reason) }
    }

    /// Returns the innermost record around a path, and its ID.
    fn record_of(&self, path: &DetailPath) -> (&'static str, Option<i64>) {
        let (mut record, mut length) = (self.config.model.name(), 0);
        // A path that the catalogue does not list has the records on the way to where it leaves them.
        let _ = Scope::root(self.config.model).follow(path.steps(), |join, part| {
            record = join.record;
            length = if join.kind == JoinKind::List { part + 1 } else { part };
        });
        let id = self.opportunity.details.get(&path.beginning(length).name("id"));
        (record, id.and_then(read_id))
    }

    fn names(&self) -> [FieldOrigin; 2] {
        let customer = self.record.joins.customer;
        let name = customer.and_then(|customer| customer.name.as_deref());
        let [first, last] = if name.is_some_and(|name| name.contains(',')) {
            [
                "all after the first comma of the customer's name",
                "all before the first comma of the customer's name",
            ]
        } else {
            [
                "the first word of the customer's name",
                "everything after the first word of the customer's name",
            ]
        };
        let origin = |field, value: &Option<String>, reason| match value {
            Some(_) => {
                let path = DetailPath::root().name("customer").name("name");
                self.taken(field, value.clone(), path, reason)
            }
            None if customer.is_none() => FieldOrigin::new(field, None, "the customer is missing"),
            None => FieldOrigin::new(field, None, "this part of the customer's name is blank"),
        };
        [
            origin("firstName", &self.opportunity.first_name, first),
            origin("lastName", &self.opportunity.last_name, last),
        ]
    }

    /// Returns the origins of e-mail address and phone number.
    fn contacts(&self) -> [FieldOrigin; 2] {
        let rules = self.config.contact_rules();
        let joins = &self.record.joins;
        let mut passed = Vec::new();
        let choice = rules.choose(joins, &mut |contact| passed.push(contact));
        passed.extend(rules.inactive(joins));
        let unused = rules.unused_of_location(joins, &choice);
        passed.extend(unused);
        let reason = |contact: &Option<ChosenContact<'_>>, reasons: [&'static str; 3]| match contact {
            Some(contact) if contact.owner == ContactOwner::Customer => reasons[0],
            Some(_) => reasons[1],
            None => reasons[2],
        };
        let email = reason(
            &choice.email,
            [
                "the first e-mail address of the customer",
                "the first e-mail address of the location, as the customer has none",
                "no contact gives an e-mail address",
            ],
        );
        let number = if choice.phone_number.is_some_and(|contact| contact.is_mobile) {
            [
                "the first mobile phone number of the customer",
                "the first mobile phone number of the location, as the customer has no phone number",
                "",
            ]
        } else {
            [
                "the first phone number of the customer, as there is no mobile one",
                "the first phone number of the location, as the customer has none and the location no mobile one",
                "no contact gives a phone number",
            ]
        };
        let phone_number = reason(&choice.phone_number, number);
        [
            self.contact("email", choice.email, email, Channel::Email, &passed),
            self.contact("phoneNumber", choice.phone_number, phone_number, Channel::PhoneNumber, &passed),
        ]
    }

    fn contact(
        &self,
        field: &'static str,
        chosen: Option<ChosenContact<'_>>,
        reason: &'static str,
        channel: Channel,
        passed: &[PassedContact],
    ) -> FieldOrigin {
        let mut origin = FieldOrigin::new(field, chosen.map(|contact| contact.value.to_owned()), reason);
        if let Some(contact) = chosen {
            origin.record = Some("contact");
            origin.record_id = Some(contact.contact_id);
            origin.path = self.path_of(contact.owner, Some(contact.place));
        }
        let passed = passed.iter().filter(|contact| contact.channel == channel);
        origin.passed_over = passed
            .map(|contact| PassedOverContact {
                owner: contact.owner,
                contact_id: contact.contact_id,
                path: self.path_of(contact.owner, contact.place),
                reason: contact.reason,
            })
            .collect();
        origin
    }

    /// Returns the path of a contact's value in the details; `None` if they do not have its owner.
    fn path_of(&self, owner: ContactOwner, place: Option<usize>) -> Option<DetailPath> {
        let joins = &self.record.joins;
        let has_owner = match owner {
            ContactOwner::Customer => joins.customer.is_some(),
            ContactOwner::Location => joins.location.is_some(),
        };
        let list = DetailPath::root().name(owner.name()).name("contacts");
        place.filter(|_| has_owner).map(|place| list.item(place).name("value"))
    }

    fn status(&self) -> FieldOrigin {
        match (&self.config.status_path, &self.opportunity.status) {
            (Some(path), Some(status)) => {
                self.taken("status", Some(status.clone()), path.clone(), "the configured detail")
            }
            (Some(_), None) => FieldOrigin::new("status", None, "the configured detail has no value"),
            (None, _) => FieldOrigin::new("status", None, "no detail is configured for it"),
        }
    }

    fn external_id(&self) -> FieldOrigin {
        let reason = match self.config.external_id_prefix {
            Some(_) => "the ID behind the configured prefix",
            None => "the ID",
        };
        let id = self.opportunity.external_id.clone();
        self.taken("externalID", Some(id), DetailPath::root().name("id"), reason)
    }

    fn contact_id(&self) -> FieldOrigin {
        let field = "externalContactID";
        let Some(id) = self.opportunity.external_contact_id.clone() else {
            return FieldOrigin::new(field, None, "no customer is named");
        };
        let root = DetailPath::root();
        match self.record.joins.customer {
            Some(_) => self.taken(field, Some(id), root.name("customer").name("id"), "the customer's ID"),
            None => {
                self.taken(field, Some(id), root.name("customerId"), "the customer is missing, but named")
            }
        }
    }

    fn created_at(&self) -> FieldOrigin {
        let field = "externalCreatedAt";
        match &self.opportunity.external_created_at {
            Some(time) => {
                let path = DetailPath::root().name("createdOn");
                self.taken(field, Some(written_time(time)), path, "the time of creation")
            }
            None => FieldOrigin::new(field, None, "there is no time of creation"),
        }
    }

    fn updated_at(&self) -> FieldOrigin {
        let field = "externalUpdatedAt";
        let Some(updated_at) = self.opportunity.external_updated_at else {
            return FieldOrigin::new(field, None, "there is no time of a change");
        };
        let root = DetailPath::root();
        let first = |list: &str| root.name(list).item(1).name("modifiedOn");
        let latest =
            modification_times(self.record, self.config).iter().position(|time| *time == Some(updated_at));
        let (path, reason) = match latest {
            Some(1) => (first("appointments"), "the first appointment changed last"),
            Some(2) => (first("estimates"), "the first estimate changed last"),
            _ => (root.name("modifiedOn"), "no first appointment and no first estimate changed later"),
        };
        self.taken(field, Some(written_time(&updated_at)), path, reason)
    }
}

/// Reads an ID in the details, where it stands as ServiceTitan sent it: a text of digits is one too.
fn read_id(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}
