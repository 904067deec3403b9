//! Writes that lost their connection in the COMMIT and whose outcome this node does not know yet. While it does
//! not, no fault of another try may be told as "nothing was changed".

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use dran_core::ids::TicketId;

/// Writes that are remembered at most; the oldest is forgotten first. One lost COMMIT leaves no more behind than a
/// batch has commands, 1,024.
const UNSETTLED_MAX: usize = 10_000;

/// What may have been written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Write {
    /// The booking of a ticket.
    Booking(TicketId),
    /// A change of the series with this booking code.
    Change(String),
}

/// The writes in question, each with the receipt that was told. Next to always there are none.
#[derive(Debug, Default)]
pub(crate) struct Unsettled(Mutex<VecDeque<(Write, String)>>);

impl Unsettled {
    /// Nobody knows what became of it.
    pub(crate) fn note(&self, write: Write, receipt: String) {
        let mut noted = self.noted();
        noted.retain(|(other, _)| *other != write);
        if noted.len() == UNSETTLED_MAX {
            noted.pop_front();
        }
        noted.push_back((write, receipt));
    }

    /// The database has told what holds.
    pub(crate) fn settle(&self, write: &Write) {
        self.noted().retain(|(other, _)| other != write);
    }

    /// The receipt that was told, if nobody knows what became of it.
    pub(crate) fn receipt(&self, write: &Write) -> Option<String> {
        let noted = self.noted();
        let found = noted.iter().find(|(other, _)| other == write);
        found.map(|(_, receipt)| receipt.clone())
    }

    fn noted(&self) -> std::sync::MutexGuard<'_, VecDeque<(Write, String)>> {
        // A panic elsewhere leaves the list whole: each change of it is one call.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use dran_core::ids::{LineNo, TicketNumber};

    use super::*;

    fn booking(number: u32) -> Write {
        Write::Booking(TicketId {
            line: LineNo(1),
            number: TicketNumber(number),
        })
    }

    #[test]
    fn a_write_is_in_question_until_it_is_settled() {
        let unsettled = Unsettled::default();
        unsettled.note(booking(1), "R1".into());
        unsettled.note(Write::Change("CODE".into()), String::new());
        assert_eq!(unsettled.receipt(&booking(1)).as_deref(), Some("R1"));
        assert_eq!(unsettled.receipt(&booking(2)), None);
        unsettled.settle(&booking(1));
        assert_eq!(unsettled.receipt(&booking(1)), None);
        assert!(unsettled.receipt(&Write::Change("CODE".into())).is_some());
    }

    #[test]
    fn the_oldest_is_forgotten_first() {
        let unsettled = Unsettled::default();
        for number in 0..=UNSETTLED_MAX as u32 {
            unsettled.note(booking(number), String::new());
        }
        assert_eq!(unsettled.receipt(&booking(0)), None);
        assert!(unsettled.receipt(&booking(1)).is_some());
    }
}
