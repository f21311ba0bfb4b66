//! The operations of this library: each call with its method, path and scope. [`all`] returns the same list to a program.
#![doc = include_str!("../OPERATIONS.md")]

use crate::scopes::Scope;

/// One call of ServiceTitan's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// Resource and method of this library, such as `jobs.get`.
    pub name: &'static str,
    /// HTTP method: `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: &'static str,
    /// Path below the API's base address, with placeholders for the tenant and for IDs, such as `{tenant}` and `{id}`.
    pub path: &'static str,
    scope: &'static str,
}

impl Operation {
    /// Returns a `GET` operation.
    pub(crate) const fn get(name: &'static str, path: &'static str, scope: &'static str) -> Operation {
        Operation { name, method: "GET", path, scope }
    }

    /// Returns an operation with any HTTP method.
    pub(crate) const fn new(
        name: &'static str,
        method: &'static str,
        path: &'static str,
        scope: &'static str,
    ) -> Operation {
        Operation { name, method, path, scope }
    }

    /// Returns the scope that the app must have been granted.
    pub fn scope(&self) -> Scope {
        Scope::from_static(self.scope)
    }

    /// Returns the name of the resource, such as `jobs`.
    pub fn resource(&self) -> &'static str {
        self.name.split_once('.').map_or(self.name, |(resource, _)| resource)
    }
}

/// Returns every operation of the families that are compiled in, sorted by family and resource.
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
    #[cfg(all(
        feature = "accounting",
        feature = "crm",
        feature = "dispatch",
        feature = "jpm",
        feature = "marketing",
        feature = "memberships",
        feature = "sales",
        feature = "settings"
    ))]
    fn the_document_lists_every_operation() {
        let document = concat!(env!("CARGO_MANIFEST_DIR"), "/OPERATIONS.md");
        if std::env::var_os("WRITE_OPERATIONS").is_some() {
            std::fs::write(document, table()).unwrap();
        }
        // Not compared by `assert_eq!`, which would print both tables in full.
        assert!(
            std::fs::read_to_string(document).unwrap() == table(),
            "OPERATIONS.md is out of date: `WRITE_OPERATIONS=1 cargo test -p servicetitan-client --lib the_document_lists` updates it"
        );
    }

    /// Returns the text of `OPERATIONS.md`: a table for each family. Methods that share a call share a row.
    fn table() -> String {
        let mut rows: Vec<(Operation, Vec<&str>)> = Vec::new();
        for operation in all() {
            let same = |(row, _): &&mut (Operation, Vec<&str>)| {
                (row.method, row.path) == (operation.method, operation.path)
            };
            match rows.iter_mut().find(same) {
                Some((_, names)) => names.push(operation.name),
                None => rows.push((operation, vec![operation.name])),
            }
        }
        let mut text = format!("{} operations.\n", rows.len());
        let mut family = String::new();
        for (operation, names) in rows {
            let scope = operation.scope();
            let words = scope.to_string();
            let (heading, _) = words.split_once(" > ").unwrap();
            if heading != family {
                family = heading.to_owned();
                text += &format!("\n## {family}\n\n| call | method | path | scope |\n|---|---|---|---|\n");
            }
            let calls: Vec<String> =
                names.iter().map(|name| format!("`{}`", name.replacen('.', "().", 1))).collect();
            let calls = calls.join(", ");
            text += &format!(
                "| {calls} | {} | `{}` | `{}` |\n",
                operation.method,
                operation.path,
                scope.as_str()
            );
        }
        text
    }
}
