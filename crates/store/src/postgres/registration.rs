//! Registrations: who wants an appointment, and whether they can be reached.

use dran_core::ids::{CampaignId, DistrictId, GroupId, Language, LineNo, RegistrationId};
use tokio_postgres::Row;

use super::messages;
use super::rows::{contact, contact_columns, day, id, leading, line_of, maybe_at, ms, sex};
use super::session::Tx;
use super::sql::{all, execute, expect_rows, get as column, insert, maybe, optional, params};
use crate::{
    ContactRecord, Failure, Fault, NewRegistration, PersonRecord, RegisterRefusal, Registration, ResendCode,
    ResendRefusal, Verify, VerifyRefusal,
};

/// See [`crate::Store::register`]. The same key with other contents is another registration: a visitor
/// who goes back and corrects a name sends the same form again.
pub(super) async fn register(tx: &Tx, new: &NewRegistration) -> Result<RegistrationId, Failure<RegisterRefusal>> {
    let campaign = optional(
        tx,
        "SELECT no, (SELECT min(line_no) FROM line_district JOIN line USING (line_no)
                     WHERE district = $2 AND line.campaign = campaign.no)
         FROM campaign WHERE id = $1",
        params![new.campaign.as_str(), district_of(new)],
        |row| Ok((column::<i64>(row, 0)?, LineNo(maybe(row, 1)?.unwrap_or_default()))),
    )
    .await?;
    let Some((campaign, line)) = campaign else {
        return Err(Failure::Refused(RegisterRefusal::UnknownCampaign));
    };
    if let Some(id) = attempted(tx, new).await? {
        return Ok(id);
    }
    let (contact_kind, contact_address, contact_town) = contact_columns(&new.contact);
    let code = new.code.as_ref();
    let verified_at = if code.is_none() { Some(ms(new.now)) } else { None };
    let id = insert(
        tx,
        "INSERT INTO registration
         (campaign, attempt_key, contact_kind, contact_address, contact_town, language, created_at, verified_at,
          code_hash, code_valid_until, codes_sent, id)
         OVERRIDING SYSTEM VALUE
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, CASE WHEN $9::bytea IS NULL THEN 0 ELSE 1 END,
                 $11::bigint | nextval('registration_id_seq'))
         RETURNING id",
        params![
            campaign,
            new.attempt_key.0,
            contact_kind,
            contact_address,
            contact_town,
            new.language.as_str(),
            ms(new.now),
            verified_at,
            code.map(|code| code.hash),
            code.map(|code| ms(code.valid_until)),
            leading(line, 0),
        ],
    )
    .await?;
    for (person_no, person) in new.persons.iter().enumerate() {
        insert_person(tx, id, person_no, person).await?;
    }
    if let Some(code) = code {
        messages::put(tx, line_of(id), std::slice::from_ref(&code.message), new.now).await?;
    }
    Ok(RegistrationId(id))
}

/// The district of the first person, with whose line the number of the registration leads.
pub(super) fn district_of(new: &NewRegistration) -> &str {
    new.persons.first().map_or("", |person| person.district.as_str())
}

/// The registration that the same attempt made before.
async fn attempted(tx: &Tx, new: &NewRegistration) -> Result<Option<RegistrationId>, Fault> {
    let sql = "SELECT id FROM registration WHERE attempt_key = $1 ORDER BY id";
    for id in all(tx, sql, params![new.attempt_key.0], |row| {
        column(row, 0).map(RegistrationId)
    })
    .await?
    {
        let same = get(tx, id).await?.is_some_and(|made| {
            made.campaign == new.campaign
                && made.persons == new.persons
                && made.contact == new.contact
                && made.language == new.language
        });
        if same {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

async fn insert_person(tx: &Tx, registration: i64, person_no: usize, person: &PersonRecord) -> Result<usize, Fault> {
    let mut sex = [0; 4];
    execute(
        tx,
        "INSERT INTO registration_person
         (registration, person_no, given_name, family_name, birth_date, sex, postcode, district, group_id, person_key)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            registration,
            person_no as i64,
            &person.given_name,
            &person.family_name,
            person.birth_date.to_string(),
            &*person.sex.encode_utf8(&mut sex),
            &person.postcode,
            person.district.as_str(),
            person.group.as_str(),
            person.person_key,
        ],
    )
    .await
}

/// See [`crate::Store::registration`].
pub(super) async fn get(tx: &Tx, id: RegistrationId) -> Result<Option<Registration>, Fault> {
    let Some(mut registration) = optional(
        tx,
        "SELECT campaign.id, contact_kind, contact_address, contact_town, language, verified_at, code_tries, codes_sent
         FROM registration JOIN campaign ON campaign.no = registration.campaign WHERE registration.id = $1",
        params![id.0],
        |row| {
            Ok(Registration {
                id,
                campaign: super::rows::id(row, 0, CampaignId::new)?,
                persons: Vec::new(),
                contact: contact(row, 1)?,
                language: super::rows::id(row, 4, Language::new)?,
                verified_at: maybe_at(row, 5)?,
                code_tries: column(row, 6)?,
                codes_sent: column(row, 7)?,
            })
        },
    )
    .await?
    else {
        return Ok(None);
    };
    registration.persons = all(
        tx,
        "SELECT given_name, family_name, birth_date, sex, postcode, district, group_id, person_key
         FROM registration_person WHERE registration = $1 ORDER BY person_no",
        params![id.0],
        |row| read_person(row, 0),
    )
    .await?;
    Ok(Some(registration))
}

/// The person in eight neighbouring columns.
pub(super) fn read_person(row: &Row, first: usize) -> Result<PersonRecord, Fault> {
    Ok(PersonRecord {
        given_name: column(row, first)?,
        family_name: column(row, first + 1)?,
        birth_date: day(row, first + 2)?,
        sex: sex(row, first + 3)?,
        postcode: column(row, first + 4)?,
        district: id(row, first + 5, DistrictId::new)?,
        group: id(row, first + 6, GroupId::new)?,
        person_key: column(row, first + 7)?,
    })
}

/// See [`crate::Store::verify`]. The refusal is inside the `Ok`: a wrong try is a fact that is kept.
pub(super) async fn verify(tx: &Tx, verify: &Verify) -> Result<Result<(), VerifyRefusal>, Fault> {
    let found = optional(
        tx,
        "SELECT verified_at IS NOT NULL, code_hash = $2, code_valid_until, code_tries FROM registration WHERE id = $1",
        params![verify.registration.0, verify.code_hash],
        |row| {
            Ok((
                column::<bool>(row, 0)?,
                maybe::<bool>(row, 1)?,
                maybe::<i64>(row, 2)?,
                column::<u32>(row, 3)?,
            ))
        },
    )
    .await?;
    let Some((verified, right, valid_until, tries)) = found else {
        return Ok(Err(VerifyRefusal::UnknownRegistration));
    };
    if verified {
        return Ok(Ok(()));
    }
    if valid_until.is_none_or(|until| until < ms(verify.now)) {
        return Ok(Err(VerifyRefusal::Expired));
    }
    if tries >= verify.tries_max {
        return Ok(Err(VerifyRefusal::Wrong { tries_left: 0 }));
    }
    if right == Some(true) {
        let touched = execute(
            tx,
            "UPDATE registration SET verified_at = $2 WHERE id = $1 AND verified_at IS NULL",
            params![verify.registration.0, ms(verify.now)],
        )
        .await?;
        expect_rows(touched, 1, "a registration that is verified")?;
        return Ok(Ok(()));
    }
    let touched = execute(
        tx,
        "UPDATE registration SET code_tries = code_tries + 1 WHERE id = $1 AND code_tries = $2",
        params![verify.registration.0, tries],
    )
    .await?;
    expect_rows(touched, 1, "a registration whose tries are counted")?;
    Ok(Err(VerifyRefusal::Wrong {
        tries_left: verify.tries_max - tries - 1,
    }))
}

/// See [`crate::Store::resend_code`].
pub(super) async fn resend(tx: &Tx, resend: &ResendCode) -> Result<(), Failure<ResendRefusal>> {
    let Some(registration) = get(tx, resend.registration).await? else {
        return Err(Failure::Refused(ResendRefusal::UnknownRegistration));
    };
    if registration.verified_at.is_some() {
        return Err(Failure::Refused(ResendRefusal::AlreadyVerified));
    }
    let contact = resend.contact.as_ref().unwrap_or(&registration.contact);
    match (&resend.code, contact) {
        (Some(code), _) => {
            let touched = execute(
                tx,
                "UPDATE registration
                 SET code_hash = $2, code_valid_until = $3, code_tries = 0, codes_sent = codes_sent + 1
                 WHERE id = $1 AND verified_at IS NULL AND codes_sent < $4",
                params![resend.registration.0, code.hash, ms(code.valid_until), resend.sends_max],
            )
            .await?;
            if touched != 1 {
                return Err(Failure::Refused(ResendRefusal::TooMany));
            }
            messages::put(
                tx,
                line_of(resend.registration.0),
                std::slice::from_ref(&code.message),
                resend.now,
            )
            .await?;
        }
        (None, ContactRecord::Letter { .. }) => {
            let touched = execute(
                tx,
                "UPDATE registration SET verified_at = $2 WHERE id = $1 AND verified_at IS NULL",
                params![resend.registration.0, ms(resend.now)],
            )
            .await?;
            expect_rows(touched, 1, "a registration that is reached by letter")?;
        }
        (None, _) => return Err(Fault::Failed("a contact other than a letter needs a code".into()).into()),
    }
    let (contact_kind, contact_address, contact_town) = contact_columns(contact);
    let touched = execute(
        tx,
        "UPDATE registration SET contact_kind = $2, contact_address = $3, contact_town = $4 WHERE id = $1",
        params![resend.registration.0, contact_kind, contact_address, contact_town],
    )
    .await?;
    Ok(expect_rows(touched, 1, "a registration whose contact is kept")?)
}
