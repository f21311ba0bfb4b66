//! Requests against the floor: points on a logarithmic axis, since a backfill makes a thousand times as many as an idle cycle.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::canvas::{Area, BLUE, FAINT, INK, MUTED, NAMES, WIDTH, picture, text};
use crate::figures::RequestFigures;

const ROW: i32 = 46;
const TOP: i32 = 88;

/// Powers of ten on the axis.
const DECADES: i32 = 6;

const RED: RGBColor = RGBColor(213, 94, 0);

fn place(requests: u64) -> i32 {
    let room = f64::from(WIDTH - 70 - NAMES);
    NAMES + (room * (requests.max(1) as f64).log10() / f64::from(DECADES)).round() as i32
}

/// Draws the requests of each cycle.
pub(super) fn draw(figures: &RequestFigures) -> String {
    let bottom = TOP + ROW * i32::try_from(figures.cycles.len()).unwrap();
    picture(u32::try_from(bottom + 52).unwrap(), "Requests to ServiceTitan for 10,000 jobs", |area| {
        explain(area);
        for decade in 0..=DECADES {
            let requests = 10_u64.pow(decade.unsigned_abs());
            let x = place(requests);
            area.draw(&PathElement::new([(x, TOP - 8), (x, bottom)], FAINT)).unwrap();
            text(area, (x, bottom + 12), HPos::Center, 12, &MUTED, &grouped(requests));
        }
        text(
            area,
            ((NAMES + WIDTH - 70) / 2, bottom + 32),
            HPos::Center,
            13,
            &MUTED,
            "requests (logarithmic)",
        );
        for (row, counts) in figures.cycles.iter().enumerate() {
            let middle = TOP + ROW * i32::try_from(row).unwrap() + 16;
            let lines: Vec<&str> = counts.cycle.split(", ").collect();
            for (line, words) in lines.iter().enumerate() {
                let down =
                    15 * i32::try_from(line).unwrap() - 15 * i32::try_from(lines.len() - 1).unwrap() / 2;
                text(area, (NAMES - 10, middle + down), HPos::Right, 13, &INK, words);
            }
            floor(area, place(counts.floor), middle);
            engine(area, place(counts.engine), middle);
            let words = if counts.engine == counts.floor {
                grouped(counts.engine)
            } else {
                format!("{} (at least {})", grouped(counts.engine), grouped(counts.floor))
            };
            text(area, (place(counts.floor) - 16, middle), HPos::Right, 13, &MUTED, &words);
            if let Some(requests) = counts.one_by_one {
                one_by_one(area, place(requests), middle);
                text(area, (place(requests) + 12, middle), HPos::Left, 13, &MUTED, &grouped(requests));
            }
        }
    })
}

fn explain(area: &Area<'_>) {
    let height = 54;
    engine(area, 24, height);
    text(area, (38, height), HPos::Left, 13, &INK, "engine");
    floor(area, 112, height);
    text(area, (128, height), HPos::Left, 13, &INK, "the fewest that the data allows");
    one_by_one(area, 352, height);
    text(area, (366, height), HPos::Left, 13, &INK, "a sync that reads each object by itself");
}

fn engine(area: &Area<'_>, x: i32, y: i32) {
    area.draw(&Circle::new((x, y), 5, BLUE.filled())).unwrap();
}

fn floor(area: &Area<'_>, x: i32, y: i32) {
    area.draw(&Circle::new((x, y), 9, INK.stroke_width(1))).unwrap();
}

fn one_by_one(area: &Area<'_>, x: i32, y: i32) {
    area.draw(&Circle::new((x, y), 5, RED.filled())).unwrap();
}

/// Returns a number with its thousands set apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
