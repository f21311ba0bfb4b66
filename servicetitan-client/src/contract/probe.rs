//! One operation as the contract test sees it.

use futures::future::BoxFuture;
use futures::stream::TryStreamExt as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::parameters::Parameter;
use crate::model::Fields;
use crate::model::kept::KeptOf;
use crate::model::unread::Path;
use crate::model::value::{WireValue, WriteValue, read_alone};
use crate::model::wire::WireField;
use crate::{Error, ExportRequest, ListRequest, Operation, ServiceTitan};

/// The model of an operation's answer.
#[derive(Clone, Copy)]
pub(crate) struct Model {
    /// Makes an answer with all its fields, as ServiceTitan would send it.
    pub(crate) sample: fn() -> Value,
    /// Reads an answer.
    pub(crate) read: fn(&str) -> Result<Read, String>,
}

/// An answer that was read.
pub(crate) struct Read {
    /// Written back.
    pub(crate) written: Value,
    /// Written by its typed fields alone, without what is kept as it came.
    pub(crate) typed: Value,
    /// The paths of the fields that could not be read.
    pub(crate) unread: Vec<String>,
}

/// The answer of an operation: a record, or a list of records.
pub(crate) trait Answer: Serialize + DeserializeOwned {
    fn sample() -> Value;
    fn unread(&self) -> Vec<String>;
    fn forget_kept(&mut self);
}

impl<T: WireField + Serialize + DeserializeOwned> Answer for T {
    fn sample() -> Value {
        <T as WireField>::sample()
    }
    fn unread(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.find_unread(KeptOf::NOTHING, &Path::ROOT, &mut found);
        found.into_iter().map(|field| field.path).collect()
    }
    fn forget_kept(&mut self) {
        WireField::forget_kept(self);
    }
}

impl<T: WireValue + Serialize + DeserializeOwned> Answer for Vec<T> {
    fn sample() -> Value {
        <Vec<T> as WireValue>::sample()
    }
    fn unread(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.find_unread(KeptOf::NOTHING, &Path::ROOT, &mut found);
        found.into_iter().map(|field| field.path).collect()
    }
    fn forget_kept(&mut self) {
        WireValue::forget_kept(self);
    }
}

/// The declaration of a line of `resource!`.
pub(crate) struct Probe {
    pub(crate) operation: Operation,
    pub(crate) kind: Kind,
    /// The model of a record of the answer; `None` if the answer has no content.
    pub(crate) model: Option<Model>,
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

pub(crate) fn model<T: Answer>() -> Model {
    Model { sample: T::sample, read: read::<T> }
}

fn read<T: Answer>(json: &str) -> Result<Read, String> {
    let mut record: T = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let text = serde_json::to_string(&record).map_err(|error| error.to_string())?;
    let written = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let unread = record.unread();
    record.forget_kept();
    let typed = serde_json::to_value(&record).map_err(|error| error.to_string())?;
    Ok(Read { written, typed, unread })
}

pub(crate) fn written<T: WireValue>(json: Value) -> Result<Value, String> {
    let body = read_alone::<T, _>(json).map_err(|error| error.to_string())?;
    let body = body.ok_or_else(|| "a body that does not fit".to_owned())?;
    serde_json::to_value(WriteValue(&body)).map_err(|error| error.to_string())
}

pub(crate) fn body<T: WireValue>(json: Value) -> T {
    read_alone(json).ok().flatten().expect("a body that the schema allows")
}

pub(crate) fn answer<T: Serialize>(answer: Result<T, Error>) -> Result<Value, Error> {
    answer.map(|answer| serde_json::to_value(answer).expect("an answer can be written"))
}

pub(crate) async fn records<T>(list: ListRequest<T>) -> Result<Value, Error>
where
    T: Fields + DeserializeOwned + Send + 'static,
{
    answer(list.records().try_collect::<Vec<T>>().await)
}

pub(crate) async fn exported<T>(mut export: ExportRequest<T>) -> Result<Value, Error>
where
    T: Fields + DeserializeOwned + Send + 'static,
{
    let page = export.try_next().await?.expect("a page");
    assert_eq!(page.problems, []);
    answer(Ok(page.records))
}
