//! A connection to the database that is lost exactly in a COMMIT: what the visitor is told is done is done, what
//! is told is not done is not, and what nobody knows is said so and found out by the same attempt.

use dran_cluster::Cluster;
use serde_json::{Value, json};

use crate::deployment::{Deployment, Opening, Server};
use crate::http::{Answer, Call};
use crate::road::{Lost, Road};
use crate::visitor::{BIRTH_DATE, Booking, Visitor, show};

const LOST: [Lost; 2] = [Lost::OnTheWayThere, Lost::OnTheWayBack];

/// Unlike anything else that is written here.
const BOOKING_KEY: [u8; 16] = *b"a booking's key!";
const MOVE_KEY: [u8; 16] = *b"the move's key!!";

/// A node whose database is at the end of a road.
struct Town {
    road: Road,
    deployment: Deployment,
    server: Server,
}

impl Town {
    async fn build() -> Self {
        let database = Cluster::shared().create_database(None).unwrap();
        let road = Road::build().await;
        let deployment = Deployment::at(&road.url(&database), 20, &Opening::AtOnce, "");
        let server = deployment.serve();
        Self {
            road,
            deployment,
            server,
        }
    }

    /// Somebody who has only the last click before them.
    async fn visitor(&self) -> Ready {
        let visitor = Visitor::new(self.server.address, 1);
        let ticket = visitor.join().await;
        let permit = visitor.enter(&ticket).await;
        let registration = visitor.register().await;
        let mut booking = visitor.hold(&permit, &registration).await;
        booking.body["attempt_key"] = json!(hex(&BOOKING_KEY));
        Ready {
            visitor,
            ticket,
            booking,
            cookie: String::new(),
        }
    }

    /// Somebody who has booked; the booking.
    async fn booked(&self) -> (Ready, Value) {
        let ready = self.visitor().await;
        let booked = ready.book().await.expect(201);
        (ready, booked)
    }
}

struct Ready {
    visitor: Visitor,
    ticket: String,
    booking: Booking,
    /// What the browser was given to keep.
    cookie: String,
}

impl Ready {
    async fn book(&self) -> Answer {
        self.visitor.client.send(&self.booking.call()).await
    }

    /// The last click on the booking pages, and where they are.
    async fn click(&self) -> (Answer, String) {
        let client = &self.visitor.client;
        let entered = client.send(&Call::new("POST", format!("/platz/{}", self.ticket))).await;
        let path = entered.header("location").to_owned();
        (self.click_at(&path).await, path)
    }

    async fn click_at(&self, path: &str) -> Answer {
        let hold = self.booking.body["hold"].to_string();
        let form = [("hold", &*hold), ("attempt_key", &*hex(&BOOKING_KEY))];
        let click = Call::form(format!("{path}/pruefen"), &form);
        self.visitor.client.send(&self.in_the_browser(click)).await
    }

    async fn open(&self, path: &str) -> Answer {
        self.visitor.client.send(&self.in_the_browser(Call::get(path))).await
    }

    /// The same browser, led to another node by the balancer; with what it was given to keep by the answer.
    fn led_to(self, node: &Server, answer: &Answer) -> Self {
        let (cookie, _) = answer.header("set-cookie").split_once(';').unwrap_or_default();
        Self {
            visitor: Visitor::new(node.address, 1),
            cookie: cookie.to_owned(),
            ..self
        }
    }

    fn in_the_browser(&self, call: Call) -> Call {
        let registration = self.booking.body["registration"].as_str().unwrap();
        let permit = &self.booking.permit;
        let cookies = format!(
            "dran_permit={permit}; dran_registration={registration}; {}",
            self.cookie
        );
        call.header("cookie", cookies).language("de")
    }
}

fn hex(key: &[u8]) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn cancel(code: &str) -> Call {
    Call::new("DELETE", format!("/api/v1/bookings/{code}")).header("birth-date", BIRTH_DATE)
}

/// Moves a booking to what is proposed first.
async fn to_another_time(visitor: &Visitor, code: &str) -> Call {
    let proposals = Call::get(format!("/api/v1/bookings/{code}/proposals")).header("birth-date", BIRTH_DATE);
    let offered = visitor.client.send(&proposals).await.expect(200);
    let body = json!({ "proposal": offered["proposals"][0]["proposal"], "attempt_key": hex(&MOVE_KEY) });
    let call = Call::new("PATCH", format!("/api/v1/bookings/{code}")).json(&body);
    call.header("birth-date", BIRTH_DATE)
}

/// Asserts that an answer says that nobody knows yet.
fn is_not_known(answer: &Answer) {
    assert_eq!(
        (answer.status.as_u16(), &*answer.problem()),
        (503, "outcome-unknown"),
        "{answer:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_booking_whose_commit_is_lost_is_asked_for_again_and_booked_once() {
    for lost in LOST {
        let town = Town::build().await;
        let ready = town.visitor().await;
        town.road.lose(&BOOKING_KEY, lost, false);
        let booked = ready.book().await.expect(201);
        assert!(town.road.has_lost(), "{lost:?}");
        assert_eq!(ready.book().await.expect(201), booked, "{lost:?}");
        let audit = town.deployment.audit();
        assert_eq!(
            (audit.series(), audit.rows("every_confirmation_in_the_outbox")),
            (1, 1),
            "{lost:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_says_booked_although_the_answer_to_the_commit_was_lost() {
    let town = Town::build().await;
    let ready = town.visitor().await;
    town.road.lose(&BOOKING_KEY, Lost::OnTheWayBack, false);
    let (clicked, path) = ready.click().await;
    assert!(town.road.has_lost());
    let booked = format!("{path}/gebucht");
    assert_eq!((clicked.status.as_u16(), clicked.header("location")), (303, &*booked));
    let page = ready.open(&booked).await;
    assert!(
        page.text().contains("GEBUCHT") && !page.text().contains("NICHT GEBUCHT"),
        "{}",
        page.text()
    );
    assert_eq!(town.deployment.audit().series(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_database_stays_away_nobody_guesses_and_then_there_is_one_truth() {
    for lost in LOST {
        let town = Town::build().await;
        let ready = town.visitor().await;
        town.road.lose(&BOOKING_KEY, lost, true);
        let first = ready.book().await;
        assert!(town.road.has_lost());
        is_not_known(&first);
        let receipt = first.json()["receipt"].as_str().unwrap().to_owned();
        assert!(receipt.len() >= 8, "{receipt}");
        // Impatient: still nobody knows, and nobody says that nothing was booked.
        let again = ready.book().await;
        is_not_known(&again);
        assert_eq!(again.json()["receipt"], receipt);

        town.road.open();
        let booked = ready.book().await.expect(201);
        assert_eq!(booked["receipt"], receipt, "{lost:?}");
        assert_eq!(ready.book().await.expect(201), booked, "{lost:?}");
        assert_eq!(town.deployment.audit().series(), 1, "{lost:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_says_at_every_node_that_it_is_being_checked_until_it_is_known() {
    for lost in LOST {
        let town = Town::build().await;
        let elsewhere = town.deployment.serve();
        let ready = town.visitor().await;
        town.road.lose(&BOOKING_KEY, lost, true);
        let (clicked, path) = ready.click().await;
        assert!(town.road.has_lost());
        is_being_checked(&clicked);
        // Once more, the link of that page too early, and both again at a node that has heard of nothing.
        let booked = format!("{path}/gebucht");
        is_being_checked(&ready.click_at(&path).await);
        is_being_checked(&ready.open(&booked).await);
        let ready = ready.led_to(&elsewhere, &clicked);
        is_being_checked(&ready.click_at(&path).await);
        is_being_checked(&ready.open(&booked).await);

        town.road.open();
        let clicked = ready.click_at(&path).await;
        assert_eq!(clicked.header("location"), booked, "{lost:?}: {clicked:?}");
        assert!(clicked.header("set-cookie").contains("Max-Age=0"), "{clicked:?}");
        assert!(
            ready.open(&booked).await.text().contains("<h1>GEBUCHT</h1>"),
            "{lost:?}"
        );
        assert_eq!(town.deployment.audit().series(), 1, "{lost:?}");
    }
}

/// Asserts that a page says so, with the receipt, and nothing that may be wrong.
fn is_being_checked(page: &Answer) {
    assert_eq!(page.status, 503, "{page:?}");
    let text = page.text();
    assert!(text.contains("Ihre Quittung ist "), "{text}");
    assert!(!text.contains("GEBUCHT") && !text.contains("nichts geändert"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancellation_whose_commit_is_lost_is_done_once_or_said_to_be_unknown() {
    for (lost, stays_away) in LOST.into_iter().flat_map(|lost| [(lost, false), (lost, true)]) {
        let town = Town::build().await;
        let (ready, booked) = town.booked().await;
        let code = booked["booking_code"].as_str().unwrap();
        let client = &ready.visitor.client;
        town.road.lose(code.as_bytes(), lost, stays_away);
        let first = client.send(&cancel(code)).await;
        assert!(town.road.has_lost(), "{lost:?}");
        if stays_away {
            is_not_known(&first);
            is_not_known(&client.send(&cancel(code)).await);
            town.road.open();
            client.send(&cancel(code)).await.expect(200);
        } else {
            assert_eq!(first.expect(200)["state"], "cancelled", "{lost:?}");
        }
        assert_eq!(
            client.send(&show(code)).await.expect(200)["state"],
            "cancelled",
            "{lost:?}"
        );
        town.deployment.audit();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_whose_commit_is_lost_is_made_once_or_said_to_be_unknown() {
    for (lost, stays_away) in LOST.into_iter().flat_map(|lost| [(lost, false), (lost, true)]) {
        let town = Town::build().await;
        let (ready, booked) = town.booked().await;
        let code = booked["booking_code"].as_str().unwrap();
        let client = &ready.visitor.client;
        let call = to_another_time(&ready.visitor, code).await;
        town.road.lose(&MOVE_KEY, lost, stays_away);
        let mut moved = client.send(&call).await;
        assert!(town.road.has_lost(), "{lost:?}");
        if stays_away {
            is_not_known(&moved);
            is_not_known(&client.send(&call).await);
            town.road.open();
            moved = client.send(&call).await;
        }
        let moved = moved.expect(200);
        assert_ne!(moved["appointments"], booked["appointments"], "{lost:?}");
        assert_eq!(client.send(&call).await.expect(200), moved, "{lost:?}");
        assert_eq!(client.send(&show(code)).await.expect(200), moved, "{lost:?}");
        town.deployment.audit();
    }
}
