//! Draws the pictures in `benches/pictures` from the figures in `benches/figures`, which the other benches write. With `--test`, fails if a committed
//! picture is not that of the committed figures.

#![allow(missing_docs, clippy::print_stdout, reason = "a bench reports and may fail")]

use benches::pictures::{draw_all, write_all};

fn main() {
    if !std::env::args().any(|argument| argument == "--test") {
        return write_all();
    }
    for picture in draw_all() {
        for path in picture.paths() {
            let committed = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(
                committed == picture.svg,
                "{} is not drawn from the figures in benches/figures: run `cargo bench -p benches --bench pictures`",
                path.display()
            );
            println!("{} is that of its figures", path.display());
        }
    }
}
