//! Who is connected to this thread, and who of them rests: over the bound, whoever has rested longest
//! makes room.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use slab::Slab;
use tokio::sync::Notify;

/// The order of resting is tidied when it has so many entries more than twice the connections.
const ORDER_SLACK: usize = 64;

/// The connections of one thread.
pub(super) struct Seats {
    seats_max: usize,
    state: RefCell<State>,
    /// Told when a seat is free again, or somebody rests while one is wanted.
    room: Notify,
}

#[derive(Default)]
struct State {
    seats: Slab<Sitting>,
    /// Who began to rest when, oldest first. An entry counts only while its connection still rests since
    /// then; others are left over from earlier rests.
    order: VecDeque<(usize, u64)>,
    rests: u64,
    somebody_waits: bool,
    stopping: bool,
}

#[derive(Default)]
struct Sitting {
    /// Which rest it is in; none while it is busy.
    resting: Option<u64>,
    /// It was asked to go.
    dismissed: bool,
    waker: Option<Waker>,
}

/// A connection's place among the bounded number; free again when dropped.
pub(super) struct Seat {
    seats: Rc<Seats>,
    key: usize,
}

impl Seats {
    pub(super) fn new(seats_max: usize) -> Self {
        Self {
            seats_max,
            state: RefCell::default(),
            room: Notify::new(),
        }
    }

    /// Waits for a free seat. When all are taken, whoever has rested longest is asked to go.
    pub(super) async fn take(self: &Rc<Self>) -> Seat {
        loop {
            if let Some(key) = self.try_take() {
                return Seat {
                    seats: Rc::clone(self),
                    key,
                };
            }
            self.room.notified().await;
        }
    }

    /// A free seat, or none; then whoever has rested longest is on the way out, or whoever rests next.
    fn try_take(&self) -> Option<usize> {
        let mut state = self.state.borrow_mut();
        state.somebody_waits = state.seats.len() >= self.seats_max;
        if !state.somebody_waits {
            return Some(state.seats.insert(Sitting::default()));
        }
        let dismissed = state.dismiss_longest_resting();
        drop(state);
        if let Some(waker) = dismissed {
            waker.wake();
        }
        None
    }

    /// Asks everybody to go as soon as they rest.
    pub(super) fn stop(&self) {
        let mut state = self.state.borrow_mut();
        state.stopping = true;
        let wakers: Vec<Waker> = state
            .seats
            .iter_mut()
            .filter_map(|(_, seat)| seat.waker.take())
            .collect();
        drop(state);
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl State {
    /// Whose waker to wake, if somebody rests.
    fn dismiss_longest_resting(&mut self) -> Option<Waker> {
        while let Some((key, rest)) = self.order.pop_front() {
            if let Some(sitting) = self.seats.get_mut(key)
                && sitting.resting == Some(rest)
            {
                sitting.dismissed = true;
                return sitting.waker.take();
            }
        }
        None
    }

    fn tidy(&mut self) {
        if self.order.len() > 2 * self.seats.len() + ORDER_SLACK {
            let seats = &self.seats;
            self.order
                .retain(|(key, rest)| seats.get(*key).is_some_and(|seat| seat.resting == Some(*rest)));
        }
    }
}

impl Seat {
    /// Ready when this connection is asked to go. Until then it counts as resting.
    pub(super) fn poll_resting(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.seats.state.borrow_mut();
        let state = &mut *state;
        let Some(sitting) = state.seats.get_mut(self.key) else {
            return Poll::Ready(());
        };
        if sitting.dismissed || state.stopping {
            return Poll::Ready(());
        }
        remember(&mut sitting.waker, cx);
        if sitting.resting.is_none() {
            state.rests += 1;
            sitting.resting = Some(state.rests);
            state.order.push_back((self.key, state.rests));
            state.tidy();
            if state.somebody_waits {
                self.seats.room.notify_one();
            }
        }
        Poll::Pending
    }

    /// Ready when everybody is asked to go. Until then it counts as busy.
    pub(super) fn poll_busy(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.seats.state.borrow_mut();
        if state.stopping {
            return Poll::Ready(());
        }
        if let Some(sitting) = state.seats.get_mut(self.key) {
            sitting.resting = None;
            remember(&mut sitting.waker, cx);
        }
        Poll::Pending
    }

    /// A request has come.
    pub(super) fn is_busy(&self) {
        if let Some(sitting) = self.seats.state.borrow_mut().seats.get_mut(self.key) {
            sitting.resting = None;
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut state = self.seats.state.borrow_mut();
        state.seats.try_remove(self.key);
        if state.somebody_waits {
            self.seats.room.notify_one();
        }
    }
}

fn remember(waker: &mut Option<Waker>, cx: &Context<'_>) {
    if !waker.as_ref().is_some_and(|known| known.will_wake(cx.waker())) {
        *waker = Some(cx.waker().clone());
    }
}
