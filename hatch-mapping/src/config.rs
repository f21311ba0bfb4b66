//! The configuration of a mapper.

use serde::{Deserialize, Serialize};

use crate::catalogue::PathChecker;
use crate::config_error::ConfigError;
use crate::contacts::{ContactFallback, ContactRules, EmailValues, PlaceholderEmails};
use crate::path::DetailPath;
use crate::selection::{ObjectSelection, OpportunityModel, SelectableObject};

/// The configuration of a [`Mapper`](crate::Mapper). Plain data, so that a host can keep and show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MapperConfig {
    /// The kind of base records that opportunities are made from.
    pub model: OpportunityModel,
    /// The selected objects, beside those that every opportunity has.
    pub selection: ObjectSelection,
    /// E-mail addresses that stand for "none", and are passed over. Empty by default.
    #[serde(default)]
    pub placeholder_emails: PlaceholderEmails,
    /// The part of an e-mail contact's value that is sent: its first address by default.
    #[serde(default)]
    pub email_values: EmailValues,
    /// Passes over the phone numbers that ServiceTitan marks with `phoneSettings.doNotText`. Off by default: the mark is in the details in any
    /// case.
    #[serde(default)]
    pub skip_do_not_text: bool,
    /// The rule by which the location's contacts stand in for the customer's. Never by default.
    #[serde(default)]
    pub contact_fallback: ContactFallback,
    /// One of the sources configured in Hatch, such as `custom:servicetitan`.
    pub source: String,
    /// The detail that fills Hatch's free-form `status`, such as `jobStatus`.
    #[serde(default)]
    pub status_path: Option<DetailPath>,
    /// Accepts paths that the [catalogue](crate::catalogue()) does not list, for fields that ServiceTitan added after this version of the library. Off
    /// by default, so that a misspelt path is refused.
    #[serde(default)]
    pub allow_unlisted_paths: bool,
    /// A text before the ID in `externalID`, to keep apart two models or tenants in one Hatch account.
    #[serde(default)]
    pub external_id_prefix: Option<String>,
}

impl MapperConfig {
    /// Returns a configuration with the model's default selection, and every option off.
    pub fn new(model: OpportunityModel, source: impl Into<String>) -> Self {
        MapperConfig {
            model,
            selection: ObjectSelection::default_for(model),
            placeholder_emails: PlaceholderEmails::default(),
            email_values: EmailValues::default(),
            skip_do_not_text: false,
            contact_fallback: ContactFallback::default(),
            source: source.into(),
            status_path: None,
            allow_unlisted_paths: false,
            external_id_prefix: None,
        }
    }

    /// Returns the part of the configuration that contacts go by.
    pub(crate) fn contact_rules(&self) -> ContactRules<'_> {
        ContactRules {
            placeholders: &self.placeholder_emails,
            email_values: self.email_values,
            skip_do_not_text: self.skip_do_not_text,
            fallback: self.contact_fallback,
        }
    }

    /// Returns the check for paths into the details of this configuration's opportunities.
    pub(crate) fn path_checker(&self) -> PathChecker<'_> {
        PathChecker::new(self.model, &self.selection, self.allow_unlisted_paths)
    }

    /// Refuses a configuration that cannot work.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        check_selection(&self.selection, self.model)?;
        if self.source.trim().is_empty() {
            return Err(ConfigError::NoSource);
        }
        if let Some(path) = &self.status_path {
            self.path_checker().check(path)?;
        }
        Ok(())
    }
}

/// Refuses objects that the model does not have, and objects without the one that they need.
fn check_selection(selection: &ObjectSelection, model: OpportunityModel) -> Result<(), ConfigError> {
    if let Some(object) = selection.iter().find(|object| !object.belongs_to(model)) {
        return Err(ConfigError::NotOfModel { object, model });
    }
    let (object, missing) = (SelectableObject::AppointmentAssignments, SelectableObject::Appointments);
    if selection.contains(object) && !selection.contains(missing) {
        return Err(ConfigError::Missing { object, missing });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignments_without_appointments_are_refused_and_the_error_names_them() {
        let selection = [SelectableObject::AppointmentAssignments].into_iter().collect();
        let error = check_selection(&selection, OpportunityModel::Job).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`appointment_assignments` can be selected only together with `appointments`"
        );
    }

    #[test]
    fn what_is_ready_made_can_be_built() {
        for model in [OpportunityModel::Job, OpportunityModel::Membership] {
            check_selection(&ObjectSelection::all(model), model).unwrap();
            check_selection(&ObjectSelection::default_for(model), model).unwrap();
            check_selection(&ObjectSelection::none(), model).unwrap();
        }
    }

    #[test]
    fn a_membership_has_no_estimates() {
        let selection = [SelectableObject::Estimates].into_iter().collect();
        assert!(check_selection(&selection, OpportunityModel::Membership).is_err());
    }

    #[test]
    fn a_configuration_that_was_kept_before_an_option_came_has_the_option_off() {
        let kept = r#"{"model": "job", "selection": ["estimates"], "source": "custom:servicetitan"}"#;
        let config: MapperConfig = serde_json::from_str(kept).unwrap();
        let mut expected = MapperConfig::new(OpportunityModel::Job, "custom:servicetitan");
        expected.selection = [SelectableObject::Estimates].into_iter().collect();
        assert_eq!(config, expected);
    }
}
