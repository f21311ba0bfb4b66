//! Cost against size: a line for each store.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::canvas::{BLUE, FAINT, MUTED, picture, text};
use super::stages::STORES;
use crate::figures::StageFigures;

const HEIGHT: u32 = 340;

/// Draws the CPU time of an opportunity in a backfill against the tenant's jobs.
pub(super) fn draw(figures: &StageFigures) -> String {
    let colours = [RGBColor(0, 158, 115), RGBColor(213, 94, 0), BLUE];
    let lines: Vec<(&str, RGBColor, Vec<(f64, f64)>)> = STORES
        .into_iter()
        .zip(colours)
        .filter_map(|(store, colour)| {
            let runs = figures.stores.get(store)?;
            let points = runs.iter().map(|(jobs, run)| (*jobs as f64, run.backfill.total())).collect();
            Some((store, colour, points))
        })
        .collect();
    let points = || lines.iter().flat_map(|(_, _, points)| points.iter().copied());
    let least = points().map(|(jobs, _)| jobs).fold(f64::MAX, f64::min);
    let (jobs, micros) =
        points().fold((0.0, 0.0), |most: (f64, f64), it| (most.0.max(it.0), most.1.max(it.1)));
    picture(HEIGHT, "Cost of an opportunity against the size of the tenant", |area| {
        let (_, below) = area.split_vertically(40);
        let mut chart = ChartBuilder::on(&below)
            .margin_right(120)
            .margin_left(8)
            .margin_bottom(6)
            .x_label_area_size(46)
            .y_label_area_size(58)
            .build_cartesian_2d((least..jobs.max(least * 2.0)).log_scale(), 0.0..micros * 1.1)
            .unwrap();
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(FAINT)
            .axis_style(MUTED)
            .label_style(("sans-serif", 12).into_font().color(&MUTED))
            .axis_desc_style(("sans-serif", 13).into_font().color(&MUTED))
            .x_desc("jobs of the tenant (logarithmic)")
            .y_desc("CPU per opportunity, µs")
            .x_label_formatter(&|jobs| thousands(*jobs))
            .y_label_formatter(&|micros| format!("{micros:.0}"))
            .draw()
            .unwrap();
        let mut ends = Vec::new();
        for (store, colour, points) in &lines {
            chart.draw_series(LineSeries::new(points.iter().copied(), colour.stroke_width(2))).unwrap();
            chart.draw_series(points.iter().map(|at| Circle::new(*at, 4, colour.filled()))).unwrap();
            if let Some(end) = points.last() {
                ends.push((
                    chart.plotting_area().map_coordinate(end),
                    format!("{store} {:.0}", end.1),
                    colour,
                ));
            }
        }
        // At its end a line tells its name, so that no legend is needed.
        ends.sort_by_key(|((_, y), ..)| *y);
        let mut free = 0;
        for ((x, y), words, colour) in ends {
            let y = y.max(free);
            text(area, (x + 12, y), HPos::Left, 13, colour, &words);
            free = y + 16;
        }
    })
}

fn thousands(jobs: f64) -> String {
    if jobs >= 1000.0 { format!("{:.0},000", jobs / 1000.0) } else { format!("{jobs:.0}") }
}
