//! What runs beside the listeners for as long as the process does.

use anyhow::{Context, Result, anyhow};
use tokio::task::JoinSet;

/// The workers of a process. A process without one of them is worth less than none: it would go on answering from
/// what it once knew.
#[derive(Default)]
pub struct Workers(JoinSet<()>);

impl Workers {
    /// Starts one.
    pub fn start(&mut self, work: impl Future<Output = ()> + Send + 'static) {
        self.0.spawn(work);
    }

    /// Waits until one has ended, which none does before it is told to; why.
    pub async fn failed(&mut self) -> anyhow::Error {
        match self.0.join_next().await {
            None => std::future::pending().await,
            Some(Ok(())) => anyhow!("a worker has ended"),
            Some(Err(error)) => anyhow!(error).context("a worker panicked"),
        }
    }

    /// Waits until all of those have ended that still run.
    ///
    /// # Errors
    /// When one panicked.
    pub async fn end(mut self) -> Result<()> {
        while let Some(ended) = self.0.join_next().await {
            ended.context("a worker panicked")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    #[expect(clippy::panic, reason = "a worker that panics is what this is about")]
    async fn a_worker_that_panics_or_ends_is_noticed_while_the_others_go_on() {
        let mut workers = Workers::default();
        workers.start(std::future::pending());
        workers.start(async { panic!("out of bounds") });
        assert_eq!(workers.failed().await.to_string(), "a worker panicked");
        workers.start(async {});
        assert_eq!(workers.failed().await.to_string(), "a worker has ended");
    }

    #[tokio::test]
    async fn workers_that_end_when_they_are_told_have_ended_well() -> Result<()> {
        let (tell, told) = oneshot::channel::<()>();
        let mut workers = Workers::default();
        workers.start(async {
            let _ = told.await;
        });
        drop(tell);
        workers.end().await
    }
}
