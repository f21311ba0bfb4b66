//! One opportunity with everything selected, from its records to its fingerprint and its body, compared with writing the same body from
//! `serde_json::Value`; and its standard fields alone.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, reason = "a bench reports and may fail")]

mod records;

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use hatch_mapping::{Mapper, MapperConfig, ObjectSelection, OpportunityModel, PlaceholderEmails};

use records::Records;

/// The goal for the way from the records to fingerprint and body, in units of writing the body from `serde_json::Value`.
const GOAL: f64 = 1.2;
/// Upper bound of the time for the standard fields alone.
const STANDARD_FIELDS_BOUND: Duration = Duration::from_micros(1);

fn mapping(criterion: &mut Criterion) {
    let mut config = MapperConfig::new(OpportunityModel::Job, "custom:servicetitan");
    config.selection = ObjectSelection::all(OpportunityModel::Job);
    config.placeholder_emails = PlaceholderEmails::common();
    let mapper = Mapper::new(config).unwrap();
    let records = Records::new();
    let record = records.joined();
    let opportunity = mapper.map(&record).opportunity;
    assert_eq!(mapper.map(&record).warnings, []);
    assert_eq!(opportunity.email.as_deref(), Some("john.smith@mail.example"));
    let as_values = serde_json::to_value(&opportunity).unwrap();

    let write_values = || drop(black_box(serde_json::to_vec(black_box(&as_values)).unwrap()));
    let body = serde_json::to_vec(&opportunity).unwrap();
    let hash = || {
        black_box(blake3::hash(black_box(&body)));
    };
    let map = || drop(black_box(mapper.map(black_box(&record))));
    // As the engine and a sink do it: the body is hashed, and written for the request.
    let whole = || {
        let opportunity = mapper.map(black_box(&record)).opportunity;
        let fingerprint = blake3::hash(&serde_json::to_vec(&opportunity).unwrap());
        drop(black_box((fingerprint, serde_json::to_vec(&opportunity).unwrap())));
    };
    let standard_fields = || drop(black_box(mapper.standard_fields(black_box(&record))));

    let mut group = criterion.benchmark_group("one job, everything selected");
    group.bench_function("writing the body from serde_json::Value (baseline)", |bencher| {
        bencher.iter(write_values);
    });
    group.bench_function("hashing the body", |bencher| bencher.iter(hash));
    group.bench_function("mapping, with the details as text", |bencher| bencher.iter(map));
    group.bench_function("mapping, fingerprint and body", |bencher| bencher.iter(whole));
    group.bench_function("standard fields alone", |bencher| bencher.iter(standard_fields));
    group.finish();

    let [write_values, hash, map, whole, standard_fields] =
        fastest_in_turns([&write_values, &hash, &map, &whole, &standard_fields]);
    let ratio = |part: Duration| part.as_secs_f64() / write_values.as_secs_f64();
    println!("{} bytes of JSON; in units of writing them from serde_json::Value:", body.len());
    println!("hashing the body:              {:.2}", ratio(hash));
    println!("mapping, with the details:     {:.2}", ratio(map));
    println!("mapping, fingerprint and body: {:.2} (goal: at most {GOAL})", ratio(whole));
    println!("standard fields alone:         {:.3}", ratio(standard_fields));
    println!("standard fields alone: {standard_fields:?} (at most {STANDARD_FIELDS_BOUND:?})");
}

/// Measures the time of one run of each function: the fastest of many short rounds. The functions take turns, so that other load on the
/// machine affects all of them alike.
fn fastest_in_turns<const N: usize>(tasks: [&dyn Fn(); N]) -> [Duration; N] {
    const ROUNDS: u32 = 200;
    const TIMES: u32 = 50;
    let mut fastest = [Duration::MAX; N];
    for _ in 0..ROUNDS {
        for (task, fastest) in tasks.iter().zip(&mut fastest) {
            let start = Instant::now();
            for _ in 0..TIMES {
                task();
            }
            *fastest = (*fastest).min(start.elapsed() / TIMES);
        }
    }
    fastest
}

criterion_group!(benches, mapping);
criterion_main!(benches);
