//! Tables of the models' fields, for catalogues of what a record can have: names, types and descriptions.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::decimal::Decimal;

/// A model that describes its fields, in the order in which it writes them. Fields that it does not know are not among them: they stand in its
/// `extra`.
///
/// ```
/// use servicetitan_client::model::{CustomField, Described, FieldType};
///
/// let value = CustomField::FIELDS.iter().find(|field| field.name == "value");
/// assert_eq!(value.map(|field| field.field_type), Some(FieldType::Text));
/// ```
pub trait Described {
    /// The fields.
    const FIELDS: &'static [Field];
}

/// A field of a model.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Field {
    /// The name in ServiceTitan's JSON.
    pub name: &'static str,
    /// The type of the value.
    pub field_type: FieldType,
    /// One line that says what the field is.
    pub about: &'static str,
}

impl Field {
    pub(crate) const fn new(name: &'static str, field_type: FieldType, about: &'static str) -> Self {
        Field { name, field_type, about: about.trim_ascii() }
    }
}

/// The type of a field's value.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum FieldType {
    /// A text; values of enums too.
    Text,
    /// A whole number; IDs too.
    Integer,
    /// A number with a fraction that need not be exact, such as a latitude.
    Float,
    /// An exact decimal, such as money. Some families write it as a text.
    Decimal,
    /// True or false.
    Boolean,
    /// A point in time.
    Timestamp,
    /// A day.
    Date,
    /// An object with these fields.
    Object(&'static [Field]),
    /// An object whose names and values are the tenant's own.
    Map,
    /// A list of values of this type.
    List(&'static FieldType),
}

/// A type that stands in a model's field.
pub(crate) trait ValueType {
    const TYPE: FieldType;
}

impl<T: ValueType> ValueType for Option<T> {
    const TYPE: FieldType = T::TYPE;
}

impl<T: ValueType> ValueType for Vec<T> {
    const TYPE: FieldType = FieldType::List(&T::TYPE);
}

/// States the type of values.
macro_rules! value_type {
    ($($type:ty => $field_type:ident),+ $(,)?) => {$(
        impl $crate::model::description::ValueType for $type {
            const TYPE: $crate::model::FieldType = $crate::model::FieldType::$field_type;
        }
    )+};
}
pub(crate) use value_type;

value_type!(
    String => Text,
    i32 => Integer,
    i64 => Integer,
    f64 => Float,
    Decimal => Decimal,
    bool => Boolean,
    DateTime<Utc> => Timestamp,
    NaiveDate => Date,
    BTreeMap<String, String> => Map,
);

/// Describes a model: each field's name, type and documentation.
macro_rules! described {
    ($model:ident { $( $name:literal: $type:ty = $about:expr ),+ }) => {
        impl $crate::model::Described for $model {
            const FIELDS: &'static [$crate::model::Field] = &[$(
                $crate::model::Field::new($name, <$type as $crate::model::description::ValueType>::TYPE, $about)
            ),+];
        }

        impl $crate::model::description::ValueType for $model {
            const TYPE: $crate::model::FieldType =
                $crate::model::FieldType::Object(<$model as $crate::model::Described>::FIELDS);
        }
    };
}
pub(crate) use described;

#[cfg(test)]
#[allow(unreachable_pub, reason = "models are made public")]
mod tests {
    use super::*;

    crate::model::model! {
        /// A made-up model.
        pub struct Sample {
            /// The ID.
            "id" => id: i64,
            /// Its custom fields,
            /// on two lines.
            "customFields" => custom_fields: Option<Vec<crate::model::CustomField>>,
            "withoutWords" => without_words: Option<Vec<bool>>,
        }
    }

    #[test]
    fn a_model_tells_names_types_and_documentation_in_the_order_of_its_declaration() {
        const CUSTOM_FIELD: FieldType = FieldType::Object(crate::model::CustomField::FIELDS);
        let table = Sample::FIELDS.iter().map(|field| (field.name, field.field_type, field.about));
        assert_eq!(
            table.collect::<Vec<_>>(),
            [
                ("id", FieldType::Integer, "The ID."),
                ("customFields", FieldType::List(&CUSTOM_FIELD), "Its custom fields, on two lines."),
                ("withoutWords", FieldType::List(&FieldType::Boolean), ""),
            ]
        );
    }
}
