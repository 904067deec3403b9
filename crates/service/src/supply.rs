//! The board of free places in memory: proposals and the supply of a line are read from it.

use std::sync::Arc;

use dran_core::ids::CentreId;
use dran_core::supply::Board;
use dran_store::Fault;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::Service;

/// One snapshot of all series slots.
pub struct Supply {
    /// Indexed for proposals.
    pub board: Board,
    /// When it was read.
    pub read_at: Timestamp,
    /// The store's version it was read at.
    pub version: u64,
}

impl Default for Supply {
    fn default() -> Self {
        Self {
            board: Board::new(Vec::new(), TimeZone::UTC),
            read_at: Timestamp::UNIX_EPOCH,
            version: 0,
        }
    }
}

impl Supply {
    /// Series nobody holds or has booked, in these centres, from now on.
    pub fn free(&self, centres: &[CentreId], now: Timestamp) -> u32 {
        u32::try_from(self.board.free(centres, now)).unwrap_or(u32::MAX)
    }
}

/// A board is read again after this time even if this node wrote nothing: another process (a release
/// by command) may have.
const STALE_MS: i128 = 2_000;

impl Service {
    /// Reads the board again if it may have changed.
    pub(crate) async fn refresh_supply(&self) -> Result<(), Fault> {
        let (now, version) = (self.clock().now(), self.store().board_version());
        let current = self.supply();
        let fresh = current.version == version && now.duration_since(current.read_at).as_millis() < STALE_MS;
        if fresh && current.read_at != Timestamp::UNIX_EPOCH {
            return Ok(());
        }
        let board = Board::new(self.store().board().await?, self.region().time_zone.clone());
        self.inner.supply.store(Arc::new(Supply {
            board,
            read_at: now,
            version,
        }));
        Ok(())
    }
}
