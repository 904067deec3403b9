//! Codes typed on a telephone.

use dran_core::hotline::{Answer, Booked, CODE_KEYS, Keys, key_of};
use dran_core::line::ticket::{Ticket, tickets_typed};
use dran_store::{Fault, Series, SeriesState};
use jiff::civil::Date;
use tokio::time::timeout;

use super::{DEED_TAKES_MOST, MayGuess, Ringing};
use crate::{ManageError, Service};

/// Booking codes of one birthday that are compared with the keys: some hundred are booked in a region of millions.
const BIRTHDAY_MAX: u32 = 5_000;

impl Service {
    /// Where the ticket stands whose short code is typed with these keys.
    pub(super) async fn find_ticket(&self, keys: &Keys, ringing: &Ringing<'_>, may_guess: MayGuess<'_>) -> Answer {
        let Some(keys) = keys.whole().copied() else {
            return Answer::Place(None);
        };
        if !self.may_try(ringing, &[&keys], may_guess) {
            return Answer::TooMany;
        }
        let service = self.clone();
        let searched = tokio::task::spawn_blocking(move || {
            let campaigns = service.campaigns();
            let lines = campaigns.iter().flat_map(|campaign| &campaign.lines);
            let lines: Vec<_> = lines.map(|line| (line.pool.line, line.joined)).collect();
            tickets_typed(&keys, &lines, service.keys())
        });
        let Ok(found) = searched.await else {
            return Answer::NotNow;
        };
        // Of two that are typed alike nobody can tell which is meant.
        let [(id, party)] = found[..] else {
            return Answer::Place(None);
        };
        let ticket = Ticket {
            id,
            party,
            birth_year: 0,
            joined_at: self.clock().now(),
        };
        Answer::Place(Some(self.place_of_ticket(&ticket)))
    }

    /// The series of a booking code that is typed with these keys.
    pub(super) async fn find_booking(
        &self,
        keys: &Keys,
        birth_date: Date,
        ringing: &Ringing<'_>,
        may_guess: MayGuess<'_>,
    ) -> Answer {
        match self.series_typed(keys, birth_date, ringing, may_guess).await {
            Ok(series) => Answer::Booking(series.map(|series| Booked {
                centre: series.centre,
                starts: series.starts,
                stands: series.state == SeriesState::Booked,
            })),
            Err(answer) => answer,
        }
    }

    /// Cancels it. Twice is once.
    pub(super) async fn cancel_typed(
        &self,
        keys: &Keys,
        birth_date: Date,
        ringing: &Ringing<'_>,
        may_guess: MayGuess<'_>,
    ) -> Answer {
        let series = match self.series_typed(keys, birth_date, ringing, may_guess).await {
            Ok(Some(series)) => series,
            Ok(None) => return Answer::Booking(None),
            Err(answer) => return answer,
        };
        // Not cut off where it takes long: what was begun is found by the next try.
        let service = self.clone();
        let cancelled = tokio::spawn(async move { service.cancel(&series).await });
        match timeout(DEED_TAKES_MOST, cancelled).await {
            Ok(Ok(Ok(_))) => Answer::Cancelled,
            Ok(Ok(Err(ManageError::Unknown))) => Answer::Booking(None),
            _ => Answer::NotNow,
        }
    }

    async fn series_typed(
        &self,
        keys: &Keys,
        birth_date: Date,
        ringing: &Ringing<'_>,
        may_guess: MayGuess<'_>,
    ) -> Result<Option<Series>, Answer> {
        let Some(keys) = keys.whole() else {
            return Ok(None);
        };
        if !self.may_try(ringing, &[keys], may_guess) {
            return Err(Answer::TooMany);
        }
        match timeout(DEED_TAKES_MOST, self.series_of_keys(keys, birth_date)).await {
            Ok(Ok(series)) => Ok(series),
            Ok(Err(_)) | Err(_) => Err(Answer::NotNow),
        }
    }

    async fn series_of_keys(&self, keys: &[u8; CODE_KEYS], birth_date: Date) -> Result<Option<Series>, Fault> {
        let codes = self.store().booking_codes_born_on(birth_date, BIRTHDAY_MAX).await?;
        let typed = |code: &&String| code.bytes().map(key_of).eq(keys.iter().copied().map(Some));
        let mut found = None;
        // Codes that are typed alike are as good as never born on one day; then the newest that stands is meant.
        for code in codes.iter().filter(typed) {
            let series = self.store().series(code.clone()).await?;
            if series
                .as_ref()
                .is_some_and(|series| series.state == SeriesState::Booked)
            {
                return Ok(series);
            }
            found = found.or(series);
        }
        Ok(found)
    }

    /// Counts a try: by the number that calls, where it is known, and by what is tried.
    fn may_try(&self, ringing: &Ringing<'_>, tried: &[&[u8]], may_guess: MayGuess<'_>) -> bool {
        let by_code = may_guess(self.hash_key().hash("hotline-guess-code", tried));
        let by_number = ringing.number.as_ref().is_none_or(|number| {
            may_guess(
                self.hash_key()
                    .hash("hotline-guess-number", &[number.as_str().as_bytes()]),
            )
        });
        by_code && by_number
    }
}
