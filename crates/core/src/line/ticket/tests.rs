use proptest::prelude::*;

use super::*;

fn ring() -> KeyRing {
    KeyRing::new(vec![(7, std::array::from_fn(|at| at as u8))]).unwrap()
}

fn rotated() -> KeyRing {
    KeyRing::new(vec![(8, [9; 32]), (7, std::array::from_fn(|at| at as u8))]).unwrap()
}

fn ticket() -> Ticket {
    Ticket {
        id: TicketId {
            line: LineNo(513),
            number: TicketNumber(70_000),
        },
        party: Party::Couple,
        birth_year: 1935,
        joined_at: "2021-01-12T07:00:00Z".parse().unwrap(),
    }
}

fn any_ticket() -> impl Strategy<Value = Ticket> {
    (
        0..1_u16 << LINE_BITS,
        0..1_u32 << NUMBER_BITS,
        any::<bool>(),
        any::<u16>(),
        0..1_i64 << 33,
    )
        .prop_map(|(line, number, couple, birth_year, joined_at)| Ticket {
            id: TicketId {
                line: LineNo(line),
                number: TicketNumber(number),
            },
            party: if couple { Party::Couple } else { Party::One },
            birth_year,
            joined_at: Timestamp::from_second(joined_at).unwrap(),
        })
}

#[test]
fn ticket_permit_and_short_code_are_spelled_as_their_texts_say() {
    // Made with Python from the documentation above.
    assert_eq!(
        ticket().seal(&ring()),
        "AQcBAgEAARFwAgePAAAAAF_9SPBQkZuBv_JiWTLmBuDRGnJ_"
    );
    assert_eq!(
        PermitToken::from(&ticket()).seal(&ring()),
        "AQcCAgEAARFwAgePxv-csaqbnovyY_t1d27FHw"
    );
    assert_eq!(ShortCode::of(&ticket(), &ring()).unwrap().to_string(), "GH5S-VJAR-9DZB");
}

#[test]
fn a_permit_is_no_ticket_and_a_ticket_no_permit() {
    let permit = PermitToken::from(&ticket());
    assert_eq!(
        Ticket::open(&permit.seal(&ring()), &ring()),
        Err(TokenError::WrongPurpose)
    );
    assert_eq!(
        PermitToken::open(&ticket().seal(&ring()), &ring()),
        Err(TokenError::WrongPurpose)
    );
}

#[test]
fn every_other_character_in_a_permit_is_noticed() {
    let text = PermitToken::from(&ticket()).seal(&ring());
    for at in 0..text.len() {
        for other in (0..128)
            .map(char::from)
            .filter(|other| *other != char::from(text.as_bytes()[at]))
        {
            let changed = format!("{}{other}{}", &text[..at], &text[at + 1..]);
            assert!(PermitToken::open(&changed, &ring()).is_err(), "{other:?} at {at}");
        }
    }
}

#[test]
fn a_genuine_token_of_another_shape_is_no_ticket() {
    let mut no_party = [0; 17];
    no_party[6] = 3;
    let mut no_time = [0; 17];
    no_time[6] = 1;
    no_time[9..].fill(0x7f);
    for text in [
        ring().seal(Purpose::Ticket, &[0; 16]),
        ring().seal(Purpose::Ticket, &[1; 18]),
        ring().seal(Purpose::Ticket, &no_party),
        ring().seal(Purpose::Ticket, &no_time),
    ] {
        assert_eq!(Ticket::open(&text, &ring()), Err(TokenError::Malformed));
    }
}

#[test]
fn a_short_code_outlives_the_rotation_of_its_key_but_not_its_withdrawal() {
    let old = ShortCode::of(&ticket(), &ring()).unwrap();
    let new = ShortCode::of(&ticket(), &rotated()).unwrap();
    assert_ne!(old, new);
    for code in [old, new] {
        assert_eq!(
            ShortCode::parse(code.as_str(), &rotated()),
            Ok((ticket().id, Party::Couple))
        );
    }
    let withdrawn = KeyRing::new(vec![(8, [9; 32])]).unwrap();
    assert_eq!(ShortCode::parse(old.as_str(), &withdrawn), Err(ShortCodeError::Unknown));
}

#[test]
fn what_does_not_fit_a_short_code_has_none() {
    let at = |line, number| {
        let id = TicketId {
            line: LineNo(line),
            number: TicketNumber(number),
        };
        ShortCode::of(&Ticket { id, ..ticket() }, &ring())
    };
    assert!(at(4095, (1 << 24) - 1).is_some());
    assert_eq!(at(4096, 0), None);
    assert_eq!(at(0, 1 << 24), None);
}

#[test]
fn a_made_up_short_code_is_believed_about_once_in_184871_times() {
    let mut believed = 0;
    for value in 0..400_000_u64 {
        // Spread over all values that eleven characters spell.
        let made_up = value.wrapping_mul(0x9E37_79B9_7F4A_7C15) % 31_u64.pow(11);
        let code: [u8; SHORT_CODE_CHARS] = codes::spell(made_up, Family::Ticket);
        believed += u32::from(ShortCode::parse(codes::as_text(&code), &ring()).is_ok());
    }
    assert!(believed <= 10, "{believed} of an expected 2.2");
}

#[test]
fn a_mistyped_short_code_is_told_from_an_unknown_one() {
    let genuine = ShortCode::of(&ticket(), &ring()).unwrap();
    let last = if genuine.as_str().ends_with('2') { "3" } else { "2" };
    let typo = format!("{}{last}", &genuine.as_str()[..11]);
    assert_eq!(
        ShortCode::parse(&typo, &ring()),
        Err(ShortCodeError::Typo(CodeError::Typo))
    );
    assert_eq!(
        ShortCode::parse("GH5S-VJAR-9DZ0", &ring()),
        Err(ShortCodeError::Typo(CodeError::NeverUsed { character: '0' }))
    );
    let unknown: [u8; SHORT_CODE_CHARS] = codes::spell(1, Family::Ticket);
    assert_eq!(
        ShortCode::parse(codes::as_text(&unknown), &ring()),
        Err(ShortCodeError::Unknown)
    );
}

proptest! {
    #[test]
    fn every_ticket_is_opened_as_sealed(ticket in any_ticket()) {
        let text = ticket.seal(&ring());
        prop_assert_eq!(text.len(), 48);
        prop_assert_eq!(Ticket::open(&text, &ring()), Ok(ticket));
        prop_assert_eq!(Ticket::open(&text, &rotated()), Ok(ticket));
        let permit = PermitToken::from(&ticket);
        prop_assert_eq!(PermitToken::open(&permit.seal(&ring()), &ring()), Ok(permit));
    }

    #[test]
    fn every_ticket_tells_its_place_to_who_has_no_key(ticket in any_ticket()) {
        prop_assert_eq!(place_told(&ticket.seal(&ring())), Some(ticket.id));
        if let Some(code) = ShortCode::of(&ticket, &ring()) {
            prop_assert_eq!(place_told(&code.to_string()), Some(ticket.id));
        }
        prop_assert_eq!(place_told(&PermitToken::from(&ticket).seal(&ring())), None);
    }

    #[test]
    fn every_short_code_finds_its_ticket(ticket in any_ticket()) {
        let code = ShortCode::of(&ticket, &ring()).unwrap();
        prop_assert_eq!(ShortCode::parse(&code.to_string(), &ring()), Ok((ticket.id, ticket.party)));
        prop_assert_eq!(ShortCode::parse(&code.as_str().to_lowercase(), &ring()), Ok((ticket.id, ticket.party)));
    }

    #[test]
    fn a_short_code_of_another_deployment_is_unknown(ticket in any_ticket(), key: [u8; 32]) {
        let code = ShortCode::of(&ticket, &KeyRing::new(vec![(7, key)]).unwrap()).unwrap();
        // Once in 184,871 times the tags agree by chance.
        let own = ShortCode::of(&ticket, &ring()).unwrap();
        prop_assume!(code != own);
        prop_assert_eq!(ShortCode::parse(code.as_str(), &ring()), Err(ShortCodeError::Unknown));
    }
}
