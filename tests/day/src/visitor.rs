//! One visitor: what comes next, and what is made of the answer. Most do as they should; each rule has some
//! who run into it.

use dran_core::ids::{CampaignId, HoldId, Party, RegistrationId, SeriesSlotId, TicketId, TicketNumber};
use dran_store::{
    Cancel, Confirm, ConfirmRefusal, ContactRecord, Enter, EnterRefusal, ExtendPermit, Failure, Hold, HoldRefusal,
    MessageKind, MoveSeries, NewHold, NewRegistration, ResendCode, ResendRefusal, SeriesRefusal, Verify, VerifyRefusal,
};
use rand::RngExt;
use rand::rngs::StdRng;

use crate::command::{Command, Said};
use crate::people::{attempt_key, booking_code, code_hash, contact, message, new_code, person};
use crate::supply::Board;
use crate::wave::Turn;
use crate::world::{LINES, campaign_id, moment};

/// How long a permit lives unless prolonged.
const PERMIT_S: i64 = 900;

/// Wrong tries that a verification code survives, and codes that are sent.
pub const TRIES_MAX: u32 = 3;
pub const SENDS_MAX: u32 = 3;

/// How often a permit may be prolonged.
const EXTENSIONS_MAX: u32 = 2;

/// Setbacks after which a visitor gives up.
const SETBACKS_MAX: u32 = 6;

/// What the day knows at the moment.
pub struct Scene<'a> {
    /// Microseconds behind the opening.
    pub now: i64,
    pub permits_max: u32,
    pub board: &'a Board,
    /// Booking codes that were given out.
    pub codes: &'a [String],
    /// How many registrations there are.
    pub registrations: usize,
}

/// Where a visitor stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Enter,
    Register,
    Verify,
    Resend,
    Choose,
    Confirm,
    /// Sends the confirmation once more.
    Reconfirm,
    Leave,
    Cancel,
    Move,
    /// Wants another ticket.
    Return,
    Gone,
}

/// One ticket and who holds it.
pub struct Visitor {
    /// Unlike any other of the day.
    pub number: u64,
    pub ticket: TicketId,
    /// The index of its line.
    pub line: usize,
    pub party: Party,
    /// The numbers of its persons.
    pub persons: Vec<u32>,
    pub contact: ContactRecord,
    /// Nothing is done before this moment, in microseconds behind the opening.
    pub due: i64,
    stage: Stage,
    campaign: CampaignId,
    registration: RegistrationId,
    registered: bool,
    verified: bool,
    corrections: u32,
    /// Never gets the code right.
    misreads: bool,
    hold: Option<Hold>,
    confirmed: Option<Box<Confirm>>,
    codes: Vec<String>,
    attempts: u64,
    setbacks: u32,
}

impl Visitor {
    /// Who has a ticket.
    pub fn new(number: u64, ticket: TicketId, line: usize, persons: Vec<u32>, rng: &mut StdRng) -> Self {
        Self {
            number,
            ticket,
            line,
            party: if persons.len() == 2 { Party::Couple } else { Party::One },
            contact: contact(persons[0], rng),
            persons,
            due: 0,
            stage: Stage::Enter,
            campaign: campaign_id(LINES[line].0),
            registration: RegistrationId(-1),
            registered: false,
            verified: false,
            corrections: 0,
            misreads: rng.random_bool(0.02),
            hold: None,
            confirmed: None,
            codes: Vec::new(),
            attempts: 0,
            setbacks: 0,
        }
    }

    /// In which waves the next command may stand; none if there is no next one.
    pub fn turn(&self) -> Option<Turn> {
        match self.stage {
            Stage::Enter | Stage::Register | Stage::Verify | Stage::Resend => Some(Turn::Arriving),
            Stage::Choose | Stage::Confirm | Stage::Reconfirm => Some(Turn::Booking),
            Stage::Leave | Stage::Cancel | Stage::Move => Some(Turn::Afterwards),
            Stage::Return | Stage::Gone => None,
        }
    }

    /// Whether the visitor wants another ticket.
    pub fn wants_to_return(&self) -> bool {
        self.stage == Stage::Return
    }

    /// The command of this moment.
    pub fn next(&mut self, scene: &Scene<'_>, rng: &mut StdRng) -> Command {
        let now = moment(scene.now);
        match self.stage {
            Stage::Enter => Command::Enter(Enter {
                ticket: self.mistaken_ticket(rng),
                party: self.party,
                now,
                expires_at: moment(scene.now + PERMIT_S * 1_000_000),
                permits_max: scene.permits_max,
            }),
            Stage::Register => self.register(scene, rng),
            Stage::Verify => Command::Verify(Verify {
                registration: self.mistaken_registration(rng, 0.005),
                code_hash: code_hash(self.number + u64::from(self.misreads || rng.random_bool(0.12))),
                tries_max: TRIES_MAX,
                now,
            }),
            Stage::Resend => self.resend(scene, rng),
            Stage::Choose | Stage::Confirm if rng.random_bool(0.04) => Command::Extend(ExtendPermit {
                ticket: self.ticket,
                now,
                expires_at: moment(scene.now + PERMIT_S * 1_000_000),
                extensions_max: EXTENSIONS_MAX,
            }),
            Stage::Choose => self.choose(scene, rng),
            Stage::Confirm => self.confirm(scene, rng),
            Stage::Reconfirm => match &self.confirmed {
                Some(confirm) => Command::Confirm(Box::new(Confirm {
                    now,
                    ..(**confirm).clone()
                })),
                None => Command::Leave(self.ticket, now),
            },
            Stage::Leave | Stage::Return | Stage::Gone => Command::Leave(self.ticket, now),
            Stage::Cancel => {
                let code = self.mistyped_code(rng);
                let text = format!("{code} um {}", scene.now);
                let codes = std::slice::from_ref(&code);
                Command::Cancel(Cancel {
                    messages: vec![message(MessageKind::Cancellation, &self.contact, codes, &text)],
                    booking_code: code,
                    now,
                })
            }
            Stage::Move => {
                let code = self.mistyped_code(rng);
                let to = if rng.random_bool(0.3) {
                    scene.board.any(rng)
                } else {
                    scene.board.choose(self.line, rng)
                };
                let text = format!("{code} um {}", scene.now);
                let codes = std::slice::from_ref(&code);
                Command::Move(MoveSeries {
                    attempt_key: attempt_key(self.attempt()),
                    messages: vec![message(MessageKind::Move, &self.contact, codes, &text)],
                    booking_code: code,
                    to: to.unwrap_or(SeriesSlotId(7)),
                    now,
                })
            }
        }
    }

    fn register(&mut self, scene: &Scene<'_>, rng: &mut StdRng) -> Command {
        let mut persons: Vec<_> = self.persons.iter().map(|number| person(*number)).collect();
        if self.corrections > 0 {
            persons[0].given_name = format!("Anne {}", self.corrections);
        }
        let code = new_code(self.number, &self.contact, scene.now);
        let campaign = match rng.random_range(0..200) {
            0 => CampaignId::new("summer"),
            1 => campaign_id(1 - LINES[self.line].0),
            _ => self.campaign.clone(),
        };
        self.verified = code.is_none();
        Command::Register(Box::new(NewRegistration {
            attempt_key: attempt_key(self.number),
            campaign,
            persons,
            contact: self.contact.clone(),
            language: dran_core::ids::Language::new("de"),
            code,
            now: moment(scene.now),
        }))
    }

    fn resend(&mut self, scene: &Scene<'_>, rng: &mut StdRng) -> Command {
        let corrected = rng.random_bool(0.3).then(|| contact(self.persons[0] + 1, rng));
        let to = corrected.as_ref().unwrap_or(&self.contact);
        Command::Resend(Box::new(ResendCode {
            registration: self.mistaken_registration(rng, 0.05),
            code: new_code(self.number, to, scene.now),
            contact: corrected.clone(),
            sends_max: SENDS_MAX,
            now: moment(scene.now),
        }))
    }

    fn choose(&mut self, scene: &Scene<'_>, rng: &mut StdRng) -> Command {
        let persons = match rng.random_range(0..150) {
            0 => 3 - self.persons.len(),
            _ => self.persons.len(),
        };
        let mut places = Vec::with_capacity(persons);
        while places.len() < persons {
            let beside = places.last().copied().filter(|_| rng.random_bool(0.6));
            let chosen = beside.or_else(|| scene.board.choose(self.line, rng));
            places.push(chosen.or_else(|| scene.board.any(rng)).unwrap_or(SeriesSlotId(7)));
        }
        if rng.random_bool(0.006) {
            places[0] = SeriesSlotId(42);
        }
        Command::Hold(NewHold {
            ticket: self.ticket,
            places,
            now: moment(scene.now),
            expires_at: moment(scene.now + PERMIT_S * 1_000_000),
        })
    }

    fn confirm(&mut self, scene: &Scene<'_>, rng: &mut StdRng) -> Command {
        let attempt = self.attempt();
        let mut codes: Vec<String> = (0..self.persons.len() as u64)
            .map(|person| booking_code(attempt * 2 + person))
            .collect();
        if rng.random_bool(0.01) && !scene.codes.is_empty() {
            codes[0] = scene.codes[rng.random_range(0..scene.codes.len())].clone();
        }
        let mut registration = self.registration;
        if rng.random_bool(0.01) && scene.registrations > 0 {
            registration = RegistrationId(rng.random_range(0..scene.registrations) as i64);
        }
        let hold = self.hold.as_ref().map_or(HoldId(-1), |hold| hold.id);
        let text = format!("{} mit Versuch {attempt}", codes.join(" und "));
        let confirm = Box::new(Confirm {
            attempt_key: attempt_key(attempt),
            ticket: self.ticket,
            hold: if rng.random_bool(0.01) { HoldId(-1) } else { hold },
            registration,
            messages: vec![message(MessageKind::Confirmation, &self.contact, &codes, &text)],
            booking_codes: codes,
            receipt: format!("Beleg {attempt}"),
            now: moment(scene.now),
        });
        self.confirmed = Some(confirm.clone());
        Command::Confirm(confirm)
    }

    fn attempt(&mut self) -> u64 {
        self.attempts += 1;
        // Registrations have the keys below.
        (self.number + 1) << 20 | self.attempts
    }

    fn mistaken_ticket(&self, rng: &mut StdRng) -> TicketId {
        let beyond = if rng.random_bool(0.003) { 100_000_000 } else { 0 };
        TicketId {
            number: TicketNumber(self.ticket.number.0 + beyond),
            ..self.ticket
        }
    }

    fn mistaken_registration(&self, rng: &mut StdRng, how_often: f64) -> RegistrationId {
        if rng.random_bool(how_often) {
            RegistrationId(-1)
        } else {
            self.registration
        }
    }

    fn mistyped_code(&self, rng: &mut StdRng) -> String {
        let code = &self.codes[rng.random_range(0..self.codes.len())];
        if rng.random_bool(0.03) {
            format!("{code}X")
        } else {
            code.clone()
        }
    }

    /// Makes something of an answer. Fresh booking codes are added to those of the day.
    pub fn learn(&mut self, said: &Said, now: i64, codes: &mut Vec<String>, rng: &mut StdRng) {
        match said {
            Said::Entered(Ok(permit)) if permit.ticket != self.ticket => self.stage = Stage::Gone,
            Said::Entered(Ok(_)) => self.stage = self.inside(rng),
            Said::Entered(Err(Failure::Refused(refusal))) => match refusal {
                EnterRefusal::AlreadyBooked => self.stage = Stage::Gone,
                EnterRefusal::UnknownLine => {}
                _ => self.waits(now, 20..300, rng),
            },
            Said::Registered(Ok(id)) => {
                (self.registration, self.registered) = (*id, true);
                if rng.random_bool(0.05) {
                    self.corrections += 1;
                } else {
                    self.stage = self.inside(rng);
                }
                if rng.random_bool(0.02) {
                    // Until the code has died of age.
                    self.waits(now, 1900..2500, rng);
                }
            }
            Said::Verified(Ok(())) => {
                self.verified = true;
                self.stage = if rng.random_bool(0.01) {
                    Stage::Resend
                } else {
                    self.inside(rng)
                };
            }
            Said::Verified(Err(Failure::Refused(VerifyRefusal::Wrong { tries_left: 0 } | VerifyRefusal::Expired))) => {
                self.stage = Stage::Resend;
            }
            Said::Resent(Ok(())) => {
                // To a letter perhaps: then the code was never needed.
                self.stage = Stage::Verify;
            }
            Said::Resent(Err(Failure::Refused(refusal))) => match refusal {
                ResendRefusal::TooMany => self.stage = Stage::Leave,
                ResendRefusal::AlreadyVerified => {
                    self.verified = true;
                    self.stage = self.inside(rng);
                }
                ResendRefusal::UnknownRegistration => {}
            },
            Said::Held(Ok(hold)) => {
                self.hold = Some(hold.clone());
                self.stage = if rng.random_bool(0.08) {
                    Stage::Choose
                } else {
                    Stage::Confirm
                };
                self.dawdles(now, rng);
            }
            Said::Held(Err(Failure::Refused(HoldRefusal::NoPermit))) => self.stage = Stage::Enter,
            Said::Held(Err(_)) => self.setback(),
            Said::Confirmed(Ok(booked)) => {
                if self.codes.is_empty() {
                    self.codes = booked.series.iter().map(|series| series.booking_code.clone()).collect();
                    codes.extend(self.codes.iter().cloned());
                }
                self.stage = self.afterwards(rng);
                self.waits(now, 10..3000, rng);
            }
            Said::Confirmed(Err(Failure::Refused(refusal))) => self.not_booked(refusal),
            Said::Left(_) => {
                self.stage = if rng.random_bool(0.2) {
                    Stage::Enter
                } else {
                    Stage::Gone
                };
                self.waits(now, 10..3000, rng);
            }
            Said::Changed(Ok(_)) => {
                self.stage = match rng.random_range(0..10) {
                    0 | 1 => Stage::Cancel,
                    2 | 3 => Stage::Move,
                    4 | 5 => Stage::Return,
                    _ => Stage::Gone,
                };
            }
            Said::Changed(Err(Failure::Refused(refusal))) => match refusal {
                SeriesRefusal::Cancelled => self.stage = Stage::Gone,
                _ if rng.random_bool(0.3) => self.stage = Stage::Gone,
                _ => {}
            },
            _ => {}
        }
    }

    /// What comes next inside. Some choose before the code has come.
    fn inside(&self, rng: &mut StdRng) -> Stage {
        if !self.registered {
            Stage::Register
        } else if !self.verified && !rng.random_bool(0.03) {
            Stage::Verify
        } else {
            Stage::Choose
        }
    }

    fn afterwards(&self, rng: &mut StdRng) -> Stage {
        match rng.random_range(0..100) {
            0..=7 => Stage::Cancel,
            8..=17 => Stage::Move,
            18..=20 => Stage::Reconfirm,
            21 => Stage::Enter,
            _ => Stage::Gone,
        }
    }

    fn not_booked(&mut self, refusal: &ConfirmRefusal) {
        self.stage = match refusal {
            // Not any more, where it was sent a second time after it had booked.
            _ if !self.codes.is_empty() => Stage::Gone,
            ConfirmRefusal::HoldOver => Stage::Enter,
            ConfirmRefusal::NotVerified => Stage::Verify,
            ConfirmRefusal::UnknownRegistration | ConfirmRefusal::WrongParty => {
                self.corrections += 1;
                Stage::Register
            }
            ConfirmRefusal::PersonHasSeries { .. } => Stage::Leave,
            ConfirmRefusal::CodeTaken => Stage::Confirm,
        };
        self.setback();
    }

    fn setback(&mut self) {
        self.setbacks += 1;
        if self.setbacks > SETBACKS_MAX && self.turn() != Some(Turn::Afterwards) {
            self.stage = Stage::Leave;
        }
    }

    /// Some stop and let their time run out; half of them come again.
    fn dawdles(&mut self, now: i64, rng: &mut StdRng) {
        match rng.random_range(0..100) {
            0..=2 => self.stage = Stage::Gone,
            3..=5 => self.waits(now, PERMIT_S..3 * PERMIT_S, rng),
            6 => self.stage = Stage::Leave,
            _ => {}
        }
    }

    fn waits(&mut self, now: i64, seconds: std::ops::Range<i64>, rng: &mut StdRng) {
        self.due = now + rng.random_range(seconds) * 1_000_000;
    }
}
