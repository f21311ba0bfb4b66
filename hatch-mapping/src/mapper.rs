//! From a joined record to an opportunity.

use serde::{Deserialize, Serialize};

use crate::joined::JoinedRecord;
use crate::path::DetailPath;
use crate::{
    ConfigError, Details, MappingWarning, ObjectSelection, Opportunity, OpportunityModel, PlaceholderEmails,
};

/// The version of the mapping's rules. A host that keeps fingerprints of what it sent makes this a part of them.
pub const MAPPING_VERSION: u32 = 1;

/// How opportunities are made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MapperConfig {
    /// Which base records they are made from.
    pub model: OpportunityModel,
    /// Which objects they have beside the ones that they always have.
    pub selection: ObjectSelection,
    /// E-mail addresses that stand for "none".
    #[serde(default)]
    pub placeholder_emails: PlaceholderEmails,
    /// One of the sources configured in Hatch, such as `custom:servicetitan`.
    pub source: String,
    /// The detail that fills Hatch's free-form `status`, such as `jobStatus`.
    #[serde(default)]
    pub status_path: Option<DetailPath>,
    /// What stands before the ID in `externalID`, to keep apart two models or tenants in one Hatch account.
    #[serde(default)]
    pub external_id_prefix: Option<String>,
}

impl MapperConfig {
    /// The model's default selection, and nothing else beyond the product page.
    pub fn new(model: OpportunityModel, source: impl Into<String>) -> Self {
        MapperConfig {
            model,
            selection: ObjectSelection::default_for(model),
            placeholder_emails: PlaceholderEmails::default(),
            source: source.into(),
            status_path: None,
            external_id_prefix: None,
        }
    }
}

/// Makes opportunities from joined records.
#[derive(Debug, Clone)]
pub struct Mapper {
    config: MapperConfig,
}

/// An opportunity, and what it lacks.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Mapped {
    /// The opportunity.
    pub opportunity: Opportunity,
    /// What records name and was not there.
    pub warnings: Vec<MappingWarning>,
}

impl Mapper {
    /// A mapper.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for a selection that is not possible, naming what is missing, or without a source.
    pub fn new(config: MapperConfig) -> Result<Self, ConfigError> {
        config.selection.check(config.model)?;
        if config.source.trim().is_empty() {
            return Err(ConfigError::NoSource);
        }
        Ok(Mapper { config })
    }

    /// How it makes opportunities.
    pub fn config(&self) -> &MapperConfig {
        &self.config
    }

    /// The opportunity of a base record and what is joined to it. Never fails: what is missing is left out, with a warning.
    pub fn map(&self, record: &JoinedRecord<'_>) -> Mapped {
        let (details, warnings) = Details::of(record, &self.config.selection);
        let fields = self.standard_fields(record);
        let opportunity = Opportunity {
            source: fields.source.to_owned(),
            first_name: fields.first_name.map(str::to_owned),
            last_name: fields.last_name.map(str::to_owned),
            email: fields.email.map(str::to_owned),
            phone_number: fields.phone_number.map(str::to_owned),
            status: self.config.status_path.as_ref().and_then(|path| details.text_at(path)),
            external_id: fields.external_id,
            external_contact_id: fields.external_contact_id,
            external_created_at: fields.external_created_at,
            external_updated_at: fields.external_updated_at,
            details,
        };
        Mapped { opportunity, warnings }
    }

    /// The ID of the base record that an `externalID` stands for; `None` if it is not one of this mapper's.
    pub fn base_id(&self, external_id: &str) -> Option<i64> {
        let prefix = self.config.external_id_prefix.as_deref().unwrap_or_default();
        let digits = external_id.strip_prefix(prefix)?;
        // `+42` and `042` are numbers to Rust, and never written here.
        digits.parse::<i64>().ok().filter(|id| id.to_string() == digits)
    }
}
