//! Messages of few characters.

use dran_core::codes::BookingCode;
use dran_i18n::Value;

use super::words::{common_centre, full_name, place_lines};
use super::{Appointments, Composer, Event};

impl Composer<'_> {
    /// What happened, in one line. Where two persons go to different centres, each name has its own.
    pub(super) fn sms(&self, event: Event, all: &[Appointments<'_>]) -> String {
        let common = common_centre(all);
        let person = |appointments: &Appointments<'_>| {
            let text = self.sms_person(appointments);
            match common {
                Some(_) => text,
                None => format!("{text} {}.", place_lines(appointments.centre).join(", ")),
            }
        };
        let persons = all.iter().map(person).collect::<Vec<_>>().join(" ");
        let place = common.map(|centre| place_lines(centre).join(", ")).unwrap_or_default();
        let args = [
            ("persons", persons.into()),
            ("place", place.into()),
            ("phone", self.phone_short().into()),
        ];
        self.speaker.text_with(event.sms_key(), &args)
    }

    fn sms_person(&self, appointments: &Appointments<'_>) -> String {
        let several = appointments.starts.len() > 1;
        let told = (1u8..).zip(appointments.starts).map(|(dose, start)| {
            let civil = self.civil(*start);
            let date = Value::from(self.speaker.date_short(civil.date()));
            let time = Value::from(self.speaker.time(civil.time()));
            if several {
                let args = [("number", dose.into()), ("date", date), ("time", time)];
                self.speaker.text_with("message-appointment-sms", &args)
            } else {
                self.speaker
                    .text_with("message-appointment-only-sms", &[("date", date), ("time", time)])
            }
        });
        let told = told.collect::<Vec<_>>().join(", ");
        let args = [
            ("name", full_name(appointments.person).into()),
            ("appointments", told.into()),
            ("code", BookingCode::grouped(appointments.booking_code).into()),
        ];
        self.speaker.text_with("message-person-sms", &args)
    }
}
