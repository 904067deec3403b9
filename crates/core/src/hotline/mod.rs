//! The hotline's dialogue (`Hilfe am Telefon`): what the telephone system is to say and do with a call.
//!
//! A pure machine. [`turn()`] takes what is known of the call so far ([`State`]), what has just happened ([`Event`]) and
//! what is so right now ([`Facts`]), and gives either what to say and do next ([`Turn::Speak`]), or what has to be
//! found out or done before that can be said ([`Turn::Do`]); its [`Answer`] is the next event. No session is kept
//! anywhere: the state travels, sealed, in the address at which the telephone system asks again.
//!
//! What holds whatever the caller does: no path is longer than [`STEPS_MAX`] answers, and every path ends with a
//! ticket, an agent, or an answer to what was asked ([`Ending`]); nobody is ever told to call again later.

mod act;
mod keypad;
mod national;
mod sealed;
mod signature;
mod state;
#[cfg(test)]
mod tests;
mod turn;

pub use act::{
    Answer, Booked, Deed, Ending, Entry, Event, Facts, Place, PlaceState, Refusal, Sentence, Supply, Taken, Turn, Verb,
    Where,
};
pub use keypad::{CODE_KEYS, GROUP_KEYS, Keys, characters_on, key_of};
pub use national::national_digits;
pub use signature::{json_signature, json_signature_matches, voice_signature, voice_signature_matches};
pub use state::{Node, State, Topic};
pub use turn::{STEPS_MAX, turn};
