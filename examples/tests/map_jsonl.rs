//! `map_jsonl` as a program: what stands on its standard input, and what on its standard output.

mod example;

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;

use serde_json::{Value, json};

static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| example::built("map_jsonl"));

fn start(arguments: &[&str]) -> Child {
    let mut command = Command::new(&*PROGRAM);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("map_jsonl starts")
}

/// Runs the program over bytes.
fn run(input: &[u8]) -> Output {
    let mut child = start(&[]);
    let mut stdin = child.stdin.take().expect("an input");
    let input = input.to_vec();
    // Beside reading the output: neither pipe holds everything.
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("map_jsonl ends");
    writer.join().expect("no panic").expect("map_jsonl reads all of its input");
    output
}

/// What the program answers to lines; it must succeed and say nothing else.
fn answers(input: &[u8]) -> Vec<Value> {
    let output = run(input);
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(text.is_empty() || text.ends_with('\n'), "the last line is not ended");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn answer(line: &Value) -> Value {
    let mut answers = answers(line.to_string().as_bytes());
    assert_eq!(answers.len(), 1);
    answers.remove(0)
}

/// The error on a line; it must be the first one.
fn error(line: &Value) -> String {
    let answer = answer(line);
    let fields = answer.as_object().expect("an object");
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["error", "line"], "{answer}");
    assert_eq!(answer["line"], 1);
    answer["error"].as_str().expect("a text").to_owned()
}

fn job(id: i64) -> Value {
    json!({"model": "job", "record": {"id": id, "customerId": 7}, "customer": {"id": 7, "name": "Smith, John"}})
}

fn with(mut line: Value, key: &str, value: Value) -> Value {
    line[key] = value;
    line
}

/// A line with every key.
fn full_job() -> Value {
    json!({
        "model": "job",
        "select": ["estimates", "appointments", "appointment_assignments", "cancel_reasons", "tag_types", "campaigns",
            "zones", "employees_and_technicians", "invoices"],
        "placeholder_emails": ["noemail.com", "none*@example.org"],
        "record": {"id": 42, "customerId": 7, "locationId": 8, "businessUnitId": 9, "jobTypeId": 10, "campaignId": 11,
            "soldById": 31, "tagTypeIds": [61], "jobStatus": "Canceled",
            "createdOn": "2026-01-01T10:00:00Z", "modifiedOn": "2026-01-02T10:00:00.2876004Z"},
        "customer": {"id": 7, "name": "Smith, John", "contacts": [
            {"id": 1, "type": "Phone", "value": "555-0101", "createdOn": "2026-01-04T00:00:00Z"},
            {"id": 2, "type": "MobilePhone", "value": "555-0102", "createdOn": "2026-01-01T00:00:00Z"},
            {"id": 3, "type": "Email", "value": "None-1@Example.org", "createdOn": "2026-01-03T00:00:00Z"},
            {"id": 4, "type": "Email", "value": "john@smith.example", "createdOn": "2026-01-02T00:00:00Z"}]},
        "location": {"id": 8, "name": "Home", "zoneId": 13,
            "contacts": [{"id": 5, "type": "Phone", "value": "555-0104"}]},
        "business_unit": {"id": 9, "name": "Plumbing"},
        "job_type": {"id": 10, "name": "Repair"},
        "membership_type": null,
        "campaign": {"id": 11, "name": "Radio", "category": {"id": 14, "name": "Media"}},
        "campaign_category": {"id": 14, "name": "Media", "type": "Paid"},
        "tag_types": [{"id": 61, "name": "VIP"}],
        "zone": {"id": 13, "name": "North"},
        "cancel_reason": {"id": 16, "name": "Moved away"},
        "appointments": [{"id": 21, "jobId": 42, "createdOn": "2026-01-01T10:00:00Z", "modifiedOn": "2026-03-09T10:00:00Z"},
            {"id": 22, "jobId": 42, "createdOn": "2026-01-05T10:00:00Z", "modifiedOn": "2026-01-06T10:00:00Z"}],
        "appointment_assignments": [{"id": 25, "appointmentId": 22, "technicianId": 31}],
        "estimates": [{"id": 51, "jobId": 42, "soldBy": 41, "createdOn": "2026-01-03T10:00:00Z", "items": [{"id": 511}]}],
        "invoices": [{"id": 71, "total": "129.50", "items": [{"id": 711, "total": "129.50"}]}],
        "employees": [{"id": 41, "name": "Erin"}],
        "technicians": [{"id": 31, "name": "Tom"}],
        "recurring_services": [],
        "recurring_service_events": []
    })
}

#[test]
fn a_line_with_every_key_becomes_hatchs_body() {
    let body = answer(&full_job());
    for (field, value) in [
        ("/source", json!("custom:servicetitan")),
        ("/firstName", json!("John")),
        ("/lastName", json!("Smith")),
        ("/email", json!("john@smith.example")),
        ("/phoneNumber", json!("555-0102")),
        ("/externalID", json!("42")),
        ("/externalContactID", json!("7")),
        ("/externalCreatedAt", json!("2026-01-01T10:00:00Z")),
        ("/externalUpdatedAt", json!("2026-01-06T10:00:00Z")),
        ("/details/customer/contacts/0/id", json!(1)),
        ("/details/location/contacts/0/value", json!("555-0104")),
        ("/details/location/zone/name", json!("North")),
        ("/details/businessUnit/name", json!("Plumbing")),
        ("/details/jobType/name", json!("Repair")),
        ("/details/campaign/category/type", json!("Paid")),
        ("/details/tags/0/name", json!("VIP")),
        ("/details/cancelReason/name", json!("Moved away")),
        ("/details/appointments/0/assignments/0/technician/name", json!("Tom")),
        ("/details/appointments/1/id", json!(21)),
        ("/details/estimates/0/soldByEmployee/name", json!("Erin")),
        ("/details/invoices/0/items/0/total", json!("129.50")),
        ("/details/soldBy/name", json!("Tom")),
    ] {
        assert_eq!(body.pointer(field), Some(&value), "{field}");
    }
    assert!(!body.as_object().expect("an object").contains_key("status"));
}

#[test]
fn a_membership_with_its_own_joins_becomes_hatchs_body() {
    let body = answer(&json!({
        "model": "membership",
        "select": ["recurring_services", "recurring_service_events"],
        "record": {"id": 43, "customerId": 7, "membershipTypeId": 12},
        "customer": {"id": 7, "name": "Prince"},
        "membership_type": {"id": 12, "name": "Gold"},
        "recurring_services": [{"id": 81, "name": "Tune-up", "membershipId": 43}],
        "recurring_service_events": [{"id": 82, "name": "Spring", "membershipId": 43}]
    }));
    assert_eq!((&body["externalID"], &body["firstName"]), (&json!("43"), &json!("Prince")));
    assert_eq!(body["lastName"], Value::Null);
    assert_eq!(body["details"]["membershipType"]["name"], "Gold");
    assert_eq!(body["details"]["recurringServices"][0]["name"], "Tune-up");
    assert_eq!(body["details"]["recurringServiceEvents"][0]["name"], "Spring");
}

#[test]
fn model_record_and_customer_are_enough_and_a_null_stands_for_a_missing_key() {
    let least = answer(&job(1));
    assert_eq!(least["firstName"], "John");
    assert!(!least["details"].as_object().expect("an object").contains_key("location"));
    assert_eq!(least["details"]["customer"]["contacts"], json!([]));
    let mut line = job(1);
    for key in full_job().as_object().expect("an object").keys() {
        if !["model", "record", "customer"].contains(&key.as_str()) {
            line[key] = Value::Null;
        }
    }
    line["customer"]["contacts"] = Value::Null;
    assert_eq!(answer(&line), least);
}

#[test]
fn a_missing_select_is_the_default_selection_and_an_empty_one_selects_nothing() {
    let selected = |line: &Value| {
        let details = answer(line)["details"].clone();
        ["estimates", "appointments", "invoices"].map(|name| details.get(name).is_some())
    };
    assert_eq!(selected(&job(1)), [true, true, false]);
    assert_eq!(selected(&with(job(1), "select", json!([]))), [false, false, false]);
    assert_eq!(selected(&with(job(1), "select", json!(["invoices"]))), [false, false, true]);
}

#[test]
fn lines_are_answered_in_order_and_an_error_stands_in_its_lines_place() {
    let mut input = String::new();
    for id in 1..=300 {
        input += &if id % 100 == 0 { "{broken".to_owned() } else { job(id).to_string() };
        input += "\n";
    }
    let answers = answers(input.as_bytes());
    assert_eq!(answers.len(), 300);
    for (answer, id) in answers.iter().zip(1..) {
        if id % 100 == 0 {
            assert_eq!(answer["line"], id);
            assert!(answer["error"].as_str().is_some_and(|it| it.starts_with("not JSON")), "{answer}");
        } else {
            assert_eq!(answer["externalID"], id.to_string());
        }
    }
}

#[test]
fn what_cannot_be_mapped_is_told_by_its_path() {
    let without = |key: &str| {
        let mut line = job(1);
        line.as_object_mut().expect("an object").remove(key);
        error(&line)
    };
    assert_eq!(without("model"), "missing field `model`");
    assert_eq!(without("record"), "missing field `record`");
    assert_eq!(without("customer"), "missing field `customer`");
    for (line, told) in [
        (with(job(1), "model", json!("lead")), "model: unknown variant `lead`"),
        (with(job(1), "select", json!(["estimate"])), "select[0]: unknown variant `estimate`"),
        (with(job(1), "estimate", json!([])), "estimate: unknown field `estimate`"),
        (with(job(1), "record", json!({"customerId": 7})), "record: missing field `id`"),
        (with(job(1), "record", json!({"id": [], "customerId": 7})), "record.id: expected"),
        (with(job(1), "placeholder_emails", json!("noemail.com")), "placeholder_emails: expected"),
        (json!([1]), "the line is not a JSON object"),
        (json!("text"), "the line is not a JSON object"),
    ] {
        let error = error(&line);
        assert!(error.starts_with(told), "{error:?} does not begin with {told:?}");
    }
}

/// The line's body, and what standard error tells that it lacks.
fn body_and_lost(line: &Value) -> (Value, Vec<String>) {
    let output = run(line.to_string().as_bytes());
    assert!(output.status.success(), "{output:?}");
    let body: Value = serde_json::from_slice(&output.stdout).expect("one body");
    let told = String::from_utf8(output.stderr).expect("UTF-8");
    (body, told.lines().map(str::to_owned).collect())
}

#[test]
fn a_record_that_cannot_be_read_costs_itself_and_standard_error_tells_its_path() {
    let contacts = json!([{"id": "Smith, expected John"}, {"id": 2, "type": "Phone", "value": "555-0100"}]);
    for (key, value, told) in [
        ("customer", json!({"id": 7, "contacts": contacts}), "line 1: customer.contacts[0].id: expected"),
        ("customer", json!({"id": 7, "contacts": 5}), "line 1: customer.contacts: expected a list"),
        ("customer", json!({"id": "Smith, expected John"}), "line 1: customer.id: expected"),
        ("location", json!({"id": 8, "contacts": "none"}), "line 1: location.contacts: expected a list"),
        ("location", json!([]), "line 1: location: expected"),
        (
            "appointments",
            json!([{"id": 1}, {"id": []}, null, {"id": 3}]),
            "line 1: appointments[1].id: expected",
        ),
        ("estimates", json!("none"), "line 1: estimates: expected"),
    ] {
        let (body, lost) = body_and_lost(&with(job(1), key, value));
        assert_eq!(body["externalID"], "1", "{key}");
        assert!(lost[0].starts_with(told), "{lost:?} does not begin with {told:?}");
        assert!(!lost.concat().contains("Smith") && !lost.concat().contains("555"), "{lost:?}");
    }
    let line = with(job(1), "customer", json!({"id": 7, "name": "Smith, John", "contacts": contacts}));
    assert_eq!(body_and_lost(&line).0["phoneNumber"], "555-0100", "the other contact is read");
    let line = with(job(1), "appointments", json!([{"id": 1}, {"id": []}, null, {"id": 3}]));
    let (body, lost) = body_and_lost(&line);
    assert_eq!(body["details"]["appointments"].as_array().map(Vec::len), Some(2));
    assert_eq!(lost.len(), 2, "{lost:?}");
}

#[test]
fn standard_error_tells_which_joins_are_missing_and_which_contacts_were_passed_over() {
    let mut line = with(job(1), "record", json!({"id": 1, "customerId": 7, "locationId": 8}));
    line["customer"]["contacts"] = json!([{"id": 1, "type": "Email", "value": "N/A"}]);
    let (body, lost) = body_and_lost(&line);
    assert_eq!(body["email"], Value::Null);
    assert_eq!(
        lost,
        ["line 1: the location is missing", "line 1: an e-mail contact is not an e-mail address"]
    );
}

#[test]
fn a_line_can_choose_how_contacts_are_taken() {
    let mut line = job(1);
    let settings = json!({"doNotText": true});
    line["customer"]["contacts"] = json!([
        {"id": 1, "type": "Phone", "value": "555-0100", "phoneSettings": settings},
        {"id": 2, "type": "Email", "value": "N/A"},
    ]);
    line["location"] = json!({"id": 8, "contacts": [{"id": 1, "type": "Phone", "value": "555-0200"}]});
    let taken = |line: &Value| {
        let body = body_and_lost(line).0;
        (body["phoneNumber"].clone(), body["email"].clone())
    };
    assert_eq!(taken(&line), (json!("555-0100"), Value::Null));
    assert_eq!(taken(&with(line.clone(), "email_values", json!("verbatim"))).1, "N/A");
    let careful = with(line, "skip_do_not_text", json!(true));
    assert_eq!(taken(&careful).0, Value::Null);
    assert_eq!(taken(&with(careful, "contact_fallback", json!("when_both_missing"))).0, "555-0200");
    let wrong = error(&with(job(1), "contact_fallback", json!("always")));
    assert!(wrong.starts_with("contact_fallback: unknown variant `always`"), "{wrong}");
}

#[test]
fn an_impossible_choice_is_an_error_that_names_what_is_missing() {
    let error_of = |select: Value| error(&with(job(1), "select", select));
    assert!(error_of(json!(["appointment_assignments"])).contains("`appointments`"));
    assert!(error_of(json!(["recurring_services"])).contains("`recurring_services`"));
}

#[test]
fn an_error_has_no_value_of_the_customers() {
    for line in [
        with(job(1), "record", json!({"id": "Smith, expected John"})),
        with(job(1), "skip_do_not_text", json!("Smith, expected John")),
    ] {
        let error = error(&line);
        assert!(!["Smith", "John", "555"].iter().any(|value| error.contains(value)), "{error}");
    }
}

#[test]
fn an_empty_input_gives_an_empty_output() {
    assert!(answers(b"").is_empty());
}

#[test]
fn the_marks_of_windows_and_a_last_line_without_an_end_are_no_matter() {
    let input = format!("\u{feff}{}\r\n{}", job(1), job(2));
    let ids: Vec<_> = answers(input.as_bytes()).iter().map(|it| it["externalID"].clone()).collect();
    assert_eq!(ids, ["1", "2"]);
}

#[test]
fn an_empty_line_and_one_that_is_no_text_are_errors_and_the_next_line_is_mapped() {
    let mut input = b"\n\xff\xfe\n".to_vec();
    input.extend(job(3).to_string().bytes());
    let output = run(&input);
    assert_eq!(output.stderr, b"line 2: bytes that are not UTF-8 were replaced by U+FFFD\n");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let answers: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    for line in [1, 2] {
        assert_eq!(answers[line - 1], json!({"error": "the line is not a JSON object", "line": line}));
    }
    assert_eq!(answers[2]["externalID"], "3");
}

#[test]
fn a_byte_that_is_no_utf_8_costs_its_character_and_is_told() {
    let mut line = job(2).to_string().into_bytes();
    let at = line.windows(4).position(|it| it == b"John").expect("a name");
    line[at + 1] = 0xff;
    let output = run(&line);
    assert!(output.status.success(), "{output:?}");
    let body: Value = serde_json::from_slice(&output.stdout).expect("one body");
    assert_eq!(body["firstName"], "J\u{fffd}hn");
    assert_eq!(output.stderr, b"line 1: bytes that are not UTF-8 were replaced by U+FFFD\n");
}

#[test]
fn two_objects_on_one_line_are_an_error() {
    let answers = answers(format!("{}{}\n", job(1), job(2)).as_bytes());
    assert_eq!(answers, [json!({"error": "there is more on the line than one JSON object", "line": 1})]);
}

#[test]
fn a_line_of_megabytes_is_mapped_and_nesting_without_end_is_an_error() {
    let long = with(job(1), "record", json!({"id": 1, "summary": "x".repeat(8 << 20)})).to_string();
    let deep = format!(r#"{{"model": "job", "record": {{"id": 1, "a": {}"#, "[".repeat(1 << 20));
    let answers = answers(format!("{long}\n{deep}\n{}\n", job(3)).as_bytes());
    assert_eq!(answers[0]["details"]["summary"].as_str().map(str::len), Some(8 << 20));
    assert_eq!(answers[1]["line"], 2);
    assert_eq!(answers[2]["externalID"], "3");
}

#[test]
fn an_id_of_64_bits_is_exact() {
    for id in [i64::MAX, i64::MIN] {
        let body = answer(&job(id));
        assert_eq!((&body["externalID"], &body["details"]["id"]), (&json!(id.to_string()), &json!(id)));
    }
}

#[test]
fn the_source_is_the_hosts() {
    let mut child = start(&["--source", "custom:north"]);
    let mut stdin = child.stdin.take().expect("an input");
    writeln!(stdin, "{}", job(1)).expect("map_jsonl reads");
    drop(stdin);
    let output = child.wait_with_output().expect("map_jsonl ends");
    let body: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(body["source"], "custom:north");
}

#[test]
fn a_line_is_answered_before_the_next_one_comes() {
    let mut child = start(&[]);
    let mut stdin = child.stdin.take().expect("an input");
    let mut stdout = BufReader::new(child.stdout.take().expect("an output"));
    for id in 1..=3 {
        writeln!(stdin, "{}", job(id)).expect("map_jsonl reads");
        let mut line = String::new();
        stdout.read_line(&mut line).expect("an answer");
        let body: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(body["externalID"], id.to_string());
    }
    drop(stdin);
    assert!(child.wait().expect("map_jsonl ends").success());
}

#[test]
#[cfg(target_os = "linux")]
fn memory_stays_flat_however_many_lines_there_are() {
    let mut child = start(&[]);
    let mut stdin = child.stdin.take().expect("an input");
    let stdout = BufReader::new(child.stdout.take().expect("an output"));
    let answers = std::thread::spawn(move || stdout.lines().count());
    let line = full_job().to_string();
    let lines = (10 << 20) / line.len();
    for _ in 0..lines {
        writeln!(stdin, "{line}").expect("map_jsonl reads");
    }
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).expect("a process");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    let kibibytes: usize = peak.trim().trim_end_matches(" kB").parse().expect("a number");
    assert!(kibibytes < 10 << 10, "{kibibytes} KiB for 10 MiB of lines");
    drop(stdin);
    assert_eq!(answers.join().expect("no panic"), lines);
    assert!(child.wait().expect("map_jsonl ends").success());
}

#[test]
fn whoever_stops_reading_ends_the_program_quietly() {
    let mut child = start(&[]);
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().expect("an input");
    // As soon as the program has ended nobody reads this any more either.
    while writeln!(stdin, "{}", job(1)).is_ok() {}
    let output = child.wait_with_output().expect("map_jsonl ends");
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

#[test]
#[cfg(unix)]
fn an_input_that_cannot_be_read_is_a_failure() {
    let folder = std::fs::File::open(env!("CARGO_MANIFEST_DIR")).expect("a folder opens");
    let mut command = Command::new(&*PROGRAM);
    let output = command.stdin(folder).output().expect("map_jsonl ends");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("the input cannot be read"), "{output:?}");
}

#[test]
fn a_field_that_cannot_be_read_costs_the_field_and_is_told_with_its_path_and_without_its_value() {
    let mut line = full_job();
    for (pointer, odd) in [
        ("/record/createdOn", json!(5)),
        ("/record/jobNumber", json!({"number": "secret"})),
        ("/customer/name", json!(5)),
        ("/customer/contacts/1/createdOn", json!("soon")),
        ("/location/zoneId", json!("north")),
        ("/job_type/name", json!(["secret"])),
        ("/appointments/0/modifiedOn", json!(5)),
        ("/invoices/0/items/0/total", json!("1,234.50")),
    ] {
        let (parent, name) = pointer.rsplit_once('/').expect("a field");
        line.pointer_mut(parent).expect("a record")[name] = odd;
    }
    let (body, told) = body_and_lost(&line);
    assert_eq!(body["externalID"], "42");
    assert_eq!(body["externalCreatedAt"], Value::Null);
    // A number where a text belongs leaves no doubt.
    assert_eq!(body["firstName"], "5");
    assert_eq!(body["phoneNumber"], "555-0102");
    for path in [
        "record.createdOn",
        "record.jobNumber",
        "customer.contacts[1].createdOn",
        "location.zoneId",
        "job_type.name",
        "appointments[0].modifiedOn",
        "invoices[0].items[0].total",
    ] {
        let of_field = |line: &&String| line.starts_with(&format!("line 1: {path}: expected "));
        assert_eq!(told.iter().filter(of_field).count(), 1, "{path}: {told:?}");
    }
    assert!(!told.iter().any(|line| line.contains("customer.name") || line.contains("secret")), "{told:?}");
}

#[test]
fn an_object_where_a_list_belongs_is_a_list_of_one_and_an_empty_one_is_an_empty_list() {
    let line = with(job(42), "appointments", json!({"id": 21, "jobId": 42}));
    let mut line = with(with(line, "estimates", json!({})), "tag_types", json!(null));
    line["customer"]["contacts"] = json!({"id": 1, "type": "Phone", "value": "555-0101"});
    let body = answer(&line);
    assert_eq!(body["phoneNumber"], "555-0101");
    assert_eq!(body.pointer("/details/appointments/0/id"), Some(&json!(21)));
    assert_eq!(body.pointer("/details/estimates"), Some(&json!([])));
}
