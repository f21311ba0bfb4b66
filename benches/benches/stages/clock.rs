//! A clock of CPU time by stage: the time of a thread belongs to the stage that was entered last, so that a nested stage is taken off the one
//! around it.

use std::cell::RefCell;
use std::marker::PhantomData;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use benches::stage::Stage;
use cpu_time::ThreadTime;
use futures::future::poll_fn;

/// A part of a thread's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// A stage of the way.
    Of(Stage),
    /// A body that is written once more to measure its writing, which the sink does where no clock can be placed. Not the engine's work.
    Replay,
}

const PARTS: usize = Stage::ALL.len() + 1;

/// Nanoseconds by part, of all threads.
static SPENT: [AtomicU64; PARTS] = [const { AtomicU64::new(0) }; PARTS];

thread_local! {
    /// The parts that this thread has entered, and its CPU time at the last change.
    static ENTERED: RefCell<(Vec<Part>, Duration)> = const { RefCell::new((Vec::new(), Duration::ZERO)) };
}

impl Part {
    fn place(self) -> usize {
        match self {
            Part::Of(stage) => stage as usize,
            Part::Replay => PARTS - 1,
        }
    }
}

/// Returns the CPU time that was spent in a part so far.
pub(crate) fn spent(part: Part) -> Duration {
    Duration::from_nanos(SPENT[part.place()].load(Ordering::Relaxed))
}

/// Counts this thread's time as the part's until [`leave`] is called.
pub(crate) fn enter(part: Part) {
    change(|parts| parts.push(part));
}

/// Counts this thread's time as that of the part around the last one.
pub(crate) fn leave() {
    change(|parts| {
        parts.pop();
    });
}

fn change(by: impl FnOnce(&mut Vec<Part>)) {
    ENTERED.with_borrow_mut(|(parts, since)| {
        let now = ThreadTime::now().as_duration();
        if let Some(part) = parts.last() {
            let nanos = u64::try_from((now - *since).as_nanos()).unwrap();
            SPENT[part.place()].fetch_add(nanos, Ordering::Relaxed);
        }
        *since = now;
        by(parts);
    });
}

/// A part that was entered, until this value is dropped on the same thread.
pub(crate) struct Entered(PhantomData<*const ()>);

impl Entered {
    pub(crate) fn new(part: Part) -> Self {
        enter(part);
        Entered(PhantomData)
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        leave();
    }
}

/// Runs a future, whose time on the threads that poll it counts as the stage's.
pub(crate) async fn timed<T>(stage: Stage, future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    poll_fn(|context| {
        let _entered = Entered::new(Part::Of(stage));
        future.as_mut().poll(context)
    })
    .await
}
