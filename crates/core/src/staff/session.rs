//! How long a session lasts (NIST SP 800-63B § 2.2.3, AAL2; OWASP ASVS 5.0 § 7.3).

use jiff::{SignedDuration, Timestamp};

/// A session that nobody uses ends after this: longer than the longest call, shorter than a lunch break.
pub const IDLE_TIMEOUT: SignedDuration = SignedDuration::from_mins(30);
/// However busy it is, a session ends after this: one shift and its overtime.
pub const ABSOLUTE_TIMEOUT: SignedDuration = SignedDuration::from_hours(12);
/// For so long a login counts as just shown: who has come from the identity provider, which asked for it, has no
/// password here to show once more.
pub const FRESH: SignedDuration = SignedDuration::from_mins(10);
/// How exactly the last use is kept: one write a minute, and not one for each page.
pub const TOUCH_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// Whether a session that began and was last used then is over now.
pub fn is_over(began: Timestamp, used: Timestamp, now: Timestamp) -> bool {
    now.duration_since(began) >= ABSOLUTE_TIMEOUT || now.duration_since(used) >= IDLE_TIMEOUT
}

/// Whether a session that began then has begun just now.
pub fn is_fresh(began: Timestamp, now: Timestamp) -> bool {
    now.duration_since(began) < FRESH
}

/// Whether the last use has to be written down anew.
pub fn needs_touch(used: Timestamp, now: Timestamp) -> bool {
    now.duration_since(used) >= TOUCH_EVERY
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(minute: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
    }

    #[test]
    fn an_unused_session_ends_and_a_used_one_ends_with_the_shift() {
        assert!(!is_over(minute(0), minute(0), minute(29)));
        assert!(is_over(minute(0), minute(0), minute(30)));
        assert!(!is_over(minute(0), minute(700), minute(719)));
        assert!(is_over(minute(0), minute(719), minute(720)));
    }

    #[test]
    fn a_login_is_fresh_for_ten_minutes() {
        assert!(is_fresh(minute(0), minute(10) - SignedDuration::from_secs(1)));
        assert!(!is_fresh(minute(0), minute(10)));
    }

    #[test]
    fn use_is_noted_once_a_minute() {
        assert!(!needs_touch(minute(5), minute(5) + SignedDuration::from_secs(59)));
        assert!(needs_touch(minute(5), minute(6)));
    }
}
