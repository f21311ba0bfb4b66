//! What this version can do: each operation's method, path and scope.

use crate::scopes::Scope;

/// One call of ServiceTitan's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// Resource and method of this library, such as `jobs.get`.
    pub name: &'static str,
    /// The HTTP method: `GET`, `POST` or `PATCH`.
    pub method: &'static str,
    /// The path behind the host, with `{tenant}` and `{id}` where they go.
    pub path: &'static str,
    scope: &'static str,
}

impl Operation {
    /// A read.
    pub(crate) const fn get(name: &'static str, path: &'static str, scope: &'static str) -> Operation {
        Operation { name, method: "GET", path, scope }
    }

    /// A write that adds something.
    pub(crate) const fn post(name: &'static str, path: &'static str, scope: &'static str) -> Operation {
        Operation { name, method: "POST", path, scope }
    }

    /// A write that changes something.
    #[allow(dead_code, reason = "which resources change records depends on the families that are built")]
    pub(crate) const fn patch(name: &'static str, path: &'static str, scope: &'static str) -> Operation {
        Operation { name, method: "PATCH", path, scope }
    }

    /// What the app must have been given.
    pub fn scope(&self) -> Scope {
        Scope::from_static(self.scope)
    }

    /// The resource's name, such as `jobs`.
    pub fn resource(&self) -> &'static str {
        self.name.split_once('.').map_or(self.name, |(resource, _)| resource)
    }
}

/// Every operation of the families that are built.
pub fn all() -> Vec<Operation> {
    let mut all = Vec::new();
    #[cfg(feature = "jpm")]
    for operations in [
        crate::jpm::jobs_operations::OPERATIONS,
        crate::jpm::appointments_operations::OPERATIONS,
        crate::jpm::job_types_operations::OPERATIONS,
        crate::jpm::job_cancel_reasons_operations::OPERATIONS,
        crate::jpm::job_hold_reasons_operations::OPERATIONS,
    ] {
        all.extend_from_slice(operations);
    }
    #[cfg(feature = "crm")]
    for operations in
        [crate::crm::customers_operations::OPERATIONS, crate::crm::locations_operations::OPERATIONS]
    {
        all.extend_from_slice(operations);
    }
    #[cfg(feature = "dispatch")]
    for operations in [
        crate::dispatch::appointment_assignments_operations::OPERATIONS,
        crate::dispatch::zones_operations::OPERATIONS,
    ] {
        all.extend_from_slice(operations);
    }
    #[cfg(feature = "sales")]
    all.extend_from_slice(crate::sales::estimates_operations::OPERATIONS);
    #[cfg(feature = "memberships")]
    for operations in [
        crate::memberships::memberships_operations::OPERATIONS,
        crate::memberships::membership_types_operations::OPERATIONS,
        crate::memberships::recurring_services_operations::OPERATIONS,
        crate::memberships::recurring_service_events_operations::OPERATIONS,
        crate::memberships::recurring_service_types_operations::OPERATIONS,
    ] {
        all.extend_from_slice(operations);
    }
    #[cfg(feature = "marketing")]
    for operations in [
        crate::marketing::campaigns_operations::OPERATIONS,
        crate::marketing::campaign_categories_operations::OPERATIONS,
    ] {
        all.extend_from_slice(operations);
    }
    #[cfg(feature = "settings")]
    for operations in [
        crate::settings::business_units_operations::OPERATIONS,
        crate::settings::employees_operations::OPERATIONS,
        crate::settings::technicians_operations::OPERATIONS,
        crate::settings::tag_types_operations::OPERATIONS,
    ] {
        all.extend_from_slice(operations);
    }
    #[cfg(feature = "accounting")]
    all.extend_from_slice(crate::accounting::invoices_operations::OPERATIONS);
    all
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_operation_has_its_own_name_and_a_scope_in_the_portals_words() {
        let mut names = BTreeSet::new();
        for operation in all() {
            assert!(names.insert(operation.name), "{} twice", operation.name);
            assert!(
                operation.scope().to_string().contains(" > "),
                "{}: {:?}",
                operation.name,
                operation.scope()
            );
            let direction = if operation.method == "GET" { "read" } else { "write" };
            assert!(operation.scope().to_string().ends_with(direction), "{}", operation.name);
        }
        assert!(names.contains("jobs.get") && names.contains("jobs.add_note"));
    }

    #[test]
    #[ignore = "needs SERVICETITAN_OPENAPI_DIR"]
    fn every_operation_is_in_the_published_schemas() {
        let folder = std::env::var("SERVICETITAN_OPENAPI_DIR").unwrap();
        let mut published = BTreeSet::new();
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let Some(family) =
                name.strip_prefix("servicetitan-").and_then(|rest| rest.strip_suffix("-v2.json"))
            else {
                continue;
            };
            // The document of the sales family is named after its host team.
            let family = if family == "salestech" { "sales" } else { family };
            let schema: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            for (path, methods) in schema["paths"].as_object().unwrap() {
                for method in methods.as_object().unwrap().keys() {
                    published.insert(format!("{} {family}/v2{path}", method.to_uppercase()));
                }
            }
        }
        assert!(published.len() > 100, "no schemas in the folder");
        for operation in all() {
            let call = format!("{} {}", operation.method, operation.path);
            assert!(published.contains(&call), "{}: {call}", operation.name);
        }
    }
}
