//! The board of free places in memory: proposals and the supply of a line are read from it.

use std::collections::HashMap;
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
    /// Per centre with anything free: start of the last first appointment.
    last_first: HashMap<CentreId, Timestamp>,
}

impl Default for Supply {
    fn default() -> Self {
        Self::new(Board::new(Vec::new(), TimeZone::UTC), Timestamp::UNIX_EPOCH, 0)
    }
}

impl Supply {
    fn new(board: Board, read_at: Timestamp, version: u64) -> Self {
        let mut last_first: HashMap<CentreId, Timestamp> = HashMap::new();
        for slot in board.slots().iter().filter(|slot| slot.free > 0) {
            match last_first.get_mut(&slot.centre) {
                Some(last) => *last = slot.first.max(*last),
                None => {
                    last_first.insert(slot.centre.clone(), slot.first);
                }
            }
        }
        Self {
            board,
            read_at,
            version,
            last_first,
        }
    }

    /// Start of the last first appointment that is free in these centres. Joining asks for it, so it
    /// is worked out once a snapshot.
    pub(crate) fn last_first(&self, centres: &[CentreId]) -> Option<Timestamp> {
        centres
            .iter()
            .filter_map(|centre| self.last_first.get(centre))
            .max()
            .copied()
    }

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
        self.read_supply().await
    }

    /// Reads the board unless somebody has begun to since that moment: who was told that a slot just went
    /// is not to be offered it again, and a thousand of them need one look.
    pub(crate) async fn refresh_supply_since(&self, moment: Timestamp) -> Result<(), Fault> {
        let _turn = self.inner.supply_reading.lock().await;
        if self.supply().read_at >= moment {
            return Ok(());
        }
        self.read_supply().await
    }

    async fn read_supply(&self) -> Result<(), Fault> {
        let (now, version) = (self.clock().now(), self.store().board_version());
        let board = Board::new(self.store().board().await?, self.region().time_zone.clone());
        self.inner.supply.store(Arc::new(Supply::new(board, now, version)));
        Ok(())
    }
}
