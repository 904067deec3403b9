//! Codes that people type, and the name of a proposal in a form: what is read is written the same way again.

#![no_main]

use dran_core::codes::BookingCode;
use dran_core::supply::ProposalKey;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(code) = BookingCode::parse(text) {
        assert_eq!(
            BookingCode::parse(&code.to_string()),
            Ok(code),
            "the grouped spelling is the same code"
        );
        assert_eq!(
            BookingCode::parse(code.as_str()),
            Ok(code),
            "the bare spelling is the same code"
        );
    }
    if let Ok(key) = text.parse::<ProposalKey>() {
        assert_eq!(key.to_string(), text, "a proposal has one name");
    }
});
