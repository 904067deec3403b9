//! Looking people up, and what agents note about them.

use dran_core::ids::{CampaignId, CentreId, Language, NoteId, RegistrationId, StaffId, VaccineId};
use dran_core::person::same_family_name;
use dran_core::staff::StaffName;
use dran_core::staff::log::{Act, Actor, Entry, Subject};
use tokio_postgres::Row;

use super::callbacks;
use crate::postgres::registration::read_person;
use crate::postgres::rows::{at, contact, id, maybe_at, ms, series_state};
use crate::postgres::session::Tx;
use crate::postgres::sql::{all, get, insert, optional, params, unreadable};
use crate::postgres::staff::log;
use crate::{AddNoteRefusal, FOUND_MAX, Failure, Fault, FoundPeople, FoundPerson, FoundSeries, NewNote, Note, Search};

/// How many persons of one birthday are compared by name at most: some fifty are registered in a region of millions.
const BIRTHDAY_MAX: u32 = 2_000;

/// The persons of registrations, the newest first, up to what selects them.
macro_rules! select_people {
    ($which:literal) => {
        concat!(
            "SELECT registration.id, campaign.id, person_no, given_name, family_name, birth_date, sex, postcode, district,
                    group_id, person_key, contact_kind, contact_address, contact_town, language, verified_at
             FROM registration_person
             JOIN registration ON registration.id = registration_person.registration
             JOIN campaign ON campaign.no = registration.campaign ",
            $which,
            " ORDER BY (registration.id & 1099511627775) DESC, person_no LIMIT $2"
        )
    };
}

/// The columns of a note, up to what selects the rows.
macro_rules! select_notes {
    ($which:literal) => {
        concat!(
            "SELECT note.id, registration, account, name, written_at, text
             FROM note JOIN staff_account ON staff_account.id = note.account ",
            $which
        )
    };
}

/// See [`crate::PhoneStore::find_people`].
pub(super) async fn find(tx: &Tx, search: &Search) -> Result<FoundPeople, Fault> {
    // One more than is shown tells whether there are more.
    let shown = FOUND_MAX as u32 + 1;
    let mut people = match search {
        Search::Name {
            family_name,
            birth_date,
        } => {
            let birth_date = birth_date.to_string();
            let sql = select_people!("WHERE birth_date = $1");
            let mut born = all(tx, sql, params![birth_date, BIRTHDAY_MAX], read).await?;
            born.retain(|found| is_named(found, family_name));
            born
        }
        Search::Phone(phone) => {
            all(
                tx,
                select_people!(
                    "WHERE registration.id IN (
                     SELECT id FROM registration WHERE contact_kind = 'sms' AND contact_address = $1
                     UNION
                     SELECT booking.registration FROM callback
                     JOIN booking ON booking.line_no = callback.line_no AND booking.number = callback.number
                     WHERE callback.phone = $1)"
                ),
                params![phone.as_str(), shown],
                read,
            )
            .await?
        }
        Search::Code(code) => {
            all(
                tx,
                select_people!(
                    "WHERE registration.id IN (
                     SELECT registration FROM series
                     WHERE id = (SELECT series FROM series_code WHERE series_code.booking_code = $1))"
                ),
                params![code, shown],
                read,
            )
            .await?
        }
        Search::Receipt(receipt) => {
            all(
                tx,
                select_people!("WHERE registration.id IN (SELECT registration FROM booking WHERE receipt = $1)"),
                params![receipt, shown],
                read,
            )
            .await?
        }
    };
    let more = people.len() > FOUND_MAX;
    people.truncate(FOUND_MAX);
    for person in &mut people {
        person.series = series_of(tx, person.registration, person.person_no).await?;
    }
    let callbacks = match search {
        Search::Phone(phone) => callbacks::all_of_number(tx, phone).await?,
        _ => Vec::new(),
    };
    Ok(FoundPeople {
        people,
        callbacks,
        more,
    })
}

/// Whether a person goes by this family name; people with one name may have it in either field.
fn is_named(found: &FoundPerson, family_name: &str) -> bool {
    let person = &found.person;
    let name = if person.family_name.is_empty() {
        &person.given_name
    } else {
        &person.family_name
    };
    same_family_name(name, family_name)
}

async fn series_of(tx: &Tx, registration: RegistrationId, person_no: usize) -> Result<Option<FoundSeries>, Fault> {
    let found = optional(
        tx,
        "SELECT series.id, booking_code, receipt, series.state, centre.id, vaccine
         FROM series
         JOIN booking ON booking.id = series.booking
         JOIN series_slot ON series_slot.id = series.slot
         JOIN centre ON centre.no = series_slot.centre_no
         WHERE series.registration = $1 AND series.person_no = $2 ORDER BY (series.id & 1099511627775) DESC LIMIT 1",
        params![registration.0, person_no as i64],
        |row| {
            Ok(FoundSeries {
                id: get(row, 0)?,
                booking_code: get(row, 1)?,
                receipt: get(row, 2)?,
                state: series_state(row, 3)?,
                centre: id(row, 4, CentreId::new)?,
                vaccine: id(row, 5, VaccineId::new)?,
                starts: Vec::new(),
            })
        },
    )
    .await?;
    let Some(mut series) = found else { return Ok(None) };
    let starts = "SELECT starts_at FROM appointment WHERE series = $1 ORDER BY dose";
    series.starts = all(tx, starts, params![series.id], |row| at(row, 0)).await?;
    Ok(Some(series))
}

fn read(row: &Row) -> Result<FoundPerson, Fault> {
    Ok(FoundPerson {
        registration: RegistrationId(get(row, 0)?),
        campaign: id(row, 1, CampaignId::new)?,
        person_no: get::<u8>(row, 2)?.into(),
        person: read_person(row, 3)?,
        contact: contact(row, 11)?,
        language: id(row, 14, Language::new)?,
        verified_at: maybe_at(row, 15)?,
        series: None,
    })
}

/// See [`crate::PhoneStore::add_note`].
pub(super) async fn add_note(tx: &Tx, new: &NewNote) -> Result<Note, Failure<AddNoteRefusal>> {
    let there = "SELECT 1 FROM registration WHERE id = $1";
    if optional(tx, there, params![new.registration.0], |_| Ok(()))
        .await?
        .is_none()
    {
        return Err(Failure::Refused(AddNoteRefusal::UnknownRegistration));
    }
    let id = insert(
        tx,
        "INSERT INTO note (registration, account, written_at, text) VALUES ($1, $2, $3, $4) RETURNING id",
        params![new.registration.0, new.account.0, ms(new.now), &new.text],
    )
    .await?;
    let subject = Subject::Registration(new.registration);
    let act = Entry::new(Actor::Account(new.account), Act::Changed, subject);
    log::append(tx, new.now, &[act]).await?;
    let note = optional(tx, select_notes!("WHERE note.id = $1"), params![id], read_note).await?;
    note.ok_or_else(|| Fault::Failed("a note that was just written is gone".into()).into())
}

/// See [`crate::PhoneStore::notes_of`].
pub(super) async fn notes_of(tx: &Tx, registration: RegistrationId) -> Result<Vec<Note>, Fault> {
    let sql = select_notes!("WHERE registration = $1 ORDER BY note.id");
    all(tx, sql, params![registration.0], read_note).await
}

fn read_note(row: &Row) -> Result<Note, Fault> {
    Ok(Note {
        id: NoteId(get(row, 0)?),
        registration: RegistrationId(get(row, 1)?),
        account: StaffId(get(row, 2)?),
        name: StaffName::parse(get::<String>(row, 3)?.as_str()).map_err(|_| unreadable(3, "a name of staff"))?,
        at: at(row, 4)?,
        text: get(row, 5)?,
    })
}
