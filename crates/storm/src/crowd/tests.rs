#![expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]

use super::arrivals::{Arrivals, Share};
use super::heard::Answer;
use super::notes::Notes;
use super::person::{Act, Codes, Desk, Person, Then, World};
use crate::kind::Kind;
use crate::pace::{Micros, Pace};
use crate::scenario::Scenario;

/// A service that says yes, after so many refusals of each kind.
#[derive(Default)]
struct Service {
    asked: Vec<Kind>,
    joins_refused: usize,
    polls_waiting: usize,
    holds_gone: usize,
}

impl Service {
    fn answer(&mut self, kind: Kind, person: &Person) -> (u16, String) {
        let before = self.asked.iter().filter(|asked| **asked == kind).count();
        self.asked.push(kind);
        let text = match kind {
            Kind::Join if before < self.joins_refused => return (503, String::new()),
            Kind::Join => return (201, r#"{"ticket":"t1","poll_after_ms":5000}"#.to_owned()),
            Kind::Poll if before < self.polls_waiting => r#"{"state":"waiting","poll_after_ms":5000}"#,
            Kind::Poll => r#"{"state":"called","poll_after_ms":2000}"#,
            Kind::Enter => r#"{"permit":"p1"}"#,
            Kind::Register => return (201, r#"{"registration":"r1"}"#.to_owned()),
            Kind::Verify if person.code == CODE => r#"{"registration":"r1","verified":true}"#,
            Kind::Verify => return (422, r#"{"type":"/problems/code-wrong"}"#.to_owned()),
            Kind::Proposals => r#"{"proposals":[{"proposal":"a"},{"proposal":"b"}]}"#,
            Kind::Hold if before < self.holds_gone => {
                return (409, r#"{"type":"/problems/slot-just-went"}"#.to_owned());
            }
            Kind::Hold => return (201, r#"{"hold":7}"#.to_owned()),
            Kind::Book => return (201, "{}".to_owned()),
            _ => "{}",
        };
        (200, text.to_owned())
    }
}

const CODE: u32 = 123_456;

struct OneCode;

impl Codes for OneCode {
    fn of(&self, _number: u64) -> Option<u32> {
        Some(CODE)
    }

    fn arrive(&self) -> bool {
        true
    }
}

fn scenario(behaviour: &str) -> Scenario {
    let text = format!(
        "name = \"test\"\ntitle = {{}}\ngroup = \"ab-80\"\nbirth_years = [1925, 1939]\npostcodes = [\"34117\"]\nends = \"10h\"\n\
         bars = []\nhotline = {{ agents = 1, call = \"3m30s\" }}\n\
         [[people]]\nname = \"they\"\ncount = 100\narrive = [[\"0s\", 1], [\"1m\", 1]]\nthink = \"20s\"\n{behaviour}\n"
    );
    Scenario::parse(&text).unwrap()
}

/// Lives a person's day in virtual time; when it ended and what was noted. None if it does not end.
fn live(scenario: &Scenario, mut person: Person, service: &mut Service) -> (Option<Micros>, Notes) {
    let pace = Pace::new(1.0, 0.0, 0.0, true);
    let (mut desk, mut notes, mut now) = (Desk::of(scenario.hotline.as_ref(), 1, false), Notes::default(), 0);
    macro_rules! world {
        () => {
            &mut World {
                people: &scenario.people[0],
                pace: &pace,
                desk: &mut desk,
                notes: &mut notes,
                codes: &OneCode,
                now,
            }
        };
    }
    person.arrive(world!());
    for _ in 0..1_000 {
        match person.act(world!()) {
            Act::Rest(micros) => now += micros,
            Act::Ask(kind) => {
                let (status, body) = service.answer(kind, &person);
                let answer = Answer {
                    status,
                    head: b"",
                    body: body.as_bytes(),
                };
                match person.hear(&answer, world!()) {
                    Then::After(micros) | Then::Every(micros) => now += micros,
                    Then::End => {
                        assert_eq!(desk.busy, 0, "an agent is still on the call");
                        return (Some(now), notes);
                    }
                }
            }
        }
    }
    (None, notes)
}

fn first(scenario: &Scenario) -> Person {
    Person::new(0, &scenario.people[0], 0, 0, 1)
}

#[test]
fn somebody_joins_waits_as_told_and_books() {
    let (scenario, mut service) = (scenario(""), Service::default());
    service.polls_waiting = 3;
    let (ended, notes) = live(&scenario, first(&scenario), &mut service);
    use Kind::{Book, Enter, Hold, Join, Poll, Proposals, Register, Verify};
    assert_eq!(
        service.asked,
        [
            Join, Poll, Poll, Poll, Poll, Enter, Register, Verify, Proposals, Hold, Book
        ]
    );
    assert_eq!(
        (notes.came, notes.joined, notes.called, notes.entered, notes.booked),
        (1, 1, 1, 1, 1)
    );
    // Four times five seconds of waiting, and some pages of twenty.
    assert!(
        ended.is_some_and(|ended| (60_000_000..600_000_000).contains(&ended)),
        "{ended:?}"
    );
}

#[test]
fn who_comes_with_a_partner_books_for_two() {
    let scenario = scenario("couple = 1.0");
    let (_, notes) = live(&scenario, first(&scenario), &mut Service::default());
    assert_eq!((notes.came, notes.booked), (1, 2));
}

#[test]
fn who_mistypes_the_code_types_it_again() {
    let (scenario, mut service) = (scenario("mistype = 1.0"), Service::default());
    let (_, notes) = live(&scenario, first(&scenario), &mut service);
    assert_eq!(service.asked.iter().filter(|kind| **kind == Kind::Verify).count(), 2);
    assert_eq!((notes.codes_typed, notes.booked), (1, 1));
}

#[test]
fn whoever_registers_early_only_chooses_when_called() {
    let (scenario, mut service) = (scenario("registers_early = true"), Service::default());
    live(&scenario, first(&scenario), &mut service);
    use Kind::{Book, Enter, Hold, Join, Poll, Proposals, Register, Verify};
    assert_eq!(
        service.asked,
        [Join, Register, Verify, Poll, Enter, Proposals, Hold, Book]
    );
}

#[test]
fn whoever_goes_away_comes_back_to_the_same_place() {
    let scenario = scenario("away = { share = 1.0, lasts = \"1h\" }");
    let (ended, notes) = live(&scenario, first(&scenario), &mut Service::default());
    assert!(ended.is_some_and(|ended| ended > 600_000_000), "{ended:?}");
    assert_eq!((notes.joined, notes.booked), (1, 1));
}

#[test]
fn whoever_abandons_is_no_failure() {
    let (scenario, mut service) = (scenario("abandon = 1.0"), Service::default());
    let (ended, notes) = live(&scenario, first(&scenario), &mut service);
    assert_eq!(
        (ended.is_some(), service.asked, notes.abandoned, notes.joined),
        (true, vec![Kind::Join], 1, 1)
    );
}

#[test]
fn a_reloader_asks_more_often_than_told() {
    let scenario = scenario("reload_every = \"1s\"");
    let mut service = Service {
        polls_waiting: 10,
        ..Service::default()
    };
    let (reloads, _) = live(&scenario, first(&scenario), &mut service);
    let patient = self::scenario("");
    let mut service = Service {
        polls_waiting: 10,
        ..Service::default()
    };
    let (waits, _) = live(&patient, first(&patient), &mut service);
    assert!(reloads.unwrap() + 30_000_000 < waits.unwrap());
}

#[test]
fn a_place_that_has_just_gone_is_chosen_again() {
    let (scenario, mut service) = (scenario(""), Service::default());
    service.holds_gone = 3;
    let (_, notes) = live(&scenario, first(&scenario), &mut service);
    assert_eq!((notes.chose_again, notes.booked), (3, 1));
}

#[test]
fn a_further_window_never_enters() {
    let (scenario, mut service) = (scenario(""), Service::default());
    let (ended, notes) = live(&scenario, Person::window(0, 0, 1), &mut service);
    assert_eq!((ended.is_some(), service.asked), (true, vec![Kind::Join, Kind::Poll]));
    assert_eq!(notes, Notes::default());
}

#[test]
fn a_caller_turned_away_redials_twenty_times_and_one_with_a_ticket_never() {
    let caller = "door = \"phone\"\nredials = 20\nredial_every = \"2m\"";
    let (scenario, mut service) = (scenario(caller), Service::default());
    service.joins_refused = usize::MAX;
    let (_, notes) = live(&scenario, first(&scenario), &mut service);
    assert_eq!((service.asked.len(), notes.gave_up), (21, 1));
    let mut service = Service::default();
    let (ended, notes) = live(&scenario, first(&scenario), &mut service);
    assert_eq!(service.asked.iter().filter(|kind| **kind == Kind::Join).count(), 1);
    assert_eq!((notes.gave_up, notes.booked, notes.booked_by_phone), (0, 1, 1));
    // Agents give no codes to anybody, and a call takes about as long as it says.
    assert!(!service.asked.contains(&Kind::Verify));
    assert!(
        ended.is_some_and(|ended| (60_000_000..600_000_000).contains(&ended)),
        "{ended:?}"
    );
}

#[test]
fn a_program_that_looks_never_joins_and_ends() {
    let scenario = scenario("watch = { asks = \"availability\", every = \"2s\", lasts = \"20s\" }");
    let mut service = Service::default();
    let (ended, notes) = live(&scenario, first(&scenario), &mut service);
    assert!(ended.is_some() && service.asked.iter().all(|kind| *kind == Kind::Availability));
    assert_eq!((service.asked.len(), notes.came), (11, 0));
}

#[test]
fn the_crowd_is_the_same_however_many_threads_look_after_it() {
    let scenario = scenario("relatives = 3\ntabs = 2\ncouple = 0.3");
    let pace = Pace::new(1.0, 0.0, 0.0, true);
    let people = &scenario.people[0];
    let crowd = |of: u32| {
        let mut all = Vec::new();
        for index in 0..of {
            let mut arrivals = Arrivals::of(&scenario, 0.5, 1, Share { index, of }).remove(0);
            while let Some(at) = arrivals.next_at(people, &pace) {
                all.extend(
                    arrivals
                        .take(people)
                        .into_iter()
                        .map(|person| (at, person.number, person.persons(), person.device)),
                );
            }
        }
        all.sort_unstable();
        all
    };
    assert_eq!(crowd(1), crowd(3));
    // Fifty devices, three relatives and one more window each.
    assert_eq!(crowd(1).len(), 200);
}
