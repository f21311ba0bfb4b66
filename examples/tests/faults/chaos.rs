//! Crashes between two effects, delays, and changes by the office while the engine works.

use std::future::pending;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

/// Controls the engine's surroundings. Every effect of the engine on the outside passes [`point`](Chaos::point) before and after.
pub struct Chaos {
    passed: AtomicU64,
    lingered: AtomicU64,
    crash_at: AtomicU64,
    crashed: Notify,
    office: Mutex<Option<Office>>,
    /// Longest delay of an answer, in milliseconds.
    longest_way: AtomicU64,
}

/// Moments at which the office may change something.
#[derive(Clone, Copy)]
pub enum Moment<'a> {
    BeforeRequest,
    /// ServiceTitan has answered, and its answer is on its way.
    Answered {
        path: &'a str,
        body: &'a [u8],
    },
    /// Hatch has an opportunity of this base record, and its answer is on its way.
    Sent {
        resource: &'static str,
        id: i64,
    },
}

/// Function that changes the tenant at some of the moments.
type Office = Box<dyn FnMut(Moment<'_>) + Send>;

/// Default of the longest delay of an answer, in milliseconds.
const LONGEST_WAY: u64 = 97;

impl Chaos {
    pub fn new() -> Arc<Self> {
        Arc::new(Chaos {
            passed: AtomicU64::new(0),
            lingered: AtomicU64::new(0),
            crash_at: AtomicU64::new(u64::MAX),
            crashed: Notify::new(),
            office: Mutex::new(None),
            longest_way: AtomicU64::new(LONGEST_WAY),
        })
    }

    /// Sets the longest delay of an answer, in milliseconds.
    pub fn set_longest_way(&self, milliseconds: u64) {
        self.longest_way.store(milliseconds, Ordering::SeqCst);
    }

    /// Opens the office: from now on, requests make it change the tenant.
    pub fn let_work(&self, office: impl FnMut(Moment<'_>) + Send + 'static) {
        *self.office.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(office));
    }

    /// Closes the office: the tenant does not change any more.
    pub fn close_office(&self) {
        *self.office.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Begins a life that crashes after this number of points; with `None` it does not crash.
    pub fn begin_life(&self, crash_at: Option<u64>) {
        self.passed.store(0, Ordering::SeqCst);
        self.crash_at.store(crash_at.unwrap_or(u64::MAX), Ordering::SeqCst);
    }

    /// Marks a point between two effects. After the crash no caller returns from here, so that dropping the engine loses the calls in progress.
    pub async fn point(&self) {
        let passed = self.passed.fetch_add(1, Ordering::SeqCst) + 1;
        if passed >= self.crash_at.load(Ordering::SeqCst) {
            self.crashed.notify_one();
            pending::<()>().await;
        }
    }

    /// Delays an answer by an uneven time, in which other tasks continue.
    pub async fn travel(&self) {
        let uneven = self.passed.load(Ordering::SeqCst) * 7919 % self.longest_way.load(Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(uneven)).await;
    }

    /// Delays a call of a store by an uneven time, sometimes longer than other calls take.
    pub async fn linger(&self) {
        let lingered = self.lingered.fetch_add(1, Ordering::SeqCst);
        let uneven = lingered * 7919 % 97;
        if uneven < 24 {
            tokio::time::sleep(Duration::from_millis(1 + uneven * uneven)).await;
        }
    }

    /// Lets the office make its changes, if it is open.
    pub fn work(&self, moment: Moment<'_>) {
        if let Some(office) = self.office.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            office(moment);
        }
    }

    /// Waits for the crash.
    pub async fn crash(&self) {
        self.crashed.notified().await;
    }
}
