//! Any history of visitors against an independent model: a few maps that predict every answer.
//!
//! The model knows nothing of tables and batches. What it predicts is the kind of each answer and the
//! free places after it; at the end the audit must be clean.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dran_core::ids::{Party, RegistrationId, SeriesSlotId};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use super::world::{PERMIT_S, Visitor, World, booking_code, enter, key, new_confirm, new_hold, second};
use crate::{
    Cancel, Confirm, ConfirmRefusal, Enter, EnterRefusal, Failure, HoldRefusal, MoveSeries, NewHold, PermitRefusal,
    SeriesRefusal, Store,
};

/// Few visitors and few places, so that they meet.
const TICKETS: u32 = 6;
const CAPACITIES: [u32; 3] = [1, 2, 3];
const PERMITS_MAX: u32 = 4;

/// Ticket 5 stands for the same person as ticket 0.
const TWIN: u32 = 5;

/// What a visitor, or time, does.
#[derive(Clone, Debug)]
enum Step {
    Enter(u32),
    Hold(u32, usize, usize),
    Confirm(u32),
    Leave(u32),
    Cancel(u32, u8),
    Move(u32, u8, usize),
    Sweep,
    Wait(i64),
}

/// What an answer was, as far as the model predicts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Done,
    Enter(EnterRefusal),
    Hold(HoldRefusal),
    HoldOver,
    PersonHasSeries,
    Permit(PermitRefusal),
    Series(SeriesRefusal),
}

pub(crate) fn every_history_ends_as_the_model_says<S: Store>(empty_store: impl Fn() -> Arc<S>) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let config = Config {
        cases: 64,
        failure_persistence: None,
        ..Config::default()
    };
    let histories = prop::collection::vec(step(), 1..80);
    let result = TestRunner::new(config).run(&histories, |history| {
        runtime.block_on(follows_the_model(empty_store(), &history))
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

fn step() -> impl Strategy<Value = Step> {
    let ticket = || 0..TICKETS;
    let slot = || 0..CAPACITIES.len();
    prop_oneof![
        3 => ticket().prop_map(Step::Enter),
        4 => (ticket(), slot(), slot()).prop_map(|(ticket, a, b)| Step::Hold(ticket, a, b)),
        4 => ticket().prop_map(Step::Confirm),
        1 => ticket().prop_map(Step::Leave),
        2 => (ticket(), 0..2_u8).prop_map(|(ticket, person)| Step::Cancel(ticket, person)),
        2 => (ticket(), 0..2_u8, slot()).prop_map(|(ticket, person, slot)| Step::Move(ticket, person, slot)),
        1 => Just(Step::Sweep),
        2 => (1..PERMIT_S).prop_map(Step::Wait),
    ]
}

/// Odd tickets stand for a couple.
fn party(ticket: u32) -> Party {
    if ticket % 2 == 1 && ticket != TWIN {
        Party::Couple
    } else {
        Party::One
    }
}

async fn follows_the_model(store: Arc<dyn Store>, history: &[Step]) -> Result<(), TestCaseError> {
    let world = World::open(store).await;
    let mut slots = Vec::new();
    for capacity in CAPACITIES {
        slots.push(world.slot(capacity).await);
    }
    let mut registrations = Vec::new();
    for ticket in 0..TICKETS {
        let of = if ticket == TWIN { 0 } else { ticket };
        registrations.push(world.register(of, party(of)).await);
    }
    let mut model = Model {
        free: CAPACITIES,
        ..Model::default()
    };
    let mut visit = Visit {
        world,
        slots,
        registrations,
        now: 0,
        attempts: 0,
    };
    for (at, step) in history.iter().enumerate() {
        if let Step::Wait(seconds) = step {
            visit.now += seconds;
            continue;
        }
        let predicted = model.answer(visit.now, step);
        let said = visit.answer(step).await;
        prop_assert_eq!(said, predicted, "step {} {:?} of {:?}", at, step, history);
        let board = visit.world.store.board().await.unwrap();
        let free: Vec<_> = board.iter().map(|slot| slot.free).collect();
        prop_assert_eq!(
            &free[..],
            &model.free[..],
            "after step {} {:?} of {:?}",
            at,
            step,
            history
        );
    }
    visit.world.store.expire(second(visit.now)).await.unwrap();
    let report = visit.world.store.audit(second(visit.now)).await.unwrap();
    prop_assert!(report.ok(), "{:?} after {:?}", report, history);
    Ok(())
}

/// The store's side of a history.
struct Visit {
    world: World,
    slots: Vec<SeriesSlotId>,
    registrations: Vec<RegistrationId>,
    now: i64,
    attempts: u64,
}

impl Visit {
    async fn answer(&mut self, step: &Step) -> Said {
        self.attempts += 1;
        let store = &self.world.store;
        let now = second(self.now);
        let expires_at = second(self.now + PERMIT_S);
        match *step {
            Step::Enter(number) => {
                let entering = enter(self.world.ticket(number), party(number));
                let entered = store
                    .enter(Enter {
                        now,
                        expires_at,
                        permits_max: PERMITS_MAX,
                        ..entering
                    })
                    .await;
                said(entered, Said::Enter)
            }
            Step::Hold(number, a, b) => {
                let places = self.places(number, a, b);
                let hold = NewHold {
                    now,
                    expires_at,
                    ..new_hold(self.world.ticket(number), &places)
                };
                said(store.hold(hold).await, Said::Hold)
            }
            Step::Confirm(number) => {
                let ticket = self.world.ticket(number);
                let visitor = Visitor {
                    ticket,
                    party: party(number),
                    registration: self.registrations[number as usize],
                };
                let nothing = crate::Hold {
                    id: dran_core::ids::HoldId(0),
                    ticket,
                    places: vec![],
                    expires_at: now,
                };
                let hold = store.hold_of(ticket).await.unwrap().unwrap_or(nothing);
                let confirmed = store
                    .confirm(Confirm {
                        now,
                        ..new_confirm(&visitor, &hold)
                    })
                    .await;
                said(confirmed, |refusal| match refusal {
                    ConfirmRefusal::HoldOver => Said::HoldOver,
                    ConfirmRefusal::PersonHasSeries { .. } => Said::PersonHasSeries,
                    other => panic!("{other:?}"),
                })
            }
            Step::Leave(number) => said(store.leave(self.world.ticket(number), now).await, Said::Permit),
            Step::Cancel(number, person) => {
                let cancel = Cancel {
                    booking_code: booking_code(number, person),
                    messages: vec![],
                    now,
                };
                said(store.cancel(cancel).await, Said::Series)
            }
            Step::Move(number, person, to) => {
                let (booking_code, attempt_key) = (booking_code(number, person), key(self.attempts));
                let moved = MoveSeries {
                    attempt_key,
                    booking_code,
                    to: self.slots[to],
                    messages: vec![],
                    now,
                };
                said(store.move_series(moved).await, Said::Series)
            }
            Step::Sweep => {
                store.expire(now).await.unwrap();
                Said::Done
            }
            Step::Wait(_) => Said::Done,
        }
    }

    fn places(&self, number: u32, a: usize, b: usize) -> Vec<SeriesSlotId> {
        match party(number) {
            Party::One => vec![self.slots[a]],
            Party::Couple => vec![self.slots[a], self.slots[b]],
        }
    }
}

fn said<T, R>(answer: Result<T, Failure<R>>, refusal: impl FnOnce(R) -> Said) -> Said {
    match answer {
        Ok(_) => Said::Done,
        Err(Failure::Refused(refused)) => refusal(refused),
        Err(Failure::Fault(fault)) => panic!("{fault}"),
    }
}

/// The prediction. Slots are indexes, persons are texts, time is seconds.
#[derive(Default)]
struct Model {
    free: [u32; CAPACITIES.len()],
    /// Active permits by ticket, swept or not, with their end.
    permits: BTreeMap<u32, i64>,
    /// Held places by ticket.
    holds: BTreeMap<u32, Vec<usize>>,
    /// Places by ticket and person; `None` once cancelled.
    booked: BTreeMap<(u32, u8), Option<usize>>,
}

impl Model {
    fn answer(&mut self, now: i64, step: &Step) -> Said {
        match *step {
            Step::Enter(ticket) => self.enter(now, ticket),
            Step::Hold(ticket, a, b) => self.hold(now, ticket, a, b),
            Step::Confirm(ticket) => self.confirm(now, ticket),
            Step::Leave(ticket) if self.is_active(now, ticket) => self.end(ticket),
            Step::Leave(_) => Said::Permit(PermitRefusal::NotActive),
            Step::Cancel(ticket, person) => self.cancel(ticket, person),
            Step::Move(ticket, person, to) => self.move_to(ticket, person, to),
            Step::Sweep => {
                let over: Vec<_> = self
                    .permits
                    .iter()
                    .filter(|(_, ends)| **ends <= now)
                    .map(|(at, _)| *at)
                    .collect();
                over.into_iter().for_each(|ticket| {
                    self.end(ticket);
                });
                Said::Done
            }
            Step::Wait(_) => Said::Done,
        }
    }

    fn enter(&mut self, now: i64, ticket: u32) -> Said {
        if self.booked.contains_key(&(ticket, 0)) {
            return Said::Enter(EnterRefusal::AlreadyBooked);
        }
        if self.is_active(now, ticket) {
            return Said::Done;
        }
        let before = (self.permits.remove(&ticket), self.holds.remove(&ticket));
        if self.permits.len() >= PERMITS_MAX as usize {
            // Refused as a whole: not even the permit whose time is over is ended by it.
            self.permits.extend(before.0.map(|ends| (ticket, ends)));
            self.holds.extend(before.1.map(|places| (ticket, places)));
            return Said::Enter(EnterRefusal::NoFreePermit);
        }
        self.give_back(before.1.unwrap_or_default());
        self.permits.insert(ticket, now + PERMIT_S);
        Said::Done
    }

    fn hold(&mut self, now: i64, ticket: u32, a: usize, b: usize) -> Said {
        if !self.is_active(now, ticket) {
            return Said::Hold(HoldRefusal::NoPermit);
        }
        let places = if party(ticket) == Party::Couple {
            vec![a, b]
        } else {
            vec![a]
        };
        let before = self.holds.remove(&ticket);
        let free_before = self.free;
        self.give_back(before.clone().unwrap_or_default());
        for place in &places {
            if self.free[*place] == 0 {
                self.free = free_before;
                self.holds.extend(before.map(|places| (ticket, places)));
                return Said::Hold(HoldRefusal::SlotJustWent);
            }
            self.free[*place] -= 1;
        }
        self.holds.insert(ticket, places);
        Said::Done
    }

    fn confirm(&mut self, now: i64, ticket: u32) -> Said {
        if self.booked.contains_key(&(ticket, 0)) {
            return Said::Done;
        }
        let Some(places) = self.holds.get(&ticket).filter(|_| self.is_active(now, ticket)).cloned() else {
            return Said::HoldOver;
        };
        let persons = |ticket: u32| if ticket == TWIN { 0 } else { ticket };
        let taken: BTreeSet<u32> = self
            .booked
            .iter()
            .filter(|(_, place)| place.is_some())
            .map(|((at, _), _)| persons(*at))
            .collect();
        if taken.contains(&persons(ticket)) {
            return Said::PersonHasSeries;
        }
        for (person, place) in (0..).zip(places) {
            self.booked.insert((ticket, person), Some(place));
        }
        self.holds.remove(&ticket);
        self.permits.remove(&ticket);
        Said::Done
    }

    fn cancel(&mut self, ticket: u32, person: u8) -> Said {
        match self.booked.get_mut(&(ticket, person)) {
            None => Said::Series(SeriesRefusal::UnknownCode),
            Some(place) => {
                let place = place.take();
                self.give_back(place.into_iter().collect());
                Said::Done
            }
        }
    }

    fn move_to(&mut self, ticket: u32, person: u8, to: usize) -> Said {
        match self.booked.get_mut(&(ticket, person)) {
            None => Said::Series(SeriesRefusal::UnknownCode),
            Some(None) => Said::Series(SeriesRefusal::Cancelled),
            Some(Some(place)) if *place == to => Said::Done,
            Some(Some(_)) if self.free[to] == 0 => Said::Series(SeriesRefusal::SlotJustWent),
            Some(Some(place)) => {
                let from = std::mem::replace(place, to);
                self.free[to] -= 1;
                self.give_back(vec![from]);
                Said::Done
            }
        }
    }

    fn is_active(&self, now: i64, ticket: u32) -> bool {
        self.permits.get(&ticket).is_some_and(|ends| *ends > now)
    }

    fn end(&mut self, ticket: u32) -> Said {
        self.permits.remove(&ticket);
        let places = self.holds.remove(&ticket).unwrap_or_default();
        self.give_back(places);
        Said::Done
    }

    fn give_back(&mut self, places: Vec<usize>) {
        for place in places {
            self.free[place] += 1;
        }
    }
}
