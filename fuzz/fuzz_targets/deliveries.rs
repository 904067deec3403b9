//! Delivery files: deliveries in bounds, or a list of what is wrong.

#![no_main]

use std::collections::BTreeSet;

use dran_core::supply::{DOSES_MAX, LINES_MAX, parse_csv};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| match parse_csv(text) {
    Ok(deliveries) => {
        assert!(deliveries.len() <= LINES_MAX);
        let mut seen = BTreeSet::new();
        for delivery in &deliveries {
            assert!((1..=DOSES_MAX).contains(&delivery.doses), "{delivery:?}");
            assert!(
                seen.insert((&delivery.reference, &delivery.centre, &delivery.vaccine)),
                "twice: {delivery:?}"
            );
        }
    }
    Err(problems) => assert!(!problems.is_empty(), "refused without a reason"),
});
