//! What became of a write whose connection was lost in its COMMIT: found out, never guessed.

use dran_store::{Answer, Failure, Fault};

/// How often it is asked again. The store connects again meanwhile, or says within seconds that it cannot.
const ASKED_AGAIN_MAX: u32 = 3;

/// Asks for a write that carries an attempt key, or that is the same however often it is done, until its outcome
/// is known: asked again it is done once more or answers what was done.
///
/// # Errors
/// As the write. [`Fault::Unknown`] when the outcome is not known even so; no other fault is answered then.
pub(crate) async fn until_certain<'a, T, R>(
    ask: impl Fn() -> Answer<'a, Result<T, Failure<R>>>,
) -> Result<T, Failure<R>> {
    let mut outcome = ask().await;
    for _ in 0..ASKED_AGAIN_MAX {
        if !matches!(outcome, Err(Failure::Fault(Fault::Unknown))) {
            return outcome;
        }
        outcome = match ask().await {
            // This try has changed nothing; of the one before nothing is known still.
            Err(Failure::Fault(_)) => Err(Failure::Fault(Fault::Unknown)),
            certain => certain,
        };
    }
    outcome
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    type Outcome = Result<u8, Failure<char>>;

    async fn asked(answers: &[Outcome]) -> (Outcome, usize) {
        let left = RefCell::new(answers.iter().cloned());
        let outcome = until_certain(|| {
            let next = left.borrow_mut().next().unwrap_or(Ok(0));
            Box::pin(async { next })
        });
        let outcome = outcome.await;
        let asked = answers.len() - left.borrow().len();
        (outcome, asked)
    }

    fn fault(fault: Fault) -> Outcome {
        Err(Failure::Fault(fault))
    }

    #[tokio::test]
    async fn what_is_known_is_asked_once() {
        for outcome in [Ok(1), Err(Failure::Refused('r')), fault(Fault::Busy)] {
            assert_eq!(asked(&[outcome.clone(), Ok(2)]).await, (outcome, 1));
        }
    }

    #[tokio::test]
    async fn what_is_not_known_is_asked_until_it_is() {
        let refused = Err(Failure::Refused('r'));
        assert_eq!(asked(&[fault(Fault::Unknown), Ok(2)]).await, (Ok(2), 2));
        let tries = [fault(Fault::Unknown), fault(Fault::Busy), refused.clone(), Ok(4)];
        assert_eq!(asked(&tries).await, (refused, 3));
    }

    #[tokio::test]
    async fn a_later_fault_does_not_make_it_known() {
        let failed = fault(Fault::Failed("away".into()));
        let tries = [fault(Fault::Unknown), failed.clone(), failed.clone(), failed, Ok(5)];
        assert_eq!(asked(&tries).await, (fault(Fault::Unknown), 4));
    }
}
