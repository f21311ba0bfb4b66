//! Figures that pictures are drawn from, in `benches/figures`: one small file for each bench, so that a picture can be drawn again without a run.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::stage::Stage;

/// Figures of one bench.
pub trait Figures: Serialize + DeserializeOwned {
    /// The bench's name, which is the file's too.
    const BENCH: &'static str;

    /// Returns the figures that are committed, or were written by the last run; `None` if the bench never wrote any.
    fn read() -> Option<Self> {
        let text = std::fs::read_to_string(path(Self::BENCH)).ok()?;
        Some(serde_json::from_str(&text).unwrap())
    }

    /// Writes the figures to their file.
    fn write(&self) {
        let text = serde_json::to_string_pretty(self).unwrap();
        std::fs::write(path(Self::BENCH), text + "\n").unwrap();
    }
}

fn path(bench: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("figures").join(format!("{bench}.json"))
}

/// Returns a figure with three significant digits: more would only show noise.
pub fn rounded(figure: f64) -> f64 {
    if figure == 0.0 {
        return 0.0;
    }
    let scale = 10_f64.powi(2 - figure.abs().log10().floor() as i32);
    // Divided last where possible, so that the figure is written shortly.
    (figure * scale).round() / scale
}

/// Figures of `stages`: by store, and by the number of jobs.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct StageFigures {
    /// The runs of each store.
    pub stores: BTreeMap<String, BTreeMap<usize, StageRun>>,
}

impl Figures for StageFigures {
    const BENCH: &'static str = "stages";
}

/// Figures of one run of `stages`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StageRun {
    /// A backfill into an empty store.
    pub backfill: CycleCost,
    /// A cycle that finds nothing new.
    pub idle: CycleCost,
    /// A cycle after changes to 1 % of the jobs.
    pub incremental: CycleCost,
}

/// CPU time of one cycle.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct CycleCost {
    /// Opportunities that the sink took.
    pub delivered: u64,
    /// CPU time by stage in µs: for each delivered opportunity, or of the whole cycle if there was none.
    pub micros: BTreeMap<Stage, f64>,
}

impl CycleCost {
    /// Returns the sum of the stages, in µs.
    pub fn total(&self) -> f64 {
        self.micros.values().sum()
    }
}

/// Figures of `feed`: the CPU time of each reader in units of the plain loop.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FeedFigures {
    /// Names of the readers, and their ratios, in the order of the bench.
    pub readers: Vec<(String, f64)>,
}

impl Figures for FeedFigures {
    const BENCH: &'static str = "feed";
}

/// Figures of `requests`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RequestFigures {
    /// The cycles, in the order of the bench.
    pub cycles: Vec<RequestCounts>,
}

impl Figures for RequestFigures {
    const BENCH: &'static str = "requests";
}

/// Numbers of requests of one cycle.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RequestCounts {
    /// The cycle's name.
    pub cycle: String,
    /// Requests that the engine made.
    pub engine: u64,
    /// The fewest that the data allows.
    pub floor: u64,
    /// Requests of a sync that reads each object by itself, where that was reckoned.
    pub one_by_one: Option<u64>,
}
