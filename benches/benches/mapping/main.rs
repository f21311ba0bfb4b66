//! Mapping of a job with everything selected, and of its standard fields alone, compared with writing the same opportunity as JSON.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, reason = "a bench reports and may fail")]

mod records;

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use hatch_mapping::{Mapper, MapperConfig, ObjectSelection, OpportunityModel, PlaceholderEmails};

use records::Records;

/// Upper bound of the mapping's time, in units of writing the opportunity as JSON.
const BOUND: f64 = 1.5;
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

    let write = || drop(black_box(serde_json::to_vec(black_box(&opportunity)).unwrap()));
    let write_values = || drop(black_box(serde_json::to_vec(black_box(&as_values)).unwrap()));
    let map = || drop(black_box(mapper.map(black_box(&record))));
    let standard_fields = || drop(black_box(mapper.standard_fields(black_box(&record))));

    let mut group = criterion.benchmark_group("one job, everything selected");
    group.bench_function("writing the opportunity as JSON (baseline)", |bencher| bencher.iter(write));
    group.bench_function("writing it from serde_json::Value", |bencher| bencher.iter(write_values));
    group.bench_function("mapping", |bencher| bencher.iter(map));
    group.bench_function("standard fields alone", |bencher| bencher.iter(standard_fields));
    group.finish();

    let [write, write_values, map, standard_fields] =
        fastest_in_turns([&write, &write_values, &map, &standard_fields]);
    let ratio = |part: Duration, whole: Duration| part.as_secs_f64() / whole.as_secs_f64();
    println!("{} bytes of JSON", serde_json::to_vec(&opportunity).unwrap().len());
    println!("mapping / writing the opportunity:      {:.2} (at most {BOUND})", ratio(map, write));
    println!("mapping / writing it from Values:       {:.2}", ratio(map, write_values));
    println!("standard fields alone / writing:        {:.3}", ratio(standard_fields, write));
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
