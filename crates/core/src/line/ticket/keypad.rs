//! Short codes typed on a telephone: one press for each character, on the key that bears it.
//!
//! Twelve keys with three to five characters each stand for up to 5¹² codes. Nearly none of them is a ticket: the place
//! must be in a line that there is, and given out already; the check character must be right, and the tag. To look at
//! all would take a second, so the eleven characters are split in two halves: a code's value is the sum of what both
//! spell, and for each of the at most 5⁶ first halves the second halves that lead into a line lie side by side in a
//! sorted list.

use super::{LINE_BITS, NUMBER_BITS, PLACE_BITS, SHORT_CODE_CHARS, place_of};
use crate::codes::{ALPHABET, Family};
use crate::hotline::characters_on;
use crate::ids::{LineNo, Party, TicketId};
use crate::token::{KeyRing, Purpose};

const BASE: u64 = ALPHABET.len() as u64;
/// Characters of the first half; the second has one less, and behind it stands the check character.
const FIRST_CHARS: usize = 6;
const SECOND_CHARS: usize = SHORT_CODE_CHARS - 1 - FIRST_CHARS;
const PLACES: u64 = 1 << PLACE_BITS;

/// What one spelling of a half is worth.
#[derive(Clone, Copy)]
struct Half {
    /// Its part of the code's value.
    value: u64,
    /// Its part of the weighted sum that the check character completes.
    weighted: u64,
}

/// The tickets whose short code is typed with these twelve keys (digits of ASCII), in lines that have given out so
/// many numbers. One as a rule; several are found once in some hundred thousand times, and then nobody can tell which
/// of them is meant.
pub fn tickets_typed(keys: &[u8; SHORT_CODE_CHARS], lines: &[(LineNo, u32)], ring: &KeyRing) -> Vec<(TicketId, Party)> {
    let values: Vec<Vec<u64>> = keys.iter().map(|key| values_on(*key)).collect();
    let (first, rest) = values.split_at(FIRST_CHARS);
    let (second, check) = rest.split_at(SECOND_CHARS);
    let firsts = halves(first, BASE.pow(SECOND_CHARS as u32), SHORT_CODE_CHARS as u64);
    let mut seconds = halves(second, 1, (SECOND_CHARS + 1) as u64);
    seconds.sort_unstable_by_key(|half| half.value);
    let mut found = Vec::new();
    for first in firsts {
        for (line, numbers) in lines {
            if u64::from(line.0) >= 1 << LINE_BITS {
                continue;
            }
            let begin = u64::from(line.0) << (NUMBER_BITS + 1);
            let length = u64::from(*numbers).min(1 << NUMBER_BITS) * 2;
            // Where the second half has to lie for the sum to lie in the line, counted round.
            let from = (begin + PLACES - first.value % PLACES) % PLACES;
            let ends = [(from, from + length), (0, (from + length).saturating_sub(PLACES))];
            for (from, end) in ends {
                let start = seconds.partition_point(|half| half.value < from);
                let inside = seconds[start..].iter().take_while(|half| half.value < end);
                found.extend(inside.filter_map(|second| genuine(first, *second, &check[0], ring)));
            }
        }
    }
    found
}

/// The place of a code, if its check character is among these and its tag is of the ring.
fn genuine(first: Half, second: Half, checks: &[u64], ring: &KeyRing) -> Option<(TicketId, Party)> {
    let missing = (Family::Ticket as u64 + BASE - (first.weighted + second.weighted) % BASE) % BASE;
    if !checks.contains(&missing) {
        return None;
    }
    let value = first.value + second.value;
    let (tag, place) = (value >> PLACE_BITS, value % PLACES);
    let spelled = place.to_be_bytes();
    let mut tags = ring.tags(Purpose::ShortCode, &spelled);
    tags.any(|known| known % super::TAGS == tag).then(|| {
        let party = if place & 1 == 0 { Party::One } else { Party::Couple };
        (place_of(place), party)
    })
}

/// Everything that a half can spell; `unit` is what its last character counts, `weight` the check's weight of its
/// first.
fn halves(characters: &[Vec<u64>], unit: u64, weight: u64) -> Vec<Half> {
    let mut spelled = vec![Half { value: 0, weighted: 0 }];
    for (at, values) in characters.iter().enumerate() {
        let weight = weight - at as u64;
        let longer = spelled.iter().flat_map(|half| {
            values.iter().map(move |value| Half {
                value: half.value * BASE + value,
                weighted: half.weighted + weight * value,
            })
        });
        spelled = longer.collect();
    }
    for half in &mut spelled {
        half.value *= unit;
    }
    spelled
}

/// The values of the characters on a key.
fn values_on(key: u8) -> Vec<u64> {
    let place = |character| ALPHABET.iter().position(|known| *known == character);
    characters_on(key).filter_map(place).map(|place| place as u64).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::hotline::key_of;
    use crate::ids::TicketNumber;
    use crate::line::ticket::{ShortCode, Ticket};

    fn ring() -> KeyRing {
        KeyRing::new(vec![(1, [1; 32]), (2, [2; 32])]).unwrap()
    }

    fn keys_of(code: &ShortCode) -> [u8; SHORT_CODE_CHARS] {
        std::array::from_fn(|at| key_of(code.as_str().as_bytes()[at]).unwrap())
    }

    fn ticket(line: u16, number: u32, party: Party) -> Ticket {
        Ticket {
            id: TicketId {
                line: LineNo(line),
                number: TicketNumber(number),
            },
            party,
            birth_year: 1935,
            joined_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_ticket_that_was_not_given_out_yet_is_not_found() {
        let ring = ring();
        let keys = keys_of(&ShortCode::of(&ticket(3, 99, Party::One), &ring).unwrap());
        assert_eq!(tickets_typed(&keys, &[(LineNo(3), 99)], &ring), []);
        assert_eq!(tickets_typed(&keys, &[(LineNo(3), 100)], &ring).len(), 1);
        assert_eq!(tickets_typed(&keys, &[(LineNo(4), 100)], &ring), []);
        let other = KeyRing::new(vec![(1, [9; 32])]).unwrap();
        assert_eq!(tickets_typed(&keys, &[(LineNo(3), 100)], &other), []);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_ticket_is_found_by_one_press_for_each_character(
            line in 0..4_096_u16, number in 0..400_000_u32, couple: bool, key in 0..2_usize,
        ) {
            let party = if couple { Party::Couple } else { Party::One };
            let ticket = ticket(line, number, party);
            // Whichever key of the ring has signed it.
            let signing = KeyRing::new(vec![(key as u8 + 1, [key as u8 + 1; 32])]).unwrap();
            let keys = keys_of(&ShortCode::of(&ticket, &signing).unwrap());
            let lines: Vec<_> = (0..53).map(|other| (LineNo((line + other) % 4_096), 400_000)).collect();
            let found = tickets_typed(&keys, &lines, &ring());
            prop_assert!(found.contains(&(ticket.id, party)));
            prop_assert!(found.len() <= 2, "{} tickets", found.len());
        }
    }
}
