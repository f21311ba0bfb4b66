//! Statements, and the schema whose name stands in them.

use std::fmt;

use sync_core::StoreError;

/// Stands for the schema in every statement of this crate.
const PLACEHOLDER: &str = "{s}";

/// The name of the schema that holds the tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Schema {
    name: String,
    quoted: String,
}

impl Schema {
    /// Returns the schema with this name. Refuses what PostgreSQL would cut short or cannot have for a name.
    pub(crate) fn named(name: &str) -> Result<Self, StoreError> {
        if name.is_empty() || name.len() > 63 || name.contains('\0') || name.starts_with("pg_") {
            return Err(StoreError::Refused(format!(
                "{name:?} cannot be a schema of PostgreSQL: choose a name of 1 to 63 bytes that does not begin with pg_"
            )));
        }
        Ok(Schema { name: name.to_owned(), quoted: format!("\"{}\"", name.replace('"', "\"\"")) })
    }

    /// The schema's name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The statement with the schema's name in it.
    ///
    /// Names are spelt out in every statement, instead of a `search_path` for each session: a host's own pool, and a pooler between here
    /// and the server, may hand out sessions that others have used.
    pub(crate) fn qualify(&self, statement: &str) -> String {
        statement.replace(PLACEHOLDER, &self.quoted)
    }
}

impl fmt::Display for Schema {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name)
    }
}

/// Declares the statements of one subject as a struct with a field for each, filled in for a schema.
macro_rules! statements {
    ($(#[$doc:meta])* $name:ident { $($statement:ident: $text:expr),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) struct $name {
            $(pub(crate) $statement: std::sync::Arc<str>,)+
        }

        impl $name {
            pub(crate) fn of(schema: &$crate::statements::Schema) -> Self {
                $name { $($statement: schema.qualify($text).into(),)+ }
            }

            /// Every statement with its name.
            #[cfg(test)]
            pub(crate) fn all(&self) -> Vec<(&'static str, &str)> {
                vec![$((stringify!($statement), &*self.$statement),)+]
            }
        }
    };
}
pub(crate) use statements;

#[cfg(test)]
mod tests {
    use super::Schema;

    #[test]
    fn a_schema_is_quoted_wherever_it_stands() {
        let schema = Schema::named("my \"own\"").unwrap();
        assert_eq!(
            schema.qualify("SELECT * FROM {s}.a, {s}.b"),
            r#"SELECT * FROM "my ""own""".a, "my ""own""".b"#
        );
    }

    #[test]
    fn a_name_that_the_server_would_cut_or_refuse_is_refused_before() {
        for name in ["", "a\0b", "pg_own", &"x".repeat(64)] {
            assert!(Schema::named(name).is_err(), "{name:?}");
        }
        assert!(Schema::named(&"x".repeat(63)).is_ok());
    }
}
