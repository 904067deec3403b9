//! Nobody stands better by the draw than anybody else: chi-squared tests with fixed seeds, each at a
//! significance of 0.1 % (a fair draw stays below the bound in 999 of 1,000 choices of seeds).

use super::*;

/// A seed for each number.
fn numbered_seed(number: u32) -> Seed {
    Seed(Sha256::digest(number.to_be_bytes()).into())
}

/// Pearson's statistic of counts that should all be `expected`.
fn chi_squared(counts: &[u32], expected: f64) -> f64 {
    counts
        .iter()
        .map(|count| (f64::from(*count) - expected).powi(2) / expected)
        .sum()
}

#[test]
fn all_120_orders_of_five_are_equally_likely() {
    let mut counts = [0; 3125];
    for number in 0..24_000 {
        let order = positions(&numbered_seed(number), 5);
        counts[order.iter().fold(0, |code, position| code * 5 + *position as usize)] += 1;
    }
    let seen: Vec<u32> = counts.into_iter().filter(|count| *count > 0).collect();
    assert_eq!(seen.len(), 120);
    // 99.9 % of a chi-squared distribution with 119 degrees of freedom lie below 172.4.
    let statistic = chi_squared(&seen, 200.0);
    assert!(statistic < 172.4, "{statistic}");
}

#[test]
fn each_of_a_hundred_tickets_is_equally_likely_at_each_position() {
    let mut counts = vec![0; 100 * 100];
    for number in 0..10_000 {
        for (ticket, position) in positions(&numbered_seed(number), 100).iter().enumerate() {
            counts[100 * ticket + *position as usize] += 1;
        }
    }
    // 99² degrees of freedom: mean 9,801, standard deviation 140; 99.9 % lie below 10,240.
    let statistic = chi_squared(&counts, 100.0);
    assert!(statistic < 10_240.0, "{statistic}");
}

/// Pairs of a line of twenty: neighbours at both ends and in the middle, first and last, and others.
const PAIRS: [(usize, usize); 6] = [(0, 1), (9, 10), (18, 19), (0, 19), (3, 17), (1, 2)];

#[test]
fn two_tickets_are_equally_likely_at_each_pair_of_positions() {
    let mut counts = vec![[0_u32; 20 * 20]; PAIRS.len()];
    for number in 0..38_000 {
        let order = positions(&numbered_seed(number), 20);
        for (counts, (one, other)) in counts.iter_mut().zip(PAIRS) {
            counts[20 * order[one] as usize + order[other] as usize] += 1;
        }
    }
    for (counts, pair) in counts.iter().zip(PAIRS) {
        let (same, different): (Vec<_>, Vec<_>) = counts.iter().enumerate().partition(|(cell, _)| cell % 21 == 0);
        assert!(
            same.iter().all(|(_, count)| **count == 0),
            "two tickets at one position: {pair:?}"
        );
        let different: Vec<u32> = different.into_iter().map(|(_, count)| *count).collect();
        // 20 · 19 pairs of positions; 99.9 % of 379 degrees of freedom lie below 469.8.
        let statistic = chi_squared(&different, 100.0);
        assert!(statistic < 469.8, "{pair:?}: {statistic}");
    }
}

#[test]
fn of_two_tickets_each_is_as_likely_before_the_other() {
    const SEEDS: u32 = 20_000;
    let mut before = [0_u32; PAIRS.len()];
    for number in 0..SEEDS {
        let order = positions(&numbered_seed(number), 1_000);
        for (before, (one, other)) in before.iter_mut().zip(PAIRS) {
            // The same pairs, spread over a line of a thousand.
            *before += u32::from(order[50 * one] < order[50 * other]);
        }
    }
    for (before, pair) in before.into_iter().zip(PAIRS) {
        // 99.9 % of one degree of freedom lie below 10.83.
        let statistic = chi_squared(&[before, SEEDS - before], f64::from(SEEDS) / 2.0);
        assert!(statistic < 10.83, "{pair:?}: {before} of {SEEDS}");
    }
}
