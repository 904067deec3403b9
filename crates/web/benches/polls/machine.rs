//! What a bench takes of this machine: its cores, its time, and threads for the generator.

use std::io;
use std::time::Instant;

/// Where the generator's tasks run.
pub fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
}

pub fn cores() -> io::Result<usize> {
    std::thread::available_parallelism().map(usize::from)
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures the time that passes")]
pub fn now() -> Instant {
    Instant::now()
}
