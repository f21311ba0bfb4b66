//! One declaration for each ServiceTitan resource: its paths, the fields that its list leaves out, and its filters.
//!
//! A list understands exactly the parameters named here (and paging, times and `active` where the resource has
//! them). Any other is ignored without a word, as ServiceTitan does, and counted in the statistics.

/// The parameter by which a list chooses between active and inactive records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ActiveParameter {
    /// The list has no such parameter; it shows active records.
    None,
    /// `active=True|Any|False`.
    Active,
    /// `activeState=ActiveOnly|All|InactiveOnly`, which invoices have instead.
    ActiveState,
    /// The list has no such parameter; it shows all records.
    ShowsAll,
}

/// The comparison of a filter's parameter with the record's field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// One ID, equal to the field.
    Id,
    /// Up to fifty IDs joined by commas, one of them equal to the field.
    Ids,
    /// Text, equal to the field whatever the case.
    Text,
    /// A time that the field is at or after.
    OnOrAfter,
    /// A time that the field is before.
    Before,
}

/// One query parameter of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filter {
    pub(crate) parameter: &'static str,
    /// Path of the field, names joined by dots.
    pub(crate) field: &'static str,
    pub(crate) comparison: Comparison,
}

const fn id(parameter: &'static str, field: &'static str) -> Filter {
    Filter { parameter, field, comparison: Comparison::Id }
}

const fn ids(parameter: &'static str, field: &'static str) -> Filter {
    Filter { parameter, field, comparison: Comparison::Ids }
}

const fn text(parameter: &'static str, field: &'static str) -> Filter {
    Filter { parameter, field, comparison: Comparison::Text }
}

const fn on_or_after(parameter: &'static str, field: &'static str) -> Filter {
    Filter { parameter, field, comparison: Comparison::OnOrAfter }
}

const fn before(parameter: &'static str, field: &'static str) -> Filter {
    Filter { parameter, field, comparison: Comparison::Before }
}

/// A resource of the API.
#[derive(Debug)]
pub(crate) struct Resource {
    /// The name it goes by here, which is its list's path.
    pub(crate) name: &'static str,
    pub(crate) family: &'static str,
    /// The scope without its direction, such as `tn.jpm.jobs`.
    pub(crate) scope: &'static str,
    pub(crate) listed: bool,
    pub(crate) by_id: bool,
    pub(crate) exported: bool,
    /// True if the export takes `active`.
    pub(crate) export_active: bool,
    /// True if its records show `modifiedOn`.
    pub(crate) has_modified_on: bool,
    pub(crate) active: ActiveParameter,
    /// True if the list takes `ids`.
    pub(crate) ids: bool,
    /// Fields that only the export carries.
    pub(crate) list_omits: &'static [&'static str],
    pub(crate) filters: &'static [Filter],
    /// Fields that `sort` takes; empty where the list has no `sort`.
    pub(crate) sort: &'static [&'static str],
    /// Parameters of which the list needs at least one (ServiceTitan refuses to list all contacts).
    pub(crate) needs_one_of: &'static [&'static str],
    /// A further path of the export.
    pub(crate) other_export: Option<&'static str>,
    /// Further fields with IDs that records are found by: those of reference tables, of one record that others were merged into, and so on.
    pub(crate) links: &'static [&'static str],
    /// The field that names the owner, for contacts: a contact can belong to several, and has a row for each.
    pub(crate) owner_of_contact: Option<&'static str>,
}

impl Resource {
    /// The fields that records are found by: those that hold another record's ID, or a list of such, and the ID that rows of one contact
    /// share.
    pub(crate) fn id_fields(&self) -> impl Iterator<Item = &'static str> {
        let filtered = self
            .filters
            .iter()
            .filter(|filter| matches!(filter.comparison, Comparison::Id | Comparison::Ids))
            .map(|filter| filter.field);
        filtered.chain(self.links.iter().copied()).chain(self.owner_of_contact.map(|_| "id"))
    }
}

/// The resource with this name; `None` where there is none.
pub(crate) fn named(name: &str) -> Option<&'static Resource> {
    RESOURCES.iter().copied().find(|resource| resource.name == name)
}

const BY_CHANGE: &[&str] = &["Id", "ModifiedOn", "CreatedOn"];

const PLAIN: Resource = Resource {
    name: "",
    family: "",
    scope: "",
    listed: true,
    by_id: true,
    exported: true,
    export_active: false,
    has_modified_on: true,
    active: ActiveParameter::Active,
    ids: true,
    list_omits: &[],
    filters: &[],
    sort: BY_CHANGE,
    needs_one_of: &[],
    other_export: None,
    links: &[],
    owner_of_contact: None,
};

const CONTACTS_NEED: [&str; 4] = ["modifiedOnOrAfter", "modifiedBefore", "createdOnOrAfter", "createdBefore"];

macro_rules! resources {
    ($($constant:ident = $name:literal, $family:literal, $scope:literal, { $($field:ident: $value:expr),* $(,)? };)*) => {
        $(pub(crate) static $constant: Resource = Resource { name: $name, family: $family, scope: $scope, $($field: $value,)* ..PLAIN };)*
        /// Every resource there is.
        pub(crate) static RESOURCES: &[&Resource] = &[$(&$constant),*];
    };
}

resources! {
    JOBS = "jobs", "jpm", "tn.jpm.jobs", {
        active: ActiveParameter::None,
        list_omits: &["active"], links: &["tagTypeIds"],
        sort: &["Id", "ModifiedOn", "CreatedOn", "Priority"],
        filters: &[
            text("number", "jobNumber"), id("projectId", "projectId"), id("bookingId", "bookingId"),
            text("jobStatus", "jobStatus"), text("priority", "priority"), id("customerId", "customerId"),
            id("locationId", "locationId"), id("soldById", "soldById"), id("jobTypeId", "jobTypeId"),
            id("campaignId", "campaignId"), id("businessUnitId", "businessUnitId"), id("invoiceId", "invoiceId"),
            on_or_after("completedOnOrAfter", "completedOn"), before("completedBefore", "completedOn"),
        ],
    };
    JOB_CANCELED_LOGS = "job-canceled-logs", "jpm", "tn.jpm.jobs", {
        listed: false, by_id: false, has_modified_on: false, links: &["reasonId"], filters: &[id("jobId", "jobId")],
    };
    APPOINTMENTS = "appointments", "jpm", "tn.jpm.appointments", {
        export_active: true,
        filters: &[
            id("jobId", "jobId"), id("customerId", "customerId"), text("number", "appointmentNumber"),
            text("status", "status"), on_or_after("startsOnOrAfter", "start"), before("startsBefore", "start"),
        ],
    };
    JOB_TYPES = "job-types", "jpm", "tn.jpm.jobtypes", {
        exported: false, sort: &[], filters: &[text("name", "name"), text("priority", "priority")],
    };
    JOB_CANCEL_REASONS = "job-cancel-reasons", "jpm", "tn.jpm.jobcancelreasons", { exported: false, by_id: false, ids: false };
    JOB_HOLD_REASONS = "job-hold-reasons", "jpm", "tn.jpm.jobholdreasons", { exported: false, by_id: false, ids: false };
    CUSTOMERS = "customers", "crm", "tn.crm.customers", {
        links: &["mergedToId", "tagTypeIds"], filters: &[text("name", "name"), text("zip", "address.zip")],
    };
    CUSTOMER_CONTACTS = "customers/contacts", "crm", "tn.crm.customers", {
        by_id: false, ids: false, active: ActiveParameter::None, sort: &[], list_omits: &["active"],
        owner_of_contact: Some("customerId"), filters: &[ids("customerIds", "customerId")],
        needs_one_of: &["customerIds", CONTACTS_NEED[0], CONTACTS_NEED[1], CONTACTS_NEED[2], CONTACTS_NEED[3]],
    };
    LOCATIONS = "locations", "crm", "tn.crm.locations", {
        links: &["zoneId", "tagTypeIds"],
        filters: &[id("customerId", "customerId"), text("name", "name"), text("zip", "address.zip")],
    };
    LOCATION_CONTACTS = "locations/contacts", "crm", "tn.crm.locations", {
        by_id: false, ids: false, active: ActiveParameter::None, sort: &[], list_omits: &["active"],
        owner_of_contact: Some("locationId"), filters: &[ids("locationIds", "locationId")],
        needs_one_of: &["locationIds", CONTACTS_NEED[0], CONTACTS_NEED[1], CONTACTS_NEED[2], CONTACTS_NEED[3]],
    };
    APPOINTMENT_ASSIGNMENTS = "appointment-assignments", "dispatch", "tn.dis.appointmentassignments", {
        by_id: false, export_active: true, links: &["technicianId"],
        filters: &[ids("appointmentIds", "appointmentId"), id("jobId", "jobId")],
    };
    ZONES = "zones", "dispatch", "tn.dis.zones", { exported: false, ids: false };
    ESTIMATES = "estimates", "sales", "tn.sal.estimates", {
        other_export: Some("estimates/export"), links: &["businessUnitId"],
        filters: &[
            id("jobId", "jobId"), id("projectId", "projectId"), id("locationId", "locationId"),
            text("jobNumber", "jobNumber"), text("status", "status.name"), id("soldById", "soldBy"),
            on_or_after("soldAfter", "soldOn"), before("soldBefore", "soldOn"),
        ],
    };
    MEMBERSHIPS = "memberships", "memberships", "tn.mem.memberships", {
        links: &["locationId", "businessUnitId", "membershipTypeId", "soldById"],
        filters: &[
            ids("customerIds", "customerId"), text("status", "status"), text("billingFrequency", "billingFrequency"),
        ],
    };
    MEMBERSHIP_TYPES = "membership-types", "memberships", "tn.mem.membershiptypes", {};
    RECURRING_SERVICES = "recurring-services", "memberships", "tn.mem.recurringservices", {
        filters: &[ids("membershipIds", "membershipId"), ids("locationIds", "locationId")],
    };
    RECURRING_SERVICE_EVENTS = "recurring-service-events", "memberships", "tn.mem.recurringserviceevents", {
        by_id: false, active: ActiveParameter::None, list_omits: &["active"],
        filters: &[id("jobId", "jobId"), text("status", "status")],
    };
    RECURRING_SERVICE_TYPES = "recurring-service-types", "memberships", "tn.mem.recurringservicetypes", {
        filters: &[text("recurrenceType", "recurrenceType"), text("durationType", "durationType")],
    };
    BUSINESS_UNITS = "business-units", "settings", "tn.stt.businessunits", { sort: &[], filters: &[text("name", "name")] };
    EMPLOYEES = "employees", "settings", "tn.stt.employees", {
        sort: &[], filters: &[ids("userIds", "userId"), text("name", "name"), text("email", "email")],
    };
    TECHNICIANS = "technicians", "settings", "tn.stt.technicians", {
        sort: &[], filters: &[ids("userIds", "userId"), text("name", "name")],
    };
    TAG_TYPES = "tag-types", "settings", "tn.stt.tagtypes", { by_id: false, ids: false };
    CAMPAIGNS = "campaigns", "marketing", "tn.mrk.campaigns", {
        exported: false, links: &["category.id"], filters: &[text("name", "name")],
    };
    CAMPAIGN_CATEGORIES = "categories", "marketing", "tn.mrk.categories", {
        exported: false, ids: false, active: ActiveParameter::ShowsAll,
    };
    INVOICES = "invoices", "accounting", "tn.acc.invoices", {
        by_id: false, active: ActiveParameter::ActiveState,
        filters: &[
            id("jobId", "job.id"), text("jobNumber", "job.number"), id("businessUnitId", "businessUnit.id"),
            id("customerId", "customer.id"), text("number", "referenceNumber"),
            on_or_after("invoicedOnOrAfter", "invoiceDate"), before("invoicedOnBefore", "invoiceDate"),
        ],
    };
}
