//! What this version can do: each operation's method, path and scope.

use crate::scopes::Scope;

/// One call of ServiceTitan's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// Resource and method of this library, such as `jobs.get`.
    pub name: &'static str,
    /// The HTTP method: `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: &'static str,
    /// The path behind the host, with `{tenant}` and names for IDs where they go.
    pub path: &'static str,
    scope: &'static str,
}

impl Operation {
    /// A read.
    pub(crate) const fn get(name: &'static str, path: &'static str, scope: &'static str) -> Operation {
        Operation { name, method: "GET", path, scope }
    }

    /// An operation by its method.
    pub(crate) const fn new(
        name: &'static str,
        method: &'static str,
        path: &'static str,
        scope: &'static str,
    ) -> Operation {
        Operation { name, method, path, scope }
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

/// Every operation of the families that are built, by family and resource.
pub fn all() -> Vec<Operation> {
    let families: &[&[&[Operation]]] = &[
        #[cfg(feature = "accounting")]
        crate::accounting::OPERATIONS,
        #[cfg(feature = "crm")]
        crate::crm::OPERATIONS,
        #[cfg(feature = "dispatch")]
        crate::dispatch::OPERATIONS,
        #[cfg(feature = "jpm")]
        crate::jpm::OPERATIONS,
        #[cfg(feature = "marketing")]
        crate::marketing::OPERATIONS,
        #[cfg(feature = "memberships")]
        crate::memberships::OPERATIONS,
        #[cfg(feature = "sales")]
        crate::sales::OPERATIONS,
        #[cfg(feature = "settings")]
        crate::settings::OPERATIONS,
    ];
    families.iter().copied().flatten().copied().flatten().copied().collect()
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
