//! `FIELDS.md`, which is made from the catalogue.

use std::fmt::Write as _;

use hatch_mapping::{DetailField, OpportunityModel, catalogue};

use crate::fixture::{JOB, MEMBERSHIP};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/FIELDS.md");

const INTRODUCTION: &str = "\
# The fields of an opportunity

This page is made from `hatch_mapping::catalogue`, which is made from the models of ServiceTitan's records.

## Standard fields

| Hatch's field | in the body | job opportunity | membership opportunity |
|---|---|---|---|
| External ID | `externalID` | `id` | `id` |
| External Contact ID | `externalContactID` | `customer:id` | `customer:id` |
| External Created At | `externalCreatedAt` | `createdOn` | `createdOn` |
| External Updated At | `externalUpdatedAt` | the latest of `modifiedOn`, `appointments:1:modifiedOn` and `estimates:1:modifiedOn`; \
the latter two where they are selected | `modifiedOn` |
| Email | `email` | `value` of the first of `customer:contacts` with the type Email that is an address and no placeholder | the same |
| Phone | `phoneNumber` | `value` of the first of `customer:contacts` with the type MobilePhone, else of the first with the type Phone | \
the same |
| First Name | `firstName` | `customer:name`: its first word; with a comma in it, all after the first comma | the same |
| Last Name | `lastName` | `customer:name`: all after its first word; with a comma in it, all before the first comma | the same |
| Status | `status` | the detail that the host configures; left out otherwise | the same |

Where the host asks for it, the contacts of `location:contacts` are looked through too.

## Detail fields

`#` stands for the place in a list, counted from 1; lists are sorted by creation time, the newest first. *Object* is what has to be selected for a
field, all of the objects where there are several; *default* says whether the default selection has it. Any field may be null or missing. A field
that ServiceTitan has added since is in the details too, under its own name, and is not listed here.
";

/// The text of the page.
fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    for (model, name) in [(JOB, "Job"), (MEMBERSHIP, "Membership")] {
        write!(page, "\n## {name} opportunity\n").unwrap();
        for (resource, fields) in by_resource(model) {
            write!(page, "\n### {resource}\n\n").unwrap();
            page.push_str("| field | data type | object | default | |\n|---|---|---|---|---|\n");
            for field in fields {
                let needs: Vec<String> = field.needs.iter().map(|object| format!("`{object}`")).collect();
                let object = if needs.is_empty() { "always".to_owned() } else { needs.join(", ") };
                let default = if field.chosen_by_default { "yes" } else { "no" };
                let about = field.about.replace('|', "\\|");
                writeln!(page, "| `{}` | {} | {object} | {default} | {about} |", field.path, field.data_type)
                    .unwrap();
            }
        }
    }
    page
}

/// The fields of each resource, in the order in which the resources first appear.
fn by_resource(model: OpportunityModel) -> Vec<(&'static str, Vec<DetailField>)> {
    let mut resources: Vec<(&str, Vec<DetailField>)> = Vec::new();
    for field in catalogue(model) {
        match resources.iter_mut().find(|(resource, _)| *resource == field.resource) {
            Some((_, fields)) => fields.push(field),
            None => resources.push((field.resource, vec![field])),
        }
    }
    resources
}

#[test]
fn the_page_lists_the_fields_of_the_catalogue() {
    if std::env::var_os("WRITE_FIELDS").is_some() {
        std::fs::write(PAGE, page()).unwrap();
    }
    // Not compared by `assert_eq!`, which would print both pages in full.
    assert!(
        std::fs::read_to_string(PAGE).unwrap_or_default() == page(),
        "FIELDS.md is out of date: `WRITE_FIELDS=1 cargo test -p hatch-mapping --test mapping the_page_lists` writes it anew"
    );
}
