//! What every engine must do, one function per sentence.
//!
//! An engine runs the whole list with [`conformance_suite!`], giving the expression that makes an
//! empty store.
#![expect(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

pub(crate) mod booking;
pub(crate) mod world;

/// Makes one test per sentence of the suite, each on an empty store of its own.
macro_rules! conformance_suite {
    ($empty_store:expr) => {
        crate::conformance::conformance_suite!($empty_store;
            booking {
                a_couple_gets_both_series_or_none
                the_same_attempt_key_books_once
                two_hundred_race_for_twenty_places
            }
        );
    };
    ($empty_store:expr; $($subject:ident { $($sentence:ident)+ })+) => {
        $(mod $subject {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $sentence() {
                crate::conformance::$subject::$sentence($empty_store).await;
            })+
        })+
    };
}
pub(crate) use conformance_suite;
