//! Tokens of programs.

use dran_core::ids::ApiTokenId;
use dran_core::staff::log::{Act, Actor, Entry, Subject};
use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, Row};

use super::log;
use crate::sqlite::rows::{at, maybe_at, ms, unreadable};
use crate::sqlite::sql::{all, execute, insert, optional};
use crate::sqlite::writer::Tx;
use crate::staff_checks::{scope_words, scopes_of};
use crate::{ApiToken, Fault, NewApiToken};

/// See [`crate::StaffStore::make_api_token`].
pub(super) fn make(tx: &Tx<'_>, new: &NewApiToken) -> Result<ApiTokenId, Fault> {
    let id = insert(
        tx,
        "INSERT INTO api_token (name, token_hash, scopes, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        (
            &new.name,
            new.token_hash,
            scope_words(&new.scopes),
            ms(new.now),
            ms(new.expires_at),
        ),
    )?;
    let token = ApiTokenId(id);
    let act = Entry::new(new.actor, Act::TokenMade, Subject::Token(token));
    log::append(tx, new.now, &[act])?;
    Ok(token)
}

/// See [`crate::StaffStore::api_tokens`].
pub(super) fn list(connection: &Connection) -> rusqlite::Result<Vec<ApiToken>> {
    let sql = "SELECT id, name, scopes, created_at, expires_at, revoked_at FROM api_token ORDER BY id DESC";
    all(connection, sql, [], read)
}

/// See [`crate::StaffStore::api_token`].
pub(super) fn get(
    connection: &Connection,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> rusqlite::Result<Option<ApiToken>> {
    let sql = "SELECT id, name, scopes, created_at, expires_at, revoked_at FROM api_token
               WHERE token_hash = ?1 AND revoked_at IS NULL AND expires_at > ?2";
    optional(connection, sql, (token_hash, ms(now)), read)
}

fn read(row: &Row<'_>) -> rusqlite::Result<ApiToken> {
    let scopes = scopes_of(row.get_ref(2)?.as_str()?);
    Ok(ApiToken {
        id: ApiTokenId(row.get(0)?),
        name: row.get(1)?,
        scopes: scopes.ok_or_else(|| unreadable(2, Type::Text, "rights of a token"))?,
        created_at: at(row, 3)?,
        expires_at: at(row, 4)?,
        revoked_at: maybe_at(row, 5)?,
    })
}

/// See [`crate::StaffStore::revoke_api_token`].
pub(super) fn revoke(tx: &Tx<'_>, token: ApiTokenId, actor: Actor, now: Timestamp) -> Result<bool, Fault> {
    let sql = "UPDATE api_token SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL";
    let revoked = execute(tx, sql, (token.0, ms(now)))? == 1;
    if revoked {
        let act = Entry::new(actor, Act::TokenRevoked, Subject::Token(token));
        log::append(tx, now, &[act])?;
    }
    Ok(revoked)
}
