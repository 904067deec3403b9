//! Persons, how they are reached, and what is written to them.

use dran_core::ids::{AttemptKey, DistrictId, GroupId, Language};
use dran_store::{Channel, ContactRecord, MessageKind, NewCode, NewMessage, PersonRecord};
use jiff::civil::date;
use rand::RngExt;
use rand::rngs::StdRng;

use crate::world::moment;

/// How long a verification code is valid.
const CODE_VALID_S: i64 = 1800;

/// Person number so-and-so; the same number is the same person, whoever types it.
pub fn person(number: u32) -> PersonRecord {
    PersonRecord {
        given_name: if number.is_multiple_of(31) { "" } else { "Änne" }.into(),
        family_name: format!("von der Höh-O'Brien {number}"),
        birth_date: date(
            1920 + (number % 60) as i16,
            1 + (number % 12) as i8,
            1 + (number % 28) as i8,
        ),
        sex: ['f', 'm', 'd', 'x'][number as usize % 4],
        postcode: format!("{:05}", 34_000 + number % 1000),
        district: DistrictId::new(if number.is_multiple_of(2) { "06611" } else { "06531" }),
        group: GroupId::new(if number.is_multiple_of(5) { "care" } else { "80-plus" }),
        person_key: scattered(number.into(), 1),
    }
}

/// A number, an address, or a letter.
pub fn contact(number: u32, rng: &mut StdRng) -> ContactRecord {
    match rng.random_range(0..10) {
        0 => ContactRecord::Letter {
            street: format!("Königstraße {number}"),
            town: "Kassel".into(),
        },
        1..=3 => ContactRecord::Email(format!("ännchen.{number}@example.org")),
        _ => ContactRecord::Sms(format!("+49170{number:07}")),
    }
}

/// A message to a contact.
pub fn message(kind: MessageKind, to: &ContactRecord, codes: &[String], text: &str) -> NewMessage {
    let (channel, recipient) = match to {
        ContactRecord::Sms(number) => (Channel::Sms, number.clone()),
        ContactRecord::Email(address) => (Channel::Email, address.clone()),
        ContactRecord::Letter { street, town } => (Channel::Letter, format!("{street}\n{town}")),
    };
    let mail = channel == Channel::Email;
    NewMessage {
        channel,
        kind,
        booking_codes: codes.to_vec(),
        recipient,
        language: Language::new("de"),
        subject: if mail { "Ihre Impfung" } else { "" }.into(),
        body: format!("{kind:?}: {text}"),
        calendar: (mail && kind == MessageKind::Confirmation).then(|| format!("BEGIN:VCALENDAR {text}")),
    }
}

/// The right verification code of a ticket, hashed.
pub fn code_hash(ticket: u64) -> [u8; 32] {
    scattered(ticket, 4)
}

/// A code that is sent now; none to who is reached by letter.
pub fn new_code(ticket: u64, to: &ContactRecord, at: i64) -> Option<NewCode> {
    if matches!(to, ContactRecord::Letter { .. }) {
        return None;
    }
    Some(NewCode {
        hash: code_hash(ticket),
        valid_until: moment(at + CODE_VALID_S * 1_000_000),
        message: message(MessageKind::Code, to, &[], &format!("Code von {ticket} um {at}")),
    })
}

/// The booking code that comes of a number.
pub fn booking_code(number: u64) -> String {
    let bytes = scattered(number, 2);
    bytes[..6].iter().map(|byte| format!("{byte:02X}")).collect()
}

/// The attempt key that comes of a number.
pub fn attempt_key(number: u64) -> AttemptKey {
    let mut key = [0; 16];
    key.copy_from_slice(&scattered(number, 3)[..16]);
    AttemptKey(key)
}

/// Bytes that come in no order, as hashes and random codes do.
pub fn scattered(number: u64, salt: u64) -> [u8; 32] {
    let mut state = number << 8 | salt;
    let mut bytes = [0; 32];
    for chunk in bytes.chunks_mut(8) {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        chunk.copy_from_slice(&(mixed ^ (mixed >> 31)).to_be_bytes());
    }
    bytes
}
