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

/// All operations of the families that are built, family by family.
///
/// A resource file states its own in `OPERATIONS` and adds a line here.
pub fn all() -> Vec<Operation> {
    let resources: &[&[Operation]] = &[];
    resources.concat()
}
