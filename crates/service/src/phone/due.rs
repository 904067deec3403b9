//! Call-backs whose turn has come: what the leader's loop does for who waits beside a telephone.
//!
//! As with the notices ([`crate::notices`]): call-backs get their position once the order is drawn, and then each
//! line is walked from an index, a batch at a time. The mark is written once, whoever else tries.

use dran_core::campaign::CampaignState;
use dran_core::ids::LineNo;
use dran_store::{CallbackMarks, Fault};

use crate::Service;

/// Every how many ticks call-backs are looked for: once a second. Agents take longer to see it.
const EVERY_TICKS: u64 = 4;
/// Call-backs of one line that become due, or get their position, in one pass.
const BATCH_MAX: u32 = 1_000;
/// Every how many ticks the call-backs of closed campaigns are deleted: ten seconds.
const FORGET_EVERY_TICKS: u64 = 40;

impl Service {
    /// One pass of the leader's loop over call-backs.
    pub(crate) async fn call_back(&self, tick: u64) -> Result<(), Fault> {
        if tick.is_multiple_of(EVERY_TICKS) {
            self.place_callbacks().await?;
            self.mark_callbacks_due().await?;
        }
        if tick.is_multiple_of(FORGET_EVERY_TICKS) {
            self.forget_callbacks().await?;
        }
        Ok(())
    }

    /// Gives call-backs the position of their place, once it is drawn.
    async fn place_callbacks(&self) -> Result<(), Fault> {
        let drawn = self.drawn_lines();
        if drawn.is_empty() {
            return Ok(());
        }
        let unplaced = self.store().phone().unplaced_callbacks(drawn, BATCH_MAX).await?;
        let placed = unplaced.into_iter();
        let placed: Vec<_> = placed
            .filter_map(|(id, ticket)| Some((id, self.position_of_place(ticket)?)))
            .collect();
        if placed.is_empty() {
            return Ok(());
        }
        self.store().phone().place_callbacks(placed).await
    }

    async fn mark_callbacks_due(&self) -> Result<(), Fault> {
        let lines = self.lines();
        let open = lines
            .campaigns
            .iter()
            .filter(|campaign| campaign.stored.state == CampaignState::Open);
        let marks: Vec<_> = open
            .flat_map(|campaign| &campaign.lines)
            .filter_map(|line| {
                let snapshot = line.snapshot.load();
                snapshot.drawn.as_ref()?;
                Some(CallbackMarks {
                    line: line.line,
                    called: snapshot.called,
                    party_max: u8::try_from(snapshot.supply_free).unwrap_or(u8::MAX),
                })
            })
            .collect();
        let now = self.clock().now();
        let due = self.store().phone().mark_callbacks_due(marks, BATCH_MAX, now).await?;
        if due > 0 {
            tracing::debug!(due, "call-backs are due");
        }
        Ok(())
    }

    /// Deletes what nobody needs any more.
    pub(crate) async fn forget_callbacks(&self) -> Result<(), Fault> {
        let closed = self.closed_lines();
        if closed.is_empty() {
            return Ok(());
        }
        self.store().phone().forget_callbacks(closed, BATCH_MAX).await?;
        Ok(())
    }

    fn drawn_lines(&self) -> Vec<LineNo> {
        let lines = self.lines();
        let all = lines.campaigns.iter().flat_map(|campaign| &campaign.lines);
        all.filter(|line| line.snapshot.load().drawn.is_some())
            .map(|line| line.line)
            .collect()
    }
}
