//! Jobs with their appointments, assignments, estimates, invoices and cancellations.

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use super::{Household, Named, References, amount, household_and_lifetime, money, object};
use crate::dice::Dice;
use crate::resources::{APPOINTMENT_ASSIGNMENTS, APPOINTMENTS, ESTIMATES, INVOICES, JOB_CANCELED_LOGS, JOBS};
use crate::store::Ground;
use crate::time;

const SUMMARIES: &[&str] = &[
    "<p>Unit runs but does not cool.</p>",
    "<p>Annual maintenance visit.</p>",
    "<p>Customer asks for a replacement quote.</p>",
    "<p>Slow drain in the kitchen.</p>",
    "<p>Breaker trips twice a day.</p>",
];
const ITEMS: &[(&str, &str, i64)] = &[
    ("HVAC-3TON", "3 ton heat pump, installed", 845_000),
    ("WH-50G", "50 gallon water heater, installed", 219_000),
    ("DIAG", "Diagnostic visit", 8_900),
    ("CAP-RUN", "Run capacitor", 24_500),
    ("PANEL-200", "200 A panel upgrade", 310_000),
    ("DRAIN", "Drain cleaning", 32_500),
];

/// Values that the parts of one job share while they are made.
struct Job<'a> {
    id: i64,
    number: String,
    household: &'a Household,
    location: i64,
    status: &'static str,
    unit: Named,
    job_type: Named,
    created: DateTime<Utc>,
    modified: DateTime<Utc>,
}

/// Adds a job of some household; nothing where there are none.
pub(super) fn grow_job(
    ground: &mut dyn Ground,
    dice: &mut Dice,
    references: &References,
    households: &[Household],
) {
    let now = ground.now();
    if let Some((household, created, modified)) = household_and_lifetime(dice, now, households) {
        new_job(ground, dice, references, household, created, modified);
    }
}

/// Adds a job of a household with all that belongs to it; `None` where there is nothing for it to name.
pub(crate) fn new_job(
    ground: &mut dyn Ground,
    dice: &mut Dice,
    references: &References,
    household: &Household,
    created: DateTime<Utc>,
    modified: DateTime<Utc>,
) -> Option<i64> {
    let (unit, job_type) = (dice.pick(&references.business_units)?, dice.pick(&references.job_types)?);
    let location = dice.pick(&household.locations)?;
    let recent = created > ground.now() - Duration::days(10);
    let status = match dice.below(100) {
        0..=59 if !recent => "Completed",
        0..=49 => "Scheduled",
        50..=59 => "Dispatched",
        60..=74 => "Scheduled",
        75..=89 => "Canceled",
        90..=94 => "InProgress",
        _ => "Hold",
    };
    let id = ground.fresh_id();
    let job = Job {
        id,
        number: (100_000 + ground.job_count()).to_string(),
        household,
        location,
        status,
        unit,
        job_type,
        created,
        modified,
    };
    let appointments = appointments(ground, dice, references, &job);
    let estimates = estimates(ground, dice, references, &job);
    let total: i64 = dice.between(8_900, 400_000);
    let invoice = invoice(ground, dice, references, &job, total);
    if status == "Canceled" {
        canceled_log(ground, dice, references, &job);
    }
    let tags: Vec<i64> = references.tag_types.iter().copied().filter(|_| dice.chance(6)).collect();
    let sold_by = if dice.chance(20) { dice.pick(&references.technicians).map(|one| one.id) } else { None };
    ground.put(
        &JOBS,
        id,
        created,
        modified,
        true,
        object(json!({
            "summary": if dice.chance(85) { Value::from(dice.word(SUMMARIES)) } else { Value::Null },
            "customFields": [], "externalData": [], "jobNumber": job.number, "projectId": null,
            "customerId": household.customer, "locationId": location, "jobStatus": status,
            "completedOn": if status == "Completed" { Value::from(time::wire(modified)) } else { Value::Null },
            "businessUnitId": unit.id, "jobTypeId": job_type.id, "priority": dice.word(&["Normal", "Normal", "High", "Low", "Urgent"]),
            "campaignId": dice.pick(&references.campaigns).unwrap_or(0), "appointmentCount": appointments.len(),
            "firstAppointmentId": appointments.first(), "lastAppointmentId": appointments.last(),
            "recallForId": null, "warrantyId": null, "jobGeneratedLeadSource": null, "noCharge": false,
            "notificationsEnabled": true, "createdById": references.user, "tagTypeIds": tags, "leadCallId": null,
            "partnerLeadCallId": null, "bookingId": null, "soldById": sold_by, "customerPo": "", "invoiceId": invoice,
            "membershipId": null, "total": amount(if invoice == 0 { 0 } else { total }), "createdFromEstimateId": null,
            "estimateIds": estimates,
        })),
    );
    Some(id)
}

fn appointments(
    ground: &mut dyn Ground,
    dice: &mut Dice,
    references: &References,
    job: &Job<'_>,
) -> Vec<i64> {
    let count = match dice.below(10) {
        0..=5 => 1,
        6..=8 => 2,
        _ => 3,
    };
    let latest = ground.now() - Duration::hours(1);
    let mut made = Vec::new();
    let mut created = job.created;
    for number in 1..=count {
        let start =
            created + Duration::days(dice.between(1, 14)) - Duration::minutes(created.timestamp() / 60 % 60);
        let start = start
            - Duration::nanoseconds(i64::from(start.timestamp_subsec_nanos()))
            - Duration::seconds(start.timestamp() % 60);
        let status = match job.status {
            "Completed" => "Done",
            _ if number < count => "Done",
            "InProgress" => "Working",
            other => other,
        };
        let id = ground.fresh_id();
        let modified = if dice.chance(40) { dice.time(created, latest) } else { created };
        let active = number == count || !dice.chance(6);
        ground.put(
            &APPOINTMENTS,
            id,
            created,
            modified,
            active,
            object(json!({
                "jobId": job.id, "appointmentNumber": format!("{}-{number}", job.number), "start": time::wire(start),
                "end": time::wire(start + Duration::hours(2)), "arrivalWindowStart": time::wire(start),
                "arrivalWindowEnd": time::wire(start + Duration::hours(4)), "status": status,
                "specialInstructions": if dice.chance(20) { Value::from("Gate code 4410") } else { Value::Null },
                "customerId": job.household.customer, "unused": false, "createdById": references.user,
                "isConfirmed": dice.chance(50),
            })),
        );
        if dice.chance(75) {
            assignment(ground, dice, references, job, id, status, created);
        }
        made.push(id);
        created = dice.time(created, latest);
    }
    made
}

fn assignment(
    ground: &mut dyn Ground,
    dice: &mut Dice,
    references: &References,
    job: &Job<'_>,
    appointment: i64,
    status: &str,
    created: DateTime<Utc>,
) {
    let Some(technician) = dice.pick(&references.technicians) else { return };
    let id = ground.fresh_id();
    let latest = ground.now() - Duration::hours(1);
    let modified = if dice.chance(30) { dice.time(created, latest) } else { created };
    let status = match status {
        "Done" | "Working" | "Dispatched" => status,
        _ => "Scheduled",
    };
    ground.put(
        &APPOINTMENT_ASSIGNMENTS,
        id,
        created,
        modified,
        !dice.chance(8),
        object(json!({
            "technicianId": technician.id, "technicianName": technician.name, "assignedById": references.user,
            "assignedOn": time::wire(created), "status": status, "isPaused": false, "jobId": job.id,
            "appointmentId": appointment,
        })),
    );
}

fn estimates(ground: &mut dyn Ground, dice: &mut Dice, references: &References, job: &Job<'_>) -> Vec<i64> {
    let count = match dice.below(10) {
        0..=2 => 0,
        3..=6 => 1,
        7..=8 => 2,
        _ => 3,
    };
    let latest = ground.now() - Duration::hours(1);
    let mut made = Vec::new();
    for number in 1..=count {
        let created = dice.time(job.created, latest.min(job.created + Duration::days(7)).max(job.created));
        let modified = if dice.chance(60) { dice.time(created, latest) } else { created };
        let (value, name) = match (number, dice.below(10)) {
            (1, 0..=3) => (1, "Sold"),
            (_, 4..=7) => (0, "Open"),
            _ => (2, "Dismissed"),
        };
        let sold_by = match name {
            "Sold" if dice.chance(50) => dice.pick(&references.employees),
            "Sold" => dice.pick(&references.technicians).map(|one| one.id),
            _ => None,
        };
        let (items, subtotal) = estimate_items(ground, dice, created, modified);
        let id = ground.fresh_id();
        ground.put(
            &ESTIMATES,
            id,
            created,
            modified,
            !dice.chance(6),
            object(json!({
                "jobId": job.id, "projectId": null, "locationId": job.location, "customerId": job.household.customer,
                "name": dice.word(&["Good", "Better", "Best"]), "jobNumber": job.number,
                "status": { "value": value, "name": name }, "reviewStatus": "None", "summary": "",
                "soldOn": if name == "Sold" { Value::from(time::wire(modified)) } else { Value::Null },
                "soldBy": sold_by, "items": items, "externalLinks": [], "subtotal": amount(subtotal),
                "tax": amount(subtotal * 75 / 1_000), "businessUnitId": job.unit.id, "businessUnitName": job.unit.name,
                "isRecommended": number == 1, "budgetCodeId": null, "isChangeOrder": false, "proposalTagName": null,
            })),
        );
        made.push(id);
    }
    made
}

fn estimate_items(
    ground: &mut dyn Ground,
    dice: &mut Dice,
    created: DateTime<Utc>,
    modified: DateTime<Utc>,
) -> (Vec<Value>, i64) {
    let mut subtotal = 0;
    let mut items = Vec::new();
    for _ in 0..dice.between(1, 3) {
        let Some((sku, description, cents)) = dice.pick(ITEMS) else { continue };
        subtotal += cents;
        let (id, sku_id) = (ground.fresh_id(), ground.fresh_id());
        items.push(json!({
            "id": id,
            "sku": { "id": sku_id, "name": sku, "displayName": description, "type": "Service", "soldHours": 1.5,
                "generalLedgerAccountId": 1, "generalLedgerAccountName": "Income", "modifiedOn": time::wire(created) },
            "skuAccount": "Income", "description": format!("<p>{description}</p>"), "membershipTypeId": null, "qty": 1.0,
            "unitRate": amount(cents), "total": amount(cents), "unitCost": amount(cents / 3), "totalCost": amount(cents / 3),
            "itemGroupName": "", "itemGroupRootId": null, "createdOn": time::wire(created),
            "modifiedOn": time::wire(modified), "chargeable": null, "invoiceItemId": null, "budgetCodeId": null,
        }));
    }
    (items, subtotal)
}

/// Most jobs that were not canceled have an invoice; 0 stands for none.
fn invoice(
    ground: &mut dyn Ground,
    dice: &mut Dice,
    references: &References,
    job: &Job<'_>,
    total: i64,
) -> i64 {
    if job.status == "Canceled" || dice.chance(15) {
        return 0;
    }
    let (id, item) = (ground.fresh_id(), ground.fresh_id());
    let latest = ground.now() - Duration::hours(1);
    let modified = if dice.chance(50) { dice.time(job.created, latest) } else { job.modified };
    let balance = if dice.chance(40) { total } else { 0 };
    let (sku, description, _) = dice.pick(ITEMS).unwrap_or(("DIAG", "Diagnostic visit", 0));
    let address = json!({ "street": "10 High St", "unit": null, "city": "Columbus", "state": "OH", "zip": "43215", "country": "USA" });
    let named = |id: i64, name: &str| json!({ "id": id, "name": name });
    ground.put(
        &INVOICES,
        id,
        job.created,
        modified,
        !dice.chance(4),
        object(json!({
            "syncStatus": "Pending", "summary": "<p>Work performed.</p>", "customFields": [], "discountTotal": "0.00",
            "importId": null, "exportId": null, "materialSkuId": 0, "membershipId": null,
            "paidOn": if balance == 0 { Value::from(time::wire_date(modified)) } else { Value::Null },
            "invoiceConfiguration": "JobInvoice", "budgetCodeId": null, "referenceNumber": job.number,
            "invoiceDate": time::wire_date(job.created), "dueDate": time::wire_date(job.created + Duration::days(30)),
            "subTotal": money(total), "salesTax": "0.00", "salesTaxCode": null, "taxZoneId": null,
            "total": money(total), "balance": money(balance), "invoiceType": null,
            "customer": named(job.household.customer, &job.household.name), "customerAddress": address,
            "location": named(job.location, &job.household.name), "locationAddress": address,
            "businessUnit": named(job.unit.id, job.unit.name), "termName": "Due upon receipt", "createdBy": "office",
            "batch": null, "depositedOn": null, "adjustmentToId": null,
            "job": { "id": job.id, "number": job.number, "type": job.job_type.name }, "projectId": null,
            "royalty": { "status": "Pending", "date": null, "sentOn": null, "memo": null },
            "employeeInfo": { "id": references.user, "name": "office", "modifiedOn": time::wire(job.created) },
            "commissionEligibilityDate": null, "sentStatus": "NotSent", "reviewStatus": "NeedsReview", "assignedTo": null,
            "items": [{
                "id": item, "description": description, "quantity": "1.00", "cost": money(total / 3),
                "totalCost": money(total / 3), "budgetCodeId": null, "inventoryLocationId": null,
                "inventoryLocation": null, "price": money(total), "type": "Service", "skuName": sku, "skuId": item + 1,
                "total": money(total), "inventory": false, "taxable": true, "isChargeable": true,
                "generalLedgerAccount": null, "costOfSaleAccount": null, "assetAccount": null, "membershipTypeId": 0,
                "itemGroup": null, "displayName": description, "soldHours": 1.0, "createdOn": time::wire(job.created),
                "modifiedOn": time::wire(modified), "serviceDate": null, "order": 1, "businessUnit": null,
                "createdById": references.user, "displayInAmount": null, "importId": null, "exportId": null, "inventoryStatus": null, "addOn": false,
                "memberPrice": null, "technicianId": null, "installedEquipmentId": null, "estimateItemId": null,
            }],
        })),
    );
    id
}

fn canceled_log(ground: &mut dyn Ground, dice: &mut Dice, references: &References, job: &Job<'_>) {
    let Some(reason) = dice.pick(&references.cancel_reasons) else { return };
    let id = ground.fresh_id();
    let memo = dice.word(&["Called to cancel", "Went with another company", "Will call back in spring"]);
    ground.put(
        &JOB_CANCELED_LOGS,
        id,
        job.modified,
        job.modified,
        true,
        object(json!({ "jobId": job.id, "reasonId": reason, "memo": memo, "createdById": references.user })),
    );
}
