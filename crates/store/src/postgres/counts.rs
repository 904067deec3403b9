//! Counts of the day, cheap enough to ask for every second.

use super::session::Tx;
use super::sql::{get, one};
use crate::{Counts, Fault};

/// See [`crate::Store::counts`]. Nothing here scans what grows with every booking: the booked series
/// are what is neither free nor held, as the audit proves.
pub(super) async fn counts(tx: &Tx) -> Result<Counts, Fault> {
    one(
        tx,
        "SELECT released, free, held, released - free - held,
                (SELECT count(*) FROM series WHERE state = 'cancelled'),
                (SELECT coalesce(sum(permits_active), 0)::bigint FROM campaign),
                (SELECT count(*) FROM outbox WHERE due_at IS NOT NULL),
                (SELECT value FROM tally WHERE name = 'messages_sent')
         FROM (SELECT coalesce(sum(capacity), 0)::bigint AS released, coalesce(sum(free), 0)::bigint AS free
               FROM series_slot) AS places,
              (SELECT count(*) AS held FROM hold_place) AS holds",
        &[],
        |row| {
            let count = |column| get::<i64>(row, column).map(|count| u64::try_from(count).unwrap_or(0));
            Ok(Counts {
                series_released: count(0)?,
                series_free: count(1)?,
                series_held: count(2)?,
                series_booked: count(3)?,
                series_cancelled: count(4)?,
                permits_active: count(5)?,
                messages_waiting: count(6)?,
                messages_sent: count(7)?,
            })
        },
    )
    .await
}
