//! Filters and path values: made-up ones, and of what type they are.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::{ActiveFilter, AnyOf, Decimal};

/// A query parameter: its name, and its type in the schemas' words.
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) form: Form,
}

/// The type of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Form {
    /// `type` and `format`; an empty format stands for any.
    Plain(&'static str, &'static str),
    Values(Vec<&'static str>),
    /// Several values with commas, which the schemas call a string.
    Joined,
    /// One parameter for each value.
    Each(Box<Form>),
    /// Names with values.
    Named,
}

impl Parameter {
    pub(crate) fn of<T: Sample>(name: &str) -> Parameter {
        Parameter { name: name.to_owned(), form: T::form() }
    }
}

pub(crate) trait Filtering {
    fn parameters() -> Vec<Parameter>;
    /// With everything set.
    fn sample() -> Self;
}

pub(crate) trait Sample: Sized {
    fn form() -> Form;
    fn sample() -> Self;
}

pub(crate) fn sample<T: Sample>() -> T {
    T::sample()
}

pub(crate) fn filter<F: Filtering>() -> F {
    F::sample()
}

pub(crate) fn ids_parameters(parameter: &str, active: &[&str]) -> Vec<Parameter> {
    let mut parameters = vec![Parameter { name: parameter.to_owned(), form: Form::Joined }];
    parameters.extend(active.iter().map(|_| Parameter::of::<ActiveFilter>("active")));
    parameters
}

macro_rules! samples {
    ($($type:ty: $form:expr, $sample:expr;)+) => {$(
        impl Sample for $type {
            fn form() -> Form {
                $form
            }
            fn sample() -> Self {
                $sample
            }
        }
    )+};
}

samples! {
    // Also a GUID, of which the schemas have some.
    String: Form::Plain("string", ""), "6f9619ff-8b86-4d01-b42d-00cf4fc964ff".to_owned();
    bool: Form::Plain("boolean", ""), true;
    i32: Form::Plain("integer", "int32"), 5;
    i64: Form::Plain("integer", "int64"), 5;
    f64: Form::Plain("number", "double"), 5.5;
    Decimal: Form::Plain("number", "decimal"), rust_decimal::Decimal::new(55, 1).into();
    DateTime<Utc>: Form::Plain("string", "date-time"), DateTime::UNIX_EPOCH;
    NaiveDate: Form::Plain("string", "date"), DateTime::UNIX_EPOCH.date_naive();
    ActiveFilter: Form::Values(vec!["True", "Any", "False"]), ActiveFilter::Any;
    BTreeMap<String, String>: Form::Named, BTreeMap::from([("Color".to_owned(), "red".to_owned())]);
}

impl<T: Sample> Sample for Vec<T> {
    fn form() -> Form {
        Form::Joined
    }
    fn sample() -> Self {
        vec![T::sample(), T::sample()]
    }
}

impl<T: Sample> Sample for AnyOf<T> {
    fn form() -> Form {
        Form::Each(Box::new(T::form()))
    }
    fn sample() -> Self {
        AnyOf(vec![T::sample(), T::sample()])
    }
}
