//! The phone door as a caller, an agent and a telephone system find it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod world;

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use dran_core::ids::{Language, Party};
use dran_core::phone::{AWAY_AFTER, AgentState, CallbackState, PhonePolicy, Settled};
use dran_core::staff::log::Actor;
use dran_service::staff::NoteError;
use dran_service::{CallbackError, EnterError, JoinError, Joining, Standing};
use dran_store::{AgentDay, CampaignStep, Failure, NOTE_CHARS_MAX, Search};
use jiff::SignedDuration;

use world::{World, number_of, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_has_one_ticket_however_often_it_redials() {
    let world = Arc::new(World::open(PhonePolicy::OneLine, 1).await);
    let before = world.joined();
    let redials: Vec<_> = (0..20)
        .map(|_| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { world.ring(1).await })
        })
        .collect();
    let mut promised = Vec::new();
    for redial in redials {
        promised.push(redial.await.unwrap());
    }
    assert_eq!(promised.iter().filter(|promised| promised.made).count(), 1);
    let tickets: BTreeSet<_> = promised.iter().map(|promised| promised.ticket.id).collect();
    assert_eq!(tickets.len(), 1, "{tickets:?}");
    assert_eq!(world.joined(), before + 1, "nobody else's place was used up");
    let known = world
        .service
        .known_caller(&world.campaign, &number_of(1))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(known, promised[0].callback);
    assert_eq!(known.whole_ticket(), promised[0].ticket);
    assert_eq!(
        world.service.known_caller(&world.campaign, &number_of(2)).await,
        Ok(None)
    );
    world.audit_is_clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_two_nodes_a_number_has_one_ticket_too() {
    let world = World::open(PhonePolicy::OneLine, 1).await;
    let nodes = [world.service.clone(), world.node().await];
    let redials: Vec<_> = (0..20)
        .map(|redial| {
            let (node, calling) = (nodes[redial % 2].clone(), world.calling(1));
            tokio::spawn(async move { node.callback_for(&calling).await.unwrap() })
        })
        .collect();
    let mut tickets = BTreeSet::new();
    for redial in redials {
        tickets.insert(redial.await.unwrap().ticket.id);
    }
    assert_eq!(tickets.len(), 1, "{tickets:?}");
    world.audit_is_clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_no_place_in_any_line_is_told_why() {
    let world = World::open(PhonePolicy::OneLine, 1).await;
    let mut nowhere = world.calling(1);
    nowhere.joining = Joining {
        campaign: dran_core::ids::CampaignId::new("summer"),
        ..world.joining(Party::One)
    };
    let refused = world.service.callback_for(&nowhere).await.unwrap_err();
    assert_eq!(refused, CallbackError::Join(JoinError::UnknownCampaign));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_is_rung_up_when_the_line_has_come_and_booked_for() {
    let world = World::open(PhonePolicy::OneLine, 100).await;
    let anna = world.agent("anna").await;
    let promised = world.ring(1).await;
    assert!(promised.made);
    assert_eq!(world.staff.take_next(anna).await, Ok(None), "nobody was called yet");

    let leader = world.lead();
    until("the call-back is due", async || {
        world.service.callback_counts().await.unwrap().due == 1
    })
    .await;
    let taken = world.staff.take_next(anna).await.unwrap().unwrap();
    assert_eq!((taken.id, taken.state), (promised.callback.id, CallbackState::Claimed));
    assert_eq!(taken.phone, number_of(1));
    assert_eq!(world.staff.keep_callback(anna, taken.id).await, Ok(true));
    let berta = world.agent("berta").await;
    assert_eq!(world.staff.take_next(berta).await, Ok(None), "one agent rings");

    let ticket = taken.whole_ticket();
    until("she is let in", async || {
        world.service.enter_for_caller(&ticket, anna).await.is_ok()
    })
    .await;
    let waiting = world.service.store().counts().await.unwrap().messages_waiting;
    let booked = world.book(&ticket).await;
    let messages = world.service.store().counts().await.unwrap().messages_waiting - waiting;
    assert_eq!(messages, 1, "the confirmation, and no code");
    let today = world.service.today();
    world.staff.note_agent_booking(anna, ticket.id, today).await.unwrap();
    let settled = world
        .staff
        .settle_callback(anna, taken.id, Settled::Booked)
        .await
        .unwrap();
    assert_eq!((settled.state, settled.settled_by), (CallbackState::Done, Some(anna)));
    assert_eq!(world.staff.agent_day(anna, today).await.unwrap().bookings, 1);
    assert!(
        world.deeds().await.iter().all(|deed| !deed.starts_with("by-phone")),
        "through the line"
    );

    let from = world.log_lines().await + 1;
    let found = world
        .staff
        .search(Actor::Account(anna), Search::Phone(number_of(1)))
        .await
        .unwrap();
    let series = found.people[0].series.as_ref().unwrap();
    assert_eq!(series.receipt, booked.receipt);
    let logged = world.log(from).await;
    let who = format!("account={anna} read");
    let expected = [
        format!("{who} search=2"),
        format!("{who} series={}", series.id),
        format!("{who} callback={}", taken.id),
    ];
    assert_eq!(logged, expected, "a search is logged with whom it has shown");
    leader.stop().await;
    world.audit_is_clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_given_up_rings_and_has_the_same_ticket() {
    let world = World::open(PhonePolicy::OneLine, 100).await;
    let anna = world.agent("anna").await;
    let first = world.ring(1).await;
    let leader = world.lead();
    loop {
        until("it is due", async || {
            world.service.callback_counts().await.unwrap().due == 1
        })
        .await;
        let taken = world.staff.take_next(anna).await.unwrap().unwrap();
        let settled = world
            .staff
            .settle_callback(anna, taken.id, Settled::NotReached)
            .await
            .unwrap();
        if settled.state == CallbackState::GivenUp {
            break;
        }
        world.pass(SignedDuration::from_hours(1));
    }
    let before = world.joined();
    let again = world.ring(1).await;
    assert_eq!((again.made, again.ticket), (false, first.ticket));
    assert_eq!(again.callback.state, CallbackState::Due);
    assert_eq!(world.joined(), before, "no other place was taken");
    assert_eq!(world.service.withdraw_callback(again.callback.id, None).await, Ok(true));
    let once_more = world.ring(1).await;
    assert_eq!((once_more.made, once_more.ticket), (false, first.ticket));
    leader.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_of_the_web_can_be_rung_up_too() {
    let world = World::open(PhonePolicy::OneLine, 1).await;
    let anna = world.agent("anna").await;
    let joined = world.service.join(&world.joining(Party::Couple)).await.unwrap();
    let from = world.log_lines().await + 1;
    let by = Some(Actor::Account(anna));
    let german = Language::new("de");
    let promise = world.service.promise(&joined.ticket, number_of(9), None, &german, by);
    let promised = promise.await.unwrap();
    assert_eq!((promised.made, promised.ticket), (true, joined.ticket));
    assert_eq!(promised.callback.party, Party::Couple);
    assert_eq!(
        world.log(from).await,
        [format!("account={anna} changed callback={}", promised.callback.id)]
    );
    assert_eq!(world.ring(9).await.ticket, joined.ticket, "and rings with that ticket");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_one_line_for_all_a_caller_waits_for_the_call() {
    let world = World::open(PhonePolicy::OneLine, 1).await;
    let anna = world.agent("anna").await;
    let ticket = world.ring(1).await.ticket;
    assert_eq!(world.service.phone_policy(&ticket), PhonePolicy::OneLine);
    let refused = world.service.enter_for_caller(&ticket, anna).await;
    assert_eq!(refused.map(|_| ()), Err(EnterError::NotCalled));
    assert_eq!(world.service.in_use().permits, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_first_come_a_caller_comes_in_at_once_and_it_can_be_seen() {
    let world = World::open(PhonePolicy::FirstCome, 1).await;
    let anna = world.agent("anna").await;
    let ticket = world.ring(1).await.ticket;
    let from = world.log_lines().await + 1;
    let (permit, token) = world.service.enter_for_caller(&ticket, anna).await.unwrap();
    assert_eq!(permit.ticket, ticket.id);
    let again = world.service.enter_for_caller(&ticket, anna).await.unwrap();
    assert_eq!(again, (permit, token), "sent twice, done once");
    assert_eq!(
        world.service.standing(&ticket).unwrap().standing,
        Standing::Entered(permit)
    );
    let pool = world.service.line(ticket.id.line).unwrap().pool.id;
    assert_eq!(world.deeds().await.last(), Some(&format!("by-phone {pool}=1")));
    let logged = format!("account={anna} changed ticket={}/{}", ticket.id.line, ticket.id.number);
    assert_eq!(world.log(from).await, [logged]);
    // The one permit is in use: for callers as for everybody.
    let other = world.ring(2).await.ticket;
    let refused = world.service.enter_for_caller(&other, anna).await;
    assert_eq!(refused.map(|_| ()), Err(EnterError::NoFreePermit));
    let account = world.account().await;
    assert!(
        checked(&account).contains(&format!("{} lines", account.lines().count())),
        "as anybody checks it"
    );
    let hidden = account.replace(&format!("by-phone {pool}=1"), "paused");
    assert!(
        checked(&hidden).contains("does not follow"),
        "nobody is slipped in unseen"
    );
    world.book(&ticket).await;
    assert_eq!(world.service.standing(&ticket).unwrap().standing, Standing::Done);
    let ended = world
        .service
        .known_caller(&world.campaign, &number_of(1))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (ended.state, ended.settled),
        (CallbackState::Done, Some(Settled::Booked))
    );
    world.audit_is_clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_comes_in_beside_the_line_for_what_is_not_there() {
    let world = World::without_supply(PhonePolicy::FirstCome).await;
    let anna = world.agent("anna").await;
    let ticket = world.ring(1).await.ticket;
    let refused = world.service.enter_for_caller(&ticket, anna).await;
    assert_eq!(refused.map(|_| ()), Err(EnterError::BeyondSupply));
    assert!(world.deeds().await.iter().all(|deed| !deed.starts_with("by-phone")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn agents_are_counted_from_memory_and_no_more_callers_ring_than_are_ready() {
    let world = World::open(PhonePolicy::OneLine, 1).await;
    let (anna, berta) = (world.agent("anna").await, world.agent("berta").await);
    let today = world.service.today();
    assert_eq!(world.service.agents().ready, 0);
    assert!(!world.service.try_connect(), "nobody is there: a ticket instead");
    world
        .staff
        .set_agent_state(anna, AgentState::Ready, today)
        .await
        .unwrap();
    world
        .staff
        .set_agent_state(berta, AgentState::Break, today)
        .await
        .unwrap();
    let leader = world.lead();
    until("the loop has looked", async || world.service.agents().ready == 1).await;
    assert_eq!(world.service.agents().on_break, 1);
    let through = (0..50).filter(|_| world.service.try_connect()).count();
    assert_eq!(through, 1);
    world
        .staff
        .set_agent_state(anna, AgentState::OnCall, today)
        .await
        .unwrap();
    until("she is on the line", async || world.service.agents().on_call == 1).await;
    assert_eq!(world.service.agents().ready, 0);
    leader.stop().await;
    // A loop that stands still tells nothing about anybody.
    world.pass(AWAY_AFTER);
    let counts = world.service.agents();
    assert_eq!((counts.ready, counts.on_call, counts.on_break), (0, 0, 0));
    world.staff.note_agent_seen(anna).await.unwrap();
    let now: Vec<_> = world
        .staff
        .agents()
        .await
        .unwrap()
        .into_iter()
        .map(|agent| agent.state)
        .collect();
    assert_eq!(now, [AgentState::OnCall, AgentState::Away]);
    world
        .staff
        .set_agent_state(anna, AgentState::WrapUp, today)
        .await
        .unwrap();
    let day = AgentDay {
        calls: 1,
        bookings: 0,
        talked: Duration::try_from(AWAY_AFTER).unwrap(),
    };
    assert_eq!(world.staff.agent_day(anna, today).await, Ok(day));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_note_has_something_in_it_and_reading_it_is_logged() {
    let world = World::open(PhonePolicy::OneLine, 1).await;
    let anna = world.agent("anna").await;
    let ticket = world.ring(1).await.ticket;
    let registration = world.service.register_by_agent(world.persons(&ticket)).await.unwrap();
    let verified = world
        .service
        .registration(registration)
        .await
        .unwrap()
        .unwrap()
        .verified_at;
    assert!(verified.is_some(), "the agent has them on the phone");
    let refused = |why| Err(Failure::Refused(why));
    for (text, why) in [("", NoteError::Empty), (" \n ", NoteError::Empty)] {
        assert_eq!(world.staff.add_note(anna, registration, text).await, refused(why));
    }
    let long = "ä".repeat(NOTE_CHARS_MAX);
    assert!(world.staff.add_note(anna, registration, &long).await.is_ok());
    let longer = world.staff.add_note(anna, registration, &format!("{long}ä")).await;
    assert_eq!(longer, refused(NoteError::TooLong));
    let nobody = dran_core::ids::RegistrationId(4711);
    assert_eq!(
        world.staff.add_note(anna, nobody, "x").await,
        refused(NoteError::UnknownRegistration)
    );
    let from = world.log_lines().await + 1;
    let notes = world.staff.notes(Actor::Account(anna), registration).await.unwrap();
    assert_eq!(notes.len(), 1);
    assert_eq!(
        world.log(from).await,
        [format!("account={anna} read registration={registration}")]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_are_forgotten_when_the_campaign_ends() {
    let world = World::open(PhonePolicy::OneLine, 1).await;
    world.ring(1).await;
    let now = world.service.clock().now();
    let close = world
        .service
        .store()
        .step(world.campaign.clone(), CampaignStep::Close, now);
    close.await.unwrap();
    let leader = world.lead();
    let gone = async || {
        world
            .service
            .known_caller(&world.campaign, &number_of(1))
            .await
            .unwrap()
            .is_none()
    };
    until("the number is gone", gone).await;
    leader.stop().await;
    let refused = world.service.callback_for(&world.calling(1)).await.unwrap_err();
    assert_eq!(refused, CallbackError::Join(JoinError::Closed));
}

/// What the program in `docs/account.md` says of an account.
fn checked(account: &str) -> String {
    let documentation = include_str!("../../../../docs/account.md");
    let program = documentation
        .split("```python\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let mut python = Command::new("/usr/bin/python3")
        .args(["-c", program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    python.stdin.take().unwrap().write_all(account.as_bytes()).unwrap();
    let said = python.wait_with_output().unwrap();
    let text = if said.status.success() {
        said.stdout
    } else {
        said.stderr
    };
    String::from_utf8(text).unwrap()
}
