//! Words the messages of a booking, with what the service knows of region, sender and time.

use dran_core::ids::{CentreId, Language};
use dran_core::supply::SeriesSlot;
use dran_notify::compose::{Appointments, Composer};
use dran_store::{ContactRecord, NewMessage, PersonRecord, Series};
use jiff::Timestamp;

use crate::Service;

/// Appointments about to be booked or moved to.
pub(crate) struct Upcoming<'a> {
    pub(crate) person: &'a PersonRecord,
    pub(crate) booking_code: &'a str,
    pub(crate) slot: &'a SeriesSlot,
    pub(crate) sequence: u32,
}

impl Service {
    /// The message that confirms a booking, for one person or two.
    pub(crate) fn confirmation_message(
        &self,
        contact: &ContactRecord,
        language: &Language,
        booked: &[Upcoming<'_>],
    ) -> Option<NewMessage> {
        self.about(language, booked, |composer, appointments| {
            composer.confirmation(contact, appointments)
        })
    }

    /// The message that tells the new times of a moved series.
    pub(crate) fn moved_message(&self, series: &Series, to: &SeriesSlot) -> Option<NewMessage> {
        let sequence = series.sequence + 1;
        let upcoming = Upcoming {
            person: &series.person,
            booking_code: &series.booking_code,
            slot: to,
            sequence,
        };
        self.about(&series.language, &[upcoming], |composer, moved| {
            composer.moved(&series.contact, moved)
        })
    }

    /// The message that confirms a booked series, once more.
    pub(crate) fn confirmation_again(&self, series: &Series) -> Option<NewMessage> {
        let centre = self.region().centre(&series.centre)?;
        let appointments = Appointments::of(series, centre, self.series_hash(&series.booking_code));
        Some(self.composing(&series.language, |composer| {
            composer.confirmation(&series.contact, &[appointments])
        }))
    }

    /// The message that confirms a cancellation.
    pub(crate) fn cancellation_message(&self, series: &Series) -> Option<NewMessage> {
        let cancelled = Series {
            sequence: series.sequence + 1,
            ..series.clone()
        };
        let hash = self.series_hash(&series.booking_code);
        let appointments = Appointments::of(&cancelled, self.region().centre(&series.centre)?, hash);
        Some(self.composing(&series.language, |composer| {
            composer.cancellation(&series.contact, &[appointments])
        }))
    }

    /// The iCalendar object of booked series, one event a dose.
    pub fn calendar(&self, language: &Language, series: &[Series]) -> String {
        let appointments: Vec<_> = series
            .iter()
            .filter_map(|series| {
                let centre = self.region().centre(&series.centre)?;
                Some(Appointments::of(series, centre, self.series_hash(&series.booking_code)))
            })
            .collect();
        self.composing(language, |composer| composer.calendar(&appointments))
    }

    /// The message that carries a verification code; none for a letter.
    pub(crate) fn code_message(
        &self,
        contact: &ContactRecord,
        language: &Language,
        code: &str,
        valid_until: Timestamp,
    ) -> Option<NewMessage> {
        self.composing(language, |composer| {
            composer.verification_code(contact, code, valid_until)
        })
    }

    /// None if a centre is not in the region any more: then nothing is booked there either.
    fn about(
        &self,
        language: &Language,
        upcoming: &[Upcoming<'_>],
        compose: impl FnOnce(&Composer<'_>, &[Appointments<'_>]) -> NewMessage,
    ) -> Option<NewMessage> {
        let starts: Vec<Vec<Timestamp>> = upcoming
            .iter()
            .map(|upcoming| {
                std::iter::once(upcoming.slot.first)
                    .chain(upcoming.slot.second)
                    .collect()
            })
            .collect();
        let centre = |id: &CentreId| self.region().centre(id);
        let appointments: Option<Vec<Appointments<'_>>> = upcoming
            .iter()
            .zip(&starts)
            .map(|(upcoming, starts)| {
                Some(Appointments {
                    person: upcoming.person,
                    booking_code: upcoming.booking_code,
                    centre: centre(&upcoming.slot.centre)?,
                    starts,
                    sequence: upcoming.sequence,
                    series_hash: self.series_hash(upcoming.booking_code),
                })
            })
            .collect();
        let appointments = appointments?;
        Some(self.composing(language, |composer| compose(composer, &appointments)))
    }

    pub(crate) fn composing<T>(&self, language: &Language, compose: impl FnOnce(&Composer<'_>) -> T) -> T {
        let speaker = self.texts().speaker(language);
        let sender = &self.inner.parts.sender;
        compose(&Composer {
            speaker: &speaker,
            region: self.region(),
            sender,
            now: self.clock().now(),
        })
    }

    fn series_hash(&self, booking_code: &str) -> [u8; 32] {
        self.hash_key().hash("calendar", &[booking_code.as_bytes()])
    }
}
