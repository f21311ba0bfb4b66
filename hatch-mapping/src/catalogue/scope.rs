//! Following a path through the shape of details.

use servicetitan_client::model::FieldType;

use crate::path::Step;
use crate::selection::OpportunityModel;
use crate::shape::{Join, JoinKind, shape};

/// A place within details, as far as their shape tells.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scope {
    /// A record with the records joined to it.
    Record(&'static Join),
    /// A list of such records.
    Records(&'static Join),
    /// A value of a record's field.
    Value(FieldType),
}

/// The first part of a path that leads nowhere, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LeadsNowhere(pub(crate) usize);

impl Scope {
    /// Returns the base record of a model.
    pub(crate) fn root(model: OpportunityModel) -> Self {
        Scope::Record(shape(model))
    }

    /// Follows some steps. `enter` gets each join on the way, with the number of steps that lead there.
    pub(crate) fn follow(
        self,
        steps: &[Step],
        mut enter: impl FnMut(&'static Join, usize),
    ) -> Result<Self, LeadsNowhere> {
        let mut scope = self;
        for (step, part) in steps.iter().zip(1..) {
            scope = scope.step(step).ok_or(LeadsNowhere(part))?;
            if let (Step::Name(_), Some(join)) = (step, scope.join()) {
                enter(join, part);
            }
        }
        Ok(scope)
    }

    /// Returns the items of a list of objects; `None` if the place is no list of objects.
    pub(crate) fn items(self) -> Option<Self> {
        self.step(&Step::Item(1))
    }

    fn step(self, step: &Step) -> Option<Self> {
        match (self, step) {
            (Scope::Record(record), Step::Name(name)) => find_name(record, name),
            (Scope::Records(record), Step::Item(_)) => Some(Scope::Record(record)),
            (Scope::Value(FieldType::Object(fields)), Step::Name(name)) => {
                let field = fields.iter().find(|field| field.name == name);
                field.map(|field| Scope::Value(field.field_type))
            }
            (Scope::Value(FieldType::Map), Step::Name(_)) => Some(Scope::Value(FieldType::Text)),
            (Scope::Value(FieldType::List(item)), Step::Item(_)) => Some(Scope::Value(*item)),
            _ => None,
        }
    }

    fn join(self) -> Option<&'static Join> {
        match self {
            Scope::Record(join) | Scope::Records(join) => Some(join),
            Scope::Value(_) => None,
        }
    }
}

/// Finds a name in a record. A join takes the place of a field of its name.
fn find_name(record: &'static Join, name: &str) -> Option<Scope> {
    if let Some(join) = record.joins.iter().find(|join| join.name == name) {
        return Some(match join.kind {
            JoinKind::One => Scope::Record(join),
            JoinKind::List => Scope::Records(join),
            JoinKind::Text => Scope::Value(FieldType::Text),
        });
    }
    let mut fields = record.fields.iter().copied().flatten();
    fields.find(|field| field.name == name).map(|field| Scope::Value(field.field_type))
}
