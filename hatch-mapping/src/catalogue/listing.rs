//! The list of all detail fields.

use std::fmt;

use serde::Serialize;
use servicetitan_client::model::{Field, FieldType};

use crate::selection::{ObjectSelection, OpportunityModel, SelectableObject};
use crate::shape::{Join, JoinKind, shape};

/// A detail field that an opportunity can have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DetailField {
    /// The resource that the field belongs to, in the product page's words, such as `Customer Contacts`.
    pub resource: &'static str,
    /// The path in the details, with `#` for the place in a list, such as `estimates:#:items:#:sku:name`.
    pub path: String,
    /// The type of the value. Any value may be null or missing.
    pub data_type: DataType,
    /// The objects that have to be selected, all of them, the outermost first. Empty for a field that opportunities always have.
    pub needs: Vec<SelectableObject>,
    /// Whether the model's [default selection](ObjectSelection::default_for) has the field.
    pub chosen_by_default: bool,
    /// One line that says what the field is.
    pub about: &'static str,
}

impl DetailField {
    /// Returns the object whose selection brings the field; `None` for a field that opportunities always have. An object within another one needs
    /// that one too: see [`needs`](Self::needs).
    pub fn object(&self) -> Option<SelectableObject> {
        self.needs.last().copied()
    }
}

/// The type of a detail field's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DataType {
    /// A text.
    Text,
    /// A whole number.
    Number,
    /// A number with a fraction; in the fields of invoices a text such as `129.50`.
    Decimal,
    /// True or false.
    #[serde(rename = "true/false")]
    TrueFalse,
    /// A point in time in RFC 3339, such as `2026-03-01T18:30:00Z`.
    DateTime,
    /// A day, such as `2026-03-01`.
    Date,
    /// Fields under their names.
    Object,
    /// Items, counted from 1.
    List,
}

impl fmt::Display for DataType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            DataType::Text => "text",
            DataType::Number => "number",
            DataType::Decimal => "decimal",
            DataType::TrueFalse => "true/false",
            DataType::DateTime => "date-time",
            DataType::Date => "date",
            DataType::Object => "object",
            DataType::List => "list",
        })
    }
}

/// Lists every detail field that an opportunity of a model can have, in the order in which the details are written. An object or a list comes
/// before its fields; a list of plain values is followed by one row for its items.
///
/// Fields that ServiceTitan adds after this version of the library are in the details all the same, behind the other fields of their record.
/// The catalogue cannot list them.
///
/// ```
/// use hatch_mapping::{DataType, OpportunityModel, SelectableObject, catalogue};
///
/// let fields = catalogue(OpportunityModel::Job);
/// let sku = fields.iter().find(|field| field.path == "estimates:#:items:#:sku:name");
/// let sku = sku.ok_or("a job has estimates")?;
/// assert_eq!((sku.resource, sku.data_type), ("Estimates", DataType::Text));
/// assert_eq!((sku.object(), sku.chosen_by_default), (Some(SelectableObject::Estimates), true));
/// # Ok::<(), &str>(())
/// ```
pub fn catalogue(model: OpportunityModel) -> Vec<DetailField> {
    let mut listing = Listing { chosen: ObjectSelection::default_for(model), rows: Vec::new() };
    listing.record(shape(model), "", &[]);
    listing.rows
}

struct Listing {
    chosen: ObjectSelection,
    rows: Vec<DetailField>,
}

impl Listing {
    /// Lists the fields of a record, and the records joined to it.
    fn record(&mut self, record: &Join, prefix: &str, needs: &[SelectableObject]) {
        for fields in record.fields {
            for field in *fields {
                // A join takes the place of a field of its name. Of several kinds of record the first one tells.
                let is_joined = record.joins.iter().any(|join| join.name == field.name);
                if !is_joined {
                    self.field(record.resource, &format!("{prefix}{}", field.name), field, needs);
                }
            }
        }
        for join in record.joins {
            let path = format!("{prefix}{}", join.name);
            let mut needs = needs.to_vec();
            needs.extend(join.object.filter(|object| !needs.contains(object)));
            let data_type = match join.kind {
                JoinKind::One => DataType::Object,
                JoinKind::List => DataType::List,
                JoinKind::Text => DataType::Text,
            };
            self.row(join.resource, path.clone(), data_type, &needs, join.about);
            let place = if join.kind == JoinKind::List { ":#" } else { "" };
            self.record(join, &format!("{path}{place}:"), &needs);
        }
    }

    /// Lists a field, and the fields or items within it.
    fn field(&mut self, resource: &'static str, path: &str, field: &Field, needs: &[SelectableObject]) {
        self.row(resource, path.to_owned(), data_type(field.field_type), needs, field.about);
        let (prefix, fields) = match field.field_type {
            FieldType::Object(fields) => (format!("{path}:"), fields),
            FieldType::List(FieldType::Object(fields)) => (format!("{path}:#:"), *fields),
            FieldType::List(item) => {
                self.row(resource, format!("{path}:#"), data_type(*item), needs, field.about);
                return;
            }
            _ => return,
        };
        for field in fields {
            self.field(resource, &format!("{prefix}{}", field.name), field, needs);
        }
    }

    fn row(
        &mut self,
        resource: &'static str,
        path: String,
        data_type: DataType,
        needs: &[SelectableObject],
        about: &'static str,
    ) {
        if self.rows.iter().all(|row| row.path != path) {
            let chosen_by_default = needs.iter().all(|object| self.chosen.contains(*object));
            let needs = needs.to_vec();
            self.rows.push(DetailField { resource, path, data_type, needs, chosen_by_default, about });
        }
    }
}

fn data_type(field_type: FieldType) -> DataType {
    match field_type {
        FieldType::Integer => DataType::Number,
        FieldType::Float | FieldType::Decimal => DataType::Decimal,
        FieldType::Boolean => DataType::TrueFalse,
        FieldType::Timestamp => DataType::DateTime,
        FieldType::Date => DataType::Date,
        FieldType::Object(_) | FieldType::Map => DataType::Object,
        FieldType::List(_) => DataType::List,
        // The types of values that the models have are all above.
        _ => DataType::Text,
    }
}
