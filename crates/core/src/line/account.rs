//! The public account: who was called when, in positions and not persons, so that nobody can be slipped
//! in unseen.
//!
//! It is a text with a line for each deed. Each line has a head that depends on all lines up to it
//! (`‖` joins bytes):
//!
//! ```text
//! head(0) = 32 zero bytes
//! head(n) = SHA-256( "dran account 1" ‖ head(n-1) ‖ line n as UTF-8, without its end )
//! ```
//!
//! Whoever has written down one head can tell whether any line before it was changed, left out or put
//! in later. A line has its number, the time, the campaign, the deed and what it concerns, separated by
//! single spaces; pools and numbers are joined by `=`:
//!
//! ```text
//! 1 2021-01-10T09:00:00.000Z hessen committed 5f0c…
//! 2 2021-01-12T07:00:00.100Z hessen frozen kassel-stadt=8213 fulda=1944
//! 3 2021-01-12T07:00:13.020Z hessen value fb8f7bc2…
//! 4 2021-01-12T07:00:13.100Z hessen drawn kassel-stadt=8213 fulda=1944
//! 5 2021-01-12T07:00:13.350Z hessen called kassel-stadt=60 fulda=14
//! ```
//!
//! `called` names how far each line has come: all positions up to that one, from 1. Where a campaign lets callers in
//! beside the line, `by-phone` names how many tickets of a pool have come in so, each with a line of its own:
//!
//! ```text
//! 6 2021-01-12T07:00:41.801Z hessen by-phone kassel-stadt=1
//! ```

use std::fmt::Write as _;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::hex;
use crate::ids::{CampaignId, PoolId};

/// Names what is hashed.
const DOMAIN: &[u8] = b"dran account 1";

/// What stands for an account up to a line.
pub type Head = [u8; 32];

/// The head of an empty account.
pub const EMPTY: Head = [0; 32];

/// What was done.
#[derive(Clone, Copy, Debug)]
pub enum Deed<'a> {
    /// A campaign was created and the commitment to its draw published.
    Committed(&'a [u8; 32]),
    /// N was frozen: so many tickets of each pool take part in the draw.
    Frozen(&'a [(PoolId, u32)]),
    /// The public value of the draw came: the text that enters its seed.
    Value(&'a str),
    /// The order was drawn, of so many tickets in each pool.
    Drawn(&'a [(PoolId, u32)]),
    /// Lines have come so far: positions called.
    Called(&'a [(PoolId, u32)]),
    /// So many tickets of each pool have come in beside the line so far, because an agent had them on the phone.
    ByPhone(&'a [(PoolId, u32)]),
    /// Nobody is called until further notice.
    Paused,
    /// People are called again.
    Resumed,
    /// The campaign has ended.
    Closed,
}

/// The line of a deed.
pub fn line(number: u32, at: Timestamp, campaign: &CampaignId, deed: &Deed<'_>) -> String {
    let mut line = format!("{number} {at:.3} {campaign} ");
    match deed {
        Deed::Committed(commitment) => {
            line.push_str("committed ");
            line.push_str(&hex::encode(*commitment));
        }
        Deed::Frozen(pools) => with_pools(&mut line, "frozen", pools),
        Deed::Value(value) => {
            line.push_str("value ");
            line.push_str(value);
        }
        Deed::Drawn(pools) => with_pools(&mut line, "drawn", pools),
        Deed::Called(pools) => with_pools(&mut line, "called", pools),
        Deed::ByPhone(pools) => with_pools(&mut line, "by-phone", pools),
        Deed::Paused => line.push_str("paused"),
        Deed::Resumed => line.push_str("resumed"),
        Deed::Closed => line.push_str("closed"),
    }
    line
}

fn with_pools(line: &mut String, deed: &str, pools: &[(PoolId, u32)]) {
    line.push_str(deed);
    for (pool, number) in pools {
        // Writing to a string does not fail.
        let _ = write!(line, " {pool}={number}");
    }
}

/// The head after one more line.
pub fn next(head: &Head, line: &str) -> Head {
    let mut hash = Sha256::new();
    hash.update(DOMAIN);
    hash.update(head);
    hash.update(line.as_bytes());
    hash.finalize().into()
}

/// How far each line of a campaign has come by a line of the account; nothing for other deeds.
pub fn called(line: &str) -> Option<(&str, impl Iterator<Item = (&str, u32)>)> {
    pools_of(line, "called")
}

/// How many tickets of a pool have come in beside the line by a line of the account; nothing for other deeds.
pub fn by_phone(line: &str) -> Option<(&str, impl Iterator<Item = (&str, u32)>)> {
    pools_of(line, "by-phone")
}

fn pools_of<'l>(line: &'l str, deed: &str) -> Option<(&'l str, impl Iterator<Item = (&'l str, u32)> + use<'l>)> {
    let mut words = line.split(' ').skip(2);
    let campaign = words.next()?;
    if words.next()? != deed {
        return None;
    }
    let marks = words.filter_map(|word| {
        let (pool, called) = word.split_once('=')?;
        Some((pool, called.parse().ok()?))
    });
    Some((campaign, marks))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millisecond: i64) -> Timestamp {
        Timestamp::from_millisecond(millisecond).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    fn pools() -> Vec<(PoolId, u32)> {
        vec![(PoolId::new("kassel-stadt"), 60), (PoolId::new("fulda"), 14)]
    }

    #[test]
    fn a_line_says_when_and_how_far_and_is_read_again() {
        let pools = pools();
        let text = line(
            3,
            at(1_610_434_800_350),
            &CampaignId::new("hessen"),
            &Deed::Called(&pools),
        );
        assert_eq!(
            text,
            "3 2021-01-12T07:00:00.350Z hessen called kassel-stadt=60 fulda=14"
        );
        let read = called(&text).map(|(campaign, marks)| (campaign, marks.collect::<Vec<_>>()));
        assert_eq!(read, Some(("hessen", vec![("kassel-stadt", 60), ("fulda", 14)])));
        assert!(called(&line(4, at(0), &CampaignId::new("hessen"), &Deed::Paused)).is_none());
    }

    #[test]
    fn who_came_in_beside_the_line_is_a_line_of_its_own_kind() {
        let pools = [(PoolId::new("fulda"), 3)];
        let text = line(7, at(0), &CampaignId::new("hessen"), &Deed::ByPhone(&pools));
        assert_eq!(text, "7 1970-01-01T00:00:00.000Z hessen by-phone fulda=3");
        let read = by_phone(&text).map(|(campaign, marks)| (campaign, marks.collect::<Vec<_>>()));
        assert_eq!(read, Some(("hessen", vec![("fulda", 3)])));
        assert!(called(&text).is_none(), "taken for a call");
    }

    #[test]
    fn every_line_changes_the_heads_after_it() {
        let lines = ["1 a", "2 b", "3 c"];
        let head = |lines: &[&str]| lines.iter().fold(EMPTY, |head, line| next(&head, line));
        let whole = head(&lines);
        for other in [
            &["1 a", "3 c"][..],
            &["1 a", "3 c", "2 b"],
            &["1 a", "2 b", "3 d"],
            &["1 a2", " b", "3 c"],
        ] {
            assert_ne!(head(other), whole, "{other:?}");
        }
    }

    #[test]
    fn the_head_is_what_the_documentation_says() {
        // printf 'dran account 1' | cat - <(head -c 32 /dev/zero) <(printf '1 a') | sha256sum
        let hex = hex::encode(&next(&EMPTY, "1 a"));
        assert_eq!(hex, "16901862bcd025f0f953056dcb8892bbb14f592fd7876d3fbfa0682983b52775");
    }
}
