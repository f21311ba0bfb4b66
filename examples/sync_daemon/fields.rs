//! `fields`: the fields that the details of opportunities can have.

use examples::say;
use hatch_mapping::{DetailField, catalogue};

use crate::command::Fields;
use crate::failure::Failure;

/// Prints the fields by resource, in the order of the details. Needs neither a configuration file nor secrets.
pub fn list(wanted: &Fields) -> Result<(), Failure> {
    let Fields { model, object, output } = wanted;
    let mut fields = catalogue(*model);
    if let Some(object) = object {
        fields.retain(|field| field.needs.contains(object));
        if fields.is_empty() {
            return Err(Failure::Usage(format!("opportunities of a {model} have no {object}")));
        }
    }
    if output.json {
        for field in &fields {
            say!("{}", serde_json::json!(field));
        }
        return Ok(());
    }
    let width = fields.iter().map(|field| field.path.len()).max().unwrap_or_default();
    let mut heading = None;
    for field in &fields {
        let of_field = (field.resource, &field.needs);
        if heading != Some(of_field) {
            say!("{}{}", if heading.is_some() { "\n" } else { "" }, title(field));
            heading = Some(of_field);
        }
        say!("  {:width$}  {:10}  {}", field.path, field.data_type, field.about);
    }
    Ok(())
}

/// Returns the heading of a field's group: its resource, and the objects that have to be selected.
fn title(field: &DetailField) -> String {
    let needs: Vec<&str> = field.needs.iter().map(|object| object.name()).collect();
    match (needs.is_empty(), field.chosen_by_default) {
        (true, _) => format!("{} (always)", field.resource),
        (false, true) => format!("{} (with {}, chosen by default)", field.resource, needs.join(" and ")),
        (false, false) => format!("{} (with {})", field.resource, needs.join(" and ")),
    }
}
