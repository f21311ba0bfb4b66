//! The contract test: every operation, model, filter and body against the published schemas.
//!
//! The lines of `resource!` bring their own [`Probe`]s, so that nothing can be forgotten here. The schemas are read from the folder that
//! `SERVICETITAN_OPENAPI_DIR` names: one `servicetitan-<family>-v2.json` per family.

mod against_schemas;
mod instances;
mod members;
mod odd_values;
mod parameters;
mod probe;
mod responder;
mod schemas;
mod validate;

pub(crate) use members::Members;
pub(crate) use parameters::{Filtering, Form, Parameter, Sample, filter, ids_parameters, sample};
pub(crate) use probe::{Kind, Probe, answer, body, exported, model, records, written};
