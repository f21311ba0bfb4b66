//! Memberships and the visits they promise.

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use super::{Household, Named, References, household_and_lifetime, object};
use crate::dice::Dice;
use crate::resources::{MEMBERSHIPS, RECURRING_SERVICE_EVENTS, RECURRING_SERVICES};
use crate::store::{Ground, Object};
use crate::time;

/// Adds a membership of some household with the visits that it promises; nothing where there is no household.
pub(super) fn grow_membership(
    ground: &mut dyn Ground,
    dice: &mut Dice,
    references: &References,
    households: &[Household],
) {
    let now = ground.now();
    let Some((household, created, modified)) = household_and_lifetime(dice, now, households) else { return };
    let status = match dice.below(10) {
        0..=6 => "Active",
        7 => "Suspended",
        8 => "Expired",
        _ => "Canceled",
    };
    let kind = dice.pick(&references.membership_types);
    let Some((kind, location)) = kind.zip(household.locations.first()) else { return };
    let id = ground.fresh_id();
    let json = new_membership(dice, references, household.customer, Some(*location), kind, status, created);
    ground.put(&MEMBERSHIPS, id, created, modified, true, json);
    for service in &references.service_types {
        if dice.chance(70) {
            recurring_service(ground, dice, references, id, kind, *location, *service, created);
        }
    }
}

/// The fields of a membership that begins at `from` and runs for a year; the ground adds its ID and times.
pub(crate) fn new_membership(
    dice: &mut Dice,
    references: &References,
    customer: i64,
    location: Option<i64>,
    kind: Named,
    status: &str,
    from: DateTime<Utc>,
) -> Object {
    let canceled = if status == "Canceled" {
        Value::from(time::wire_date(from + Duration::days(30)))
    } else {
        Value::Null
    };
    let unit = dice.pick(&references.business_units).map_or(0, |unit| unit.id);
    object(json!({
        "createdById": references.user, "followUpOn": "0001-01-01T00:00:00Z", "cancellationDate": canceled,
        "from": time::wire_date(from), "nextScheduledBillDate": time::wire_date(from + Duration::days(30)),
        "to": time::wire_date(from + Duration::days(365)), "billingFrequency": "Monthly",
        "renewalBillingFrequency": "Monthly", "status": status, "followUpStatus": "NotAttempted",
        "initialDeferredRevenue": 0.0, "duration": 12, "renewalDuration": 12, "businessUnitId": unit,
        "customerId": customer, "membershipTypeId": kind.id, "activatedById": null, "activatedFromId": null,
        "billingTemplateId": null, "cancellationBalanceInvoiceId": null, "cancellationInvoiceId": null,
        "followUpCustomStatusId": null, "locationId": location, "paymentMethodId": null, "paymentTypeId": null,
        "recurringLocationId": location, "renewalMembershipTaskId": null, "renewedById": null,
        "soldById": dice.pick(&references.employees), "customerPo": null, "importId": null, "memo": null,
        "customFields": [],
    }))
}

#[allow(clippy::too_many_arguments)]
fn recurring_service(
    ground: &mut dyn Ground,
    dice: &mut Dice,
    references: &References,
    membership: i64,
    kind: Named,
    location: i64,
    service: Named,
    created: DateTime<Utc>,
) {
    let id = ground.fresh_id();
    let month = if service.name.starts_with("AC") { "April" } else { "October" };
    ground.put(
        &RECURRING_SERVICES,
        id,
        created,
        created,
        !dice.chance(5),
        object(json!({
            "name": service.name, "createdById": references.user, "importId": null, "membershipId": membership,
            "locationId": location, "recurringServiceTypeId": service.id, "durationType": "Continuous",
            "durationLength": 0, "from": time::wire_date(created), "to": null, "memo": null, "invoiceTemplateId": null,
            "invoiceTemplateForFollowingYearsId": null, "firstVisitComplete": false, "activatedFromId": null,
            "allocation": 0.0, "businessUnitId": dice.pick(&references.business_units).map(|unit| unit.id),
            "jobTypeId": dice.pick(&references.job_types).map(|one| one.id), "campaignId": dice.pick(&references.campaigns),
            "priority": "Normal", "jobSummary": null, "recurrenceType": "Seasonal", "recurrenceInterval": 1,
            "recurrenceMonths": [month], "recurrenceDaysOfWeek": [], "recurrenceWeek": "None",
            "recurrenceDayOfNthWeek": null, "recurrenceDaysOfMonth": [], "jobStartTime": null,
            "estimatedPayrollCost": null, "preferredTechnicianIds": [], "tagTypeIds": [],
        })),
    );
    for year in 0..dice.between(1, 2) {
        let event = ground.fresh_id();
        let latest = ground.now() - Duration::hours(1);
        let modified = if dice.chance(20) { dice.time(created, latest) } else { created };
        ground.put(
            &RECURRING_SERVICE_EVENTS,
            event,
            created,
            modified,
            !dice.chance(5),
            object(json!({
                "locationRecurringServiceId": id, "locationRecurringServiceName": service.name,
                "membershipId": membership, "membershipName": kind.name,
                "status": dice.word(&["NotAttempted", "Contacted", "Won", "Dismissed"]),
                "date": time::wire_date(created + Duration::days(180 + 365 * year)), "jobId": null,
                "createdById": references.user,
            })),
        );
    }
}
