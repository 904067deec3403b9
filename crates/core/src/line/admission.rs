//! How many tickets are called now, and from which pools.
//!
//! There is a bound on permits, and every call claims one: as many tickets are called as permits are
//! neither in use nor claimed. They are shared between the pools so that the permits in use *and* free
//! follow the waiting crowds, by Adams' method: each permit goes to the pool with the most people
//! waiting per permit it has. A pool with none in use comes first whatever its size, so nobody starves,
//! and no remainder is left over. No pool is called beyond its supply.

use crate::ids::LineNo;

/// Persons per ticket, on average, in thousandths: from 1000 (all alone) to 2000 (all couples).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MeanParty(u16);

impl MeanParty {
    /// One person per ticket, until something is measured.
    pub const ALONE: Self = Self(1000);

    /// The mean of so many persons on so many tickets.
    pub fn measured(tickets: u64, persons: u64) -> Self {
        let thousandths = persons.saturating_mul(1000).checked_div(tickets).unwrap_or(1000);
        Self(thousandths.clamp(1000, 2000) as u16)
    }

    /// How many persons so many tickets stand for, rounded up.
    pub fn persons(self, tickets: u32) -> u64 {
        (u64::from(tickets) * u64::from(self.0)).div_ceil(1000)
    }

    /// How many tickets so many persons come with: one at least if there is a person.
    pub fn tickets(self, persons: u32) -> u32 {
        let tickets = u64::from(persons) * 1000 / u64::from(self.0);
        (tickets as u32).max(persons.min(1))
    }
}

/// What the controller knows about one campaign when it decides.
#[derive(Clone, Debug)]
pub struct Load<'a> {
    /// How many tickets may use the booking pages at once.
    pub permits_max: u32,
    /// Its pools.
    pub pools: &'a [PoolLoad],
}

/// One pool of the campaign.
#[derive(Clone, Copy, Debug)]
pub struct PoolLoad {
    /// Its line.
    pub line: LineNo,
    /// Tickets not called yet.
    pub waiting: u32,
    /// Tickets with an active permit.
    pub inside: u32,
    /// Tickets called within the grace that have not entered yet. A ticket called longer ago keeps
    /// its turn but claims no permit.
    pub expected: u32,
    /// Series that nobody holds or has booked.
    pub supply_free: u32,
    /// Persons inside who hold nothing yet: each may still take one of these series.
    pub undecided_persons: u32,
    /// Persons per ticket.
    pub party: MeanParty,
}

impl PoolLoad {
    /// Permits this pool uses or claims.
    fn permits(&self) -> u64 {
        u64::from(self.inside) + u64::from(self.expected)
    }

    /// The most tickets that can be called: no more than wait, and no more than the supply serves
    /// after everybody inside or expected has taken theirs.
    fn calls_max(&self) -> u32 {
        let spoken_for = u64::from(self.undecided_persons) + self.party.persons(self.expected);
        let left = u64::from(self.supply_free).saturating_sub(spoken_for) as u32;
        self.waiting.min(self.party.tickets(left))
    }
}

/// How many tickets of which lines to call now; lines without a call are left out. The order of the
/// pools does not change over calls with the same crowd: of equals the earlier one comes first.
pub fn calls_to_make(load: &Load<'_>) -> Vec<(LineNo, u32)> {
    let in_use: u64 = load.pools.iter().map(PoolLoad::permits).sum();
    let callable: Vec<u32> = load.pools.iter().map(PoolLoad::calls_max).collect();
    let mut calls = vec![0_u32; load.pools.len()];
    for _ in 0..u64::from(load.permits_max).saturating_sub(in_use) {
        let neediest = (0..load.pools.len())
            .filter(|&pool| calls[pool] < callable[pool])
            .reduce(|best, pool| {
                if needs_more(load.pools, &calls, pool, best) {
                    pool
                } else {
                    best
                }
            });
        let Some(neediest) = neediest else { break };
        calls[neediest] += 1;
    }
    load.pools
        .iter()
        .zip(calls)
        .filter(|(_, calls)| *calls > 0)
        .map(|(pool, calls)| (pool.line, calls))
        .collect()
}

/// Whether pool `a` has strictly more people waiting per permit than pool `b`.
fn needs_more(pools: &[PoolLoad], calls: &[u32], a: usize, b: usize) -> bool {
    let permits = |pool: usize| pools[pool].permits() + u64::from(calls[pool]);
    let waiting = |pool: usize| u128::from(pools[pool].waiting);
    match (permits(a), permits(b)) {
        (0, 0) => waiting(a) > waiting(b),
        (permits_a, permits_b) => waiting(a) * u128::from(permits_b) > waiting(b) * u128::from(permits_a),
    }
}
