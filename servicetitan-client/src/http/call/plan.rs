//! The request that a call sends.

use std::borrow::Cow;

use ::http::Method;
use bytes::Bytes;

use super::path::PathValues;
use super::query::Query;
use crate::error::Call;
use crate::operations::Operation;
use crate::scopes::Scope;

/// A request before token and headers are added.
pub(crate) struct Plan {
    pub(crate) method: Method,
    /// The path with its placeholders, for counts, spans and errors.
    pub(crate) template: Cow<'static, str>,
    pub(crate) path_values: PathValues,
    pub(crate) query: Query,
    pub(crate) body: Option<Bytes>,
    pub(crate) scope: Option<Scope>,
    /// The place in a list or a feed that is asked for, as errors name it.
    pub(crate) position: Option<String>,
}

impl Plan {
    /// The request of an operation, with neither query nor body.
    pub(crate) fn of(operation: &Operation, path_values: PathValues) -> Plan {
        let method = match operation.method {
            "POST" => Method::POST,
            "PATCH" => Method::PATCH,
            "PUT" => Method::PUT,
            "DELETE" => Method::DELETE,
            _ => Method::GET,
        };
        Plan {
            method,
            template: Cow::Borrowed(operation.path),
            path_values,
            query: Query::default(),
            body: None,
            scope: Some(operation.scope()),
            position: None,
        }
    }

    /// Whether sending the request twice does no harm.
    pub(crate) fn is_read(&self) -> bool {
        self.method == Method::GET || self.method == Method::HEAD
    }

    /// The request as errors name it.
    pub(crate) fn call(&self, attempts: u32) -> Call {
        let mut call = Call::new(self.method.as_str(), self.template.as_ref(), attempts);
        call.position.clone_from(&self.position);
        call
    }
}
