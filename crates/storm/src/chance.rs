//! Seeded chance: what somebody does depends on the seed and on who they are, never on when they are asked.

/// A stream of random numbers (SplitMix64, Steele and others 2014): eight bytes of state, because every waiting person
/// has one.
#[derive(Clone, Copy, Debug)]
pub struct Chance(u64);

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

impl Chance {
    /// The chance of somebody.
    pub fn of(seed: u64, number: u64) -> Self {
        let mut chance = Self(seed.wrapping_mul(GOLDEN) ^ number);
        Self(chance.number())
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to 1.
    pub fn unit(&mut self) -> f64 {
        (self.number() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// One of so many, from 0.
    pub fn below(&mut self, bound: usize) -> usize {
        ((self.unit() * bound as f64) as usize).min(bound.saturating_sub(1))
    }

    /// Whether something happens that happens to this share.
    pub fn happens(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// A time around a median, as people take it: half are faster, a few take three times as long.
    pub fn around(&mut self, median: f64) -> f64 {
        // The sum of twelve uniform numbers is as good as normal here.
        let normal = (0..12).map(|_| self.unit()).sum::<f64>() - 6.0;
        median * (0.5 * normal).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_person_of_the_same_seed_does_the_same() {
        let numbers = |seed, number| {
            let mut chance = Chance::of(seed, number);
            [chance.number(), chance.number(), chance.number()]
        };
        assert_eq!(numbers(1, 7), numbers(1, 7));
        assert_ne!(numbers(1, 7), numbers(1, 8));
        assert_ne!(numbers(1, 7), numbers(2, 7));
    }

    #[test]
    fn a_share_is_met_over_many() {
        let many = (0..100_000)
            .filter(|number| Chance::of(3, *number).happens(0.2))
            .count();
        assert!((19_500..20_500).contains(&many), "{many}");
    }

    #[test]
    fn half_of_all_times_are_below_the_median() {
        let faster = (0..10_000)
            .filter(|number| Chance::of(5, *number).around(60.0) < 60.0)
            .count();
        assert!((4_800..5_200).contains(&faster), "{faster}");
    }
}
