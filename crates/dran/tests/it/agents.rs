//! Agents at the desk, who book for one caller after the other as people do it: over HTTP, form by form.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use dran_core::hex;
use dran_core::staff::log::Actor;
use dran_core::staff::{Duty, Role, StaffName};
use dran_core::token::HashKey;
use dran_store::{ChangeOwnPassword, Database, EnrolApp, EnrolledApp, NewStaffAccount, Store, StoredPassword};
use dran_storm::crowd::page::{between, fields, filled, value};
use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::deployment::Deployment;
use crate::http::{Answer, Call, Client, NoAnswer};

/// A postcode of each district whose centre has doses.
const PLACES: [&str; 6] = ["34117", "35390", "36037", "60311", "65183", "64283"];
/// How often somebody else may be faster.
const CHOICES_MAX: u32 = 9;

/// How often an agent looks whether it is a caller's turn, and how many times.
const LOOK_EVERY: Duration = Duration::from_millis(50);
const LOOKS_MAX: u32 = 1_200;

/// What an agent does with one request.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Deed {
    /// Opens the screen of a new call.
    Begin,
    /// Says to be ready.
    State,
    /// Types postcode and date of birth: entitlement, place in the line, permit and proposals.
    Proposals,
    /// Takes a proposal.
    Hold,
    /// Types name and contact.
    Names,
    /// Books.
    Confirm,
    /// Reads what is booked.
    Booked,
    /// Looks somebody up by name and date of birth.
    Search,
    /// Opens somebody's appointments.
    Series,
    /// Writes a note.
    Note,
    /// Takes the next call-back.
    CallBack,
    /// Settles it.
    Settle,
}

/// What a deed took, from the moment at which it was meant to begin.
pub type Took = (Deed, Duration);

/// One agent with a session and a browser.
pub struct Agent {
    client: Client,
    origin: String,
    cookie: String,
    /// The next caller's number; callers of other agents have other ones.
    caller: u32,
    /// The last one who has booked.
    booked: Option<u32>,
    /// Agents altogether.
    agents: u32,
    /// What an agent and a caller say between two requests.
    pub pause: Duration,
    /// When the next request is meant to be sent.
    pub due: Instant,
    /// When the agent stops, in the middle of a call as well.
    pub until: Option<Instant>,
    /// Where it is told what deeds took.
    pub told: Option<UnboundedSender<Took>>,
}

impl Agent {
    /// Agents whose accounts and sessions are made in the database, with passwords that nobody knows: what is shown
    /// is the desk, not the login.
    pub fn make(deployment: &Deployment, address: SocketAddr, count: u32) -> Vec<Self> {
        let cookies = sessions(deployment, Role::Agent, count);
        let agent = |(cookie, caller)| Self {
            client: Client::new(address),
            origin: format!("http://{address}"),
            cookie,
            caller,
            booked: None,
            agents: count,
            pause: Duration::ZERO,
            due: now(),
            until: None,
            told: None,
        };
        cookies.into_iter().zip(0..).map(agent).collect()
    }

    /// Whether the agent has stopped.
    pub fn is_over(&self) -> bool {
        self.until.is_some_and(|until| self.due >= until)
    }

    /// One call: from the empty screen to the sentence that is read aloud. The booking code.
    ///
    /// # Errors
    /// What the desk said instead.
    pub async fn book(&mut self) -> Result<String, String> {
        let number = self.next_caller();
        let caller = Caller::new(number);
        let shown = self.get(Deed::Begin, "/desk").await?;
        let who = [("postcode", caller.postcode), ("birth", &*caller.birth)];
        let mut shown = self.send(Deed::Proposals, "/desk", &shown, &who).await?;
        // Where callers go the way of the line, its loop has to come to them.
        for _ in 0..LOOKS_MAX {
            if !shown.text().contains("name=\"step\" value=\"place\"") {
                break;
            }
            self.due = self.due.max(now() + LOOK_EVERY);
            shown = self.send(Deed::Proposals, "/desk", &shown, &[]).await?;
        }
        for choice in 1.. {
            expect(&shown, 200, "name=\"step\" value=\"choose\"")?;
            let digit = (1 + choice % 2).to_string();
            shown = self.send(Deed::Hold, "/desk", &shown, &[("choice", &digit)]).await?;
            // Somebody else may have been faster.
            if shown.text().contains("name=\"step\" value=\"names\"") || choice == CHOICES_MAX {
                break;
            }
        }
        expect(&shown, 200, "name=\"step\" value=\"names\"")?;
        let names = [
            ("family_name", &*caller.family),
            ("given_name", "Erna"),
            ("sex", "f"),
            ("contact", "0151 23456789"),
            ("language", "de"),
        ];
        let review = self.send(Deed::Names, "/desk", &shown, &names).await?;
        expect(&review, 200, "name=\"step\" value=\"review\"")?;
        let booked = self.send(Deed::Confirm, "/desk", &review, &[]).await?;
        expect(&booked, 303, "")?;
        self.booked = Some(number);
        let place = booked.header("location").to_owned();
        let booked = self.get(Deed::Booked, &place).await?;
        expect(&booked, 200, "<span class=\"code\">")?;
        let code = between(booked.text(), "<span class=\"code\">", "<");
        Ok(code.unwrap_or_default().to_owned())
    }

    /// What comes beside bookings: says to be ready, looks the last one up who has booked, opens the appointments and writes a
    /// note.
    ///
    /// # Errors
    /// What the desk said instead.
    pub async fn look_up(&mut self) -> Result<(), String> {
        let Some(caller) = self.booked.map(Caller::new) else {
            return Ok(());
        };
        let page = self.get(Deed::Begin, "/desk/suche").await?;
        let csrf = csrf(&page)?;
        let state = Call::form("/desk/zustand", &[("csrf", &csrf), ("state", "ready")]);
        expect(&self.ask(Deed::State, state).await?, 303, "")?;
        let q = [("q", &*caller.family), ("birth", &*caller.birth)];
        let found = self.send(Deed::Search, "/desk/suche", &page, &q).await?;
        expect(&found, 200, "href=\"/desk/termin/")?;
        let code = between(found.text(), "href=\"/desk/termin/", "\"").unwrap_or_default();
        let path = format!("/desk/termin/{code}");
        let series = self.get(Deed::Series, &path).await?;
        expect(&series, 200, &caller.family)?;
        let note = [("what", "note"), ("reason", "fragt nach dem Weg")];
        expect(&self.send(Deed::Note, &path, &series, &note).await?, 303, "")
    }

    /// Takes the next call-back, if one is due, and reaches nobody who wants it.
    ///
    /// # Errors
    /// What the desk said instead.
    pub async fn call_back(&mut self) -> Result<(), String> {
        let page = self.get(Deed::Begin, "/desk").await?;
        let next = Call::form("/desk/rueckruf", &[("csrf", &csrf(&page)?)]);
        let shown = self.ask(Deed::CallBack, next).await?;
        expect(&shown, 200, "name=\"step\" value=\"who\"")?;
        if !value(&fields(shown.text()), "callback").is_empty() {
            let settled = self
                .send(Deed::Settle, "/desk", &shown, &[("settle", "not-wanted")])
                .await?;
            expect(&settled, 303, "")?;
        }
        Ok(())
    }

    async fn get(&mut self, deed: Deed, path: &str) -> Result<Answer, String> {
        self.ask(deed, Call::get(path)).await
    }

    /// Sends the form of a page, with what is typed into it.
    async fn send(&mut self, deed: Deed, path: &str, page: &Answer, typed: &[(&str, &str)]) -> Result<Answer, String> {
        let all = filled(&fields(page.text()), typed);
        let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (&**name, &**value)).collect();
        self.ask(deed, Call::form(path, &all)).await
    }

    async fn ask(&mut self, deed: Deed, call: Call) -> Result<Answer, String> {
        let call = call.header("cookie", &*self.cookie).header("origin", &*self.origin);
        if self.is_over() {
            return Err("the agent has stopped".to_owned());
        }
        tokio::time::sleep_until(self.due).await;
        let answer = self
            .client
            .try_send(&call)
            .await
            .map_err(|NoAnswer| format!("{deed:?}: no answer"))?;
        if let Some(told) = &self.told {
            // Who has stopped listening wants no more of it.
            let _ = told.send((deed, self.due.elapsed()));
        }
        self.due = now() + self.pause;
        Ok(answer)
    }

    fn next_caller(&mut self) -> u32 {
        let caller = self.caller;
        self.caller += self.agents;
        caller
    }
}

/// Somebody on the phone.
struct Caller {
    family: String,
    birth: String,
    postcode: &'static str,
}

impl Caller {
    fn new(number: u32) -> Self {
        let letters = number
            .to_string()
            .bytes()
            .map(|digit| char::from(digit - b'0' + b'a'))
            .collect::<String>();
        Self {
            family: format!("Anruf{letters}"),
            birth: format!(
                "{:02}.{:02}.{}",
                number % 28 + 1,
                number / 28 % 12 + 1,
                1930 + number / 336 % 10
            ),
            postcode: PLACES[number as usize % PLACES.len()],
        }
    }
}

/// Cookies of so many accounts with a role, that are made in the database with sessions.
pub fn sessions(deployment: &Deployment, role: Role, count: u32) -> Vec<String> {
    // Somebody looks after accounts, in every deployment.
    deployment.run(&["user", "add", "first", "--role", "operator"]);
    let keys = std::fs::read_to_string(deployment.path("keys.toml")).unwrap();
    let hash_key = keys.split("hash_key = \"").nth(1).unwrap().split('"').next().unwrap();
    let hash_key = HashKey::new(hex::decode(hash_key).unwrap().try_into().unwrap());
    let database: Database = deployment.url.parse().unwrap();
    in_a_thread(move || {
        let store = database.open(None).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut signing_in = JoinSet::new();
            for number in 0..count {
                let (store, hash_key) = (Arc::clone(&store), hash_key.clone());
                signing_in.spawn(async move { sign_in(&*store, &hash_key, role, number).await });
            }
            signing_in.join_all().await
        })
    })
}

async fn sign_in(store: &dyn Store, hash_key: &HashKey, role: Role, number: u32) -> String {
    let (store, now, mut token) = (store.staff(), timestamp(), [0x5a; 32]);
    token[..4].copy_from_slice(&number.to_be_bytes());
    let password = StoredPassword {
        memory_kib: 8,
        passes: 1,
        salt: [0; 16],
        hash: [0; 32],
    };
    let new = NewStaffAccount {
        name: StaffName::parse(&format!("{}{number}", role.word())).unwrap(),
        duty: Duty::new(role, vec![]).unwrap(),
        password: password.clone(),
        actor: Actor::Command,
        now,
    };
    let account = store.make_staff_account(new).await.unwrap();
    let set_at = async || store.staff_account(account).await.unwrap().unwrap().password_set_at;
    let change = ChangeOwnPassword {
        account,
        password_set_at: set_at().await,
        password,
        session: [0; 32],
        now,
    };
    store.change_own_password(change).await.unwrap();
    let enrol = EnrolApp {
        account,
        password_set_at: set_at().await,
        app: EnrolledApp {
            nonce: [0; 16],
            last_step: 0,
        },
        recovery: vec![],
        token_hash: hash_key.hash("staff-session", &[&token]),
        now,
    };
    store.enrol_app(enrol).await.unwrap();
    format!("dran_staff={}", hex::encode(&token))
}

/// Runs what must not run in a runtime: a store brings its own.
pub fn in_a_thread<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(work).join().unwrap())
}

fn expect(answer: &Answer, status: u16, says: &str) -> Result<(), String> {
    if answer.status.as_u16() == status && answer.text().contains(says) {
        return Ok(());
    }
    let text = answer.text();
    // What it says stands behind what was asked.
    let page = text.rfind("id=\"form\"").map_or(text, |form| &text[form..]);
    Err(format!(
        "{} where {status} and `{says}` were expected: {page}",
        answer.status
    ))
}

fn csrf(page: &Answer) -> Result<String, String> {
    let shown = fields(page.text());
    match value(&shown, "csrf") {
        "" => Err(format!("no form: {}", page.text())),
        csrf => Ok(csrf.to_owned()),
    }
}

/// Now.
#[expect(clippy::disallowed_methods, reason = "the service under test runs by the real clock")]
pub fn timestamp() -> Timestamp {
    Timestamp::now()
}

#[expect(clippy::disallowed_methods, reason = "a pause is counted from now")]
fn now() -> Instant {
    Instant::now()
}
