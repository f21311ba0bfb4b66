//! `[[connections]]`: one section for each tenant, with its integrations.

use std::collections::BTreeSet;

use hatch_mapping::{
    ContactFallback, DetailPath, EmailValues, MapperConfig, NOTE_LIMIT, NoteTarget, ObjectSelection,
    OpportunityModel, PlaceholderEmails, PushConfig, PushRule, SelectableObject,
};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectionSection {
    pub name: String,
    pub tenant: i64,
    pub client_id: String,
    #[serde(default = "app_key_variable")]
    pub app_key_variable: String,
    #[serde(default = "client_secret_variable")]
    pub client_secret_variable: String,
    /// Time zone of the times in notes.
    #[serde(default = "utc")]
    pub time_zone: String,
    /// Longest note, in characters.
    #[serde(default = "note_limit")]
    pub note_limit: usize,
    pub integrations: Vec<IntegrationSection>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntegrationSection {
    pub name: String,
    pub model: OpportunityModel,
    pub source: String,
    pub department: Option<String>,
    #[serde(default = "api_key_variable")]
    pub api_key_variable: String,
    pub select: Option<BTreeSet<SelectableObject>>,
    #[serde(default)]
    pub common_placeholder_emails: bool,
    #[serde(default)]
    pub placeholder_emails: Vec<String>,
    /// Part of an e-mail contact's value that is sent.
    #[serde(default)]
    pub email_values: EmailValues,
    /// True to pass over the phone numbers that ServiceTitan marks with "do not text".
    #[serde(default)]
    pub skip_do_not_text: bool,
    /// Rule by which the location's contacts stand in for the customer's.
    #[serde(default)]
    pub contact_fallback: ContactFallback,
    pub status_path: Option<DetailPath>,
    pub external_id_prefix: Option<String>,
    /// True to give an opportunity the status `deleted` when its base record is inactive or gone.
    #[serde(default)]
    pub deliver_deletions: bool,
    #[serde(default)]
    pub push: PushSection,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PushSection {
    pub campaign_messages: RuleSection,
    pub incoming: RuleSection,
    pub user_messages: RuleSection,
    pub campaign_events: RuleSection,
    pub campaign_launched: Option<RuleSection>,
    pub campaign_first_message: Option<RuleSection>,
    pub campaign_removed: Option<RuleSection>,
    pub campaign_completed: Option<RuleSection>,
    pub note_references: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RuleSection {
    pub targets: BTreeSet<NoteTarget>,
    pub content: bool,
}

impl Default for PushSection {
    fn default() -> Self {
        PushSection {
            campaign_messages: RuleSection::default(),
            incoming: RuleSection::default(),
            user_messages: RuleSection::default(),
            campaign_events: RuleSection::default(),
            campaign_launched: None,
            campaign_first_message: None,
            campaign_removed: None,
            campaign_completed: None,
            note_references: true,
        }
    }
}

fn utc() -> String {
    "UTC".to_owned()
}

fn note_limit() -> usize {
    NOTE_LIMIT
}

fn app_key_variable() -> String {
    "SERVICETITAN_APP_KEY".to_owned()
}

fn client_secret_variable() -> String {
    "SERVICETITAN_CLIENT_SECRET".to_owned()
}

fn api_key_variable() -> String {
    "HATCH_API_KEY".to_owned()
}

impl ConnectionSection {
    /// Checks that each `…_variable` is the name of a variable. The error does not repeat the value, which may be a secret written there by
    /// mistake.
    pub fn check_variables(&self) -> Result<(), String> {
        let of_connection = [
            ("app_key_variable", &self.app_key_variable),
            ("client_secret_variable", &self.client_secret_variable),
        ];
        let of_integrations = self.integrations.iter().map(|it| ("api_key_variable", &it.api_key_variable));
        let is_name = |name: &String| {
            let fits = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_';
            !name.is_empty() && name.chars().all(fits)
        };
        match of_connection.into_iter().chain(of_integrations).find(|(_, name)| !is_name(name)) {
            None => Ok(()),
            Some((option, _)) => Err(format!(
                "`{option}` is not the name of an environment variable, which has capital letters, digits and _ only (the secret itself does \
                 not belong in the file: put it into a variable, and write the variable's name here)"
            )),
        }
    }
}

impl IntegrationSection {
    /// Returns the configuration of the integration's mapper.
    pub fn mapper(&self) -> MapperConfig {
        let mut config = MapperConfig::new(self.model, self.source.clone());
        if let Some(select) = &self.select {
            config.selection = select.iter().copied().collect::<ObjectSelection>();
        }
        let ready = if self.common_placeholder_emails {
            PlaceholderEmails::common()
        } else {
            PlaceholderEmails::default()
        };
        config.placeholder_emails = ready.and(self.placeholder_emails.clone());
        config.email_values = self.email_values;
        config.skip_do_not_text = self.skip_do_not_text;
        config.contact_fallback = self.contact_fallback;
        config.status_path.clone_from(&self.status_path);
        config.external_id_prefix.clone_from(&self.external_id_prefix);
        config
    }

    /// Returns the integration's push rules: the events that become notes, and the notes' targets.
    pub fn push(&self) -> PushConfig {
        let rule =
            |section: &RuleSection| PushRule { targets: section.targets.clone(), content: section.content };
        PushConfig {
            campaign_messages: rule(&self.push.campaign_messages),
            incoming: rule(&self.push.incoming),
            user_messages: rule(&self.push.user_messages),
            campaign_events: rule(&self.push.campaign_events),
            campaign_launched: self.push.campaign_launched.as_ref().map(rule),
            campaign_first_message: self.push.campaign_first_message.as_ref().map(rule),
            campaign_removed: self.push.campaign_removed.as_ref().map(rule),
            campaign_completed: self.push.campaign_completed.as_ref().map(rule),
        }
    }

    /// Returns the name of the integration's department in Hatch, for messages and the sink's identity.
    pub fn department(&self) -> &str {
        self.department.as_deref().unwrap_or(&self.name)
    }
}
