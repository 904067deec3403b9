//! The only place where time is read and randomness drawn.

use dran_service::{Clock, Entropy};
use jiff::{SignedDuration, Timestamp};
use rand::TryRng;

/// The clock of this machine.
pub fn system_clock() -> Clock {
    clock_ahead_by(SignedDuration::ZERO)
}

/// The clock of this machine, moved to another day: the demo's 12 January 2021.
#[expect(clippy::disallowed_methods, reason = "the composition root is where time comes from")]
pub fn clock_ahead_by(ahead: SignedDuration) -> Clock {
    Clock::new(move || Timestamp::now() + ahead)
}

/// The random bytes of the operating system.
#[expect(
    clippy::expect_used,
    reason = "without random bytes no ticket is safe: better no service than that"
)]
pub fn system_entropy() -> Entropy {
    Entropy::new(|bytes| {
        rand::rngs::SysRng
            .try_fill_bytes(bytes)
            .expect("the operating system gives random bytes")
    })
}
