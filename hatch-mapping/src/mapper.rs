//! From a joined record to an opportunity.

use crate::config::MapperConfig;
use crate::config_error::ConfigError;
use crate::contacts::ContactKey;
use crate::details::{Built, Details};
use crate::joined::JoinedRecord;
use crate::opportunity::Opportunity;
use crate::standard_fields::{StandardFields, read_fields};
use crate::warnings::{MappingWarning, unreadable_fields};

/// The version of the mapping's rules. A host that keeps fingerprints of the bodies that it sent makes this a part of them.
///
/// Since 2, an e-mail contact gives the first address in its value, and no value without one.
pub const MAPPING_VERSION: u32 = 2;

/// Maps joined records to opportunities. Cheap to share: it holds its configuration and nothing else.
#[derive(Debug, Clone)]
pub struct Mapper {
    config: MapperConfig,
}

/// An opportunity, with warnings about what it lacks.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Mapped {
    /// The opportunity.
    pub opportunity: Opportunity,
    /// What the opportunity lacks. Each warning stands here once, in the order of [`MappingWarning`]'s declaration.
    pub warnings: Vec<MappingWarning>,
    /// The source of the phone number or e-mail address by which Hatch finds the contact, or why there is neither.
    pub contact_key: ContactKey,
}

impl Mapper {
    /// Returns a mapper for a configuration.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for a configuration without a source, for a selection that is not possible, naming the missing object, and for a status path
    /// that the selected objects cannot produce, naming the object that would or the nearest paths.
    pub fn new(config: MapperConfig) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Mapper { config })
    }

    /// Returns the configuration that the mapper was made with.
    pub fn config(&self) -> &MapperConfig {
        &self.config
    }

    /// Maps a base record and the records joined to it to an opportunity. Never fails: a missing record is left out, with a warning.
    pub fn map(&self, record: &JoinedRecord<'_>) -> Mapped {
        let Built { details, text_at: status, mut warnings } =
            Details::build(record, &self.config.selection, self.config.status_path.as_ref());
        let fields = self.standard_fields(record);
        warnings.extend(fields.contact_warnings.iter());
        warnings.extend(unreadable_fields(record.base));
        warnings.sort_unstable();
        warnings.dedup();
        let contact_key = fields.contact_key;
        let opportunity = Opportunity {
            source: fields.source.to_owned(),
            first_name: fields.first_name.map(str::to_owned),
            last_name: fields.last_name.map(str::to_owned),
            email: fields.email.map(str::to_owned),
            phone_number: fields.phone_number.map(str::to_owned),
            status,
            external_id: fields.external_id,
            external_contact_id: fields.external_contact_id,
            external_created_at: fields.external_created_at,
            external_updated_at: fields.external_updated_at,
            details,
        };
        Mapped { opportunity, warnings, contact_key }
    }

    /// Returns the standard fields alone, at some hundredths of the cost of an opportunity with its details: enough to tell which contact an
    /// opportunity is about, and whether Hatch can find it.
    ///
    /// ```
    /// # use hatch_mapping::{BaseRecord, JoinedRecord, Joins, Mapper, MapperConfig, OpportunityModel};
    /// # use servicetitan_client::{Customer, Job};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let job: Job = serde_json::from_str(r#"{"id": 42}"#)?;
    /// # let customer: Customer = serde_json::from_str(r#"{"id": 7, "name": "Smith, John"}"#)?;
    /// let mapper = Mapper::new(MapperConfig::new(OpportunityModel::Job, "custom:servicetitan"))?;
    /// let joins = Joins { customer: Some(&customer), ..Joins::default() };
    /// let record = JoinedRecord { base: BaseRecord::Job(&job), joins };
    /// let fields = mapper.standard_fields(&record);
    /// assert_eq!((fields.first_name, fields.phone_number), (Some("John"), None));
    /// assert!(fields.contact_key.is_missing());
    /// # Ok(())
    /// # }
    /// ```
    pub fn standard_fields<'a>(&'a self, record: &JoinedRecord<'a>) -> StandardFields<'a> {
        read_fields(record, &self.config)
    }

    /// Returns the ID of the base record that an `externalID` stands for; `None` if this mapper cannot have written it.
    pub fn base_id(&self, external_id: &str) -> Option<i64> {
        let prefix = self.config.external_id_prefix.as_deref().unwrap_or_default();
        let digits = external_id.strip_prefix(prefix)?;
        // `+42` and `042` are numbers to Rust, and never written here.
        digits.parse::<i64>().ok().filter(|id| id.to_string() == digits)
    }
}
