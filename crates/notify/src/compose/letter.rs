//! Messages with room: e-mails and letters, in paragraphs of plain text.

use dran_core::codes::BookingCode;
use dran_core::region::Centre;

use super::words::{common_centre, full_name, place_lines};
use super::{Appointments, Composer, Event};

/// What stands before the lines of a block.
const INDENT: &str = "    ";

impl Composer<'_> {
    /// From greeting to closing.
    pub(super) fn paragraphs(&self, event: Event, all: &[Appointments<'_>]) -> Vec<String> {
        let count: usize = all.iter().map(|appointments| appointments.starts.len()).sum();
        let mut paragraphs = vec![
            self.speaker
                .text_with("message-greeting", &[("names", self.names(all).into())]),
            self.speaker
                .text_with(event.opening_key(), &[("appointments", count.into())]),
        ];
        paragraphs.extend(
            all.iter()
                .map(|appointments| self.person_block(appointments, common_centre(all).is_none())),
        );
        match event {
            Event::Cancelled => {
                paragraphs.push(self.speaker.text("message-cancellation-after"));
                paragraphs.push(self.text_with_phone("message-change-phone"));
            }
            Event::Booked | Event::Moved => {
                paragraphs.extend(common_centre(all).map(|centre| self.place_block(centre)));
                paragraphs.push(self.bring(all));
                paragraphs.push(self.change());
            }
        }
        paragraphs.push(self.closing());
        paragraphs
    }

    /// A person's appointments and code, and the way there where each has an own.
    fn person_block(&self, appointments: &Appointments<'_>, own_place: bool) -> String {
        let several = appointments.starts.len() > 1;
        let mut lines = vec![full_name(appointments.person)];
        for (dose, start) in (1u8..).zip(appointments.starts) {
            let civil = self.civil(*start);
            let (date, time) = (self.speaker.date(civil.date()), self.speaker.time(civil.time()));
            lines.push(if several {
                let args = [("number", dose.into()), ("date", date.into()), ("time", time.into())];
                self.speaker.text_with("message-appointment", &args)
            } else {
                self.speaker.text_with(
                    "message-appointment-only",
                    &[("date", date.into()), ("time", time.into())],
                )
            });
        }
        lines.push(self.speaker.text_with(
            "message-code-line",
            &[("code", BookingCode::grouped(appointments.booking_code).into())],
        ));
        if own_place {
            lines.extend(self.place(appointments.centre));
        }
        block(&lines)
    }

    fn place_block(&self, centre: &Centre) -> String {
        format!(
            "{}\n{}",
            self.speaker.text("message-place-heading"),
            block(&self.place(centre))
        )
    }

    fn place(&self, centre: &Centre) -> Vec<String> {
        let mut lines = place_lines(centre);
        if centre.wheelchair {
            lines.push(self.speaker.text("message-wheelchair"));
        }
        lines
    }

    /// What to bring: the proofs of the persons' groups, and what everybody brings.
    fn bring(&self, all: &[Appointments<'_>]) -> String {
        let mut items: Vec<String> = Vec::new();
        for appointments in all {
            let proof = match self.region.group(&appointments.person.group) {
                Some(group) => group.proof.get(self.speaker.language()).to_owned(),
                None => self.speaker.text("message-bring-id"),
            };
            if !items.contains(&proof) {
                items.push(proof);
            }
        }
        items.extend(["message-bring-code", "message-bring-record"].map(|key| self.speaker.text(key)));
        let items: Vec<String> = items.iter().map(|item| format!("- {item}")).collect();
        format!("{}\n{}", self.speaker.text("message-bring-heading"), block(&items))
    }

    fn change(&self) -> String {
        let ways = [
            self.speaker
                .text_with("message-change-web", &[("url", (&self.sender.portal_url).into())]),
            self.text_with_phone("message-change-phone"),
        ];
        let heading = self.speaker.text("message-change-heading");
        format!(
            "{heading}\n{}\n{}",
            self.speaker.text("message-change-text"),
            block(&ways)
        )
    }

    fn text_with_phone(&self, key: &str) -> String {
        self.speaker.text_with(key, &[("phone", self.phone().into())])
    }
}

fn block(lines: &[String]) -> String {
    lines
        .iter()
        .map(|line| format!("{INDENT}{line}"))
        .collect::<Vec<_>>()
        .join("\n")
}
