//! One synthetic person: joins, waits, enters, registers, books, and sometimes moves or cancels.

use std::sync::Arc;
use std::time::Duration;

use hyper::Method;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use crate::attempt::{Asker, Town};
use crate::client::Call;
use crate::deployment::{CAMPAIGN, POSTCODE};
use crate::history::{Deed, Outcome};

/// Everybody's date of birth.
const BIRTH_DATE: &str = "1935-03-08";
/// The longest pause between two looks.
const POLL_PAUSE_MAX_MS: u64 = 1_000;
/// How often a permit is given back, while nobody answers.
const GIVEN_BACK_TRIES_MAX: u32 = 100;
/// So often in a row somebody is told that nothing is left before believing it: what is held comes back.
const BEYOND_SUPPLY_BELIEVED: u32 = 4;
/// How often somebody chooses again when the place just went.
const CHOICES_MAX: u32 = 60;
/// Every so-many-th visitor is the person of the one before, who tries twice.
const TWIN_EVERY: u32 = 10;

/// What somebody does after having booked.
#[derive(Clone, Copy, Debug)]
enum Afterwards {
    Nothing,
    Cancels,
    Moves,
}

/// Somebody.
pub struct Visitor {
    asker: Asker,
    /// Comes so long after the start.
    pub arrives_after: Duration,
    person: u32,
    couple: bool,
    by_letter: bool,
    leaves_contact: bool,
    afterwards: Afterwards,
}

impl Visitor {
    /// Visitor `number` of the day with this seed, who comes within `arrivals` and behaves the same every time.
    pub fn new(town: Arc<Town>, seed: u64, number: u32, arrivals: Duration) -> Self {
        let mut rng = StdRng::seed_from_u64(seed ^ (u64::from(number) << 32));
        let is_twin = number % TWIN_EVERY == TWIN_EVERY - 1;
        Self {
            arrives_after: arrivals.mul_f64(rng.random::<f64>()),
            person: if is_twin { number - 1 } else { number },
            couple: number % TWIN_EVERY < TWIN_EVERY - 2 && rng.random_bool(0.2),
            by_letter: rng.random_bool(0.5),
            leaves_contact: rng.random_bool(0.2),
            afterwards: match rng.random_range(0..100) {
                0..12 => Afterwards::Cancels,
                12..24 => Afterwards::Moves,
                _ => Afterwards::Nothing,
            },
            asker: Asker {
                visitor: number,
                rng,
                town,
            },
        }
    }

    /// From arrival to the end, which is `booked` or the kind of the problem.
    pub async fn live(mut self) -> String {
        tokio::time::sleep(self.arrives_after).await;
        match self.try_live().await {
            Ok(()) => "booked".to_owned(),
            Err(kind) => kind,
        }
    }

    async fn try_live(&mut self) -> Result<(), String> {
        let ticket = self.join().await?;
        if self.leaves_contact {
            self.leave_contact(&ticket).await;
        }
        let booked = self.enter_and_book(&ticket).await?;
        let code = text(&booked["booking_code"]);
        match self.afterwards {
            Afterwards::Nothing => Ok(()),
            Afterwards::Cancels => self.cancel(&code).await,
            Afterwards::Moves => self.change(&code).await,
        }
    }

    /// The turn is kept when a permit is over: who has one again goes on.
    async fn enter_and_book(&mut self, ticket: &str) -> Result<Value, String> {
        let mut registration = None;
        loop {
            let permit = self.wait_and_enter(ticket).await?;
            let registration = match &mut registration {
                Some(registration) => &*registration,
                none => none.insert(self.register().await?),
            };
            match self.book(ticket, &permit, registration).await {
                Err(kind) if matches!(&*kind, "permit-over" | "permit-missing") => self.asker.pause().await,
                Err(kind) => {
                    self.give_back(&permit).await;
                    return Err(kind);
                }
                booked => return booked,
            }
        }
    }

    /// Whoever gives up makes room: a permit and what it holds would keep the next one waiting until it is over.
    async fn give_back(&mut self, permit: &str) {
        let call = Call::new(Method::DELETE, "/api/v1/permit").permit(permit);
        for _ in 0..GIVEN_BACK_TRIES_MAX {
            if self.asker.is_answered(&call).await {
                return;
            }
            self.asker.pause().await;
        }
    }

    async fn join(&mut self) -> Result<String, String> {
        let party = if self.couple { 2 } else { 1 };
        let body = json!({ "campaign": CAMPAIGN, "postcode": POSTCODE, "birth_year": 1935, "party": party });
        let joined = self
            .asker
            .until_answered(Deed::Join, "", &Call::post("/api/v1/line", body))
            .await?;
        Ok(text(&joined["ticket"]))
    }

    /// Leaves a number where calls are told, and types its code in. Who cannot goes on without.
    async fn leave_contact(&mut self, ticket: &str) {
        let mobile = self.mobile(1);
        let path = format!("/api/v1/line/{ticket}/contact");
        let call = Call::new(Method::PUT, &path).json(json!({ "mobile": mobile }));
        if self.asker.until_answered(Deed::Contact, ticket, &call).await.is_ok() {
            // Known or not, the place is kept.
            let _ = self.type_code(&mobile, &format!("{path}/verify"), ticket).await;
        }
    }

    async fn wait_and_enter(&mut self, ticket: &str) -> Result<String, String> {
        let path = format!("/api/v1/line/{ticket}");
        let mut beyond_supply = 0;
        loop {
            let standing = self.asker.until_answered(Deed::Poll, ticket, &Call::get(&path)).await?;
            let state = text(&standing["state"]);
            if matches!(&*state, "called" | "entered") {
                let call = Call::new(Method::POST, format!("{path}/enter"));
                match self.asker.until_answered(Deed::Enter, ticket, &call).await {
                    Ok(permit) => return Ok(text(&permit["permit"])),
                    Err(kind) if matches!(&*kind, "no-free-permit" | "not-called") => {}
                    Err(kind) => return Err(kind),
                }
            }
            beyond_supply = if state == "beyond_supply" { beyond_supply + 1 } else { 0 };
            if beyond_supply == BEYOND_SUPPLY_BELIEVED {
                return Err("beyond-supply".to_owned());
            }
            let told = standing["poll_after_ms"].as_u64().unwrap_or(POLL_PAUSE_MAX_MS);
            tokio::time::sleep(Duration::from_millis(told.min(POLL_PAUSE_MAX_MS))).await;
        }
    }

    async fn register(&mut self) -> Result<String, String> {
        let (mobile, key) = (self.mobile(0), self.asker.attempt_key());
        let contact = if self.by_letter {
            json!({ "letter": { "street": "Lindenweg 3", "town": "Kassel" } })
        } else {
            json!({ "mobile": mobile })
        };
        let given_names = if self.couple {
            &["Liesel", "Karl"][..]
        } else {
            &["Liesel"]
        };
        let family_name = family_name(self.person);
        let persons = given_names.iter().map(|given_name| {
            json!({ "given_name": given_name, "family_name": family_name, "birth_date": BIRTH_DATE, "sex": "x",
                "postcode": POSTCODE, "group": "ab-80" })
        });
        let body = json!({ "campaign": CAMPAIGN, "persons": persons.collect::<Vec<_>>(), "contact": contact,
            "attempt_key": key });
        let call = Call::post("/api/v1/registrations", body);
        let registered = self.asker.until_answered(Deed::Register, &key, &call).await?;
        let registration = text(&registered["registration"]);
        if !self.by_letter {
            let path = format!("/api/v1/registrations/{registration}/verify");
            self.type_code(&mobile, &path, &registration).await?;
        }
        Ok(registration)
    }

    /// Waits for a code and types it in, whatever becomes of it: an answer that was lost is found out when
    /// it matters.
    async fn type_code(&mut self, mobile: &str, path: &str, key: &str) -> Result<(), String> {
        let code = loop {
            if let Some(code) = self.asker.town.phones.codes(mobile).pop() {
                break code;
            }
            self.asker.pause().await;
        };
        let call = Call::post(path, json!({ "code": code }));
        match self.asker.until_answered(Deed::Verify, key, &call).await {
            Ok(_) => Ok(()),
            // The code was taken by the try before, whose answer was lost.
            Err(kind) if kind == "code-dead" => Ok(()),
            Err(kind) => Err(kind),
        }
    }

    async fn book(&mut self, ticket: &str, permit: &str, registration: &str) -> Result<Value, String> {
        for _ in 0..CHOICES_MAX {
            let offered = Call::get("/api/v1/proposals").permit(permit);
            let offered = self.asker.until_answered(Deed::Propose, ticket, &offered).await?;
            let choices = offered["proposals"].as_array().cloned().unwrap_or_default();
            let Some(choice) = choices.choose(&mut self.asker.rng) else {
                return Err("no-proposals".to_owned());
            };
            let body = json!({ "proposal": choice["proposal"] });
            let hold = Call::post("/api/v1/holds", body).permit(permit);
            let held = match self.asker.once(Deed::Hold, ticket, &hold).await {
                Outcome::Ok(held) => held,
                // A hold whose answer was lost is replaced by the next one.
                Outcome::Unknown(_) => continue,
                Outcome::Failed(kind) if matches!(&*kind, "slot-just-went" | "unavailable") => {
                    self.asker.pause().await;
                    continue;
                }
                Outcome::Failed(kind) => return Err(kind),
            };
            let key = self.asker.attempt_key();
            let body = json!({ "hold": held["hold"], "registration": registration, "attempt_key": key });
            let book = Call::post("/api/v1/bookings", body).permit(permit);
            match self.asker.until_answered(Deed::Book, &key, &book).await {
                Err(kind) if kind == "hold-over" => {}
                answered => return answered,
            }
        }
        Err("slot-just-went".to_owned())
    }

    async fn cancel(&mut self, code: &str) -> Result<(), String> {
        let call = Call::new(Method::DELETE, format!("/api/v1/bookings/{code}")).birth_date(BIRTH_DATE);
        match self.asker.until_answered(Deed::Cancel, code, &call).await {
            Ok(_) => Ok(()),
            // By the try before, whose answer was lost.
            Err(kind) if kind == "booking-cancelled" => Ok(()),
            Err(kind) => Err(format!("not cancelled: {kind}")),
        }
    }

    async fn change(&mut self, code: &str) -> Result<(), String> {
        for _ in 0..CHOICES_MAX {
            let offered = Call::get(format!("/api/v1/bookings/{code}/proposals")).birth_date(BIRTH_DATE);
            let offered = self.asker.until_answered(Deed::Propose, code, &offered).await;
            let offered = offered.map_err(|kind| format!("not moved: {kind}"))?;
            let choices = offered["proposals"].as_array().cloned().unwrap_or_default();
            let Some(choice) = choices.choose(&mut self.asker.rng) else {
                return Ok(());
            };
            let key = self.asker.attempt_key();
            let body = json!({ "proposal": choice["proposal"], "attempt_key": key });
            let call = Call::new(Method::PATCH, format!("/api/v1/bookings/{code}")).json(body);
            let call = call.birth_date(BIRTH_DATE);
            match self.asker.until_answered(Deed::Move, &key, &call).await {
                Ok(_) => return Ok(()),
                Err(kind) if kind == "slot-just-went" => {}
                Err(kind) => return Err(format!("not moved: {kind}")),
            }
        }
        Ok(())
    }

    /// A number of one's own, one for the registration (0) and one for the ticket (1).
    fn mobile(&self, purpose: u32) -> String {
        format!("+49151{:08}", 10_000_000 * (1 + purpose) + self.asker.visitor)
    }
}

/// A name of one's own for every person, in letters only.
fn family_name(person: u32) -> String {
    let digits = person.to_string().into_bytes();
    let letters: String = digits.iter().map(|digit| char::from(digit - b'0' + b'a')).collect();
    format!("Muster{letters}")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
