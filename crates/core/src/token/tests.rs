use proptest::prelude::*;

use super::*;

const PAYLOAD: &[u8; 15] = b"a place in line";

fn counting_key() -> [u8; 32] {
    std::array::from_fn(|at| at as u8)
}

fn ring() -> KeyRing {
    KeyRing::new(vec![(7, counting_key())]).unwrap()
}

fn open(ring: &KeyRing, purpose: Purpose, text: &str) -> Result<Vec<u8>, TokenError> {
    let mut buffer = [0; TOKEN_BYTES_MAX];
    ring.open(purpose, text, &mut buffer).map(<[u8]>::to_vec)
}

#[test]
fn a_token_is_spelled_as_its_table_says() {
    // Made with Python's hmac and base64 and the SipHash of its paper, from the table at the top of this file.
    let text = "AQcBYSBwbGFjZSBpbiBsaW5le6MT4DypbfdvsOtuP1sN2Q";
    assert_eq!(ring().seal(Purpose::Ticket, PAYLOAD), text);
    assert_eq!(open(&ring(), Purpose::Ticket, text), Ok(PAYLOAD.to_vec()));
}

#[test]
fn the_longest_payload_and_the_empty_one_make_tokens() {
    let longest = ring().seal(Purpose::Manage, &[255; PAYLOAD_BYTES_MAX]);
    assert_eq!(longest.len(), TOKEN_CHARS_MAX);
    assert_eq!(
        open(&ring(), Purpose::Manage, &longest),
        Ok(vec![255; PAYLOAD_BYTES_MAX])
    );
    assert_eq!(
        open(&ring(), Purpose::Manage, &ring().seal(Purpose::Manage, &[])),
        Ok(vec![])
    );
}

#[test]
fn every_flipped_bit_is_noticed() {
    let bytes = URL_SAFE_NO_PAD.decode(ring().seal(Purpose::Ticket, PAYLOAD)).unwrap();
    for bit in 0..8 * bytes.len() {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let expected = match bit / 8 {
            0 => TokenError::Malformed,
            1 => TokenError::UnknownKey,
            _ => TokenError::Forged,
        };
        assert_eq!(
            open(&ring(), Purpose::Ticket, &URL_SAFE_NO_PAD.encode(flipped)),
            Err(expected),
            "bit {bit}"
        );
    }
}

#[test]
fn every_other_character_anywhere_is_noticed() {
    let text = ring().seal(Purpose::Ticket, PAYLOAD);
    for at in 0..text.len() {
        for other in (0..128)
            .map(char::from)
            .filter(|other| *other != char::from(text.as_bytes()[at]))
        {
            let changed = format!("{}{other}{}", &text[..at], &text[at + 1..]);
            assert!(open(&ring(), Purpose::Ticket, &changed).is_err(), "{other:?} at {at}");
        }
    }
}

#[test]
fn every_cut_and_every_extension_is_noticed() {
    let text = ring().seal(Purpose::Ticket, PAYLOAD);
    for end in 0..text.len() {
        assert!(open(&ring(), Purpose::Ticket, &text[..end]).is_err(), "cut at {end}");
        assert!(
            open(&ring(), Purpose::Ticket, &text[end + 1..]).is_err(),
            "begun at {end}"
        );
    }
    for more in ["A", "AA", "AAAA", "=", "==", " ", "\n", "%3D", "é"] {
        assert_eq!(
            open(&ring(), Purpose::Ticket, &format!("{text}{more}")).ok(),
            None,
            "{more:?}"
        );
        assert_eq!(
            open(&ring(), Purpose::Ticket, &format!("{more}{text}")).ok(),
            None,
            "{more:?}"
        );
    }
    assert_eq!(
        open(&ring(), Purpose::Ticket, &"A".repeat(10_000_000)),
        Err(TokenError::Malformed)
    );
}

#[test]
fn bytes_moved_between_payload_and_signature_are_noticed() {
    // A payload that is itself payload and MAC of a shorter one signs for something else.
    let short = URL_SAFE_NO_PAD.decode(ring().seal(Purpose::Ticket, b"ab")).unwrap();
    let mut long = short.clone();
    long.insert(HEADER_BYTES + 2, 0);
    assert_eq!(
        open(&ring(), Purpose::Ticket, &URL_SAFE_NO_PAD.encode(long)),
        Err(TokenError::Forged)
    );
}

#[test]
fn a_permit_is_no_ticket() {
    let permit = ring().seal(Purpose::Permit, PAYLOAD);
    assert_eq!(open(&ring(), Purpose::Ticket, &permit), Err(TokenError::WrongPurpose));
    assert_eq!(open(&ring(), Purpose::Permit, &permit), Ok(PAYLOAD.to_vec()));
}

#[test]
fn another_deployment_with_the_same_key_id_is_refused() {
    let other = KeyRing::new(vec![(7, [9; 32])]).unwrap();
    assert_eq!(
        open(&ring(), Purpose::Ticket, &other.seal(Purpose::Ticket, PAYLOAD)),
        Err(TokenError::Forged)
    );
}

#[test]
fn a_rotated_key_verifies_until_it_is_withdrawn() {
    let old = ring().seal(Purpose::Ticket, PAYLOAD);
    let both = KeyRing::new(vec![(8, [9; 32]), (7, counting_key())]).unwrap();
    let new = both.seal(Purpose::Ticket, PAYLOAD);
    assert_eq!(open(&both, Purpose::Ticket, &old), Ok(PAYLOAD.to_vec()));
    assert_eq!(open(&both, Purpose::Ticket, &new), Ok(PAYLOAD.to_vec()));
    assert_ne!(old, new);
    let without = KeyRing::new(vec![(8, [9; 32])]).unwrap();
    assert_eq!(open(&without, Purpose::Ticket, &old), Err(TokenError::UnknownKey));
    assert_eq!(open(&without, Purpose::Ticket, &new), Ok(PAYLOAD.to_vec()));
}

#[test]
fn a_ring_needs_keys_that_differ() {
    assert_eq!(KeyRing::new(vec![]).err(), Some(KeyRingError::Empty));
    assert_eq!(
        KeyRing::new(vec![(1, [1; 32]), (1, [2; 32])]).err(),
        Some(KeyRingError::DoubleId(1))
    );
    assert_eq!(
        KeyRing::new(vec![(1, [1; 32]), (2, [1; 32])]).err(),
        Some(KeyRingError::DoubleKey(1, 2))
    );
}

#[test]
fn no_key_is_ever_printed() {
    assert_eq!(format!("{:?}", ring()), "KeyRing { ids: [7] }");
    assert_eq!(format!("{:?}", HashKey::new([7; 32])), "HashKey");
}

#[test]
fn a_keyed_hash_is_made_as_its_text_says() {
    // Made with Python's hmac.
    let hash = HashKey::new(counting_key()).hash("person", &[b"Anna", b"Maria"]);
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, "7140279efe7596fd9631961edef90708b6c3ea68249375d641314100ea81c42a");
}

#[test]
fn parts_of_a_hash_do_not_run_into_each_other() {
    let key = HashKey::new(counting_key());
    let hash = key.hash("person", &[b"Anna", b"Maria"]);
    let others: [(&str, &[&[u8]]); 5] = [
        ("person", &[b"Annam", b"aria"]),
        ("person", &[b"AnnaMaria"]),
        ("person", &[b"Anna", b"Maria", b""]),
        ("code", &[b"Anna", b"Maria"]),
        ("personAnna", &[b"Maria"]),
    ];
    for (domain, parts) in others {
        assert_ne!(key.hash(domain, parts), hash);
    }
    assert_ne!(HashKey::new([0; 32]).hash("person", &[b"Anna", b"Maria"]), hash);
}

proptest! {
    #[test]
    fn what_is_sealed_is_opened(payload: [u8; 20], key: [u8; 32], id: u8) {
        let ring = KeyRing::new(vec![(id, key)]).unwrap();
        prop_assert_eq!(open(&ring, Purpose::Permit, &ring.seal(Purpose::Permit, &payload)), Ok(payload.to_vec()));
    }

    #[test]
    fn no_text_is_a_token_by_chance(text in "[A-Za-z0-9_-]{0,140}|\\PC{0,140}") {
        prop_assert!(open(&ring(), Purpose::Ticket, &text).is_err());
    }

    #[test]
    fn a_guessed_signature_is_refused(seal: [u8; SEAL_BYTES], payload: [u8; 17]) {
        let forged = [&[VERSION, 7, Purpose::Ticket as u8][..], &payload, &seal].concat();
        prop_assert_eq!(open(&ring(), Purpose::Ticket, &URL_SAFE_NO_PAD.encode(forged)), Err(TokenError::Forged));
    }
}
