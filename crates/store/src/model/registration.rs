//! Persons, contacts and registrations.

use dran_core::ids::{AttemptKey, CampaignId, DistrictId, GroupId, Language, RegistrationId};
use jiff::Timestamp;
use jiff::civil::Date;

use super::messages::NewMessage;

/// A person as the store keeps it (`Person`). Parsed and normalised by `core` before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRecord {
    /// Given names; may be empty for people with one name.
    pub given_name: String,
    /// Family name; may be empty for people with one name.
    pub family_name: String,
    /// Date of birth.
    pub birth_date: Date,
    /// `f`, `m`, `d` or `x` (not told).
    pub sex: char,
    /// Postcode of residence.
    pub postcode: String,
    /// District of residence.
    pub district: DistrictId,
    /// The priority group claimed.
    pub group: GroupId,
    /// Keyed hash of what makes a person the same person; unique among booked series.
    pub person_key: [u8; 32],
}

/// How a registration is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContactRecord {
    /// A mobile number in E.164 form.
    Sms(String),
    /// An e-mail address.
    Email(String),
    /// Neither: a letter to this street and town; postcode is the first person's.
    Letter {
        /// Street and number.
        street: String,
        /// Town.
        town: String,
    },
}

/// A registration to be stored.
#[derive(Clone, Debug)]
pub struct NewRegistration {
    /// Sent twice, done once.
    pub attempt_key: AttemptKey,
    /// The campaign it is for.
    pub campaign: CampaignId,
    /// One or two persons.
    pub persons: Vec<PersonRecord>,
    /// How to reach them.
    pub contact: ContactRecord,
    /// The language of messages.
    pub language: Language,
    /// The hashed verification code and its message; none for letters, which are verified at once.
    pub code: Option<NewCode>,
    /// Now.
    pub now: Timestamp,
}

/// A verification code on its way.
#[derive(Clone, Debug)]
pub struct NewCode {
    /// Keyed hash of the code.
    pub hash: [u8; 32],
    /// Until when it is valid.
    pub valid_until: Timestamp,
    /// The message that carries it.
    pub message: NewMessage,
}

/// A registration (`Registrierung`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Its identity.
    pub id: RegistrationId,
    /// The campaign it is for.
    pub campaign: CampaignId,
    /// One or two persons.
    pub persons: Vec<PersonRecord>,
    /// How to reach them.
    pub contact: ContactRecord,
    /// The language of messages.
    pub language: Language,
    /// When the contact was verified.
    pub verified_at: Option<Timestamp>,
    /// Wrong tries at the current code.
    pub code_tries: u32,
    /// Codes sent so far.
    pub codes_sent: u32,
}

/// Why a registration was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegisterRefusal {
    /// There is no such campaign.
    UnknownCampaign,
}

/// A code typed in.
#[derive(Clone, Copy, Debug)]
pub struct Verify {
    /// The registration.
    pub registration: RegistrationId,
    /// Keyed hash of what was typed.
    pub code_hash: [u8; 32],
    /// How many wrong tries a code survives.
    pub tries_max: u32,
    /// Now.
    pub now: Timestamp,
}

/// Why a code was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyRefusal {
    /// There is no such registration.
    UnknownRegistration,
    /// Wrong; so many tries are left (0: ask for a new code).
    Wrong {
        /// Tries left with this code.
        tries_left: u32,
    },
    /// Its time is over; ask for a new one.
    Expired,
}

/// A new code is asked for, to the same contact or a corrected one.
#[derive(Clone, Debug)]
pub struct ResendCode {
    /// The registration.
    pub registration: RegistrationId,
    /// The contact, if it was mistyped before.
    pub contact: Option<ContactRecord>,
    /// The new code; none if the contact is now a letter.
    pub code: Option<NewCode>,
    /// How many codes one registration may be sent.
    pub sends_max: u32,
    /// Now.
    pub now: Timestamp,
}

/// Why no new code was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResendRefusal {
    /// There is no such registration.
    UnknownRegistration,
    /// It is verified already.
    AlreadyVerified,
    /// As many codes as allowed were sent.
    TooMany,
}
