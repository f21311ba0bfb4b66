//! Customers and locations, with their contacts.

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use super::{Household, OLD_PERCENT, References, lifetime, object};
use crate::dice::Dice;
use crate::resources::{CUSTOMER_CONTACTS, CUSTOMERS, LOCATION_CONTACTS, LOCATIONS, Resource};
use crate::store::Ground;

const FIRST_NAMES: &[&str] = &[
    "Maria", "James", "Olivia", "Robert", "Chen", "Fatima", "Tyrone", "Ingrid", "Carlos", "Hannah", "Dmitri",
    "Grace", "Kwame", "Lucille", "Noah", "Sofía", "Walter", "Yuki", "Zoë", "Patrick",
];
const LAST_NAMES: &[&str] = &[
    "Alvarez",
    "Brooks",
    "Castillo",
    "Dunn",
    "Eriksen",
    "Fitzgerald",
    "Gupta",
    "Holloway",
    "Ibrahim",
    "Jansen",
    "Kim",
    "Lombardi",
    "McAllister",
    "Nguyen",
    "O'Brien",
    "Petrov",
    "Quigley",
    "Rosen",
    "Svensson",
    "Van Dyke",
];
const STREETS: &[&str] =
    &["Maple Ave", "High St", "Oak Ridge Dr", "Kenny Rd", "Sunbury Ln", "Lakeview Ct", "Third St"];
const CITIES: &[(&str, &str)] = &[
    ("Columbus", "43215"),
    ("Dublin", "43017"),
    ("Westerville", "43081"),
    ("Hilliard", "43026"),
    ("Grove City", "43123"),
];

/// Addresses that an office types when it has none.
const PLACEHOLDERS: &[&str] =
    &["noemail@noemail.com", "none@none.com", "noreply@summit.example", "na@na.com"];

/// Adds a household or firm: its customer, its locations and their contacts.
pub(super) fn household(
    ground: &mut dyn Ground,
    dice: &mut Dice,
    references: &References,
    number: usize,
) -> Household {
    let now = ground.now();
    let old = dice.chance(OLD_PERCENT);
    let (created, modified) = lifetime(dice, now, now - Duration::days(1_200), old);
    let (first, last) = (dice.word(FIRST_NAMES), dice.word(LAST_NAMES));
    let commercial = dice.chance(8);
    let name = match dice.below(10) {
        _ if commercial => format!("{last} Property Management"),
        0..=2 => format!("{last}, {first}"),
        3 if dice.chance(20) => first.to_owned(),
        _ => format!("{first} {last}"),
    };
    let address = address(dice);
    let customer = ground.fresh_id();
    ground.put(
        &CUSTOMERS,
        customer,
        created,
        modified,
        true,
        object(json!({
            "name": name, "type": if commercial { "Commercial" } else { "Residential" }, "address": address,
            "customFields": [], "balance": super::amount(if dice.chance(15) { dice.between(1_000, 90_000) } else { 0 }),
            "taxExempt": commercial, "tagTypeIds": tags(dice, references), "doNotMail": false, "doNotService": false,
            "nationalAccount": false, "createdById": references.user, "mergedToId": null, "paymentTermId": null,
            "creditLimit": null, "creditLimitBalance": null, "externalData": [],
        })),
    );
    let person = Person { first, last, number };
    contacts(ground, dice, &CUSTOMER_CONTACTS, "customerId", customer, created, &person);
    let mut locations = Vec::new();
    for place in 0..if commercial { dice.between(1, 3) } else { 1 } {
        locations
            .push(location(ground, dice, references, customer, &name, &address, place, created, &person));
    }
    Household { customer, name, since: created, locations }
}

#[allow(clippy::too_many_arguments)]
fn location(
    ground: &mut dyn Ground,
    dice: &mut Dice,
    references: &References,
    customer: i64,
    name: &str,
    home: &Value,
    place: i64,
    created: DateTime<Utc>,
    person: &Person,
) -> i64 {
    let id = ground.fresh_id();
    let modified =
        if dice.chance(20) { dice.time(created, ground.now() - Duration::hours(1)) } else { created };
    let zone = if dice.chance(90) { dice.pick(&references.zones) } else { None };
    ground.put(
        &LOCATIONS,
        id,
        created,
        modified,
        true,
        object(json!({
            "customerId": customer, "name": name, "address": if place == 0 { home.clone() } else { address(dice) },
            "customFields": [], "createdById": references.user, "mergedToId": null, "zoneId": zone,
            "taxExempt": false, "tagTypeIds": tags(dice, references), "externalData": [], "taxZoneId": null,
        })),
    );
    if dice.chance(60) {
        contacts(ground, dice, &LOCATION_CONTACTS, "locationId", id, created, person);
    }
    id
}

struct Person {
    first: &'static str,
    last: &'static str,
    number: usize,
}

fn contacts(
    ground: &mut dyn Ground,
    dice: &mut Dice,
    resource: &'static Resource,
    owner_field: &'static str,
    owner: i64,
    since: DateTime<Utc>,
    person: &Person,
) {
    let count = dice.between(1, 4);
    for position in 0..count {
        let kind = match (position, dice.below(10)) {
            (0, 0..=6) => "MobilePhone",
            (0, 7..=8) => "Phone",
            (0, _) => "Email",
            (_, 0..=4) => "Email",
            (_, 5..=6) => "MobilePhone",
            (_, 7..=8) => "Phone",
            _ => "Fax",
        };
        let value = match kind {
            "Email" if dice.chance(12) => dice.word(PLACEHOLDERS).to_owned(),
            "Email" => {
                let letters: String = person.last.chars().filter(char::is_ascii_alphabetic).collect();
                let initial = person.first.chars().next().unwrap_or('x').to_ascii_lowercase();
                format!("{initial}{}{}.{position}@mail.example", letters.to_lowercase(), person.number)
            }
            // The owner's number is part of it, so that two people do not share a phone by chance.
            _ => format!(
                "614{:07}",
                (person.number * 13 + usize::try_from(position).unwrap_or(0) + phone_base(owner_field))
                    % 10_000_000
            ),
        };
        let active = position == 0 || !dice.chance(12);
        let id = ground.fresh_id();
        let latest = ground.now() - Duration::hours(1);
        let created = if dice.chance(70) { since } else { dice.time(since, latest) };
        let created = created + Duration::microseconds(position * 40);
        let modified = if dice.chance(15) { dice.time(created, latest.max(created)) } else { created };
        let is_phone = kind != "Email";
        let mut json = object(json!({
            "type": kind, "value": value, "memo": if dice.chance(20) { Value::from("call first") } else { Value::Null },
            "phoneSettings": { "phoneNumber": if is_phone { value.as_str() } else { "" }, "doNotText": is_phone && dice.chance(5) },
            "preferences": { "jobRemindersEnabled": true, "marketingUpdatesEnabled": !dice.chance(10),
                "invoiceStatementNotification": true },
        }));
        json.insert(owner_field.into(), owner.into());
        ground.put(resource, id, created, modified, active, json);
    }
}

fn phone_base(owner_field: &str) -> usize {
    if owner_field == "customerId" { 2_000_000 } else { 6_000_006 }
}

fn address(dice: &mut Dice) -> Value {
    let (city, zip) = dice.pick(CITIES).unwrap_or(("Columbus", "43215"));
    json!({ "street": format!("{} {}", dice.between(10, 9_900), dice.word(STREETS)),
        "unit": if dice.chance(10) { Value::from(format!("Apt {}", dice.between(1, 40))) } else { Value::Null },
        "city": city, "state": "OH", "zip": zip, "country": "USA", "latitude": 39.96, "longitude": -83.0 })
}

fn tags(dice: &mut Dice, references: &References) -> Vec<i64> {
    references.tag_types.iter().copied().filter(|_| dice.chance(8)).collect()
}
