//! Signed strings that pages and calls carry besides tickets and permits.

use dran_core::codes::BookingCode;
use dran_core::ids::RegistrationId;
use dran_core::token::{KeyRing, Purpose, TOKEN_BYTES_MAX};
use jiff::{SignedDuration, Timestamp};

/// How long a visitor may manage a booking after showing code and date of birth. Every page of it
/// renews the time.
pub const MANAGE_DURATION: SignedDuration = SignedDuration::from_mins(60);

/// Names a registration so that nobody can count through them.
pub fn seal_registration(id: RegistrationId, keys: &KeyRing) -> String {
    keys.seal(Purpose::Registration, &id.0.to_be_bytes())
}

/// The registration of a signed string; none if it is not one of ours.
pub fn open_registration(text: &str, keys: &KeyRing) -> Option<RegistrationId> {
    let mut buffer = [0; TOKEN_BYTES_MAX];
    let payload = keys.open(Purpose::Registration, text, &mut buffer).ok()?;
    Some(RegistrationId(i64::from_be_bytes(payload.try_into().ok()?)))
}

const CODE_CHARS: usize = 12;

/// The right to manage one booking until `until`.
pub fn seal_manage(code: &BookingCode, until: Timestamp, keys: &KeyRing) -> String {
    let mut payload = [0; CODE_CHARS + 8];
    payload[..CODE_CHARS].copy_from_slice(&code.as_str().as_bytes()[..CODE_CHARS]);
    payload[CODE_CHARS..].copy_from_slice(&until.as_second().to_be_bytes());
    keys.seal(Purpose::Manage, &payload)
}

/// The booking code of a manage token that is still good.
pub fn open_manage(text: &str, now: Timestamp, keys: &KeyRing) -> Option<BookingCode> {
    let mut buffer = [0; TOKEN_BYTES_MAX];
    let payload = keys.open(Purpose::Manage, text, &mut buffer).ok()?;
    let (code, until) = payload.split_at_checked(CODE_CHARS)?;
    let until = i64::from_be_bytes(until.try_into().ok()?);
    if now.as_second() > until {
        return None;
    }
    BookingCode::parse(std::str::from_utf8(code).ok()?).ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod tests {
    use super::*;

    #[test]
    fn a_manage_token_ends_and_is_no_registration() {
        let keys = KeyRing::new(vec![(1, [7; 32])]).unwrap();
        let code = BookingCode::from_random(&[9; 16]);
        let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1);
        let token = seal_manage(&code, now + MANAGE_DURATION, &keys);
        assert_eq!(open_manage(&token, now, &keys), Some(code));
        assert_eq!(
            open_manage(&token, now + MANAGE_DURATION + SignedDuration::from_secs(1), &keys),
            None
        );
        assert_eq!(open_registration(&token, &keys), None);
        let registration = seal_registration(RegistrationId(42), &keys);
        assert_eq!(open_registration(&registration, &keys), Some(RegistrationId(42)));
        assert_eq!(open_manage(&registration, now, &keys), None);
    }
}
