//! The pieces of which messages are made.

use dran_core::region::Centre;
use dran_i18n::Value;
use dran_store::PersonRecord;
use jiff::Timestamp;
use jiff::civil::DateTime;

use super::{Appointments, Composer};
use crate::calendar::{self, Calendar, Event, Method};

/// A name as it stands on an envelope; people with one name have just that.
pub(super) fn full_name(person: &PersonRecord) -> String {
    [person.given_name.as_str(), person.family_name.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The lines of a postal address: names, street, postcode and town (DIN 5008).
pub(super) fn address_lines(street: &str, town: &str, all: &[Appointments<'_>]) -> String {
    let mut lines: Vec<String> = all.iter().map(|appointments| full_name(appointments.person)).collect();
    lines.push(street.to_owned());
    let postcode = all
        .first()
        .map(|appointments| appointments.person.postcode.as_str())
        .unwrap_or_default();
    lines.push(format!("{postcode} {town}"));
    lines.join("\n")
}

/// A centre's name and address, one line each.
pub(super) fn place_lines(centre: &Centre) -> Vec<String> {
    let mut lines = vec![centre.name.clone()];
    if let Some(address) = &centre.address {
        lines.push(address.street.clone());
        lines.push(format!("{} {}", address.postcode, address.city));
    }
    lines
}

/// The centre to which all go, if it is one.
pub(super) fn common_centre<'a>(all: &[Appointments<'a>]) -> Option<&'a Centre> {
    let first = all.first()?.centre;
    all.iter()
        .all(|appointments| appointments.centre.id == first.id)
        .then_some(first)
}

impl Composer<'_> {
    /// The moment as it is lived in the region.
    pub(super) fn civil(&self, moment: Timestamp) -> DateTime {
        moment.to_zoned(self.region.time_zone.clone()).datetime()
    }

    /// A moment soon: its time, with the day in front unless it is today.
    pub(super) fn moment(&self, moment: Timestamp) -> String {
        let (civil, today) = (self.civil(moment), self.civil(self.now).date());
        let time = self.speaker.time(civil.time());
        if civil.date() == today {
            time
        } else {
            format!("{}, {time}", self.speaker.date_short(civil.date()))
        }
    }

    /// The name, or both names.
    pub(super) fn names(&self, all: &[Appointments<'_>]) -> String {
        let names: Vec<String> = all.iter().map(|appointments| full_name(appointments.person)).collect();
        match names.as_slice() {
            [first, second] => self.speaker.text_with(
                "message-names-two",
                &[("first", first.into()), ("second", second.into())],
            ),
            names => names.join(", "),
        }
    }

    pub(super) fn closing(&self) -> String {
        let region = self.region.name.get(self.speaker.language());
        self.speaker.text_with("message-closing", &[("region", region.into())])
    }

    /// The hotline's first number, for where there is little room.
    pub(super) fn phone_short(&self) -> &str {
        self.region
            .hotline
            .numbers
            .first()
            .map(|number| number.shown.as_str())
            .unwrap_or_default()
    }

    /// The hotline's first two numbers, with its hours where they are the same every day.
    pub(super) fn phone(&self) -> String {
        let numbers = match self.region.hotline.numbers.as_slice() {
            [first, second, ..] => self.speaker.text_with(
                "message-phones-two",
                &[("first", (&first.shown).into()), ("second", (&second.shown).into())],
            ),
            _ => self.phone_short().to_owned(),
        };
        match self.region.hotline.hours.as_slice() {
            [hours] if hours.weekdays.is_daily() => self.speaker.text_with(
                "message-phone-daily",
                &[
                    ("numbers", numbers.into()),
                    ("opens", self.speaker.time(hours.opens).into()),
                    ("closes", self.speaker.time(hours.closes).into()),
                ],
            ),
            _ => numbers,
        }
    }

    pub(super) fn calendar_object(&self, method: Method, all: &[Appointments<'_>]) -> String {
        let region = self.region.name.get(self.speaker.language());
        Calendar {
            method,
            stamp: self.now,
            organizer: &self
                .speaker
                .text_with("calendar-organizer", &[("region", region.into())]),
            organizer_email: &self.sender.email,
            events: all
                .iter()
                .flat_map(|appointments| self.calendar_events(appointments))
                .collect(),
        }
        .write()
    }

    fn calendar_events(&self, appointments: &Appointments<'_>) -> Vec<Event> {
        let several = appointments.starts.len() > 1;
        let name = full_name(appointments.person);
        let event = |(dose, start): (u8, &Timestamp)| {
            let summary = if several {
                let args = [("number", Value::from(dose)), ("name", Value::from(&name))];
                self.speaker.text_with("calendar-summary", &args)
            } else {
                self.speaker
                    .text_with("calendar-summary-only", &[("name", (&name).into())])
            };
            Event {
                uid: calendar::uid(&appointments.series_hash, dose, self.sender.domain()),
                sequence: appointments.sequence,
                start: *start,
                minutes: appointments.centre.slot_minutes,
                reminder: self
                    .speaker
                    .text_with("calendar-alarm", &[("summary", (&summary).into())]),
                summary,
                description: self
                    .speaker
                    .text_with("calendar-description", &[("phone", self.phone().into())]),
                location: place_lines(appointments.centre).join(", "),
                position: appointments.centre.position,
            }
        };
        (1..).zip(appointments.starts).map(event).collect()
    }
}
