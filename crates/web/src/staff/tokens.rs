//! Signed strings of the staff side: a login between password and code, a login that is at the identity provider, a
//! browser that is known, an app on its way.

use dran_core::ids::StaffId;
use dran_core::staff::totp::Nonce;
use dran_core::token::{KeyRing, Purpose, TOKEN_BYTES_MAX};
use dran_service::staff::{FlowId, PasswordShown};
use jiff::{SignedDuration, Timestamp};

/// How long the code may take after the password: who has to look for the telephone finds it.
pub const LOGIN_LIFE: SignedDuration = SignedDuration::from_mins(5);
/// How long an app may take to be set up.
pub const ENROLMENT_LIFE: SignedDuration = SignedDuration::from_mins(30);

/// A login whose password was right, for five minutes.
pub fn seal_login(shown: &PasswordShown, now: Timestamp, keys: &KeyRing) -> String {
    let mut payload = [0; 24];
    payload[..8].copy_from_slice(&shown.account.0.to_be_bytes());
    payload[8..16].copy_from_slice(&shown.password_set_at.as_millisecond().to_be_bytes());
    payload[16..].copy_from_slice(&(now + LOGIN_LIFE).as_second().to_be_bytes());
    keys.seal(Purpose::Login, &payload)
}

/// The login of a signed string that is still good.
pub fn open_login(text: &str, now: Timestamp, keys: &KeyRing) -> Option<PasswordShown> {
    let mut buffer = [0; TOKEN_BYTES_MAX];
    let payload: &[u8; 24] = keys.open(Purpose::Login, text, &mut buffer).ok()?.try_into().ok()?;
    let [account, set_at, until] = numbers(payload)?;
    (now.as_second() < until).then_some(PasswordShown {
        account: StaffId(account),
        password_set_at: Timestamp::from_millisecond(set_at).ok()?,
        has_app: true,
    })
}

/// A login that begins at the identity provider.
pub fn seal_flow(id: &FlowId, now: Timestamp, keys: &KeyRing) -> String {
    let mut payload = [0; 24];
    payload[..16].copy_from_slice(id);
    payload[16..].copy_from_slice(&now.as_second().to_be_bytes());
    keys.seal(Purpose::Provider, &payload)
}

/// That login, and when it began. How long it is good is for the provider's door to say.
pub fn open_flow(text: &str, keys: &KeyRing) -> Option<(FlowId, Timestamp)> {
    let mut buffer = [0; TOKEN_BYTES_MAX];
    let payload = keys.open(Purpose::Provider, text, &mut buffer).ok()?;
    let (id, began_at) = payload.split_first_chunk()?;
    let began_at = i64::from_be_bytes(began_at.try_into().ok()?);
    Some((*id, Timestamp::from_second(began_at).ok()?))
}

/// A browser's mark for an account.
pub fn seal_browser(account: StaffId, mark: &[u8; 16], keys: &KeyRing) -> String {
    keys.seal(Purpose::Browser, &with_account(account, mark))
}

/// The mark of a signed string.
pub fn open_browser(text: &str, keys: &KeyRing) -> Option<(StaffId, [u8; 16])> {
    let mut buffer = [0; TOKEN_BYTES_MAX];
    let payload = keys.open(Purpose::Browser, text, &mut buffer).ok()?;
    let (account, mark) = payload.split_first_chunk()?;
    Some((StaffId(i64::from_be_bytes(*account)), mark.try_into().ok()?))
}

/// An app on its way to an account.
pub fn seal_enrolment(account: StaffId, nonce: &Nonce, now: Timestamp, keys: &KeyRing) -> String {
    let mut payload = [0; 32];
    payload[..24].copy_from_slice(&with_account(account, nonce));
    payload[24..].copy_from_slice(&(now + ENROLMENT_LIFE).as_second().to_be_bytes());
    keys.seal(Purpose::Enrolment, &payload)
}

/// The nonce of an app on its way to this account, if it is still good.
pub fn open_enrolment(text: &str, account: StaffId, now: Timestamp, keys: &KeyRing) -> Option<Nonce> {
    let mut buffer = [0; TOKEN_BYTES_MAX];
    let payload = keys.open(Purpose::Enrolment, text, &mut buffer).ok()?;
    let (whose, rest) = payload.split_first_chunk()?;
    let (nonce, until) = rest.split_first_chunk()?;
    let until = i64::from_be_bytes(until.try_into().ok()?);
    (i64::from_be_bytes(*whose) == account.0 && now.as_second() < until).then_some(*nonce)
}

fn with_account(account: StaffId, nonce: &[u8; 16]) -> [u8; 24] {
    let mut payload = [0; 24];
    payload[..8].copy_from_slice(&account.0.to_be_bytes());
    payload[8..].copy_from_slice(nonce);
    payload
}

fn numbers(payload: &[u8; 24]) -> Option<[i64; 3]> {
    let (chunks, _) = payload.as_chunks::<8>();
    chunks
        .iter()
        .map(|chunk| i64::from_be_bytes(*chunk))
        .collect::<Vec<_>>()
        .try_into()
        .ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use super::*;

    #[test]
    fn each_string_is_good_for_its_purpose_its_account_and_its_time() {
        let keys = KeyRing::new(vec![(1, [7; 32])]).unwrap();
        let now = Timestamp::from_second(1_000_000).unwrap();
        let shown = PasswordShown {
            account: StaffId(7),
            password_set_at: now,
            has_app: true,
        };
        let login = seal_login(&shown, now, &keys);
        assert_eq!(open_login(&login, now, &keys), Some(shown));
        assert_eq!(open_login(&login, now + LOGIN_LIFE, &keys), None);
        let browser = seal_browser(StaffId(7), &[3; 16], &keys);
        assert_eq!(open_browser(&browser, &keys), Some((StaffId(7), [3; 16])));
        let enrolment = seal_enrolment(StaffId(7), &[4; 16], now, &keys);
        assert_eq!(open_enrolment(&enrolment, StaffId(7), now, &keys), Some([4; 16]));
        assert_eq!(open_enrolment(&enrolment, StaffId(8), now, &keys), None);
        assert_eq!(
            open_enrolment(&enrolment, StaffId(7), now + ENROLMENT_LIFE, &keys),
            None
        );
        let flow = seal_flow(&[5; 16], now, &keys);
        assert_eq!(open_flow(&flow, &keys), Some(([5; 16], now)));
        assert_eq!(open_flow(&login, &keys), None);
        assert_eq!(open_login(&flow, now, &keys), None);
        assert_eq!(open_login(&browser, now, &keys), None);
        assert_eq!(open_browser(&enrolment, &keys), None);
        assert_eq!(open_enrolment(&login, StaffId(7), now, &keys), None);
    }
}
