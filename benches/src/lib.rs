//! The benches are in `benches/benches`; the README beside them says what they measure.
