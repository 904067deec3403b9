//! The only place where time is read and randomness drawn.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

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

/// The time since this process first asked, by a clock that nobody sets: what waits are measured with.
#[expect(clippy::disallowed_methods, reason = "the composition root is where time comes from")]
pub fn monotonic() -> Duration {
    static FIRST: OnceLock<Instant> = OnceLock::new();
    FIRST.get_or_init(Instant::now).elapsed()
}

/// What this machine is called.
pub fn machine_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
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
