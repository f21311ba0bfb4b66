//! The findings of a check, and their advice.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use hatch_mapping::{
    Mapper, MapperConfig, NoteTarget, ObjectSelection, Opportunity, OpportunityModel, PushConfig, PushRule,
};
use servicetitan_client::Scope;
use sync_core::{
    CheckReport, Engine, FeedPage, FeedPosition, FindingStatus, Integration, ListPage, MemoryStore,
    OpportunitySink, Priority, Records, Resource, Role, SinkError, Source, SourceDescription, SourceError,
    SourceErrorKind, Store, Upserted,
};

/// A source that answers only a check.
struct Titan(Result<SourceDescription, SourceError>);

fn unasked<T>() -> Result<T, SourceError> {
    panic!("a check reads nothing else")
}

#[async_trait]
impl Source for Titan {
    async fn check(&self) -> Result<SourceDescription, SourceError> {
        self.0.clone()
    }
    async fn read_feed(
        &self,
        _: Resource,
        _: &FeedPosition,
        _: bool,
        _: Priority,
    ) -> Result<FeedPage, SourceError> {
        unasked()
    }
    async fn read_by_ids(&self, _: Resource, _: &[i64], _: Priority) -> Result<Records, SourceError> {
        unasked()
    }
    async fn read_children(
        &self,
        _: Resource,
        _: Resource,
        _: &[i64],
        _: Priority,
    ) -> Result<Records, SourceError> {
        unasked()
    }
    async fn read_list(
        &self,
        _: Resource,
        _: DateTime<Utc>,
        _: u32,
        _: Priority,
    ) -> Result<ListPage, SourceError> {
        unasked()
    }
    async fn write_note(&self, _: NoteTarget, _: i64, _: &str) -> Result<(), SourceError> {
        unasked()
    }
    async fn note_texts(&self, _: NoteTarget, _: i64) -> Result<Vec<String>, SourceError> {
        unasked()
    }
    fn request_counts(&self) -> BTreeMap<String, u64> {
        BTreeMap::new()
    }
}

struct Hatch(Result<(), SinkError>);

#[async_trait]
impl OpportunitySink for Hatch {
    fn identity(&self) -> String {
        "north-side".to_owned()
    }
    async fn upsert(&self, _: &Opportunity) -> Result<Upserted, SinkError> {
        panic!("a check delivers nothing")
    }
    async fn check(&self) -> Result<(), SinkError> {
        self.0.clone()
    }
}

/// The scopes for jobs with all objects and for notes on all targets.
const SCOPES: [&str; 19] = [
    "tn.acc.invoices:r",
    "tn.crm.customers:r",
    "tn.crm.customers:w",
    "tn.crm.locations:r",
    "tn.crm.locations:w",
    "tn.dis.appointmentassignments:r",
    "tn.dis.zones:r",
    "tn.jpm.appointments:r",
    "tn.jpm.jobcancelreasons:r",
    "tn.jpm.jobs:r",
    "tn.jpm.jobs:w",
    "tn.jpm.jobtypes:r",
    "tn.mrk.campaigns:r",
    "tn.mrk.categories:r",
    "tn.sal.estimates:r",
    "tn.stt.businessunits:r",
    "tn.stt.employees:r",
    "tn.stt.tagtypes:r",
    "tn.stt.technicians:r",
];

fn granted_but(withheld: &[&str]) -> Titan {
    let granted = SCOPES.iter().filter(|scope| !withheld.contains(scope));
    Titan(Ok(SourceDescription {
        summary: "app cid.1, tenant 1234 on production".to_owned(),
        server_time: None,
        granted_scopes: granted.map(|scope| Scope::from_static(scope)).collect(),
        key_confirmed: true,
    }))
}

fn refused(kind: SourceErrorKind) -> Titan {
    Titan(Err(SourceError { kind, message: "what the client says".to_owned() }))
}

async fn engine(titan: Titan, hatch: Result<(), SinkError>, store: Arc<MemoryStore>) -> Engine {
    let mut config = MapperConfig::new(OpportunityModel::Job, "custom:test");
    config.selection = ObjectSelection::all(OpportunityModel::Job);
    let everywhere = PushRule::to([NoteTarget::Job, NoteTarget::Customer, NoteTarget::Location]);
    let push = PushConfig { campaign_events: everywhere, ..PushConfig::default() };
    Engine::builder("acme", Arc::new(titan), store)
        .integration(
            Integration::new("jobs", Mapper::new(config).unwrap(), Arc::new(Hatch(hatch))).push(push),
        )
        .open()
        .await
        .unwrap()
}

async fn check(titan: Titan, hatch: Result<(), SinkError>) -> CheckReport {
    engine(titan, hatch, Arc::default()).await.check().await
}

fn told(report: &CheckReport, status: FindingStatus) -> Vec<&str> {
    report.with_status(status).map(|finding| finding.subject.as_str()).collect()
}

#[tokio::test]
async fn everything_in_order_is_said_so() {
    let report = check(granted_but(&[]), Ok(())).await;
    assert!(report.ok && report.steps.is_empty(), "{report}");
    assert_eq!(told(&report, FindingStatus::Ok), ["ServiceTitan", "scopes", "sink of integration jobs"]);
    assert!(report.to_string().ends_with("Everything is in order."), "{report}");
}

#[tokio::test]
async fn each_scope_that_is_missing_is_told_in_the_portals_words_with_the_box_to_tick_and_the_way_to_upgrade()
{
    for scope in SCOPES {
        let words = Scope::from_static(scope).to_string();
        let report = check(granted_but(&[scope]), Ok(())).await;
        let [finding] =
            &report.findings.iter().filter(|it| it.status != FindingStatus::Ok).collect::<Vec<_>>()[..]
        else {
            panic!("{report}")
        };
        assert_eq!(finding.subject, format!("scope {words}"));
        let (section, name) = words.split_once(" > ").unwrap();
        let todo = finding.todo.as_deref().unwrap();
        assert!(todo.contains(section) && todo.contains(name.split(',').next().unwrap()), "{todo}");
        assert!(report.steps.iter().any(|step| step.contains("Upgrade Version")), "{report}");
    }
}

#[tokio::test]
async fn a_scope_that_no_opportunity_or_note_can_do_without_is_an_error_and_another_a_warning() {
    let without = ["tn.crm.locations:w", "tn.jpm.jobtypes:r", "tn.acc.invoices:r", "tn.sal.estimates:r"];
    let report = check(granted_but(&without), Ok(())).await;
    assert!(!report.ok);
    let errors = ["scope CRM > Locations, write", "scope Job Planning and Management > Job Types, read"];
    assert_eq!(told(&report, FindingStatus::Error), errors);
    let warnings = ["scope Accounting > Invoices, read", "scope Sales & Estimates > Estimates, read"];
    assert_eq!(told(&report, FindingStatus::Warning), warnings);
    let optional = check(granted_but(&["tn.acc.invoices:r"]), Ok(())).await;
    assert!(optional.ok, "{optional}");
}

#[tokio::test]
async fn a_scope_that_nothing_selected_or_configured_needs_is_not_asked_for() {
    let config = MapperConfig::new(OpportunityModel::Membership, "custom:test");
    let integration = Integration::new("memberships", Mapper::new(config).unwrap(), Arc::new(Hatch(Ok(()))));
    let builder = Engine::builder("acme", Arc::new(granted_but(&[])), Arc::new(MemoryStore::new()));
    let report = builder.integration(integration).open().await.unwrap().check().await;
    let missing =
        ["scope Memberships > Customer Memberships, read", "scope Memberships > Membership Types, read"];
    assert_eq!(told(&report, FindingStatus::Error), missing);
}

#[tokio::test]
async fn a_token_that_tells_no_scopes_is_a_warning() {
    let mut titan = granted_but(&[]);
    titan.0.as_mut().unwrap().granted_scopes.clear();
    let report = check(titan, Ok(())).await;
    assert!(report.ok, "{report}");
    assert_eq!(told(&report, FindingStatus::Warning), ["scopes"]);
}

#[tokio::test]
async fn refused_credentials_are_told_with_where_to_find_the_right_ones() {
    let report = check(refused(SourceErrorKind::Auth), Ok(())).await;
    let finding = report.with_status(FindingStatus::Error).next().unwrap();
    assert!(!report.ok && !finding.temporary);
    assert_eq!(finding.what, "what the client says");
    let todo = finding.todo.as_deref().unwrap();
    for expected in ["API Application Access", "tenant ID", "client secret", "application key"] {
        assert!(todo.contains(expected), "{expected} in {todo}");
    }
}

#[tokio::test]
async fn a_servicetitan_that_cannot_be_reached_is_told_as_what_may_go_away() {
    let report = check(refused(SourceErrorKind::Temporary), Ok(())).await;
    assert!(report.with_status(FindingStatus::Error).next().unwrap().temporary);
    assert_eq!(
        told(&report, FindingStatus::Ok),
        ["sink of integration jobs"],
        "the rest is looked at all the same"
    );
}

#[tokio::test]
async fn a_sink_that_refuses_is_told_by_its_integration_with_what_to_do() {
    let report = check(granted_but(&[]), Err(SinkError::Unauthorized("401".to_owned()))).await;
    let finding = report.with_status(FindingStatus::Error).next().unwrap();
    assert_eq!(finding.subject, "sink of integration jobs");
    assert!(finding.todo.as_deref().unwrap().contains("API key"), "{report}");
}

#[tokio::test]
async fn a_connection_that_was_opened_elsewhere_is_told() {
    let store = Arc::new(MemoryStore::new());
    let engine = engine(granted_but(&[]), Ok(()), Arc::clone(&store)).await;
    store.open("acme", Role::Syncing).await.unwrap();
    assert_eq!(told(&engine.check().await, FindingStatus::Error), ["store"]);
}

#[tokio::test]
async fn a_report_reads_back_from_its_json() {
    let report = check(granted_but(&["tn.jpm.jobs:w"]), Ok(())).await;
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["ok"], false);
    assert_eq!(json["findings"][2]["status"], "error");
    assert_eq!(serde_json::from_value::<CheckReport>(json).unwrap(), report);
}
