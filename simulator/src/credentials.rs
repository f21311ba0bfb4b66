//! The secrets that open the two simulated systems.

use secrecy::SecretString;

/// The app that the simulated ServiceTitan knows: a client presents these.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SimulatorCredentials {
    /// The app key, for the `ST-App-Key` header.
    pub app_key: SecretString,
    /// The client ID.
    pub client_id: String,
    /// The client secret.
    pub client_secret: SecretString,
    /// The key that webhooks are signed with, 32 characters.
    pub webhook_key: SecretString,
    /// The tenant that the token is for.
    pub tenant: i64,
}

impl SimulatorCredentials {
    /// The credentials of a tenant: the app key follows from the simulator's seed, all else from the tenant's.
    pub(crate) fn new((app_seed, seed): (u64, u64), tenant: i64) -> Self {
        Self {
            app_key: format!("ak1.simulator{app_seed:08x}").into(),
            client_id: format!("cid.simulator{seed:08x}"),
            client_secret: format!("cs1.simulator{seed:08x}").into(),
            webhook_key: format!("simulator-webhooks{seed:014x}").into(),
            tenant,
        }
    }
}

/// A Hatch department: an API key with a set of contacts of its own.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct HatchDepartment {
    /// The department's name.
    pub name: String,
    /// The key that opens the department.
    pub api_key: SecretString,
    /// The one source that is configured in the department.
    pub source: String,
}

impl HatchDepartment {
    /// The departments of a tenant: one for job opportunities, one for membership opportunities.
    pub(crate) fn both(seed: u64) -> [Self; 2] {
        let department = |name: &str, source: &str| Self {
            name: name.to_owned(),
            api_key: format!("hatch-{name}-{seed:08x}").into(),
            source: source.to_owned(),
        };
        [
            department("jobs", "custom:servicetitan-jobs"),
            department("memberships", "custom:servicetitan-memberships"),
        ]
    }
}
