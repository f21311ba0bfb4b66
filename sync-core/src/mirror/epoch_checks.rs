//! Checks of the epoch that share questions to the store.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

use crate::StoreError;

/// Checks of one epoch. Every upsert asks right before it leaves, and a store may need a round trip for each answer: those that ask while a
/// question is under way share the next one. An answer counts for whoever asked before its question was sent, and for nobody else.
#[derive(Debug, Default)]
pub(super) struct EpochChecks {
    /// Number of checks that were asked for.
    asked: AtomicU64,
    /// Number of checks that the last question has answered: those that were asked for before it was sent. The lock is held during a question.
    answered: Mutex<u64>,
}

impl EpochChecks {
    /// Returns once `question`, or one that another caller sent after this call began, was answered with success. A failure is the answer of
    /// its own caller alone.
    pub(super) async fn check(
        &self,
        question: impl Future<Output = Result<(), StoreError>>,
    ) -> Result<(), StoreError> {
        let number = self.asked.fetch_add(1, Ordering::SeqCst);
        let mut answered = self.answered.lock().await;
        if number < *answered {
            return Ok(());
        }
        let asked = self.asked.load(Ordering::SeqCst);
        question.await?;
        *answered = asked;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use futures::future::join_all;
    use tokio::sync::Semaphore;

    use super::*;
    use crate::{Epoch, Role};

    #[tokio::test]
    async fn checks_that_are_asked_for_during_a_question_share_the_next_one() {
        let (checks, questions) = (EpochChecks::default(), AtomicUsize::new(0));
        let answers = Semaphore::new(0);
        let ask = || async {
            questions.fetch_add(1, Ordering::SeqCst);
            answers.acquire().await.unwrap().forget();
            Ok(())
        };
        let answer = async {
            // By now the first question is under way, and all others were asked for.
            assert_eq!(questions.load(Ordering::SeqCst), 1);
            answers.add_permits(10);
        };
        let (checked, ()) = tokio::join!(join_all((0..8).map(|_| checks.check(ask()))), answer);
        assert!(checked.iter().all(Result::is_ok));
        assert_eq!(questions.load(Ordering::SeqCst), 2);
        checks.check(ask()).await.unwrap();
        assert_eq!(questions.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn a_check_behind_an_opening_elsewhere_fails_whatever_others_were_answered() {
        let checks = EpochChecks::default();
        checks.check(async { Ok(()) }).await.unwrap();
        let fenced = || async { Err(Epoch { role: Role::Syncing, number: 1 }.fenced()) };
        let checked = join_all((0..3).map(|_| checks.check(fenced()))).await;
        assert!(checked.iter().all(|checked| matches!(checked, Err(StoreError::Fenced { .. }))));
    }
}
