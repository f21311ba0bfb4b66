//! The bodies of requests, and the decoders of answers that are no pages.

use ::http::Response;
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::http::answer::decode::{self, Undecodable};
use crate::http::answer::refusal;
use crate::repair::without_mark;

/// Writes a body as JSON.
pub(crate) fn json(body: &impl Serialize) -> Result<Bytes, Error> {
    // serde's error may quote the value.
    let bytes =
        serde_json::to_vec(body).map_err(|_| Error::configuration("the body cannot be written as JSON"))?;
    Ok(bytes.into())
}

/// Decodes an answer that says nothing but that the request was carried out. A page of HTML does not say so: it comes from a proxy on the way.
#[allow(dead_code, reason = "the families that are built decide whether it is used")]
pub(crate) fn nothing(answer: &Response<Bytes>) -> Result<(), Undecodable> {
    if !without_mark(answer.body()).trim_ascii_start().starts_with(b"<") {
        return Ok(());
    }
    Err(Undecodable {
        broken: true,
        path: String::new(),
        record_id: None,
        reason: "the answer is a page of HTML, which ServiceTitan does not send".to_owned(),
    })
}

/// Decodes the body as one value. An empty body reads as JSON's `null`; where `null` does not fit, the answer is broken, since a proxy on the
/// way answers so at times.
pub(crate) fn whole_or_null<T: DeserializeOwned>(answer: &Response<Bytes>) -> Result<T, Undecodable> {
    if !refusal::is_empty(answer) {
        return decode::whole(answer.body());
    }
    decode::whole(b"null").map_err(|undecodable| Undecodable {
        broken: true,
        reason: "the answer is empty".to_owned(),
        ..undecodable
    })
}
