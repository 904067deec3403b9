//! A store under comparison. Engines number registrations and holds as they like (a sequence that leaves
//! gaps, the largest number and one more); the day numbers them in the order in which they were first answered.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use dran_core::ids::{HoldId, RegistrationId};
use dran_store::{Answer, Fault, Hold, Registration, Store};

use crate::clock::Stopwatch;
use crate::command::{Command, Said};

/// A number that no engine has given out.
const UNKNOWN: i64 = i64::MAX / 2;

/// A store, the numbers that it gave out, and how long it was asked.
pub struct Engine {
    /// Its name in reports.
    pub name: &'static str,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) spent: Duration,
    registrations: Numbers,
    holds: Numbers,
}

/// Numbers of an engine beside those of the day.
#[derive(Default)]
struct Numbers {
    of_engine: Vec<i64>,
    of_day: HashMap<i64, i64>,
}

impl Numbers {
    fn number_of(&mut self, number: i64) -> i64 {
        let next = self.of_engine.len() as i64;
        *self.of_day.entry(number).or_insert_with(|| {
            self.of_engine.push(number);
            next
        })
    }

    fn to_engine(&self, number: i64) -> i64 {
        let known = usize::try_from(number)
            .ok()
            .and_then(|number| self.of_engine.get(number));
        known.copied().unwrap_or(UNKNOWN)
    }
}

impl Engine {
    /// An empty store.
    pub fn new(name: &'static str, store: Arc<dyn Store>) -> Self {
        Self {
            name,
            store,
            spent: Duration::ZERO,
            registrations: Numbers::default(),
            holds: Numbers::default(),
        }
    }

    /// Gives it a wave: everything is queued before the first answer is waited for.
    pub(crate) async fn answer(&mut self, wave: &[Command]) -> Vec<Said> {
        let commands: Vec<Command> = wave.iter().map(|command| self.in_its_numbers(command)).collect();
        let store = Arc::clone(&self.store);
        let watch = Stopwatch::start();
        let queued: Vec<_> = commands.into_iter().map(|command| command.give(&*store)).collect();
        let mut answers = Vec::with_capacity(queued.len());
        for answer in queued {
            answers.push(answer.await);
        }
        self.spent += watch.elapsed();
        answers.into_iter().map(|said| self.in_the_days_numbers(said)).collect()
    }

    /// How many registrations it has made.
    pub(crate) fn registrations(&self) -> usize {
        self.registrations.of_engine.len()
    }

    /// A registration by the day's number. Asked now.
    pub(crate) fn registration(&self, number: usize) -> Answer<'_, Result<Option<Registration>, Fault>> {
        let id = RegistrationId(self.registrations.to_engine(number as i64));
        let found = self.store.registration(id);
        Box::pin(async move {
            let found = found.await?;
            Ok(found.map(|found| Registration {
                id: RegistrationId(number as i64),
                ..found
            }))
        })
    }

    fn in_its_numbers(&self, command: &Command) -> Command {
        let mut command = command.clone();
        let registration = match &mut command {
            Command::Verify(verify) => Some(&mut verify.registration),
            Command::Resend(resend) => Some(&mut resend.registration),
            Command::Confirm(confirm) => {
                confirm.hold = HoldId(self.holds.to_engine(confirm.hold.0));
                Some(&mut confirm.registration)
            }
            _ => None,
        };
        if let Some(registration) = registration {
            registration.0 = self.registrations.to_engine(registration.0);
        }
        command
    }

    fn in_the_days_numbers(&mut self, said: Said) -> Said {
        match said {
            Said::Registered(Ok(id)) => Said::Registered(Ok(RegistrationId(self.registrations.number_of(id.0)))),
            Said::Held(Ok(hold)) => Said::Held(Ok(self.hold(hold))),
            said => said,
        }
    }

    /// A hold in the day's numbers.
    pub(crate) fn hold(&mut self, hold: Hold) -> Hold {
        Hold {
            id: HoldId(self.holds.number_of(hold.id.0)),
            ..hold
        }
    }
}
