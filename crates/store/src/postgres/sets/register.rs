//! Registrations of a batch.

use std::collections::{BTreeSet, HashMap, HashSet};

use dran_core::ids::{LineNo, RegistrationId};

use super::super::registration::district_of;
use super::super::rows::{contact_columns, leading, ms};
use super::super::session::Tx;
use super::super::sql::{Value, all, execute, expect_rows, get, maybe, ready};
use super::rows::{MadeMessage, fresh, message_columns, missing};
use super::statements::{
    ATTEMPTS, CAMPAIGNS, INSERT_MESSAGES, INSERT_PERSONS, INSERT_REGISTRATIONS, MESSAGE_NUMBERS, REGISTRATION_NUMBERS,
};
use super::{Decision, Set};
use crate::{Fault, NewCode, NewRegistration, PersonRecord, RegisterRefusal};

const STATEMENTS: [&str; 7] = [
    CAMPAIGNS,
    ATTEMPTS,
    REGISTRATION_NUMBERS,
    MESSAGE_NUMBERS,
    INSERT_REGISTRATIONS,
    INSERT_PERSONS,
    INSERT_MESSAGES,
];

/// What the batch has read.
struct Books {
    /// Numbers of campaigns, and the line that a district belongs to there.
    campaigns: HashMap<(String, String), (i64, LineNo)>,
    /// Attempts that were made before, or in this batch.
    attempts: HashSet<[u8; 16]>,
    numbers: std::vec::IntoIter<i64>,
    messages: std::vec::IntoIter<i64>,
}

/// The rows that a batch comes to.
#[derive(Default)]
struct Made<'r> {
    registrations: Vec<(i64, i64, &'r NewRegistration)>,
    persons: Vec<(i64, i64, &'r PersonRecord)>,
    messages: Vec<MadeMessage<'r>>,
}

/// Registers all of them, each as [`super::super::registration::register`] would. Answers which of them are
/// left.
pub(super) async fn register_all(tx: &Tx, asked: &mut Set<'_, NewRegistration>) -> Result<Vec<usize>, Fault> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    ready(tx, &STATEMENTS).await?;
    let mut books = read(tx, asked).await?;
    let (mut left, mut made, mut decisions) = (Vec::new(), Made::default(), Vec::with_capacity(asked.len()));
    for (_, asked) in asked.iter() {
        decisions.push(books.register(&asked.input, &mut made)?);
    }
    made.write(tx).await?;
    for ((place, asked), decision) in asked.iter_mut().zip(decisions) {
        if asked.decide(decision) {
            left.push(*place);
        }
    }
    Ok(left)
}

async fn read(tx: &Tx, asked: &Set<'_, NewRegistration>) -> Result<Books, Fault> {
    let of = || asked.iter().map(|(_, asked)| &asked.input);
    let districts: BTreeSet<_> = of().map(|new| (new.campaign.as_str(), district_of(new))).collect();
    let campaigns = [
        Value::Texts(districts.iter().map(|(campaign, _)| Some(*campaign)).collect()),
        Value::Texts(districts.iter().map(|(_, district)| Some(*district)).collect()),
    ];
    let attempts = [Value::Byteas(
        of().map(|new| Some(new.attempt_key.0.as_slice())).collect(),
    )];
    let codes = of().filter(|new| new.code.is_some()).count();
    // Sent in this order without waiting for the answers in between.
    let found = tokio::join!(biased;
        all(tx, CAMPAIGNS, &campaigns, |row| {
            let line = LineNo(maybe(row, 3)?.unwrap_or_default());
            Ok(((get(row, 0)?, get(row, 1)?), (get(row, 2)?, line)))
        }),
        all(tx, ATTEMPTS, &attempts, |row| get(row, 0)),
        fresh(tx, REGISTRATION_NUMBERS, asked.len()),
        fresh(tx, MESSAGE_NUMBERS, codes));
    Ok(Books {
        campaigns: found.0?.into_iter().collect(),
        attempts: found.1?.into_iter().collect(),
        numbers: found.2?,
        messages: found.3?,
    })
}

impl Books {
    fn register<'r>(
        &mut self,
        new: &'r NewRegistration,
        made: &mut Made<'r>,
    ) -> Result<Decision<NewRegistration>, Fault> {
        let asked = (new.campaign.as_str().to_owned(), district_of(new).to_owned());
        let Some((campaign, line)) = self.campaigns.get(&asked) else {
            return Ok(Decision::Refused(RegisterRefusal::UnknownCampaign));
        };
        let about_bookings = |code: &NewCode| !code.message.booking_codes.is_empty();
        // Sent twice, or corrected.
        if !self.attempts.insert(new.attempt_key.0) || new.code.as_ref().is_some_and(about_bookings) {
            return Ok(Decision::Alone);
        }
        let id = leading(*line, self.numbers.next().ok_or_else(|| missing("a number"))?);
        made.registrations.push((id, *campaign, new));
        let persons = (0..).zip(&new.persons);
        made.persons
            .extend(persons.map(|(person_no, person)| (id, person_no, person)));
        if let Some(code) = &new.code {
            let message = self.messages.next().ok_or_else(|| missing("a number"))?;
            made.messages.push((leading(*line, message), &code.message, new.now));
        }
        Ok(Decision::Done(RegistrationId(id)))
    }
}

impl Made<'_> {
    async fn write(self, tx: &Tx) -> Result<(), Fault> {
        if self.registrations.is_empty() {
            return Ok(());
        }
        let births: Vec<String> = self
            .persons
            .iter()
            .map(|(.., person)| person.birth_date.to_string())
            .collect();
        let sexes: Vec<String> = self.persons.iter().map(|(.., person)| person.sex.into()).collect();
        let (registrations, persons) = (self.registrations(), self.persons(&births, &sexes));
        let messages = message_columns(&self.messages);
        // Sent in this order without waiting for the answers in between.
        let written = tokio::join!(biased;
            execute(tx, INSERT_REGISTRATIONS, &registrations),
            execute(tx, INSERT_PERSONS, &persons),
            execute(tx, INSERT_MESSAGES, &messages));
        expect_rows(written.0?, self.registrations.len(), "registrations")?;
        expect_rows(written.1?, self.persons.len(), "persons of registrations")?;
        expect_rows(written.2?, self.messages.len(), "messages of registrations")
    }

    fn registrations(&self) -> [Value<'_>; 11] {
        let of = || self.registrations.iter().map(|(.., new)| *new);
        let codes = || of().map(|new| new.code.as_ref());
        [
            self.registrations.iter().map(|(id, ..)| *id).collect(),
            self.registrations.iter().map(|(_, campaign, _)| *campaign).collect(),
            Value::Byteas(of().map(|new| Some(new.attempt_key.0.as_slice())).collect()),
            Value::Texts(of().map(|new| Some(contact_columns(&new.contact).0)).collect()),
            Value::Texts(of().map(|new| Some(contact_columns(&new.contact).1)).collect()),
            Value::Texts(of().map(|new| contact_columns(&new.contact).2).collect()),
            Value::Texts(of().map(|new| Some(new.language.as_str())).collect()),
            of().map(|new| ms(new.now)).collect(),
            Value::MaybeInts(of().map(|new| new.code.is_none().then(|| ms(new.now))).collect()),
            Value::Byteas(codes().map(|code| code.map(|code| code.hash.as_slice())).collect()),
            Value::MaybeInts(codes().map(|code| code.map(|code| ms(code.valid_until))).collect()),
        ]
    }

    fn persons<'v>(&'v self, births: &'v [String], sexes: &'v [String]) -> [Value<'v>; 10] {
        let of = || self.persons.iter().map(|(.., person)| *person);
        let plain = |texts: &'v [String]| Value::Texts(texts.iter().map(|text| Some(text.as_str())).collect());
        [
            self.persons.iter().map(|(id, ..)| *id).collect(),
            self.persons.iter().map(|(_, person_no, _)| *person_no).collect(),
            Value::Texts(of().map(|person| Some(person.given_name.as_str())).collect()),
            Value::Texts(of().map(|person| Some(person.family_name.as_str())).collect()),
            plain(births),
            plain(sexes),
            Value::Texts(of().map(|person| Some(person.postcode.as_str())).collect()),
            Value::Texts(of().map(|person| Some(person.district.as_str())).collect()),
            Value::Texts(of().map(|person| Some(person.group.as_str())).collect()),
            Value::Byteas(of().map(|person| Some(person.person_key.as_slice())).collect()),
        ]
    }
}
