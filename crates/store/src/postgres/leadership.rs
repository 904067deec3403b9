//! Who leads: of all nodes the one whose session holds an advisory lock.
//!
//! The server takes the lock away with the session: when the connection ends, or when nothing was heard on it
//! for [`SILENCE_MAX_MS`], as of a node that was paused. The node may not know it yet. So each term has a number,
//! begun under the lock of all writers, and what only a leader writes compares it in its own transaction: after a
//! term has begun nothing of an earlier one is committed.

use std::sync::Arc;
use std::time::Duration;

use dran_core::ids::{AnnouncementId, LineNo, TicketId};
use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};
use tokio_postgres::{Client, Config};

use super::line::{permit_of, read_permit};
use super::open::OpenError;
use super::operations::bounds;
use super::rows::{at, maybe_at, ticket};
use super::session::{Tx, connect};
use super::sql::{all, execute, expect_rows, get, maybe, one, params};
use super::writer::WRITE_LOCK;
use crate::leader_claim::{Belief, Claim};
use crate::{ActivePermit, Answer, Fault, LineMark, Permit, Shared, Term};

/// The leader's lock: `dran` in ASCII and a number.
const LEAD_LOCK: i64 = 0x6472_616e_0000_0002;

/// After so long without a word the server ends the leader's session.
const SILENCE_MAX_MS: u32 = 4000;

/// The loop asks four times a second. While it waits for a slow database instead, the session says a word so often:
/// another leader would wait as long, and every change makes a new term begin.
const KEPT_EVERY: Duration = Duration::from_secs(1);

/// So many words in a row at most; then the loop does not wait any more, it is stuck.
const KEPT_MAX: u32 = 30;

/// How long an answer on the leader's session may take. Shorter than the silence that costs the lead.
const ANSWER_MAX: Duration = Duration::from_secs(2);

/// How long beginning a term may take: the batches of other nodes come first.
const BEGIN_MAX: Duration = Duration::from_secs(10);

type Ask = oneshot::Sender<Result<Option<Term>, Fault>>;

/// This store's part in it.
pub(super) struct Leadership {
    belief: Arc<Belief>,
    asking: mpsc::Sender<Ask>,
}

impl Leadership {
    /// Where to ask, and who answers.
    pub(super) fn new(config: Config) -> (Self, Seat) {
        let (asking, asked) = mpsc::channel(1);
        let belief = Arc::<Belief>::default();
        let seat = Seat {
            config,
            asked,
            belief: Arc::clone(&belief),
            session: None,
            kept: 0,
        };
        (Self { belief, asking }, seat)
    }

    pub(super) fn claim(&self) -> Claim {
        self.belief.claim()
    }

    /// See [`crate::Store::lead`].
    pub(super) fn lead(&self) -> Answer<'_, Result<Option<Term>, Fault>> {
        Box::pin(async {
            let (answer, outcome) = oneshot::channel();
            let ended = || Fault::Failed("the readers have ended".into());
            self.asking.send(answer).await.map_err(|_| ended())?;
            outcome.await.map_err(|_| ended())?
        })
    }
}

/// The leader's seat, or a place in front of it.
pub(super) struct Seat {
    config: Config,
    asked: mpsc::Receiver<Ask>,
    belief: Arc<Belief>,
    session: Option<Session>,
    /// Words said on the session since the loop asked last.
    kept: u32,
}

/// A session that tries for the lock, or has it.
struct Session {
    client: Client,
    term: Option<Term>,
}

impl Seat {
    /// Answers who asks, for ever.
    pub(super) async fn keep(mut self) {
        loop {
            match tokio::time::timeout(KEPT_EVERY, self.asked.recv()).await {
                Ok(Some(answer)) => {
                    self.kept = 0;
                    let led = self.lead().await;
                    self.note(&led);
                    // Who asked may have gone.
                    let _ = answer.send(led.map_err(Fault::from));
                }
                Ok(None) => return,
                Err(_) => self.say_a_word().await,
            }
        }
    }

    async fn say_a_word(&mut self) {
        let leads = self.session.as_ref().is_some_and(|session| session.term.is_some());
        if leads && self.kept < KEPT_MAX {
            self.kept += 1;
            let led = self.lead().await;
            self.note(&led);
        }
    }

    fn note(&mut self, led: &Result<Option<Term>, OpenError>) {
        if led.is_err() {
            self.session = None;
        }
        self.belief.note(*led.as_ref().unwrap_or(&None));
    }

    async fn lead(&mut self) -> Result<Option<Term>, OpenError> {
        let session = match self.session.take() {
            Some(session) => session,
            None => Session::new(&self.config).await?,
        };
        let session = self.session.insert(session);
        if session.term.is_some() {
            in_time(ANSWER_MAX, session.client.batch_execute("")).await?;
            return Ok(session.term);
        }
        let lock = format!("SELECT pg_try_advisory_lock({LEAD_LOCK})");
        let got = in_time(ANSWER_MAX, session.client.query_one(&lock, &[])).await?;
        if got.try_get(0)? {
            session.term = Some(in_time(BEGIN_MAX, begin_term(&session.client)).await?);
        }
        Ok(session.term)
    }
}

impl Session {
    async fn new(config: &Config) -> Result<Self, OpenError> {
        let (client, connection) = connect(config).await?;
        tokio::task::spawn_local(async move {
            if let Err(error) = connection.await {
                tracing::warn!(%error, "the leader's session ended");
            }
        });
        let set_up = format!(
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
             SET idle_session_timeout = {SILENCE_MAX_MS};
             SET idle_in_transaction_session_timeout = {SILENCE_MAX_MS}"
        );
        in_time(ANSWER_MAX, client.batch_execute(&set_up)).await?;
        Ok(Self { client, term: None })
    }
}

async fn begin_term(client: &Client) -> Result<Term, tokio_postgres::Error> {
    client
        .batch_execute(&format!("BEGIN; SELECT pg_advisory_xact_lock({WRITE_LOCK})"))
        .await?;
    let row = client
        .query_one("UPDATE leadership SET term = term + 1 RETURNING term", &[])
        .await?;
    client.batch_execute("COMMIT").await?;
    Ok(Term(row.try_get(0)?))
}

async fn in_time<T>(
    most: Duration,
    work: impl Future<Output = Result<T, tokio_postgres::Error>>,
) -> Result<T, OpenError> {
    match tokio::time::timeout(most, work).await {
        Ok(done) => Ok(done?),
        Err(_) => Err(OpenError::Silent),
    }
}

/// Whether a command that only the leader gives may be carried out.
pub(super) async fn check(tx: &Tx, claim: Claim) -> Result<(), Fault> {
    let Claim::Leading(term) = claim else {
        return match claim {
            Claim::Unbound => Ok(()),
            Claim::Leading(_) | Claim::NotLeading => Err(Fault::NotLeading),
        };
    };
    let newest: i64 = one(tx, "SELECT term FROM leadership", &[], |row| get(row, 0)).await?;
    if Term(newest) == term {
        Ok(())
    } else {
        Err(Fault::NotLeading)
    }
}

/// See [`crate::Store::tell`].
pub(super) async fn tell(tx: &Tx, told: &[u8]) -> Result<(), Fault> {
    let touched = execute(tx, "UPDATE leadership SET told = $1", params![told]).await?;
    expect_rows(touched, 1, "what the leader tells")
}

/// See [`crate::Store::shared`].
pub(super) async fn shared(tx: &Tx, booked_after: i64) -> Result<Shared, Fault> {
    let booked: Vec<(i64, TicketId)> = all(
        tx,
        "SELECT id, line_no, number FROM booking WHERE id > $1 ORDER BY id LIMIT 10000",
        params![booked_after],
        |row| Ok((get(row, 0)?, ticket(row, 1)?)),
    )
    .await?;
    let (told, read_only_since, bounds, announcement) = one(
        tx,
        "SELECT coalesce(told, ''::bytea), read_only_since, permits_min, permits_max, announcement FROM leadership",
        &[],
        |row| {
            let announcement: Option<i64> = maybe(row, 4)?;
            Ok((get(row, 0)?, maybe_at(row, 1)?, bounds(row, 2)?, announcement))
        },
    )
    .await?;
    Ok(Shared {
        booked_up_to: booked.last().map_or(booked_after, |(id, _)| *id),
        booked: booked.into_iter().map(|(_, ticket)| ticket).collect(),
        lines: all(
            tx,
            "SELECT line_no, next_number, called FROM line ORDER BY line_no",
            &[],
            |row| {
                Ok(LineMark {
                    line: LineNo(get(row, 0)?),
                    next_number: get(row, 1)?,
                    called: get(row, 2)?,
                })
            },
        )
        .await?,
        active: all(
            tx,
            "SELECT line_no, number, party, state, entered_at, expires_at, extensions,
                    (SELECT count(*) FROM hold_place
                     WHERE hold_place.line_no = permit.line_no AND hold_place.number = permit.number)
             FROM permit WHERE state = 'active'",
            &[],
            |row| {
                Ok(ActivePermit {
                    permit: read_permit(row)?,
                    holding: get(row, 7)?,
                })
            },
        )
        .await?,
        told,
        read_only_since,
        bounds,
        announcement: announcement.map(AnnouncementId),
    })
}

/// See [`crate::Store::clock`].
pub(super) async fn clock(tx: &Tx) -> Result<Timestamp, Fault> {
    let sql = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint";
    one(tx, sql, &[], |row| at(row, 0)).await
}

/// See [`crate::Store::permits_of`].
pub(super) async fn permits_of(tx: &Tx, tickets: &[TicketId]) -> Result<Vec<Permit>, Fault> {
    let mut permits = Vec::with_capacity(tickets.len());
    for ticket in tickets {
        permits.extend(permit_of(tx, *ticket).await?);
    }
    Ok(permits)
}
