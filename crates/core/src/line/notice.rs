//! Who is to be told before the turn.
//!
//! The lead time is a promise: whoever wants to be told half an hour before should have that half hour. So the
//! *lower* end of the expected wait decides, and one in ten is called sooner than it says: nine of ten have at
//! least the lead time. Being told too early costs a look at the page; being told too late costs nothing but
//! the advantage, because a called position stays good.

use std::time::Duration;

use jiff::Timestamp;

use super::standing::{LineSnapshot, LineState};
use super::wait::WaitRange;

/// When the turn of a ticket with `ahead` uncalled positions before it is expected: only in a line that moves
/// and whose supply reaches it.
pub fn turn_expected(line: &LineSnapshot, ahead: u32, now: Timestamp) -> Option<WaitRange> {
    let reached = line.party.persons(ahead) < u64::from(line.supply());
    if line.state != LineState::Open || !reached {
        return None;
    }
    let position = line.called.saturating_add(ahead);
    line.forecast.expected(position, now).map(|wait| wait.range)
}

/// The end of the positions whose turn may come within the lead time: those from the called mark up to
/// it are told now. The called mark itself if there are none.
pub fn told_before_turn(line: &LineSnapshot, lead: Duration, now: Timestamp) -> u32 {
    let is_soon = |ahead: u32| turn_expected(line, ahead, now).is_some_and(|wait| wait.low <= lead);
    // A wait grows with who stands ahead, and supply reaches a front part: the first who is not told ends it.
    let (mut told, mut end) = (0, line.joined.saturating_sub(line.called));
    while told < end {
        let middle = told + (end - told) / 2;
        if is_soon(middle) {
            told = middle + 1;
        } else {
            end = middle;
        }
    }
    line.called + told
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use super::*;
    use crate::ids::LineNo;
    use crate::line::admission::MeanParty;
    use crate::line::wait::{Forecast, WaitMeter};

    const HALF_AN_HOUR: Duration = Duration::from_secs(1800);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_610_434_800 + seconds).unwrap()
    }

    /// How many are called after half an hour.
    const CALLED: u32 = 4_200;

    /// 100,000 in line; 600 permits of five minutes, and so two calls a second, for half an hour.
    fn line() -> LineSnapshot {
        let mut meter = WaitMeter::new(at(0), 0, Duration::from_secs(300));
        for second in 0..=1_800 {
            meter.step(at(second.into()), 600 + 2 * second, 100_000, 600.0);
        }
        LineSnapshot {
            line: LineNo(1),
            state: LineState::Open,
            drawn: None,
            joined: 100_000,
            called: CALLED,
            called_before_grace: CALLED,
            supply_free: 90_000,
            promised_persons: 0,
            party: MeanParty::ALONE,
            forecast: meter.forecast().clone(),
        }
    }

    #[test]
    fn who_may_be_called_within_the_lead_time_is_told_and_nobody_behind() {
        let line = line();
        let told = told_before_turn(&line, HALF_AN_HOUR, at(1_800));
        let wait = |position: u32| turn_expected(&line, position - line.called, at(1_800)).unwrap();
        assert!(wait(told - 1).low <= HALF_AN_HOUR && wait(told).low > HALF_AN_HOUR);
        assert!(
            wait(told - 1).high > HALF_AN_HOUR,
            "told while the turn may still be further away than the lead time"
        );
    }

    #[test]
    fn a_longer_lead_time_reaches_further_and_none_reaches_nobody() {
        let line = line();
        let told = |minutes: u64| told_before_turn(&line, Duration::from_secs(60 * minutes), at(1_800));
        assert!(told(10) < told(30) && told(30) < told(60));
        assert_eq!(told(0), CALLED);
    }

    #[test]
    fn nobody_is_told_to_come_beyond_the_supply() {
        let little = LineSnapshot {
            supply_free: 40,
            promised_persons: 10,
            ..line()
        };
        assert_eq!(told_before_turn(&little, HALF_AN_HOUR, at(1_800)), CALLED + 30);
        let none = LineSnapshot {
            supply_free: 0,
            ..line()
        };
        assert_eq!(told_before_turn(&none, HALF_AN_HOUR, at(1_800)), CALLED);
    }

    #[test]
    fn a_line_that_stands_still_tells_nobody() {
        for state in [LineState::Paused, LineState::Closed] {
            let still = LineSnapshot { state, ..line() };
            assert_eq!(told_before_turn(&still, HALF_AN_HOUR, at(1_800)), CALLED);
        }
        let unknown = LineSnapshot {
            forecast: Forecast::default(),
            ..line()
        };
        assert_eq!(told_before_turn(&unknown, HALF_AN_HOUR, at(0)), CALLED);
    }

    #[test]
    fn a_line_shorter_than_the_lead_time_is_told_to_its_end() {
        let short = LineSnapshot {
            joined: CALLED + 10,
            ..line()
        };
        assert_eq!(told_before_turn(&short, HALF_AN_HOUR, at(1_800)), CALLED + 10);
    }
}
