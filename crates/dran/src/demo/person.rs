//! One synthetic person: joins, waits as told, enters, registers, books.

use std::sync::Arc;
use std::time::Duration;

use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use super::client::{Answer, Client};
use super::phones::Phones;
use super::summary::{Stage, Summary};

/// How somebody behaves.
#[derive(Clone, Debug)]
pub struct Manner {
    /// Comes so long after the start.
    pub arrives_after: Duration,
    /// Takes so long for a page.
    pub thinks: Duration,
    /// Lives there.
    pub postcode: &'static str,
    /// Comes with a partner.
    pub couple: bool,
    /// Joins, and does not come back.
    pub goes_away: bool,
    /// Has neither mobile nor e-mail.
    pub by_letter: bool,
    /// Year of birth.
    pub birth_year: i16,
    /// For the registration and the booking.
    pub attempt_keys: [u128; 2],
}

/// Somebody.
pub struct Person {
    /// Number in the crowd.
    pub number: u32,
    /// How they behave.
    pub manner: Manner,
    /// Their browser.
    pub client: Client,
    /// Their telephone.
    pub phones: Phones,
    /// Where they are counted.
    pub summary: Arc<Summary>,
}

/// How long somebody waits before trying again what did not work.
const AGAIN_AFTER: Duration = Duration::from_secs(2);
/// How often somebody looks at the telephone for the code.
const LOOKS_MAX: u32 = 120;
/// How often somebody chooses again when the place just went.
const CHOICES_MAX: u32 = 20;

/// What becomes of an attempt to book.
enum End {
    Booked,
    /// The turn is kept; try to enter again.
    Again,
    NothingLeft,
}

impl Person {
    /// From arrival to the end.
    pub async fn live(self) {
        tokio::time::sleep(self.manner.arrives_after).await;
        let ticket = self.join().await;
        self.summary.count(Stage::Joined);
        if self.manner.goes_away {
            self.summary.count(Stage::WentAway);
            return;
        }
        loop {
            let Some(permit) = self.wait_and_enter(&ticket).await else {
                self.summary.count(Stage::BeyondSupply);
                return;
            };
            match self.book(&permit).await {
                End::Booked => {
                    self.summary.count(Stage::Booked);
                    return;
                }
                End::NothingLeft => {
                    self.summary.count(Stage::BeyondSupply);
                    return;
                }
                End::Again => tokio::time::sleep(AGAIN_AFTER).await,
            }
        }
    }

    fn persons(&self) -> u8 {
        if self.manner.couple { 2 } else { 1 }
    }

    async fn join(&self) -> String {
        let body = json!({
            "campaign": super::CAMPAIGN,
            "postcode": self.manner.postcode,
            "party": self.persons(),
            "birth_year": self.manner.birth_year,
        });
        loop {
            let answer = self
                .client
                .call(Method::POST, "/api/v1/line", None, Some(body.clone()))
                .await;
            if let Some(Answer {
                status: StatusCode::CREATED,
                body,
            }) = answer
            {
                return text(&body["ticket"]);
            }
            self.summary.count(Stage::JoinAgain);
            tokio::time::sleep(AGAIN_AFTER).await;
        }
    }

    /// Waits as the service says, then enters. None when there is nothing left.
    async fn wait_and_enter(&self, ticket: &str) -> Option<String> {
        let path = format!("/api/v1/line/{ticket}");
        loop {
            let Some(answer) = self.client.call(Method::GET, &path, None, None).await else {
                tokio::time::sleep(AGAIN_AFTER).await;
                continue;
            };
            let poll_after = answer.body["poll_after_ms"].as_u64().unwrap_or(2_000);
            match answer.body["state"].as_str() {
                Some("beyond_supply") => return None,
                Some("called" | "entered") => {
                    tokio::time::sleep(self.manner.thinks).await;
                    let entered = self
                        .client
                        .call(Method::POST, &format!("{path}/enter"), None, None)
                        .await;
                    if let Some(Answer {
                        status: StatusCode::OK,
                        body,
                    }) = entered
                    {
                        self.summary.count(Stage::Entered);
                        return Some(text(&body["permit"]));
                    }
                }
                _ => {}
            }
            tokio::time::sleep(Duration::from_millis(poll_after)).await;
        }
    }

    async fn book(&self, permit: &str) -> End {
        tokio::time::sleep(self.manner.thinks * 2).await;
        let Some(registration) = self.register().await else {
            return End::Again;
        };
        for _ in 0..CHOICES_MAX {
            let offered = self
                .client
                .call(Method::GET, "/api/v1/proposals", Some(permit), None)
                .await;
            let Some(offered) = offered.filter(|answer| answer.status == StatusCode::OK) else {
                return End::Again;
            };
            let choices = offered.body["proposals"].as_array().cloned().unwrap_or_default();
            if choices.is_empty() {
                self.client
                    .call(Method::DELETE, "/api/v1/permit", Some(permit), None)
                    .await;
                return End::NothingLeft;
            }
            tokio::time::sleep(self.manner.thinks).await;
            let choice = &choices[self.number as usize % choices.len()];
            let body = json!({ "proposal": choice["proposal"] });
            let held = self
                .client
                .call(Method::POST, "/api/v1/holds", Some(permit), Some(body))
                .await;
            match held {
                Some(Answer {
                    status: StatusCode::CREATED,
                    body,
                }) => {
                    tokio::time::sleep(self.manner.thinks).await;
                    return self.confirm(permit, &registration, &body["hold"]).await;
                }
                Some(Answer {
                    status: StatusCode::CONFLICT,
                    ..
                }) => self.summary.count(Stage::ChoseAgain),
                _ => return End::Again,
            }
        }
        End::Again
    }

    async fn confirm(&self, permit: &str, registration: &str, hold: &Value) -> End {
        let attempt_key = format!("{:032x}", self.manner.attempt_keys[1]);
        let body = json!({ "hold": hold, "registration": registration, "attempt_key": attempt_key });
        loop {
            let booked = self
                .client
                .call(Method::POST, "/api/v1/bookings", Some(permit), Some(body.clone()))
                .await;
            match booked {
                Some(Answer {
                    status: StatusCode::CREATED,
                    ..
                }) => return End::Booked,
                // No answer, or not now: the attempt key makes it safe to send the same again.
                None => tokio::time::sleep(AGAIN_AFTER).await,
                Some(Answer { status, .. }) if status.is_server_error() => tokio::time::sleep(AGAIN_AFTER).await,
                Some(_) => return End::Again,
            }
        }
    }

    /// Registers and verifies. None when something did not work.
    async fn register(&self) -> Option<String> {
        let mobile = format!("+49151{:08}", 10_000_000 + self.number);
        let contact = if self.manner.by_letter {
            json!({ "letter": { "street": format!("Lindenweg {}", self.number % 99 + 1), "town": "Musterstadt" } })
        } else {
            json!({ "mobile": mobile })
        };
        let persons: Vec<Value> = (0..self.persons()).map(|index| self.someone(index)).collect();
        let body = json!({
            "campaign": super::CAMPAIGN,
            "persons": persons,
            "contact": contact,
            "attempt_key": format!("{:032x}", self.manner.attempt_keys[0]),
        });
        let made = self
            .client
            .call(Method::POST, "/api/v1/registrations", None, Some(body))
            .await?;
        if made.status != StatusCode::CREATED {
            return None;
        }
        let registration = text(&made.body["registration"]);
        if self.manner.by_letter {
            return Some(registration);
        }
        for _ in 0..LOOKS_MAX {
            if let Some(code) = self.phones.code(&mobile) {
                let path = format!("/api/v1/registrations/{registration}/verify");
                let answer = self
                    .client
                    .call(Method::POST, &path, None, Some(json!({ "code": code })))
                    .await?;
                return (answer.status == StatusCode::OK).then_some(registration);
            }
            tokio::time::sleep(self.manner.thinks / 4).await;
        }
        None
    }

    fn someone(&self, index: u8) -> Value {
        json!({
            "given_name": GIVEN_NAMES[(self.number as usize + usize::from(index) * 5) % GIVEN_NAMES.len()],
            "family_name": family_name(self.number),
            "birth_date": format!("{}-{:02}-{:02}", self.manner.birth_year, self.number % 12 + 1, self.number % 28 + 1),
            "sex": if index == 0 { "f" } else { "m" },
            "postcode": self.manner.postcode,
            "group": super::GROUP,
        })
    }
}

const GIVEN_NAMES: [&str; 8] = ["Liesel", "Erna", "Gisela", "Ursula", "Inge", "Karl", "Heinz", "Günter"];
const SYLLABLES: [&str; 16] = [
    "bach", "berg", "born", "burg", "dorf", "feld", "furt", "grund", "hain", "hof", "kamp", "mann", "meier", "rode",
    "stein", "wald",
];

/// A name of its own for everybody in the crowd, made of syllables: names have no digits.
fn family_name(number: u32) -> String {
    let mut rest = number;
    let mut name = String::from("Muster");
    for _ in 0..4 {
        name.push_str(SYLLABLES[(rest % 16) as usize]);
        rest /= 16;
    }
    name
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_people_of_a_crowd_have_one_name() {
        let names: std::collections::HashSet<String> = (0..65_536).map(family_name).collect();
        assert_eq!(names.len(), 65_536);
    }
}
