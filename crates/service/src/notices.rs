//! The messages before the turn and at the call: what the leader's loop does for those who went away.
//!
//! Contacts get their position when the order is drawn, and then the line is walked from the called mark on: a
//! pass reads at most a batch per line from an index, however many contacts there are. The mark and the
//! message are one transaction of the store, so that a notice leaves once, whoever else tries and whatever
//! dies in between.

use dran_core::campaign::CampaignState;
use dran_core::ids::{LineNo, TicketId};
use dran_core::line::notice::{told_before_turn, turn_expected};
use dran_core::line::standing::position;
use dran_core::line::ticket::Ticket;
use dran_notify::compose::Place;
use dran_store::{DueNotice, Fault, NewMessage, NewNotice, NoticeKind, NoticeMarks, PermitState};
use jiff::SignedDuration;

use crate::Service;

/// Every how many ticks notices are looked for: once a second. A message is on its way for longer.
const EVERY_TICKS: u64 = 4;
/// Notices of one line and kind in one pass: 200 a second and line is more than a mail relay takes.
const BATCH_MAX: u32 = 200;
/// Contacts of one line that get their position in one pass: some 20 ms of the writer's time.
const PLACED_MAX: u32 = 2_000;
/// Every how many ticks contacts that nobody needs any more are deleted: ten seconds.
const FORGET_EVERY_TICKS: u64 = 40;
/// Contacts deleted in one pass.
const FORGOTTEN_MAX: u32 = 1_000;
/// How long a contact whose code was never typed in is kept after the code's end.
const UNVERIFIED_KEPT: SignedDuration = SignedDuration::from_hours(24);

impl Service {
    /// One pass of the leader's loop over contacts and folded places.
    pub(crate) async fn tell_who_went_away(&self, tick: u64) -> Result<(), Fault> {
        self.skip_given_up();
        if tick.is_multiple_of(EVERY_TICKS) {
            self.place_contacts().await?;
            self.send_due_notices().await?;
        }
        if tick.is_multiple_of(FORGET_EVERY_TICKS) {
            self.forget_contacts().await?;
        }
        Ok(())
    }

    /// Gives contacts the position of their place, once it is drawn.
    async fn place_contacts(&self) -> Result<(), Fault> {
        let lines = self.lines();
        let all = lines.campaigns.iter().flat_map(|campaign| &campaign.lines);
        let drawn: Vec<LineNo> = all
            .filter(|line| line.snapshot.load().drawn.is_some())
            .map(|line| line.line)
            .collect();
        if drawn.is_empty() {
            return Ok(());
        }
        let unplaced = self.store().unplaced_contacts(drawn, PLACED_MAX).await?;
        let position = |ticket: TicketId| Some((ticket, self.position_of_place(ticket)?));
        let placed: Vec<_> = unplaced.into_iter().filter_map(position).collect();
        if placed.is_empty() {
            return Ok(());
        }
        self.store().place_contacts(placed).await
    }

    /// The position of the place that a ticket stands in: the best of those that stand there together. None
    /// before it is drawn.
    pub(crate) fn position_of_place(&self, ticket: TicketId) -> Option<u32> {
        let lines = self.lines();
        let snapshot = lines.get(ticket.line)?.snapshot.load();
        let place = self.folds().of(ticket);
        let tickets = place.as_deref().unwrap_or(std::slice::from_ref(&ticket));
        let positions = tickets.iter().filter_map(|ticket| position(&snapshot, ticket.number));
        Some(positions.min()?.0)
    }

    async fn send_due_notices(&self) -> Result<(), Fault> {
        let (lines, now) = (self.lines(), self.clock().now());
        let mut marks = Vec::new();
        for campaign in &lines.campaigns {
            if campaign.stored.state != CampaignState::Open {
                continue;
            }
            for line in &campaign.lines {
                let snapshot = line.snapshot.load();
                if snapshot.drawn.is_none() {
                    continue;
                }
                marks.push(NoticeMarks {
                    line: line.line,
                    called: snapshot.called,
                    soon: told_before_turn(&snapshot, self.limits().notice_lead, now),
                    party_max: u8::try_from(snapshot.supply_free).unwrap_or(u8::MAX),
                });
            }
        }
        if marks.is_empty() {
            return Ok(());
        }
        let due = self.store().due_notices(marks, BATCH_MAX).await?;
        let notices: Vec<NewNotice> = due.iter().filter_map(|due| self.notice(due)).collect();
        if notices.is_empty() {
            return Ok(());
        }
        let sent = self.store().send_notices(notices, now).await?;
        tracing::debug!(sent, "notices left");
        Ok(())
    }

    /// What is to be told, or that nothing is. None while it cannot be said when the turn comes.
    fn notice(&self, due: &DueNotice) -> Option<NewNotice> {
        let inside = self
            .permits()
            .get(self.stands_for(due.ticket))
            .is_some_and(|entry| matches!(entry.permit.state, PermitState::Active | PermitState::Booked));
        let message = if inside { None } else { Some(self.notice_message(due)?) };
        Some(NewNotice {
            ticket: due.ticket,
            kind: due.kind,
            message,
        })
    }

    fn notice_message(&self, due: &DueNotice) -> Option<NewMessage> {
        let ticket = Ticket {
            id: due.ticket,
            party: due.party,
            birth_year: due.birth_year,
            joined_at: due.joined_at,
        };
        let link = format!("{}/platz/{}", self.base_url(), ticket.seal(self.keys()));
        let short_code = self
            .short_code(&ticket)
            .map(|code| code.to_string())
            .unwrap_or_default();
        let place = Place {
            link: &link,
            short_code: &short_code,
        };
        let now = self.clock().now();
        match due.kind {
            NoticeKind::Call => self.composing(&due.language, |composer| composer.called(&due.contact, place)),
            NoticeKind::Soon => {
                let lines = self.lines();
                let snapshot = lines.get(due.ticket.line)?.snapshot.load_full();
                let ahead = due.position.saturating_sub(snapshot.called);
                let wait = turn_expected(&snapshot, ahead, now)?;
                let turn = (now + wait.low, now + wait.high);
                self.composing(&due.language, |composer| composer.soon(&due.contact, place, turn))
            }
        }
    }

    /// Deletes what nobody needs any more: contacts of closed campaigns, and those never verified.
    pub(crate) async fn forget_contacts(&self) -> Result<(), Fault> {
        let before = self.clock().now() - UNVERIFIED_KEPT;
        self.store()
            .forget_contacts(self.closed_lines(), before, FORGOTTEN_MAX)
            .await?;
        Ok(())
    }
}
