//! Operations on one connection: pausing and resuming an integration, delivering again, erasing a customer.

use examples::say;
use serde_json::{Value, json};
use sync_core::{Engine, EraseReport, Redelivery};

use crate::arguments::On;
use crate::choosing;
use crate::command::{Erase, OnIntegration, Redeliver};
use crate::config::Config;
use crate::failure::Failure;
use crate::host::Connection;

/// An operation on one connection. The daemon has to be stopped before.
pub enum Operation {
    Pause(OnIntegration),
    Resume(OnIntegration),
    Redeliver(Redeliver),
    Erase(Erase),
}

impl Operation {
    fn on(&self) -> &On {
        match self {
            Operation::Pause(it) | Operation::Resume(it) => &it.on,
            Operation::Redeliver(it) => &it.on,
            Operation::Erase(it) => &it.on,
        }
    }

    fn integration(&self) -> Option<&str> {
        match self {
            Operation::Pause(it) | Operation::Resume(it) => Some(&it.integration),
            Operation::Redeliver(it) => Some(&it.integration),
            Operation::Erase(_) => None,
        }
    }

    /// Performs the operation, and prints the result.
    pub async fn perform(&self, config: &Config, connections: &[Connection]) -> Result<(), Failure> {
        let On { connection, output } = self.on();
        let name = &choosing::one_connection(config, connection.as_deref(), self.integration())?.name;
        for Connection { engine, .. } in connections.iter().filter(|it| it.name == *name) {
            let (text, done) = self.act(engine).await?;
            if output.json {
                say!("{}", json!({ "connection": name, "done": done }));
            } else {
                say!("{name}: {text}");
            }
        }
        Ok(())
    }

    /// Acts, and returns the result as text and as JSON.
    async fn act(&self, engine: &Engine) -> Result<(String, Value), Failure> {
        match self {
            Operation::Pause(OnIntegration { integration, .. }) => {
                engine.pause(integration).await?;
                Ok((format!("{integration} is paused"), json!({ "paused": integration })))
            }
            Operation::Resume(OnIntegration { integration, .. }) => {
                engine.resume(integration).await?;
                Ok((format!("{integration} is resumed"), json!({ "resumed": integration })))
            }
            Operation::Redeliver(Redeliver { integration, ids, .. }) => {
                let which = match ids.as_slice() {
                    [] => Redelivery::default(),
                    ids => Redelivery::of(ids.iter().copied()),
                };
                let marked = engine.redeliver(integration, &which).await?;
                let text = format!(
                    "{marked} opportunities of {integration} will be delivered again by the next run"
                );
                Ok((text, json!({ "redelivered": integration, "opportunities": marked })))
            }
            Operation::Erase(Erase { customer, .. }) => {
                Ok(erased(*customer, &engine.erase(*customer).await?))
            }
        }
    }
}

/// Returns the result of an erasure as text and as JSON.
fn erased(customer: i64, erased: &EraseReport) -> (String, Value) {
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
    (text, done)
}
