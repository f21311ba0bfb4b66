//! The benches are in `benches/benches`; `benches/README.md` describes what each of them measures.
