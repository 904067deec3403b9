//! The staff side of the service, as a telephone system and agents reach it: its address, the secret of the hotline,
//! the accounts of agents.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};

use dran_core::hotline::json_signature;
use dran_core::staff::totp::{Secret, step_at};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use crate::crowd::agent::{Agent, Caller, Callers, Sends};
use crate::crowd::arrivals;
use crate::crowd::letters::{Stationery, mobile, of_mobile};
use crate::crowd::page;
use crate::crowd::person::Person;
use crate::target::Target;

/// How to come in.
#[derive(Clone)]
pub struct StaffSide {
    /// Where it listens.
    pub target: Target,
    /// The content of `hotline.json_secret_file`.
    pub json_secret: Vec<u8>,
    /// Agents' accounts; none: whoever sits at the desk rings up.
    pub accounts: Vec<Account>,
    /// Tells the time that agents' apps show.
    pub app_clock: fn() -> Timestamp,
}

/// An agent's account.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// Its password.
    pub password: String,
    /// The secret of its app, as apps take it when it is typed.
    #[serde(deserialize_with = "secret")]
    pub secret: Secret,
}

fn secret<'d, D: serde::Deserializer<'d>>(deserializer: D) -> Result<Secret, D::Error> {
    let text = String::deserialize(deserializer)?;
    Secret::of_base32(&text).ok_or_else(|| serde::de::Error::custom("this is no secret of an app"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    agent: Vec<Account>,
}

/// What is wrong with a file of accounts, with its line; it never says what stands there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: write [[agent]] with `name`, `password` and `secret`, the app's, in Base32")]
pub struct AccountsError {
    line: usize,
}

/// Reads accounts: `[[agent]]` with `name`, `password` and `secret`.
///
/// # Errors
/// Says what is wrong, with the line.
pub fn accounts(text: &str) -> Result<Vec<Account>, AccountsError> {
    let written: Result<Written, _> = toml::from_str(text);
    written.map(|written| written.agent).map_err(|error| AccountsError {
        line: error.span().map_or(1, |span| text[..span.start].lines().count().max(1)),
    })
}

/// What threads tell each other of those who call.
#[derive(Debug, Default)]
pub struct Switchboard {
    /// Callers with a place whose call-back is not settled.
    pub waiting: AtomicI64,
    /// Threads on which people are still under way.
    pub coming: AtomicU32,
    /// When an agent was last on a call or logged in, in microseconds since the start.
    pub spoke_at: AtomicU64,
}

impl Switchboard {
    /// For so many threads.
    pub fn of(threads: u32) -> Self {
        Self {
            coming: AtomicU32::new(threads),
            ..Self::default()
        }
    }
}

/// Everybody whom agents ring up.
#[derive(Clone, Debug)]
pub struct Directory {
    /// Who calls.
    pub callers: arrivals::Callers,
    /// What threads tell each other.
    pub switchboard: Arc<Switchboard>,
}

impl Callers for Directory {
    fn of_phone(&self, phone: &str) -> Option<Caller> {
        let number = of_mobile(phone)?;
        let persons = self.callers.persons(number)?;
        Some(Caller { number, persons })
    }

    fn settled(&self) {
        self.switchboard.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

impl StaffSide {
    /// Writes what the telephone system asks for somebody who calls; `at_s` is the service's time.
    pub fn write_call(&self, person: &Person, stationery: &Stationery, at_s: i64, out: &mut Vec<u8>) {
        let Some(call) = &person.call else { return };
        let keys = stationery.keys(call.keys, person.number, person.persons());
        let body = json!({
            "call": format!("{:032x}-{}", person.attempt_keys[0], call.number),
            "at": at_s,
            "state": (!call.state.is_empty()).then_some(&call.state),
            "from": mobile(person.number),
            "keys": (!keys.is_empty()).then_some(keys),
            "bridged": call.unanswered.then_some(false),
            "hung_up": call.hangs_up,
        })
        .to_string();
        let signature = json_signature(&self.json_secret, body.as_bytes());
        let head = format!("x-dran-signature: {signature}\r\ncontent-type: application/json\r\n");
        self.write("POST", "/hotline/json", &head, &body, out);
    }

    /// Writes what an agent sends.
    pub fn write_agent(&self, agent: &Agent, stationery: &Stationery, out: &mut Vec<u8>) {
        let account = &self.accounts[agent.account];
        let code = account.secret.code(step_at((self.app_clock)())).to_string();
        let says = agent
            .caller()
            .map(|caller| stationery.says(caller.number, caller.persons));
        let cookie = if agent.cookie.is_empty() {
            String::new()
        } else {
            format!("cookie: {}\r\n", agent.cookie)
        };
        match agent.sends(&account.name, &account.password, &code, says.as_ref()) {
            Sends::Get(path) => self.write("GET", &path, &cookie, "", out),
            Sends::Post(path, fields) => {
                let head = format!(
                    "{cookie}origin: http://{}\r\ncontent-type: application/x-www-form-urlencoded\r\n",
                    self.target.host
                );
                self.write("POST", path, &head, &page::urlencoded(&fields), out);
            }
        }
    }

    fn write(&self, method: &str, path: &str, head: &str, body: &str, out: &mut Vec<u8>) {
        let text = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nuser-agent: dran storm\r\naccept-language: de\r\n{head}\
             content-length: {}\r\n\r\n{body}",
            self.target.host,
            body.len()
        );
        out.extend_from_slice(text.as_bytes());
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_read_and_a_mistake_is_told_without_the_password() {
        let text =
            "[[agent]]\nname = \"a\"\npassword = \"vier rote dosen\"\nsecret = \"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\"\n";
        let read = accounts(text).map_err(|error| error.to_string()).unwrap();
        assert_eq!((read.len(), read[0].name.as_str()), (1, "a"));
        for wrong in [
            text.replace("GEZD", "1111"),
            text.replace("name", "nmae"),
            text.replace("\"vier rote dosen\"", "\"vier rote dosen"),
        ] {
            let error = accounts(&wrong).err().unwrap().to_string();
            assert!(
                error.contains("line ") && !error.contains("dosen") && !error.contains("GEZD"),
                "{error}"
            );
        }
    }
}
