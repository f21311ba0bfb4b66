//! Progress bars on a terminal.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::time::Instant;

use futures::{Stream, StreamExt};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use sync_core::Progress;

use crate::pace::{HatchLimit, Pace, in_words};

/// The bars on standard error; none where that is no terminal.
#[derive(Clone)]
pub struct Bars(Option<MultiProgress>);

impl Bars {
    /// Returns bars if standard error is a terminal.
    pub fn on_terminal() -> Self {
        Bars(io::stderr().is_terminal().then(MultiProgress::new))
    }

    /// Whether there is a terminal to draw on.
    pub fn are_shown(&self) -> bool {
        self.0.is_some()
    }

    /// Draws the steps of a connection's runs, until they end: one line for the reading, and a bar for each integration.
    pub async fn draw(&self, connection: &str, steps: impl Stream<Item = Progress>, limit: HatchLimit) {
        let Some(bars) = &self.0 else { return };
        let mut steps = std::pin::pin!(steps);
        let mut reading: Option<(ProgressBar, usize)> = None;
        let mut delivering: BTreeMap<String, Delivering> = BTreeMap::new();
        while let Some(step) = steps.next().await {
            match step {
                Progress::Page { records, .. } => {
                    let (line, read) =
                        reading.get_or_insert_with(|| (bars.add(ProgressBar::new_spinner()), 0));
                    *read += records;
                    line.set_message(format!("{connection}: {read} records read from ServiceTitan"));
                    line.tick();
                }
                Progress::Waiting { integration, opportunities } => {
                    if let Some((line, _)) = reading.take() {
                        line.finish_and_clear();
                    }
                    delivering.remove(&integration);
                    if opportunities > 0 {
                        let bar = Delivering::start(bars, connection, &integration, opportunities, limit);
                        delivering.insert(integration, bar);
                    }
                }
                Progress::Settled { integration, opportunities } => {
                    if let Some(bar) = delivering.get_mut(&integration) {
                        bar.advance(opportunities);
                    }
                }
                _ => {}
            }
        }
    }
}

/// The bar of one integration. Disappears when it is dropped.
struct Delivering {
    bar: ProgressBar,
    pace: Pace,
    began: Instant,
}

impl Delivering {
    fn start(
        bars: &MultiProgress,
        connection: &str,
        integration: &str,
        opportunities: u64,
        limit: HatchLimit,
    ) -> Self {
        let bar = bars.add(ProgressBar::new(opportunities));
        if let Ok(style) = ProgressStyle::with_template("{prefix} [{bar:20}] {pos}/{len} {wide_msg}") {
            bar.set_style(style);
        }
        bar.set_prefix(format!("{connection}/{integration}"));
        let time = in_words(limit.time_for(opportunities));
        bar.set_message(format!("about {time} at Hatch's limit of {} in 10 s", limit.0));
        Delivering { bar, pace: Pace { waiting: opportunities, settled: 0 }, began: Instant::now() }
    }

    fn advance(&mut self, opportunities: u64) {
        self.pace.settled += opportunities;
        if let Some(left) = self.pace.time_left(self.began.elapsed()) {
            self.bar.set_message(format!("{} left at this rate", in_words(left)));
        }
        self.bar.set_position(self.pace.settled);
        if self.pace.settled >= self.pace.waiting {
            self.bar.finish_and_clear();
        }
    }
}

impl Drop for Delivering {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Standard error for the lines of the log, which are printed above the bars.
pub struct AboveBars(pub Bars);

impl Write for AboveBars {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        match &self.0.0 {
            Some(bars) => bars.suspend(|| io::stderr().write(text)),
            None => io::stderr().write(text),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
