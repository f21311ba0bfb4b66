//! The feed against its baselines: a bar for each reader.

use plotters::style::text_anchor::HPos;

use super::canvas::{BLUE, FAINT, INK, MUTED, Scale, bar, picture, text};
use crate::figures::FeedFigures;

const ROW: i32 = 38;
const TOP: i32 = 52;

/// Draws the CPU time of each reader; the last two are the client's.
pub(super) fn draw(figures: &FeedFigures) -> String {
    let most = figures.readers.iter().map(|(_, ratio)| *ratio).fold(1.0, f64::max);
    let scale = Scale::new(most);
    let rows = i32::try_from(figures.readers.len()).unwrap();
    let bottom = TOP + ROW * rows;
    picture(u32::try_from(bottom + 52).unwrap(), "Reading an export feed of 100,000 jobs", |area| {
        scale.draw(area, TOP - 8, bottom, "CPU in units of a plain loop of reqwest and serde");
        for (row, (name, ratio)) in figures.readers.iter().enumerate() {
            let middle = TOP + ROW * i32::try_from(row).unwrap() + 13;
            let colour = if row + 2 >= figures.readers.len() { &BLUE } else { &FAINT };
            // A name may have two lines.
            let lines: Vec<&str> = name.split(", ").collect();
            for (line, words) in lines.iter().enumerate() {
                let down =
                    15 * i32::try_from(line).unwrap() - 15 * i32::try_from(lines.len() - 1).unwrap() / 2;
                text(area, (scale.at(0.0) - 10, middle + down), HPos::Right, 13, &INK, words);
            }
            bar(area, (scale.at(0.0), middle - 12), (scale.at(*ratio), middle + 12), colour);
            text(area, (scale.at(*ratio) + 6, middle), HPos::Left, 13, &MUTED, &format!("{ratio:.2}"));
        }
    })
}
