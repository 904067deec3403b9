//! Writes iCalendar objects (RFC 5545, methods as RFC 5546 § 3.2).
//!
//! All times are UTC, so that no time zone has to be described and summer time cannot be got wrong by
//! a reader.

use std::fmt::Write as _;

use dran_core::region::Position;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// What the receiver's calendar is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Enter the appointments, or change those with the same UID and a lower sequence.
    Publish,
    /// Strike them out.
    Cancel,
}

impl Method {
    fn name(self) -> &'static str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Cancel => "CANCEL",
        }
    }
}

/// An iCalendar object.
#[derive(Clone, Debug)]
pub struct Calendar<'a> {
    /// What is to be done with its events.
    pub method: Method,
    /// When it was made.
    pub stamp: Timestamp,
    /// Who invites, as a name.
    pub organizer: &'a str,
    /// Who invites, as an e-mail address (RFC 5546 asks for it).
    pub organizer_email: &'a str,
    /// Its events.
    pub events: Vec<Event>,
}

/// One appointment.
#[derive(Clone, Debug)]
pub struct Event {
    /// The same in every object about this appointment; see [`uid`].
    pub uid: String,
    /// Grows with every change.
    pub sequence: u32,
    /// When it begins.
    pub start: Timestamp,
    /// How long it lasts, in minutes.
    pub minutes: u16,
    /// Its title.
    pub summary: String,
    /// What to know about it.
    pub description: String,
    /// Where it is, in one line.
    pub location: String,
    /// Where that is on earth.
    pub position: Option<Position>,
    /// What the reminder a day before says.
    pub reminder: String,
}

/// The UID of a dose: from a keyed hash of the booking code, so that a shared calendar does not give
/// the code away. `domain` is the sender's (RFC 7986 § 5.3 asks for a globally unique text).
pub fn uid(series_hash: &[u8; 32], dose: u8, domain: &str) -> String {
    let mut uid = String::with_capacity(40 + domain.len());
    for byte in &series_hash[..16] {
        // Writing into a String cannot fail.
        let _ = write!(uid, "{byte:02x}");
    }
    let _ = write!(uid, "-{dose}@{domain}");
    uid
}

impl Calendar<'_> {
    /// The object as text, with CRLF line ends.
    pub fn write(&self) -> String {
        let mut lines = Lines::default();
        lines.plain("BEGIN", "VCALENDAR");
        lines.plain("VERSION", "2.0");
        lines.plain("PRODID", "-//dran//dran//DE");
        lines.plain("METHOD", self.method.name());
        for event in &self.events {
            self.write_event(event, &mut lines);
        }
        lines.plain("END", "VCALENDAR");
        lines.text
    }

    fn write_event(&self, event: &Event, lines: &mut Lines) {
        let end = event
            .start
            .saturating_add(SignedDuration::from_mins(i64::from(event.minutes)));
        lines.plain("BEGIN", "VEVENT");
        lines.escaped("UID", &event.uid);
        lines.plain("DTSTAMP", &utc(self.stamp));
        lines.plain("SEQUENCE", &event.sequence.to_string());
        lines.plain("DTSTART", &utc(event.start));
        lines.plain("DTEND", &utc(end.unwrap_or(event.start)));
        lines.escaped("SUMMARY", &event.summary);
        lines.escaped("DESCRIPTION", &event.description);
        lines.escaped("LOCATION", &event.location);
        if let Some(position) = event.position {
            lines.plain("GEO", &format!("{:.6};{:.6}", position.latitude, position.longitude));
        }
        let organizer = format!("ORGANIZER;CN=\"{}\"", parameter_text(self.organizer));
        lines.plain(&organizer, &format!("mailto:{}", self.organizer_email));
        match self.method {
            Method::Cancel => lines.plain("STATUS", "CANCELLED"),
            Method::Publish => {
                lines.plain("STATUS", "CONFIRMED");
                lines.plain("BEGIN", "VALARM");
                lines.plain("ACTION", "DISPLAY");
                lines.plain("TRIGGER", "-P1D");
                lines.escaped("DESCRIPTION", &event.reminder);
                lines.plain("END", "VALARM");
            }
        }
        lines.plain("END", "VEVENT");
    }
}

fn utc(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// What may stand between double quotes (RFC 5545 § 3.2, `QSAFE-CHAR`).
fn parameter_text(text: &str) -> String {
    text.chars()
        .filter(|character| *character != '"' && !character.is_control())
        .collect()
}

/// Most octets of a line without its end (RFC 5545 § 3.1).
const LINE_OCTETS_MAX: usize = 75;

#[derive(Default)]
struct Lines {
    text: String,
}

impl Lines {
    /// A line whose value needs no escaping.
    fn plain(&mut self, name: &str, value: &str) {
        self.fold(&format!("{name}:{value}"));
    }

    /// A line with a value of type TEXT (RFC 5545 § 3.3.11).
    fn escaped(&mut self, name: &str, value: &str) {
        let mut line = format!("{name}:");
        for character in value.chars() {
            match character {
                '\\' | ';' | ',' => line.extend(['\\', character]),
                '\n' => line.push_str("\\n"),
                other if other.is_control() => {}
                other => line.push(other),
            }
        }
        self.fold(&line);
    }

    /// Breaks a line between characters so that no part exceeds the limit; parts after the first begin
    /// with a space, which counts.
    fn fold(&mut self, line: &str) {
        let mut octets = 0;
        for character in line.chars() {
            if octets + character.len_utf8() > LINE_OCTETS_MAX {
                self.text.push_str("\r\n ");
                octets = 1;
            }
            self.text.push(character);
            octets += character.len_utf8();
        }
        self.text.push_str("\r\n");
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where it fails")]
mod tests {
    use icalendar::{CalendarDateTime, Component, DatePerhapsTime, EventLike};

    use super::*;

    fn event(dose: u8, start: &str) -> Event {
        Event {
            uid: uid(&[0xab; 32], dose, "termine.example"),
            sequence: 3,
            start: start.parse().unwrap(),
            minutes: 30,
            summary: format!(
                "{dose}. Termin; im Impfzentrum: Jürgen von der Größe-Müßigbrodt, genannt \\ \"Jüppi\" 😀"
            ),
            description: "Erste Zeile,\r\nzweite Zeile: äöüß ".repeat(6),
            location: "Impfzentrum Kassel, Jahnstraße 1; 34123 Kassel".to_owned(),
            position: Some(Position {
                latitude: 51.3,
                longitude: -9.5,
            }),
            reminder: "Morgen: Termin".to_owned(),
        }
    }

    fn calendar(method: Method) -> String {
        Calendar {
            method,
            stamp: "2021-01-12T07:00:05.5Z".parse().unwrap(),
            organizer: "Terminservice \"Hessen\"",
            organizer_email: "termine@hessen.example",
            events: vec![event(1, "2021-03-20T08:30:00Z"), event(2, "2021-04-10T07:30:00Z")],
        }
        .write()
    }

    #[test]
    fn another_reader_finds_what_was_written() {
        let read: icalendar::Calendar = calendar(Method::Publish).parse().unwrap();
        let events: Vec<_> = read
            .components
            .iter()
            .filter_map(|component| component.as_event())
            .collect();
        assert_eq!(events.len(), 2);
        let written = event(2, "2021-04-10T07:30:00Z");
        assert_eq!(
            events[1].get_uid(),
            Some("abababababababababababababababab-2@termine.example")
        );
        assert_eq!(events[1].get_summary(), Some(written.summary.as_str()));
        assert_eq!(
            events[1].get_description(),
            Some(written.description.replace('\r', "").as_str())
        );
        assert_eq!(events[1].get_location(), Some(written.location.as_str()));
        assert_eq!(events[1].get_sequence(), Some(3));
        assert_eq!(events[1].property_value("GEO"), Some("51.300000;-9.500000"));
        assert_eq!(read.property_value("METHOD"), Some("PUBLISH"));
        let Some(DatePerhapsTime::DateTime(CalendarDateTime::Utc(start))) = events[1].get_start() else {
            unreachable!("the start is UTC")
        };
        assert_eq!(start.to_rfc3339(), "2021-04-10T07:30:00+00:00");
    }

    #[test]
    fn lines_end_with_crlf_and_have_at_most_75_octets() {
        let text = calendar(Method::Publish);
        assert!(text.ends_with("END:VCALENDAR\r\n"));
        for line in text.strip_suffix("\r\n").unwrap().split("\r\n") {
            assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line:?}");
        }
    }

    #[test]
    fn a_reminder_comes_a_day_before_but_not_for_what_is_cancelled() {
        assert!(calendar(Method::Publish).contains("BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-P1D\r\n"));
        let cancelled = calendar(Method::Cancel);
        assert!(cancelled.contains("METHOD:CANCEL\r\n") && cancelled.contains("STATUS:CANCELLED\r\n"));
        assert!(!cancelled.contains("VALARM"));
    }

    #[test]
    fn a_name_cannot_break_out_of_its_place() {
        assert!(
            calendar(Method::Publish)
                .contains("ORGANIZER;CN=\"Terminservice Hessen\":mailto:termine@hessen.example\r\n")
        );
        let mut lines = Lines::default();
        lines.escaped("SUMMARY", "x\r\nATTENDEE:mailto:y@z.example");
        assert_eq!(lines.text, "SUMMARY:x\\nATTENDEE:mailto:y@z.example\r\n");
    }
}
