use proptest::prelude::*;

use super::*;

/// 100, 101, … 115.
fn random() -> [u8; 16] {
    std::array::from_fn(|at| 100 + at as u8)
}

#[test]
fn codes_are_spelled_as_their_text_says() {
    // Made with Python from the documentation above.
    assert_eq!(BookingCode::from_random(&random()).as_str(), "ZU2MCA3H54W2");
    assert_eq!(BookingCode::from_random(&random()).to_string(), "ZU2M-CA3H-54W2");
    assert_eq!(Receipt::from_random(&random()).to_string(), "CA3H-54WS");
    assert_eq!(VerificationCode::from_random(&random()).to_string(), "385395");
    assert_eq!(VerificationCode::from_random(&[0; 16]).to_string(), "000000");
}

#[test]
fn a_code_is_read_however_it_is_typed() {
    let code = BookingCode::from_random(&random());
    for typed in [
        "ZU2MCA3H54W2",
        "zu2m-ca3h-54w2",
        "  ZU2M CA3H 54W2 ",
        "z u 2 m c a 3 h 5 4 w 2",
        "ZU2M\u{2013}CA3H\u{2011}54W2",
        "ZU2M\u{a0}CA3H\u{202f}54W2\r\n",
    ] {
        assert_eq!(BookingCode::parse(typed), Ok(code), "{typed:?}");
    }
    assert_eq!(
        VerificationCode::parse(" 385-395 "),
        Ok(VerificationCode::from_random(&random()))
    );
    assert_eq!(Receipt::parse(" ca3h 54ws"), Ok(Receipt::from_random(&random())));
    assert_eq!(Receipt::parse("CA3H-54WT"), Err(CodeError::Typo));
}

#[test]
fn a_misread_code_is_answered_with_what_is_wrong() {
    let error = |text: &str| BookingCode::parse(text).unwrap_err();
    assert_eq!(error(""), CodeError::Length { found: 0, expected: 12 });
    assert_eq!(
        error("ZU2M-CA3H-54W"),
        CodeError::Length {
            found: 11,
            expected: 12
        }
    );
    assert_eq!(
        error("ZU2M-CA3H-54W22"),
        CodeError::Length {
            found: 13,
            expected: 12
        }
    );
    assert_eq!(
        error(&"Z".repeat(10_000_000)),
        CodeError::Length {
            found: 65,
            expected: 12
        }
    );
    assert_eq!(error("zu2m-ca3h-54wo"), CodeError::NeverUsed { character: 'O' });
    assert_eq!(error("ZU2M-CA3H-54W0"), CodeError::NeverUsed { character: '0' });
    assert_eq!(error("ZÜ2M-CA3H-54W2"), CodeError::Foreign);
    assert_eq!(error("ZU2M-CA3H-54W💉"), CodeError::Foreign);
    assert_eq!(error("ZU2M-CA3H-54W3"), CodeError::Typo);
    assert_eq!(
        VerificationCode::parse("38539"),
        Err(CodeError::Length { found: 5, expected: 6 })
    );
    assert_eq!(VerificationCode::parse("38539x"), Err(CodeError::Foreign));
    assert_eq!(VerificationCode::parse("٣٨٥٣٩٥"), Err(CodeError::Foreign));
}

#[test]
fn no_two_characters_of_a_code_look_alike() {
    assert!(!ALPHABET.iter().any(|character| b"0O1IL".contains(character)));
    assert!(ALPHABET.is_sorted_by(|a, b| a < b), "every character occurs once");
}

#[test]
fn no_verification_code_is_printed_by_mistake() {
    assert_eq!(
        format!("{:?}", VerificationCode::from_random(&random())),
        "VerificationCode(..)"
    );
    assert_eq!(format!("{:?}", BookingCode::from_random(&random())), "BookingCode(..)");
}

#[test]
fn every_digit_is_as_frequent_in_every_place() {
    let mut counts = [[0_u32; 10]; VERIFICATION_DIGITS];
    for draw in 0..10_000_u128 {
        // Multiples of an odd constant run through all 2¹²⁸ values evenly.
        let random = draw
            .wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835)
            .to_be_bytes();
        for (place, digit) in VerificationCode::from_random(&random).as_str().bytes().enumerate() {
            counts[place][usize::from(digit - b'0')] += 1;
        }
    }
    for count in counts.as_flattened() {
        assert!((850..=1150).contains(count), "{count} of 1000");
    }
}

proptest! {
    #[test]
    fn every_booking_code_is_read_as_written(random: [u8; 16]) {
        let code = BookingCode::from_random(&random);
        prop_assert_eq!(BookingCode::parse(&code.to_string()), Ok(code));
        prop_assert_eq!(BookingCode::parse(code.as_str()), Ok(code));
    }

    #[test]
    fn every_single_wrong_character_is_caught(random: [u8; 16], at in 0..BOOKING_CHARS) {
        let code = BookingCode::from_random(&random);
        for other in ALPHABET.iter().filter(|other| **other != code.0[at]) {
            let mut wrong = code.0;
            wrong[at] = *other;
            prop_assert_eq!(BookingCode::parse(as_text(&wrong)), Err(CodeError::Typo));
        }
    }

    #[test]
    fn every_swap_of_two_characters_is_caught(random: [u8; 16], a in 0..BOOKING_CHARS, b in 0..BOOKING_CHARS) {
        let mut swapped = BookingCode::from_random(&random).0;
        prop_assume!(swapped[a] != swapped[b]);
        swapped.swap(a, b);
        prop_assert_eq!(BookingCode::parse(as_text(&swapped)), Err(CodeError::Typo));
    }

    #[test]
    fn a_code_of_another_kind_is_not_taken(value in 0..BOOKING_CODES) {
        let ticket: [u8; 12] = spell(value, Family::Ticket);
        prop_assert_eq!(BookingCode::parse(as_text(&ticket)), Err(CodeError::Typo));
    }

    #[test]
    fn a_code_tells_its_value(written in 0..BOOKING_CODES) {
        let code: [u8; 12] = spell(written, Family::Booking);
        prop_assert_eq!(value(&code), written);
    }

    #[test]
    fn no_text_breaks_the_reader(text in "\\PC{0,80}") {
        if let Ok(code) = BookingCode::parse(&text) {
            prop_assert_eq!(BookingCode::parse(code.as_str()), Ok(code));
        }
    }
}
