//! Flags of earlier versions, which are commands now.

use std::process::ExitCode;

use clap::error::ErrorKind;
use examples::complain;

/// Exit code of a wrong command line, as clap's.
const WRONG_COMMAND_LINE: u8 = 2;

/// Each retired flag, with the command that takes its place.
const RETIRED: [(&str, &str); 8] = [
    ("--once", "once"),
    ("--check", "check"),
    ("--status", "status"),
    ("--dead-letters", "dead-letters list|retry|discard"),
    ("--pause", "pause <INTEGRATION>"),
    ("--resume", "resume <INTEGRATION>"),
    ("--redeliver", "redeliver <INTEGRATION>"),
    ("--erase", "erase <CUSTOMER>"),
];

/// Prints why a command line was refused, or the help that was asked for. Names the new command where a retired flag was used.
pub fn report(error: &clap::Error, arguments: impl Iterator<Item = String>) -> ExitCode {
    if error.kind() == ErrorKind::UnknownArgument {
        let replaced = arguments.into_iter().find_map(|argument| {
            let flag = argument.split('=').next().unwrap_or_default().to_owned();
            RETIRED.into_iter().find(|(retired, _)| *retired == flag)
        });
        if let Some((flag, command)) = replaced {
            complain!("sync_daemon: {flag} is a command now: use `sync_daemon {command}`");
            return ExitCode::from(WRONG_COMMAND_LINE);
        }
    }
    // A closed pipe, as in `--help | head`, is no failure.
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(WRONG_COMMAND_LINE) } else { ExitCode::SUCCESS }
}
