//! The games that people play with waiting rooms: renamed cookies, shared and altered tickets, replay. Each
//! fails to get in, or gets exactly one permit.

use crate::deployment::{Deployment, Opening};
use crate::http::{Call, Client};
use crate::visitor::Visitor;

fn cookie(call: Call, cookie: &str) -> Call {
    call.header("cookie", cookie)
}

/// Enters by the page: where the browser is led, and the cookie it is given, `name=value`.
async fn enter_page(client: &Client, ticket: &str) -> (String, String) {
    let entered = client.send(&Call::new("POST", format!("/platz/{ticket}"))).await;
    assert_eq!(entered.status, 303, "{entered:?}");
    let set = entered.header("set-cookie").split(';').next().unwrap().to_owned();
    (entered.header("location").to_owned(), set)
}

async fn permits(client: &Client) -> u64 {
    let status = client.send(&Call::get("/api/v1/status")).await.expect(200);
    status["permits"].as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_that_is_not_as_it_was_given_gets_nobody_in() {
    let deployment = Deployment::new(20, &Opening::AtOnce, "");
    let server = deployment.serve();
    let client = Client::new(server.address);
    let visitor = Visitor::new(server.address, 1);
    let (ticket, other) = (visitor.join().await, Visitor::new(server.address, 2).join().await);
    let permit = visitor.enter(&ticket).await;
    let abroad = Deployment::new(2, &Opening::AtOnce, "");
    let elsewhere = abroad.serve();
    let foreign = Visitor::new(elsewhere.address, 1).join().await;

    let mut games: Vec<(String, &str)> = (0..ticket.len())
        .map(|at| {
            let old = ticket.as_bytes()[at];
            let new = if old == b'A' { 'B' } else { 'A' };
            (
                format!("{}{new}{}", &ticket[..at], &ticket[at + 1..]),
                "one character changed",
            )
        })
        .collect();
    let half = ticket.len() / 2;
    games.extend((1..ticket.len()).map(|end| (ticket[..end].to_owned(), "cut off")));
    games.push((format!("{ticket}A"), "one character more"));
    games.push((format!("{ticket}{ticket}"), "twice"));
    games.push((
        format!("{}{}", &ticket[..half], &other[half..]),
        "half of one, half of another",
    ));
    games.push((
        format!("{}{}", &other[..half], &ticket[half..]),
        "half of another, half of one",
    ));
    games.push((ticket.to_lowercase(), "in small letters"));
    games.push((permit.clone(), "a permit as a ticket"));
    games.push((foreign, "a ticket of another deployment"));
    for (game, what) in games {
        for call in [
            Call::get(format!("/api/v1/line/{game}")),
            Call::new("POST", format!("/api/v1/line/{game}/enter")),
            Call::new("DELETE", format!("/api/v1/line/{game}/contact")),
        ] {
            let answer = client.send(&call).await;
            assert_eq!(
                (answer.status.as_u16(), &*answer.problem()),
                (404, "ticket-invalid"),
                "{what}: {game}"
            );
        }
        let page = client.send(&Call::new("POST", format!("/platz/{game}"))).await;
        assert!(
            page.status == 404 && page.header("set-cookie").is_empty(),
            "{what}: {page:?}"
        );
    }
    assert_eq!(permits(&client).await, 1, "only the honest one is inside");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_renamed_to_a_permit_opens_nothing() {
    let deployment = Deployment::new(20, &Opening::AtOnce, "");
    let server = deployment.serve();
    let client = Client::new(server.address);
    let visitor = Visitor::new(server.address, 1);
    let ticket = visitor.join().await;
    let permit = visitor.enter(&ticket).await;
    let altered = format!("{}A", &permit[..permit.len() - 1]);
    let cut = permit[..permit.len() - 1].to_owned();
    for forged in [&ticket, &altered, &cut] {
        if *forged == permit {
            continue;
        }
        let refused = client.send(&Call::get("/api/v1/proposals").permit(forged)).await;
        assert_eq!(
            (refused.status.as_u16(), &*refused.problem()),
            (401, "permit-missing"),
            "{forged}"
        );
    }
    let (path, _) = enter_page(&client, &ticket).await;
    for forged in [&ticket, &altered, &cut] {
        if *forged == permit {
            continue;
        }
        let call = cookie(Call::get(format!("{path}/person")), &format!("dran_permit={forged}"));
        let page = client.send(&call).await;
        assert_eq!(page.status, 401, "{forged}: {page:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_permit_cookie_opens_only_its_own_booking_pages() {
    let deployment = Deployment::new(20, &Opening::AtOnce, "");
    let server = deployment.serve();
    let client = Client::new(server.address);
    let mut inside = Vec::new();
    for number in 0..2 {
        let visitor = Visitor::new(server.address, number);
        let ticket = visitor.join().await;
        visitor.enter(&ticket).await;
        inside.push(enter_page(&client, &ticket).await);
    }
    let [(own, own_cookie), (others, others_cookie)] = &inside[..] else {
        panic!("two are inside")
    };
    let page = async |path: &str, set: &str| {
        let call = cookie(Call::get(format!("{path}/person")), set);
        client.send(&call).await.status.as_u16()
    };
    assert_eq!(page(own, own_cookie).await, 200);
    assert_eq!(page(others, others_cookie).await, 200);
    assert_eq!(page(own, others_cookie).await, 401, "moved to another path");
    assert_eq!(page(others, own_cookie).await, 401, "moved to another path");
    let renamed = own_cookie.replace("dran_permit", "dran_registration");
    assert_eq!(page(own, &renamed).await, 401, "under another name");
    assert_eq!(page(&format!("{own}0"), own_cookie).await, 401, "a made-up path");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_on_two_devices_and_in_two_tabs_has_one_permit() {
    let deployment = Deployment::new(20, &Opening::AtOnce, "");
    let server = deployment.serve();
    let visitor = Visitor::new(server.address, 1);
    let ticket = visitor.join().await;
    visitor.enter(&ticket).await;
    let devices = [Client::new(server.address), Client::new(server.address)];
    let mut permits_seen = Vec::new();
    for device in &devices {
        for _tab in 0..2 {
            let path = format!("/api/v1/line/{ticket}/enter");
            permits_seen.push(device.send(&Call::new("POST", path)).await.expect(200));
            let standing = device
                .send(&Call::get(format!("/api/v1/line/{ticket}")))
                .await
                .expect(200);
            assert_eq!(standing["state"], "entered");
        }
    }
    permits_seen.dedup();
    assert_eq!((permits_seen.len(), permits(&devices[0]).await), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_permit_is_over_once_it_was_given_back_or_has_booked() {
    let deployment = Deployment::new(20, &Opening::AtOnce, "");
    let server = deployment.serve();
    let client = Client::new(server.address);
    let left = Visitor::new(server.address, 1);
    let ticket = left.join().await;
    let permit = left.enter(&ticket).await;
    let (path, set) = enter_page(&client, &ticket).await;
    client
        .send(&Call::new("DELETE", "/api/v1/permit").permit(&permit))
        .await;
    let over = client.send(&Call::get("/api/v1/proposals").permit(&permit)).await;
    assert_eq!((over.status.as_u16(), &*over.problem()), (401, "permit-over"));
    let page = client.send(&cookie(Call::get(format!("{path}/person")), &set)).await;
    assert_eq!(page.status, 409, "it leads back in, and shows nothing");

    let booker = Visitor::new(server.address, 2);
    let ticket = booker.join().await;
    let permit = booker.enter(&ticket).await;
    let (path, set) = enter_page(&client, &ticket).await;
    let registration = booker.register().await;
    let booking = booker.hold(&permit, &registration).await;
    client.send(&booking.call()).await.expect(201);
    let replayed = client.send(&Call::get("/api/v1/proposals").permit(&permit)).await;
    assert_eq!((replayed.status.as_u16(), &*replayed.problem()), (401, "permit-over"));
    let page = client.send(&cookie(Call::get(format!("{path}/person")), &set)).await;
    assert_eq!(
        (page.status.as_u16(), page.header("location")),
        (303, &*format!("{path}/gebucht"))
    );
    let again = client
        .send(&Call::new("POST", format!("/api/v1/line/{ticket}/enter")))
        .await;
    assert_eq!((again.status.as_u16(), &*again.problem()), (409, "already-booked"));
    assert_eq!(deployment.audit().series(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_of_one_line_gets_nobody_into_another() {
    let deployment = Deployment::new(20, &Opening::AtOnce, "");
    deployment.create_campaign("later", &Opening::OnCommand);
    let server = deployment.serve();
    let visitor = Visitor::new(server.address, 1);
    let client = &visitor.client;
    // The one line is open and has places, the other opens in two days.
    visitor.come_in().await;
    let waits = visitor.join_campaign("later").await;
    let answer = client
        .send(&Call::new("POST", format!("/api/v1/line/{waits}/enter")))
        .await;
    assert_eq!((answer.status.as_u16(), &*answer.problem()), (409, "not-called"));
    let page = client.send(&Call::new("POST", format!("/platz/{waits}"))).await;
    assert!(page.header("set-cookie").is_empty(), "{page:?}");
    assert_eq!(permits(client).await, 1);
}
