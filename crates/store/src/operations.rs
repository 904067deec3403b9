//! The operations of the operations page. Each thing that an operator does is a line of the audit log with its reason,
//! written by the same transaction.

use dran_core::ids::AnnouncementId;

use crate::{Announcement, Answer, Failure, Fault, Operation, OperationRefusal, SeenNode};

/// What operators do and see. All times are parameters; nothing here reads a clock.
pub trait OperationsStore: Send + Sync {
    /// Does what an operator orders, once for its attempt key: the same key again changes nothing. Refused when it
    /// does not fit how things stand; then nothing was done, and the key may be used again.
    fn operate(&self, operation: Operation) -> Answer<'_, Result<(), Failure<OperationRefusal>>>;

    /// The announcement of that number, shown or not.
    fn announcement(&self, id: AnnouncementId) -> Answer<'_, Result<Option<Announcement>, Fault>>;

    /// Notes that a node is there, in place of what it said before.
    fn note_node(&self, node: SeenNode) -> Answer<'_, Result<(), Fault>>;

    /// Forgets a node that stops.
    fn forget_node(&self, name: String) -> Answer<'_, Result<(), Fault>>;

    /// All nodes that have not stopped as they should, by name.
    fn nodes(&self) -> Answer<'_, Result<Vec<SeenNode>, Fault>>;
}
