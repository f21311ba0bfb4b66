//! The paper that all pictures are drawn on: its size, its letters and its colours.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Width of a picture in pixels: that of a README.
pub(super) const WIDTH: i32 = 800;

/// Room to the left of the bars, for their names.
pub(super) const NAMES: i32 = 200;

pub(super) const INK: RGBColor = RGBColor(36, 41, 47);
pub(super) const FAINT: RGBColor = RGBColor(208, 215, 222);
pub(super) const MUTED: RGBColor = RGBColor(101, 109, 118);
pub(super) const BLUE: RGBColor = RGBColor(0, 114, 178);

/// Colours that people who see few colours can tell apart, too (after Okabe and Ito).
pub(super) const COLOURS: [RGBColor; 8] = [
    RGBColor(86, 180, 233),
    BLUE,
    RGBColor(0, 158, 115),
    RGBColor(230, 159, 0),
    RGBColor(204, 121, 167),
    RGBColor(213, 94, 0),
    RGBColor(240, 228, 66),
    RGBColor(120, 94, 168),
];

/// A part of a picture.
pub(super) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Returns a picture of a height in pixels with a title.
pub(super) fn picture(height: u32, title: &str, draw: impl FnOnce(&Area<'_>)) -> String {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (WIDTH as u32, height)).into_drawing_area();
        area.fill(&WHITE).unwrap();
        text(&area, (16, 24), HPos::Left, 17, &INK, title);
        draw(&area);
        area.present().unwrap();
    }
    svg
}

/// Writes a line of text whose middle is at the height of a point.
pub(super) fn text(area: &Area<'_>, at: (i32, i32), side: HPos, size: u32, colour: &RGBColor, words: &str) {
    let style = ("sans-serif", size).into_font().color(colour).pos(Pos::new(side, VPos::Center));
    area.draw(&Text::new(words.to_owned(), at, style)).unwrap();
}

/// Draws a filled rectangle.
pub(super) fn bar(area: &Area<'_>, from: (i32, i32), to: (i32, i32), colour: &RGBColor) {
    area.draw(&Rectangle::new([from, to], colour.filled())).unwrap();
}

/// Draws squares of colours with their names, in a row from the left.
pub(super) fn legend(area: &Area<'_>, height: i32, entries: &[(&str, RGBColor)]) {
    let mut left = 16;
    for (name, colour) in entries {
        bar(area, (left, height - 6), (left + 12, height + 6), colour);
        text(area, (left + 17, height), HPos::Left, 13, &INK, name);
        left += 34 + i32::try_from(name.len()).unwrap() * 7;
    }
}

/// A horizontal axis from zero, with lines up through the picture.
pub(super) struct Scale {
    left: i32,
    right: i32,
    most: f64,
}

impl Scale {
    /// Returns a scale that has room for values up to `most`.
    pub(super) fn new(most: f64) -> Self {
        Scale { left: NAMES, right: WIDTH - 70, most }
    }

    /// Returns the place of a value, in pixels from the left.
    pub(super) fn at(&self, value: f64) -> i32 {
        self.left + (f64::from(self.right - self.left) * value / self.most).round() as i32
    }

    /// Draws the axis below the bars.
    pub(super) fn draw(&self, area: &Area<'_>, top: i32, bottom: i32, words: &str) {
        let step = round_step(self.most / 5.0);
        let digits = usize::from(step < 1.0);
        let mut value = 0.0;
        while value <= self.most {
            let x = self.at(value);
            area.draw(&PathElement::new([(x, top), (x, bottom)], FAINT)).unwrap();
            text(area, (x, bottom + 12), HPos::Center, 12, &MUTED, &format!("{value:.digits$}"));
            value += step;
        }
        text(area, ((self.left + self.right) / 2, bottom + 32), HPos::Center, 13, &MUTED, words);
    }
}

/// Returns the next number of the kind 1, 2 or 5, with zeros, that is not smaller.
fn round_step(least: f64) -> f64 {
    let ten = 10_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|step| step * ten)
        .find(|step| *step >= least * 0.999)
        .unwrap_or(ten)
}
