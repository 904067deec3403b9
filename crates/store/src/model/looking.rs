//! Counts and the audit.

/// Counts of the day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Series that were released.
    pub series_released: u64,
    /// Series nobody holds or has booked.
    pub series_free: u64,
    /// Series held right now.
    pub series_held: u64,
    /// Series booked.
    pub series_booked: u64,
    /// Series cancelled.
    pub series_cancelled: u64,
    /// Active permits.
    pub permits_active: u64,
    /// Messages waiting to be sent.
    pub messages_waiting: u64,
    /// Messages sent.
    pub messages_sent: u64,
}

/// The answer of `dran audit`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditReport {
    /// One entry per promise.
    pub checks: Vec<AuditCheck>,
}

impl AuditReport {
    /// Whether every promise holds.
    pub fn ok(&self) -> bool {
        self.checks.iter().all(|check| check.violations.is_empty())
    }
}

/// One promise, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditCheck {
    /// Stable name: `no_slot_above_capacity`.
    pub name: &'static str,
    /// How many rows were looked at.
    pub rows: u64,
    /// The offending rows, in words, without personal data.
    pub violations: Vec<String>,
}
