//! Public values of a draw: lottery numbers as an operator types them, and what proof documents say.

#![no_main]

use dran_core::line::proof::ProofDocument;
use dran_core::line::randomness::lottery_value;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(value) = lottery_value(text) {
        // It stands for itself, whatever it was typed as.
        assert_eq!(lottery_value(&value).as_deref(), Ok(&*value));
    }
    if let Ok(document) = serde_json::from_str::<ProofDocument>(text) {
        // Rubbish in its fields is a finding, never a panic; nobody signed it.
        let _ = document.check(|_, _| false);
    }
});
