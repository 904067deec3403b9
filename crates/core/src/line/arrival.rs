//! Who of the called comes, and how soon: so that those who do not come leave no permit idle.
//!
//! # Method
//!
//! The grace is cut into equal spans. For each span the share of those who enter in it is measured among
//! those who had not entered before: the hazard of Kaplan and Meier (1958), which learns from people
//! called a moment ago as well as from those whose grace is over. From it follows the chance that a
//! ticket called so long ago, and not here yet, still comes. Old measurements fade, and a prior stands
//! in for what has not been seen.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// Spans that the grace is cut into.
pub const SPANS: usize = 12;
/// Tickets at risk that a span remembers: a change of habits shows after as many.
const MEMORY_TICKETS: f64 = 500.0;
/// The prior weighs as many tickets.
const PRIOR_TICKETS: f64 = 10.0;
/// Before anything is measured: of those still missing a third comes in each of the first six spans, a
/// tenth in each of the others; so 95 of 100 come within the grace.
const PRIOR_HAZARD_SOON: f64 = 0.333;
const PRIOR_HAZARD_LATE: f64 = 0.1;
/// However few come, no call counts as less than this: calls are at most three times the free permits.
const CHANCE_MIN: f64 = 1.0 / 3.0;

/// Measures how fast permits come free.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turnover {
    freed: f64,
    seconds: f64,
    at: Timestamp,
}

/// Permits freed longer ago than this count for less than 1/e.
const TURNOVER_MEMORY_S: f64 = 60.0;
/// Of the permits that will come free while the called are on their way this share is called for. The
/// rest is for the chance that more come or fewer leave than expected.
const OVERCOMMIT: f64 = 0.75;
/// Never more than this share of the permits in use.
const OVERCOMMIT_MAX: f64 = 0.25;

impl Turnover {
    /// Nothing seen yet.
    pub fn new(now: Timestamp) -> Self {
        Self {
            freed: 0.0,
            seconds: 0.0,
            at: now,
        }
    }

    /// Takes in that so many permits came free since the last record.
    pub fn record(&mut self, now: Timestamp, freed: u32) {
        let elapsed_s = now.duration_since(self.at).as_secs_f64().max(0.0);
        let fade = (-elapsed_s / TURNOVER_MEMORY_S).exp();
        self.freed = self.freed * fade + f64::from(freed);
        self.seconds = self.seconds * fade + TURNOVER_MEMORY_S * (1.0 - fade);
        self.at = now;
    }

    /// How many of the permits in use may be called for already, because they will be free when the
    /// called arrive: the overcommitment of Breakwater (Cho et al., OSDI 2020).
    pub fn freed_soon(&self, chances: &Chances, in_use: u32) -> u32 {
        let freed = self.freed * chances.mean_delay().as_secs_f64() / self.seconds.max(1.0);
        (freed * OVERCOMMIT).min(f64::from(in_use) * OVERCOMMIT_MAX) as u32
    }
}

/// What was seen of the called, by the time since their call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arrivals {
    grace: Duration,
    came: [f64; SPANS],
    at_risk: [f64; SPANS],
}

impl Arrivals {
    /// Nothing seen yet. After the grace nobody is waited for.
    pub fn new(grace: Duration) -> Self {
        Self {
            grace,
            came: [0.0; SPANS],
            at_risk: [0.0; SPANS],
        }
    }

    /// The span of a ticket called so long ago; `None` when its grace is over.
    pub fn span(&self, age: Duration) -> Option<usize> {
        let share = age.as_secs_f64() / self.grace.as_secs_f64();
        (share < 1.0).then_some((share * SPANS as f64) as usize)
    }

    /// Takes in what one span brought: of `missing` tickets that had not entered when it began, `came`
    /// entered in it.
    pub fn record(&mut self, span: usize, missing: u32, came: u32) {
        let (Some(seen_came), Some(seen_at_risk)) = (self.came.get_mut(span), self.at_risk.get_mut(span)) else {
            return;
        };
        let missing = f64::from(missing);
        let fade = (-missing / MEMORY_TICKETS).exp();
        *seen_came = *seen_came * fade + f64::from(came).min(missing);
        *seen_at_risk = *seen_at_risk * fade + missing;
    }

    /// The chances that a ticket which has not entered by the beginning of each span still does.
    pub fn chances(&self) -> Chances {
        let mut stays_away = 1.0;
        // The spans until those arrive who are missing at the beginning of the span and still come.
        let mut spans_until = 0.0;
        let mut chances = [0.0; SPANS];
        for span in (0..SPANS).rev() {
            let prior = if span < SPANS / 2 {
                PRIOR_HAZARD_SOON
            } else {
                PRIOR_HAZARD_LATE
            };
            let hazard = (self.came[span] + PRIOR_TICKETS * prior) / (self.at_risk[span] + PRIOR_TICKETS);
            let hazard = hazard.clamp(0.0, 1.0);
            let come_later = (1.0 - hazard) * (1.0 - stays_away);
            spans_until = hazard * 0.5 + come_later + (1.0 - hazard) * spans_until;
            stays_away *= 1.0 - hazard;
            chances[span] = 1.0 - stays_away;
        }
        let mean_spans = spans_until / chances[0].max(f64::MIN_POSITIVE);
        Chances {
            of_span: chances,
            mean_delay: self.grace.mul_f64(mean_spans / SPANS as f64),
        }
    }
}

/// See [`Arrivals::chances`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chances {
    of_span: [f64; SPANS],
    mean_delay: Duration,
}

impl Chances {
    /// That a ticket called so many spans ago, and not here yet, still comes within its grace.
    pub fn of_span(&self, span: usize) -> f64 {
        self.of_span.get(span).copied().unwrap_or(0.0)
    }

    /// How long those take who come.
    pub fn mean_delay(&self) -> Duration {
        self.mean_delay
    }

    /// That a ticket called now comes: the permits that one call claims.
    pub fn of_call(&self) -> f64 {
        self.of_span[0].max(CHANCE_MIN)
    }
}

/// The tickets of one line that were called within the grace, until they enter.
#[derive(Clone, Debug, Default)]
pub struct Called {
    /// By the time of their call, oldest first.
    cohorts: VecDeque<Cohort>,
    /// Positions called within the grace, or not yet, that have come.
    came: BTreeSet<u32>,
    /// Positions that came and found every permit in use, and when they last tried.
    at_the_door: BTreeMap<u32, Timestamp>,
    /// Positions called longer ago than the grace: all below this one.
    before_grace: u32,
}

/// Positions that were called together.
#[derive(Clone, Copy, Debug)]
struct Cohort {
    called_at: Timestamp,
    /// Their last position, and one more.
    end: u32,
    /// How many have not come.
    missing: u32,
    /// The span they are in now, and how many were missing when it began.
    span: usize,
    missing_before: u32,
}

/// Who finds every permit in use is expected to try again within this time, or else claims none.
pub const DOOR_MEMORY: SignedDuration = SignedDuration::from_secs(120);

impl Called {
    /// A line that was called up to here long ago.
    pub fn up_to(called: u32) -> Self {
        Self {
            before_grace: called,
            ..Self::default()
        }
    }

    /// Positions from where the last call ended up to `end` are called now. Who has come in beside the line by then is
    /// not waited for.
    pub fn call(&mut self, now: Timestamp, end: u32) {
        let begin = self.cohorts.back().map_or(self.before_grace, |last| last.end);
        if end > begin {
            let came = u32::try_from(self.came.range(begin..end).count()).unwrap_or(u32::MAX);
            let missing = (end - begin).saturating_sub(came);
            self.cohorts.push_back(Cohort {
                called_at: now,
                end,
                missing,
                span: 0,
                missing_before: missing,
            });
        }
    }

    /// This position has entered.
    pub fn entered(&mut self, position: u32) {
        self.at_the_door.remove(&position);
        self.has_come(position);
    }

    /// This position wanted to enter and found every permit in use.
    pub fn refused(&mut self, now: Timestamp, position: u32) {
        self.at_the_door.insert(position, now);
        self.has_come(position);
    }

    fn has_come(&mut self, position: u32) {
        if position < self.before_grace || !self.came.insert(position) {
            return;
        }
        let cohort = self.cohorts.partition_point(|cohort| cohort.end <= position);
        if let Some(cohort) = self.cohorts.get_mut(cohort) {
            cohort.missing = cohort.missing.saturating_sub(1);
        }
    }

    /// Brings everything up to now: `arrivals` learns from spans that are over, and whose grace is over
    /// is no longer waited for.
    pub fn advance(&mut self, now: Timestamp, arrivals: &mut Arrivals) {
        for cohort in &mut self.cohorts {
            let age = Duration::try_from(now.duration_since(cohort.called_at)).unwrap_or_default();
            let span = arrivals.span(age).unwrap_or(SPANS);
            while cohort.span < span {
                arrivals.record(
                    cohort.span,
                    cohort.missing_before,
                    cohort.missing_before - cohort.missing,
                );
                cohort.missing_before = cohort.missing;
                cohort.span += 1;
            }
        }
        while let Some(oldest) = self.cohorts.front()
            && oldest.span >= SPANS
        {
            self.before_grace = oldest.end;
            self.cohorts.pop_front();
        }
        self.came = self.came.split_off(&self.before_grace);
        self.at_the_door.retain(|_, tried_at| *tried_at + DOOR_MEMORY > now);
    }

    /// Positions called longer ago than the grace: all below this one.
    pub fn before_grace(&self) -> u32 {
        self.before_grace
    }

    /// Tickets that may still come: called within the grace, or at the door.
    pub fn expected(&self) -> u32 {
        let missing: u32 = self.cohorts.iter().map(|cohort| cohort.missing).sum();
        missing.saturating_add(self.at_the_door())
    }

    /// The permits that they claim: a whole one for everybody at the door, their chance for the others.
    pub fn claimed(&self, chances: &Chances) -> f64 {
        let arriving = self
            .cohorts
            .iter()
            .map(|cohort| f64::from(cohort.missing) * chances.of_span(cohort.span));
        f64::from(self.at_the_door()) + arriving.sum::<f64>()
    }

    fn at_the_door(&self) -> u32 {
        u32::try_from(self.at_the_door.len()).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_610_434_800 + seconds).unwrap()
    }

    #[test]
    fn who_came_in_beside_the_line_is_not_waited_for_when_it_is_called() {
        let mut called = Called::up_to(100);
        called.entered(105);
        called.entered(112);
        called.call(at(0), 110);
        assert_eq!(called.expected(), 9);
        called.entered(105);
        assert_eq!(called.expected(), 9, "has come before");
        called.call(at(1), 120);
        assert_eq!(called.expected(), 18);
        let mut all = Called::up_to(0);
        all.entered(0);
        all.call(at(0), 1);
        all.call(at(1), 2);
        assert_eq!(all.expected(), 1, "the next call begins behind who was there");
    }

    #[test]
    fn who_enters_is_expected_no_more_and_who_enters_twice_counts_once() {
        let mut called = Called::up_to(100);
        called.call(at(0), 110);
        called.call(at(1), 120);
        called.entered(105);
        called.entered(105);
        called.entered(115);
        called.entered(3);
        assert_eq!(called.expected(), 18, "a ticket of long ago was not waited for");
    }

    #[test]
    fn after_the_grace_nobody_is_waited_for_and_the_lesson_is_learned() {
        let mut arrivals = Arrivals::new(GRACE);
        let mut called = Called::up_to(0);
        called.call(at(0), 1_000);
        (0..200).for_each(|position| called.entered(position));
        called.advance(at(119), &mut arrivals);
        assert_eq!((called.expected(), called.before_grace()), (800, 0));
        called.advance(at(120), &mut arrivals);
        assert_eq!((called.expected(), called.before_grace()), (0, 1_000));
        assert!(arrivals.chances().of_call() < CHANCE_MIN + 0.01);
    }

    #[test]
    fn who_found_every_permit_in_use_claims_a_whole_one_until_they_give_up() {
        let mut arrivals = Arrivals::new(GRACE);
        let mut called = Called::up_to(0);
        called.call(at(0), 10);
        called.refused(at(100), 4);
        called.advance(at(130), &mut arrivals);
        assert_eq!((called.expected(), called.claimed(&arrivals.chances())), (1, 1.0));
        called.advance(at(220), &mut arrivals);
        assert_eq!(called.expected(), 0);
        called.refused(at(230), 4);
        called.entered(4);
        assert_eq!(called.expected(), 0);
    }

    const GRACE: Duration = Duration::from_secs(120);

    #[test]
    fn at_first_nearly_everybody_is_expected_to_come() {
        let chances = Arrivals::new(GRACE).chances();
        assert!((0.93..0.97).contains(&chances.of_call()), "{chances:?}");
        assert!((20..30).contains(&chances.mean_delay().as_secs()), "{chances:?}");
    }

    #[test]
    fn the_longer_somebody_is_missing_the_less_likely_is_it_that_they_come() {
        let mut arrivals = Arrivals::new(GRACE);
        for _ in 0..1_000 {
            // Of ten called, five come in the first span, three in the second, two never.
            arrivals.record(0, 10, 5);
            arrivals.record(1, 5, 3);
            (2..SPANS).for_each(|span| arrivals.record(span, 2, 0));
        }
        let chances = arrivals.chances();
        assert!((0.78..0.83).contains(&chances.of_call()), "{chances:?}");
        assert!((0.58..0.65).contains(&chances.of_span(1)), "{chances:?}");
        assert!(chances.of_span(2) < 0.08, "{chances:?}");
        // Five after 5 s, three after 15 s on average.
        assert!((8..12).contains(&chances.mean_delay().as_secs()), "{chances:?}");
        assert!((1..SPANS).all(|span| chances.of_span(span) <= chances.of_span(span - 1)));
    }

    #[test]
    fn no_call_counts_as_less_than_a_third_however_few_come() {
        let mut arrivals = Arrivals::new(GRACE);
        (0..SPANS).for_each(|span| arrivals.record(span, 100_000, 0));
        assert_eq!(arrivals.chances().of_call(), CHANCE_MIN);
    }

    #[test]
    fn a_change_of_habits_is_learned_from_a_few_hundred_tickets() {
        let mut arrivals = Arrivals::new(GRACE);
        for _ in 0..100 {
            arrivals.record(0, 100, 100);
        }
        for _ in 0..20 {
            arrivals.record(0, 100, 40);
            (1..SPANS).for_each(|span| arrivals.record(span, 60, 0));
        }
        let chances = arrivals.chances();
        assert!((0.38..0.46).contains(&chances.of_call()), "{chances:?}");
    }

    #[test]
    fn permits_that_come_free_on_the_way_are_called_for_within_bounds() {
        let mut turnover = Turnover::new(at(0));
        let chances = Arrivals::new(GRACE).chances();
        assert_eq!(turnover.freed_soon(&chances, 1_000), 0);
        for second in 1..=300 {
            turnover.record(at(second), 4);
        }
        let soon = turnover.freed_soon(&chances, 1_000);
        // Four a second for some 25 seconds, three quarters of them.
        assert!((60..90).contains(&soon), "{soon}");
        assert_eq!(turnover.freed_soon(&chances, 100), 25);
    }

    #[test]
    fn ages_fall_into_spans_until_the_grace_is_over() {
        let arrivals = Arrivals::new(GRACE);
        assert_eq!(arrivals.span(Duration::ZERO), Some(0));
        assert_eq!(arrivals.span(Duration::from_secs(10)), Some(1));
        assert_eq!(arrivals.span(Duration::from_secs(119)), Some(SPANS - 1));
        assert_eq!(arrivals.span(GRACE), None);
        assert_eq!(Arrivals::new(Duration::ZERO).span(Duration::ZERO), None, "no grace");
    }
}
