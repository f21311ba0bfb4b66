//! Pictures of the benches' figures, in `benches/pictures`.
//!
//! A picture is a function of the figures in `benches/figures`: it has no date and no machine's name, so that a repeated run changes figures only.

mod canvas;
mod feed;
mod requests;
mod size;
mod stages;

use std::path::{Path, PathBuf};

use crate::figures::{FeedFigures, Figures, RequestFigures, StageFigures};

/// Pictures that the guide shows, too.
const IN_GUIDE: [&str; 2] = ["stages", "requests"];

/// A picture as it is drawn from the committed figures.
#[derive(Debug, Clone)]
pub struct Picture {
    name: &'static str,
    /// The picture as SVG.
    pub svg: String,
}

impl Picture {
    /// Returns the paths of the committed picture: a book has only the pictures of its own folder.
    pub fn paths(&self) -> Vec<PathBuf> {
        let mut folders = vec!["benches/pictures"];
        folders.extend(IN_GUIDE.contains(&self.name).then_some("docs/src/images"));
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        folders.iter().map(|folder| root.join(folder).join(format!("{}.svg", self.name))).collect()
    }
}

/// Draws every picture whose bench has written figures.
pub fn draw_all() -> Vec<Picture> {
    let stages = StageFigures::read();
    let pictures = [
        stages.as_ref().map(|figures| ("stages", stages::draw(figures))),
        stages.as_ref().map(|figures| ("size", size::draw(figures))),
        FeedFigures::read().map(|figures| ("feed", feed::draw(&figures))),
        RequestFigures::read().map(|figures| ("requests", requests::draw(&figures))),
    ];
    pictures.into_iter().flatten().map(|(name, svg)| Picture { name, svg }).collect()
}

/// Writes the figures of a run, and draws the pictures again.
pub fn publish(figures: &impl Figures) {
    figures.write();
    write_all();
}

/// Draws the pictures of the figures as they are in their files.
pub fn write_all() {
    for picture in draw_all() {
        for path in picture.paths() {
            std::fs::write(path, &picture.svg).unwrap();
        }
    }
}
