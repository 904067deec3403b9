//! Coming back later: contacts on tickets, messages, late-comers, several devices, one place per person.

use std::time::Duration;

use dran_core::line::work::zero_bits;
use serde_json::{Value, json};

use crate::deployment::{CAMPAIGN, Deployment, Opening, POSTCODE};
use crate::http::{Call, Client};
use crate::mailbox::{code, messages, wait_for};
use crate::visitor::Visitor;

const MOBILE: &str = "+491712345678";
const EMAIL: &str = "oma@example.org";
/// One at a time, a short grace, and everybody behind is within the lead time.
const ONE_AT_A_TIME: &str = "permits_max = 1\narrival_grace_s = 1\nnotice_lead_minutes = 600";
const DEADLINE: Duration = Duration::from_secs(60);

fn contact_path(ticket: &str) -> String {
    format!("/api/v1/line/{ticket}/contact")
}

fn verify_call(ticket: &str, code: &str) -> Call {
    Call::post(format!("{}/verify", contact_path(ticket)), &json!({ "code": code }))
}

fn put(ticket: &str, contact: &Value) -> Call {
    Call::new("PUT", contact_path(ticket)).json(contact)
}

/// Leaves a contact on a ticket and types in the code that comes; the answer to it. `codes` is how many
/// codes this recipient has got by then.
async fn leave(deployment: &Deployment, client: &Client, ticket: &str, contact: &Value, codes: usize) -> Value {
    let left = client.send(&put(ticket, contact)).await.expect(200);
    assert_eq!(left["verified"], false);
    let to = contact["mobile"].as_str().or(contact["email"].as_str()).unwrap();
    let typed = code(&wait_for(deployment, "code", to, codes).await);
    client.send(&verify_call(ticket, &typed)).await.expect(200)
}

async fn standing(client: &Client, ticket: &str) -> Value {
    client
        .send(&Call::get(format!("/api/v1/line/{ticket}")))
        .await
        .expect(200)
}

/// Waits until a ticket is told so.
async fn until(client: &Client, ticket: &str, state: &str) {
    let told = async {
        while standing(client, ticket).await["state"] != state {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let in_time = tokio::time::timeout(DEADLINE, told).await;
    assert!(in_time.is_ok(), "never {state}: {}", standing(client, ticket).await);
}

async fn enter(client: &Client, ticket: &str) -> crate::http::Answer {
    client
        .send(&Call::new("POST", format!("/api/v1/line/{ticket}/enter")))
        .await
}

async fn go_out(client: &Client, permit: &str) {
    let left = client.send(&Call::new("DELETE", "/api/v1/permit").permit(permit)).await;
    assert_eq!(left.status, 200, "{left:?}");
}

/// What stands behind a word of a message, up to the next blank.
fn after<'a>(text: &'a str, word: &str) -> &'a str {
    let (_, rest) = text.split_once(word).unwrap();
    rest.split_whitespace().next().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_went_away_is_told_before_the_turn_and_at_the_call_once_each() {
    // More than the numbers that the crash burns, so that the supply reaches who joins after it.
    let deployment = Deployment::new(200, &Opening::AtOnce, ONE_AT_A_TIME);
    let server = deployment.serve();
    let client = Client::new(server.address);
    let inside = Visitor::new(server.address, 1).come_in().await;
    let away = Visitor::new(server.address, 2).join().await;
    leave(&deployment, &client, &away, &json!({ "mobile": MOBILE }), 1).await;
    let soon = wait_for(&deployment, "soon", MOBILE, 1).await;
    assert!(soon.contains("bald dran"), "{soon}");
    server.kill();

    // The power was gone; nothing is said twice, and the call is not forgotten.
    let server = deployment.serve();
    let client = Client::new(server.address);
    go_out(&client, &inside).await;
    let call = wait_for(&deployment, "call", MOBILE, 1).await;
    let link = after(&call, "/platz/").to_owned();
    let short_code = after(&call, "Wartenummer: ").trim_end_matches('.').to_owned();

    // The link works on one device, the number on another, and both have one permit.
    assert_eq!(standing(&client, &link).await["state"], "called");
    let page = client.send(&Call::get(format!("/platz/{link}"))).await;
    assert!(page.text().contains("Sie sind dran"));
    let found = client.send(&Call::form("/platz", &[("code", &short_code)])).await;
    assert_eq!(found.status, 303, "{found:?}");
    let on_the_phone = found.header("location").strip_prefix("/platz/").unwrap().to_owned();
    let first = enter(&client, &link).await.expect(200);
    assert_eq!(
        enter(&client, &on_the_phone).await.expect(200)["expires_at"],
        first["expires_at"]
    );
    assert_eq!(
        enter(&client, &away).await.expect(200)["expires_at"],
        first["expires_at"]
    );
    assert_eq!(
        client.send(&Call::get("/api/v1/status")).await.expect(200)["permits"],
        1
    );

    // Somebody behind is told as well: the loop has gone on, and has sent nothing again.
    let behind = Visitor::new(server.address, 3).join().await;
    leave(&deployment, &client, &behind, &json!({ "email": EMAIL }), 1).await;
    wait_for(&deployment, "soon", EMAIL, 1).await;
    let sent = |kind| messages(&deployment, kind, MOBILE).len();
    assert_eq!((sent("soon"), sent("call")), (1, 1));
    server.stop();
    let log = deployment.log();
    for personal in [MOBILE, "1712345678", EMAIL] {
        assert!(!log.contains(personal), "{personal} is in the log");
    }
    deployment.audit();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_called_place_stays_good_and_a_late_comer_enters_with_the_next_free_permit() {
    let deployment = Deployment::new(20, &Opening::AtOnce, ONE_AT_A_TIME);
    let server = deployment.serve();
    let client = Client::new(server.address);
    let late = Visitor::new(server.address, 1).join().await;
    until(&client, &late, "called").await;
    let next = Visitor::new(server.address, 2).come_in().await;
    assert_eq!(
        standing(&client, &late).await["state"],
        "called",
        "others were called in its stead"
    );
    let refused = enter(&client, &late).await;
    assert_eq!((refused.status.as_u16(), &*refused.problem()), (409, "no-free-permit"));
    assert!(!refused.header("retry-after").is_empty());
    go_out(&client, &next).await;
    enter(&client, &late).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contact_is_left_changed_and_withdrawn_on_pages_without_a_script() {
    let deployment = Deployment::new(20, &Opening::OnCommand, "");
    let server = deployment.serve();
    let client = Client::new(server.address);
    let ticket = Visitor::new(server.address, 1).join().await;
    let path = format!("/platz/{ticket}/nachricht");
    let page = client.send(&Call::get(format!("/platz/{ticket}"))).await;
    assert!(page.text().contains(&path), "the waiting page leads there");
    let form = |fields: &[(&str, &str)]| Call::form(&path, fields);

    let landline = [("what", "contact"), ("way", "sms"), ("mobile", "0561 12345")];
    let refused = client.send(&form(&landline)).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("mobile-error"));

    let mobile = [("what", "contact"), ("way", "sms"), ("mobile", "0171 2345678")];
    let left = client.send(&form(&mobile)).await;
    assert_eq!((left.status.as_u16(), left.header("location")), (303, &*path));
    let asked = client.send(&Call::get(&path)).await;
    assert!(asked.text().contains("••• 5678") && !asked.text().contains("12345678"));
    let wrong = client.send(&form(&[("what", "code"), ("code", "12345")])).await;
    assert_eq!(wrong.status, 422);
    let first = code(&wait_for(&deployment, "code", MOBILE, 1).await);
    client.send(&form(&[("what", "resend")])).await;
    let second = code(&wait_for(&deployment, "code", MOBILE, 2).await);
    if first != second {
        let old = client.send(&form(&[("what", "code"), ("code", &first)])).await;
        assert_eq!(old.status, 422);
    }
    let verified = client.send(&form(&[("what", "code"), ("code", &second)])).await;
    assert_eq!(verified.status, 303);
    assert!(client.send(&Call::get(&path)).await.text().contains("Wir melden uns"));

    let email = [("what", "contact"), ("way", "email"), ("email", EMAIL)];
    client.send(&form(&email)).await;
    let typed = code(&wait_for(&deployment, "code", EMAIL, 1).await);
    client.send(&form(&[("what", "code"), ("code", &typed)])).await;
    assert!(client.send(&Call::get(&path)).await.text().contains("o•••@example.org"));

    client.send(&form(&[("what", "withdraw")])).await;
    assert_eq!(
        deployment.audit().rows("no_contact_kept_after_booking"),
        0,
        "deleted at once"
    );
    assert!(client.send(&Call::get(&path)).await.text().contains("Handynummer"));
    let english = client.send(&Call::get(&path).language("en")).await;
    assert!(english.text().contains("We will let you know"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contact_is_left_with_joining_and_withdrawn_by_call() {
    let deployment = Deployment::new(20, &Opening::OnCommand, "");
    let server = deployment.serve();
    let client = Client::new(server.address);
    let join = |contact: Value| {
        let body = json!({ "campaign": CAMPAIGN, "postcode": POSTCODE,
            "birth_year": 1935, "contact": contact });
        Call::post("/api/v1/line", &body)
    };
    let both = client.send(&join(json!({ "mobile": MOBILE, "email": EMAIL }))).await;
    assert_eq!((both.status.as_u16(), &*both.problem()), (422, "invalid-fields"));
    assert_eq!(both.json()["errors"][0]["field"], "contact.mobile");
    let joined = client.send(&join(json!({ "mobile": MOBILE }))).await.expect(201);
    assert_eq!(joined["contact"]["verified"], false);
    let ticket = joined["ticket"].as_str().unwrap();
    let typed = code(&wait_for(&deployment, "code", MOBILE, 1).await);
    let verified = client.send(&verify_call(ticket, &typed)).await.expect(200);
    assert_eq!(
        (&verified["verified"], &verified["folded"]),
        (&json!(true), &json!(false))
    );
    let withdraw = Call::new("DELETE", contact_path(ticket));
    assert_eq!(client.send(&withdraw).await.expect(200)["deleted"], true);
    assert_eq!(client.send(&withdraw).await.expect(200)["deleted"], false);
    let gone = client.send(&verify_call(ticket, &typed)).await;
    assert_eq!((gone.status.as_u16(), &*gone.problem()), (404, "no-contact"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_flooded_with_codes_from_many_tickets() {
    let deployment = Deployment::new(20, &Opening::OnCommand, "");
    let server = deployment.serve();
    let client = Client::new(server.address);
    let mut refused = None;
    for number in 0..20 {
        let ticket = Visitor::new(server.address, number).join().await;
        let answer = client.send(&put(&ticket, &json!({ "mobile": MOBILE }))).await;
        if answer.status != 200 {
            refused = Some((number, answer));
            break;
        }
    }
    let (codes, answer) = refused.unwrap();
    assert_eq!((codes, answer.status.as_u16()), (10, 429));
    assert!(answer.header("retry-after").parse::<u64>().unwrap() > 60, "{answer:?}");
}

fn grandmother(given_name: &str) -> Value {
    json!({ "mobile": MOBILE, "person": { "given_name": given_name, "family_name": "Muster",
        "birth_date": "1935-03-08" } })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_tickets_of_one_person_become_one_place_and_a_helpers_others_stay() {
    let deployment = Deployment::new(
        40,
        &Opening::OnCommand,
        "one_place_per_person = true\narrival_grace_s = 600",
    );
    let server = deployment.serve();
    let client = Client::new(server.address);
    let mut tickets = Vec::new();
    for number in 0..6 {
        tickets.push(Visitor::new(server.address, number).join().await);
    }
    let [first, second, sisters] = [&tickets[0], &tickets[1], &tickets[2]];
    let unnamed = client.send(&put(first, &json!({ "mobile": MOBILE }))).await;
    assert_eq!(unnamed.json()["errors"][0]["field"], "person");
    let page = client.send(&Call::get(format!("/platz/{first}/nachricht"))).await;
    assert!(
        page.text().contains("legen wir beide Plätze zusammen"),
        "it says what happens before it does"
    );

    let folded = |answer: Value| answer["folded"].as_bool().unwrap();
    assert!(!folded(
        leave(&deployment, &client, first, &grandmother("Liesel"), 1).await
    ));
    assert!(!folded(
        leave(&deployment, &client, sisters, &grandmother("Änne"), 2).await
    ));
    assert!(folded(
        leave(&deployment, &client, second, &grandmother("LIESEL"), 3).await
    ));
    deployment.open();
    for ticket in &tickets {
        until(&client, ticket, "called").await;
    }
    let position = async |ticket: &str| standing(&client, ticket).await["position"].as_u64().unwrap();
    let (one, other) = (position(first).await, position(second).await);
    assert_eq!(one, other);
    // Of six positions five are somebody's: the given-up one is behind the one they share.
    let mut others = Vec::new();
    for ticket in &tickets[2..] {
        others.push(position(ticket).await);
    }
    let given_up = (1..=6)
        .find(|position| *position != one && !others.contains(position))
        .unwrap();
    assert!(one < given_up, "{one} of {others:?} was kept, {given_up} was better");

    let entered = enter(&client, first).await.expect(200);
    assert_eq!(enter(&client, second).await.expect(200), entered, "one permit");
    assert_eq!(
        client.send(&Call::get("/api/v1/status")).await.expect(200)["permits"],
        1
    );
    assert_eq!(standing(&client, second).await["state"], "entered");
    wait_for(&deployment, "call", MOBILE, 1).await;
    server.kill();

    let server = deployment.serve();
    let client = Client::new(server.address);
    assert_eq!(
        standing(&client, second).await["state"],
        "entered",
        "known after a restart"
    );
    let page = client.send(&Call::new("POST", format!("/platz/{second}"))).await;
    let booking_path = page.header("location").to_owned();
    let cookie = page.header("set-cookie");
    assert!(cookie.contains(&format!("Path={booking_path};")), "{cookie}");
    server.stop();
    deployment.audit();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_waited_for_at_a_place_that_was_given_up() {
    // With one permit at a time and ten minutes of grace, a position that nobody comes from would
    // hold up the line for ten minutes.
    let limits = "one_place_per_person = true\npermits_max = 1\narrival_grace_s = 600";
    let deployment = Deployment::new(40, &Opening::AtOnce, limits);
    let server = deployment.serve();
    let client = Client::new(server.address);
    let first = Visitor::new(server.address, 1).join().await;
    let inside = Visitor::new(server.address, 1).enter(&first).await;
    let behind = [2, 3].map(|number| Visitor::new(server.address, number));
    let (kept, given_up) = (behind[0].join().await, behind[1].join().await);
    let last = Visitor::new(server.address, 4).join().await;
    leave(&deployment, &client, &kept, &grandmother("Liesel"), 1).await;
    let folded = leave(&deployment, &client, &given_up, &grandmother("Liesel"), 2).await;
    assert_eq!(folded["folded"], true);
    go_out(&client, &inside).await;
    let permit = behind[1].enter(&given_up).await;
    go_out(&client, &permit).await;
    until(&client, &last, "called").await;
    enter(&client, &last).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_joins_from_one_network_than_people_make_are_told_when_to_go_on() {
    let deployment = Deployment::new(20, &Opening::OnCommand, "joins_per_minute = 2");
    let server = deployment.serve();
    let client = Client::new(server.address);
    for number in 0..2 {
        Visitor::new(server.address, number).join().await;
    }
    let body = json!({ "campaign": CAMPAIGN, "postcode": POSTCODE,
        "birth_year": 1935 });
    let paced = client.send(&Call::post("/api/v1/line", &body)).await;
    assert_eq!((paced.status.as_u16(), &*paced.problem()), (429, "joins-paced"));
    let seconds: u64 = paced.header("retry-after").parse().unwrap();
    assert!((1..=31).contains(&seconds), "{seconds}");
    let fields = [("postcode", POSTCODE), ("birth_year", "1935"), ("persons", "1")];
    let join = format!("/anstellen/{}", CAMPAIGN);
    let page = client.send(&Call::form(join, &fields)).await;
    assert_eq!(page.status, 429);
    let seconds: u64 = page.header("retry-after").parse().unwrap();
    assert!(
        page.text().contains(&format!("In {seconds} Sekunden")),
        "{}",
        page.text()
    );
    assert!(page.text().contains("value=\"1935\""), "what was typed stays");
}

/// Finds the number that a challenge wants.
fn solve(challenge: &str, bits: u64) -> String {
    let mut numbers = (0_u64..).map(|number| number.to_string());
    let solved = |number: &String| u64::from(zero_bits(challenge, number)) >= bits;
    numbers.find(solved).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_work_is_asked_for_a_solution_joins_once_and_few_come_without() {
    let limits = "join_work_bits = 8\njoins_without_work_per_minute = 1";
    let deployment = Deployment::new(20, &Opening::OnCommand, limits);
    let server = deployment.serve();
    let client = Client::new(server.address);
    let join = |work: Option<Value>| {
        let body = json!({ "campaign": CAMPAIGN, "postcode": POSTCODE, "birth_year": 1935, "work": work });
        Call::post("/api/v1/line", &body)
    };
    client.send(&join(None)).await.expect(201);
    let asked = client.send(&Call::get("/api/v1/challenge")).await.expect(200);
    let challenge = asked["challenge"].as_str().unwrap();
    let solution = solve(challenge, asked["bits"].as_u64().unwrap());
    let work = json!({ "challenge": challenge, "solution": solution });
    client.send(&join(Some(work.clone()))).await.expect(201);
    for refused in [Some(work), None] {
        let paced = client.send(&join(refused)).await;
        assert_eq!((paced.status.as_u16(), &*paced.problem()), (429, "work-missing"));
        assert!((1..=61).contains(&paced.header("retry-after").parse::<u64>().unwrap()));
    }

    // The page carries a challenge of its own, and a shared postcode asks for the district before it is used.
    let path = format!("/anstellen/{CAMPAIGN}");
    let page = client.send(&Call::get(&path)).await;
    let challenge = page.text().split("data-work=\"").nth(1).unwrap();
    let challenge = challenge.split('"').next().unwrap();
    let solution = solve(challenge, 8);
    let mut fields = vec![("birth_year", "1935"), ("persons", "1")];
    fields.extend([("challenge", challenge), ("solution", &*solution)]);
    let elsewhere = client
        .send(&Call::form(&path, &[&fields[..], &[("postcode", "01067")]].concat()))
        .await;
    assert!(
        elsewhere.status == 200 && elsewhere.text().contains(challenge),
        "{elsewhere:?}"
    );
    let joined = client
        .send(&Call::form(&path, &[&fields[..], &[("postcode", POSTCODE)]].concat()))
        .await;
    assert_eq!(joined.status, 303, "{joined:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_normal_use_no_work_is_asked_for() {
    let deployment = Deployment::new(2, &Opening::OnCommand, "");
    let server = deployment.serve();
    let client = Client::new(server.address);
    assert_eq!(
        client.send(&Call::get("/api/v1/challenge")).await.expect(200)["challenge"],
        Value::Null
    );
    let page = client.send(&Call::get(format!("/anstellen/{CAMPAIGN}"))).await;
    assert!(!page.text().contains("data-work"));
}
