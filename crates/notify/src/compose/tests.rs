#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use dran_core::ids::{DistrictId, GroupId, Language};
use dran_i18n::Texts;
use icalendar::Component as _;
use jiff::civil::date;

use super::*;
use crate::gsm7::{Alphabet, sms_size};

/// As the store keeps it; messages show it in groups.
const CODE: &str = "68SRGMNZT7W3";

struct World {
    texts: Texts,
    region: Region,
    sender: Sender,
    starts: [Timestamp; 2],
}

impl World {
    fn new() -> Self {
        Self {
            texts: Texts::builtin().unwrap(),
            region: Region::parse(include_str!("../../../../regions/hessen.toml")).unwrap(),
            sender: Sender {
                portal_url: "https://termine.hessen.example".to_owned(),
                email: "termine@hessen.example".to_owned(),
            },
            // Summer time begins in between.
            starts: [
                "2021-03-20T08:30:00Z".parse().unwrap(),
                "2021-04-10T07:30:00Z".parse().unwrap(),
            ],
        }
    }

    fn compose<T>(&self, language: &str, with: impl FnOnce(&Composer<'_>) -> T) -> T {
        let speaker = self.texts.speaker(&Language::new(language));
        let now = "2021-01-12T07:05:00Z".parse().unwrap();
        with(&Composer {
            speaker: &speaker,
            region: &self.region,
            sender: &self.sender,
            now,
        })
    }

    fn booked<'a>(&'a self, person: &'a PersonRecord, code: &'a str) -> Appointments<'a> {
        Appointments {
            person,
            booking_code: code,
            centre: &self.region.centres[0],
            starts: &self.starts,
            sequence: 0,
            series_hash: [0xcd; 32],
        }
    }
}

fn person(given_name: &str, family_name: &str) -> PersonRecord {
    PersonRecord {
        given_name: given_name.to_owned(),
        family_name: family_name.to_owned(),
        birth_date: date(1938, 5, 4),
        sex: 'f',
        postcode: "64625".to_owned(),
        district: DistrictId::new("06431"),
        group: GroupId::new("ab-80"),
        person_key: [1; 32],
    }
}

fn to_sms() -> ContactRecord {
    ContactRecord::Sms("+4915112345678".to_owned())
}

fn to_email() -> ContactRecord {
    ContactRecord::Email("erna@example.org".to_owned())
}

fn to_letter() -> ContactRecord {
    ContactRecord::Letter {
        street: "Hauptstraße 1".to_owned(),
        town: "Bensheim".to_owned(),
    }
}

#[test]
fn a_confirmation_by_sms_says_all_in_two_parts() {
    let world = World::new();
    let erna = person("Erna", "Müller");
    let message = world.compose("de", |composer| {
        composer.confirmation(&to_sms(), &[world.booked(&erna, CODE)])
    });
    assert_eq!(
        message.body,
        "Gebucht: Erna Müller, 1. Termin Sa, 20.03.2021, 9:30 Uhr, 2. Termin Sa, 10.04.2021, 9:30 Uhr, Buchungscode \
         68SR-GMNZ-T7W3. Impfzentrum Kreis Bergstraße, Berliner Ring 89, 64625 Bensheim. Bitte Ausweis mitbringen. \
         Absagen oder ändern: 116 117"
    );
    assert_eq!(
        (message.channel, message.subject.as_str(), &message.calendar),
        (Channel::Sms, "", &None)
    );
    assert_eq!(message.booking_codes, [CODE]);
}

#[test]
fn every_sms_about_one_person_fits_two_parts_at_every_centre_of_hessen() {
    let world = World::new();
    let person = person("Annegret", "Schneider-Hofmann");
    for language in ["de", "en"] {
        for centre in &world.region.centres {
            let appointments = [Appointments {
                centre,
                ..world.booked(&person, CODE)
            }];
            let messages = world.compose(language, |composer| {
                [
                    composer.confirmation(&to_sms(), &appointments),
                    composer.moved(&to_sms(), &appointments),
                    composer.cancellation(&to_sms(), &appointments),
                ]
            });
            for message in messages {
                let size = sms_size(&message.body);
                let parts_max = if message.kind == MessageKind::Move { 3 } else { 2 };
                assert!(
                    size.alphabet == Alphabet::Gsm7 && size.parts <= parts_max,
                    "{size:?}: {}",
                    message.body
                );
            }
        }
    }
}

#[test]
fn a_code_by_sms_fits_one_part_and_says_until_when() {
    let world = World::new();
    for language in ["de", "en"] {
        let until = "2021-01-12T22:59:00Z".parse().unwrap();
        let message = world
            .compose(language, |composer| {
                composer.verification_code(&to_sms(), "123456", until)
            })
            .unwrap();
        let size = sms_size(&message.body);
        assert!(
            size.alphabet == Alphabet::Gsm7 && size.parts == 1,
            "{size:?}: {}",
            message.body
        );
        assert_eq!((message.kind, message.booking_codes.len()), (MessageKind::Code, 0));
    }
}

#[test]
fn a_notice_by_sms_has_link_and_number_in_two_parts() {
    let world = World::new();
    let link = format!("{}/platz/{}", world.sender.portal_url, "A-_z".repeat(12));
    let place = Place {
        link: &link,
        short_code: "K7QM-3XPA-9TRW",
    };
    // The next day: the longest way to say when.
    let turn = ("2021-01-13T07:30:00Z", "2021-01-13T08:10:00Z");
    let turn = (turn.0.parse().unwrap(), turn.1.parse().unwrap());
    for language in ["de", "en"] {
        let messages = world.compose(language, |composer| {
            [composer.soon(&to_sms(), place, turn), composer.called(&to_sms(), place)]
        });
        for message in messages.map(Option::unwrap) {
            let size = sms_size(&message.body);
            assert!(
                size.alphabet == Alphabet::Gsm7 && size.parts <= 2,
                "{size:?}: {}",
                message.body
            );
            assert!(message.body.contains(&link) && message.body.contains(place.short_code));
        }
    }
}

#[test]
fn a_notice_says_when_the_turn_comes_and_goes_by_no_letter() {
    let world = World::new();
    let place = Place {
        link: "https://termine.hessen.example/platz/X",
        short_code: "K7QM-3XPA-9TRW",
    };
    let turn = ("2021-01-12T07:30:00Z", "2021-01-12T08:10:00Z");
    let turn = (turn.0.parse().unwrap(), turn.1.parse().unwrap());
    let soon = world
        .compose("de", |composer| composer.soon(&to_email(), place, turn))
        .unwrap();
    assert_eq!((soon.kind, &*soon.subject), (MessageKind::Soon, "Sie sind bald dran"));
    assert!(soon.body.contains("zwischen 8:30 Uhr und 9:10 Uhr"), "{}", soon.body);
    let called = world
        .compose("de", |composer| composer.called(&to_email(), place))
        .unwrap();
    assert_eq!((called.kind, &*called.subject), (MessageKind::Call, "Sie sind dran"));
    assert_eq!(
        world.compose("de", |composer| composer.called(&to_letter(), place)),
        None
    );
}

#[test]
fn a_code_of_another_day_names_the_day() {
    let world = World::new();
    let until = |time: &str| {
        let until = time.parse().unwrap();
        world
            .compose("de", |composer| composer.verification_code(&to_sms(), "123456", until))
            .unwrap()
            .body
    };
    assert!(until("2021-01-12T22:59:00Z").contains("Gültig bis 23:59 Uhr."));
    assert!(until("2021-01-12T23:00:00Z").contains("Gültig bis Mi, 13.01.2021, 0:00 Uhr."));
}

#[test]
fn a_letter_needs_no_code() {
    let world = World::new();
    let until = "2021-01-12T22:59:00Z".parse().unwrap();
    assert_eq!(
        world.compose("de", |composer| composer.verification_code(
            &to_letter(),
            "123456",
            until
        )),
        None
    );
}

#[test]
fn a_couple_gets_one_email_with_everything_in_it() {
    let world = World::new();
    let (erna, karl) = (person("Erna", "Müller"), person("Karl", "Müller"));
    let other = "ACRX8NNUJKRH";
    let both = [
        world.booked(&erna, CODE),
        Appointments {
            series_hash: [0xef; 32],
            ..world.booked(&karl, other)
        },
    ];
    let message = world.compose("de", |composer| composer.confirmation(&to_email(), &both));
    assert_eq!(message.subject, "Ihre Termine sind gebucht");
    assert_eq!(
        message.body,
        "Guten Tag Erna Müller und Karl Müller,

Ihre Termine sind gebucht. Bitte heben Sie diese Nachricht auf.

    Erna Müller
    1. Termin: Samstag, 20. März 2021, 9:30 Uhr
    2. Termin: Samstag, 10. April 2021, 9:30 Uhr
    Buchungscode: 68SR-GMNZ-T7W3

    Karl Müller
    1. Termin: Samstag, 20. März 2021, 9:30 Uhr
    2. Termin: Samstag, 10. April 2021, 9:30 Uhr
    Buchungscode: ACRX-8NNU-JKRH

Hierher kommen Sie bitte:
    Impfzentrum Kreis Bergstraße
    Berliner Ring 89
    64625 Bensheim
    Das Impfzentrum ist mit dem Rollstuhl zugänglich.

Bitte bringen Sie mit:
    - Personalausweis, Reisepass oder ein anderer Lichtbildausweis
    - diese Nachricht oder den Buchungscode
    - Ihren Impfpass, wenn Sie einen haben

Wenn Sie nicht kommen können:
Bitte sagen Sie ab, oder verlegen Sie. Dann bekommt jemand anderes den Platz. Sie brauchen dazu den Buchungscode und das Geburtsdatum.
    Im Internet: https://termine.hessen.example
    Am Telefon: 116 117 oder 0611 505 92 888, täglich von 8:00 Uhr bis 20:00 Uhr

Mit freundlichen Grüßen
Ihr Terminservice Hessen

Diese E-Mail wurde automatisch verschickt. Bitte antworten Sie nicht darauf."
    );
    assert_eq!(message.booking_codes, [CODE, other]);
    let calendar: icalendar::Calendar = message.calendar.unwrap().parse().unwrap();
    let mut identities: Vec<_> = calendar
        .components
        .iter()
        .filter_map(|part| part.as_event()?.property_value("UID"))
        .collect();
    identities.dedup();
    assert_eq!(identities.len(), 4);
}

#[test]
fn persons_at_different_centres_are_each_told_their_own() {
    let world = World::new();
    let (erna, karl) = (person("Erna", "Müller"), person("Karl", "Müller"));
    let there = Appointments {
        centre: &world.region.centres[1],
        ..world.booked(&karl, CODE)
    };
    let both = [world.booked(&erna, CODE), there];
    for contact in [to_sms(), to_email()] {
        let body = world
            .compose("de", |composer| composer.confirmation(&contact, &both))
            .body;
        let [first, second] =
            [&world.region.centres[0].name, &world.region.centres[1].name].map(|name| body.find(name.as_str()));
        let karl = body.rfind("Karl Müller");
        assert!(
            first.unwrap() < karl.unwrap() && karl.unwrap() < second.unwrap(),
            "{body}"
        );
    }
}

#[test]
fn a_letter_carries_names_street_and_town() {
    let world = World::new();
    let (erna, karl) = (person("Erna", "Müller"), person("Karl", ""));
    let both = [world.booked(&erna, CODE), world.booked(&karl, CODE)];
    let message = world.compose("de", |composer| composer.confirmation(&to_letter(), &both));
    assert_eq!(message.channel, Channel::Letter);
    assert_eq!(message.recipient, "Erna Müller\nKarl\nHauptstraße 1\n64625 Bensheim");
    assert!(message.body.ends_with("Ihr Terminservice Hessen") && message.calendar.is_none());
}

#[test]
fn a_cancellation_strikes_the_dates_out_of_the_calendar() {
    let world = World::new();
    let erna = person("Erna", "Müller");
    let cancelled = [Appointments {
        sequence: 1,
        ..world.booked(&erna, CODE)
    }];
    let message = world.compose("de", |composer| composer.cancellation(&to_email(), &cancelled));
    assert_eq!(
        (message.kind, message.subject.as_str()),
        (MessageKind::Cancellation, "Ihre Termine sind abgesagt")
    );
    let calendar = message.calendar.unwrap();
    assert!(
        calendar.contains("METHOD:CANCEL\r\n") && calendar.contains("SEQUENCE:1\r\n"),
        "{calendar}"
    );
    assert!(!message.body.contains("bringen"), "{}", message.body);
}

#[test]
fn a_calendar_entry_keeps_its_identity_when_moved_and_gives_no_code_away() {
    let world = World::new();
    let erna = person("Erna", "Müller");
    let identities = |calendar: String| -> Vec<String> {
        assert!(!calendar.replace("\r\n ", "").contains(CODE), "{calendar}");
        calendar
            .replace("\r\n ", "")
            .lines()
            .filter(|line| line.starts_with("UID:"))
            .map(str::to_owned)
            .collect()
    };
    let before = world.compose("de", |composer| composer.calendar(&[world.booked(&erna, CODE)]));
    let moved = [Appointments {
        sequence: 1,
        ..world.booked(&erna, CODE)
    }];
    let after = world
        .compose("de", |composer| composer.moved(&to_email(), &moved))
        .calendar
        .unwrap();
    assert_eq!(identities(before), identities(after));
}

#[test]
fn no_message_tells_age_group_or_vaccine() {
    let world = World::new();
    let erna = person("Erna", "Müller");
    for language in ["de", "en"] {
        for contact in [to_sms(), to_email(), to_letter()] {
            let booked = [world.booked(&erna, CODE)];
            let message = world.compose(language, |composer| composer.confirmation(&contact, &booked));
            let all = format!(
                "{}{}{}",
                message.subject,
                message.body,
                message.calendar.unwrap_or_default()
            );
            for secret in ["1938", "ab-80", "80 Jahre", "biontech", "BioNTech", "Comirnaty"] {
                assert!(!all.contains(secret), "{secret}: {all}");
            }
            assert!(!message.subject.to_lowercase().contains("impf") && !message.subject.contains("accin"));
        }
    }
}
