//! Confirmations of a batch.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use dran_core::ids::{CampaignId, CentreId, Language, RegistrationId, SeriesSlotId, TicketId, VaccineId};
use jiff::Timestamp;
use tokio_postgres::Row;

use super::super::registration::read_person;
use super::super::rows::{at, contact, id, kept, leading, maybe_at, ms};
use super::super::session::Tx;
use super::super::sql::{Value, all, execute, expect_rows, get, ready};
use super::rows::{MadeMessage, columns, drawn, fresh, holds, message_columns, missing, permits};
use super::statements::{
    BOOKING_NUMBERS, CLOSE_PERMITS, CODES, COUNT_PERMITS, DELETE_CONTACTS, DELETE_HOLDS, DELETE_PLACES, END_CALLBACKS,
    HOLDS, INSERT_APPOINTMENTS, INSERT_BOOKINGS, INSERT_CODES, INSERT_MESSAGE_SERIES, INSERT_MESSAGES,
    INSERT_PERSON_KEYS, INSERT_SERIES, LINES, MESSAGE_NUMBERS, PERMITS, PERSONS, REGISTRATIONS, SERIES_NUMBERS, SLOTS,
};
use super::{Decision, Set};
use crate::columns::is_active;
use crate::{
    Booked, Confirm, ConfirmRefusal, ContactRecord, Fault, Hold, Permit, PermitState, PersonRecord, Series, SeriesState,
};

const READS: [&str; 10] = [
    PERMITS,
    HOLDS,
    LINES,
    REGISTRATIONS,
    PERSONS,
    CODES,
    SLOTS,
    BOOKING_NUMBERS,
    SERIES_NUMBERS,
    MESSAGE_NUMBERS,
];

const WRITES: [&str; 13] = [
    INSERT_BOOKINGS,
    INSERT_SERIES,
    INSERT_CODES,
    INSERT_PERSON_KEYS,
    INSERT_APPOINTMENTS,
    INSERT_MESSAGES,
    INSERT_MESSAGE_SERIES,
    DELETE_PLACES,
    DELETE_HOLDS,
    CLOSE_PERMITS,
    DELETE_CONTACTS,
    END_CALLBACKS,
    COUNT_PERMITS,
];

/// A registration as far as a booking needs it.
struct Registered {
    campaign_no: i64,
    verified: bool,
    contact: ContactRecord,
    language: Language,
    campaign: CampaignId,
    /// With whether the person has a booked series.
    persons: Vec<(PersonRecord, bool)>,
}

/// A slot as far as a series needs it.
struct Slot {
    centre_no: i64,
    centre: CentreId,
    vaccine: VaccineId,
    starts: Vec<Timestamp>,
}

/// What the batch has read.
struct Books {
    permits: HashMap<TicketId, Permit>,
    holds: HashMap<TicketId, Hold>,
    campaigns: HashMap<i64, i64>,
    registrations: HashMap<RegistrationId, Registered>,
    slots: HashMap<SeriesSlotId, Slot>,
    /// Booking codes that exist, and those that were given out in this batch.
    codes: HashSet<String>,
    /// Persons who were booked in this batch.
    booked: HashSet<[u8; 32]>,
    /// Tickets that have booked in this batch.
    done: HashSet<TicketId>,
}

/// Books all of them, each as [`super::super::booking::confirm`] would. Answers which of them are left.
pub(super) async fn confirm_all(tx: &Tx, asked: &mut Set<'_, Confirm>) -> Result<Vec<usize>, Fault> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    ready(tx, &READS).await?;
    let (mut books, mut numbers) = read(tx, asked).await?;
    let (mut left, mut made, mut decisions) = (Vec::new(), Made::default(), Vec::with_capacity(asked.len()));
    for (_, asked) in asked.iter() {
        decisions.push(match books.why_not(&asked.input) {
            Some(decision) => decision,
            None => Decision::Done(made.book(&books, &asked.input, &mut numbers)?),
        });
    }
    made.write(tx).await?;
    for ((place, asked), decision) in asked.iter_mut().zip(decisions) {
        if asked.decide(decision) {
            left.push(*place);
        }
    }
    Ok(left)
}

/// Fresh numbers for the rows that are made.
struct Numbers {
    bookings: std::vec::IntoIter<i64>,
    series: std::vec::IntoIter<i64>,
    messages: std::vec::IntoIter<i64>,
}

async fn read(tx: &Tx, asked: &Set<'_, Confirm>) -> Result<(Books, Numbers), Fault> {
    let tickets: BTreeSet<TicketId> = asked.iter().map(|(_, asked)| asked.input.ticket).collect();
    let keys = columns(tickets.iter().copied());
    let lines: BTreeSet<i64> = tickets.iter().map(|ticket| ticket.line.0.into()).collect();
    let lines: [Value<'_>; 1] = [lines.into_iter().collect()];
    let registrations: [Value<'_>; 1] = [asked.iter().map(|(_, asked)| asked.input.registration.0).collect()];
    let codes = asked.iter().flat_map(|(_, asked)| &asked.input.booking_codes);
    let codes = [Value::Texts(codes.map(|code| Some(code.as_str())).collect())];
    let series_max = asked.iter().map(|(_, asked)| asked.input.booking_codes.len()).sum();
    let messages = asked.iter().map(|(_, asked)| asked.input.messages.len()).sum();
    // Sent in this order without waiting for the answers in between.
    let found = tokio::join!(biased;
        permits(tx, &keys),
        holds(tx, &keys),
        all(tx, LINES, &lines, |row| Ok((get(row, 0)?, get(row, 1)?))),
        all(tx, REGISTRATIONS, &registrations, read_registration),
        all(tx, PERSONS, &registrations, |row| {
            Ok((RegistrationId(get(row, 0)?), read_person(row, 1)?, get(row, 9)?))
        }),
        all(tx, CODES, &codes, |row| get(row, 0)),
        all(tx, SLOTS, &keys, read_slot),
        // In the order in which they are committed, by which other nodes learn of them: not ahead.
        drawn(tx, BOOKING_NUMBERS, asked.len()),
        fresh(tx, SERIES_NUMBERS, series_max),
        fresh(tx, MESSAGE_NUMBERS, messages));
    let mut registrations: HashMap<RegistrationId, Registered> = found.3?.into_iter().collect();
    for (id, person, has_series) in found.4? {
        if let Some(registered) = registrations.get_mut(&id) {
            registered.persons.push((person, has_series));
        }
    }
    let books = Books {
        permits: found.0?,
        holds: found.1?,
        campaigns: found.2?.into_iter().collect(),
        registrations,
        codes: found.5?.into_iter().collect(),
        slots: found.6?.into_iter().collect(),
        booked: HashSet::new(),
        done: HashSet::new(),
    };
    let numbers = Numbers {
        bookings: found.7?.into_iter(),
        series: found.8?,
        messages: found.9?,
    };
    Ok((books, numbers))
}

fn read_registration(row: &Row) -> Result<(RegistrationId, Registered), Fault> {
    let registered = Registered {
        campaign_no: get(row, 1)?,
        verified: get(row, 2)?,
        contact: contact(row, 3)?,
        language: id(row, 6, Language::new)?,
        campaign: id(row, 7, CampaignId::new)?,
        persons: Vec::with_capacity(2),
    };
    Ok((RegistrationId(get(row, 0)?), registered))
}

fn read_slot(row: &Row) -> Result<(SeriesSlotId, Slot), Fault> {
    let slot = Slot {
        centre_no: get(row, 1)?,
        centre: id(row, 2, CentreId::new)?,
        vaccine: id(row, 3, VaccineId::new)?,
        starts: std::iter::once(at(row, 4)?).chain(maybe_at(row, 5)?).collect(),
    };
    Ok((SeriesSlotId(get(row, 0)?), slot))
}

impl Books {
    /// Notes a confirmation that books, or says what becomes of it instead.
    fn why_not(&mut self, confirm: &Confirm) -> Option<Decision<Confirm>> {
        let Some(permit) = self.permits.get(&confirm.ticket) else {
            return Some(Decision::Refused(ConfirmRefusal::HoldOver));
        };
        if permit.state == PermitState::Booked || self.done.contains(&confirm.ticket) {
            return Some(Decision::Alone);
        }
        let hold = match self.holds.get(&confirm.ticket) {
            Some(hold)
                if hold.id == confirm.hold && hold.expires_at > kept(confirm.now) && is_active(permit, confirm.now) =>
            {
                hold
            }
            _ => return Some(Decision::Refused(ConfirmRefusal::HoldOver)),
        };
        let campaign_no = self.campaigns.get(&i64::from(confirm.ticket.line.0));
        let registered = self.registrations.get(&confirm.registration);
        let Some(registered) = registered.filter(|registered| Some(&registered.campaign_no) == campaign_no) else {
            return Some(Decision::Refused(ConfirmRefusal::UnknownRegistration));
        };
        if !registered.verified {
            return Some(Decision::Refused(ConfirmRefusal::NotVerified));
        }
        if registered.persons.len() != hold.places.len() {
            return Some(Decision::Refused(ConfirmRefusal::WrongParty));
        }
        let mut about = confirm.messages.iter().flat_map(|message| &message.booking_codes);
        if confirm.booking_codes.len() != hold.places.len() || about.any(|code| !confirm.booking_codes.contains(code)) {
            return Some(Decision::Alone);
        }
        let (mut persons, mut codes) = (HashSet::new(), HashSet::new());
        for (person, ((record, has_series), code)) in registered.persons.iter().zip(&confirm.booking_codes).enumerate()
        {
            if *has_series || self.booked.contains(&record.person_key) || !persons.insert(record.person_key) {
                return Some(Decision::Refused(ConfirmRefusal::PersonHasSeries { person }));
            }
            if self.codes.contains(code) || !codes.insert(code) {
                return Some(Decision::Refused(ConfirmRefusal::CodeTaken));
            }
        }
        self.booked.extend(persons);
        self.codes.extend(confirm.booking_codes.iter().cloned());
        self.done.insert(confirm.ticket);
        None
    }
}

/// The rows that a batch comes to.
#[derive(Default)]
struct Made<'c> {
    bookings: Vec<(i64, &'c Confirm)>,
    series: Vec<MadeSeries<'c>>,
    appointments: Vec<[i64; 4]>,
    messages: Vec<MadeMessage<'c>>,
    message_series: Vec<[i64; 3]>,
    /// Permits that ended, by campaign.
    ended: BTreeMap<i64, i64>,
}

struct MadeSeries<'c> {
    id: i64,
    booking: i64,
    registration: i64,
    person_no: i64,
    person_key: [u8; 32],
    code: &'c str,
    slot: i64,
}

impl<'c> Made<'c> {
    fn book(&mut self, books: &Books, confirm: &'c Confirm, numbers: &mut Numbers) -> Result<Booked, Fault> {
        let booking = numbers.bookings.next().ok_or_else(|| missing("a number"))?;
        let registered = books.registrations.get(&confirm.registration);
        let registered = registered.ok_or_else(|| missing("a registration"))?;
        let hold = books.holds.get(&confirm.ticket).ok_or_else(|| missing("a hold"))?;
        self.bookings.push((booking, confirm));
        *self.ended.entry(registered.campaign_no).or_default() += 1;
        let mut series = Vec::with_capacity(hold.places.len());
        let mut ids = HashMap::with_capacity(hold.places.len());
        let persons = registered.persons.iter().zip(&confirm.booking_codes).zip(&hold.places);
        for (person_no, (((person, _), code), slot)) in (0..).zip(persons) {
            let id = numbers.series.next().ok_or_else(|| missing("a number"))?;
            let id = leading(confirm.ticket.line, id);
            let at = books.slots.get(slot).ok_or_else(|| missing("a slot"))?;
            ids.insert(code, id);
            self.series.push(MadeSeries {
                id,
                booking,
                registration: confirm.registration.0,
                person_no,
                person_key: person.person_key,
                code: code.as_str(),
                slot: slot.0,
            });
            // Both appointments come from the one row of the slot, so that neither can be without the other.
            let appointments = (1..).zip(&at.starts);
            self.appointments
                .extend(appointments.map(|(dose, start)| [id, dose, at.centre_no, ms(*start)]));
            series.push(Series {
                booking_code: code.clone(),
                person: person.clone(),
                contact: registered.contact.clone(),
                language: registered.language.clone(),
                campaign: registered.campaign.clone(),
                slot: *slot,
                centre: at.centre.clone(),
                vaccine: at.vaccine.clone(),
                starts: at.starts.clone(),
                state: SeriesState::Booked,
                sequence: 0,
                booked_at: kept(confirm.now),
            });
        }
        for message in &confirm.messages {
            let id = numbers.messages.next().ok_or_else(|| missing("a number"))?;
            let id = leading(confirm.ticket.line, id);
            self.messages.push((id, message, confirm.now));
            for (ordinal, code) in (0..).zip(&message.booking_codes) {
                let about = ids.get(code).ok_or_else(|| missing("a series"))?;
                self.message_series.push([id, ordinal, *about]);
            }
        }
        Ok(Booked {
            receipt: confirm.receipt.clone(),
            series,
        })
    }

    async fn write(self, tx: &Tx) -> Result<(), Fault> {
        if self.bookings.is_empty() {
            return Ok(());
        }
        ready(tx, &WRITES).await?;
        let tickets = || self.bookings.iter().map(|(_, confirm)| confirm.ticket);
        let keys = columns(tickets());
        let [lines, numbers] = columns(tickets());
        let booked_at = self.bookings.iter().map(|(_, confirm)| ms(confirm.now)).collect();
        let ended: [Value<'_>; 3] = [lines, numbers, booked_at];
        let counted: [Value<'_>; 2] = [
            self.ended.keys().copied().collect(),
            self.ended.values().copied().collect(),
        ];
        let (bookings, series, messages) = (self.bookings(), self.series(), message_columns(&self.messages));
        let [codes, person_keys] = self.unique();
        let appointments: [Value<'_>; 4] =
            std::array::from_fn(|column| self.appointments.iter().map(|row| row[column]).collect());
        let message_series: [Value<'_>; 3] =
            std::array::from_fn(|column| self.message_series.iter().map(|row| row[column]).collect());
        // Sent in this order without waiting for the answers in between.
        let written = tokio::join!(biased;
            execute(tx, INSERT_BOOKINGS, &bookings),
            execute(tx, INSERT_SERIES, &series),
            execute(tx, INSERT_CODES, &codes),
            execute(tx, INSERT_PERSON_KEYS, &person_keys),
            execute(tx, INSERT_APPOINTMENTS, &appointments),
            execute(tx, INSERT_MESSAGES, &messages),
            execute(tx, INSERT_MESSAGE_SERIES, &message_series),
            // The places leave the hold without becoming free: they are the booking's now.
            execute(tx, DELETE_PLACES, &keys),
            execute(tx, DELETE_HOLDS, &keys),
            execute(tx, CLOSE_PERMITS, &keys),
            execute(tx, DELETE_CONTACTS, &keys),
            execute(tx, END_CALLBACKS, &ended),
            execute(tx, COUNT_PERMITS, &counted));
        expect_rows(written.0?, self.bookings.len(), "bookings")?;
        expect_rows(written.1?, self.series.len(), "series")?;
        expect_rows(written.2?, self.series.len(), "booking codes")?;
        expect_rows(written.3?, self.series.len(), "persons who are booked")?;
        expect_rows(written.4?, self.appointments.len(), "the appointments of series")?;
        expect_rows(written.5?, self.messages.len(), "messages of bookings")?;
        expect_rows(written.6?, self.message_series.len(), "series that messages are about")?;
        expect_rows(written.7?, self.series.len(), "the places of holds that are confirmed")?;
        expect_rows(written.8?, self.bookings.len(), "holds that are confirmed")?;
        expect_rows(written.9?, self.bookings.len(), "active permits that end")?;
        written.10?;
        written.11?;
        expect_rows(written.12?, self.ended.len(), "campaigns whose permits end")
    }

    fn bookings(&self) -> [Value<'_>; 7] {
        let [lines, numbers] = columns(self.bookings.iter().map(|(_, confirm)| confirm.ticket));
        let of = || self.bookings.iter().map(|(_, confirm)| confirm);
        [
            self.bookings.iter().map(|(id, _)| *id).collect(),
            lines,
            numbers,
            Value::Byteas(of().map(|confirm| Some(confirm.attempt_key.0.as_slice())).collect()),
            of().map(|confirm| confirm.registration.0).collect(),
            Value::Texts(of().map(|confirm| Some(confirm.receipt.as_str())).collect()),
            of().map(|confirm| ms(confirm.now)).collect(),
        ]
    }

    fn series(&self) -> [Value<'_>; 7] {
        let of = || self.series.iter();
        [
            of().map(|series| series.id).collect(),
            of().map(|series| series.booking).collect(),
            of().map(|series| series.registration).collect(),
            of().map(|series| series.person_no).collect(),
            Value::Byteas(of().map(|series| Some(series.person_key.as_slice())).collect()),
            Value::Texts(of().map(|series| Some(series.code)).collect()),
            of().map(|series| series.slot).collect(),
        ]
    }

    /// What is unique among all series: their codes, and the keys of their persons.
    fn unique(&self) -> [[Value<'_>; 2]; 2] {
        let of = || self.series.iter();
        let ids = || of().map(|series| series.id).collect();
        [
            [ids(), Value::Texts(of().map(|series| Some(series.code)).collect())],
            [
                ids(),
                Value::Byteas(of().map(|series| Some(series.person_key.as_slice())).collect()),
            ],
        ]
    }
}
