//! Allocations, on the thread that does all the work.

use std::sync::Arc;

use allocation_counter::measure;
use hatch_mapping::{Mapper, MapperConfig, ObjectSelection, OpportunityModel, PlaceholderEmails};
use servicetitan_client::Job;
use sync_core::MemoryStore;

use crate::feed;
use crate::records::Records;
use crate::tenant::{self, runtime};

#[test]
fn a_job_of_a_feed_takes_no_more_allocations_than_accepted() {
    let (runtime, client) = (runtime(), feed::client());
    // The first page pays for the token too.
    runtime.block_on(feed::read_page(&client));
    let taken = measure(|| drop(runtime.block_on(feed::read_page(&client)))).count_total;
    guards::check([("allocations.job_of_a_feed", taken as f64 / feed::JOBS as f64)]);
}

#[test]
fn a_job_from_the_mirror_takes_no_more_allocations_than_accepted() {
    let job = feed::job().to_string();
    let taken = measure(|| drop(serde_json::from_str::<Job>(&job).unwrap())).count_total;
    guards::check([("allocations.job_from_the_mirror", taken as f64)]);
}

#[test]
fn a_job_that_is_mapped_takes_no_more_allocations_than_accepted() {
    let mut config = MapperConfig::new(OpportunityModel::Job, "custom:servicetitan");
    config.selection = ObjectSelection::all(OpportunityModel::Job);
    config.placeholder_emails = PlaceholderEmails::common();
    let (mapper, records) = (Mapper::new(config).unwrap(), Records::new());
    let record = records.joined();
    let taken = measure(|| drop(mapper.map(&record))).count_total;
    guards::check([("allocations.mapped_job", taken as f64)]);
}

#[test]
fn an_opportunity_of_a_backfill_takes_no_more_allocations_than_accepted() {
    let runtime = runtime();
    let tenant = runtime.block_on(tenant::open(Arc::new(MemoryStore::new())));
    let mut delivered = 0;
    let taken = measure(|| delivered = runtime.block_on(tenant.sync())).count_total;
    guards::check([("allocations.opportunity_of_a_backfill", taken as f64 / delivered as f64)]);
}
