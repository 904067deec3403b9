//! What a telephone system sends: a form, a state in the address, keys.
//!
//! Any form is read, and signs otherwise when a byte of it changes; no text that nobody sealed is a state, and a sealed
//! state with any one bit turned is none either; whatever is typed, the dialogue answers.

#![no_main]

use dran_core::form;
use dran_core::hotline::{Event, Facts, State, Turn, turn, voice_signature, voice_signature_matches};
use dran_core::ids::LineNo;
use dran_core::line::ticket::tickets_typed;
use dran_core::token::{HashKey, KeyRing};
use jiff::Timestamp;
use jiff::civil::date;
use libfuzzer_sys::fuzz_target;

const URL: &str = "https://telefon.example/hotline/voice";

fn keys() -> (KeyRing, HashKey) {
    let ring = KeyRing::new(vec![(7, [0x5a; 32])]).expect("one key");
    (ring, HashKey::new([0xa5; 32]))
}

fuzz_target!(|input: &[u8]| {
    let text = String::from_utf8_lossy(input);
    let fields = form::fields(&text);
    let signature = voice_signature(b"secret", URL, &fields);
    assert!(voice_signature_matches(b"secret", URL, &fields, &signature));
    assert!(!voice_signature_matches(b"other", URL, &fields, &signature));

    let (ring, hash) = keys();
    let now = Timestamp::UNIX_EPOCH;
    assert_eq!(State::open(&text, "CA1", now, &ring, &hash), None, "nobody sealed this");
    walk(&text, &ring, &hash);
    if let Some(keys) = input.first_chunk::<12>() {
        // Most keys stand for nothing, and none breaks the search.
        assert!(tickets_typed(keys, &[(LineNo(1), 1_000), (LineNo(4_000), 1_000)], &ring).len() < 100);
    }
});

/// A call in which every line of the text is typed, with each state sealed, broken and opened on the way.
fn walk(text: &str, ring: &KeyRing, hash: &HashKey) {
    let facts = Facts {
        languages: 2,
        number_known: false,
        agent_ready: false,
        campaign_open: true,
        today: date(2021, 1, 12),
    };
    let (mut state, mut event) = (State::new(), Event::Called);
    for typed in text.split('\n') {
        let after = match turn(state, event, &facts) {
            Turn::Speak { ending: Some(_), .. } | Turn::Do { .. } => return,
            Turn::Speak { state, .. } => state,
        };
        let sealed = after.seal("CA1", Timestamp::UNIX_EPOCH, ring, hash);
        assert_eq!(
            State::open(&sealed, "CA1", Timestamp::UNIX_EPOCH, ring, hash),
            Some(after)
        );
        assert_eq!(State::open(&sealed, "CA2", Timestamp::UNIX_EPOCH, ring, hash), None);
        let mut turned = sealed.into_bytes();
        let at = typed.len() % turned.len();
        turned[at] ^= 1;
        let turned = String::from_utf8(turned).expect("ASCII");
        assert_eq!(State::open(&turned, "CA1", Timestamp::UNIX_EPOCH, ring, hash), None);
        (state, event) = (after, Event::Typed(typed.to_owned()));
    }
}
