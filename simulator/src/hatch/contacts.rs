//! Contacts and opportunities, and which contact an upsert belongs to.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use hatch_mapping::contact_matching::{OpportunityMatch, email_key, match_opportunity, phone_key};
use serde_json::Value;

use super::fingerprint::body_fingerprint;
use super::ledger::{AcceptedUpsert, Ledger, StepBack};
use crate::store::Object;

/// A contact that a department holds.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HatchContact {
    /// The ID that upserts answer with.
    pub id: String,
    /// As last sent.
    pub first_name: Option<String>,
    /// As last sent.
    pub last_name: Option<String>,
    /// As last sent; kept when a later upsert has none.
    pub email: Option<String>,
    /// As last sent; kept when a later upsert has none.
    pub phone_number: Option<String>,
    /// In the order in which they were added.
    pub opportunities: Vec<HatchOpportunity>,
}

/// An opportunity of a contact: the last body that was sent for it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HatchOpportunity {
    /// The `externalID` that it is known by within its contact.
    pub external_id: Option<String>,
    /// The body of the latest upsert, as it was sent; null where Hatch does not keep [bodies](crate::SimulatorConfig::hatch_bodies).
    pub body: Value,
    /// The number of its upserts.
    pub upserts: u64,
}

/// One department's contacts.
#[derive(Debug, Default)]
struct Department {
    contacts: Vec<Contact>,
    by_phone: HashMap<Box<str>, usize>,
    by_email: HashMap<Box<str>, usize>,
    last_by_external_id: BTreeMap<Box<str>, LastUpsert>,
    /// By external ID, upserts that timed out and are carried out just before the next one.
    late: BTreeMap<String, (Object, u64)>,
    ledger: Ledger,
}

/// A contact as it is held: a [`HatchContact`] in little memory.
#[derive(Debug)]
struct Contact {
    number: u64,
    first_name: Option<Box<str>>,
    last_name: Option<Box<str>>,
    email: Option<Box<str>>,
    phone_number: Option<Box<str>>,
    opportunities: Vec<Opportunity>,
}

#[derive(Debug)]
struct Opportunity {
    external_id: Option<Box<str>>,
    body: Option<Arc<Value>>,
    upserts: u64,
}

/// The latest upsert of an opportunity, whatever contact it went to.
#[derive(Debug)]
struct LastUpsert {
    fingerprint: u64,
    body: Option<Arc<Value>>,
}

impl Contact {
    fn shown(&self) -> HatchContact {
        let text = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
        let opportunities = self.opportunities.iter().map(|it| HatchOpportunity {
            external_id: text(&it.external_id),
            body: shown_body(it.body.as_ref()),
            upserts: it.upserts,
        });
        HatchContact {
            id: contact_id(self.number),
            first_name: text(&self.first_name),
            last_name: text(&self.last_name),
            email: text(&self.email),
            phone_number: text(&self.phone_number),
            opportunities: opportunities.collect(),
        }
    }
}

fn contact_id(number: u64) -> String {
    format!("00000000-0000-4000-8000-{number:012x}")
}

fn shown_body(body: Option<&Arc<Value>>) -> Value {
    body.map(|body| Value::clone(body)).unwrap_or_default()
}

/// All departments, by source.
#[derive(Debug)]
pub(crate) struct HatchState {
    departments: BTreeMap<String, Department>,
    contacts: u64,
    keeps_bodies: bool,
}

impl HatchState {
    /// Hatch without contacts. Without bodies, fingerprints are kept in their place.
    pub(crate) fn new(keeps_bodies: bool) -> Self {
        Self { departments: BTreeMap::new(), contacts: 0, keeps_bodies }
    }

    /// Takes an upsert, after the one of the same opportunity that timed out if there is one. Answers the contact's ID.
    pub(crate) fn upsert(&mut self, source: &str, body: Object, revision: u64) -> String {
        let late = external_id(&body).and_then(|id| {
            self.departments.get_mut(source).and_then(|department| department.late.remove(id))
        });
        if let Some((body, revision)) = late {
            self.file(source, body, revision);
        }
        self.file(source, body, revision)
    }

    /// Keeps an upsert that timed out until the next one of its opportunity.
    pub(crate) fn keep_for_later(&mut self, source: &str, body: Object, revision: u64) {
        let Some(id) = external_id(&body).map(str::to_owned) else { return };
        let department = self.departments.entry(source.to_owned()).or_default();
        department.late.insert(id, (body, revision));
    }

    /// Notes that a fault refused an upsert, as a whole or for one field.
    pub(crate) fn refuse(&mut self, source: &str, body: &Object, field: Option<&'static str>) {
        if let Some(id) = external_id(body) {
            let department = self.departments.entry(source.to_owned()).or_default();
            department.ledger.refused.insert(id.to_owned(), field);
        }
    }

    /// Files a body under the contact that it matches: by phone, then by e-mail, else under a new one.
    fn file(&mut self, source: &str, body: Object, revision: u64) -> String {
        let department = self.departments.entry(source.to_owned()).or_default();
        let text = |name: &str| body.get(name).and_then(Value::as_str).map(Box::<str>::from);
        let (phone, email, external_id) = (text("phoneNumber"), text("email"), text("externalID"));
        let by_phone = phone.as_deref().and_then(phone_key).map(String::into_boxed_str);
        let by_email = email.as_deref().and_then(email_key).map(String::into_boxed_str);
        let found = by_phone
            .as_ref()
            .and_then(|key| department.by_phone.get(key))
            .or_else(|| by_email.as_ref().and_then(|key| department.by_email.get(key)))
            .copied();
        let index = found.unwrap_or(department.contacts.len());
        if found.is_none() {
            self.contacts += 1;
            department.contacts.push(Contact {
                number: self.contacts,
                first_name: None,
                last_name: None,
                email: None,
                phone_number: None,
                opportunities: Vec::new(),
            });
        }
        let Some(contact) = department.contacts.get_mut(index) else { return String::new() };
        if body.contains_key("firstName") {
            contact.first_name = text("firstName");
        }
        if body.contains_key("lastName") {
            contact.last_name = text("lastName");
        }
        // A new phone or e-mail takes the old one's place in the matching too.
        if let Some(key) = by_phone {
            if let Some(old) = contact.phone_number.as_deref().and_then(phone_key)
                && department.by_phone.get(old.as_str()) == Some(&index)
            {
                department.by_phone.remove(old.as_str());
            }
            department.by_phone.insert(key, index);
            contact.phone_number = phone;
        }
        if let Some(key) = by_email {
            if let Some(old) = contact.email.as_deref().and_then(email_key)
                && department.by_email.get(old.as_str()) == Some(&index)
            {
                department.by_email.remove(old.as_str());
            }
            department.by_email.insert(key, index);
            contact.email = email;
        }
        let body = Value::Object(body);
        department.ledger.accept(
            external_id.as_deref().unwrap_or_default(),
            revision,
            &body,
            self.keeps_bodies,
        );
        let fingerprint = body_fingerprint(&body);
        let body = self.keeps_bodies.then(|| Arc::new(body));
        if let Some(id) = &external_id {
            let last = LastUpsert { fingerprint, body: body.clone() };
            department.last_by_external_id.insert(id.clone(), last);
        }
        let held = contact.opportunities.iter().map(|known| known.external_id.as_deref());
        match match_opportunity(external_id.as_deref(), held) {
            OpportunityMatch::Replaces(index) => {
                let known = &mut contact.opportunities[index];
                known.body = body;
                known.upserts += 1;
            }
            OpportunityMatch::Adds => {
                // Most contacts have one.
                contact.opportunities.reserve_exact(1);
                contact.opportunities.push(Opportunity { external_id, body, upserts: 1 });
            }
        }
        contact_id(contact.number)
    }

    pub(crate) fn contacts(&self, source: &str) -> Vec<HatchContact> {
        let contacts = self.departments.get(source).map(|department| department.contacts.iter());
        contacts.into_iter().flatten().map(Contact::shown).collect()
    }

    pub(crate) fn upserts(&self, source: &str) -> u64 {
        self.departments.get(source).map_or(0, |department| department.ledger.count)
    }

    pub(crate) fn all_upserts(&self) -> u64 {
        self.departments.values().map(|department| department.ledger.count).sum()
    }

    pub(crate) fn accepted(&self, source: &str) -> Vec<AcceptedUpsert> {
        self.departments.get(source).map(|department| department.ledger.accepted.clone()).unwrap_or_default()
    }

    pub(crate) fn steps_back(&self, source: &str) -> Vec<StepBack> {
        self.departments.get(source).map(|department| department.ledger.steps_back()).unwrap_or_default()
    }

    /// The external IDs whose latest upsert a fault refused.
    pub(crate) fn refused(&self, source: &str) -> Vec<String> {
        let refused =
            self.departments.get(source).map(|department| department.ledger.refused.keys().cloned());
        refused.into_iter().flatten().collect()
    }

    pub(crate) fn last_body(&self, source: &str, external_id: &str) -> Option<Value> {
        let last = self.departments.get(source)?.last_by_external_id.get(external_id)?;
        Some(shown_body(last.body.as_ref()))
    }

    pub(crate) fn last_bodies(&self, source: &str) -> BTreeMap<String, Value> {
        self.lasts(source, |last| shown_body(last.body.as_ref()))
    }

    pub(crate) fn fingerprints(&self, source: &str) -> BTreeMap<String, u64> {
        self.lasts(source, |last| last.fingerprint)
    }

    fn lasts<T>(&self, source: &str, of: impl Fn(&LastUpsert) -> T) -> BTreeMap<String, T> {
        let lasts = self.departments.get(source).map(|one| one.last_by_external_id.iter());
        lasts.into_iter().flatten().map(|(id, last)| (id.as_ref().to_owned(), of(last))).collect()
    }
}

fn external_id(body: &Object) -> Option<&str> {
    body.get("externalID").and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn upsert(state: &mut HatchState, phone: Option<&str>, email: Option<&str>, external_id: &str) -> String {
        let body = json!({ "phoneNumber": phone, "email": email, "externalID": external_id });
        state.upsert("s", body.as_object().unwrap().clone(), 0)
    }

    #[test]
    fn a_phone_number_decides_before_an_email() {
        let mut state = HatchState::new(true);
        let by_phone = upsert(&mut state, Some("6145550001"), None, "1");
        let by_email = upsert(&mut state, None, Some("a@b.example"), "2");
        assert_ne!(by_phone, by_email);
        assert_eq!(upsert(&mut state, Some("(614) 555-0001"), Some("a@b.example"), "3"), by_phone);
    }

    #[test]
    fn an_email_decides_when_the_phone_number_is_new() {
        let mut state = HatchState::new(true);
        let contact = upsert(&mut state, Some("6145550001"), Some("a@b.example"), "1");
        assert_eq!(upsert(&mut state, Some("6145550002"), Some("A@B.example"), "1"), contact);
        assert_eq!(state.contacts("s")[0].phone_number.as_deref(), Some("6145550002"));
    }

    #[test]
    fn without_phone_and_email_every_upsert_makes_a_contact() {
        let mut state = HatchState::new(true);
        assert_ne!(upsert(&mut state, None, None, "1"), upsert(&mut state, None, None, "1"));
    }

    #[test]
    fn the_same_external_id_replaces_and_another_adds() {
        let mut state = HatchState::new(true);
        for external_id in ["1", "1", "2"] {
            upsert(&mut state, Some("6145550001"), None, external_id);
        }
        let contact = &state.contacts("s")[0];
        let opportunities: Vec<_> =
            contact.opportunities.iter().map(|one| (one.external_id.as_deref(), one.upserts)).collect();
        assert_eq!(opportunities, [(Some("1"), 2), (Some("2"), 1)]);
    }

    #[test]
    fn an_upsert_that_timed_out_is_taken_just_before_the_next_of_its_opportunity_or_never() {
        let mut state = HatchState::new(true);
        let late = json!({ "phoneNumber": "6145550001", "externalID": "1", "status": "late" });
        state.keep_for_later("s", late.as_object().unwrap().clone(), 3);
        upsert(&mut state, Some("6145550001"), None, "2");
        assert_eq!(state.last_body("s", "1"), None);
        upsert(&mut state, Some("6145550001"), None, "1");
        let order: Vec<_> = state.accepted("s").into_iter().map(|one| one.external_id).collect();
        assert_eq!(order, ["2", "1", "1"]);
        assert_eq!(state.last_body("s", "1").unwrap().get("status"), None);
    }

    #[test]
    fn without_bodies_the_fingerprints_and_counts_are_the_same() {
        let (mut whole, mut lean) = (HatchState::new(true), HatchState::new(false));
        for (phone, id) in
            [("6145550001", "1"), ("6145550001", "2"), ("6145550002", "1"), ("6145550001", "1")]
        {
            assert_eq!(upsert(&mut whole, Some(phone), None, id), upsert(&mut lean, Some(phone), None, id));
        }
        assert_eq!(whole.fingerprints("s"), lean.fingerprints("s"));
        let of_bodies = whole.last_bodies("s").into_iter().map(|(id, body)| (id, body_fingerprint(&body)));
        assert_eq!(of_bodies.collect::<BTreeMap<_, _>>(), lean.fingerprints("s"));
        assert_eq!(
            (lean.upserts("s"), lean.accepted("s"), lean.last_body("s", "1")),
            (4, vec![], Some(Value::Null))
        );
    }

    #[test]
    fn departments_do_not_share_contacts() {
        let mut state = HatchState::new(true);
        let body = json!({ "phoneNumber": "6145550001", "externalID": "1" });
        let body = body.as_object().unwrap();
        assert_ne!(state.upsert("a", body.clone(), 0), state.upsert("b", body.clone(), 0));
    }
}
