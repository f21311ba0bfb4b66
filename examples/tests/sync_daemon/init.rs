//! `init`, with its answers given as flags.

use std::fs;

use hatch_mapping::{OpportunityModel, SelectableObject};

use crate::program::{Host, said};
use crate::{config, simulator};

#[tokio::test(flavor = "multi_thread")]
async fn it_writes_a_file_that_the_program_reads_and_names_the_variables_to_set() {
    let host = Host::new(&simulator().await, "");
    let file = host.folder.path().join("north.toml");
    fs::remove_file(&file).expect("removed");
    let output = host.run(&["init", "--tenant", "1234", "--client-id", "cid.\"odd\"\\"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    for expected in [
        "SERVICETITAN_APP_KEY: the app key of connection \"main\"",
        "SERVICETITAN_CLIENT_SECRET",
        "HATCH_JOBS_API_KEY",
        "HATCH_MEMBERSHIPS_API_KEY",
        "sync_daemon check --config ",
    ] {
        assert!(said(&output).contains(expected), "{expected:?} in {}", said(&output));
    }
    let written = fs::read_to_string(&file).expect("a file");
    let config = config::Config::parse(&written).expect("a configuration");
    let connection = &config.connections[0];
    assert_eq!((connection.tenant, connection.client_id.as_str()), (1234, "cid.\"odd\"\\"));
    let models: Vec<OpportunityModel> = connection.integrations.iter().map(|it| it.model).collect();
    assert_eq!(models, [OpportunityModel::Job, OpportunityModel::Membership]);
    // What is commented out can be used as it is.
    let options = written.lines().map(|line| match line.strip_prefix('#') {
        Some(option) if option.starts_with(|first: char| first.is_ascii_lowercase() || first == '[') => {
            option
        }
        _ => line,
    });
    let shown = config::Config::parse(&options.collect::<Vec<_>>().join("\n")).expect("every option");
    for integration in &shown.connections[0].integrations {
        hatch_mapping::Mapper::new(integration.mapper()).expect("a mapper");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_question_is_also_a_flag() {
    let host = Host::new(&simulator().await, "");
    let file = host.folder.path().join("north.toml");
    let arguments = [
        "init",
        "--force",
        "--tenant",
        "7",
        "--client-id",
        "cid.1",
        "--models",
        "membership,job",
        "--objects",
        "zones,invoices",
        "--departments",
        "care,repair",
        "--connection",
        "south",
    ];
    let output = host.run(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let config = config::Config::parse(&fs::read_to_string(&file).expect("a file")).expect("a configuration");
    let [memberships, jobs] = config.connections[0].integrations.as_slice() else {
        panic!("two integrations")
    };
    assert_eq!(config.connections[0].name, "south");
    assert_eq!((memberships.department(), jobs.department()), ("care", "repair"));
    let objects = |it: &config::IntegrationSection| {
        it.select.clone().unwrap_or_default().into_iter().collect::<Vec<_>>()
    };
    assert_eq!(objects(memberships), [SelectableObject::Zones]);
    assert_eq!(objects(jobs), [SelectableObject::Zones, SelectableObject::Invoices]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_exists_is_kept_and_answers_that_do_not_fit_are_refused() {
    let host = Host::new(&simulator().await, "");
    let file = host.folder.path().join("north.toml");
    let before = fs::read_to_string(&file).expect("a file");
    let some = ["init", "--tenant", "7", "--client-id", "cid.1"];
    let forced = [&some[..], &["--force"]].concat();
    for (arguments, expected) in [
        (some.to_vec(), "north.toml exists: name another file with --config, or replace it with --force"),
        (vec!["init", "--force", "--tenant", "7"], "give at least --tenant and --client-id"),
        ([&forced[..], &["--models", "job,job"]].concat(), "job is chosen twice"),
        ([&forced[..], &["--departments", "one"]].concat(), "there are 1 departments and 2 models"),
        ([&forced[..], &["--models", "job", "--objects", "recurring_services"]].concat(), "belongs to none"),
        (
            [&forced[..], &["--objects", "appointment_assignments"]].concat(),
            "only together with `appointments`",
        ),
        ([&forced[..], &["--objects", "invoice"]].concat(), "invalid value 'invoice'"),
    ] {
        let output = host.run(&arguments);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains(expected), "{expected:?} in {}", said(&output));
        assert_eq!(fs::read_to_string(&file).expect("a file"), before);
    }
}
