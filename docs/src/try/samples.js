// Records to begin with. All of them are made up.
"use strict";

const SAMPLES = {
  "A job with an open estimate": {
    model: "job",
    record: { id: 42, jobNumber: "42", customerId: 7, locationId: 70, jobStatus: "Scheduled", jobTypeId: 9, businessUnitId: 3, campaignId: 5, tagTypeIds: [30], summary: "<p>No heat upstairs</p>", total: 0, createdOn: "2026-10-02T13:04:05Z", modifiedOn: "2026-10-05T08:00:00Z" },
    customer: {
      id: 7, name: "Smith, John", type: "Residential", active: true, createdOn: "2024-02-01T00:00:00Z",
      contacts: [
        { id: 1, type: "Phone", value: "614-555-0101", createdOn: "2025-01-01T00:00:00Z" },
        { id: 2, type: "MobilePhone", value: "614-555-0100", memo: "John", createdOn: "2024-02-01T00:00:00Z" },
        { id: 3, type: "Email", value: "john@smith.example; mary@smith.example", createdOn: "2024-02-01T00:00:00Z" },
        { id: 4, type: "Email", value: "noemail@noemail.com", createdOn: "2025-03-01T00:00:00Z" },
      ],
    },
    location: { id: 70, customerId: 7, name: "Home", address: { street: "1 Main Street", city: "Columbus", state: "OH", zip: "43004" }, zoneId: 11, contacts: [] },
    business_unit: { id: 3, name: "HVAC Service" },
    job_type: { id: 9, name: "No heat" },
    campaign: { id: 5, name: "Google", category: { id: 6 } },
    campaign_category: { id: 6, name: "Online" },
    tag_types: [{ id: 30, name: "Senior discount" }],
    zone: { id: 11, name: "North" },
    appointments: [
      { id: 100, jobId: 42, start: "2026-10-06T13:00:00Z", end: "2026-10-06T17:00:00Z", status: "Scheduled", createdOn: "2026-10-02T13:04:05Z", modifiedOn: "2026-10-05T08:00:00Z" },
    ],
    appointment_assignments: [{ id: 110, appointmentId: 100, jobId: 42, technicianId: 50, technicianName: "Ana Lopez", assignedOn: "2026-10-05T08:00:00Z", status: "Scheduled" }],
    estimates: [
      { id: 200, jobId: 42, name: "New furnace", status: { name: "Open", value: 0 }, subtotal: 7400.5, createdOn: "2026-10-05T09:00:00Z", modifiedOn: "2026-10-05T09:30:00Z", items: [] },
    ],
    technicians: [{ id: 50, name: "Ana Lopez" }],
  },
  "A cancelled job without a phone": {
    model: "job",
    record: { id: 43, customerId: 8, jobStatus: "Canceled", jobTypeId: 9, createdOn: "2026-09-02T13:04:05Z", modifiedOn: "2026-09-03T08:00:00Z" },
    customer: { id: 8, name: "Prince", contacts: [{ id: 5, type: "Email", value: "none", createdOn: "2026-09-02T00:00:00Z" }] },
    job_type: { id: 9, name: "No heat" },
    cancel_reason: { id: 300, jobId: 43, reasonId: 12, name: "Price", memo: "Went with a neighbour" },
  },
  "A membership": {
    model: "membership",
    record: { id: 500, customerId: 7, locationId: 70, membershipTypeId: 20, businessUnitId: 3, status: "Active", active: true, from: "2026-01-01T00:00:00Z", to: "2026-12-31T00:00:00Z", createdOn: "2026-01-01T12:00:00Z", modifiedOn: "2026-06-01T12:00:00Z" },
    customer: { id: 7, name: "Ada Lovelace", contacts: [{ id: 2, type: "MobilePhone", value: "+1 (614) 555-0100", createdOn: "2024-02-01T00:00:00Z" }] },
    membership_type: { id: 20, name: "Gold" },
    business_unit: { id: 3, name: "HVAC Maintenance" },
    recurring_services: [{ id: 600, membershipId: 500, name: "Spring tune-up", createdOn: "2026-01-01T12:00:00Z" }],
    recurring_service_events: [{ id: 700, locationRecurringServiceId: 600, membershipId: 500, date: "2026-04-01T00:00:00Z", status: "NotAttempted", createdOn: "2026-01-01T12:00:00Z" }],
  },
};

// The objects to choose from, by model; those that are chosen by default stand first.
const OBJECTS = {
  job: {
    chosen: ["estimates", "appointments", "cancel_reasons", "tag_types", "campaigns"],
    others: ["appointment_assignments", "zones", "employees_and_technicians", "invoices"],
  },
  membership: {
    chosen: ["tag_types"],
    others: ["zones", "employees_and_technicians", "recurring_services", "recurring_service_events"],
  },
};
