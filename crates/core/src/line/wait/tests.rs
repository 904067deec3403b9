use super::*;

const TURNAROUND: Duration = Duration::from_secs(300);

fn at(seconds: i64) -> Timestamp {
    Timestamp::constant(1_610_434_800 + seconds, 0)
}

/// A line of 10,000 that fills 300 permits and then calls so many a second, for so long.
fn called(per_s: u32, seconds: u32) -> WaitMeter {
    let mut meter = WaitMeter::new(at(0), 0, TURNAROUND);
    for second in 0..=seconds {
        meter.step(at(second.into()), 300 + per_s * second, 10_000, 300.0);
    }
    meter
}

fn told(meter: &WaitMeter, position: u32, second: i64) -> Wait {
    meter.forecast().expected(position, at(second)).unwrap_or(Wait {
        range: WaitRange {
            low: Duration::ZERO,
            high: Duration::ZERO,
        },
        cause: None,
    })
}

#[test]
fn before_anybody_is_called_nothing_is_told() {
    let mut meter = WaitMeter::new(at(0), 0, TURNAROUND);
    assert_eq!(meter.forecast().expected(5, at(0)), None);
    meter.step(at(1), 0, 100, 0.0);
    assert_eq!(meter.forecast().expected(5, at(1)), None);
}

#[test]
fn at_first_the_promise_of_permits_and_turnaround_counts() {
    // 300 permits of 300 s: one a second, whatever the first 300 calls look like.
    let wait = told(&called(1, 0), 300 + 599, 0).range;
    assert!(
        wait.low < Duration::from_secs(600) && Duration::from_secs(600) < wait.high,
        "{wait:?}"
    );
    assert!(wait.high > wait.low * 2, "a promise alone is not precise: {wait:?}");
}

#[test]
fn soon_the_measured_rate_counts() {
    let meter = called(2, 3_000);
    let wait = told(&meter, 6_300 + 1_199, 3_000).range;
    assert!(
        wait.low > Duration::from_secs(400) && wait.high < Duration::from_secs(900),
        "{wait:?}"
    );
}

#[test]
fn who_stands_further_back_is_told_a_later_time() {
    let meter = called(2, 600);
    let ends: Vec<_> = (1_500..10_000)
        .map(|position| told(&meter, position, 600).range.high)
        .collect();
    assert!(ends.is_sorted());
}

#[test]
fn an_end_moves_back_only_with_its_cause_and_keeps_it() {
    let mut meter = called(2, 1_200);
    let before = at(1_200) + told(&meter, 5_000, 1_200).range.high;
    // From now on a tenth as many: the promise cannot hold.
    for second in 1..=1_200 {
        meter.step(at(1_200 + second), 2_700 + second as u32 / 5, 10_000, 300.0);
    }
    let wait = told(&meter, 5_000, 2_400);
    assert!(at(2_400) + wait.range.high > before);
    assert_eq!(wait.cause, Some(WaitCause::Slower));
}

#[test]
fn a_pause_is_told_as_the_cause_and_its_time_says_nothing_of_the_rate() {
    let mut meter = called(2, 1_200);
    let before = told(&meter, 5_000, 1_200);
    for second in 1..=3_600 {
        meter.stand_still(at(1_200 + second), 2_700, 300.0, WaitCause::Pause);
    }
    meter.step(at(4_801), 2_702, 10_000, 300.0);
    let after = told(&meter, 5_000, 4_801);
    assert_eq!((before.cause, after.cause), (None, Some(WaitCause::Pause)));
    assert!(
        after.range.high.abs_diff(before.range.high) < Duration::from_secs(60),
        "{after:?} {before:?}"
    );
}

#[test]
fn no_wait_is_longer_than_the_longest() {
    let mut meter = WaitMeter::new(at(0), 0, TURNAROUND);
    meter.step(at(0), 1, u32::MAX, 1.0);
    assert_eq!(told(&meter, u32::MAX - 1, 0).range.high, WAIT_MAX);
}

#[test]
fn a_clock_that_goes_back_changes_nothing() {
    let mut meter = called(2, 600);
    let before = told(&meter, 5_000, 600);
    meter.step(at(0), 1_500, 10_000, 300.0);
    assert_eq!(told(&meter, 5_000, 600), before);
}

#[test]
fn a_line_of_millions_is_told_through_few_knots() {
    let mut meter = WaitMeter::new(at(0), 0, TURNAROUND);
    let mut knots_max = 0;
    for second in 0..5_000_u32 {
        meter.step(at(second.into()), 2_000 + 1_000 * second, 10_000_000, 2_000.0);
        knots_max = knots_max.max(meter.forecast().knots.len());
    }
    assert!(knots_max < 150, "{knots_max}");
}

#[test]
fn what_was_told_stands_when_the_service_starts_again() {
    let before = called(2, 600);
    let kept = Forecast::from_bytes(&before.forecast().to_bytes()).unwrap_or_default();
    assert_eq!(&kept, before.forecast());
    let front = 300 + 2 * 600;
    let mut meter = WaitMeter::resumed(at(620), front, TURNAROUND, kept);
    meter.step(at(620), front, 10_000, 300.0);
    for position in (front + 200..10_000).step_by(7) {
        let (old, new) = (told(&before, position, 620), told(&meter, position, 620));
        assert!(
            new.cause.is_none() && new.range.high <= old.range.high,
            "{position}: {old:?}, {new:?}"
        );
        assert!(new.range.high * 10 > old.range.high * 9, "{position}: {old:?}, {new:?}");
    }
}

#[test]
fn a_promise_that_a_standstill_broke_is_moved_back_with_its_cause() {
    let kept = called(2, 600).forecast().clone();
    let front = 300 + 2 * 600;
    let mut meter = WaitMeter::resumed(at(3_600), front, TURNAROUND, kept.clone());
    meter.step(at(3_600), front, 10_000, 300.0);
    let wait = told(&meter, front + 400, 3_600);
    assert_eq!(wait.cause, Some(WaitCause::Slower));
}

#[test]
fn bytes_that_are_no_forecast_are_refused() {
    let good = called(2, 60).forecast().to_bytes();
    assert!(Forecast::from_bytes(&good).is_some());
    for end in 0..good.len() {
        let cut = Forecast::from_bytes(&good[..end]);
        // Whole knots may be missing at the end: those who stood there are told anew.
        assert!(cut.is_none() || (end - 45) % 21 == 0, "cut at {end}");
    }
    let mut other_version = good.clone();
    other_version[0] = 2;
    assert_eq!(Forecast::from_bytes(&other_version), None);
    let mut other_cause = good.clone();
    *other_cause.last_mut().unwrap_or(&mut 0) = 9;
    assert_eq!(Forecast::from_bytes(&other_cause), None);
    let mut no_number = good;
    no_number[5..13].copy_from_slice(&f64::NAN.to_le_bytes());
    assert_eq!(Forecast::from_bytes(&no_number), None);
}
