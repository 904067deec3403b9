//! Commands that are queued at the same moment.

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use crate::command::Command;
use crate::people::attempt_key;
use crate::visitor::{Scene, Visitor};

/// Commands of visitors in a wave at most: more than one batch takes.
const VISITORS_MAX: usize = 1500;

/// What may stand together in a wave because nothing of it takes what another part of it gives back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Entering, registering, codes: takes permits.
    Arriving,
    /// Holding, confirming, prolonging: takes places, and ends permits.
    Booking,
    /// Leaving, cancelling, moving: gives places and permits back, and takes places. None of it is carried out
    /// together with others, so that the order of the queue is the order of all.
    Afterwards,
}

impl Turn {
    pub const ALL: [Self; 3] = [Self::Arriving, Self::Booking, Self::Afterwards];
}

/// A wave, and for each command the index of the visitor who hears the answer.
#[derive(Default)]
pub struct Wave {
    pub commands: Vec<Command>,
    pub hears: Vec<Option<usize>>,
}

impl Wave {
    /// The commands of those whose turn it is, in any order, some of them sent twice.
    pub fn of(turn: Turn, visitors: &mut [Visitor], scene: &Scene<'_>, rng: &mut StdRng) -> Self {
        let ready = |at: &usize| visitors[*at].turn() == Some(turn) && visitors[*at].due <= scene.now;
        let mut ready: Vec<usize> = (0..visitors.len()).filter(ready).collect();
        ready.shuffle(rng);
        ready.truncate(rng.random_range(1..=VISITORS_MAX));
        let mut wave = Self::default();
        for at in ready {
            let command = visitors[at].next(scene, rng);
            let sent_again = match &command {
                // Whoever fears for the permit clicks and clicks.
                Command::Extend(_) if rng.random_bool(0.1) => 3,
                _ => usize::from(rng.random_bool(0.05)),
            };
            let copies: Vec<Command> = (0..sent_again).map(|_| again(&command, rng)).collect();
            wave.commands.push(command);
            wave.hears.push(Some(at));
            wave.commands.extend(copies);
            wave.hears.resize(wave.commands.len(), None);
        }
        wave
    }
}

/// The same once more: the same attempt, or now and then another attempt of the same.
fn again(command: &Command, rng: &mut StdRng) -> Command {
    let mut again = command.clone();
    if let Command::Confirm(confirm) = &mut again
        && rng.random_bool(0.3)
    {
        confirm.attempt_key = attempt_key(rng.random());
    }
    again
}
