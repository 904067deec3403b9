//! Entries of a batch.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use dran_core::ids::{LineNo, TicketId};

use super::super::rows::{kept, ms, ticket};
use super::super::session::Tx;
use super::super::sql::{Value, all, execute, expect_rows, get, ready};
use super::rows::{columns, permits};
use super::statements::{FOLDED, INSERT_PERMITS, OPENINGS, PERMITS, TAKE_PERMITS};
use super::{Decision, Set};
use crate::{Enter, EnterRefusal, Fault, Permit, PermitState};

/// A line as far as an entry needs it.
struct Opening {
    next_number: i64,
    campaign_no: i64,
    open: bool,
}

/// What the batch has read, and what it comes to.
struct Books {
    permits: HashMap<TicketId, Permit>,
    /// Tickets that share their place with others.
    folded: HashSet<TicketId>,
    openings: HashMap<LineNo, Opening>,
    /// Active permits of each campaign.
    active: HashMap<i64, i64>,
    /// Permits of each campaign that those who are left may take.
    left: HashMap<i64, i64>,
    taken: BTreeMap<i64, i64>,
    made: BTreeSet<TicketId>,
}

/// Lets all of them in, each as [`super::super::line::enter`] would. Answers which of them are left.
pub(super) async fn enter_all(tx: &Tx, asked: &mut Set<'_, Enter>) -> Result<Vec<usize>, Fault> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    ready(tx, &[PERMITS, FOLDED, OPENINGS, INSERT_PERMITS, TAKE_PERMITS]).await?;
    let mut books = read(tx, asked).await?;
    let mut left = Vec::new();
    for (place, asked) in asked {
        let decision = books.enter(&asked.input);
        if asked.decide(decision) {
            left.push(*place);
        }
    }
    books.write(tx).await?;
    Ok(left)
}

async fn read(tx: &Tx, asked: &Set<'_, Enter>) -> Result<Books, Fault> {
    let tickets: BTreeSet<TicketId> = asked.iter().map(|(_, asked)| asked.input.ticket).collect();
    let keys = columns(tickets.iter().copied());
    let lines: BTreeSet<i64> = tickets.iter().map(|ticket| ticket.line.0.into()).collect();
    let lines: [Value<'_>; 1] = [lines.into_iter().collect()];
    let read_opening = all(tx, OPENINGS, &lines, |row| {
        let opening = Opening {
            next_number: get(row, 1)?,
            campaign_no: get(row, 2)?,
            open: get(row, 3)?,
        };
        Ok((LineNo(get(row, 0)?), opening, get::<i64>(row, 4)?))
    });
    // Sent in this order without waiting for the answers in between.
    let (permits, folded, lines) = tokio::join!(biased;
        permits(tx, &keys), all(tx, FOLDED, &keys, |row| ticket(row, 0)), read_opening);
    let (mut openings, mut active) = (HashMap::new(), HashMap::new());
    for (line, opening, permits_active) in lines? {
        active.insert(opening.campaign_no, permits_active);
        openings.insert(line, opening);
    }
    Ok(Books {
        permits: permits?,
        folded: folded?.into_iter().collect(),
        openings,
        active,
        left: HashMap::new(),
        taken: BTreeMap::new(),
        made: BTreeSet::new(),
    })
}

impl Books {
    fn enter(&mut self, enter: &Enter) -> Decision<Enter> {
        if self.folded.contains(&enter.ticket) {
            if let Some(opening) = self.openings.get(&enter.ticket.line) {
                *self.left.entry(opening.campaign_no).or_default() += 1;
            }
            return Decision::Alone;
        }
        let before = self.permits.get(&enter.ticket);
        match before.map(|permit| (permit.state, permit)) {
            Some((PermitState::Booked, _)) => return Decision::Refused(EnterRefusal::AlreadyBooked),
            Some((PermitState::Active, permit)) if permit.expires_at > enter.now => {
                return Decision::Done(*permit);
            }
            Some((PermitState::Active, _)) => return Decision::Alone,
            _ => {}
        }
        let opening = self.openings.get(&enter.ticket.line);
        let Some(opening) = opening.filter(|opening| i64::from(enter.ticket.number.0) < opening.next_number) else {
            return Decision::Refused(EnterRefusal::UnknownLine);
        };
        if !opening.open {
            return Decision::Refused(EnterRefusal::NotOpen);
        }
        let active = self.active.entry(opening.campaign_no).or_default();
        if *active >= i64::from(enter.permits_max) {
            return Decision::Refused(EnterRefusal::NoFreePermit);
        }
        // Who asks first gets the last permit, also if it takes longer to find out whether it is needed.
        let left = self.left.get(&opening.campaign_no).copied().unwrap_or_default();
        if *active + left >= i64::from(enter.permits_max) {
            return Decision::Alone;
        }
        *active += 1;
        *self.taken.entry(opening.campaign_no).or_default() += 1;
        let permit = Permit {
            ticket: enter.ticket,
            party: enter.party,
            state: PermitState::Active,
            // Who was inside before keeps the time of the first entry.
            entered_at: before.map_or(kept(enter.now), |before| before.entered_at),
            expires_at: kept(enter.expires_at),
            extensions: 0,
        };
        self.permits.insert(enter.ticket, permit);
        self.made.insert(enter.ticket);
        Decision::Done(permit)
    }

    async fn write(self, tx: &Tx) -> Result<(), Fault> {
        if self.made.is_empty() {
            return Ok(());
        }
        let made: Vec<&Permit> = self.made.iter().filter_map(|ticket| self.permits.get(ticket)).collect();
        let [lines, numbers] = columns(made.iter().map(|permit| permit.ticket));
        let permits = [
            lines,
            numbers,
            made.iter().map(|permit| permit.party.persons().into()).collect(),
            made.iter().map(|permit| ms(permit.entered_at)).collect(),
            made.iter().map(|permit| ms(permit.expires_at)).collect(),
        ];
        let taken: [Value<'_>; 2] = [
            self.taken.keys().copied().collect(),
            self.taken.values().copied().collect(),
        ];
        // Sent in this order without waiting for the answer in between.
        let written = tokio::join!(biased;
            execute(tx, INSERT_PERMITS, &permits),
            execute(tx, TAKE_PERMITS, &taken));
        expect_rows(written.0?, made.len(), "permits that begin")?;
        expect_rows(written.1?, self.taken.len(), "open campaigns whose permits begin")
    }
}
