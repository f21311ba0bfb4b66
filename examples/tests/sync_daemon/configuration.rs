//! The configuration file: mistakes and defaults.

use hatch_mapping::{HatchEvent, HatchEventKind};

use crate::program::{Host, said};
use crate::{config, simulator};

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_in_the_file_is_told_with_its_line_and_what_exists() {
    let simulator = simulator().await;
    for (old, new, expected) in [
        (
            "deadline_seconds",
            "retry_seconds",
            "north.toml:10: unknown field `retry_seconds`, expected one of",
        ),
        ("tenant =", "client_secret = \"cs1.secret\"\ntenant =", "secrets do not belong in the file"),
        (
            "tenant =",
            "app_key_variable = \"ak1.secret\"\ntenant =",
            "not the name of an environment variable",
        ),
        ("= \"HATCH_JOBS_API_KEY\"", "= \"cs1.secret\"", "the secret itself does not belong in the file"),
        ("requests_per_10_seconds = 100000", "requests_per_10_seconds = 0", "requests_per_10_seconds is 0"),
        ("[sync]", "[sync]\nretention_days = 0", "leave it out to keep"),
        ("model = \"job\"", "model = \"jobs\"", "unknown variant `jobs`, expected `job` or `membership`"),
        ("[store]", "[store", "north.toml:4:"),
        ("path = \"sync.db\"", "url = \"postgres://me:1.secret@db/sync\"", "holds a password"),
        ("path = \"sync.db\"", "url = \"sqlite:sync.db?mode=ro\"", "with `sqlite:` and name a file"),
        ("path = \"sync.db\"", "url = \"sqlite:a.db\"\npath = \"b.db\"", "both a `url` and a `path`"),
        ("path = \"sync.db\"", "", "neither a `url` nor a `path`"),
        ("client_id", "time_zone = \"Mars/Olympus\"\nclient_id", "no time zone \"Mars/Olympus\""),
        ("\"appointments\", ", "", "only together with `appointments`"),
        ("api_url = \"", "environment = \"production\"\napi_url = \"", "both `environment` and a URL"),
        ("name = \"memberships\"", "name = \"jobs\"", "two integrations are called \"jobs\""),
    ] {
        let host = Host::new(&simulator, "");
        host.replace(old, new);
        let output = host.run(&["once"]);
        assert_eq!(output.status.code(), Some(3), "{}", said(&output));
        assert!(said(&output).contains(expected), "{expected:?} in {}", said(&output));
        assert!(!said(&output).contains("1.secret"), "{}", said(&output));
    }
    let nowhere = Host::new(&simulator, "");
    std::fs::remove_file(nowhere.folder.path().join("north.toml")).expect("removed");
    let output = nowhere.run(&["once"]);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(said(&output).contains("north.toml cannot be read"), "{}", said(&output));
}

#[test]
fn the_deadline_of_a_call_is_read_under_its_former_name_too() {
    let shipped = include_str!("../../sync_daemon/sync_daemon.toml");
    for name in ["deadline_seconds", "retry_for_seconds"] {
        let text = shipped.replace("#deadline_seconds = 120", &format!("{name} = 45"));
        let config = config::Config::parse(&text).expect(name);
        assert_eq!(config.servicetitan.deadline_seconds, 45, "{name}");
    }
}

#[test]
fn the_shipped_file_is_read_and_its_comments_show_the_defaults() {
    let text = include_str!("../../sync_daemon/sync_daemon.toml");
    let shipped = config::Config::parse(text).expect("the shipped file");
    for connection in &shipped.connections {
        for integration in &connection.integrations {
            hatch_mapping::Mapper::new(integration.mapper()).expect("a mapper");
        }
    }
    // `#name = value`, without a space, is an option with its default. The URLs are left out, since they exclude the environment.
    let options = text
        .lines()
        .filter(|line| !line.starts_with("#api_url") && !line.starts_with("#auth_url"))
        .map(|line| match line.strip_prefix('#') {
            Some(option) if option.starts_with(|first: char| first.is_ascii_lowercase() || first == '[') => {
                option
            }
            _ => line,
        });
    let shown = config::Config::parse(&options.collect::<Vec<_>>().join("\n")).expect("every option");
    assert_eq!(shown.stop_within_seconds, shipped.stop_within_seconds);
    assert_eq!(shown.logs.filter, shipped.logs.filter);
    assert_eq!(shown.servicetitan.requests_per_second, shipped.servicetitan.requests_per_second);
    assert_eq!(shown.servicetitan.deadline_seconds, shipped.servicetitan.deadline_seconds);
    assert_eq!(shown.hatch.url, shipped.hatch.url);
    assert_eq!(shown.sync.reconcile_every_hours, shipped.sync.reconcile_every_hours);
    assert_eq!(shown.sync.dead_letter_notes_after_hours, shipped.sync.dead_letter_notes_after_hours);
    assert_eq!(shown.sync.start_children_earlier_days, shipped.sync.start_children_earlier_days);
    assert_eq!(shown.sync.include_recent_changes, shipped.sync.include_recent_changes);
    assert_eq!(shown.sync.reference_tables_every_minutes, shipped.sync.reference_tables_every_minutes);
    let mapper = |config: &config::Config| config.connections[0].integrations[0].mapper();
    assert_eq!(mapper(&shown).email_values, mapper(&shipped).email_values);
    assert_eq!(mapper(&shown).skip_do_not_text, mapper(&shipped).skip_do_not_text);
    assert_eq!(mapper(&shown).contact_fallback, mapper(&shipped).contact_fallback);
    assert_eq!(shown.connections[0].time_zone, shipped.connections[0].time_zone);
    assert_eq!(shown.connections[0].note_limit, shipped.connections[0].note_limit);
    for kind in [
        HatchEventKind::CampaignLaunched,
        HatchEventKind::CampaignFirstMessage,
        HatchEventKind::CampaignRemoved,
        HatchEventKind::CampaignCompleted,
    ] {
        let event = HatchEvent::new("e", "jobs", "1", chrono::DateTime::UNIX_EPOCH, kind);
        let targets = |config: &config::Config| config.connections[0].integrations[0].push().targets(&event);
        assert_eq!(targets(&shown), targets(&shipped));
    }
    assert_eq!(shown.hatch.requests_per_10_seconds, shipped.hatch.requests_per_10_seconds);
    assert_eq!(shown.connections[0].client_secret_variable, shipped.connections[0].client_secret_variable);
    assert_eq!(shown.connections[0].app_key_variable, shipped.connections[0].app_key_variable);
    let job = |config: &config::Config| config.connections[0].integrations[0].mapper().selection;
    assert_eq!(job(&shown), job(&shipped));
}
