//! The meaning of an answer other than success.

use std::collections::BTreeMap;
use std::time::Duration;

use ::http::{HeaderMap, Response, StatusCode};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::wording::{OutsideText, identifier};
use crate::error::{Call, Error, FieldProblem};
use crate::model::unread::shown_name;
use crate::repair::without_mark;
use crate::scopes::Scope;

/// The longest pause that is believed. A longer one is taken for a mistake of the server.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// ServiceTitan's problem details (RFC 7807). Every member may be missing or of another type, which costs that member only.
struct Problem(Value);

impl Problem {
    fn of(answer: &Response<Bytes>) -> Problem {
        Problem(serde_json::from_slice(without_mark(answer.body())).unwrap_or_default())
    }

    fn text(&self, member: &str) -> Option<OutsideText<'_>> {
        self.0[member].as_str().map(OutsideText::new)
    }

    fn texts(&self) -> impl Iterator<Item = OutsideText<'_>> {
        ["title", "detail", "message"].into_iter().filter_map(|member| self.text(member))
    }

    fn says(&self, phrase: &str) -> bool {
        self.texts().any(|text| text.contains(phrase))
    }

    fn trace_id(&self) -> Option<String> {
        self.0["traceId"].as_str().map(identifier)
    }

    fn summary(&self) -> String {
        let text = self.text("title").or_else(|| self.text("message")).map(|text| text.filtered());
        text.filter(|text| !text.trim().is_empty()).unwrap_or_else(|| "no reason given".to_owned())
    }

    fn fields(&self) -> Vec<FieldProblem> {
        let Some(errors) = self.0["errors"].as_object() else { return Vec::new() };
        let message = |value: &Value| value.as_str().map(|text| OutsideText::new(text).filtered());
        let messages = |value: &Value| match value {
            Value::Array(list) => list.iter().filter_map(message).collect(),
            text => message(text).into_iter().collect(),
        };
        let fields: BTreeMap<String, Vec<String>> =
            errors.iter().map(|(field, value)| (shown_name(field).to_owned(), messages(value))).collect();
        fields.into_iter().map(|(field, messages)| FieldProblem { field, messages }).collect()
    }
}

/// Returns the error that a refusal stands for.
pub(crate) fn error_of(answer: &Response<Bytes>, scope: Option<Scope>, mut call: Call) -> Error {
    let problem = Problem::of(answer);
    call.trace_id = problem.trace_id().or_else(|| trace_id(answer.headers()));
    let call = Box::new(call);
    let not_accepted = "ServiceTitan does not accept the request's credentials: check that the app key belongs to this \
                        app, and that the tenant has connected the app (Settings > Integrations > API Application Access)";
    match answer.status().as_u16() {
        401 => Error::Auth { message: not_accepted.to_owned(), call },
        403 if problem.says("Scope validation failed") => Error::MissingScope { scope, call },
        403 => Error::Auth { message: not_accepted.to_owned(), call },
        404 if problem.says("Unable to match incoming request to an operation") => {
            Error::UnknownPath { call }
        }
        404 => Error::NotFound { call },
        409 => Error::Conflict { message: problem.summary(), call },
        429 => Error::RateLimited { retry_after: retry_after(answer, &problem), call },
        408 => Error::Server { status: 408, call },
        status @ 400..=499 => Error::Rejected {
            message: format!("{} (status {status})", problem.summary()),
            fields: problem.fields(),
            call,
        },
        status @ 300..=399 => Error::Unexpected {
            message: format!(
                "the server redirects (status {status}), and redirects are not followed: check the environment's addresses"
            ),
            call,
        },
        status => Error::Server { status, call },
    }
}

/// Returns the time at which the answer was made, by the server's clock.
pub(crate) fn server_time(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    let date = headers.get(::http::header::DATE)?.to_str().ok()?;
    DateTime::parse_from_rfc2822(date).ok().map(|time| time.with_timezone(&Utc))
}

/// Returns the trace ID in the answer's headers.
pub(crate) fn trace_id(headers: &HeaderMap) -> Option<String> {
    ["x-trace-id", "trace-id", "x-correlation-id", "request-id"]
        .iter()
        .find_map(|name| headers.get(*name)?.to_str().ok().map(identifier))
}

/// Returns the pause that a 429 asks for: the header's seconds or time of day, or else the last number before "seconds" in the text. A pause of
/// zero counts as none.
fn retry_after(answer: &Response<Bytes>, problem: &Problem) -> Option<Duration> {
    let header = answer.headers().get(::http::header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    let is_pause = |pause: &Duration| !pause.is_zero();
    let pause = header
        .and_then(|text| seconds(text.trim()).or_else(|| until(text, answer.headers())))
        .filter(is_pause)
        .or_else(|| problem.texts().find_map(|text| text.find(seconds_in)).filter(is_pause))?;
    Some(pause.min(LONGEST_PAUSE))
}

fn seconds(text: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(text.parse().ok()?).ok()
}

/// Returns the time until a moment by the server's clock, since ours may be wrong; zero if the moment is past.
fn until(time: &str, headers: &HeaderMap) -> Option<Duration> {
    let time = DateTime::parse_from_rfc2822(time).ok()?.with_timezone(&Utc);
    Some((time - server_time(headers)?).to_std().unwrap_or_default())
}

fn seconds_in(text: &str) -> Option<Duration> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_second = |word: &str| word.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("second"));
    words.windows(2).rev().filter(|pair| is_second(pair[1])).find_map(|pair| seconds(pair[0]))
}

/// Whether a success has no content, as some writes answer.
pub(crate) fn is_empty(answer: &Response<Bytes>) -> bool {
    answer.status() == StatusCode::NO_CONTENT || answer.body().iter().all(u8::is_ascii_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str, retry_after: Option<&str>) -> Response<Bytes> {
        let mut answer = Response::builder().status(status).body(body.to_owned().into()).unwrap();
        if let Some(value) = retry_after {
            answer.headers_mut().insert(::http::header::RETRY_AFTER, value.parse().unwrap());
        }
        answer
    }

    fn error(status: u16, body: &str) -> Error {
        let call = Call::new("GET", "p", 1);
        error_of(&answer(status, body, None), Some(Scope::from_static("tn.crm.customers:w")), call)
    }

    fn pause(title: &str, header: Option<&str>) -> Option<Duration> {
        retry_after_of(&answer(429, &serde_json::json!({ "title": title }).to_string(), header))
    }

    fn retry_after_of(answer: &Response<Bytes>) -> Option<Duration> {
        retry_after(answer, &Problem::of(answer))
    }

    #[test]
    fn the_pause_may_be_a_decimal_or_stand_in_the_title() {
        assert_eq!(pause("", Some("2")), Some(Duration::from_secs(2)));
        assert_eq!(pause("", Some("1.5")), Some(Duration::from_millis(1500)));
        assert_eq!(
            pause("Rate limit is exceeded. Try again in 7 seconds.", None),
            Some(Duration::from_secs(7))
        );
        assert_eq!(
            pause("More than 60 calls per second. Wait 7 Seconds.", None),
            Some(Duration::from_secs(7))
        );
        assert_eq!(
            pause("60 calls in 1 second exceeded. Wait 2.5 seconds", None),
            Some(Duration::from_millis(2500))
        );
        assert_eq!(pause("Too Many Requests", None), None);
        assert_eq!(pause("Try again in 0 seconds.", None), None);
        assert_eq!(pause("Try again in 3 seconds.", Some("0")), Some(Duration::from_secs(3)));
        assert_eq!(pause("", Some("-1")), None);
        assert_eq!(pause("", Some("NaN")), None);
        assert_eq!(pause("", Some("1e300")), None);
        assert_eq!(pause("second", None), None);
    }

    #[test]
    fn the_pause_may_be_a_time_which_counts_from_the_answers_own() {
        let pause = |retry_after: &str, date: Option<&str>| {
            let mut answer = answer(429, "", Some(retry_after));
            if let Some(date) = date {
                answer.headers_mut().insert(::http::header::DATE, date.parse().unwrap());
            }
            retry_after_of(&answer)
        };
        let date = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(pause("Sun, 06 Nov 1994 08:50:07 GMT", date), Some(Duration::from_secs(30)));
        assert_eq!(pause("Sun, 06 Nov 1994 08:49:07 GMT", date), None);
        assert_eq!(pause("Mon, 07 Nov 1994 08:49:37 GMT", date), Some(LONGEST_PAUSE));
        assert_eq!(pause("Sun, 06 Nov 1994 08:50:07 GMT", None), None);
        assert_eq!(pause("tomorrow", date), None);
    }

    #[test]
    fn a_scope_that_was_not_ticked_is_named_in_the_portals_words() {
        let error = error(403, r#"{"title":"Scope validation failed","traceId":"00-ab"}"#);
        assert!(error.to_string().contains("CRM > Customers, write"), "{error}");
        assert_eq!(error.trace_id(), Some("00-ab"));
    }

    #[test]
    fn a_path_that_the_gateway_does_not_know_is_no_missing_record() {
        let gateway = r#"{"statusCode":404,"message":"Unable to match incoming request to an operation."}"#;
        assert!(matches!(error(404, gateway), Error::UnknownPath { .. }));
        assert!(matches!(error(404, r#"{"title":"Job not found"}"#), Error::NotFound { .. }));
        assert!(matches!(error(404, ""), Error::NotFound { .. }));
    }

    #[test]
    fn a_rejection_names_the_fields_and_hides_the_values() {
        let body = r#"{"title":"Validation failed for 'John Smith'",
            "errors":{"Email":["The value 'john@example.com' isn't valid, nor is john@example.com or 555-123-4567."]}}"#;
        let Error::Rejected { message, fields, .. } = error(400, body) else { panic!("not a rejection") };
        assert_eq!(message, "Validation failed for … (status 400)");
        assert_eq!(fields[0].field, "Email");
        assert_eq!(fields[0].messages, ["The value … isn't valid, nor is … or …"]);
    }

    #[test]
    fn a_member_of_another_type_costs_neither_the_others_nor_the_trace_id() {
        let body = "\u{feff}{\"title\":7,\"message\":\"The phone is invalid\",\"traceId\":\"00-ab\",\"errors\":{\"Phone\":[null,\"not valid\"],\"Name\":3}}";
        let error = error(400, body);
        assert_eq!(error.trace_id(), Some("00-ab"));
        let Error::Rejected { message, fields, .. } = error else { panic!("not a rejection") };
        assert_eq!(message, "The phone is invalid (status 400)");
        assert_eq!(fields[1].messages, ["not valid"]);
        assert!(fields[0].messages.is_empty());
    }

    #[test]
    fn each_status_has_its_meaning() {
        assert!(matches!(error(401, ""), Error::Auth { .. }));
        assert!(matches!(error(403, "<html>"), Error::Auth { .. }));
        assert!(matches!(error(409, "{}"), Error::Conflict { .. }));
        assert!(matches!(error(422, "[]"), Error::Rejected { .. }));
        assert!(matches!(error(302, ""), Error::Unexpected { .. }));
        assert!(matches!(error(503, "<html>"), Error::Server { status: 503, .. }));
    }
}
