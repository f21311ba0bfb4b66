//! The questions of `init`.

use std::collections::BTreeSet;

use dialoguer::theme::ColorfulTheme;
use dialoguer::{Input, MultiSelect};
use hatch_mapping::{ObjectSelection, OpportunityModel, SelectableObject};

use super::plan::{Answers, Plan, PlannedIntegration};
use crate::failure::Failure;

const MODELS: [OpportunityModel; 2] = [OpportunityModel::Job, OpportunityModel::Membership];

/// Completes the answers without asking: with the defaults, where there are any.
pub fn complete(answers: Answers) -> Result<Plan, Failure> {
    let (Some(tenant), Some(client_id)) = (answers.tenant, answers.client_id.clone()) else {
        return Err(Failure::Usage(
            "there is no terminal to ask on: give at least --tenant and --client-id".to_owned(),
        ));
    };
    let models = answers.models.clone().unwrap_or_else(|| MODELS.to_vec());
    plan(answers, tenant, client_id, &models, |model| Ok((default_objects(model), department(model))))
}

/// Asks for the answers that are missing.
pub fn ask(answers: Answers) -> Result<Plan, Failure> {
    let theme = ColorfulTheme::default();
    let tenant = match answers.tenant {
        Some(tenant) => tenant,
        None => Input::with_theme(&theme).with_prompt("Tenant ID").interact_text().map_err(unanswered)?,
    };
    let client_id = match &answers.client_id {
        Some(client_id) => client_id.clone(),
        None => Input::with_theme(&theme)
            .with_prompt("Client ID of your app for this tenant")
            .interact_text()
            .map_err(unanswered)?,
    };
    let models = match &answers.models {
        Some(models) => models.clone(),
        None => chosen(&theme, "Opportunity models", &MODELS, |_| true)?,
    };
    let (asks_objects, asks_departments) = (answers.objects.is_none(), answers.departments.is_none());
    plan(answers, tenant, client_id, &models, |model| {
        let objects = if asks_objects {
            let of_model: Vec<SelectableObject> =
                SelectableObject::ALL.into_iter().filter(|object| object.belongs_to(model)).collect();
            let default = default_objects(model);
            let prompt = format!("Objects in the details of a {model}");
            chosen(&theme, &prompt, &of_model, |object| default.contains(object))?.into_iter().collect()
        } else {
            BTreeSet::new()
        };
        let department = if asks_departments {
            Input::with_theme(&theme)
                .with_prompt(format!("Department in Hatch for {model} opportunities"))
                .default(department(model))
                .interact_text()
                .map_err(unanswered)?
        } else {
            department(model)
        };
        Ok((objects, department))
    })
}

/// Lets somebody choose any of these.
fn chosen<T: Copy + ToString>(
    theme: &ColorfulTheme,
    prompt: &str,
    items: &[T],
    is_default: impl Fn(&T) -> bool,
) -> Result<Vec<T>, Failure> {
    let defaults: Vec<bool> = items.iter().map(is_default).collect();
    let places = MultiSelect::with_theme(theme)
        .with_prompt(format!("{prompt} (space chooses, enter goes on)"))
        .items(items.iter().map(ToString::to_string))
        .defaults(&defaults)
        .interact()
        .map_err(unanswered)?;
    Ok(places.into_iter().filter_map(|place| items.get(place).copied()).collect())
}

/// Makes the plan. `others` answers for one model what no flag did: its objects and its department.
fn plan(
    answers: Answers,
    tenant: i64,
    client_id: String,
    models: &[OpportunityModel],
    others: impl Fn(OpportunityModel) -> Result<(BTreeSet<SelectableObject>, String), Failure>,
) -> Result<Plan, Failure> {
    let Answers { objects, departments, connection, .. } = answers;
    let mut integrations: Vec<PlannedIntegration> = Vec::new();
    if models.is_empty() {
        return Err(Failure::Usage("no opportunity model is chosen: choose at least one".to_owned()));
    }
    let alien = |object: &&SelectableObject| !models.iter().any(|model| object.belongs_to(*model));
    if let Some(object) = objects.iter().flatten().find(alien) {
        return Err(Failure::Usage(format!("{object} belongs to none of the chosen models: leave it out")));
    }
    if let Some(departments) = departments.as_ref().filter(|it| it.len() != models.len()) {
        return Err(Failure::Usage(format!(
            "there are {} departments and {} models: name one department for each model",
            departments.len(),
            models.len()
        )));
    }
    for (place, model) in models.iter().enumerate() {
        if integrations.iter().any(|integration| integration.model == *model) {
            return Err(Failure::Usage(format!("{model} is chosen twice: name each model once")));
        }
        let (other_objects, other_department) = others(*model)?;
        let named = departments.as_ref().and_then(|departments| departments.get(place));
        let objects = match &objects {
            Some(objects) => objects.iter().copied().filter(|object| object.belongs_to(*model)).collect(),
            None => other_objects,
        };
        let department = named.cloned().unwrap_or(other_department);
        integrations.push(PlannedIntegration { model: *model, department, objects });
    }
    Ok(Plan { connection, tenant, client_id, integrations })
}

fn default_objects(model: OpportunityModel) -> BTreeSet<SelectableObject> {
    ObjectSelection::default_for(model).iter().collect()
}

/// Returns the department that is proposed for a model.
fn department(model: OpportunityModel) -> String {
    format!("{model}s")
}

fn unanswered(error: dialoguer::Error) -> Failure {
    Failure::Usage(format!("a question was not answered ({error}): nothing is written"))
}
