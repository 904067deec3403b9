//! Somebody who joins, waits, enters, registers, holds and books.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};

use crate::deployment::{CAMPAIGN, POSTCODE};
use crate::http::{Answer, Call, Client, NoAnswer};

/// The longest that anybody waits for their turn here.
const TURN_DEADLINE: Duration = Duration::from_secs(120);
/// The longest pause between two looks, however far away the service thinks the turn is.
const POLL_PAUSE_MAX: Duration = Duration::from_secs(3);
/// How often somebody chooses again when the place just went.
const CHOICES_MAX: u32 = 200;
/// How long it takes somebody at least to choose again.
const THOUGHT: Duration = Duration::from_millis(50);
/// Everybody's date of birth.
pub const BIRTH_DATE: &str = "1935-03-08";

/// One visitor.
pub struct Visitor {
    number: u32,
    /// The visitor's browser.
    pub client: Client,
}

/// What a visitor's day ends in.
#[derive(Debug)]
pub enum End {
    /// Booked, with this code.
    Booked(String),
    /// There is nothing left, and the service says so; with the kind of the problem.
    Refused(String),
    /// The service went away; with the booking that had no answer, if there was one.
    Lost(Option<Booking>),
}

/// A call that books.
#[derive(Clone, Debug)]
pub struct Booking {
    /// The permit.
    pub permit: String,
    /// The call's body.
    pub body: Value,
}

impl Booking {
    /// The call.
    pub fn call(&self) -> Call {
        Call::post("/api/v1/bookings", &self.body).permit(&self.permit)
    }
}

impl Visitor {
    /// Visitor `number`, with connections of their own.
    pub fn new(address: SocketAddr, number: u32) -> Self {
        Self {
            number,
            client: Client::new(address),
        }
    }

    /// From the ticket to the end.
    pub async fn live(&self, ticket: &str) -> End {
        match self.try_live(ticket).await {
            Ok(end) => end,
            Err(NoAnswer) => End::Lost(None),
        }
    }

    /// Takes a place in the line.
    pub async fn join(&self) -> String {
        self.join_campaign(CAMPAIGN).await
    }

    /// Takes a place in the line of a campaign.
    pub async fn join_campaign(&self, campaign: &str) -> String {
        let body = json!({ "campaign": campaign, "postcode": POSTCODE, "birth_year": 1935 });
        let joined = self.client.send(&Call::post("/api/v1/line", &body)).await.expect(201);
        joined["ticket"].as_str().unwrap().to_owned()
    }

    /// Joins, waits and enters; the permit.
    pub async fn come_in(&self) -> String {
        let ticket = self.join().await;
        self.enter(&ticket).await
    }

    /// Waits and enters; the permit.
    pub async fn enter(&self, ticket: &str) -> String {
        let entered = self.wait_and_enter(ticket).await;
        entered.unwrap().unwrap_or_else(|kind| panic!("not let in: {kind}"))
    }

    /// Registers by letter, which needs no code.
    pub async fn register(&self) -> String {
        let registered = self
            .client
            .send(&Call::post("/api/v1/registrations", &self.registration()))
            .await;
        registered.expect(201)["registration"].as_str().unwrap().to_owned()
    }

    /// What this visitor registers with.
    pub fn registration(&self) -> Value {
        json!({
            "campaign": CAMPAIGN,
            "persons": [{ "given_name": "Liesel", "family_name": family_name(self.number), "birth_date": BIRTH_DATE,
                "sex": "f", "postcode": POSTCODE, "group": "ab-80" }],
            "contact": { "letter": { "street": "Lindenweg 3", "town": "Kassel" } },
            "attempt_key": format!("{:032x}", 0xa000_0000_u128 + u128::from(self.number)),
        })
    }

    /// Holds the first proposal; the call that books it.
    pub async fn hold(&self, permit: &str, registration: &str) -> Booking {
        let held = self.try_hold(permit, registration).await.unwrap();
        held.unwrap_or_else(|kind| panic!("nothing held: {kind}"))
    }

    async fn try_live(&self, ticket: &str) -> Result<End, NoAnswer> {
        let permit = match self.wait_and_enter(ticket).await? {
            Ok(permit) => permit,
            Err(kind) => return Ok(End::Refused(kind)),
        };
        let made = self
            .client
            .try_send(&Call::post("/api/v1/registrations", &self.registration()))
            .await?;
        let registration = made.expect(201)["registration"].as_str().unwrap().to_owned();
        let booking = match self.try_hold(&permit, &registration).await? {
            Ok(booking) => booking,
            Err(kind) => return Ok(End::Refused(kind)),
        };
        let Ok(answer) = self.client.try_send(&booking.call()).await else {
            return Ok(End::Lost(Some(booking)));
        };
        let booked = answer.expect(201);
        Ok(End::Booked(booked["booking_code"].as_str().unwrap().to_owned()))
    }

    /// Asks as often as it is told to, enters when called; the permit, or the kind of the refusal.
    async fn wait_and_enter(&self, ticket: &str) -> Result<Result<String, String>, NoAnswer> {
        let path = format!("/api/v1/line/{ticket}");
        let waiting = async {
            loop {
                let standing = self.client.try_send(&Call::get(&path)).await?.expect(200);
                let state = standing["state"].as_str().unwrap();
                if matches!(state, "called" | "entered" | "beyond_supply") {
                    let entered = self
                        .client
                        .try_send(&Call::new("POST", format!("{path}/enter")))
                        .await?;
                    match (entered.status.as_u16(), &*entered.problem()) {
                        (200, _) => return Ok(Ok(entered.json()["permit"].as_str().unwrap().to_owned())),
                        (409, "beyond-supply") => return Ok(Err("beyond-supply".to_owned())),
                        (409, "no-free-permit" | "not-called") => {}
                        _ => panic!("{state}: {entered:?}"),
                    }
                } else {
                    assert_eq!(state, "waiting", "{standing}");
                }
                let told = Duration::from_millis(standing["poll_after_ms"].as_u64().unwrap());
                tokio::time::sleep(told.min(POLL_PAUSE_MAX)).await;
            }
        };
        let in_time = tokio::time::timeout(TURN_DEADLINE, waiting).await;
        in_time.unwrap_or_else(|_| panic!("visitor {} never had a turn", self.number))
    }

    /// Holds what is proposed first, again and again while others are faster.
    async fn try_hold(&self, permit: &str, registration: &str) -> Result<Result<Booking, String>, NoAnswer> {
        for _ in 0..CHOICES_MAX {
            let offered = self
                .client
                .try_send(&Call::get("/api/v1/proposals").permit(permit))
                .await?
                .expect(200);
            let Some(first) = offered["proposals"].as_array().unwrap().first() else {
                return Ok(Err("no-proposals".to_owned()));
            };
            let body = json!({ "proposal": first["proposal"] });
            let held: Answer = self
                .client
                .try_send(&Call::post("/api/v1/holds", &body).permit(permit))
                .await?;
            match (held.status.as_u16(), &*held.problem()) {
                (201, _) => {
                    let attempt_key = format!("{:032x}", 0xb000_0000_u128 + u128::from(self.number));
                    return Ok(Ok(Booking {
                        permit: permit.to_owned(),
                        body: json!({ "hold": held.json()["hold"], "registration": registration,
                            "attempt_key": attempt_key }),
                    }));
                }
                (409, "slot-just-went") => tokio::time::sleep(THOUGHT).await,
                _ => panic!("{held:?}"),
            }
        }
        panic!("visitor {} was too slow {CHOICES_MAX} times", self.number)
    }
}

/// A name of one's own for every visitor, in letters only.
fn family_name(number: u32) -> String {
    let letters = number
        .to_string()
        .bytes()
        .map(|digit| char::from(digit - b'0' + b'a'))
        .collect::<String>();
    format!("Muster{letters}")
}

/// The call that shows a booking to who knows the date of birth.
pub fn show(code: &str) -> Call {
    Call::get(format!("/api/v1/bookings/{code}")).header("birth-date", BIRTH_DATE)
}
