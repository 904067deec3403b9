//! A call of the hotline, as a telephone system and the caller in front of it make it (`docs/hotline.md`, the JSON
//! twin): one request for every answer of the machine.

use serde::Deserialize;

use super::heard::Answer;

/// How often somebody answers in one call, before they hang up.
const ANSWERS_MAX: u8 = 20;
/// The language and what it is about: whoever is asked for a single key more often than so, and never where they live,
/// is known by their number and hears their place again and again.
const CHOICES_MAX: u8 = 2;
/// Keys of a postcode, a year of birth, a date of birth.
const POSTCODE: u8 = 5;
const YEAR: u8 = 4;
const DATE: u8 = 8;

/// What somebody presses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keys {
    /// Nothing: the call begins, or it waits.
    #[default]
    None,
    /// The first of what there is: the language, an appointment.
    First,
    /// For how many it is.
    Party,
    /// Where they live.
    Postcode,
    /// When they were born.
    BirthYear,
    /// The whole date.
    BirthDate,
    /// The number to ring.
    Number,
}

/// A call on its way.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// Which one of the caller's.
    pub number: u16,
    /// What the machine remembers of it; empty when it begins.
    pub state: Box<str>,
    /// What is pressed next.
    pub keys: Keys,
    /// Whether it was put through, to somebody who did not pick up.
    pub unanswered: bool,
    /// Whether the caller hangs up.
    pub hangs_up: bool,
    born_told: bool,
    party_told: bool,
    home_told: bool,
    choices: u8,
    placed: bool,
    answers: u8,
}

/// What comes of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The caller listens, and presses something or hangs up.
    Presses,
    /// Asks again after so many seconds.
    Waits(u8),
    /// It ended with a place in the line and the promise to be rung up.
    Over,
    /// It ended without.
    Nothing,
}

#[derive(Deserialize)]
struct Told<'a> {
    #[serde(borrow)]
    state: std::borrow::Cow<'a, str>,
    #[serde(rename = "do")]
    acts: Vec<Act>,
    ended: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Act {
    Say(serde::de::IgnoredAny),
    Gather { keys: Option<u8> },
    Connect(serde::de::IgnoredAny),
    WaitS(u8),
    HangUp(serde::de::IgnoredAny),
}

impl Call {
    /// The next call of somebody whose last one came to nothing.
    pub fn redialled(&self) -> Self {
        Self {
            number: self.number.saturating_add(1),
            ..Self::default()
        }
    }

    /// Whether the place is there: the caller has heard so.
    pub fn is_placed(&self) -> bool {
        self.placed
    }

    /// The machine has answered.
    pub fn hear(&mut self, answer: &Answer<'_>) -> Next {
        let told: Option<Told<'_>> = serde_json::from_slice(answer.body).ok();
        let Some(told) = told.filter(|_| answer.status == 200) else {
            return Next::Nothing;
        };
        match told.ended {
            Some("ticket") => {
                self.placed = true;
                return Next::Over;
            }
            Some(_) => return Next::Nothing,
            None => {}
        }
        self.state = told.state.as_ref().into();
        self.answers += 1;
        (self.keys, self.unanswered) = (Keys::None, false);
        self.hangs_up = self.answers > ANSWERS_MAX;
        for act in told.acts {
            match act {
                Act::Gather { keys } => self.choose(keys),
                Act::Connect(_) => self.unanswered = true,
                Act::WaitS(seconds) => return Next::Waits(seconds),
                Act::Say(_) | Act::HangUp(_) => {}
            }
        }
        Next::Presses
    }

    /// What is pressed where so many keys are waited for.
    fn choose(&mut self, keys: Option<u8>) {
        self.keys = match keys {
            Some(POSTCODE) => {
                self.home_told = true;
                Keys::Postcode
            }
            Some(YEAR) => {
                self.born_told = true;
                Keys::BirthYear
            }
            Some(DATE) => Keys::BirthDate,
            None => Keys::Number,
            // The place is there and was read out: what else there is nobody wants to hear.
            Some(_) if self.party_told => {
                self.placed = true;
                self.hangs_up = true;
                Keys::None
            }
            Some(_) if self.born_told => {
                self.party_told = true;
                Keys::Party
            }
            Some(_) if !self.home_told && self.choices == CHOICES_MAX => {
                self.hangs_up = true;
                Keys::None
            }
            Some(_) => {
                self.choices += 1;
                Keys::First
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hear(call: &mut Call, body: &str) -> Next {
        call.hear(&Answer {
            status: 200,
            head: b"",
            body: body.as_bytes(),
        })
    }

    fn gather(keys: &str) -> String {
        format!(
            "{{\"state\":\"s\",\"do\":[{{\"gather\":{{\"say\":[],\"keys\":{keys},\"timeout_s\":8}}}}],\"ended\":null}}"
        )
    }

    #[test]
    fn a_caller_answers_what_is_asked_and_hangs_up_once_the_place_was_read_out() {
        let mut call = Call::default();
        let pressed = ["1", "1", "5", "4", "1", "1"].map(|keys| {
            assert_eq!(hear(&mut call, &gather(keys)), Next::Presses);
            call.keys
        });
        use Keys::{BirthYear, First, None, Party, Postcode};
        assert_eq!(pressed, [First, First, Postcode, BirthYear, Party, None]);
        assert!(call.hangs_up && call.is_placed());
        let ended = "{\"state\":\"s\",\"do\":[],\"ended\":\"ticket\"}";
        assert_eq!(hear(&mut call, ended), Next::Over);
    }

    #[test]
    fn who_is_known_hears_the_place_and_hangs_up() {
        let mut call = Call::default();
        let hung_up = [(); 3].map(|()| {
            hear(&mut call, &gather("1"));
            call.hangs_up
        });
        assert_eq!(hung_up, [false, false, true]);
        assert!(!call.is_placed());
        hear(&mut call, "{\"state\":\"s\",\"do\":[],\"ended\":\"ticket\"}");
        assert!(call.is_placed());
    }

    #[test]
    fn nobody_picks_up_and_the_caller_stays() {
        let mut call = Call::default();
        let connect = "{\"state\":\"s\",\"do\":[{\"say\":[]},{\"connect\":\"queue:a\"}],\"ended\":null}";
        assert_eq!(hear(&mut call, connect), Next::Presses);
        assert!(call.unanswered && !call.hangs_up);
        let wait = "{\"state\":\"t\",\"do\":[{\"say\":[]},{\"wait_s\":5}],\"ended\":null}";
        assert_eq!(hear(&mut call, wait), Next::Waits(5));
        assert!(!call.unanswered && &*call.state == "t");
    }

    #[test]
    fn a_call_that_leads_nowhere_ends() {
        let mut call = Call::default();
        for _ in 0..ANSWERS_MAX {
            hear(&mut call, &gather("5"));
            assert!(!call.hangs_up);
        }
        hear(&mut call, &gather("5"));
        assert!(call.hangs_up);
        assert_eq!(hear(&mut call, "{\"error\":\"x\"}"), Next::Nothing);
        assert_eq!(
            hear(&mut call, "{\"state\":\"s\",\"do\":[],\"ended\":\"answer\"}"),
            Next::Nothing
        );
    }
}
