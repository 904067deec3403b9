//! What the desk needs besides call-backs: agents, people, notes, and coming in beside the line.

use std::sync::Arc;
use std::time::Duration;

use dran_core::ids::{LineNo, Party, RegistrationId, StaffId, TicketId, TicketNumber};
use dran_core::phone::{AWAY_AFTER, AgentState, PhoneNumber, Settled};
use dran_core::staff::log::Actor;
use jiff::civil::{Date, date};

use super::callbacks::{asked, due, number};
use super::staff::{agent, token_of};
use super::world::{PERMIT_S, World, at_once, booking_code, enter, key, person_of, second};
use crate::{
    AddNoteRefusal, AgentDay, AgentNow, Cancel, ContactRecord, EndSessions, Enter, EnterByPhone, EnterByPhoneRefusal,
    EnterRefusal, FOUND_MAX, Failure, FoundPerson, KeptJoin, NewCallback, NewNote, NewRegistration, PersonRecord,
    Search, SeriesState, SettleCallback, Store,
};

const TODAY: Date = date(2021, 1, 12);

async fn say(store: &dyn Store, account: StaffId, state: AgentState, at: i64) {
    let said = store.phone().set_agent_state(account, state, TODAY, second(at));
    said.await.unwrap();
}

async fn agents(store: &dyn Store, at: i64) -> Vec<(StaffId, AgentState)> {
    let agents = store.phone().agents(second(at)).await.unwrap();
    agents.into_iter().map(|agent| (agent.account, agent.state)).collect()
}

pub(crate) async fn a_state_stands_until_another_is_said_or_nothing_is_heard(store: Arc<dyn Store>) {
    let (berta, anna) = (agent(&*store, "berta").await, agent(&*store, "anna").await);
    assert_eq!(agents(&*store, 0).await, [], "nobody has said anything");
    assert_eq!(store.phone().agent(berta, second(0)).await, Ok(None));
    say(&*store, berta, AgentState::Ready, 100).await;
    say(&*store, anna, AgentState::Break, 110).await;
    let now: Vec<AgentNow> = store.phone().agents(second(120)).await.unwrap();
    assert_eq!(
        (now[0].name.as_str(), now[1].name.as_str()),
        ("anna", "berta"),
        "by name"
    );
    assert_eq!(
        (now[1].account, now[1].state, now[1].since),
        (berta, AgentState::Ready, second(100))
    );
    let alone = store.phone().agent(berta, second(120)).await;
    assert_eq!(alone, Ok(Some(now[1].clone())), "one alone is told as among all");
    let silence = AWAY_AFTER.as_secs();
    say(&*store, anna, AgentState::OnCall, 130).await;
    store.phone().note_agent_seen(anna, second(150)).await.unwrap();
    store.phone().note_agent_seen(anna, second(140)).await.unwrap();
    let seen = store.phone().agent(anna, second(160)).await.unwrap().unwrap();
    assert_eq!((seen.since, seen.seen), (second(130), second(150)));
    assert_eq!(agents(&*store, 100 + silence - 1).await[1].1, AgentState::Ready);
    assert_eq!(
        agents(&*store, 100 + silence).await,
        [(anna, AgentState::OnCall), (berta, AgentState::Away)]
    );
    assert_eq!(agents(&*store, 150 + silence - 1).await[0].1, AgentState::OnCall);
    assert_eq!(agents(&*store, 150 + silence).await[0].1, AgentState::Away);
}

pub(crate) async fn who_has_logged_out_is_away(store: Arc<dyn Store>) {
    let anna = agent(&*store, "anna").await;
    say(&*store, anna, AgentState::Ready, 100).await;
    let out = EndSessions::OfToken(token_of(anna, 1));
    let ended = store.staff().end_sessions(out, Actor::Account(anna), second(110));
    assert_eq!(ended.await, Ok(1));
    assert_eq!(agents(&*store, 111).await, [(anna, AgentState::Away)]);
}

pub(crate) async fn a_day_counts_calls_time_and_bookings(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let (store, phone) = (&*world.store, world.store.phone());
    let (anna, berta) = (agent(store, "anna").await, agent(store, "berta").await);
    assert_eq!(phone.agent_day(anna, TODAY).await, Ok(AgentDay::default()));
    for (state, at) in [
        (AgentState::Ready, 0),
        (AgentState::OnCall, 30),
        (AgentState::OnCall, 100),
        (AgentState::WrapUp, 150),
        (AgentState::OnCall, 200),
        (AgentState::Ready, 210),
    ] {
        say(store, anna, state, at).await;
    }
    let slot = world.slot(5).await;
    let (visitor, _) = world.book(3, &[slot, slot]).await;
    for account in [anna, anna, berta] {
        phone.note_agent_booking(account, visitor.ticket, TODAY).await.unwrap();
    }
    // Nothing was booked with it.
    phone.note_agent_booking(anna, world.ticket(9), TODAY).await.unwrap();
    let day = AgentDay {
        calls: 2,
        bookings: 1,
        talked: Duration::from_secs(130),
    };
    assert_eq!(phone.agent_day(anna, TODAY).await, Ok(day));
    assert_eq!(
        phone.agent_day(berta, TODAY).await,
        Ok(AgentDay::default()),
        "the first has made it"
    );
    assert_eq!(phone.agent_day(anna, date(2021, 1, 13)).await, Ok(AgentDay::default()));
    world.audit_is_clean().await;
}

/// A registration of these persons by SMS to that number.
async fn registered(world: &World, key: u32, phone: &str, persons: Vec<PersonRecord>) -> RegistrationId {
    let new = NewRegistration {
        contact: ContactRecord::Sms(phone.into()),
        ..world.new_registration(key, persons)
    };
    world.store.register(new).await.unwrap()
}

fn named(number: u32, family_name: &str, birth_date: Date) -> PersonRecord {
    PersonRecord {
        family_name: family_name.into(),
        birth_date,
        ..person_of(number, 0)
    }
}

async fn find(world: &World, search: Search) -> Vec<FoundPerson> {
    world.store.phone().find_people(search).await.unwrap().people
}

fn ids(found: &[FoundPerson]) -> Vec<RegistrationId> {
    found.iter().map(|found| found.registration).collect()
}

pub(crate) async fn a_person_is_found_by_name_and_birthday_however_it_is_typed(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let birthday = date(1936, 2, 29);
    let first = registered(
        &world,
        1,
        "+491700000001",
        vec![named(1, "Müller-Lüdenscheidt", birthday)],
    )
    .await;
    registered(&world, 2, "+491700000002", vec![named(2, "Müller", birthday)]).await;
    registered(
        &world,
        3,
        "+491700000003",
        vec![named(3, "Müller-Lüdenscheidt", date(1937, 2, 28))],
    )
    .await;
    let newer = registered(
        &world,
        4,
        "+491700000004",
        vec![named(4, "Mueller Luedenscheidt", birthday)],
    )
    .await;
    let mononym = PersonRecord {
        given_name: "Suharto".into(),
        ..named(5, "", birthday)
    };
    let mononym = registered(&world, 5, "+491700000005", vec![mononym]).await;
    let by_name = |name: &str| Search::Name {
        family_name: name.into(),
        birth_date: birthday,
    };
    for typed in ["Müller-Lüdenscheidt", "MUELLER LÜDENSCHEIDT", "muellerluedenscheidt"] {
        assert_eq!(ids(&find(&world, by_name(typed)).await), [newer, first], "{typed}");
    }
    assert_eq!(ids(&find(&world, by_name("suharto")).await), [mononym]);
    for nobody in ["Meier", "", "-"] {
        assert_eq!(find(&world, by_name(nobody)).await, [], "{nobody:?}");
    }
    let found = find(&world, by_name("suharto")).await.remove(0);
    assert_eq!((found.person.given_name.as_str(), found.series), ("Suharto", None));
    assert_eq!(
        (found.campaign, found.person_no, found.verified_at),
        (world.campaign.clone(), 0, None)
    );
    assert_eq!(found.contact, ContactRecord::Sms("+491700000005".into()));
}

pub(crate) async fn a_person_is_found_by_number_code_and_receipt(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let slot = world.slot(5).await;
    // A landline that was called back: the registration itself has another number.
    world
        .store
        .phone()
        .note_callback(asked(world.ticket(3), 3))
        .await
        .unwrap();
    let (visitor, booked) = world.book(3, &[slot, slot]).await;
    let cancel = Cancel {
        booking_code: booking_code(3, 1),
        messages: vec![],
        now: second(9),
    };
    world.store.cancel(cancel).await.unwrap();
    let by_phone = world.store.phone().find_people(Search::Phone(number(3))).await.unwrap();
    assert_eq!(by_phone.callbacks.len(), 1);
    assert_eq!(by_phone.callbacks[0].ticket, visitor.ticket);
    assert!(!by_phone.more);
    let mobile = Search::Phone(PhoneNumber::of_e164("+491700000000").unwrap());
    let by_mobile = find(&world, mobile).await;
    let by_code = find(&world, Search::Code(booking_code(3, 0))).await;
    let by_receipt = find(&world, Search::Receipt(booked.receipt.clone())).await;
    for found in [&by_phone.people, &by_mobile, &by_code, &by_receipt] {
        assert_eq!(ids(found), [visitor.registration; 2], "both of the couple");
        assert_eq!((found[0].person_no, found[1].person_no), (0, 1));
        let (first, second_one) = (found[0].series.as_ref().unwrap(), found[1].series.as_ref().unwrap());
        assert_eq!(
            (first.state, second_one.state),
            (SeriesState::Booked, SeriesState::Cancelled)
        );
        assert_eq!(
            (first.booking_code.clone(), &first.receipt),
            (booking_code(3, 0), &booked.receipt)
        );
        assert_eq!(
            (&first.centre, &first.vaccine),
            (&booked.series[0].centre, &booked.series[0].vaccine)
        );
        assert_eq!(first.starts, booked.series[0].starts);
    }
    for nothing in [
        Search::Phone(number(4)),
        Search::Code("nothing".into()),
        Search::Receipt("nothing".into()),
    ] {
        assert_eq!(world.store.phone().find_people(nothing).await, Ok(Default::default()));
    }
}

pub(crate) async fn a_search_shows_twenty_and_says_that_there_are_more(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let birthday = date(1936, 2, 29);
    let searches = || {
        let by_name = Search::Name {
            family_name: "Schmidt".into(),
            birth_date: birthday,
        };
        [by_name, Search::Phone(number(1))]
    };
    for key in 0..FOUND_MAX as u32 {
        registered(&world, key, number(1).as_str(), vec![named(key, "Schmidt", birthday)]).await;
    }
    for search in searches() {
        let found = world.store.phone().find_people(search).await.unwrap();
        assert_eq!((found.people.len(), found.more), (FOUND_MAX, false));
    }
    let newest = registered(&world, 99, number(1).as_str(), vec![named(99, "Schmidt", birthday)]).await;
    for search in searches() {
        let found = world.store.phone().find_people(search).await.unwrap();
        assert_eq!((found.people.len(), found.more), (FOUND_MAX, true));
        assert_eq!(found.people[0].registration, newest);
    }
}

pub(crate) async fn notes_are_kept_with_their_writer(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let phone = world.store.phone();
    let (anna, berta) = (agent(&*world.store, "anna").await, agent(&*world.store, "berta").await);
    let registration = world.register(1, Party::One).await;
    let note = |account, text: &str, at| NewNote {
        registration,
        account,
        text: text.into(),
        now: second(at),
    };
    let first = phone.add_note(note(anna, "Rollstuhl", 10)).await.unwrap();
    let second_one = phone.add_note(note(berta, "ruft die Tochter an", 20)).await.unwrap();
    assert_eq!(
        (first.name.as_str(), first.account, first.at),
        ("anna", anna, second(10))
    );
    assert_eq!(
        (second_one.name.as_str(), second_one.text.as_str()),
        ("berta", "ruft die Tochter an")
    );
    assert_eq!(phone.notes_of(registration).await, Ok(vec![first, second_one]));
    assert_eq!(phone.notes_of(RegistrationId(4711)).await, Ok(vec![]));
    let nobody = NewNote {
        registration: RegistrationId(4711),
        ..note(anna, "x", 30)
    };
    let refused = phone.add_note(nobody).await;
    assert_eq!(refused, Err(Failure::Refused(AddNoteRefusal::UnknownRegistration)));
}

/// The log from a line on, without number and time.
async fn log(store: &dyn Store, from: u64) -> Vec<String> {
    let lines = store.staff().audit_log(from, 100).await.unwrap();
    let acts = lines
        .iter()
        .map(|line| line.line.splitn(3, ' ').nth(2).unwrap().to_owned());
    acts.collect()
}

pub(crate) async fn what_agents_see_and_change_is_in_the_log(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let (store, phone) = (&*world.store, world.store.phone());
    let anna = agent(store, "anna").await;
    let registration = world.register(1, Party::One).await;
    let before = store.staff().audit_log_end().await.unwrap().unwrap().number;
    // The telephone system is nobody of the staff.
    let id = due(&world, 1, 60).await;
    let by_anna = NewCallback {
        by: Some(Actor::Account(anna)),
        ..asked(world.ticket(2), 2)
    };
    let other = phone.note_callback(by_anna).await.unwrap().callback.id;
    phone.claim_callback(anna, second(61)).await.unwrap();
    let settle = SettleCallback {
        id,
        account: anna,
        settled: Settled::NotReached,
        now: second(62),
    };
    phone.settle_callback(settle).await.unwrap();
    phone.settle_callback(settle).await.unwrap();
    phone
        .withdraw_callback(other, Some(Actor::Account(anna)), second(63))
        .await
        .unwrap();
    phone
        .withdraw_callback(other, Some(Actor::Account(anna)), second(63))
        .await
        .unwrap();
    let note = NewNote {
        registration,
        account: anna,
        text: "Rollstuhl".into(),
        now: second(64),
    };
    phone.add_note(note).await.unwrap();
    assert_eq!(
        log(store, before + 1).await,
        [
            format!("account={anna} changed callback={other}"),
            format!("account={anna} read callback={id}"),
            format!("account={anna} changed callback={id}"),
            format!("account={anna} changed callback={other}"),
            format!("account={anna} changed registration={registration}"),
        ]
    );
    world.audit_is_clean().await;
}

pub(crate) fn by_phone(world: &World, ticket: u32, account: StaffId, at: i64) -> EnterByPhone {
    EnterByPhone {
        enter: Enter {
            now: second(at),
            expires_at: second(at + PERMIT_S),
            ..enter(world.ticket(ticket), Party::One)
        },
        account,
    }
}

pub(crate) async fn who_enters_by_phone_stands_in_the_account(store: Arc<dyn Store>) {
    let world = World::first_come(store).await;
    let (store, phone) = (&*world.store, world.store.phone());
    let anna = agent(store, "anna").await;
    let before = store.account_head().await.unwrap().lines;
    let permit = phone.enter_by_phone(by_phone(&world, 50, anna, 60)).await.unwrap();
    assert_eq!(permit.ticket, world.ticket(50));
    assert_eq!(
        phone.enter_by_phone(by_phone(&world, 50, anna, 61)).await,
        Ok(permit),
        "the same again"
    );
    phone.enter_by_phone(by_phone(&world, 40, anna, 62)).await.unwrap();
    let elsewhere = dran_core::ids::TicketId {
        line: world.other_line,
        number: TicketNumber(7),
    };
    let mut other_pool = by_phone(&world, 0, anna, 63);
    other_pool.enter.ticket = elsewhere;
    phone.enter_by_phone(other_pool).await.unwrap();
    // Who comes again after the permit's time has been counted before.
    phone
        .enter_by_phone(by_phone(&world, 50, anna, 60 + PERMIT_S))
        .await
        .unwrap();
    // Who has come in through the line is not beside it.
    world.enter(3, Party::One).await;
    phone.enter_by_phone(by_phone(&world, 3, anna, 64)).await.unwrap();
    let lines = store.account(before + 1, 100).await.unwrap();
    let deeds: Vec<_> = lines
        .iter()
        .map(|line| line.line.splitn(4, ' ').nth(3).unwrap())
        .collect();
    assert_eq!(deeds, ["by-phone kassel=1", "by-phone kassel=2", "by-phone giessen=1"]);
    let last = store.staff().audit_log_end().await.unwrap().unwrap().line;
    assert!(
        last.ends_with(&format!("account={anna} changed ticket={}/7", world.other_line)),
        "{last}"
    );
    let slot = world.slot(1).await;
    let hold = store.hold(super::world::new_hold(world.ticket(40), &[slot])).await;
    assert!(hold.is_ok(), "the permit is like any other");
    world.audit_is_clean().await;
}

pub(crate) async fn one_line_for_all_lets_nobody_in_beside_it(store: Arc<dyn Store>) {
    let world = World::open(store).await;
    let anna = agent(&*world.store, "anna").await;
    let before = world.store.account_head().await.unwrap();
    let refused = world.store.phone().enter_by_phone(by_phone(&world, 50, anna, 60)).await;
    assert_eq!(refused, Err(Failure::Refused(EnterByPhoneRefusal::OneLine)));
    assert_eq!(world.store.account_head().await, Ok(before));
    assert_eq!(world.store.permits().await, Ok(vec![]));
}

pub(crate) async fn entries_by_phone_are_bounded_by_the_permits(store: Arc<dyn Store>) {
    let world = World::first_come(store).await;
    let phone = world.store.phone();
    let anna = agent(&*world.store, "anna").await;
    let refused = |refusal| Failure::Refused(EnterByPhoneRefusal::Enter(refusal));
    let entries = (0..20).map(|ticket| {
        let mut enter = by_phone(&world, ticket, anna, 60);
        enter.enter.permits_max = 5;
        let store = Arc::clone(&world.store);
        async move { store.phone().enter_by_phone(enter).await }
    });
    let answers = at_once(entries).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 5);
    for answer in answers.into_iter().filter_map(Result::err) {
        assert_eq!(answer, refused(EnterRefusal::NoFreePermit));
    }
    let unknown = phone.enter_by_phone(by_phone(&world, 4_000_000, anna, 60)).await;
    assert_eq!(unknown, Err(refused(EnterRefusal::UnknownLine)));
    let pause = crate::CampaignStep::Pause;
    world
        .store
        .step(world.campaign.clone(), pause, second(61))
        .await
        .unwrap();
    let paused = phone.enter_by_phone(by_phone(&world, 30, anna, 62)).await;
    assert_eq!(paused, Err(refused(EnterRefusal::NotOpen)));
    world.audit_is_clean().await;
}

pub(crate) async fn an_attempt_to_join_keeps_its_first_ticket_for_a_day(store: Arc<dyn Store>) {
    let join = |number: u32, at: i64| KeptJoin {
        ticket: TicketId {
            line: LineNo(1),
            number: TicketNumber(number),
        },
        joined_at: second(at),
    };
    let keep = |attempt: u64, join: KeptJoin| store.phone().keep_join(key(attempt), join);
    let (one, other) = tokio::join!(keep(1, join(5, 0)), keep(1, join(6, 1)));
    let kept = one.unwrap();
    assert_eq!(other.unwrap(), kept, "two nodes at once");
    assert_eq!(keep(1, join(7, 60)).await, Ok(kept));
    assert_eq!(keep(2, join(7, 60)).await, Ok(join(7, 60)), "another attempt");
    assert_eq!(keep(3, join(8, 86_400)).await, Ok(join(8, 86_400)));
    assert_eq!(
        keep(1, join(9, 86_401)).await,
        Ok(kept),
        "a day old, and swept by the next one"
    );
    assert_eq!(keep(4, join(10, 90_000)).await, Ok(join(10, 90_000)));
    assert_eq!(keep(1, join(9, 90_001)).await, Ok(join(9, 90_001)), "forgotten");
}
