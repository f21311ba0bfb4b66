//! Maps joined records to opportunities, line by line: JSON in, JSON out, and no network anywhere.
//!
//! `cargo run --release --example map_jsonl < records.jsonl > opportunities.jsonl`; the README lists the keys of a line. Useful for trying the
//! mapping on one's own data, and for using it from another language.
//!
//! Standard output has nothing but bodies, and an `error` in the place of a line without one. Standard error tells, line by line, what a body
//! lacks: records and fields that could not be read, and the mapper's warnings.

mod input;
mod records;

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::process::ExitCode;

use clap::Parser;
use serde_json::json;

use input::Input;

/// Reads one joined record per line from standard input and writes one Hatch opportunity per line to standard output. Standard error tells
/// what an opportunity lacks.
#[derive(Parser)]
#[command(name = "map_jsonl")]
struct Options {
    /// The source of the opportunities, one of those configured in Hatch.
    #[arg(long, default_value = "custom:servicetitan")]
    source: String,
}

/// The reason why the program ends early.
enum Stopped {
    /// The reader of the output has closed it.
    NobodyReads,
    CannotRead(io::Error),
    CannotWrite(io::Error),
}

fn main() -> ExitCode {
    let options = Options::parse();
    let input = BufReader::new(io::stdin().lock());
    let output = BufWriter::new(io::stdout().lock());
    match map_lines(input, output, &options.source) {
        Ok(()) | Err(Stopped::NobodyReads) => ExitCode::SUCCESS,
        Err(Stopped::CannotRead(error)) => fail("the input cannot be read", &error),
        Err(Stopped::CannotWrite(error)) => fail("the output cannot be written", &error),
    }
}

fn fail(what: &str, error: &io::Error) -> ExitCode {
    examples::complain!("map_jsonl: {what}: {error}");
    ExitCode::FAILURE
}

/// One line out for each line in, in the same order. Holds no more than one line at a time.
fn map_lines<R: io::Read>(
    mut input: BufReader<R>,
    mut output: impl Write,
    source: &str,
) -> Result<(), Stopped> {
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        if input.read_until(b'\n', &mut line).map_err(Stopped::CannotRead)? == 0 {
            break;
        }
        let text = String::from_utf8_lossy(&line);
        if matches!(text, Cow::Owned(_)) {
            examples::complain!("line {number}: bytes that are not UTF-8 were replaced by U+FFFD");
        }
        let mapped = Input::read(&text)
            .and_then(|input| input.with_record(source, |mapper, record| mapper.map(record)));
        let written = match mapped {
            Ok((mapped, lost)) => {
                let warnings = mapped.warnings.iter().map(ToString::to_string);
                for lost in lost.into_iter().chain(warnings) {
                    examples::complain!("line {number}: {lost}");
                }
                serde_json::to_writer(&mut output, &mapped.opportunity)
            }
            Err(error) => serde_json::to_writer(&mut output, &json!({ "error": error, "line": number })),
        };
        written.map_err(io::Error::from).and_then(|()| output.write_all(b"\n")).map_err(stopped)?;
        // A sender that waits for the answer to its line gets it; a whole file is written in large pieces.
        if input.buffer().is_empty() {
            output.flush().map_err(stopped)?;
        }
    }
    output.flush().map_err(stopped)
}

fn stopped(error: io::Error) -> Stopped {
    if error.kind() == io::ErrorKind::BrokenPipe { Stopped::NobodyReads } else { Stopped::CannotWrite(error) }
}
