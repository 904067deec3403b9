//! One person: a small state machine that acts when its time has come and hears what is answered.

mod hear;

use super::call::Call;
use super::notes::Notes;
use crate::chance::Chance;
use crate::kind::Kind;
use crate::pace::{Micros, Pace};
use crate::scenario::{Door, Hotline, People};

/// How long somebody waits before trying again what did not work, in milliseconds of this machine.
const AGAIN_MS: u64 = 2_000;
/// How often somebody looks at the telephone for the code, and how many times, in milliseconds of this machine.
const LOOK_MS: u64 = 200;
const LOOKS_MAX: u16 = 600;
/// How often somebody chooses again when the place just went.
const CHOICES_MAX: u16 = 50;
/// How long a caller whose turn it is waits for a free agent before they look again, in milliseconds of this machine.
const AGENT_MS: u64 = 100;
/// In how many steps an agent's call goes: entering, registering, proposing, holding, booking.
const CALL_STEPS: f64 = 5.0;

/// What somebody does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Takes a place in the line.
    Join,
    /// Asks how it stands.
    Poll,
    /// Enters.
    Enter,
    /// Registers.
    Register,
    /// Looks for the code on the telephone.
    Look,
    /// Types the code in.
    Verify,
    /// Asks what there is.
    Proposals,
    /// Holds one.
    Hold,
    /// Books it.
    Book,
    /// Gives the permit back.
    Leave,
    /// Only looks, again and again.
    Watch,
    /// Speaks with the hotline's machine.
    Call,
}

/// Somebody.
#[derive(Clone, Debug)]
pub struct Person {
    /// Number in the crowd.
    pub number: u64,
    /// The group of the scenario.
    pub group: usize,
    /// Whose device it is: the number of the one who acts for all relatives and windows.
    pub device: u64,
    /// The place in the line; empty before there is one, as below.
    pub ticket: Box<str>,
    /// The right to book.
    pub permit: Box<str>,
    /// The registration.
    pub registration: Box<str>,
    /// The chosen series.
    pub proposal: Box<str>,
    /// What is held.
    pub hold: i64,
    /// The code that is typed in.
    pub code: u32,
    /// For the registration and the booking.
    pub attempt_keys: [u128; 2],
    /// The call of the hotline that they are in.
    pub call: Option<Box<Call>>,
    step: Step,
    /// After registering, back to waiting.
    waits_still: bool,
    tries: u16,
    manner: Manner,
    chance: Chance,
    /// For those who only look: until when.
    until: Micros,
    called: bool,
    has_agent: bool,
}

/// What is decided about somebody when they come.
#[derive(Clone, Copy, Debug, Default)]
struct Manner {
    couple: bool,
    by_letter: bool,
    abandons: bool,
    goes_away: bool,
    mistypes: bool,
    /// A further window of somebody, never used to book.
    window: bool,
    by_phone: bool,
}

/// What somebody wants now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// To ask this.
    Ask(Kind),
    /// Nothing for so many microseconds.
    Rest(Micros),
}

/// What follows from an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// Acts again after so many microseconds.
    After(Micros),
    /// Acts again so many microseconds after the last intended time, however late the answer was.
    Every(Micros),
    /// Is done.
    End,
}

/// What a person knows of the world.
pub struct World<'a> {
    /// Their group.
    pub people: &'a People,
    /// How fast time goes.
    pub pace: &'a Pace,
    /// The telephone's desk.
    pub desk: &'a mut Desk,
    /// Where everything is counted.
    pub notes: &'a mut Notes,
    /// The codes that have arrived on telephones.
    pub codes: &'a dyn Codes,
    /// Now.
    pub now: Micros,
}

/// The telephones on which codes arrive.
pub trait Codes {
    /// The newest code for a person's mobile.
    fn of(&self, number: u64) -> Option<u32>;
    /// Whether anybody reads messages at all; without, everybody gives a postal address.
    fn arrive(&self) -> bool;
}

/// Agents who are free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Desk {
    /// Agents.
    pub agents: u32,
    /// Of them on a call.
    pub busy: u32,
    /// Milliseconds of the scenario for a call.
    pub call_ms: i64,
    /// Milliseconds of the scenario to listen to a question of the hotline and to press keys.
    pub listen_ms: i64,
    /// Whether callers ring up the hotline; else they use the calls of the portal.
    pub rings: bool,
}

impl Desk {
    /// The agents of a thread's share of the crowd.
    pub fn of(hotline: Option<&Hotline>, agents: u32, rings: bool) -> Self {
        Self {
            agents,
            rings,
            busy: 0,
            call_ms: hotline.map_or(0, |hotline| hotline.call.0),
            listen_ms: hotline.map_or(0, |hotline| hotline.listen.0),
        }
    }
}

impl Person {
    /// Somebody of a group; `device` is the number of the one who acts.
    pub fn new(group: usize, people: &People, number: u64, device: u64, seed: u64) -> Self {
        let mut chance = Chance::of(seed, number);
        chance.number(); // the first one said when they come
        let mut key = || u128::from(chance.number()) << 64 | u128::from(chance.number());
        let attempt_keys = [key(), key()];
        let manner = Manner {
            couple: chance.happens(people.couple.0),
            by_letter: chance.happens(people.letter.0),
            abandons: chance.happens(people.abandon.0),
            goes_away: people.away.as_ref().is_some_and(|away| chance.happens(away.share.0)),
            mistypes: chance.happens(people.mistype.0),
            window: false,
            by_phone: people.door == Door::Phone,
        };
        let step = if people.watch.is_some() {
            Step::Watch
        } else {
            Step::Join
        };
        Self {
            manner,
            step,
            attempt_keys,
            ..Self::blank(group, number, device, chance)
        }
    }

    /// A further window of somebody.
    pub fn window(group: usize, device: u64, seed: u64) -> Self {
        let manner = Manner {
            window: true,
            ..Manner::default()
        };
        Self {
            manner,
            ..Self::blank(group, device, device, Chance::of(!seed, device))
        }
    }

    fn blank(group: usize, number: u64, device: u64, chance: Chance) -> Self {
        Self {
            number,
            group,
            device,
            ticket: Box::default(),
            permit: Box::default(),
            registration: Box::default(),
            proposal: Box::default(),
            hold: 0,
            code: 0,
            attempt_keys: [0; 2],
            call: None,
            step: Step::Join,
            waits_still: false,
            tries: 0,
            manner: Manner::default(),
            chance,
            until: 0,
            called: false,
            has_agent: false,
        }
    }

    /// How many persons this one is: two with a partner.
    pub fn persons(&self) -> u8 {
        if self.manner.couple { 2 } else { 1 }
    }

    /// Whether they have a postal address only.
    pub fn by_letter(&self) -> bool {
        self.manner.by_letter
    }

    /// The step they are at.
    pub fn step(&self) -> Step {
        self.step
    }

    /// Somebody has come.
    pub fn arrive(&mut self, world: &mut World<'_>) {
        match &world.people.watch {
            Some(watch) => self.until = world.now + world.pace.length(watch.lasts),
            None if !self.manner.window => world.notes.came += 1,
            None => {}
        }
        // An agent writes the letter's address; who has no way to get a code gives one too.
        if self.manner.by_phone || !world.codes.arrive() {
            self.manner.by_letter = true;
        }
        if self.manner.by_phone && world.desk.rings {
            self.call = Some(Box::default());
            self.step = Step::Call;
        }
    }

    /// Whether they ask the staff side: the telephone system does it for them.
    pub fn is_calling(&self) -> bool {
        self.call.is_some()
    }

    /// Their time has come.
    pub fn act(&mut self, world: &mut World<'_>) -> Act {
        match self.step {
            Step::Join => Act::Ask(Kind::Join),
            Step::Poll => Act::Ask(Kind::Poll),
            Step::Enter => self.enter(world),
            Step::Register => Act::Ask(Kind::Register),
            Step::Look => self.look(world),
            Step::Verify => Act::Ask(Kind::Verify),
            Step::Proposals => Act::Ask(Kind::Proposals),
            Step::Hold => Act::Ask(Kind::Hold),
            Step::Book => Act::Ask(Kind::Book),
            Step::Leave => Act::Ask(Kind::Leave),
            Step::Call => Act::Ask(Kind::Call),
            Step::Watch => Act::Ask(
                world
                    .people
                    .watch
                    .as_ref()
                    .map_or(Kind::Line, |watch| watch.asks.kind()),
            ),
        }
    }

    fn enter(&mut self, world: &mut World<'_>) -> Act {
        if self.manner.by_phone && !self.has_agent {
            if world.desk.busy >= world.desk.agents {
                return Act::Rest(AGENT_MS * 1_000);
            }
            world.desk.busy += 1;
            self.has_agent = true;
        }
        Act::Ask(Kind::Enter)
    }

    fn look(&mut self, world: &mut World<'_>) -> Act {
        if let Some(code) = world.codes.of(self.number) {
            let wrong = self.manner.mistypes;
            self.manner.mistypes = false;
            self.code = if wrong { (code + 1) % 1_000_000 } else { code };
            self.step = Step::Verify;
            return Act::Ask(Kind::Verify);
        }
        self.tries += 1;
        if self.tries > LOOKS_MAX {
            // Registers again, and is sent another one.
            world.notes.codes_missing += 1;
            self.tries = 0;
            self.attempt_keys[0] = self.attempt_keys[0].wrapping_add(1);
            self.step = Step::Register;
        }
        Act::Rest(LOOK_MS * 1_000)
    }
}
