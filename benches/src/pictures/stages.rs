//! Cost by stage: a bar of stages for each store.

use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

use super::canvas::{COLOURS, FAINT, INK, MUTED, NAMES, Scale, bar, legend, picture, text};
use crate::figures::{CycleCost, StageFigures, StageRun};
use crate::stage::Stage;

/// The tenant that is drawn: the size that the other benches use, too.
const JOBS: usize = 10_000;

const ROW: i32 = 34;
const TOP: i32 = 84;

/// The stores, from the one without any durability on.
pub(super) const STORES: [&str; 3] = ["memory", "SQLite", "PostgreSQL"];

fn colour(stage: Stage) -> RGBColor {
    COLOURS.get(stage as usize).copied().unwrap_or(FAINT)
}

/// Draws the cost of an opportunity in a backfill, and in a cycle after changes to 1 % of the jobs.
pub(super) fn draw(figures: &StageFigures) -> String {
    let run = |store: &'static str| Some((store, figures.stores.get(store)?.get(&JOBS)?));
    let runs: Vec<(&str, &StageRun)> = STORES.into_iter().filter_map(run).collect();
    let cycles: [(&str, fn(&StageRun) -> &CycleCost); 2] =
        [("backfill", |run| &run.backfill), ("1 % changed", |run| &run.incremental)];
    let totals = runs.iter().flat_map(|(_, run)| cycles.iter().map(|(_, cycle)| cycle(run).total()));
    let scale = Scale::new(totals.fold(1.0, f64::max));
    let rows = runs.len() * cycles.len();
    let bottom = TOP + ROW * i32::try_from(rows).unwrap() + 14;
    picture(
        u32::try_from(bottom + 52).unwrap(),
        "From a feed's page to the answered upsert, by stage",
        |area| {
            legend(area, 52, &Stage::ALL.map(|stage| (stage.name(), colour(stage))));
            scale.draw(area, TOP - 8, bottom, "CPU per delivered opportunity, µs (tenant of 10,000 jobs)");
            let mut top = TOP;
            for (name, cycle) in cycles {
                for (store, run) in &runs {
                    let cost = cycle(run);
                    text(area, (NAMES - 10, top + 11), HPos::Right, 13, &INK, &format!("{name}, {store}"));
                    let mut done = 0.0;
                    for (stage, micros) in &cost.micros {
                        bar(
                            area,
                            (scale.at(done), top),
                            (scale.at(done + micros), top + 22),
                            &colour(*stage),
                        );
                        done += micros;
                    }
                    text(area, (scale.at(done) + 6, top + 11), HPos::Left, 13, &MUTED, &format!("{done:.0}"));
                    top += ROW;
                }
                top += 14;
            }
        },
    )
}
