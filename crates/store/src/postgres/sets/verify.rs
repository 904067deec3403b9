//! Codes of a batch.

use std::collections::BTreeMap;

use super::super::rows::ms;
use super::super::session::Tx;
use super::super::sql::{Value, all, execute, expect_rows, get, maybe, ready};
use super::statements::{COUNT_TRIES, SET_VERIFIED, TRIES};
use super::{Decision, Set};
use crate::{Fault, Verify, VerifyRefusal};

/// A registration as far as its code is concerned.
struct Tries {
    verified: bool,
    code_hash: Option<[u8; 32]>,
    valid_until: Option<i64>,
    before: u32,
    now: u32,
    /// Set by this batch.
    verified_at: Option<i64>,
}

/// Tries all of them, each as [`super::super::registration::verify`] would.
pub(super) async fn verify_all(tx: &Tx, asked: &mut Set<'_, Verify>) -> Result<(), Fault> {
    if asked.is_empty() {
        return Ok(());
    }
    ready(tx, &[TRIES, COUNT_TRIES, SET_VERIFIED]).await?;
    let ids: [Value<'_>; 1] = [asked.iter().map(|(_, asked)| asked.input.registration.0).collect()];
    let found = all(tx, TRIES, &ids, |row| {
        let tries = Tries {
            verified: get(row, 1)?,
            code_hash: maybe(row, 2)?,
            valid_until: maybe(row, 3)?,
            before: get(row, 4)?,
            now: get(row, 4)?,
            verified_at: None,
        };
        Ok((get::<i64>(row, 0)?, tries))
    });
    let mut registrations: BTreeMap<i64, Tries> = found.await?.into_iter().collect();
    for (_, asked) in asked {
        let done = match registrations.get_mut(&asked.input.registration.0) {
            None => Err(VerifyRefusal::UnknownRegistration),
            Some(tries) => tries.verify(&asked.input),
        };
        asked.decide(Decision::Done(done));
    }
    write(tx, &registrations).await
}

impl Tries {
    fn verify(&mut self, verify: &Verify) -> Result<(), VerifyRefusal> {
        if self.verified {
            return Ok(());
        }
        if self.valid_until.is_none_or(|until| until < ms(verify.now)) {
            return Err(VerifyRefusal::Expired);
        }
        if self.now >= verify.tries_max {
            return Err(VerifyRefusal::Wrong { tries_left: 0 });
        }
        if self.code_hash == Some(verify.code_hash) {
            self.verified = true;
            self.verified_at = Some(ms(verify.now));
            return Ok(());
        }
        self.now += 1;
        Err(VerifyRefusal::Wrong {
            tries_left: verify.tries_max - self.now,
        })
    }
}

async fn write(tx: &Tx, registrations: &BTreeMap<i64, Tries>) -> Result<(), Fault> {
    let tried: Vec<(i64, &Tries)> = registrations
        .iter()
        .filter(|(_, tries)| tries.now != tries.before)
        .map(|(id, tries)| (*id, tries))
        .collect();
    let verified: Vec<(i64, i64)> = registrations
        .iter()
        .filter_map(|(id, tries)| Some((*id, tries.verified_at?)))
        .collect();
    let counts: [Value<'_>; 3] = [
        tried.iter().map(|(id, _)| *id).collect(),
        tried.iter().map(|(_, tries)| tries.before.into()).collect(),
        tried.iter().map(|(_, tries)| tries.now.into()).collect(),
    ];
    let moments: [Value<'_>; 2] = [
        verified.iter().map(|(id, _)| *id).collect(),
        verified.iter().map(|(_, at)| *at).collect(),
    ];
    if !tried.is_empty() {
        let touched = execute(tx, COUNT_TRIES, &counts).await?;
        expect_rows(touched, tried.len(), "registrations whose tries are counted")?;
    }
    if !verified.is_empty() {
        let touched = execute(tx, SET_VERIFIED, &moments).await?;
        expect_rows(touched, verified.len(), "registrations that are verified")?;
    }
    Ok(())
}
