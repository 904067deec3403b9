//! Postcodes as people type them.

#![no_main]

use dran_core::region::Postcode;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(postcode) = Postcode::parse(text) {
        let digits = postcode.as_str();
        assert!(
            digits.len() == 5 && digits.bytes().all(|byte| byte.is_ascii_digit()),
            "{digits}"
        );
        assert_eq!(Postcode::parse(digits), Ok(postcode));
    }
});
