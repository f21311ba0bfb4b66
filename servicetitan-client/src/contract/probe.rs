//! One operation as the contract test sees it.

use futures::future::BoxFuture;
use futures::stream::TryStreamExt as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::parameters::Parameter;
use crate::model::wire::{ReadValue, WireValue, WriteValue};
use crate::{Error, ExportRequest, ListRequest, Operation, ServiceTitan};

/// Reads a record from its bytes and writes it back.
pub(crate) type Rewrite = fn(&[u8]) -> Result<Value, String>;

/// What a line of `resource!` declares.
pub(crate) struct Probe {
    pub(crate) operation: Operation,
    pub(crate) kind: Kind,
    /// Reads a record of the answer and writes it back; `None` if the answer has no content.
    pub(crate) model: Option<Rewrite>,
    /// The query parameters that can be sent.
    pub(crate) parameters: Vec<Parameter>,
    /// Makes a body from JSON and writes it.
    pub(crate) body: Option<fn(Value) -> Result<Value, String>>,
    /// Calls the method: made-up path values, a filter with everything set, and the body that is handed over. Gives back what was read.
    pub(crate) call: fn(ServiceTitan, Value) -> BoxFuture<'static, Result<Value, Error>>,
}

/// The kinds of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(non_camel_case_types, dead_code, reason = "as `resource!` writes them; some await their first line")]
pub(crate) enum Kind {
    get,
    list,
    ids,
    of,
    export,
    post,
    patch,
    put,
    delete,
}

pub(crate) fn written_back<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<Value, String> {
    let record: T = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let written = serde_json::to_vec(&record).map_err(|error| error.to_string())?;
    serde_json::from_slice(&written).map_err(|error| error.to_string())
}

pub(crate) fn written<T: WireValue>(json: Value) -> Result<Value, String> {
    use serde::de::DeserializeSeed as _;
    let body =
        ReadValue::<T>(std::marker::PhantomData).deserialize(json).map_err(|error| error.to_string())?;
    serde_json::to_value(WriteValue(&body)).map_err(|error| error.to_string())
}

pub(crate) fn body<T: WireValue>(json: Value) -> T {
    T::read(json).expect("a body that the schema allows")
}

pub(crate) fn answer<T: Serialize>(answer: Result<T, Error>) -> Result<Value, Error> {
    answer.map(|answer| serde_json::to_value(answer).expect("an answer can be written"))
}

pub(crate) async fn records<T>(list: ListRequest<T>) -> Result<Value, Error>
where
    T: Serialize + DeserializeOwned + Send + 'static,
{
    answer(list.records().try_collect::<Vec<T>>().await)
}

pub(crate) async fn exported<T>(mut export: ExportRequest<T>) -> Result<Value, Error>
where
    T: Serialize + DeserializeOwned + Send + 'static,
{
    let page = export.try_next().await?.expect("a page");
    assert_eq!(page.problems, []);
    answer(Ok(page.records))
}
