//! Memory of an idle connection: an open engine whose clients share their connections. Allocated bytes are counted, which no load disturbs.

use std::sync::Arc;

use allocation_counter::{AllocationInfo, measure};
use hatch_client::{Connections, HatchClient, RateLimit};
use hatch_mapping::{Mapper, MapperConfig, OpportunityModel, PlaceholderEmails};
use secrecy::SecretString;
use servicetitan_client::webhooks::WebhookVerifier;
use servicetitan_client::{Environment, HttpTransport, RequestLimits, ServiceTitan, TenantId};
use sync_core::{Engine, Integration, MemoryStore, ServiceTitanSource, Store};

/// Upper bound of the bytes that an idle connection with two sinks keeps.
const KEPT: i64 = 30_000;

/// Parts that a host's connections share.
struct Shared {
    store: Arc<dyn Store>,
    transport: Arc<HttpTransport>,
    limits: RequestLimits,
    connections: Connections,
}

impl Shared {
    fn new() -> Shared {
        Shared {
            store: Arc::new(MemoryStore::new()),
            transport: Arc::new(HttpTransport::new(&Environment::Production, 64 << 20).expect("a pool")),
            limits: RequestLimits::default().for_each_tenant(),
            connections: Connections::new().expect("a pool"),
        }
    }

    fn integration(&self, number: i64, name: &str, model: OpportunityModel) -> Integration {
        let department = format!("{name}-{number}");
        let hatch = HatchClient::builder(&department, SecretString::from(format!("key-{department}")))
            .connections(self.connections.clone())
            .rate_limit(RateLimit::default());
        let mut config = MapperConfig::new(model, "custom:servicetitan");
        config.placeholder_emails = PlaceholderEmails::common();
        let mapper = Mapper::new(config).expect("a mapper");
        Integration::new(name, mapper, Arc::new(hatch.build().expect("a Hatch client")))
    }

    async fn open(&self, number: i64) -> Engine {
        let client = ServiceTitan::builder(Environment::Production)
            .app_key(SecretString::from("ak1.test"))
            .credentials(format!("cid.{number}"), SecretString::from(format!("cs1.{number}")))
            .tenant(TenantId(number))
            .limits(self.limits.clone())
            .transport(Arc::<HttpTransport>::clone(&self.transport))
            .build()
            .expect("a client");
        let source = Arc::new(ServiceTitanSource::new(client));
        Engine::builder(format!("tenant-{number}"), source, Arc::clone(&self.store))
            .webhooks(
                WebhookVerifier::new(format!("webhook-key-{number:032}")).expect("a verifier"),
                TenantId(number),
            )
            .integration(self.integration(number, "jobs", OpportunityModel::Job))
            .integration(self.integration(number, "memberships", OpportunityModel::Membership))
            .open()
            .await
            .expect("an engine")
    }
}

#[test]
fn an_idle_connection_with_two_sinks_keeps_at_most_thirty_kilobytes() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let shared = Shared::new();
    // Whatever the first one allocates for all is not an idle connection's.
    let mut engines = vec![runtime.block_on(shared.open(1))];
    engines.reserve(100);
    let opened: AllocationInfo = measure(|| {
        for number in 2..=100 {
            engines.push(runtime.block_on(shared.open(number)));
        }
    });
    let kept = opened.bytes_current / 99;
    println!("an idle connection keeps {kept} bytes, and allocates {} times", opened.count_total / 99);
    assert!(kept > 0, "the engines are alive");
    assert!(kept <= KEPT, "an idle connection keeps {kept} bytes");
}
