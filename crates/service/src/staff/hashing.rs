//! Hashing passwords: bounded in memory and time, away from what answers requests.

use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, Version};
use dran_core::staff::password::Password;
use dran_core::token::HashKey;
use dran_store::StoredPassword;
use tokio::sync::Semaphore;

/// What a hash costs: 19 MiB and two passes on one lane, the first choice of OWASP for argon2id. Some 25 ms on a
/// core of 2021.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// Hashes worked out at the same time: 38 MiB, and never more than two cores.
const AT_ONCE: usize = 2;
/// Logins that wait for their turn: a call centre of 500 at eight in the morning. Whoever comes then waits no longer
/// than half a minute; one more is told to come again.
const WAITING_MAX: usize = 1_000;

/// The machine has more logins to do than it works through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Busy;

/// Hashes and compares passwords.
pub(super) struct Hashing {
    key: HashKey,
    /// Seats of those who wait and of those whose turn it is.
    seats: Semaphore,
    turns: Semaphore,
}

impl Hashing {
    pub(super) fn new(key: HashKey) -> Self {
        Self {
            key,
            seats: Semaphore::new(WAITING_MAX + AT_ONCE),
            turns: Semaphore::new(AT_ONCE),
        }
    }

    /// Hashes a new password.
    pub(super) async fn hash(self: &Arc<Self>, password: Password, salt: [u8; 16]) -> Result<StoredPassword, Busy> {
        let cost = (MEMORY_KIB, PASSES);
        let hash = self.work(password, salt, cost).await?;
        Ok(StoredPassword {
            memory_kib: cost.0,
            passes: cost.1,
            salt,
            hash,
        })
    }

    /// Whether this is the password. Without one to compare with it takes as long, and is none.
    pub(super) async fn is(self: &Arc<Self>, typed: Password, stored: Option<&StoredPassword>) -> Result<bool, Busy> {
        let (salt, cost) = stored.map_or(([0; 16], (MEMORY_KIB, PASSES)), |stored| {
            (stored.salt, (stored.memory_kib, stored.passes))
        });
        let hash = self.work(typed, salt, cost).await?;
        let right = stored.map_or([0; 32], |stored| stored.hash);
        Ok(is_equal(&hash, &right) && stored.is_some())
    }

    async fn work(
        self: &Arc<Self>,
        password: Password,
        salt: [u8; 16],
        (memory_kib, passes): (u32, u32),
    ) -> Result<[u8; 32], Busy> {
        let _seat = self.seats.try_acquire().map_err(|_| Busy)?;
        // It is never closed.
        let _turn = self.turns.acquire().await.map_err(|_| Busy)?;
        // The hash alone is of no use for guessing: the deployment's key, which is not in the database, goes into it
        // (NIST SP 800-63B § 3.1.1.2).
        let keyed = self.key.hash("staff-password", &[password.as_str().as_bytes()]);
        let worked = tokio::task::spawn_blocking(move || argon2id(&keyed, &salt, memory_kib, passes)).await;
        match worked {
            Ok(Ok(hash)) => Ok(hash),
            // Not enough memory, or a cost in the database that is none.
            _ => Err(Busy),
        }
    }
}

fn argon2id(password: &[u8], salt: &[u8], memory_kib: u32, passes: u32) -> Result<[u8; 32], argon2::Error> {
    let mut hash = [0; 32];
    let params = Params::new(memory_kib, passes, 1, Some(hash.len()))?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(password, salt, &mut hash)?;
    Ok(hash)
}

/// Compares without telling by its time how much was right.
fn is_equal(one: &[u8; 32], other: &[u8; 32]) -> bool {
    one.iter().zip(other).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use super::*;

    fn typed(text: &str) -> Password {
        Password::typed(text).unwrap()
    }

    #[tokio::test]
    async fn a_password_is_known_again_by_whoever_has_the_key_alone() {
        let hashing = Arc::new(Hashing::new(HashKey::new([1; 32])));
        let stored = hashing.hash(typed("vier ganz normale worte"), [7; 16]).await.unwrap();
        assert_eq!(
            hashing.is(typed("vier ganz normale worte"), Some(&stored)).await,
            Ok(true)
        );
        assert_eq!(
            hashing.is(typed("vier ganz normale wort"), Some(&stored)).await,
            Ok(false)
        );
        assert_eq!(hashing.is(typed("vier ganz normale worte"), None).await, Ok(false));
        let other = Arc::new(Hashing::new(HashKey::new([2; 32])));
        assert_eq!(
            other.is(typed("vier ganz normale worte"), Some(&stored)).await,
            Ok(false)
        );
    }

    #[tokio::test]
    async fn an_unknown_name_costs_what_a_wrong_password_costs() {
        // Not a time that is measured, which would tell of the machine: the same work with the same cost.
        let hashing = Arc::new(Hashing::new(HashKey::new([1; 32])));
        let stored = hashing.hash(typed("vier ganz normale worte"), [7; 16]).await.unwrap();
        assert_eq!((stored.memory_kib, stored.passes), (MEMORY_KIB, PASSES));
    }

    #[test]
    fn the_hash_is_that_of_the_rfc() {
        // The reference program: printf password | argon2 somesalt -id -t 2 -k 65536 -p 1 -l 32
        let hash = argon2id(b"password", b"somesalt", 65_536, 2).unwrap();
        assert_eq!(
            dran_core::hex::encode(&hash),
            "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"
        );
    }

    #[tokio::test]
    async fn more_logins_than_can_wait_are_told_so() {
        let hashing = Arc::new(Hashing::new(HashKey::new([1; 32])));
        let _others = hashing.seats.try_acquire_many((WAITING_MAX + AT_ONCE) as u32).unwrap();
        assert_eq!(hashing.is(typed("x"), None).await, Err(Busy));
    }
}
