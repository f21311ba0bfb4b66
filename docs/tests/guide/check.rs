//! The words of `check` in the chapter on connecting: each mistake that can be made here is made, and the report is compared with its row.

use std::collections::BTreeMap;
use std::error::Error;
use std::net::TcpListener;
use std::sync::Arc;

use hatch_client::HatchClient;
use hatch_mapping::{Mapper, MapperConfig, OpportunityModel};
use secrecy::{ExposeSecret, SecretString};
use servicetitan_client::{Environment, ServiceTitan, TenantId};
use simulator::{Simulator, SimulatorConfig};
use sync_core::{Engine, Integration, MemoryStore, ServiceTitanSource};

use crate::book::Page;

/// A gap in the words of a message, where a name or a number stands.
const GAP: char = '…';

/// The settings of a host, with room for mistakes.
struct Settings {
    servicetitan_url: String,
    app_key: SecretString,
    client_secret: SecretString,
    tenant: i64,
    hatch_key: SecretString,
}

/// Returns what `check` tells a host that makes a mistake in its settings.
async fn told(simulator: &Simulator, mistake: impl FnOnce(&mut Settings)) -> String {
    let credentials = simulator.credentials();
    let [department, _] = simulator.hatch_departments();
    let mut settings = Settings {
        servicetitan_url: simulator.servicetitan_url().to_owned(),
        app_key: credentials.app_key,
        client_secret: credentials.client_secret,
        tenant: credentials.tenant,
        hatch_key: department.api_key,
    };
    mistake(&mut settings);
    match check(simulator, &credentials.client_id, &department.source, settings).await {
        Ok(report) => report,
        Err(refused) => refused.to_string(),
    }
}

async fn check(
    simulator: &Simulator,
    client_id: &str,
    source: &str,
    settings: Settings,
) -> Result<String, Box<dyn Error>> {
    let environment = Environment::custom(&settings.servicetitan_url, &settings.servicetitan_url)?;
    let client = ServiceTitan::builder(environment)
        .app_key(settings.app_key)
        .credentials(client_id, settings.client_secret)
        .tenant(TenantId(settings.tenant))
        .build()?;
    let hatch = HatchClient::builder("jobs", settings.hatch_key).base_url(simulator.hatch_url()).build()?;
    let mapper = Mapper::new(MapperConfig::new(OpportunityModel::Job, source))?;
    let titan = ServiceTitanSource::new(client.without_retries());
    let engine = Engine::builder("acme", Arc::new(titan), Arc::new(MemoryStore::new()))
        .integration(Integration::new("jobs", mapper, Arc::new(hatch)))
        .open()
        .await?;
    Ok(engine.check().await.to_string())
}

/// Returns the words of `check` by mistake, as the chapter has them.
fn described() -> BTreeMap<String, String> {
    let tables = Page::read("connecting-servicetitan.md").tables();
    let rows = tables.into_iter().filter(|(heading, _)| heading == "What check says");
    rows.map(|(_, row)| (row[0].clone(), row[1].clone())).collect()
}

#[tokio::test]
async fn check_says_what_the_chapter_says_that_it_says() {
    let start = |withheld_scopes| {
        Simulator::start(SimulatorConfig { jobs: 5, memberships: 0, withheld_scopes, ..Default::default() })
    };
    let simulator = start(Vec::new()).await.unwrap();
    let without_customers = start(vec!["tn.crm.customers:r".to_owned()]).await.unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();

    let in_order = told(&simulator, |_| {}).await;
    assert!(in_order.ends_with("Everything is in order."), "{in_order}");
    let reports = [
        (
            "a space or line break was copied along",
            told(&simulator, |it| it.client_secret = format!("{} ", it.client_secret.expose_secret()).into())
                .await,
        ),
        (
            "wrong client ID or secret, or one of the other environment",
            told(&simulator, |it| it.client_secret = "cs1.another".into()).await,
        ),
        ("wrong tenant ID", told(&simulator, |it| it.tenant += 1).await),
        ("application key of another app", told(&simulator, |it| it.app_key = "ak1.another".into()).await),
        ("a box was not ticked, or the upgrade forgotten", told(&without_customers, |_| {}).await),
        ("wrong API key of Hatch", told(&simulator, |it| it.hatch_key = "another".into()).await),
        (
            "no network, wrong URL",
            told(&simulator, |it| it.servicetitan_url = format!("http://{closed}")).await,
        ),
    ];

    let described = described();
    for (mistake, report) in reports {
        let words = described.get(mistake).unwrap_or_else(|| panic!("no row for: {mistake}"));
        let has_words = words.split(GAP).all(|part| report.contains(part.trim()));
        assert!(has_words, "{mistake}: {words:?} is not in: {report}");
    }
}
