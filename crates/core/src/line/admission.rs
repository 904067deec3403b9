//! How many tickets are called now, and from which pools.
//!
//! There is a bound on permits ([`super::target`]). Everybody inside uses one, and everybody called
//! claims as much of one as the chance that they come ([`super::arrival`]): whoever is called is
//! expected to find a free permit, and those who do not come leave none idle. As many are called as
//! permits are neither in use nor claimed, and as will have come free when they arrive. They are shared between the pools so that the permits in use *and* free
//! follow the waiting crowds, by Adams' method: each permit goes to the pool with the most people
//! waiting per permit it has. A pool with none in use comes first whatever its size, so nobody starves,
//! and no remainder is left over.
//!
//! What is promised: the store gives no permit beyond the bound, ever; that more of the called come than
//! permits are free happens, they are told so, claim a whole permit from then on, and nobody is called
//! in their stead. No pool is called beyond its supply, even if all who are called within the grace come.

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
    /// How many tickets may use the booking pages at once, as of now.
    pub permits: u32,
    /// Permits in use that will be free when those arrive who are called now.
    pub freed_soon: u32,
    /// The permits that one call claims: the chance that somebody called now comes, above 0, at most 1.
    pub claim_of_call: f64,
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
    /// The permits that those claim: at most one each.
    pub claimed: u32,
    /// Series that nobody holds or has booked.
    pub supply_free: u32,
    /// Persons inside who hold nothing yet: each may still take one of these series.
    pub undecided_persons: u32,
    /// Persons per ticket.
    pub party: MeanParty,
}

impl PoolLoad {
    /// Permits this pool uses or claims.
    pub fn permits(&self) -> u32 {
        self.inside.saturating_add(self.claimed)
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
    let in_use = load
        .pools
        .iter()
        .fold(0_u32, |in_use, pool| in_use.saturating_add(pool.permits()));
    let callable: Vec<u32> = load.pools.iter().map(PoolLoad::calls_max).collect();
    let mut calls = vec![0_u32; load.pools.len()];
    let claim = (load.claim_of_call * 1000.0).clamp(1.0, 1000.0) as u64;
    let free = u64::from(load.permits.saturating_add(load.freed_soon).saturating_sub(in_use));
    for _ in 0..free * 1000 / claim {
        let neediest = (0..load.pools.len())
            .filter(|&pool| calls[pool] < callable[pool])
            .reduce(|best, pool| {
                if needs_more(load.pools, &calls, claim, pool, best) {
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

/// Whether pool `a` has strictly more people waiting per permit than pool `b`. `claim` is what a call
/// claims, in thousandths of a permit.
fn needs_more(pools: &[PoolLoad], calls: &[u32], claim: u64, a: usize, b: usize) -> bool {
    let permits = |pool: usize| u64::from(pools[pool].permits()) * 1000 + u64::from(calls[pool]) * claim;
    let waiting = |pool: usize| u64::from(pools[pool].waiting);
    match (permits(a), permits(b)) {
        (0, 0) => waiting(a) > waiting(b),
        // waiting(a) / permits_a > waiting(b) / permits_b, without a division.
        (permits_a, permits_b) => waiting(a) * permits_b > waiting(b) * permits_a,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pool(line: u16, waiting: u32, supply_free: u32) -> PoolLoad {
        PoolLoad {
            line: LineNo(line),
            waiting,
            inside: 0,
            expected: 0,
            claimed: 0,
            supply_free,
            undecided_persons: 0,
            party: MeanParty::ALONE,
        }
    }

    /// Who is called when everybody comes who is called.
    fn calls(permits: u32, pools: &[PoolLoad]) -> Vec<(u16, u32)> {
        calls_when(1.0, permits, pools)
    }

    fn calls_when(claim_of_call: f64, permits: u32, pools: &[PoolLoad]) -> Vec<(u16, u32)> {
        let load = Load {
            permits,
            freed_soon: 0,
            claim_of_call,
            pools,
        };
        calls_to_make(&load)
            .into_iter()
            .map(|(line, calls)| (line.0, calls))
            .collect()
    }

    #[test]
    fn free_permits_follow_the_crowds() {
        let pools = [pool(1, 6_000, 9_000), pool(2, 3_000, 9_000), pool(3, 1_000, 9_000)];
        assert_eq!(calls(100, &pools), [(1, 60), (2, 30), (3, 10)]);
    }

    #[test]
    fn permits_in_use_count_as_a_pools_share() {
        let crowded = PoolLoad {
            inside: 60,
            ..pool(1, 6_000, 9_000)
        };
        assert_eq!(calls(90, &[crowded, pool(2, 3_000, 9_000)]), [(2, 30)]);
    }

    #[test]
    fn a_tiny_pool_beside_a_huge_one_is_called_first_when_it_has_nobody_inside() {
        let huge = PoolLoad {
            inside: 99,
            ..pool(1, 1_000_000, 60_000)
        };
        assert_eq!(calls(100, &[huge, pool(2, 3, 10)]), [(2, 1)]);
    }

    #[test]
    fn permits_one_pool_cannot_use_go_to_the_others() {
        let pools = [pool(1, 6_000, 5), pool(2, 3_000, 9_000), pool(3, 2, 9_000)];
        assert_eq!(calls(100, &pools), [(1, 5), (2, 94), (3, 1)]);
    }

    #[test]
    fn whoever_is_called_or_choosing_has_their_series_already_counted() {
        let busy = PoolLoad {
            expected: 3,
            claimed: 3,
            undecided_persons: 5,
            inside: 4,
            ..pool(1, 100, 10)
        };
        assert_eq!(calls(50, &[busy]), [(1, 2)]);
    }

    #[test]
    fn couples_are_called_for_by_the_measured_party() {
        let couples = PoolLoad {
            party: MeanParty::measured(100, 150),
            ..pool(1, 100, 30)
        };
        assert_eq!(calls(50, &[couples]), [(1, 20)]);
    }

    #[test]
    fn the_last_series_is_called_for_even_among_couples() {
        let couples = PoolLoad {
            party: MeanParty::measured(100, 200),
            ..pool(1, 100, 1)
        };
        assert_eq!(calls(50, &[couples]), [(1, 1)]);
        assert_eq!(
            calls(
                50,
                &[PoolLoad {
                    supply_free: 0,
                    ..couples
                }]
            ),
            []
        );
    }

    #[test]
    fn when_a_fifth_does_not_come_a_quarter_more_are_called() {
        assert_eq!(calls_when(0.8, 100, &[pool(1, 6_000, 9_000)]), [(1, 125)]);
        let two = [pool(1, 6_000, 9_000), pool(2, 3_000, 9_000)];
        assert_eq!(calls_when(0.8, 120, &two), [(1, 100), (2, 50)]);
    }

    #[test]
    fn who_is_expected_claims_the_supply_in_full_even_if_few_come() {
        let expecting = PoolLoad {
            expected: 10,
            claimed: 2,
            ..pool(1, 100, 12)
        };
        assert_eq!(calls_when(0.2, 50, &[expecting]), [(1, 2)]);
    }

    #[test]
    fn nobody_is_called_above_the_bound() {
        let full = PoolLoad {
            inside: 40,
            expected: 10,
            claimed: 10,
            ..pool(1, 100, 1_000)
        };
        assert_eq!(calls(50, &[full]), []);
        assert_eq!(calls(0, &[pool(1, 100, 1_000)]), [], "the operator has closed the door");
        assert_eq!(calls(10, &[full]), [], "the bound was lowered while people are inside");
    }

    #[test]
    fn the_mean_party_stays_between_one_and_two() {
        assert_eq!(MeanParty::measured(0, 0), MeanParty::ALONE);
        assert_eq!(MeanParty::measured(10, 3), MeanParty::ALONE);
        assert_eq!(MeanParty::measured(1, u64::MAX).persons(10), 20);
        assert_eq!(MeanParty::measured(1_000_000, 1_234_567).persons(1_000), 1_234);
    }

    fn any_pool() -> impl Strategy<Value = PoolLoad> {
        (
            0..5_000_u32,
            0..50_u32,
            0..50_u32,
            0..3_000_u32,
            0..60_u32,
            1_000..=2_000_u64,
        )
            .prop_map(
                |(waiting, inside, expected, supply_free, undecided_persons, thousandths)| PoolLoad {
                    line: LineNo(0),
                    waiting,
                    inside,
                    expected,
                    claimed: expected,
                    supply_free,
                    undecided_persons,
                    party: MeanParty::measured(1_000, thousandths),
                },
            )
    }

    fn any_pools() -> impl Strategy<Value = Vec<PoolLoad>> {
        proptest::collection::vec(any_pool(), 0..12).prop_map(|mut pools| {
            for (line, pool) in (0..).zip(&mut pools) {
                pool.line = LineNo(line);
            }
            pools
        })
    }

    proptest! {
        #[test]
        fn calls_use_every_free_permit_that_crowd_and_supply_allow_and_no_more(
            pools in any_pools(),
            permits_max in 0..2_000_u32,
        ) {
            let called: u32 = calls(permits_max, &pools).iter().map(|(_, calls)| calls).sum();
            let in_use: u32 = pools.iter().map(|pool| pool.inside + pool.expected).sum();
            let callable: u32 = pools.iter().map(PoolLoad::calls_max).sum();
            prop_assert_eq!(called, permits_max.saturating_sub(in_use).min(callable));
        }

        #[test]
        fn no_pool_is_called_beyond_its_crowd_or_supply(pools in any_pools(), permits_max in 0..2_000_u32) {
            for (line, calls) in calls(permits_max, &pools) {
                let pool = pools[usize::from(line)];
                prop_assert!(calls <= pool.waiting);
                prop_assert!(calls + pool.expected + pool.undecided_persons <= pool.supply_free);
            }
        }

        #[test]
        fn every_pool_that_could_be_called_has_somebody_in_when_there_are_enough_permits(
            pools in any_pools(),
            permits in 12..40_u32,
        ) {
            let in_use: u32 = pools.iter().map(|pool| pool.inside + pool.expected).sum();
            let called = calls(in_use + permits, &pools);
            for pool in pools.iter().filter(|pool| pool.calls_max() > 0 && pool.permits() == 0) {
                prop_assert!(called.iter().any(|(line, _)| *line == pool.line.0));
            }
        }

        #[test]
        fn no_called_pool_was_better_off_than_one_left_behind(pools in any_pools(), permits_max in 0..2_000_u32) {
            let called = calls(permits_max, &pools);
            let calls_of = |line: LineNo| called.iter().find(|(of, _)| *of == line.0).map_or(0, |(_, calls)| *calls);
            for given in pools.iter().filter(|pool| calls_of(pool.line) > 0) {
                for left in pools.iter().filter(|pool| calls_of(pool.line) < pool.calls_max()) {
                    // Before its last call, `given` had at least as many waiting per permit.
                    let given_permits = u64::from(given.permits() + calls_of(given.line) - 1);
                    let left_permits = u64::from(left.permits() + calls_of(left.line));
                    prop_assert!(u64::from(given.waiting) * left_permits >= u64::from(left.waiting) * given_permits);
                }
            }
        }
    }
}
