//! Reference tables, which an office sets up once.

use chrono::Duration;
use serde_json::{Value, json};

use super::{Named, References, object};
use crate::dice::Dice;
use crate::resources::{
    BUSINESS_UNITS, CAMPAIGN_CATEGORIES, CAMPAIGNS, EMPLOYEES, JOB_CANCEL_REASONS, JOB_HOLD_REASONS,
    JOB_TYPES, MEMBERSHIP_TYPES, RECURRING_SERVICE_TYPES, Resource, TAG_TYPES, TECHNICIANS, ZONES,
};
use crate::store::Ground;
use crate::time;

/// Adds a table's record; most were made years ago and seldom change.
fn add(
    ground: &mut dyn Ground,
    dice: &mut Dice,
    resource: &'static Resource,
    active: bool,
    json: Value,
) -> i64 {
    let id = ground.fresh_id();
    let earliest = ground.now() - Duration::days(1_500);
    let created = dice.time(earliest, earliest + Duration::days(300));
    let modified =
        if dice.chance(10) { dice.time(created, ground.now() - Duration::days(1)) } else { created };
    ground.put(resource, id, created, modified, active, object(json));
    id
}

pub(super) fn grow(ground: &mut dyn Ground, dice: &mut Dice, tenant: i64) -> References {
    let mut references = References { user: ground.fresh_id(), ..References::default() };
    tags(ground, dice, &mut references);
    business_units(ground, dice, &mut references, tenant);
    zones(ground, dice, &mut references);
    staff(ground, dice, &mut references);
    jobs(ground, dice, &mut references);
    marketing(ground, dice, &mut references);
    agreements(ground, dice, &mut references);
    references
}

fn tags(ground: &mut dyn Ground, dice: &mut Dice, references: &mut References) {
    for (name, color, importance) in [
        ("VIP", "#d4af37", Some("High")),
        ("Do Not Call Before Noon", "#336699", None),
        ("Financing", "#2e8b57", Some("Medium")),
        ("Warranty", "#8b0000", None),
        ("Pets On Site", "#8b4513", None),
        ("Referral", "#4b0082", None),
        ("Past Due", "#ff4500", Some("High")),
        ("Replacement Lead", "#008080", Some("Medium")),
    ] {
        let code: String = name.chars().filter(char::is_ascii_uppercase).collect();
        let id = add(
            ground,
            dice,
            &TAG_TYPES,
            true,
            json!({ "name": name, "color": color, "code": code, "importance": importance,
                "isConversionOpportunity": name == "Replacement Lead", "allowToUseOnTimesheetActivity": false,
                "isVisibleOnDispatchBoard": importance.is_some() }),
        );
        references.tag_types.push(id);
    }
    add(
        ground,
        dice,
        &TAG_TYPES,
        false,
        json!({ "name": "Old Season Promo", "color": "#999999", "code": "OSP", "importance": null,
            "isConversionOpportunity": false, "allowToUseOnTimesheetActivity": false, "isVisibleOnDispatchBoard": false }),
    );
}

fn business_units(ground: &mut dyn Ground, dice: &mut Dice, references: &mut References, tenant: i64) {
    for (name, trade) in [
        ("HVAC Service", "HVAC"),
        ("HVAC Install", "HVAC"),
        ("Plumbing Service", "Plumbing"),
        ("Electrical Service", "Electrical"),
    ] {
        let trade_id = ground.fresh_id();
        let founded = time::wire(ground.now() - Duration::days(1_600));
        let id = add(
            ground,
            dice,
            &BUSINESS_UNITS,
            true,
            json!({ "name": name, "officialName": format!("Summit {name} LLC"), "email": "office@summit.example",
                "currency": "USD", "phoneNumber": "6145550100", "invoiceHeader": null,
                "invoiceMessage": "<p>Thank you!</p>", "defaultTaxRate": 0.075, "authorizationParagraph": null,
                "acknowledgementParagraph": null,
                "address": { "street": "1 Summit Way", "unit": null, "city": "Columbus", "state": "OH", "zip": "43215",
                    "country": "USA", "latitude": 39.96, "longitude": -83.0, "isManualCoordinates": false,
                    "isMilitary": false },
                "materialSku": null, "quickbooksClass": name, "accountCode": null, "franchiseId": null,
                "conceptCode": null, "corporateContractNumber": null, "trade": { "id": trade_id, "name": trade },
                "division": null, "tagTypeIds": [],
                "tenant": { "id": tenant, "name": "Summit Home Services", "accountCode": null, "franchiseId": null,
                    "conceptCode": null, "modifiedOn": founded },
                "externalData": [] }),
        );
        references.business_units.push(Named { id, name });
    }
}

fn zones(ground: &mut dyn Ground, dice: &mut Dice, references: &mut References) {
    let units: Vec<i64> = references.business_units.iter().map(|unit| unit.id).collect();
    for (name, zips) in [
        ("North", ["43085", "43229"]),
        ("East", ["43068", "43213"]),
        ("South", ["43123", "43207"]),
        ("West", ["43026", "43228"]),
    ] {
        let id = add(
            ground,
            dice,
            &ZONES,
            true,
            json!({ "name": name, "zips": zips, "cities": [], "territoryNumbers": [], "locnNumbers": [],
                "createdBy": references.user, "serviceDaysEnabled": false, "serviceDays": [],
                "businessUnits": units, "technicians": [] }),
        );
        references.zones.push(id);
    }
}

fn staff(ground: &mut dyn Ground, dice: &mut Dice, references: &mut References) {
    for (name, role) in [
        ("Dana Whitfield", "CSR"),
        ("Morgan Ellis", "Dispatch"),
        ("Priya Raman", "SalesManager"),
        ("Terry Boyd", "GeneralOffice"),
        ("Ruth Castellan", "Owner"),
    ] {
        let (first, last) = name.split_once(' ').unwrap_or((name, ""));
        let user = ground.fresh_id();
        let unit = dice.pick(&references.business_units).map(|unit| unit.id);
        let id = add(
            ground,
            dice,
            &EMPLOYEES,
            role != "GeneralOffice",
            json!({ "userId": user, "name": name, "firstName": first, "lastName": last, "managerId": null, "role": role,
                "roleIds": [], "businessUnitId": unit, "email": format!("{}@summit.example", first.to_lowercase()),
                "phoneNumber": "6145550101", "loginName": first.to_lowercase(), "aadUserId": null,
                "accountLocked": false, "home": null, "agentId": 0, "startDate": null, "terminationDate": null,
                "hourlyRate": 0.0, "overtimeProfileId": null, "customFields": [], "permissions": [] }),
        );
        references.employees.push(id);
    }
    for name in [
        "Luis Ortega",
        "Sam Kowalski",
        "Aisha Greene",
        "Pete Lindqvist",
        "Joanna Marsh",
        "Victor Hale",
        "Nora Quinn",
        "Ben Achebe",
    ] {
        let (first, last) = name.split_once(' ').unwrap_or((name, ""));
        let user = ground.fresh_id();
        let unit = dice.pick(&references.business_units).map(|unit| unit.id);
        let zone = dice.pick(&references.zones);
        let id = add(
            ground,
            dice,
            &TECHNICIANS,
            name != "Ben Achebe",
            json!({ "userId": user, "name": name, "roleIds": [], "businessUnitId": unit, "mainZoneId": zone,
                "zoneIds": zone.into_iter().collect::<Vec<_>>(), "email": format!("{}@summit.example", first.to_lowercase()),
                "phoneNumber": "6145550102", "loginName": first.to_lowercase(), "home": null, "dailyGoal": 1200.0,
                "isManagedTech": true, "licenseType": "ManagedTech", "customFields": [], "aadUserId": null,
                "burdenRate": 0.0, "team": null, "jobFilter": null, "permissions": [], "accountLocked": false,
                "commissionRate": 0.0, "currentValue": null, "firstName": first, "lastName": last, "hourlyRate": 31.5,
                "jobId": null, "mobilePhone": null, "outboundCallerId": null, "payrollId": null,
                "payrollProfileId": null, "appoitmentId": null, "shiftStart": null, "shiftEnd": null,
                "soldByRate": 0.0, "startDate": null, "status": "Idle", "skills": [], "positions": [],
                "location": null, "bio": null, "memo": null }),
        );
        references.technicians.push(Named { id, name });
    }
}

fn jobs(ground: &mut dyn Ground, dice: &mut Dice, references: &mut References) {
    let units: Vec<i64> = references.business_units.iter().map(|unit| unit.id).collect();
    for (name, priority, minutes) in [
        ("AC Repair", "High", 90),
        ("Furnace Tune-Up", "Normal", 60),
        ("System Replacement Estimate", "Normal", 90),
        ("Drain Cleaning", "Normal", 60),
        ("Water Heater Install", "High", 240),
        ("Panel Upgrade", "Low", 300),
        ("No Cooling Emergency", "Urgent", 120),
    ] {
        let id = add(
            ground,
            dice,
            &JOB_TYPES,
            true,
            json!({ "name": name, "businessUnitIds": units, "skills": [], "tagTypeIds": [], "priority": priority,
                "duration": minutes * 60, "soldThreshold": 100.0, "class": "Service", "summary": "", "noCharge": false,
                "enforceRecurringServiceEventSelection": false, "invoiceSignaturesRequired": true, "externalData": [],
                "isSmartDispatched": false }),
        );
        references.job_types.push(Named { id, name });
    }
    for name in ["Customer Chose Competitor", "Price Too High", "No Longer Needed", "Duplicate Booking"] {
        let id = add(ground, dice, &JOB_CANCEL_REASONS, true, json!({ "name": name }));
        references.cancel_reasons.push(id);
    }
    for name in ["Waiting For Parts", "Waiting For Approval"] {
        add(ground, dice, &JOB_HOLD_REASONS, true, json!({ "name": name }));
    }
}

fn marketing(ground: &mut dyn Ground, dice: &mut Dice, references: &mut References) {
    for (category, campaigns) in [
        ("Online", &["Google Ads", "Facebook Spring Offer"][..]),
        ("Print", &["Door Hangers North"]),
        ("Existing Customers", &["Repeat Customer", "Maintenance Reminder"]),
    ] {
        let category_id =
            add(ground, dice, &CAMPAIGN_CATEGORIES, true, json!({ "name": category, "type": "Regular" }));
        for name in campaigns {
            let unit = dice.pick(&references.business_units).map(|unit| unit.name);
            let id = add(
                ground,
                dice,
                &CAMPAIGNS,
                *name != "Facebook Spring Offer",
                json!({ "name": name, "isDefaultCampaign": *name == "Repeat Customer",
                    "category": { "id": category_id, "name": category, "active": true }, "source": category,
                    "otherSource": null, "businessUnit": unit, "medium": null, "otherMedium": null,
                    "campaignPhoneNumbers": ["6145550199"] }),
            );
            references.campaigns.push(id);
        }
    }
}

fn agreements(ground: &mut dyn Ground, dice: &mut Dice, references: &mut References) {
    for (name, months) in [("Furnace Maintenance", ["October"]), ("AC Maintenance", ["April"])] {
        let unit = dice.pick(&references.business_units).map(|unit| unit.id);
        let job_type = dice.pick(&references.job_types).map(|job_type| job_type.id);
        let campaign = dice.pick(&references.campaigns);
        let id = add(
            ground,
            dice,
            &RECURRING_SERVICE_TYPES,
            true,
            json!({ "createdById": references.user, "recurrenceType": "Seasonal", "recurrenceInterval": 1,
                "recurrenceMonths": months, "durationType": "Continuous", "durationLength": 0,
                "invoiceTemplateId": null, "businessUnitId": unit, "jobTypeId": job_type, "priority": "Normal",
                "campaignId": campaign, "jobSummary": null, "name": name, "importId": null }),
        );
        references.service_types.push(Named { id, name });
    }
    for (name, price) in [("Comfort Club", 18.95), ("Comfort Club Plus", 29.95), ("Whole Home Care", 49.95)] {
        let id = add(
            ground,
            dice,
            &MEMBERSHIP_TYPES,
            true,
            json!({ "name": name, "displayName": name, "discountMode": "Basic", "locationTarget": "SingleLocation",
                "revenueRecognitionMode": "PointOfSale", "autoCalculateInvoiceTemplates": false,
                "useMembershipPricingTable": true, "showMembershipSavings": true, "createdById": references.user,
                "importId": null, "billingTemplateId": null, "discount": 10.0,
                "durationBilling": [{ "duration": 12, "billingFrequency": "Monthly", "salePrice": price,
                    "billingPrice": price, "renewalPrice": price }],
                "discounts": [], "recurringServices": [], "tagTypeIds": [] }),
        );
        references.membership_types.push(Named { id, name });
    }
}
