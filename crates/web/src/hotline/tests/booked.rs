//! Codes typed on a telephone: a ticket's and a booking's.

use dran_core::codes::BookingCode;
use dran_core::contact::{Contact, PostalAddress};
use dran_core::hotline::key_of;
use dran_core::ids::{AttemptKey, Language, Party};
use dran_core::line::ticket::PermitToken;
use dran_core::person::{BirthDate, BirthYear, PersonName, Sex};
use dran_core::phone::AgentState;
use dran_core::region::Postcode;
use dran_core::staff::log::Actor;
use dran_core::staff::{Duty, Role, StaffName};
use dran_core::supply::Preferences;
use dran_service::{Claim, Joining, NewPerson, NewPersons, PoolChoice};
use tokio_util::sync::CancellationToken;

use super::*;

/// The keys of a code, in its groups.
fn groups(code: &str) -> Vec<String> {
    let keys = |group: &str| group.bytes().map(|c| char::from(key_of(c).unwrap())).collect();
    code.split('-').map(keys).collect()
}

#[tokio::test]
async fn whoever_took_a_ticket_on_the_web_hears_its_place_by_its_keys() {
    let hotline = Hotline::new().await;
    let joining = Joining {
        campaign: CampaignId::new(CAMPAIGN),
        choice: PoolChoice::Postcode(Postcode::parse("34117").unwrap()),
        party: Party::One,
        birth_year: BirthYear::parse("1935", hotline.service.today()).unwrap(),
    };
    let joined = hotline.service.join(&joining).await.unwrap();
    let code = hotline.service.short_code(&joined.ticket).unwrap().to_string();
    let mut call = Call::from(&hotline, GRANDMOTHER, "CA1").await;
    call.types("1").await;
    call.types("2").await;
    assert!(
        call.hears().contains("Bitte tippen Sie die erste Gruppe ein."),
        "{}",
        call.hears()
    );
    for group in groups(&code) {
        call.types(&group).await;
    }
    assert!(
        call.hears().contains("am Dienstag, dem zwölften Januar, um 8 Uhr."),
        "{}",
        call.hears()
    );
}

#[tokio::test]
async fn codes_cannot_be_guessed_by_telephone() {
    let hotline = Hotline::new().await;
    let mut unknown = 0;
    for number in 0..12 {
        let mut call = Call::from(&hotline, GRANDMOTHER, &format!("CA{number}")).await;
        call.types("1").await;
        call.types("2").await;
        for _ in 0..2 {
            for group in ["2345", "6789", "2345"] {
                call.types(group).await;
            }
            if !call.hears().starts_with("Diese Wartenummer finde ich nicht.") {
                // An agent or a ticket instead of one more try.
                assert!(call.hears().starts_with("Gerade sprechen alle"), "{}", call.hears());
                break;
            }
            unknown += 1;
        }
    }
    assert_eq!(unknown, 20);
}

impl Hotline {
    /// Somebody born on 8 March 1935 who has booked; the booking code.
    async fn booking(&self) -> String {
        let service = &self.service;
        let campaign = CampaignId::new(CAMPAIGN);
        let joining = Joining {
            campaign: campaign.clone(),
            choice: PoolChoice::Postcode(Postcode::parse("34117").unwrap()),
            party: Party::One,
            birth_year: BirthYear::parse("1935", service.today()).unwrap(),
        };
        let joined = service.join(&joining).await.unwrap();
        service.open_now(&campaign).await.unwrap();
        let (leading, stop) = (service.clone(), CancellationToken::new());
        let until = stop.clone();
        let leader = tokio::spawn(async move { leading.run(true, until).await });
        let mut entered = service.enter(&joined.ticket).await;
        while entered.is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            entered = service.enter(&joined.ticket).await;
        }
        let inside = PermitToken::from(&joined.ticket);
        let at = service.whereabouts(&inside).await.unwrap().unwrap();
        let postcode = Postcode::parse("34117").unwrap();
        let person = NewPerson {
            name: PersonName::parse("Erika", "Mustermann").unwrap(),
            birth_date: BirthDate::new(date(1935, 3, 8), service.today()).unwrap(),
            sex: Sex::Female,
            postcode,
            district: service.region().districts_of(&postcode)[0].id.clone(),
            group: GroupId::new("ab-80"),
        };
        let new = NewPersons {
            campaign,
            persons: vec![person],
            contact: Contact::Letter(PostalAddress::parse("Weg 1", "34117 Kassel").unwrap()),
            language: Language::new("de"),
            attempt_key: AttemptKey([1; 16]),
        };
        let registration = service.register_by_agent(new).await.unwrap();
        let persons = service.registration(registration).await.unwrap().unwrap().persons;
        let persons: Vec<Claim> = persons.iter().map(Claim::from).collect();
        let proposals = service.proposals(&at, &Preferences::default(), &persons);
        let chosen = service.hold(&at, &proposals[0].key(), &persons).await.unwrap();
        let attempt = AttemptKey([2; 16]);
        let booked = service
            .confirm(joined.ticket.id, chosen.hold.id, registration, attempt)
            .await
            .unwrap();
        stop.cancel();
        leader.await.unwrap();
        booked.series[0].booking_code.clone()
    }

    /// A call in which this code and this date of birth were typed.
    async fn call_about(&self, code: &str, birth_date: &str, sid: &str) -> Call<'_> {
        let mut call = Call::from(self, "+4956199999", sid).await;
        call.types("1").await;
        call.types("3").await;
        for group in groups(&BookingCode::grouped(code)) {
            call.types(&group).await;
        }
        call.types(birth_date).await;
        call
    }
}

#[tokio::test]
async fn appointments_are_heard_and_cancelled_by_code_and_date_of_birth() {
    let hotline = Hotline::new().await;
    let code = hotline.booking().await;
    let wrong = hotline.call_about(&code, "09031935", "CA1").await;
    assert!(wrong.hears().contains("finde ich keinen Termin"), "{}", wrong.hears());
    let mut call = hotline.call_about(&code, "08031935", "CA2").await;
    let heard = call.hears();
    assert!(heard.starts_with("Ihr Termin ist gebucht. Sie kommen am "), "{heard}");
    assert!(heard.contains("Der zweite Termin ist am "), "{heard}");
    assert!(heard.contains("Impfzentrum"), "{heard}");
    assert!(!heard.contains("Mustermann"), "a name is not read out: {heard}");
    call.types("2").await;
    assert!(
        call.hears().starts_with("Möchten Sie wirklich absagen?"),
        "{}",
        call.hears()
    );
    let sure = call.target.clone();
    call.types("1").await;
    assert!(
        call.hears().starts_with("Ihre Termine sind abgesagt."),
        "{}",
        call.hears()
    );
    // Played again it is cancelled still, and once.
    call.target = sure;
    call.types("1").await;
    assert!(
        call.hears().starts_with("Ihre Termine sind abgesagt."),
        "{}",
        call.hears()
    );
    assert_eq!(hotline.store.counts().await.unwrap().series_cancelled, 1);
    let again = hotline.call_about(&code, "08031935", "CA3").await;
    assert!(
        again.hears().starts_with("Dieser Termin ist abgesagt."),
        "{}",
        again.hears()
    );
}

#[tokio::test]
async fn a_free_agent_is_connected_and_no_more_callers_than_agents() {
    let hotline = Hotline::new().await;
    let clock = hotline.service.clock().clone();
    let staff = hotline.staff();
    let duty = Duty::new(Role::Agent, vec![]).unwrap();
    let name = StaffName::parse("jutta").unwrap();
    let (account, _) = staff.make_account(Actor::Command, name, duty).await.unwrap();
    let (today, now) = (hotline.service.today(), clock.now());
    let phone = hotline.store.phone();
    phone
        .set_agent_state(account, AgentState::Ready, today, now)
        .await
        .unwrap();
    let (running, stop) = (hotline.service.clone(), CancellationToken::new());
    let until = stop.clone();
    let node = tokio::spawn(async move { running.run(false, until).await });
    while hotline.service.agents().ready == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let mut first = Call::from(&hotline, GRANDMOTHER, "CA1").await;
    first.types("1").await;
    first.types("1").await;
    assert_eq!(first.seen.named("Enqueue")[0].2, "hotline");
    assert!(
        first.hears().starts_with("Ich verbinde Sie jetzt."),
        "{}",
        first.hears()
    );
    let mut second = Call::from(&hotline, "+4956199999", "CA2").await;
    second.types("1").await;
    second.types("1").await;
    assert!(second.hears().starts_with("Gerade sprechen alle"), "{}", second.hears());
    // Nobody has answered after all: a ticket. Or somebody has: good-bye.
    let waiting = first.target.clone();
    first.goes_on(&[("QueueResult", "leave")]).await;
    assert!(
        first.hears().starts_with("Gerade ist doch niemand frei geworden."),
        "{}",
        first.hears()
    );
    first.target = waiting;
    first.goes_on(&[("QueueResult", "bridged")]).await;
    assert_eq!(first.seen.named("Hangup").len(), 1);
    stop.cancel();
    node.await.unwrap();
}
