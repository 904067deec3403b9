//! Signed strings that visitors send back: a ticket, a permit, the short code read out on the phone.
//!
//! Text that nobody signed opens nothing, and a signed ticket with any one bit turned opens nothing either.

#![no_main]

use dran_core::ids::{LineNo, Party, TicketId, TicketNumber};
use dran_core::line::ticket::{PermitToken, ShortCode, Ticket};
use dran_core::token::KeyRing;
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

/// Two keys, as while they are rotated.
fn keys() -> KeyRing {
    KeyRing::new(vec![(7, [0x5a; 32]), (3, [0xa5; 32])]).expect("two keys with ids of their own")
}

fuzz_target!(|input: &[u8]| {
    let keys = keys();
    if let Ok(text) = std::str::from_utf8(input) {
        // A seed may be genuine, signed with either key. Then it says the same when it is signed again.
        if let Ok(ticket) = Ticket::open(text, &keys) {
            assert_eq!(Ticket::open(&ticket.seal(&keys), &keys), Ok(ticket));
        }
        if let Ok(permit) = PermitToken::open(text, &keys) {
            assert_eq!(PermitToken::open(&permit.seal(&keys), &keys), Ok(permit));
        }
        if let Ok((id, party)) = ShortCode::parse(text, &keys) {
            let ticket = Ticket {
                id,
                party,
                birth_year: 1935,
                joined_at: Timestamp::UNIX_EPOCH,
            };
            assert!(ShortCode::of(&ticket, &keys).is_some());
        }
    }
    if let Some((fields, rest)) = input.split_first_chunk::<15>() {
        turn_one_bit(fields, rest, &keys);
    }
});

/// Seals a ticket made of the fields and turns one bit of its text.
fn turn_one_bit(fields: &[u8; 15], rest: &[u8], keys: &KeyRing) {
    let [l0, l1, n0, n1, n2, n3, party, y0, y1, at, bit, t0, t1, t2, t3] = *fields;
    let ticket = Ticket {
        id: TicketId {
            line: LineNo(u16::from_be_bytes([l0, l1])),
            number: TicketNumber(u32::from_be_bytes([n0, n1, n2, n3])),
        },
        party: if party.is_multiple_of(2) {
            Party::One
        } else {
            Party::Couple
        },
        birth_year: u16::from_be_bytes([y0, y1]),
        joined_at: Timestamp::from_second(u32::from_be_bytes([t0, t1, t2, t3]).into()).expect("a time up to 2106"),
    };
    let sealed = ticket.seal(keys);
    assert_eq!(Ticket::open(&sealed, keys), Ok(ticket));
    assert!(PermitToken::open(&sealed, keys).is_err(), "a ticket is no permit");

    let mut turned = sealed.clone().into_bytes();
    let place = usize::from(at) % turned.len();
    turned[place] ^= 1 << (bit % 7);
    let turned = String::from_utf8(turned).expect("seven bits are ASCII");
    assert!(Ticket::open(&turned, keys).is_err(), "a changed ticket opens");

    if !rest.is_empty() {
        let longer = format!("{sealed}{}", String::from_utf8_lossy(rest));
        assert!(Ticket::open(&longer, keys).is_err(), "a ticket with a tail opens");
    }
}
