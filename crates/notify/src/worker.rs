//! The worker that empties the outbox.
//!
//! A message is sent at least once: it stays due until the store has written that it was sent. If the
//! process dies in between, it is sent again, with the same Message-ID. What fails is tried again after
//! a growing pause; what cannot ever arrive is given up and kept for the operator.

use std::collections::HashMap;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Duration;

use dran_store::{Channel, Fault, Message, MessageKind, MessageOutcome, MessageResult, Store};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::transport::{SendError, Transports};

/// How the worker works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxPolicy {
    /// How many messages are read from the outbox at once.
    pub batch: u32,
    /// How many messages are on their way to servers at the same time. All of a batch that go into the spool folder
    /// are written at once, and count as one.
    pub concurrency: usize,
    /// How often the outbox is looked at when nobody wakes the worker.
    pub poll_interval: Duration,
    /// The pause after the first failure; it doubles with each further one.
    pub retry_first: Duration,
    /// The longest pause.
    pub retry_max: Duration,
    /// After how many tries a message is given up.
    pub tries_max: u32,
    /// How old a verification code may become before it is worthless, and given up.
    pub code_age_max: Duration,
}

impl Default for OutboxPolicy {
    /// Tries for about a day: a gateway may be down for a night. Codes live as long as a permit.
    fn default() -> Self {
        Self {
            batch: 128,
            concurrency: 16,
            poll_interval: Duration::from_secs(1),
            retry_first: Duration::from_secs(10),
            retry_max: Duration::from_secs(30 * 60),
            tries_max: 60,
            code_age_max: Duration::from_secs(30 * 60),
        }
    }
}

impl OutboxPolicy {
    /// The pause after so many failed tries; `jitter` from 0 to 1 spreads it over the upper half, so
    /// that messages that failed together do not come back together.
    pub fn pause(&self, tries: u32, jitter: f64) -> Duration {
        let doublings = tries.saturating_sub(1).min(31);
        let whole = self.retry_first.saturating_mul(1 << doublings).min(self.retry_max);
        whole.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
    }
}

/// How many sendings in a row may find a road closed before the others of the round are not tried.
const CLOSED_IN_A_ROW_MAX: u32 = 3;

/// Reads the outbox and sends what is due.
#[derive(Clone)]
pub struct OutboxWorker<Clock, Jitter> {
    /// Where the outbox is.
    pub store: Arc<dyn Store>,
    /// The roads out.
    pub transports: Arc<Transports>,
    /// Wakes the worker when something was put into the outbox.
    pub wake: Arc<Notify>,
    /// How it works.
    pub policy: OutboxPolicy,
    /// Tells the time.
    pub clock: Clock,
    /// Gives a random number from 0 to 1.
    pub jitter: Jitter,
}

/// What became of messages that were sent together.
type Sent = Vec<(Message, Result<(), SendError>)>;

/// What a round did.
#[derive(Default)]
struct Round {
    read: usize,
    sent: usize,
    failed: usize,
    given_up: usize,
    closed_in_a_row: HashMap<Channel, u32>,
    outcomes: Vec<MessageOutcome>,
}

impl<Clock, Jitter> OutboxWorker<Clock, Jitter>
where
    Clock: Fn() -> Timestamp + Send,
    Jitter: FnMut() -> f64 + Send,
{
    /// Sends until it is told to stop; what is on its way then is finished and written down.
    pub async fn run(mut self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let more = match self.round(&stop).await {
                Ok(round) => {
                    let Round {
                        read,
                        sent,
                        failed,
                        given_up,
                        ..
                    } = round;
                    if sent + failed + given_up > 0 {
                        tracing::info!(sent, failed, given_up, "messages sent from the outbox");
                    }
                    read == self.policy.batch as usize
                }
                Err(fault) => {
                    tracing::warn!(%fault, "the outbox cannot be read");
                    false
                }
            };
            if !more {
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = self.wake.notified() => {}
                    () = tokio::time::sleep(self.policy.poll_interval) => {}
                }
            }
        }
    }

    /// Reads one batch, sends it, and writes down what became of it as it becomes known.
    async fn round(&mut self, stop: &CancellationToken) -> Result<Round, Fault> {
        let due = self.store.due_messages((self.clock)(), self.policy.batch).await?;
        let mut round = Round {
            read: due.len(),
            ..Round::default()
        };
        let mut under_way = JoinSet::new();
        let (spooled, posted): (Vec<_>, Vec<_>) = due
            .into_iter()
            .partition(|message| self.transports.spools(message.message.channel));
        self.spool(spooled, &mut under_way, &mut round);
        for message in posted {
            if stop.is_cancelled() {
                break;
            }
            let Some(message) = self.if_worth_sending(message, &mut round) else {
                continue;
            };
            let transports = Arc::clone(&self.transports);
            under_way.spawn(async move {
                let result = transports.send(&message).await;
                vec![(message, result)]
            });
            if under_way.len() >= self.policy.concurrency {
                self.finish_some(&mut under_way, &mut round, stop).await;
            }
        }
        while !under_way.is_empty() {
            self.finish_some(&mut under_way, &mut round, stop).await;
        }
        self.settle(&mut round, stop).await;
        Ok(round)
    }

    /// Puts all that go into the spool folder on their way together.
    fn spool(&mut self, messages: Vec<Message>, under_way: &mut JoinSet<Sent>, round: &mut Round) {
        let messages: Vec<_> = messages
            .into_iter()
            .filter_map(|message| self.if_worth_sending(message, round))
            .collect();
        if !messages.is_empty() {
            let transports = Arc::clone(&self.transports);
            under_way.spawn(async move { transports.spool.send(messages).await });
        }
    }

    /// Waits for at least one sending and writes down all that have ended.
    async fn finish_some(&mut self, under_way: &mut JoinSet<Sent>, round: &mut Round, stop: &CancellationToken) {
        let mut ended = under_way.join_next().await;
        while let Some(joined) = ended {
            match joined {
                Ok(sent) => {
                    for (message, result) in sent {
                        self.note(&message, result, round);
                    }
                }
                Err(error) if error.is_panic() => resume_unwind(error.into_panic()),
                // Nobody aborts a sending but the end of the runtime.
                Err(_) => {}
            }
            ended = under_way.try_join_next();
        }
        self.settle(round, stop).await;
    }

    /// A message, unless it is not even tried: then that is noted.
    fn if_worth_sending(&mut self, message: Message, round: &mut Round) -> Option<Message> {
        let Some(error) = self.not_worth_sending(&message, round) else {
            return Some(message);
        };
        self.note(&message, Err(error), round);
        None
    }

    /// Why a message is not even tried.
    fn not_worth_sending(&self, message: &Message, round: &Round) -> Option<SendError> {
        let age = (self.clock)().duration_since(message.created_at);
        let age_max = SignedDuration::try_from(self.policy.code_age_max).unwrap_or(SignedDuration::MAX);
        if message.message.kind == MessageKind::Code && age > age_max {
            return Some(SendError::never("the code is too old"));
        }
        let closed = round
            .closed_in_a_row
            .get(&message.message.channel)
            .copied()
            .unwrap_or_default();
        (closed >= CLOSED_IN_A_ROW_MAX).then(|| SendError::closed("not tried, others had just failed"))
    }

    fn note(&mut self, message: &Message, result: Result<(), SendError>, round: &mut Round) {
        let closed = round.closed_in_a_row.entry(message.message.channel).or_default();
        *closed = if matches!(result, Err(SendError::Closed { .. })) {
            closed.saturating_add(1)
        } else {
            0
        };
        let tries = message.tries.saturating_add(1);
        let now = (self.clock)();
        let result = match result {
            Ok(()) => {
                round.sent += 1;
                MessageResult::Sent { at: now }
            }
            Err(SendError::Closed { reason } | SendError::Later { reason }) if tries < self.policy.tries_max => {
                round.failed += 1;
                tracing::debug!(id = %message.id, tries, reason, "a message was not sent, it will be tried again");
                let pause = self.policy.pause(tries, (self.jitter)());
                MessageResult::Failed {
                    next_try_at: now.saturating_add(pause).unwrap_or(Timestamp::MAX),
                    reason,
                }
            }
            Err(SendError::Closed { reason } | SendError::Later { reason } | SendError::Never { reason }) => {
                round.given_up += 1;
                tracing::warn!(id = %message.id, tries, reason, "a message is given up");
                MessageResult::GivenUp { reason }
            }
        };
        round.outcomes.push(MessageOutcome { id: message.id, result });
    }

    /// Writes outcomes down, however often it takes: what is not written is sent again. When the worker
    /// is to stop, one try has to do.
    async fn settle(&self, round: &mut Round, stop: &CancellationToken) {
        let outcomes = std::mem::take(&mut round.outcomes);
        if outcomes.is_empty() {
            return;
        }
        while let Err(fault) = self.store.settle_messages(outcomes.clone()).await {
            tracing::warn!(%fault, count = outcomes.len(), "what became of messages cannot be written down");
            if stop.is_cancelled() {
                return;
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(self.policy.poll_interval) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_are_spread() {
        let policy = OutboxPolicy::default();
        let seconds = |tries| policy.pause(tries, 1.0).as_secs();
        assert_eq!([1, 2, 3, 8, 9, 60].map(seconds), [10, 20, 40, 1280, 1800, 1800]);
        assert_eq!(policy.pause(u32::MAX, 0.0), Duration::from_secs(900));
        assert_eq!(policy.pause(0, f64::NAN.max(0.0)), Duration::from_secs(5));
    }

    #[test]
    fn a_gateway_may_be_down_for_a_night() {
        let policy = OutboxPolicy::default();
        let least: Duration = (1..policy.tries_max).map(|tries| policy.pause(tries, 0.0)).sum();
        assert!(least > Duration::from_secs(12 * 3600), "{least:?}");
    }
}
