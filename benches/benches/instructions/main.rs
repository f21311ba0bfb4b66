//! Instructions of the hot paths, counted under Valgrind by Gungraun. The test `instructions` of `benches/tests/guards` compares the counts with the
//! accepted figures in `benches/guards.toml`: `benches/README.md` has both commands.
//!
//! A count is the same on every run of the same program, however loaded the machine is. It changes with the compiler and with libraries.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a bench may fail")]

#[path = "../../tests/guards/feed.rs"]
mod feed;
#[path = "../mapping/records.rs"]
mod records;

use std::hint::black_box;

use gungraun::{library_benchmark, library_benchmark_group, main};
use hatch_mapping::{
    Mapper, MapperConfig, ObjectSelection, Opportunity, OpportunityModel, PlaceholderEmails,
};
use servicetitan_client::{Job, ServiceTitan};
use sync_core::{Change, Epoch, Link, MemoryStore, MirrorRecord, Resource, Role, Store};
use tokio::runtime::{Builder, Runtime};

use records::Records;

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Returns a client that has its token.
fn client() -> (Runtime, ServiceTitan) {
    let (runtime, client) = (runtime(), feed::client());
    runtime.block_on(feed::read_page(&client));
    (runtime, client)
}

fn mirrored() -> Vec<String> {
    vec![feed::job().to_string(); feed::JOBS]
}

fn mapper_and_records() -> (Mapper, Records) {
    let mut config = MapperConfig::new(OpportunityModel::Job, "custom:servicetitan");
    config.selection = ObjectSelection::all(OpportunityModel::Job);
    config.placeholder_emails = PlaceholderEmails::common();
    (Mapper::new(config).unwrap(), Records::new())
}

fn opportunity() -> Opportunity {
    let (mapper, records) = mapper_and_records();
    mapper.map(&records.joined()).opportunity
}

/// Returns a page's changes: each record with two links, a dirty mark, and the cursor.
fn page_of_changes(first: i64) -> Vec<Change> {
    let body = feed::job().to_string();
    let links = vec![
        Link { resource: Resource::Customers, id: 50_001 },
        Link { resource: Resource::Locations, id: 60_001 },
    ];
    let record = |id| MirrorRecord {
        links: links.clone(),
        body: Some(body.clone()),
        ..MirrorRecord::absent(Resource::Jobs, id)
    };
    let of_job =
        |id| [Change::PutRecord(record(id)), Change::MarkDirty { integration: "jobs".to_owned(), id }];
    let mut changes: Vec<Change> = (first..first + 500).flat_map(of_job).collect();
    changes.push(Change::SetValue { key: "cursor".to_owned(), value: "next".to_owned() });
    changes
}

/// Returns a store that has ten pages, and one more page.
fn store() -> (Runtime, MemoryStore, Epoch, Vec<Change>) {
    let (runtime, store) = (runtime(), MemoryStore::new());
    let epoch = runtime.block_on(store.open("guards", Role::Syncing)).unwrap();
    for page in 0..10 {
        runtime.block_on(store.commit("guards", epoch, page_of_changes(1_000 * page))).unwrap();
    }
    // Half of the page's records are there already.
    (runtime, store, epoch, page_of_changes(9_250))
}

#[library_benchmark]
#[bench::job(client())]
fn decode_page((runtime, client): (Runtime, ServiceTitan)) -> (Runtime, ServiceTitan, Vec<Job>) {
    let jobs = runtime.block_on(feed::read_page(black_box(&client)));
    // Whatever is returned is dropped outside of the count.
    (runtime, client, jobs)
}

#[library_benchmark]
#[bench::job(mirrored())]
fn decode_from_mirror(bodies: Vec<String>) -> (Vec<String>, Vec<Job>) {
    let jobs = black_box(&bodies).iter().map(|body| serde_json::from_str(body).unwrap()).collect();
    (bodies, jobs)
}

#[library_benchmark]
#[bench::job(mapper_and_records())]
fn map((mapper, records): (Mapper, Records)) -> (Mapper, Records, Opportunity) {
    let opportunity = mapper.map(black_box(&records.joined())).opportunity;
    (mapper, records, opportunity)
}

#[library_benchmark]
#[bench::job(opportunity())]
fn hash_and_write_body(opportunity: Opportunity) -> (Opportunity, blake3::Hash, Vec<u8>) {
    let body = || serde_json::to_vec(black_box(&opportunity)).unwrap();
    let (hash, body) = (blake3::hash(&body()), body());
    (opportunity, hash, body)
}

#[library_benchmark]
#[bench::page(store())]
fn commit_to_memory(
    (runtime, store, epoch, changes): (Runtime, MemoryStore, Epoch, Vec<Change>),
) -> (Runtime, MemoryStore) {
    runtime.block_on(store.commit("guards", epoch, black_box(changes))).unwrap();
    (runtime, store)
}

library_benchmark_group!(
    name = hot_paths,
    benchmarks = [decode_page, decode_from_mirror, map, hash_and_write_body, commit_to_memory]
);
main!(library_benchmark_groups = hot_paths);
