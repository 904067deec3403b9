//! Tokens of programs.

use dran_core::ids::ApiTokenId;
use dran_core::staff::log::{Act, Actor, Entry, Subject};
use jiff::Timestamp;
use tokio_postgres::Row;

use super::log;
use crate::postgres::rows::{at, maybe_at, ms};
use crate::postgres::session::Tx;
use crate::postgres::sql::{all, execute, get as column, insert, optional, params, unreadable};
use crate::staff_checks::{scope_words, scopes_of};
use crate::{ApiToken, Fault, NewApiToken};

/// See [`crate::StaffStore::make_api_token`].
pub(super) async fn make(tx: &Tx, new: &NewApiToken) -> Result<ApiTokenId, Fault> {
    let id = insert(
        tx,
        "INSERT INTO api_token (name, token_hash, scopes, created_at, expires_at) VALUES ($1, $2, $3, $4, $5) RETURNING id", params![&new.name,
            new.token_hash,
            scope_words(&new.scopes),
            ms(new.now),
            ms(new.expires_at)]).await?;
    let token = ApiTokenId(id);
    let act = Entry::new(new.actor, Act::TokenMade, Subject::Token(token));
    log::append(tx, new.now, &[act]).await?;
    Ok(token)
}

/// See [`crate::StaffStore::api_tokens`].
pub(super) async fn list(tx: &Tx) -> Result<Vec<ApiToken>, Fault> {
    let sql = "SELECT id, name, scopes, created_at, expires_at, revoked_at FROM api_token ORDER BY id DESC";
    all(tx, sql, &[], read).await
}

/// See [`crate::StaffStore::api_token`].
pub(super) async fn get(tx: &Tx, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<ApiToken>, Fault> {
    let sql = "SELECT id, name, scopes, created_at, expires_at, revoked_at FROM api_token
               WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > $2";
    optional(tx, sql, params![token_hash, ms(now)], read).await
}

fn read(row: &Row) -> Result<ApiToken, Fault> {
    let scopes = scopes_of(&column::<String>(row, 2)?);
    Ok(ApiToken {
        id: ApiTokenId(column(row, 0)?),
        name: column(row, 1)?,
        scopes: scopes.ok_or_else(|| unreadable(2, "rights of a token"))?,
        created_at: at(row, 3)?,
        expires_at: at(row, 4)?,
        revoked_at: maybe_at(row, 5)?,
    })
}

/// See [`crate::StaffStore::revoke_api_token`].
pub(super) async fn revoke(tx: &Tx, token: ApiTokenId, actor: Actor, now: Timestamp) -> Result<bool, Fault> {
    let sql = "UPDATE api_token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    let revoked = execute(tx, sql, params![token.0, ms(now)]).await? == 1;
    if revoked {
        let act = Entry::new(actor, Act::TokenRevoked, Subject::Token(token));
        log::append(tx, now, &[act]).await?;
    }
    Ok(revoked)
}
