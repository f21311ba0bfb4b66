//! Crashes between two effects, and an office that goes on working meanwhile.

use std::future::pending;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

/// What happens beside the engine. Everything that the engine does to the outside passes [`point`](Chaos::point) before and after.
pub struct Chaos {
    passed: AtomicU64,
    lingered: AtomicU64,
    crash_at: AtomicU64,
    crashed: Notify,
    office: Mutex<Option<Office>>,
    /// The longest way of an answer, in milliseconds.
    longest_way: AtomicU64,
}

/// When the office may change something.
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

/// Changes the world now and then.
type Office = Box<dyn FnMut(Moment<'_>) + Send>;

/// How long answers travel where nobody says otherwise.
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

    /// Answers take up to so many milliseconds from now on.
    pub fn set_longest_way(&self, milliseconds: u64) {
        self.longest_way.store(milliseconds, Ordering::SeqCst);
    }

    /// Lets the office work while requests are made.
    pub fn let_work(&self, office: impl FnMut(Moment<'_>) + Send + 'static) {
        *self.office.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(office));
    }

    /// The office is closed: nothing changes any more.
    pub fn close_office(&self) {
        *self.office.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Begins a life that ends at this many points; `None` lives on.
    pub fn begin_life(&self, crash_at: Option<u64>) {
        self.passed.store(0, Ordering::SeqCst);
        self.crash_at.store(crash_at.unwrap_or(u64::MAX), Ordering::SeqCst);
    }

    /// A point between two effects. From the crash on nothing passes, so that dropping the engine loses what stood here.
    pub async fn point(&self) {
        let passed = self.passed.fetch_add(1, Ordering::SeqCst) + 1;
        if passed >= self.crash_at.load(Ordering::SeqCst) {
            self.crashed.notify_one();
            pending::<()>().await;
        }
    }

    /// An answer's way back, of uneven length: meanwhile others go on.
    pub async fn travel(&self) {
        let uneven = self.passed.load(Ordering::SeqCst) * 7919 % self.longest_way.load(Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(uneven)).await;
    }

    /// A store's time for a call, now and then longer than others need for theirs.
    pub async fn linger(&self) {
        let lingered = self.lingered.fetch_add(1, Ordering::SeqCst);
        let uneven = lingered * 7919 % 97;
        if uneven < 24 {
            tokio::time::sleep(Duration::from_millis(1 + uneven * uneven)).await;
        }
    }

    /// Work of the office, if it is open.
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
