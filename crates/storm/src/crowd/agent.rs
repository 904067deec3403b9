//! One agent at the desk: logs in, takes the next call-back that is due, books for the caller page by page, and takes
//! the next one.

mod hear;
#[cfg(test)]
mod tests;

use super::notes::Notes;
use super::page::{self, Fields};
use super::person::{Act, Desk};
use crate::chance::Chance;
use crate::kind::Kind;
use crate::pace::{Micros, Pace};

/// How long an agent waits before trying again what did not work, in milliseconds of this machine.
const AGAIN_MS: u64 = 2_000;
/// How long an agent waits after a login that the service had no time for.
const LOGIN_AGAIN_MS: u64 = 10_000;
/// Until the app shows another code (RFC 6238), and a little more.
const NEXT_CODE_MS: u64 = 31_000;
/// Logins that are tried with one account.
const LOGINS_MAX: u8 = 4;
/// How often an agent looks whether somebody is to be rung up: ten seconds of the scenario, a second of this machine at
/// least.
const LOOK_MS: f64 = 10_000.0;
const LOOK_MS_MIN: u64 = 1_000;
/// How often an agent asks for a caller who has been called and finds no free permit.
const PLACES_MAX: u16 = 30;
/// How often an agent reads out other proposals when the chosen one has just gone.
const CHOICES_MAX: u16 = 50;
/// In how many parts a call goes: who it is, what there is, the names, the reading aloud, the end of it.
const CALL_PARTS: f64 = 5.0;

/// What an agent does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Name and password.
    Password,
    /// The code of the app.
    Code,
    /// The empty screen.
    Begin,
    /// The next call-back.
    Callback,
    /// Who it is.
    Who,
    /// Whether there is a permit now.
    Place,
    /// One of the proposals.
    Choose,
    /// Names and contact.
    Names,
    /// Everything was read aloud.
    Confirm,
    /// What was booked.
    Booked,
    /// The call ends without a booking: the word for why.
    Settle(&'static str),
}

/// An agent.
#[derive(Clone, Debug)]
pub struct Agent {
    /// Which account.
    pub account: usize,
    step: Step,
    /// What the browser keeps.
    pub cookie: String,
    /// The fields of the page on the screen.
    pub form: Fields,
    csrf: String,
    login: String,
    /// Where what was booked can be read.
    booked_at: String,
    caller: Option<Caller>,
    tries: u16,
    logins: u8,
    has_entered: bool,
    on_call: bool,
    chance: Chance,
}

/// Who was rung up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Their number in the crowd.
    pub number: u64,
    /// One, or two with a partner.
    pub persons: u8,
}

/// What an agent knows of the world.
pub struct Office<'a> {
    /// How fast time goes.
    pub pace: &'a Pace,
    /// The desk.
    pub desk: &'a mut Desk,
    /// Where everything is counted.
    pub notes: &'a mut Notes,
    /// Who can be rung up.
    pub callers: &'a dyn Callers,
    /// Now.
    pub now: Micros,
}

/// The crowd, as agents ring it up.
pub trait Callers {
    /// Who has this number; nobody of this crowd, if none.
    fn of_phone(&self, phone: &str) -> Option<Caller>;
    /// The call-back of one of them is settled.
    fn settled(&self);
}

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sends {
    /// A page is looked at.
    Get(String),
    /// A form is posted.
    Post(&'static str, Fields),
}

/// What people of the crowd say of themselves at the telephone.
pub struct Says {
    /// Dates of birth, as agents type them.
    pub births: Vec<String>,
    /// Family name, given name and sex of each.
    pub names: Vec<[String; 3]>,
    /// Where they live.
    pub postcode: String,
    /// Street and town.
    pub address: [String; 2],
}

impl Agent {
    /// Somebody with this account, who has not logged in yet.
    pub fn new(account: usize, seed: u64) -> Self {
        Self {
            account,
            step: Step::Password,
            cookie: String::new(),
            form: Fields::new(),
            csrf: String::new(),
            login: String::new(),
            booked_at: String::new(),
            caller: None,
            tries: 0,
            logins: 0,
            has_entered: false,
            on_call: false,
            chance: Chance::of(!seed, account as u64),
        }
    }

    /// Whether they have not logged in yet.
    pub fn is_outside(&self) -> bool {
        matches!(self.step, Step::Password | Step::Code)
    }

    /// Who is on the telephone.
    pub fn caller(&self) -> Option<Caller> {
        self.caller
    }

    /// Their time has come.
    pub fn act(&self) -> Act {
        Act::Ask(match self.step {
            Step::Password | Step::Code => Kind::DeskLogin,
            Step::Begin => Kind::DeskBegin,
            Step::Callback => Kind::DeskCallback,
            Step::Who | Step::Place => Kind::DeskProposals,
            Step::Choose => Kind::DeskHold,
            Step::Names => Kind::DeskNames,
            Step::Confirm => Kind::DeskConfirm,
            Step::Booked => Kind::DeskBooked,
            Step::Settle(_) => Kind::DeskSettle,
        })
    }

    /// What is sent: with the name, password and code of the account, and what the caller says.
    pub fn sends(&self, name: &str, password: &str, code: &str, says: Option<&Says>) -> Sends {
        let desk = |typed: &[(&str, &str)]| Sends::Post("/desk", page::filled(&self.form, typed));
        let pairs = |pairs: &[(&str, &str)]| page::filled(&Fields::new(), pairs);
        match (self.step, says) {
            (Step::Password, _) => Sends::Post("/anmelden", pairs(&[("name", name), ("password", password)])),
            (Step::Code, _) => Sends::Post("/anmelden/code", pairs(&[("login", &self.login), ("code", code)])),
            (Step::Callback, _) => Sends::Post("/desk/rueckruf", pairs(&[("csrf", &self.csrf)])),
            (Step::Booked, _) => Sends::Get(self.booked_at.clone()),
            (Step::Settle(word), _) => desk(&[("settle", word)]),
            (Step::Place | Step::Confirm, _) => desk(&[]),
            (Step::Choose, _) => {
                let shown = (1..=9)
                    .take_while(|digit| !page::value(&self.form, &format!("p{digit}")).is_empty())
                    .count();
                let digit = (usize::from(self.tries) + self.account) % shown.max(1) + 1;
                desk(&[("choice", &digit.to_string())])
            }
            (Step::Who, Some(says)) => {
                let birth = |index: usize| says.births.get(index).map_or("", String::as_str);
                desk(&[("postcode", &says.postcode), ("birth", birth(0)), ("birth_2", birth(1))])
            }
            (Step::Names, Some(says)) => {
                let mut typed = vec![
                    ("contact", ""),
                    ("street", &*says.address[0]),
                    ("town", &*says.address[1]),
                ];
                for ([family, given, sex], names) in [
                    ["family_name", "given_name", "sex"],
                    ["family_name_2", "given_name_2", "sex_2"],
                ]
                .into_iter()
                .zip(&says.names)
                {
                    typed.extend([(family, &*names[0]), (given, &*names[1]), (sex, &*names[2])]);
                }
                desk(&typed)
            }
            (Step::Begin | Step::Who | Step::Names, _) => Sends::Get("/desk".to_owned()),
        }
    }

    /// Some time for so many parts of a call.
    fn talks(&mut self, office: &Office<'_>, parts: f64) -> Micros {
        let median = office.desk.call_ms as f64 / CALL_PARTS * parts;
        office.pace.thought_ms(self.chance.around(median))
    }
}
