//! After the booking: look up, cancel, move, by booking code and date of birth.

use dran_core::ids::{AttemptKey, CentreId, Party};
use dran_core::supply::{Asked, Preferences, Proposal, ProposalKey, propose};
use dran_store::{Cancel, Failure, Fault, MoveSeries, SendAgain, Series, SeriesRefusal, SeriesState};
use jiff::civil::Date;

use crate::Service;
use crate::certain::until_certain;
use crate::unsettled::Write;

/// Why a booking was not shown or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManageError {
    /// There is no such booking code, or the date of birth is another: the two are not told apart.
    Unknown,
    /// The booking is cancelled.
    Cancelled,
    /// The new place just went; the old one is kept.
    SlotJustWent,
    /// The new place is not one this person can have.
    NotForThisPerson,
    /// The store failed; nothing was changed, unless it is [`Fault::Unknown`]: then the same asked again tells.
    Fault(Fault),
}

impl From<Fault> for ManageError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Failure<SeriesRefusal>> for ManageError {
    fn from(failure: Failure<SeriesRefusal>) -> Self {
        match failure {
            Failure::Refused(SeriesRefusal::UnknownCode) => Self::Unknown,
            Failure::Refused(SeriesRefusal::Cancelled) => Self::Cancelled,
            Failure::Refused(SeriesRefusal::SlotJustWent) => Self::SlotJustWent,
            Failure::Refused(SeriesRefusal::UnknownSlot) => Self::NotForThisPerson,
            Failure::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Service {
    /// The series of a booking code, shown only to who knows the date of birth.
    ///
    /// # Errors
    /// [`ManageError::Unknown`] for a wrong code and a wrong date alike.
    pub async fn series(&self, booking_code: &str, birth_date: Date) -> Result<Series, ManageError> {
        let series = self.series_of(booking_code).await?;
        series
            .filter(|series| series.person.birth_date == birth_date)
            .ok_or(ManageError::Unknown)
    }

    /// The series of a booking code, for who has shown the date of birth before.
    ///
    /// # Errors
    /// The store's fault; [`Fault::Unknown`] while nobody knows what became of a change of it.
    pub async fn series_of(&self, booking_code: &str) -> Result<Option<Series>, ManageError> {
        let found = self.store().series(booking_code.to_owned()).await;
        found.map_err(|fault| self.fault_of(booking_code, fault).into())
    }

    /// A fault as it may be told: not as "nothing was changed" while an earlier change is in question.
    fn fault_of(&self, booking_code: &str, fault: Fault) -> Fault {
        let change = Write::Change(booking_code.to_owned());
        let in_question = self.unsettled().receipt(&change).is_some();
        if in_question { Fault::Unknown } else { fault }
    }

    /// Remembers a change whose outcome nobody knows, until there is an answer to it.
    fn settled(
        &self,
        booking_code: &str,
        outcome: Result<Series, Failure<SeriesRefusal>>,
    ) -> Result<Series, ManageError> {
        let change = Write::Change(booking_code.to_owned());
        match outcome {
            Err(Failure::Fault(Fault::Unknown)) => {
                self.unsettled().note(change, String::new());
                Err(Fault::Unknown.into())
            }
            Err(Failure::Fault(fault)) => Err(self.fault_of(booking_code, fault).into()),
            outcome => {
                self.unsettled().settle(&change);
                Ok(outcome?)
            }
        }
    }

    /// Cancels a series: its places are offered down the line, a message says so. Twice is once.
    ///
    /// # Errors
    /// When it is unknown or the store failed.
    pub async fn cancel(&self, series: &Series) -> Result<Series, ManageError> {
        if series.state == SeriesState::Cancelled {
            self.unsettled().settle(&Write::Change(series.booking_code.clone()));
            return Ok(series.clone());
        }
        let now = self.clock().now();
        let messages = self.cancellation_message(series).into_iter().collect();
        let cancel = Cancel {
            booking_code: series.booking_code.clone(),
            messages,
            now,
        };
        let outcome = until_certain(|| self.store().cancel(cancel.clone())).await;
        self.settled(&series.booking_code, outcome)
    }

    /// Sends the confirmation of a booked series again, once for each attempt.
    ///
    /// # Errors
    /// When it is cancelled or the store failed.
    pub async fn send_again(&self, series: &Series, attempt_key: AttemptKey) -> Result<(), ManageError> {
        let again = SendAgain {
            attempt_key,
            booking_code: series.booking_code.clone(),
            messages: self.confirmation_again(series).into_iter().collect(),
            now: self.clock().now(),
        };
        Ok(self.store().send_again(again).await?)
    }

    /// Up to five other places for a booked series: same vaccine, in the centres of its district.
    pub fn move_proposals(&self, series: &Series, preferences: &Preferences) -> Vec<Proposal> {
        let supply = self.supply();
        let mut allowed = self.allowed(&[(&series.person).into()]);
        allowed.retain(|allowed| allowed.vaccine == series.vaccine);
        let asked = Asked {
            centres: &self.centres_for(series),
            party: Party::One,
            preferences,
            allowed: &allowed,
            after: self.clock().now(),
            crowd: 1,
            seed: series.booked_at.as_second() as u64 ^ u64::from(series.sequence) << 48,
        };
        let mut proposals = propose(&supply.board, &asked);
        proposals.retain(|proposal| proposal.places != [series.slot]);
        proposals
    }

    /// The centres a series may be moved to: those of its campaign's pool.
    pub fn centres_for(&self, series: &Series) -> Vec<CentreId> {
        let pool = self.campaign(&series.campaign).and_then(|view| {
            view.campaign
                .pools
                .into_iter()
                .find(|pool| pool.districts.contains(&series.person.district))
        });
        pool.map_or_else(|| vec![series.centre.clone()], |pool| pool.centres)
    }

    /// Moves a series to another place, both doses at once, so that the interval is kept.
    ///
    /// # Errors
    /// When the new place just went (the old one is kept) or is not one this person can have.
    pub async fn move_series(
        &self,
        series: &Series,
        to: &ProposalKey,
        attempt_key: AttemptKey,
    ) -> Result<Series, ManageError> {
        let supply = self.supply();
        let [place] = to.places() else {
            return Err(ManageError::NotForThisPerson);
        };
        let slot = supply.board.slot(*place).ok_or(ManageError::NotForThisPerson)?;
        let now = self.clock().now();
        let fits = slot.vaccine == series.vaccine
            && slot.first > now
            && self.centres_for(series).contains(&slot.centre)
            && self.may_have(&series.person, slot);
        if !fits {
            return Err(ManageError::NotForThisPerson);
        }
        let messages = self.moved_message(series, slot).into_iter().collect();
        let moved = MoveSeries {
            attempt_key,
            booking_code: series.booking_code.clone(),
            to: *place,
            messages,
            now,
        };
        let outcome = until_certain(|| self.store().move_series(moved.clone())).await;
        self.settled(&series.booking_code, outcome)
    }
}
