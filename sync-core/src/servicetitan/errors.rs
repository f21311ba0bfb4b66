//! The client's errors and record problems, translated into the engine's.

use servicetitan_client::{Error, ProblemKind, RecordProblem};

use crate::links::Linked;
use crate::record::owner;
use crate::{BadField, Resource, SourceError, SourceErrorKind};

/// Describes the records that could not be decoded, each in a line with resource, ID and JSON path.
pub(super) fn lost_records(resource: Resource, problems: &[RecordProblem]) -> Vec<String> {
    let worded = |problem: &RecordProblem| {
        let id = problem.id.map_or_else(|| "without ID".to_owned(), |id| id.to_string());
        format!("{resource} {id} at {}: {}", problem.path, problem.reason)
    };
    problems.iter().filter(|problem| problem.is_record_lost()).map(worded).collect()
}

/// The fields that could not be read of records that could, and the values that were repaired.
pub(super) fn bad_fields<T: Linked>(
    resource: Resource,
    records: &[T],
    problems: &[RecordProblem],
) -> Vec<BadField> {
    let unread = records.iter().flat_map(|record| {
        let (id, owner) = (Some(record.id().into()), Some(owner(resource, &record.links())));
        let fields = record.unread_fields().into_iter();
        fields.map(move |field| BadField { id, owner, path: field.path_without_indexes() })
    });
    let repaired = problems.iter().filter(|problem| problem.kind == ProblemKind::ValueRepaired);
    let repaired = repaired.map(|problem| BadField {
        id: problem.id,
        owner: None,
        path: problem.path_without_indexes(),
    });
    unread.chain(repaired).collect()
}

pub(super) fn refused(message: String) -> SourceError {
    SourceError { kind: SourceErrorKind::Refused, message }
}

pub(super) fn no_such_lookup(resource: Resource) -> SourceError {
    refused(format!("ServiceTitan has no such lookup for {resource}"))
}

impl From<Error> for SourceError {
    fn from(error: Error) -> Self {
        let kind = match &error {
            Error::MissingScope { .. } => SourceErrorKind::MissingScope,
            Error::NotFound { .. } => SourceErrorKind::NotFound,
            Error::Auth { .. } => SourceErrorKind::Auth,
            // The client uses published paths only: a gateway that does not know one is out of order for now. Taking the error as temporary
            // costs one resource of one run.
            Error::UnknownPath { .. } => SourceErrorKind::Temporary,
            error if error.is_temporary() => SourceErrorKind::Temporary,
            _ => SourceErrorKind::Refused,
        };
        SourceError { kind, message: error.to_string() }
    }
}
