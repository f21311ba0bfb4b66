//! Where an opportunity's standard fields came from, for support people.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

use crate::{DetailPath, Mapper, Opportunity};

/// Where one standard field came from. Has no customer data: names, IDs and paths only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FieldOrigin {
    /// The field's name in Hatch, such as `phoneNumber`.
    pub field: &'static str,
    /// The kind of record it came from, such as `contact`.
    pub record: Option<&'static str>,
    /// That record's ID.
    pub record_id: Option<i64>,
    /// Where it is in the details; `None` if the field has no value or is not taken from the details.
    pub path: Option<DetailPath>,
    /// Why it is this one, or why there is none.
    pub reason: &'static str,
}

impl Mapper {
    /// Tells for each standard field of an opportunity that this mapper made, in the order of Hatch's body, which record and path it came from.
    pub fn explain(&self, opportunity: &Opportunity) -> Vec<FieldOrigin> {
        let explanation = Explanation { opportunity, base: self.config().model.name() };
        let root = DetailPath::root();
        let external_id = match self.config().external_id_prefix {
            Some(_) => "the ID behind the configured prefix",
            None => "the ID",
        };
        let (first_name, last_name) = explanation.names();
        vec![
            none("source", "configured"),
            first_name,
            last_name,
            explanation.email(),
            explanation.phone_number(),
            match (&self.config().status_path, &opportunity.status) {
                (Some(path), Some(_)) => explanation.taken("status", path, "the configured path"),
                (Some(_), None) => none("status", "the configured path has no value"),
                (None, Some(_)) => none("status", "set by the host"),
                (None, None) => none("status", "no path is configured"),
            },
            explanation.taken("externalID", &root.name("id"), external_id),
            explanation.contact_id(),
            match opportunity.external_created_at {
                Some(_) => {
                    explanation.taken("externalCreatedAt", &root.name("createdOn"), "the time of creation")
                }
                None => none("externalCreatedAt", "there is no time of creation"),
            },
            explanation.updated_at(),
        ]
    }
}

fn none(field: &'static str, reason: &'static str) -> FieldOrigin {
    FieldOrigin { field, record: None, record_id: None, path: None, reason }
}

struct Explanation<'a> {
    opportunity: &'a Opportunity,
    base: &'static str,
}

impl Explanation<'_> {
    /// The origin at a path; the record is the innermost object around it that has an ID of its own.
    fn taken(&self, field: &'static str, path: &DetailPath, reason: &'static str) -> FieldOrigin {
        let mut around = std::iter::successors(path.parent(), DetailPath::parent);
        let id_of = |object: &DetailPath| self.opportunity.details.get(&object.name("id"))?.as_i64();
        let record = around.find_map(|object| Some((self.record_at(&object), id_of(&object)?)));
        FieldOrigin {
            field,
            record: record.map(|(kind, _)| kind),
            record_id: record.map(|(_, id)| id),
            path: Some(path.clone()),
            reason,
        }
    }

    fn record_at(&self, object: &DetailPath) -> &'static str {
        match object.last_name() {
            None => self.base,
            Some("customer") => "customer",
            Some("contacts") => "contact",
            Some("location") => "location",
            Some("zone") => "zone",
            Some("tags") => "tag type",
            Some("businessUnit") => "business unit",
            Some("jobType") => "job type",
            Some("membershipType") => "membership type",
            Some("campaign") => "campaign",
            Some("category") => "campaign category",
            Some("cancelReason") => "cancel reason",
            Some("appointments") => "appointment",
            Some("assignments") => "appointment assignment",
            Some("estimates") => "estimate",
            Some("invoices") => "invoice",
            Some("technician" | "soldByTechnician") => "technician",
            Some("soldByEmployee") => "employee",
            Some("recurringServices") => "recurring service",
            Some("recurringServiceEvents") => "recurring service event",
            Some(_) => "nested object",
        }
    }

    fn names(&self) -> (FieldOrigin, FieldOrigin) {
        let path = DetailPath::root().name("customer").name("name");
        let name = self.opportunity.details.get(&path).and_then(Value::as_str);
        let (first, last) = if name.is_some_and(|name| name.contains(',')) {
            ("all after the first comma", "all before the first comma")
        } else {
            ("the first word", "everything after the first word")
        };
        let origin = |field, value: &Option<String>, reason| match value {
            Some(_) => self.taken(field, &path, reason),
            None => none(field, "the customer is missing, or this part of its name is blank"),
        };
        (
            origin("firstName", &self.opportunity.first_name, first),
            origin("lastName", &self.opportunity.last_name, last),
        )
    }

    fn email(&self) -> FieldOrigin {
        let found = self.opportunity.email.as_deref().and_then(|email| self.contact("Email", email));
        match found {
            Some(path) => self.taken("email", &path, "the first e-mail address that is no placeholder"),
            None => none("email", "no active contact has an e-mail address that is no placeholder"),
        }
    }

    fn phone_number(&self) -> FieldOrigin {
        let number = self.opportunity.phone_number.as_deref();
        let found = |kind| number.and_then(|number| self.contact(kind, number));
        if let Some(path) = found("MobilePhone") {
            self.taken("phoneNumber", &path, "the first mobile phone number")
        } else if let Some(path) = found("Phone") {
            self.taken("phoneNumber", &path, "the first phone number, as there is no mobile one")
        } else {
            none("phoneNumber", "no active contact has a phone number")
        }
    }

    /// Where the first contact of a type with this value has it.
    fn contact(&self, kind: &str, value: &str) -> Option<DetailPath> {
        let list = DetailPath::root().name("customer").name("contacts");
        let contacts = self.opportunity.details.get(&list)?.as_array()?;
        let index = contacts.iter().position(|contact| {
            let text = |name: &str| contact.get(name).and_then(Value::as_str);
            text("type").is_some_and(|it| it.eq_ignore_ascii_case(kind))
                && text("value").map(str::trim) == Some(value)
        });
        Some(list.item(index? + 1).name("value"))
    }

    fn contact_id(&self) -> FieldOrigin {
        let field = "externalContactID";
        let path = DetailPath::root().name("customer").name("id");
        match (&self.opportunity.external_contact_id, self.opportunity.details.get(&path)) {
            (None, _) => none(field, "no customer is named"),
            (Some(_), Some(_)) => self.taken(field, &path, "the customer's ID"),
            (Some(_), None) => self.taken(
                field,
                &DetailPath::root().name("customerId"),
                "the customer is missing, but named",
            ),
        }
    }

    fn updated_at(&self) -> FieldOrigin {
        let field = "externalUpdatedAt";
        let Some(updated_at) = self.opportunity.external_updated_at else {
            return none(field, "there is no time of modification");
        };
        let first = |list: &str| DetailPath::root().name(list).item(1).name("modifiedOn");
        let candidates = [
            (
                DetailPath::root().name("modifiedOn"),
                "no first appointment and no first estimate changed later",
            ),
            (first("appointments"), "the first appointment changed last"),
            (first("estimates"), "the first estimate changed last"),
        ];
        let found = candidates.into_iter().find(|(path, _)| {
            let text = self.opportunity.details.get(path).and_then(Value::as_str);
            text.and_then(|text| text.parse::<DateTime<Utc>>().ok()) == Some(updated_at)
        });
        match found {
            Some((path, reason)) => self.taken(field, &path, reason),
            None => none(field, "the details do not have it"),
        }
    }
}
