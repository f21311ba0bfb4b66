//! A count of those who wait for something.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The number of those who wait.
#[derive(Debug, Default)]
pub(crate) struct Waiting(AtomicUsize);

/// One who waits, until the value is dropped: also one who gives up counts no more.
pub(crate) struct Waiter<'a>(&'a Waiting);

impl Waiting {
    pub(crate) fn enter(&self) -> Waiter<'_> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Waiter(self)
    }

    pub(crate) fn is_anybody(&self) -> bool {
        self.0.load(Ordering::SeqCst) > 0
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::SeqCst);
    }
}
