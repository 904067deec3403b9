//! What became of everybody, counted.

use crate::pace::Micros;

/// Counts since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// Came to take a place in the line, by the web or the telephone.
    pub came: u64,
    /// Have a ticket.
    pub joined: u64,
    /// Tries for a ticket that did not end with one.
    pub joins_not_given: u64,
    /// Were called.
    pub called: u64,
    /// Were let in.
    pub entered: u64,
    /// Persons with a series.
    pub booked: u64,
    /// Of them, how many by an agent.
    pub booked_by_phone: u64,
    /// Callers with a place, who are to be rung up by an agent.
    pub promised: u64,
    /// Agents who have logged in at the desk.
    pub agents_in: u64,
    /// Accounts that the desk did not let in.
    pub agents_refused: u64,
    /// Pages of the desk that said something else than they should.
    pub desk_surprises: u64,
    /// Were told that nothing is left.
    pub nothing_left: u64,
    /// Went away and never came back, as they meant to.
    pub abandoned: u64,
    /// Callers who gave up after their redials.
    pub gave_up: u64,
    /// Tickets that were no longer known.
    pub places_lost: u64,
    /// A place had just gone, and another one was chosen.
    pub chose_again: u64,
    /// Verification codes that arrived and were typed in.
    pub codes_typed: u64,
    /// Codes waited for in vain.
    pub codes_missing: u64,
    /// Persons who had a series already: the database was used before.
    pub had_one_already: u64,
    /// When the last series was booked.
    pub last_booked: Micros,
}

impl Notes {
    /// Adds those of another thread.
    pub fn add(&mut self, other: &Self) {
        self.came += other.came;
        self.joined += other.joined;
        self.joins_not_given += other.joins_not_given;
        self.called += other.called;
        self.entered += other.entered;
        self.booked += other.booked;
        self.booked_by_phone += other.booked_by_phone;
        self.promised += other.promised;
        self.agents_in += other.agents_in;
        self.agents_refused += other.agents_refused;
        self.desk_surprises += other.desk_surprises;
        self.nothing_left += other.nothing_left;
        self.abandoned += other.abandoned;
        self.gave_up += other.gave_up;
        self.places_lost += other.places_lost;
        self.chose_again += other.chose_again;
        self.codes_typed += other.codes_typed;
        self.codes_missing += other.codes_missing;
        self.had_one_already += other.had_one_already;
        self.last_booked = self.last_booked.max(other.last_booked);
    }
}
