//! Operations on one connection: pausing and resuming an integration, delivering again, erasing a customer.

use examples::say;
use serde_json::{Value, json};
use sync_core::{Engine, Redelivery};

use crate::config::Config;
use crate::failure::Failure;
use crate::host::Connection;

/// An operation on one connection. The daemon has to be stopped before.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub struct Operation {
    /// Stop deliveries of this integration until --resume, also across restarts. Changes are kept and delivered later.
    #[arg(long, value_name = "INTEGRATION", groups = ["task", "narrowed"])]
    pause: Option<String>,
    /// End the pause of this integration. The next run delivers the changes that were kept.
    #[arg(long, value_name = "INTEGRATION", groups = ["task", "narrowed"])]
    resume: Option<String>,
    /// Have the next run deliver all opportunities of this integration again, which overwrites manual edits in Hatch.
    #[arg(long, value_name = "INTEGRATION", groups = ["task", "narrowed"])]
    redeliver: Option<String>,
    /// Erase a customer, by its ID in ServiceTitan, with all data that the store has about it. Delete the customer in ServiceTitan first,
    /// or the next change there brings the data back.
    #[arg(long, value_name = "CUSTOMER", groups = ["task", "narrowed"])]
    erase: Option<i64>,
}

/// Selection of records for an operation.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Records {
    /// Only the opportunity of this job or membership. Can be given several times.
    #[arg(long = "id", value_name = "ID", requires = "redeliver")]
    ids: Vec<i64>,
}

impl Operation {
    pub fn is_asked_for(&self) -> bool {
        self.erase.is_some() || self.integration().is_some()
    }

    fn integration(&self) -> Option<&String> {
        self.pause.as_ref().or(self.resume.as_ref()).or(self.redeliver.as_ref())
    }

    /// Returns the name of the one connection that the operation is for: integrations and customer IDs of two tenants may be the same.
    fn connection<'a>(&self, config: &'a Config, named: Option<&str>) -> Result<&'a str, Failure> {
        let fits = config.connections.iter().filter(|it| named.is_none_or(|named| named == it.name)).filter(
            |connection| {
                let has = |name: &String| connection.integrations.iter().any(|it| it.name == *name);
                self.integration().is_none_or(has)
            },
        );
        let fitting: Vec<&str> = fits.map(|it| it.name.as_str()).collect();
        match (fitting.as_slice(), self.integration()) {
            ([one], _) => Ok(one),
            ([], Some(integration)) => Err(Failure::Configuration(format!(
                "no integration is called {integration:?}{}: use a name from the configuration file",
                named.map(|named| format!(" in connection {named:?}")).unwrap_or_default()
            ))),
            ([], None) => Err(Failure::Configuration(format!(
                "no connection is called {:?}: use a name from the configuration file",
                named.unwrap_or_default()
            ))),
            (several, _) => Err(Failure::Configuration(format!(
                "several connections fit. Choose one with --connection: {}",
                several.join(", ")
            ))),
        }
    }

    /// Performs the operation, and prints the result.
    pub async fn perform(
        &self,
        config: &Config,
        connections: &[Connection],
        named: Option<&str>,
        records: &Records,
        json: bool,
    ) -> Result<(), Failure> {
        let name = self.connection(config, named)?;
        for Connection { engine, .. } in connections.iter().filter(|it| it.name == name) {
            let (text, done) = self.act(engine, records).await?;
            if json {
                say!("{}", json!({ "connection": name, "done": done }));
            } else {
                say!("{name}: {text}");
            }
        }
        Ok(())
    }

    async fn act(&self, engine: &Engine, records: &Records) -> Result<(String, Value), Failure> {
        if let Some(integration) = &self.pause {
            engine.pause(integration).await?;
            return Ok((format!("{integration} is paused"), json!({ "paused": integration })));
        }
        if let Some(integration) = &self.resume {
            engine.resume(integration).await?;
            return Ok((format!("{integration} is resumed"), json!({ "resumed": integration })));
        }
        if let Some(integration) = &self.redeliver {
            let which = match records.ids.as_slice() {
                [] => Redelivery::default(),
                ids => Redelivery::of(ids.iter().copied()),
            };
            let marked = engine.redeliver(integration, &which).await?;
            let text =
                format!("{marked} opportunities of {integration} will be delivered again by the next run");
            return Ok((text, json!({ "redelivered": integration, "opportunities": marked })));
        }
        let customer = self.erase.unwrap_or_default();
        let erased = engine.erase(customer).await?;
        let text = if erased.base_records + erased.events == 0 {
            format!(
                "customer {customer} is erased; the store had no job, membership or event of this customer: check that this is the ID shown in \
                 ServiceTitan"
            )
        } else {
            format!(
                "customer {customer} is erased, with {} jobs and memberships and {} events of Hatch",
                erased.base_records, erased.events
            )
        };
        let done = json!({
            "erased": customer,
            "customers": erased.customers,
            "baseRecords": erased.base_records,
            "events": erased.events,
        });
        Ok((text, done))
    }
}
