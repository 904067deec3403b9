//! Phone numbers as people type them, with and without a country code.

#![no_main]

use dran_core::contact::{Country, Mobile};
use dran_core::phone::PhoneNumber;
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
        let number = PhoneNumber::parse(text, germany).expect("a mobile can be rung");
        assert_eq!(number.as_str(), mobile.as_str());
    }
    if let Ok(number) = PhoneNumber::parse(text, germany) {
        assert_eq!(PhoneNumber::parse(number.as_str(), germany).as_ref(), Ok(&number));
        assert_eq!(PhoneNumber::of_e164(number.as_str()), Some(number));
    }
});
