//! The Rust code of the guide, as doctests: `cargo test -p guide --doc` compiles it, and runs what is not marked `no_run`.
//!
//! The guide itself is an mdBook: its chapters are in `docs/src`, in the order of `docs/src/SUMMARY.md`. Each chapter with Rust code is a module here.
//! `docs/tests/guide` checks that none is missing, that links lead somewhere, and that the chapter on errors names every variant.
//!
//! The modules exist for doctests only: the chapters are pages of the book, and not of this crate's documentation.

/// Declares a module for a chapter, whose text becomes its documentation.
macro_rules! chapter {
    ($module:ident, $file:literal) => {
        #[cfg(doctest)]
        #[doc = include_str!(concat!("src/", $file))]
        pub mod $module {}
    };
}

chapter!(how_it_works, "how-it-works.md");
chapter!(choosing_objects, "choosing-objects.md");
chapter!(choosing_a_store, "choosing-a-store.md");
chapter!(pushing_notes, "pushing-notes.md");
chapter!(webhooks, "webhooks.md");
chapter!(placeholder_emails, "placeholder-emails.md");
chapter!(audiences, "audiences.md");
chapter!(operating, "operating.md");
chapter!(many_tenants, "many-tenants.md");
chapter!(many_machines, "many-machines.md");
chapter!(embedding, "embedding.md");
chapter!(testing_your_host, "testing-your-host.md");
chapter!(writing_a_store, "writing-a-store.md");
chapter!(writing_a_sink, "writing-a-sink.md");
