//! Phone numbers as people type them, with and without a country code.

#![no_main]

use dran_core::contact::{Country, Mobile};
use libfuzzer_sys::fuzz_target;

/// The most digits an international number has (E.164).
const DIGITS_MAX: usize = 15;

fuzz_target!(|text: &str| {
    let germany = Country::parse("DE").expect("a country");
    if let Ok(mobile) = Mobile::parse(text, germany) {
        let digits = mobile.as_str().strip_prefix('+').expect("E.164 begins with a plus");
        assert!(
            digits.len() <= DIGITS_MAX && digits.bytes().all(|byte| byte.is_ascii_digit()),
            "{digits}"
        );
        assert_eq!(
            Mobile::parse(mobile.as_str(), germany),
            Ok(mobile.clone()),
            "what was read is read again"
        );
    }
});
