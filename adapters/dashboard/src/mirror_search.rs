//! Searching the mirror. IDs are looked up; for phone numbers, e-mail addresses and names every contact or customer is read, page by page.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use hatch_mapping::OpportunityModel;
use serde::Deserialize;
use sync_core::{Explainer, MirrorRecord, Resource, Store, StoreError};

use crate::host::{CustomerMatch, CustomerSummary, Found, FoundCustomer, FoundOpportunity, HostError};

/// Number of records that are read at a time.
const PAGE: usize = 500;

/// Number of customers after which a search ends.
const MOST_CUSTOMERS: usize = 50;

/// Number of digits at the end of a phone number that decide: without the code of the country.
const DECIDING_DIGITS: usize = 10;

/// Fewest digits that are looked for as a phone number.
const FEWEST_DIGITS: usize = 7;

/// Fewest letters that are looked for as a name.
const FEWEST_LETTERS: usize = 3;

/// A search of the mirror of one connection, for implementations of [`Connection`](crate::Connection).
pub struct MirrorSearch<'a> {
    store: &'a dyn Store,
    connection: &'a str,
    models: BTreeMap<String, OpportunityModel>,
}

/// The fields of customers and contacts that are looked at.
#[derive(Deserialize, Default)]
struct Fields {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    value: Option<String>,
}

/// A text in the forms that it may be found by.
enum Wanted {
    Digits(String),
    Email(String),
    Name(String),
}

impl Wanted {
    /// The form of a text that is no ID; `None` for one that is too short.
    fn of(text: &str) -> Option<Wanted> {
        let text = text.trim();
        let digits = digits(text);
        let is_number = !text.chars().any(char::is_alphabetic) && !text.contains('@');
        if text.contains('@') {
            Some(Wanted::Email(text.to_lowercase()))
        } else if is_number && digits.len() >= FEWEST_DIGITS {
            Some(Wanted::Digits(digits))
        } else if !is_number && text.chars().count() >= FEWEST_LETTERS {
            Some(Wanted::Name(text.to_lowercase()))
        } else {
            None
        }
    }

    fn is_in(&self, fields: &Fields) -> bool {
        match self {
            Wanted::Digits(wanted) => {
                let kept = fields.value.as_deref().map(digits).unwrap_or_default();
                kept.len() >= FEWEST_DIGITS && last_digits(&kept).ends_with(last_digits(wanted))
            }
            Wanted::Email(wanted) => {
                fields.value.as_ref().is_some_and(|value| value.trim().to_lowercase() == *wanted)
            }
            Wanted::Name(wanted) => {
                fields.name.as_ref().is_some_and(|name| name.to_lowercase().contains(wanted))
            }
        }
    }

    /// The resources to look through, each with the part of the customer that then matches.
    fn places(&self) -> Vec<(Resource, CustomerMatch)> {
        match self {
            Wanted::Digits(_) => vec![
                (Resource::CustomerContacts, CustomerMatch::Phone),
                (Resource::LocationContacts, CustomerMatch::PhoneOfLocation),
            ],
            Wanted::Email(_) => vec![
                (Resource::CustomerContacts, CustomerMatch::Email),
                (Resource::LocationContacts, CustomerMatch::EmailOfLocation),
            ],
            Wanted::Name(_) => vec![(Resource::Customers, CustomerMatch::Name)],
        }
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn last_digits(digits: &str) -> &str {
    &digits[digits.len().saturating_sub(DECIDING_DIGITS)..]
}

fn fields(record: &MirrorRecord) -> Fields {
    record.body.as_deref().and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default()
}

impl<'a> MirrorSearch<'a> {
    /// A search of a connection's mirror in this store. `models` are the connection's integrations, each with the model of its opportunities.
    pub fn new(
        store: &'a dyn Store,
        connection: &'a str,
        models: BTreeMap<String, OpportunityModel>,
    ) -> Self {
        MirrorSearch { store, connection, models }
    }

    /// Finds opportunities and customers, as [`Connection::search`](crate::Connection::search) does, but no events.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn search(&self, text: &str) -> Result<Found, StoreError> {
        let mut found = Found::default();
        let mut customers: BTreeMap<i64, CustomerMatch> = BTreeMap::new();
        if let Ok(id) = text.trim().parse::<i64>() {
            for (integration, model) in &self.models {
                if self.has(base(*model), id).await? {
                    let integration = integration.clone();
                    found.opportunities.push(FoundOpportunity { integration, model: *model, id });
                }
            }
            if self.has(Resource::Customers, id).await? {
                customers.insert(id, CustomerMatch::Id);
            }
        }
        if let Some(wanted) = Wanted::of(text) {
            for (resource, by) in wanted.places() {
                let (ids, has_more) = self.scan(resource, &wanted).await?;
                found.has_more |= has_more;
                for id in ids {
                    let known = customers.entry(id).or_insert(by);
                    *known = by.min(*known);
                }
            }
        }
        found.has_more |= customers.len() > MOST_CUSTOMERS;
        let ids: Vec<i64> = customers.keys().copied().take(MOST_CUSTOMERS).collect();
        found.customers = self.customers(&ids, &customers).await?;
        Ok(found)
    }

    /// Finds opportunities, customers and events, as [`Connection::search`](crate::Connection::search) does. `explainer` is the connection's.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn search_with_events(&self, text: &str, explainer: &Explainer) -> Result<Found, HostError> {
        let mut found = self.search(text).await?;
        found.event = explainer.explain_event(text.trim()).await?;
        Ok(found)
    }

    /// Returns the customer with this ID; `None` if the mirror has no such customer.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn customer(&self, id: i64) -> Result<Option<CustomerSummary>, StoreError> {
        let records = self.store.records(self.connection, Resource::Customers, &[id]).await?;
        let Some(record) = records.iter().find(|record| record.body.is_some()) else { return Ok(None) };
        let count = async |resource| {
            let linked = self.store.linked(self.connection, resource, Resource::Customers, &[id]).await?;
            Ok::<_, StoreError>(linked.len() as u64)
        };
        Ok(Some(CustomerSummary {
            id,
            name: fields(record).name,
            jobs: count(Resource::Jobs).await?,
            memberships: count(Resource::Memberships).await?,
        }))
    }

    async fn has(&self, resource: Resource, id: i64) -> Result<bool, StoreError> {
        let records = self.store.records(self.connection, resource, &[id]).await?;
        Ok(records.iter().any(|record| record.body.is_some()))
    }

    /// Looks through all records of a resource. Returns the customers of those that match, and whether the scan ended early.
    async fn scan(&self, resource: Resource, wanted: &Wanted) -> Result<(BTreeSet<i64>, bool), StoreError> {
        let mut customers = BTreeSet::new();
        let mut after = None;
        loop {
            let ids = self.store.record_ids(self.connection, resource, after, PAGE).await?;
            let Some(last) = ids.last() else { return Ok((customers, false)) };
            after = Some(*last);
            let records = self.store.records(self.connection, resource, &ids).await?;
            let matching: Vec<_> = records.iter().filter(|record| wanted.is_in(&fields(record))).collect();
            customers.extend(self.customers_of(resource, &matching).await?);
            if customers.len() > MOST_CUSTOMERS {
                return Ok((customers, true));
            }
        }
    }

    /// The customers that these records are or belong to.
    async fn customers_of(
        &self,
        resource: Resource,
        records: &[&MirrorRecord],
    ) -> Result<Vec<i64>, StoreError> {
        Ok(match resource {
            Resource::Customers => records.iter().map(|record| record.id).collect(),
            Resource::LocationContacts => {
                let locations: Vec<i64> =
                    records.iter().filter_map(|record| record.linked_to(Resource::Locations)).collect();
                let locations = self.store.records(self.connection, Resource::Locations, &locations).await?;
                locations.iter().filter_map(|location| location.linked_to(Resource::Customers)).collect()
            }
            _ => records.iter().filter_map(|record| record.linked_to(Resource::Customers)).collect(),
        })
    }

    /// These customers with their names and opportunities.
    async fn customers(
        &self,
        ids: &[i64],
        by: &BTreeMap<i64, CustomerMatch>,
    ) -> Result<Vec<FoundCustomer>, StoreError> {
        let records = self.store.records(self.connection, Resource::Customers, ids).await?;
        let mut opportunities: BTreeMap<i64, Vec<FoundOpportunity>> = BTreeMap::new();
        for (integration, model) in &self.models {
            let linked = self.store.linked(self.connection, base(*model), Resource::Customers, ids).await?;
            for record in linked.iter().filter(|record| record.body.is_some()) {
                let Some(customer) = record.linked_to(Resource::Customers) else { continue };
                let integration = integration.clone();
                let found = FoundOpportunity { integration, model: *model, id: record.id };
                opportunities.entry(customer).or_default().push(found);
            }
        }
        let customer = |id: &i64| {
            let mut opportunities = opportunities.get(id).cloned().unwrap_or_default();
            // The newest first, as a person looks for them.
            opportunities
                .sort_by(|one, other| (&one.integration, other.id).cmp(&(&other.integration, one.id)));
            FoundCustomer {
                id: *id,
                name: records.iter().find(|record| record.id == *id).and_then(|record| fields(record).name),
                by: by.get(id).copied().unwrap_or(CustomerMatch::Id),
                opportunities,
            }
        };
        Ok(ids.iter().map(customer).collect())
    }
}

impl fmt::Debug for MirrorSearch<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MirrorSearch").field("connection", &self.connection).finish_non_exhaustive()
    }
}

/// The resource of the base records of a model.
fn base(model: OpportunityModel) -> Resource {
    match model {
        OpportunityModel::Job => Resource::Jobs,
        OpportunityModel::Membership => Resource::Memberships,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_found(wanted: &str, value: &str) -> bool {
        let fields = Fields { name: Some(value.to_owned()), value: Some(value.to_owned()) };
        Wanted::of(wanted).is_some_and(|wanted| wanted.is_in(&fields))
    }

    #[test]
    fn a_phone_number_is_found_however_it_is_written() {
        for wanted in ["(614) 555-0100", "6145550100", "+1 614 555 0100", "555-0100"] {
            assert!(is_found(wanted, "614-555-0100"), "{wanted}");
            assert!(is_found(wanted, "+1 (614) 5550100"), "{wanted}");
        }
        assert!(!is_found("614-555-0101", "614-555-0100"));
        assert!(!is_found("614-555-0100", "0100"), "a short value is no phone number");
        assert!(Wanted::of("0100").is_none(), "four digits are too few");
    }

    #[test]
    fn an_email_address_is_found_whole_and_a_name_in_part() {
        assert!(is_found("Ada@Example.com ", " ada@example.com"));
        assert!(!is_found("da@example.com", "ada@example.com"));
        assert!(is_found("lovel", "Ada Lovelace"));
        assert!(Wanted::of("Ad").is_none(), "two letters are too few");
    }
}
