//! Registration and verification: who wants to be vaccinated, whether they may, and that they can be reached.

use dran_core::codes::VerificationCode;
use dran_core::contact::Contact;
use dran_core::ids::{AttemptKey, CampaignId, CentreId, DistrictId, GroupId, Language, RegistrationId};
use dran_core::person::{BirthDate, PersonName, Sex, person_key_material};
use dran_core::region::{NotEntitled, Postcode};
use dran_store::{
    ContactRecord, Failure, Fault, NewCode, NewRegistration, PersonRecord, RegisterRefusal, Registration, ResendCode,
    ResendRefusal, Verify, VerifyRefusal,
};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::Service;
use crate::entitlement::{Claim, Unentitled};

/// A person who wants to be vaccinated, parsed.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Name.
    pub name: PersonName,
    /// Date of birth.
    pub birth_date: BirthDate,
    /// Sex, for the vaccination report.
    pub sex: Sex,
    /// Postcode of residence.
    pub postcode: Postcode,
    /// District of residence.
    pub district: DistrictId,
    /// The priority group claimed.
    pub group: GroupId,
}

/// One or two persons with the contact they share.
#[derive(Clone, Debug)]
pub struct NewPersons {
    /// The campaign they register for.
    pub campaign: CampaignId,
    /// One or two.
    pub persons: Vec<NewPerson>,
    /// How to reach them.
    pub contact: Contact,
    /// The language of messages.
    pub language: Language,
    /// Sent twice, done once.
    pub attempt_key: AttemptKey,
}

/// Why a registration was not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegisterError {
    /// There is no such campaign.
    UnknownCampaign,
    /// The campaign is not open to that group.
    GroupNotServed {
        /// Index of the person.
        person: usize,
    },
    /// The person is not entitled.
    NotEntitled {
        /// Index of the person.
        person: usize,
        /// By which rule.
        why: NotEntitled,
    },
    /// Both persons of the couple are the same one.
    SamePerson,
    /// The store failed.
    Fault(Fault),
}

/// Why no new code was sent.
pub type ResendError = Failure<ResendRefusal>;
/// Why a code was not accepted.
pub type VerifyError = Failure<VerifyRefusal>;

impl Service {
    /// Stores one or two persons with their contact and sends the verification code.
    ///
    /// # Errors
    /// When somebody is not entitled, or the store failed.
    pub async fn register(&self, new: NewPersons) -> Result<RegistrationId, RegisterError> {
        self.register_with(new, true).await
    }

    /// Stores one or two persons whom an agent has on the line: their contact counts as verified, and no code is
    /// sent. Sent twice with the same attempt key, done once.
    ///
    /// # Errors
    /// As [`Service::register`].
    pub async fn register_by_agent(&self, new: NewPersons) -> Result<RegistrationId, RegisterError> {
        self.register_with(new, false).await
    }

    async fn register_with(&self, new: NewPersons, send_code: bool) -> Result<RegistrationId, RegisterError> {
        let campaign = self.campaign(&new.campaign).ok_or(RegisterError::UnknownCampaign)?;
        let mut persons: Vec<PersonRecord> = Vec::with_capacity(new.persons.len());
        for (index, person) in new.persons.iter().enumerate() {
            let record = self.record(person);
            self.entitlement(&campaign.campaign, &Claim::from(&record))
                .map_err(|why| match why {
                    Unentitled::GroupNotServed => RegisterError::GroupNotServed { person: index },
                    Unentitled::Rule(why) => RegisterError::NotEntitled { person: index, why },
                })?;
            persons.push(record);
        }
        if let [first, second] = &persons[..]
            && first.person_key == second.person_key
        {
            return Err(RegisterError::SamePerson);
        }
        let contact = contact_record(&new.contact);
        let now = self.clock().now();
        let registration = NewRegistration {
            attempt_key: new.attempt_key,
            campaign: new.campaign,
            persons,
            code: send_code.then(|| self.new_code(&contact, &new.language, now)).flatten(),
            contact,
            language: new.language,
            now,
        };
        self.store()
            .register(registration)
            .await
            .map_err(|failure| match failure {
                Failure::Refused(RegisterRefusal::UnknownCampaign) => RegisterError::UnknownCampaign,
                Failure::Fault(fault) => RegisterError::Fault(fault),
            })
    }

    /// The last day on which anything can be booked in these centres: who becomes entitled by then
    /// may register now. Today if nothing is free.
    pub(crate) fn horizon(&self, centres: &[CentreId]) -> Date {
        let last = self.supply().last_first(centres);
        let day = last.map(|last| last.to_zoned(self.region().time_zone.clone()).date());
        day.map_or_else(|| self.today(), |day| day.max(self.today()))
    }

    /// Today, as the region's calendar has it.
    pub fn today(&self) -> Date {
        self.clock().now().to_zoned(self.region().time_zone.clone()).date()
    }

    fn record(&self, person: &NewPerson) -> PersonRecord {
        let material = person_key_material(&person.name, person.birth_date.date(), person.postcode);
        PersonRecord {
            given_name: person.name.given().to_owned(),
            family_name: person.name.family().to_owned(),
            birth_date: person.birth_date.date(),
            sex: person.sex.code(),
            postcode: person.postcode.as_str().to_owned(),
            district: person.district.clone(),
            group: person.group.clone(),
            person_key: self.hash_key().hash("person", &[&material]),
        }
    }

    pub(crate) fn new_code(&self, contact: &ContactRecord, language: &Language, now: Timestamp) -> Option<NewCode> {
        let code = VerificationCode::from_random(&self.entropy().bytes());
        let valid_until = now + self.limits().code_duration();
        let message = self.code_message(contact, language, code.as_str(), valid_until)?;
        Some(NewCode {
            hash: self.code_hash(contact, &code),
            valid_until,
            message,
        })
    }

    /// The hash of a code; it depends on the contact, so that a code sent to a mistyped number proves
    /// nothing about the right one.
    pub(crate) fn code_hash(&self, contact: &ContactRecord, code: &VerificationCode) -> [u8; 32] {
        let contact = match contact {
            ContactRecord::Sms(number) => number,
            ContactRecord::Email(address) => address,
            ContactRecord::Letter { .. } => "",
        };
        self.hash_key()
            .hash("verification-code", &[contact.as_bytes(), code.as_str().as_bytes()])
    }

    /// A registration with its persons.
    ///
    /// # Errors
    /// The store's fault.
    pub async fn registration(&self, id: RegistrationId) -> Result<Option<Registration>, Fault> {
        self.store().registration(id).await
    }

    /// Compares a verification code.
    ///
    /// # Errors
    /// When it is wrong, too old or tried too often.
    pub async fn verify(&self, id: RegistrationId, code: &VerificationCode) -> Result<(), VerifyError> {
        let registration = self.store().registration(id).await?;
        let registration = registration.ok_or(Failure::Refused(VerifyRefusal::UnknownRegistration))?;
        let verify = Verify {
            registration: id,
            code_hash: self.code_hash(&registration.contact, code),
            tries_max: self.limits().code_tries_max,
            now: self.clock().now(),
        };
        self.store().verify(verify).await
    }

    /// Sends a new code, to the same contact or a corrected one.
    ///
    /// # Errors
    /// When the registration is verified already or was sent as many codes as allowed.
    pub async fn resend_code(&self, id: RegistrationId, corrected: Option<&Contact>) -> Result<(), ResendError> {
        let registration = self.store().registration(id).await?;
        let registration = registration.ok_or(Failure::Refused(ResendRefusal::UnknownRegistration))?;
        let corrected = corrected.map(contact_record);
        let now = self.clock().now();
        let contact = corrected.as_ref().unwrap_or(&registration.contact);
        let resend = ResendCode {
            registration: id,
            code: self.new_code(contact, &registration.language, now),
            contact: corrected,
            sends_max: self.limits().code_sends_max,
            now,
        };
        self.store().resend_code(resend).await
    }
}

pub(crate) fn contact_record(contact: &Contact) -> ContactRecord {
    match contact {
        Contact::Sms(mobile) => ContactRecord::Sms(mobile.as_str().to_owned()),
        Contact::Email(email) => ContactRecord::Email(email.as_str().to_owned()),
        Contact::Letter(address) => ContactRecord::Letter {
            street: address.street().to_owned(),
            town: address.town().to_owned(),
        },
    }
}
