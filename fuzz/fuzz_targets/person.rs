//! The fields of a registration, one a line: names, birth, e-mail, address. What was read is read again the same.

#![no_main]

use dran_core::contact::{Email, PostalAddress};
use dran_core::person::{BirthDate, BirthYear, NAME_CHARS_MAX, PersonName, Sex};
use jiff::civil::{Date, date};
use libfuzzer_sys::fuzz_target;

const TODAY: Date = date(2021, 1, 12);

fuzz_target!(|text: &str| {
    let mut lines = text.split('\n');
    let mut field = || lines.next().unwrap_or_default();
    let (one, two, three) = (field(), field(), field());

    if let Ok(name) = PersonName::parse(one, two) {
        assert!(name.given().chars().count() <= NAME_CHARS_MAX && name.family().chars().count() <= NAME_CHARS_MAX);
        assert!(
            !name.full().chars().any(char::is_control),
            "no name has a control character"
        );
        assert_eq!(PersonName::parse(name.given(), name.family()), Ok(name.clone()));
    }
    if let Ok(address) = PostalAddress::parse(one, two) {
        assert_eq!(
            PostalAddress::parse(address.street(), address.town()),
            Ok(address.clone())
        );
    }
    if let Ok(birth) = BirthDate::parse(one, two, three, TODAY) {
        assert!(birth.date() <= TODAY, "born tomorrow");
    }
    if let Ok(year) = BirthYear::parse(one, TODAY) {
        assert!(year.get() <= TODAY.year(), "born next year");
    }
    if let Ok(email) = Email::parse(one) {
        assert!(
            !email.as_str().contains(|c: char| c.is_control() || c.is_whitespace()),
            "a header could be added"
        );
        assert_eq!(Email::parse(email.as_str()), Ok(email.clone()));
    }
    if let Some(sex) = Sex::parse(one) {
        assert_eq!(Sex::parse(&sex.code().to_string()), Some(sex));
    }
});
