//! Scenario files: whatever a file holds, it is a day that can be played or a sentence about what is wrong with it.

#![no_main]

use dran_storm::pace::Pace;
use dran_storm::scenario::Scenario;
use libfuzzer_sys::fuzz_target;

/// Shares of a curve at which somebody comes.
const SHARES: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];

/// What arithmetic may take from a moment, in seconds: a microsecond is the finest that a replay tells.
const ROUNDING_S: f64 = 1e-6;

fuzz_target!(|text: &str| {
    let scenario = match Scenario::parse(text) {
        Ok(scenario) => scenario,
        Err(error) => {
            assert!(!error.to_string().is_empty(), "refused without a reason");
            return;
        }
    };
    let lead_s = scenario.lead_s();
    assert!(lead_s.is_finite() && lead_s >= 0.0, "{lead_s}");
    let pace = Pace::new(10.0, 60.0, lead_s, true);
    let ends = pace.moment(scenario.ends.0 as f64 / 1_000.0);
    let curves = scenario.people.iter().map(|people| &people.arrive);
    for curve in curves.chain(scenario.streams.iter().map(|stream| &stream.rate)) {
        let moments = SHARES.map(|share| curve.moment_s(share));
        assert!(moments.iter().all(|moment| moment.is_finite()), "{moments:?}");
        let in_order = moments.windows(2).all(|pair| pair[0] <= pair[1] + ROUNDING_S);
        assert!(in_order, "somebody comes before those who came before: {moments:?}");
        assert!(pace.moment(moments[0]) <= ends, "{moments:?}");
    }
    for bar in &scenario.bars {
        assert!(!bar.scaled(0.1).measure.name().is_empty());
    }
});
